#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The overrides: the store by Python's operators, plain values, exceptions with codes."""
import collections.abc
import decimal
import fractions
import gc
import os
import sys
import tempfile
import types

import truce_case
from gi.repository import Gio, GLib, Json, Truce

SCHEMA = {'fields': {'votes': 'counter', 'tags': 'set', 'title': {'type': 'string', 'max-size': 20}}}
TENT = {'title': 'Tent', 'votes': 3, 'tags': ['dry', 'green']}


class Case(truce_case.Case):
    def setUp(self):
        self.store = Truce.Store()
        self.tasks = self.store.collection('task', SCHEMA)


class Collection(Case):
    def test_writes_and_reads(self):
        self.tasks['tent'] = TENT
        self.assertEqual(self.tasks['tent'], TENT)
        self.assertIn('tent', self.tasks)
        self.assertNotIn('lamp', self.tasks)
        self.assertEqual(len(self.tasks), 1)
        del self.tasks['tent']
        self.assertNotIn('tent', self.tasks)
        self.assertEqual(len(self.tasks), 0)
        self.assertTrue(self.tasks, 'an empty collection is still one')

    def test_missing(self):
        with self.assertRaises(KeyError):
            self.tasks['lamp']
        with self.assertRaises(KeyError):
            del self.tasks['lamp']
        self.assertIsNone(self.tasks.get('lamp', None))
        self.assertEqual(self.tasks.get('lamp', 7), 7)
        self.assert_error(Truce.Error.NOT_FOUND, self.tasks.get, 'lamp')

    def test_iterates_in_order(self):
        for id in 'bcad':
            self.tasks[id] = {'title': id}
        del self.tasks['c']
        self.assertEqual(list(self.tasks), ['a', 'b', 'd'])
        self.assertEqual(self.tasks.keys(), ['a', 'b', 'd'])
        self.assertEqual([record['title'] for record in self.tasks.values()], ['a', 'b', 'd'])
        self.assertEqual([(id, record['title']) for id, record in self.tasks.items()],
                         [('a', 'a'), ('b', 'b'), ('d', 'd')])

    def test_changes_while_it_iterates(self):
        for id in 'abc':
            self.tasks[id] = {}
        for id, _ in self.tasks.items():
            if id == 'a':
                del self.tasks['b']
            self.tasks['new ' + id] = {}
        self.assertEqual(list(self.tasks), ['a', 'c', 'new a', 'new c'])

    def test_c_methods_take_values(self):
        self.tasks.create('1', {'title': 'Tent'})
        self.tasks.patch('1', {'done': True, 'votes': 1})
        self.tasks.add('1', 'tags', 'green')
        self.tasks.add('1', 'tags', 'wet')
        self.tasks.remove('1', 'tags', 'wet')
        self.assertEqual(self.tasks['1'], {'title': 'Tent', 'done': True, 'votes': 1, 'tags': ['green']})
        self.tasks.put('1', {'title': 'Lamp'})
        self.assertEqual(self.tasks['1'], {'title': 'Lamp'})
        self.tasks.put('1', Json.from_string('{"title": "Rope"}'))
        self.assertEqual(self.tasks['1'], {'title': 'Rope'})

    def test_c_methods_by_name(self):
        node = Json.from_string('{"x": 0.1}')
        self.tasks.put(id='1', value=node)
        self.tasks.create(id='2', value={'x': 0.1})
        self.assertEqual(self.tasks.dup_text('1'), '{"x":0.1}')
        self.tasks.patch('1', fields={'y': node})
        self.assertEqual(self.tasks.dup_text('1'), '{"x":0.1,"y":{"x":0.1}}')
        with self.assertRaises(TypeError):
            self.tasks.put('1')

    def test_copies_a_record(self):
        self.tasks['1'] = {'n': 2 ** 70, 'x': 0.1}
        self.tasks['2'] = self.tasks['1']
        self.assertEqual(self.tasks.dup_text('2'), self.tasks.dup_text('1'))

    def test_outlives_the_name_of_its_store(self):
        tasks = Truce.Store().collection('task')
        gc.collect()
        tasks['1'] = {'a': 1}
        self.assertEqual(tasks['1'], {'a': 1})


