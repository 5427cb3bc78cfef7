#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The store as Python sees it, and store adapters in Python, good ones and bad ones."""
import gc
import os
import sys
import tempfile

import truce_case
from dict_adapter import DictAdapter, failure
from gi.repository import Gio, GLib, GObject, Json, Truce

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


SCHEMA = '{"fields": {"votes": "counter", "tags": "set", "title": {"type": "string", "max-size": 20}}}'


class Store(truce_case.Case):
    """Over memory; the classes below do the same over a file, and over an adapter in Python."""

    def adapter(self):
        return Truce.MemoryAdapter.new()

    def setUp(self):
        self.store = Truce.Store.new(self.adapter())
        self.task = self.store.get_collection('task', Truce.Schema.new_from_text(SCHEMA))

    def tearDown(self):
        self.assertEqual(self.store.verify(), [])
        self.store = self.task = None
        gc.collect()

    def batch(self, policy=Truce.BatchPolicy.INDEPENDENT):
        """Three operations, of which the second fails."""
        batch = Truce.Batch.new(policy)
        batch.put_text('task', '1', '{}')
        batch.delete('task', 'nowhere')
        batch.put('task', '2', Json.from_string('{}'))
        return batch

    def run_batch(self, batch):
        result = self.store.run(batch)
        return [result.get_outcome(i).value_nick for i in range(result.get_n_operations())]

    def test_writes_and_reads(self):
        self.task.put_text('1', '{"title": "Tent", "votes": 3}')
        self.task.patch('1', Json.from_string('{"done": true}'))
        self.task.increment('1', 'votes', 2)
        self.task.add('1', 'tags', Json.from_string('"green"'))
        self.task.unset('1', 'done')
        self.assertEqual(self.task.dup_text('1'), '{"tags":["green"],"title":"Tent","votes":5}')
        self.assertEqual(self.task.get('1').get_field('votes').get_int(), 5)
        self.task.delete('1')
        self.assertFalse(self.task.contains('1'))
        self.task.undelete('1')
        self.assertTrue(self.task.contains('1'))

    def test_raises(self):
        self.task.create_text('1', '{}')
        for code, function, arguments in (
                (Truce.Error.NOT_FOUND, self.task.get, ('2',)),
                (Truce.Error.NOT_FOUND, self.task.delete, ('2',)),
                (Truce.Error.EXISTS, self.task.create_text, ('1', '{}')),
                (Truce.Error.INVALID_DATA, self.task.put_text, ('1', '{"votes": "many"}')),
                (Truce.Error.INVALID_DATA, self.task.put_text, ('1', '[')),
                (Truce.Error.TOO_LARGE, self.task.patch_text, ('1', '{"title": "%s"}' % ('x' * 21)))):
            with self.subTest(function=function):
                self.assert_error(code, function, *arguments)
        self.assertEqual(self.task.dup_text('1'), '{}')

    def test_observes(self):
        seen = []
        self.task.connect('changed', lambda task, id: seen.append(id))
        self.store.connect('notify::n-records', lambda store, pspec: seen.append(store.props.n_records))
        self.task.put_text('1', '{"votes": 1}')
        self.assertEqual(sorted(map(str, seen)), ['1', '1'])
        record = self.task.get('1')
        record.connect('changed', lambda record: seen.append(record.get_field('votes').get_int()))
        seen.clear()
        self.task.increment('1', 'votes', 4)
        self.assertEqual(sorted(map(str, seen)), ['1', '5'])
        seen.clear()
        self.task.put_text('1', '{"votes": 5}')
        self.assertEqual(seen, [], 'what changes nothing tells nobody')

    def test_handler_raises(self):
        """An exception in one handler is printed; the write stands, and others hear of it."""
        seen = []
        self.task.connect('changed', lambda task, id: raises())
        self.task.connect('changed', lambda task, id: seen.append(id))
        self.task.put_text('1', '{}')
        self.task.put_text('2', '{}')
        self.assertEqual(seen, ['1', '2'])
        self.assertEqual(self.store.props.n_records, 2)

    def test_handler_writes(self):
        """What a handler writes is told after what made it write."""
        seen = []

        def log(task, id):
            seen.append(id)
            if id == '1':
                task.put_text('2', '{}')
                seen.append('wrote')

        self.task.connect('changed', log)
        self.task.put_text('1', '{}')
        self.assertEqual(seen, ['1', 'wrote', '2'])

    def test_batch(self):
        self.assertEqual(self.run_batch(self.batch()), ['applied', 'failed', 'applied'])
        self.assertEqual(self.run_batch(self.batch(Truce.BatchPolicy.STOP)), ['unchanged', 'failed', 'skipped'])
        self.assertEqual(self.run_batch(self.batch(Truce.BatchPolicy.ATOMIC)), ['rolled-back', 'failed', 'skipped'])

    def test_batch_result(self):
        result = self.store.run(self.batch())
        self.assertFalse(result.is_clean())
        self.assertIsNone(result.get_error(0))
        self.assertTrue(result.get_error(1).matches(Truce.error_quark(), Truce.Error.NOT_FOUND))
        self.assertEqual((result.get_collection(1), result.get_id(1)), ('task', 'nowhere'))
        self.assertEqual(result.dup_record(2).dup_text(), '{}')
        self.assertEqual(result.count(Truce.Outcome.APPLIED), 2)
        self.assertEqual(result.create_retry().get_n_operations(), 1)
        self.assertTrue(self.store.run(result.create_undo()).is_clean())
        self.assertEqual(self.store.props.n_records, 0)

    def test_batch_asks(self):
        asked = []

        def ask(batch, operation, error, *data):
            asked.append((operation, error.message))
            return Truce.BatchAnswer.STOP

        batch = self.batch()
        batch.set_failure_func(ask)
        self.assertEqual(self.run_batch(batch), ['applied', 'failed', 'skipped'])
        self.assertEqual(asked, [(1, 'task/nowhere: there is no such record')])

    def test_batch_callback_raises(self):
        """Nobody said that what went through should stay."""
        batch = self.batch()
        batch.set_failure_func(lambda *arguments: raises())
        self.assertEqual(self.run_batch(batch), ['rolled-back', 'failed', 'skipped'])
        self.assertEqual(self.store.props.n_records, 0)

    def test_resolver_raises(self):
        class Bad(GObject.Object, Truce.Resolver):
            def do_resolve(self, conflict):
                raise ValueError('a mistake')

        self.task.set_resolver(Bad())
        self.task.put_text('1', '{"a": 2}')
        batch = Truce.Batch.new(Truce.BatchPolicy.INDEPENDENT)
        batch.merge_text('task', '1', '{"a": 1}', '{"a": 3}')
        batch.put_text('task', '2', '{}')
        self.assertEqual(self.run_batch(batch), ['failed', 'applied'])
        self.assertEqual(self.task.dup_text('1'), '{"a":2}')

    def test_merges(self):
        other = Truce.Store.new(Truce.MemoryAdapter.new())
        theirs = other.get_collection('task', Truce.Schema.new_from_text(SCHEMA))
        self.task.put_text('1', '{"votes": 1, "title": "Tent"}')
        self.assertEqual(other.merge(self.store), 1)
        theirs.increment('1', 'votes', 2)
        self.task.increment('1', 'votes', 3)
        self.assertEqual(self.store.merge(other), 1)
        self.assertEqual(self.task.dup_text('1'), '{"title":"Tent","votes":6}')
        self.assertEqual(self.store.merge(other), 0)

    def test_merges_later(self):
        for cancel in (False, True):
            with self.subTest(cancel=cancel):
                other = Truce.Store.new(Truce.MemoryAdapter.new())
                self.task.put_text('1', '{}')
                self.task.put_text('2', '{}')
                loop = GLib.MainLoop()
                results = []
                progress = []
                cancellable = Gio.Cancellable()

                def done(source, result, *data):
                    results.append(result)
                    loop.quit()

                # By name: PyGObject 3.42 wants a tuple for the data of the first of two callbacks, if any is given.
                other.merge_async(self.store, progress=lambda *told: progress.append(told[:2]),
                                  cancellable=cancellable, callback=done)
                self.assertEqual(results, [])
                if cancel:
                    cancellable.cancel()
                loop.run()
                self.assertEqual(len(results), 1)
                if cancel:
                    with self.assertRaises(GLib.Error) as raised:
                        other.merge_finish(results[0])
                    self.assertTrue(raised.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))
                else:
                    self.assertEqual(other.merge_finish(results[0]), 2)
                    self.assertEqual(progress[-1], (2, 2))

    def test_half_made(self):
        """Anybody can make one without its constructor: it is good for nothing, and crashes nothing."""
        for name in ('n_records', 'n_pending', 'adapter', 'clock', 'outbox'):
            getattr(Truce.Store().props, name)
        for name in ('name', 'schema', 'store', 'resolver', 'n_records'):
            getattr(Truce.Collection().props, name)
        Truce.BatchResult().get_n_operations()
        Truce.LogEntry().get_text()


