#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The overrides: merges of plain values, conflicts, and CRDTs as sets, mappings and numbers."""
import collections.abc
import sys

import truce_case
from gi.repository import Json, Truce

BASE = {'guests': 4, 'tags': ['a'], 'notes': 'Bring a lamp.'}
OURS = {'guests': 6, 'tags': ['a', 'b'], 'notes': 'Bring a red lamp.'}
THEIRS = {'guests': 5, 'tags': ['a', 'c'], 'notes': 'Bring a lamp and tea.'}
SCHEMA = {'fields': {'tags': 'set', 'notes': 'text'}}


class Merge(truce_case.Case):
    def test_merges_values(self):
        merged, conflicts = Truce.merge(BASE, OURS, THEIRS, SCHEMA)
        self.assertEqual(merged, {'guests': 6, 'tags': ['a', 'b', 'c'], 'notes': 'Bring a red lamp and tea.'})
        field, = conflicts
        self.assertEqual((field.pointer, field.base, field.local, field.remote, field.proposed), ('/guests', 4, 6, 5, 6))
        named = Truce.merge(BASE, OURS, THEIRS, SCHEMA)
        self.assertEqual((named.value, len(named.conflicts)), (merged, 1))

    def test_absent(self):
        self.assertEqual(Truce.merge(None, OURS, None), (OURS, []))
        self.assertEqual(Truce.merge(BASE, None, BASE), (None, []))

    def test_exact(self):
        self.assertEqual(Truce.merge({'n': 1}, {'n': 1}, {'n': 2 ** 80}).value, {'n': 2 ** 80})

    def test_schemas(self):
        for schema in (SCHEMA, Truce.Schema(SCHEMA), '{"fields": {"tags": "set", "notes": "text"}}'):
            self.assertEqual(len(Truce.merge(BASE, OURS, THEIRS, schema).conflicts), 1)

    def test_three_way_takes_values(self):
        value, conflicts = Truce.merge_three_way(BASE, OURS, Json.from_string('{"guests": 4}'), None)
        self.assertIsInstance(value, Json.Node)

    def test_merge_with(self):
        schema = Truce.Schema(SCHEMA)
        schema.merge_with('guests', lambda base, ours, theirs: base + (ours - base) + (theirs - base))
        self.assertEqual(Truce.merge(BASE, OURS, THEIRS, schema).value['guests'], 7)
        self.assertEqual(Truce.merge({}, OURS, THEIRS, Truce.Schema()).value['guests'], 6)

    def test_merge_with_undecided(self):
        schema = Truce.Schema()
        schema.merge_with('guests', lambda *sides: None)
        field, = Truce.merge({'guests': 1}, {'guests': 2}, {'guests': 3}, schema).conflicts
        self.assertEqual(field.pointer, '/guests')

    def test_merge_with_raises(self):
        schema = Truce.Schema()
        schema.merge_with('guests', lambda *sides: 1 / 0)
        with self.assertRaises(Truce.InvalidDataError) as raised:
            Truce.merge({'guests': 1}, {'guests': 2}, {'guests': 3}, schema)
        self.assertIn('ZeroDivisionError: division by zero', str(raised.exception))

    def test_records(self):
        record = Truce.Record.new('task', '1', {'n': 2 ** 70})
        self.assertEqual(record, {'n': 2 ** 70})
        self.assertEqual(Truce.Record.new('task', '1', Json.from_string('{"n": 1}')), {'n': 1})
        self.assertEqual(Truce.Resolution.new_merged({'n': 1}).dup_text(), '{"n":1}')
        self.assertIsNone(Truce.Resolution.new_merged(None).dup_text())

    def test_conflict(self):
        base, ours, theirs = (Truce.Record.new('task', '1', value) for value in (BASE, OURS, THEIRS))
        conflict = Truce.Conflict.new(base, ours, theirs, Truce.Schema(SCHEMA))
        self.assertEqual((conflict.base, conflict.local, conflict.remote), (base, ours, theirs))
        self.assertEqual(conflict.local['guests'], 6)
        self.assertEqual([field.pointer for field in conflict.fields], ['/guests'])