class Values(Case):
    def written(self, value):
        self.tasks['1'] = {'v': value}
        return self.tasks.dup_text('1')

    def test_numbers_stay_exact(self):
        for value in (0, -1, 2 ** 53 + 1, 2 ** 63, 2 ** 64 - 1, -2 ** 100, 0.1, 1e300, 5e-324, 1.5):
            with self.subTest(value=value):
                self.written(value)
                self.assertEqual(self.tasks['1']['v'], value)
                self.assertIs(type(self.tasks['1']['v']), type(value))

    def test_decimal(self):
        self.assertEqual(self.written(decimal.Decimal('12.50')), '{"v":12.5}')
        self.assertEqual(self.written(decimal.Decimal('7')), '{"v":7}')
        self.assertEqual(self.written(decimal.Decimal(2 ** 70)), '{"v":%d}' % 2 ** 70)
        self.assertEqual(self.written(fractions.Fraction(1, 4)), '{"v":0.25}')
        for value in ('0.12345678901234567890', 'NaN', 'Infinity'):
            with self.assertRaises(ValueError):
                self.written(decimal.Decimal(value))

    def test_what_json_lacks(self):
        for value in (float('nan'), float('inf'), -float('inf')):
            with self.assertRaises(ValueError):
                self.written(value)
        for value in (object(), b'bytes', 1j, lambda: 1):
            with self.assertRaises(TypeError):
                self.written(value)
        self.assertNotIn('1', self.tasks)

    def test_containers(self):
        self.assertEqual(self.written((1, [2], {'a': None})), '{"v":[1,[2],{"a":null}]}')
        self.tasks['1'] = {'tags': {'b', 'a'}}
        self.assertEqual(self.tasks.dup_text('1'), '{"tags":["a","b"]}')
        self.assertEqual(self.written(self.tasks['1']), '{"v":{"tags":["a","b"]}}')
        self.assertEqual(self.written(Json.from_string('[true]')), '{"v":[true]}')

    def test_text(self):
        for value in ('', 'ähre', '\U0001f3d5', '"\\\n\t', '\u2028'):
            with self.subTest(value=value):
                self.written(value)
                self.assertEqual(self.tasks['1']['v'], value)
        with self.assertRaises(UnicodeEncodeError):
            self.written('\ud800')

    def test_node_that_would_lie(self):
        """What C takes as a Json.Node only is refused where the node can't hold it."""
        self.tasks['1'] = {}
        for value in (2 ** 64 + 1, 'a\0b'):
            with self.assertRaises(ValueError):
                self.tasks.add('1', 'tags', value)
        self.tasks.add('1', 'tags', 2 ** 63 - 1)
        self.assertEqual(self.tasks['1']['tags'], [2 ** 63 - 1])


    def test_wherever_c_takes_a_node(self):
        """… a plain value will do: every such function is one of the overrides."""
        kinds = [getattr(Truce, name) for name in dir(Truce) if name[0].isupper() and not name.endswith('Interface')]
        raw = {member.__doc__ for kind in kinds for name, member in getattr(kind, '__dict__', {}).items()
               if not name.startswith(('do_', '__', '_c_')) and not isinstance(member, types.FunctionType | staticmethod)
               and ':Json.Node' in (member.__doc__ or '').partition(' ->')[0]}
        self.assertEqual(raw, set())
        self.assertIsInstance(Truce.merge_three_way, types.FunctionType)

    def test_in_a_batch(self):
        self.tasks['1'] = {'votes': 2}
        with self.store.batch() as batch:
            batch['task'].merge('1', {'votes': 1}, {'votes': 4})
            batch.batch.merge('task', '2', None, {'n': 2 ** 70})
        self.assertEqual((self.tasks['1'], self.tasks['2']), ({'votes': 5}, {'n': 2 ** 70}))
        self.assertEqual(Truce.Schema.new_from_json(SCHEMA).get_kind('/votes'), Truce.Kind.COUNTER)