class StoreInFile(Store):
    def adapter(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, 'tasks.db')
        return Truce.SqliteAdapter.new(self.path, Truce.SqliteFlags.DEFAULT)

    def test_opens_again(self):
        self.task.put_text('1', '{"votes": 1}')
        again = Truce.Store.open(self.path)
        self.assertEqual(again.list_collections(), ['task'])
        self.assertEqual(again.get_collection('task', None).dup_text('1'), '{"votes":1}')

    def test_cannot_open(self):
        self.assert_error(Truce.Error.NOT_FOUND, Truce.Store.open, '/nowhere/tasks.db')


class StoreInPython(Store):
    def adapter(self):
        return DictAdapter()

    def test_adapter_raises(self):
        """Whatever an adapter does wrong: an error, and all is as it was."""
        class Broken(DictAdapter, Truce.StoreAdapter):
            wrong = None

            def do_put(self, record, replaced):
                if self.wrong:
                    self.wrong()
                return DictAdapter.do_put(self, record, replaced)

        def full():
            raise failure(Truce.Error.FULL, 'no room')

        adapter = Broken()
        store = Truce.Store.new(adapter)
        task = store.get_collection('task', None)
        task.put_text('1', '{"a": 1}')
        for adapter.wrong, code in ((raises, Truce.Error.INVALID_DATA), (full, Truce.Error.FULL)):
            with self.subTest(code=code):
                self.assert_error(code, task.put_text, '1', '{"a": 2}')
                self.assert_error(code, task.put_text, '2', '{}')
        adapter.wrong = None
        self.assertEqual(task.dup_text('1'), '{"a":1}')
        self.assertEqual(store.props.n_records, 1)
        task.put_text('2', '{}')
        self.assertEqual(store.verify(), [])


if __name__ == '__main__':
    sys.exit(truce_case.main())