class Crdts(truce_case.Case):
    def setUp(self):
        self.clock = Truce.Clock.new(1)

    def test_set(self):
        tags = Truce.OrSet()
        self.assertFalse(tags)
        for tag in 'b', 'a':
            tags.add(tag, self.clock.tick())
        self.assertIsInstance(tags, collections.abc.Set)
        self.assertEqual(tags, {'a', 'b'})
        self.assertNotEqual(tags, {'a'})
        self.assertEqual((len(tags), list(tags)), (2, ['a', 'b']))
        self.assertIn('a', tags)
        self.assertNotIn('c', tags)
        self.assertNotIn(1, tags)
        self.assertEqual(tags | {'c'}, {'a', 'b', 'c'})
        self.assertEqual({'c'} | tags, {'a', 'b', 'c'})
        self.assertEqual(tags & {'a'}, {'a'})
        self.assertEqual(tags - {'a'}, {'b'})
        self.assertEqual({'a', 'c'} - tags, {'c'})
        self.assertEqual(tags ^ {'a', 'c'}, {'b', 'c'})
        self.assertTrue({'a'} < tags <= {'a', 'b'})
        self.assertTrue(tags.isdisjoint({'x'}))
        other = Truce.OrSet.new_from_bytes(tags.encode())
        self.assertTrue(tags.equal(other))
        self.assertNotEqual(tags, other, 'objects, not values')
        self.assertEqual(set(tags), set(other))

    def test_map(self):
        page = Truce.OrMap()
        page.set('/title', 'Tent', self.clock.tick())
        page.set('/n', 2 ** 70, self.clock.tick())
        page.add('/tags', 'green', self.clock.tick())
        page.set('/author/name', None, self.clock.tick())
        page.set('/a~1b~0', {'deep': [1]}, self.clock.tick())
        page.increment('/visits', 2, self.clock.tick())
        self.assertEqual(page, {'title': 'Tent', 'n': 2 ** 70, 'tags': ['green'], 'author': {'name': None},
                                'a/b~': {'deep': [1]}, 'visits': 2})
        self.assertEqual(page['a/b~'], {'deep': [1]})
        self.assertEqual(len(page), 6)
        self.assertEqual(sorted(page), sorted(page.keys()))
        self.assertEqual(dict(page.items()), dict(page))
        self.assertEqual(list(page.values()), [page[key] for key in page])
        self.assertIn('title', page)
        self.assertNotIn('/title', page)
        self.assertNotIn(1, page)
        with self.assertRaises(KeyError):
            page['nope']
        self.assertEqual(page.get('/visits').get_int(), 2)

    def test_numbers_and_truths(self):
        votes, done = Truce.Counter(), Truce.Flag()
        self.assertEqual((int(votes), bool(done)), (0, False))
        votes.increment(3, self.clock.tick())
        done.enable(self.clock.tick())
        self.assertEqual((int(votes), votes.value, bool(done), done.value), (3, 3, True, True))

    def test_registers(self):
        latest = Truce.LwwRegister()
        self.assertIsNone(latest.value)
        latest.set({'a': 2 ** 70}, self.clock.tick())
        self.assertEqual(latest.value, {'a': 2 ** 70})

        mine, theirs = Truce.MvRegister(), Truce.MvRegister()
        self.assertEqual(mine.values, [])
        mine.set('mine', self.clock.tick())
        theirs.set('theirs', Truce.Clock.new(2).tick())
        mine.merge(theirs)
        self.assertEqual(sorted(mine.values), ['mine', 'theirs'])

    def test_stamps(self):
        early, late = self.clock.tick(), self.clock.tick()
        self.assertTrue(early < late and late > early and early <= late and late >= early)
        self.assertEqual(early, Truce.Stamp.parse(str(early)))
        self.assertNotEqual(early, late)
        self.assertNotEqual(early, None)
        self.assertEqual(len({early, late, early.copy()}), 2)


if __name__ == '__main__':
    sys.exit(truce_case.main())