class Record(Case):
    def test_is_a_mapping(self):
        self.tasks['tent'] = TENT
        record = self.tasks['tent']
        self.assertIsInstance(record, collections.abc.Mapping)
        self.assertEqual(record['votes'], 3)
        self.assertEqual(record.get('due'), None)
        self.assertEqual(record.get('due', 'now'), 'now')
        self.assertEqual(sorted(record), ['tags', 'title', 'votes'])
        self.assertEqual(len(record), 3)
        self.assertIn('title', record)
        self.assertNotIn('due', record)
        self.assertEqual(dict(record), TENT)
        self.assertEqual({**record, 'votes': 4}, {**TENT, 'votes': 4})
        self.assertEqual(dict(record.items()), TENT)
        self.assertEqual(list(record.keys()), list(record))
        self.assertEqual(list(record.values()), [record[name] for name in record])
        with self.assertRaises(KeyError):
            record['due']
        self.assertEqual((record.collection, record.id), ('task', 'tent'))
        match record:
            case {'title': title}:
                self.assertEqual(title, 'Tent')
            case _:
                self.fail('no mapping to match')

    def test_is_live(self):
        self.tasks['tent'] = TENT
        record = self.tasks['tent']
        self.tasks.increment('tent', 'votes', 2)
        self.assertEqual(record['votes'], 5)
        del self.tasks['tent']
        self.assertEqual((dict(record), len(record), record.is_deleted()), ({}, 0, True))
        with self.assertRaises(KeyError):
            record['votes']

    def test_equality(self):
        self.tasks['1'] = {}
        self.tasks['2'] = {}
        one, two = self.tasks['1'], self.tasks['2']
        self.assertEqual(one, {})
        self.assertNotEqual(one, {'a': 1})
        self.assertNotEqual(one, None)
        self.assertNotEqual(one, two)
        self.assertEqual(one, self.tasks['1'])
        self.assertEqual(len({one, two, self.tasks['1']}), 2)
        self.assertTrue(one, 'an empty record is still one')

    def test_shows_itself(self):
        self.tasks['1'] = {'a': 1}
        self.assertEqual(repr(self.tasks['1']), '<Truce.Record task/1 {"a":1}>')


class Store(Case):
    def test_is_a_mapping_of_collections(self):
        self.store.collection('note')
        self.assertEqual(sorted(self.store), ['note', 'task'])
        self.assertEqual(len(self.store), 2)
        self.assertIn('note', self.store)
        self.assertNotIn('trip', self.store)
        self.assertIs(self.store['task'], self.tasks)
        with self.assertRaises(KeyError):
            self.store['trip']
        self.assertTrue(Truce.Store(), 'an empty store is still one')

    def test_opens_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'tasks.db')
            Truce.Store(path).collection('task', SCHEMA)['1'] = TENT
            gc.collect()
            self.assertEqual(Truce.Store(path)['task']['1'], TENT)
            self.assertEqual(Truce.Store.open(path)['task']['1'], TENT)
        with self.assertRaises(Truce.NotFoundError):
            Truce.Store('/nowhere/tasks.db')

    def test_schemas(self):
        text = '{"fields": {"votes": "counter"}}'
        for schema in (text, {'fields': {'votes': 'counter'}}, Truce.Schema(text), Truce.Schema.new_from_text(text)):
            collection = Truce.Store().collection('task', schema)
            self.assertEqual(collection.get_schema().get_kind('/votes'), Truce.Kind.COUNTER)
        self.assertEqual(Truce.Schema(max_fields=7).props.max_fields, 7)
        with self.assertRaises(Truce.InvalidSchemaError):
            self.store.collection('trip', {'fields': {'votes': 'no such kind'}})


class Constructors(Case):
    def test_called_as_new(self):
        hub = Truce.Hub(Truce.Store())
        sync = Truce.Sync(self.store, Truce.HubRemote(hub))
        self.tasks['1'] = {}
        self.assertEqual(sync.sync_now(0).n_pushed, 1)
        self.assertEqual(len(Truce.Inbox(self.store)), 0)
        self.assertEqual(Truce.Record('task', '1', {'n': 1}), {'n': 1})
        self.assertEqual(Truce.Clock(7).get_replica(), 7)
        query = Truce.Query(self.tasks)
        query.open()
        self.assertEqual(len(query), 1)
        self.assertEqual(Truce.Batch(Truce.BatchPolicy.STOP).get_policy(), Truce.BatchPolicy.STOP)
        self.assertEqual(Truce.PreferResolver(Truce.Side.REMOTE).get_side(), Truce.Side.REMOTE)
        with self.assertRaises(Truce.NotFoundError):
            Truce.SqliteAdapter('/nowhere/x', Truce.SqliteFlags.DEFAULT)

    def test_by_properties(self):
        sync = Truce.Sync(store=self.store, remote=Truce.HubRemote(hub=Truce.Hub(Truce.Store())), poll_interval=7)
        self.assertEqual((sync.get_store(), sync.get_poll_interval()), (self.store, 7))
        self.assertEqual(Truce.Batch(policy=Truce.BatchPolicy.STOP).get_policy(), Truce.BatchPolicy.STOP)
        with self.assertRaises(TypeError):
            Truce.Batch(Truce.BatchPolicy.STOP, policy=Truce.BatchPolicy.STOP)
        with self.assertRaises(TypeError):
            Truce.Inbox(1, 2)


