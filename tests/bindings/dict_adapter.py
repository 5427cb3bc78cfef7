# SPDX-License-Identifier: LGPL-2.1-or-later
"""A store adapter in plain Python: what one has to write to keep a store's records somewhere else.

Dictionaries hold the records and meta. A transaction works on copies of them; to commit is to keep the copies.
"""
import gi
gi.require_version('Truce', '1')
from gi.repository import GLib, GObject, Truce


def failure(code, message):
    return GLib.Error.new_literal(Truce.error_quark(), message, code)


def first_after(names, after):
    """The least of names after that one, in the order of their bytes; None if there is none."""
    return min((n for n in names if n.encode() > (after or '').encode()), key=str.encode, default=None)


class DictAdapter(GObject.Object, Truce.StoreAdapter):
    def __init__(self):
        super().__init__()
        self.records = {}       # (collection, id): Truce.StoredRecord
        self.meta = {}          # (group, key): GLib.Bytes
        self.kept = None        # both as they were when the transaction began
        self.writing = False

    def do_begin(self, write):
        if self.kept is not None:
            raise failure(Truce.Error.BUSY, 'there is a transaction already')
        self.kept = dict(self.records), dict(self.meta)
        self.writing = write
        return True

    def do_commit(self):
        if self.kept is None:
            raise failure(Truce.Error.UNSUPPORTED, 'there is no transaction')
        self.kept, self.writing = None, False
        return True

    def do_rollback(self):
        if self.kept is not None:
            self.records, self.meta = self.kept
        self.kept, self.writing = None, False

    def check_writing(self):
        if not self.writing:
            raise failure(Truce.Error.READ_ONLY, 'there is no transaction that may write')

    def do_get(self, collection, id):
        return self.records.get((collection, id))

    def do_put(self, record, replaced):
        self.check_writing()
        place = record.get_collection(), record.get_id()
        if replaced is None and place in self.records:
            raise failure(Truce.Error.EXISTS, 'there is a record %s/%s already' % place)
        self.records[place] = record
        return True

    def do_remove(self, record):
        self.check_writing()
        self.records.pop((record.get_collection(), record.get_id()), None)
        return True

    def do_settle(self, record, delivery, base):
        self.check_writing()
        place = record.get_collection(), record.get_id()
        now = self.records.get(place)
        if now is None or (now.get_version(), now.get_delivery()) != (record.get_version(), record.get_delivery()):
            raise failure(Truce.Error.CONFLICT, 'record %s/%s has changed' % place)
        self.records[place] = Truce.StoredRecord.new(*place, record.get_version(), delivery, record.get_value(),
                                                     record.dup_state(), base)
        return True

    def do_next(self, collection, after_id):
        return self.records.get((collection, first_after((i for c, i in self.records if c == collection), after_id)))

    def do_next_change(self, after):
        return min((r for r in self.records.values() if r.get_version() > after), key=Truce.StoredRecord.get_version,
                   default=None)

    # The outbox needs nothing: the default picks it out of the changes.

    def do_get_meta(self, group, key):
        return self.meta.get((group, key))

    def do_set_meta(self, group, key, value):
        self.check_writing()
        if value is None:
            self.meta.pop((group, key), None)
        else:
            self.meta[group, key] = value
        return True

    def do_next_meta(self, group, after_key):
        return first_after((k for g, k in self.meta if g == group), after_key)
