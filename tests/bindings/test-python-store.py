#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The store as Python sees it, and store adapters in Python, good ones and bad ones."""
import sys

import truce_case
from dict_adapter import DictAdapter, failure
from gi.repository import GLib, GObject, Truce

STATE = GLib.Bytes.new(b'\0state\xff')


def stored(id='1', version=1, delivery=Truce.Delivery.PENDING, collection='task'):
    return Truce.StoredRecord.new(collection, id, version, delivery, '{"v":1}', STATE, None)


class Nothing(GObject.Object, Truce.StoreAdapter):
    """Implements nothing."""


class Answers(GObject.Object, Truce.StoreAdapter):
    """Answers every question by a function."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def do_get(self, collection, id):
        return self.function()

    def do_next(self, collection, after_id):
        return self.function()

    def do_next_change(self, after):
        return self.function()

    def do_put(self, record, replaced):
        return self.function()

    def do_get_meta(self, group, key):
        return self.function()

    def do_next_meta(self, group, after_key):
        return self.function()

    def do_verify(self, cancellable):
        return self.function()


def raises():
    raise ValueError('a mistake')


class Adapter(truce_case.Case):
    def test_implements_nothing(self):
        adapter = Nothing()
        adapter.rollback()
        self.assertTrue(adapter.prepare('task', Truce.Schema.new()))
        self.assertEqual(adapter.get_generation(), 0)
        self.assertEqual(adapter.verify(None), [])
        for function, arguments in ((adapter.begin, (True,)), (adapter.commit, ()), (adapter.get, ('task', '1')),
                                    (adapter.put, (stored(), None)), (adapter.remove, (stored(),)),
                                    (adapter.next, ('task', None)), (adapter.next_change, (0,)),
                                    (adapter.next_pending, (0,)), (adapter.get_meta, ('store', 'state')),
                                    (adapter.set_meta, ('store', 'state', None)),
                                    (adapter.next_meta, ('store', None))):
            with self.subTest(function=function):
                self.assert_error(Truce.Error.UNSUPPORTED, function, *arguments)

    def test_own_error(self):
        def full():
            raise failure(Truce.Error.FULL, 'no room')

        adapter = Answers(full)
        for function, arguments in ((adapter.get, ('task', '1')), (adapter.next, ('task', None)),
                                    (adapter.next_change, (0,)), (adapter.put, (stored(), None)),
                                    (adapter.get_meta, ('store', 'state')), (adapter.next_meta, ('store', None)),
                                    (adapter.verify, (None,))):
            with self.subTest(function=function):
                self.assert_error(Truce.Error.FULL, function, *arguments)

    def test_raises(self):
        """Where no answer means nothing, none is an error."""
        adapter = Answers(raises)
        self.assert_error(Truce.Error.INVALID_DATA, adapter.put, stored(), None)
        self.assert_error(Truce.Error.INVALID_DATA, adapter.verify, None)

    def test_wrong_answers(self):
        adapter = Answers(lambda: stored('2', version=7))
        self.assertEqual(adapter.get('task', '2').get_version(), 7)
        self.assert_error(Truce.Error.CORRUPT, adapter.get, 'task', '1')
        self.assert_error(Truce.Error.CORRUPT, adapter.get, 'note', '2')
        self.assert_error(Truce.Error.CORRUPT, adapter.next, 'task', '2')
        self.assert_error(Truce.Error.CORRUPT, adapter.next_change, 7)

    def test_keeps_records(self):
        """A record outlives the call that brought it, with all its parts."""
        adapter = DictAdapter()
        adapter.begin(True)
        adapter.put(stored(), None)
        adapter.commit()
        record = adapter.get('task', '1')
        self.assertEqual((record.get_collection(), record.get_id(), record.get_version(), record.get_value()),
                         ('task', '1', 1, '{"v":1}'))
        self.assertEqual(record.get_delivery(), Truce.Delivery.PENDING)
        self.assertEqual(record.dup_state().get_data(), STATE.get_data())
        self.assertIsNone(record.dup_base())


if __name__ == '__main__':
    sys.exit(truce_case.main())