class Batch(Case):
    def test_runs_at_the_end(self):
        self.tasks['old'] = {'votes': 1}
        with self.store.batch() as batch:
            batch['task']['1'] = {'title': 'Tent'}
            batch['task'].patch('1', {'done': False})
            batch['task'].increment('old', 'votes', 2)
            batch['task'].add('old', 'tags', 'x')
            batch.batch.put('task', '2', {'n': 2 ** 70})
            self.assertNotIn('1', self.tasks)
            self.assertEqual(len(batch), 5)
        self.assertTrue(batch.result.is_clean())
        self.assertEqual(self.tasks['1'], {'title': 'Tent', 'done': False})
        self.assertEqual(self.tasks['old'], {'votes': 3, 'tags': ['x']})
        self.assertEqual(self.tasks['2'], {'n': 2 ** 70})

    def test_all_writes(self):
        for id in 'abc':
            self.tasks[id] = {'votes': 1, 'tags': ['x', 'y']}
        with self.store.batch() as batch:
            notes = batch['task']
            del notes['a']
            notes.delete('b')
            notes.undelete('b')
            notes.put('d', {'title': 'd'})
            notes.create('e', {'title': 'e'})
            notes.unset('c', 'votes')
            notes.remove('c', 'tags', 'x')
        self.assertEqual({id: dict(record) for id, record in self.tasks.items()}, {
            'b': {'votes': 1, 'tags': ['x', 'y']}, 'c': {'tags': ['y']}, 'd': {'title': 'd'}, 'e': {'title': 'e'}})

    def test_an_exception_runs_nothing(self):
        with self.assertRaises(ZeroDivisionError):
            with self.store.batch() as batch:
                batch['task']['1'] = {}
                1 / 0
        self.assertIsNone(batch.result)
        self.assertEqual(len(self.tasks), 0)

    def test_no_failure_is_silent(self):
        for policy, stays in (('atomic', []), ('stop', ['1']), ('independent', ['1', '2']),
                              (Truce.BatchPolicy.INDEPENDENT, ['1', '2'])):
            with self.subTest(policy=policy):
                with self.assertRaises(Truce.BatchError) as raised:
                    with self.store.batch(policy) as batch:
                        batch['task']['1'] = {}
                        del batch['task']['nowhere']
                        batch['task']['2'] = {}
                self.assertEqual(list(self.tasks), stays)
                self.assertIs(raised.exception.result, batch.result)
                self.assertEqual(raised.exception.code, Truce.Error.NOT_FOUND)
                self.assertIsInstance(raised.exception.result.get_error(1), Truce.NotFoundError)
                self.assertEqual(str(raised.exception),
                                 '1 of 3 operations failed: task/nowhere: there is no such record')
                for id in stays:
                    del self.tasks[id]
        with self.assertRaises(KeyError):
            self.store.batch('sometimes')


class Query(Case):
    def setUp(self):
        super().setUp()
        for id, due in ('tent', 3), ('lamp', 1), ('rope', 2):
            self.tasks[id] = {'due': due, 'title': id, 'done': False}

    def ids(self, *arguments, **named):
        return [record.id for record in self.tasks.query(*arguments, **named)]

    def test_asks(self):
        self.assertEqual(self.ids(), ['lamp', 'rope', 'tent'])
        self.assertEqual(self.ids('due > 1'), ['rope', 'tent'])
        self.assertEqual(self.ids(order='due'), ['lamp', 'rope', 'tent'])
        self.assertEqual(self.ids(order=['done', '-due']), ['tent', 'rope', 'lamp'])
        self.assertEqual(self.ids(order='-due', limit=2), ['tent', 'rope'])
        either = Truce.Filter.parse('due == 1') | Truce.Filter.new_compare('title', Truce.Comparison.EQUAL, 'tent')
        self.assertEqual(self.ids(either), ['lamp', 'tent'])
        self.assertEqual(self.ids(either & Truce.Filter.parse('due > 1')), ['tent'])
        with self.assertRaises(Truce.InvalidDataError):
            self.tasks.query('due >')

    def test_searches(self):
        self.store.collection('note', {'search': ['title']})['1'] = {'title': 'A green tent'}
        self.assertEqual([record.id for record in self.store['note'].query(search='gre')], ['1'])
        self.assertEqual(len(self.store['note'].query(search='blue')), 0)

    def test_is_a_sequence_that_follows(self):
        todo = self.tasks.query('done == false', order='due')
        self.assertEqual((len(todo), todo[0].id, todo[-1].id), (3, 'lamp', 'tent'))
        self.assertEqual([record.id for record in todo[1:]], ['rope', 'tent'])
        with self.assertRaises(IndexError):
            todo[3]
        self.tasks.patch('lamp', {'done': True})
        self.assertEqual([record.id for record in todo], ['rope', 'tent'])


class Errors(Case):
    def test_a_class_for_each_code(self):
        codes = {code for code in map(Truce.Error, range(20))}
        classes = set(Truce.TruceError.__subclasses__()) - {Truce.BatchError}
        self.assertEqual({error.usual_code for error in classes}, codes)
        with self.assertRaises(ValueError):
            Truce.Error(20)         # a new code wants a class
        for error in classes:
            made = GLib.Error.new_literal(Truce.error_quark(), 'so it is', error.usual_code)
            self.assertIs(type(made), error)
            self.assertIs(type(made.copy()), error)
            self.assertEqual((made.code, made.message, str(made)), (error.usual_code, 'so it is', 'so it is'))
            self.assertTrue(error('x').matches(Truce.error_quark(), error.usual_code))
            self.assertIs(getattr(Truce, error.__name__), error)

    def test_raised(self):
        for error, code, function, arguments in (
                (Truce.NotFoundError, Truce.Error.NOT_FOUND, self.tasks.delete, ('2',)),
                (Truce.TooLargeError, Truce.Error.TOO_LARGE, self.tasks.put, ('1', {'title': 'x' * 21})),
                (Truce.InvalidDataError, Truce.Error.INVALID_DATA, self.tasks.put, ('1', [])),
                (Truce.InvalidSchemaError, Truce.Error.INVALID_SCHEMA, Truce.Schema, ({'no': 'such'},))):
            with self.subTest(error=error):
                with self.assertRaises(error) as raised:
                    function(*arguments)
                self.assertIsInstance(raised.exception, GLib.Error)
                self.assertIs(type(raised.exception.code), Truce.Error)
                self.assertEqual(raised.exception.code, code)
                self.assertEqual(str(raised.exception), raised.exception.message)
        self.assertTrue(issubclass(Truce.NotFoundError, KeyError))
        self.assertTrue(issubclass(Truce.InvalidDataError, ValueError))

    def test_others_stay(self):
        with self.assertRaises(GLib.Error) as raised:
            Gio.File.new_for_path('/nowhere').load_contents(None)
        self.assertIs(type(raised.exception), GLib.Error)
        self.assertIs(type(GLib.Error('x')), GLib.Error)

    def test_a_code_of_tomorrow(self):
        made = GLib.Error('from the future', 'truce-error-quark', 4711)
        self.assertIs(type(made), Truce.TruceError)
        self.assertEqual(made.code, 4711)

    def test_shows_itself(self):
        self.assertEqual(repr(Truce.BusyError('not now')), "Truce.BusyError('not now')")


class LeavesNothing(truce_case.Case):
    def use(self, path, gone):
        """Everything of the store once; tells by `gone` what is freed."""
        store = Truce.Store(path)
        tasks = store.collection('task', SCHEMA)
        tasks['1'] = TENT
        record, query = tasks['1'], tasks.query('votes > 1')
        self.assertEqual((dict(record), record['votes'], len(record.items())), (TENT, 3, 3))
        self.assertEqual((len(list(tasks.items())), len(list(tasks)), query[0], query[-1]), (1, 1, record, record))
        tasks.patch('1', {'votes': 4})
        with store.batch() as batch:
            batch['task']['2'] = {}
        with self.assertRaises(Truce.BatchError):
            with store.batch() as failing:
                del failing['task']['3']
        for each in store, tasks, record, query, batch.batch, batch.result, failing.batch, failing.result:
            each.weak_ref(gone.append, type(each).__name__)
        return store.__grefcount__, tasks.__grefcount__, record.__grefcount__, query.__grefcount__

    def test_all_is_freed(self):
        """At once, without the help of the collector, and the file is closed; the counts are the same each time."""
        gone = []
        gc.collect()
        gc.disable()
        self.addCleanup(gc.enable)
        with tempfile.TemporaryDirectory() as folder:
            counts = {self.use(os.path.join(folder, f'{i}.db'), gone) for i in range(5)}
            open_files = [os.path.realpath(f'/proc/self/fd/{fd}') for fd in os.listdir('/proc/self/fd')]
            self.assertEqual([path for path in open_files if path.startswith(folder)], [])
        self.assertEqual(len(counts), 1)
        self.assertEqual({name: gone.count(name) for name in set(gone)},
                         {'Store': 5, 'Collection': 5, 'Record': 5, 'Query': 5, 'Batch': 10, 'BatchResult': 10})


if __name__ == '__main__':
    sys.exit(truce_case.main())
