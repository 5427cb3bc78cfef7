# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library as Python sees it: resolvers, strategies and CRDTs of one's own, good ones and bad ones."""
import gc
import sys

import truce_case
from gi.repository import Gio, GLib, GObject, Json, Truce


def record(text):
    return Truce.Record.new_from_text('notes', 'n1', text)


def conflict(schema=None):
    """v and text differ on all sides; extra is local's alone."""
    return Truce.Conflict.new(record('{"v": 1, "text": "a"}'), record('{"v": 2, "text": "b", "extra": true}'),
                              record('{"v": 3, "text": "c"}'), schema)


def merged(text):
    return Truce.Resolution.new_merged(Json.from_string(text))


class Own(GObject.Object, Truce.Resolver):
    """Resolves by a function."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def do_resolve(self, conflict):
        return self.function(conflict)


class Later(GObject.Object, Truce.Resolver):
    """Answers by a function, once the main loop has run."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def do_resolve_async(self, conflict, cancellable, callback, data=None):
        task = Gio.Task.new(self, cancellable, callback)
        GLib.idle_add(self.answer, task)

    def answer(self, task):
        self.function(task)
        return GLib.SOURCE_REMOVE


class Nothing(GObject.Object, Truce.Resolver):
    """Implements nothing."""


class NoCrdt(GObject.Object, Truce.Crdt):
    """Implements nothing."""


def raises(*arguments):
    raise ValueError('a mistake')


NONSENSE = (None, 42, 'local', [], Gio.Cancellable(), Truce.ResolutionType.LOCAL)


class Case(truce_case.Case):
    def wait(self, resolver, conflict, cancellable=None):
        """Resolves asynchronously."""
        loop = GLib.MainLoop()
        results = []

        def done(source, result, *data):
            results.append(result)
            loop.quit()

        resolver.resolve_async(conflict, cancellable, done)
        loop.run()
        return resolver.resolve_finish(results[0])


class OwnResolver(Case):
    def test_resolves(self):
        def greater(conflict):
            values = [side.get_field('v').get_int() for side in (conflict.get_local(), conflict.get_remote())]
            return merged('{"v": %d}' % max(values))

        resolution = Own(greater).resolve(conflict())
        self.assertEqual(resolution.get_resolution_type(), Truce.ResolutionType.MERGED)
        self.assertEqual(resolution.dup_text(), '{"v":3}')

    def test_sees_the_conflict(self):
        seen = []

        def look(conflict):
            seen.extend((field.get_pointer(), field.dup_text(Truce.Side.BASE), field.dup_text(Truce.Side.LOCAL),
                         field.dup_text(Truce.Side.REMOTE)) for field in conflict.get_fields())
            return Truce.Resolution.new_deferred('ask')

        self.assertEqual(Own(look).resolve(conflict()).get_reason(), 'ask')
        self.assertEqual(seen, [('/v', '1', '2', '3'), ('/text', '"a"', '"b"', '"c"')])

    def test_raises(self):
        self.assert_error(Truce.Error.INVALID_DATA, Own(raises).resolve, conflict())

    def test_raises_an_error_of_its_own(self):
        def busy(conflict):
            raise GLib.Error.new_literal(Truce.error_quark(), 'come back later', Truce.Error.BUSY)

        self.assert_error(Truce.Error.BUSY, Own(busy).resolve, conflict())

    def test_gives_nonsense(self):
        for nonsense in NONSENSE:
            with self.subTest(nonsense=nonsense):
                self.assert_error(Truce.Error.INVALID_DATA, Own(lambda conflict: nonsense).resolve, conflict())

    def test_gives_no_record(self):
        for text in ('[1]', '"x"', 'null'):
            with self.subTest(text=text):
                self.assert_error(Truce.Error.INVALID_DATA, Own(lambda conflict: merged(text)).resolve, conflict())

    def test_implements_nothing(self):
        self.assert_error(Truce.Error.UNSUPPORTED, Nothing().resolve, conflict())
        self.assert_error(Truce.Error.UNSUPPORTED, self.wait, Nothing(), conflict())

    def test_inherited(self):
        """Without the interface named again PyGObject puts the method into the parent, too."""
        class Parent(GObject.Object, Truce.Resolver):
            def do_resolve(self, conflict):
                return Truce.Resolution.new_local()

        class Child(Parent, Truce.Resolver):
            def do_resolve(self, conflict):
                return Truce.Resolution.new_remote()

        self.assertEqual(Child().resolve(conflict()).get_resolution_type(), Truce.ResolutionType.REMOTE)
        self.assertEqual(Parent().resolve(conflict()).get_resolution_type(), Truce.ResolutionType.LOCAL)

    def test_in_a_chain(self):
        chain = Truce.ChainResolver.new()
        chain.append(Own(lambda conflict: Truce.Resolution.new_deferred('not mine')))
        chain.append(Own(lambda conflict: Truce.Resolution.new_remote()))
        self.assertEqual(chain.resolve(conflict()).get_resolution_type(), Truce.ResolutionType.REMOTE)
        self.assertEqual(self.wait(chain, conflict()).get_resolution_type(), Truce.ResolutionType.REMOTE)

    def test_an_error_ends_a_chain(self):
        chain = Truce.ChainResolver.new()
        chain.append(Own(raises))
        chain.append(Truce.PreferResolver.new(Truce.Side.LOCAL))
        self.assert_error(Truce.Error.INVALID_DATA, chain.resolve, conflict())
        self.assert_error(Truce.Error.INVALID_DATA, self.wait, chain, conflict())

    def test_leaves_nothing_behind(self):
        """Neither the resolver, good or bad, nor the conflict that it saw."""
        gone = []
        for function in (lambda conflict: Truce.Resolution.new_local(), raises, lambda conflict: 42):
            own, seen = Own(function), conflict()
            own.weak_ref(gone.append, 'resolver')
            seen.weak_ref(gone.append, 'conflict')
            try:
                own.resolve(seen)
            except GLib.Error:
                pass
            del own, seen
            gc.collect()
        self.assertEqual(gone.count('resolver'), 3)
        self.assertEqual(gone.count('conflict'), 3)


class AsyncResolver(Case):
    def test_resolve_is_enough(self):
        own = Own(lambda conflict: Truce.Resolution.new_local())
        self.assertEqual(self.wait(own, conflict()).get_resolution_type(), Truce.ResolutionType.LOCAL)
        self.assert_error(Truce.Error.INVALID_DATA, self.wait, Own(raises), conflict())

    def test_cancelled(self):
        cancellable = Gio.Cancellable()
        cancellable.cancel()
        with self.assertRaises(GLib.Error) as raised:
            self.wait(Own(lambda conflict: Truce.Resolution.new_local()), conflict(), cancellable)
        self.assertTrue(raised.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))

    def test_answers_later(self):
        later = Later(lambda task: task.return_value(GObject.Value(Truce.Resolution, Truce.Resolution.new_remote())))
        self.assertEqual(self.wait(later, conflict()).get_resolution_type(), Truce.ResolutionType.REMOTE)
        self.assert_error(Truce.Error.UNSUPPORTED, later.resolve, conflict())

    def test_gives_an_error(self):
        error = GLib.Error.new_literal(Truce.error_quark(), 'nobody is there', Truce.Error.TRANSIENT)
        self.assert_error(Truce.Error.TRANSIENT, self.wait, Later(lambda task: task.return_error(error)), conflict())

    def test_gives_nonsense(self):
        for value in (GObject.Value(int, 42), GObject.Value(Truce.Resolution, None)):
            with self.subTest(value=value):
                later = Later(lambda task: task.return_value(value))
                self.assert_error(Truce.Error.INVALID_DATA, self.wait, later, conflict())

    def test_finish_raises(self):
        class Bad(GObject.Object, Truce.Resolver):
            do_resolve_finish = raises

            def do_resolve_async(self, conflict, cancellable, callback, data=None):
                Gio.Task.new(self, cancellable, callback).return_boolean(True)

        self.assert_error(Truce.Error.INVALID_DATA, self.wait, Bad(), conflict())

    def test_raises_before_it_begins(self):
        """Nobody can answer then: the exception is on standard error. With the overrides it is also the answer."""
        class Bad(GObject.Object, Truce.Resolver):
            do_resolve_async = raises

        answers = []
        bad = Bad()
        bad.resolve_async(conflict(), None, lambda bad, answer, *data: answers.append(answer))
        while GLib.MainContext.default().iteration(False):
            pass
        self.assertEqual(len(answers), 1 if hasattr(Truce, 'TruceError') else 0)
        for answer in answers:
            self.assert_error(Truce.Error.INVALID_DATA, bad.resolve_finish, answer)


class Strategies(Case):
    def test_prefer(self):
        for side, expected in ((Truce.Side.LOCAL, Truce.ResolutionType.LOCAL),
                               (Truce.Side.REMOTE, Truce.ResolutionType.REMOTE)):
            self.assertEqual(Truce.PreferResolver.new(side).resolve(conflict()).get_resolution_type(), expected)

    def test_last_write(self):
        both = conflict()
        both.get_local().set_stamp(None, Truce.Stamp.new(1000, 0, 7))
        both.get_remote().set_stamp(None, Truce.Stamp.new(2000, 0, 8))
        self.assertEqual(Truce.LastWriteResolver.new().resolve(both).get_resolution_type(),
                         Truce.ResolutionType.REMOTE)

    def test_field_merge(self):
        schema = Truce.Schema.new()
        schema.set_kind('v', Truce.Kind.COUNTER)
        schema.set_rule('text', Truce.Rule.MAX)
        resolution = Truce.FieldMergeResolver.new(schema).resolve(conflict(schema))
        self.assertEqual(resolution.dup_text(), '{"v": 4, "text": "c", "extra": true}')

    def test_defer(self):
        self.assertEqual(Truce.DeferResolver.new('for a person').resolve(conflict()).get_reason(), 'for a person')

    def test_callback(self):
        callback = Truce.CallbackResolver.new(lambda conflict, *data: Truce.Resolution.new_remote())
        self.assertEqual(callback.resolve(conflict()).get_resolution_type(), Truce.ResolutionType.REMOTE)
        for function in (raises, lambda *arguments: None, lambda *arguments: 42):
            self.assert_error(Truce.Error.INVALID_DATA, Truce.CallbackResolver.new(function).resolve, conflict())

    def test_named_by_a_schema(self):
        schema = Truce.Schema.new_from_text('{"resolver": "prefer-remote"}')
        self.assertEqual(schema.create_resolver().resolve(conflict()).get_resolution_type(),
                         Truce.ResolutionType.REMOTE)


class ThreeWay(Case):
    BASE, LOCAL, REMOTE = (Json.from_string(text) for text in (
        '{"n": 1, "list": [1, 2], "t": "a"}', '{"n": 3, "list": [0, 1, 2], "t": "b"}',
        '{"n": 5, "list": [1, 2, 3], "t": "c"}'))

    def test_conflicts(self):
        value, conflicts = Truce.merge_three_way(self.BASE, self.LOCAL, self.REMOTE, None)
        self.assertEqual(Json.to_string(value, False), '{"n":3,"list":[0,1,2,3],"t":"b"}')
        self.assertEqual([field.get_pointer() for field in conflicts], ['/n', '/t'])

    def test_schema(self):
        schema = Truce.Schema.new_from_text('{"fields": {"n": "counter", "t": {"rule": "theirs"}}}')
        value, conflicts = Truce.merge_three_way(self.BASE, self.LOCAL, self.REMOTE, schema)
        self.assertEqual(Json.to_string(value, False), '{"n":7,"list":[0,1,2,3],"t":"c"}')
        self.assertEqual(len(conflicts), 0)

    def test_schema_limits(self):
        schema = Truce.Schema(max_fields=7)
        schema.set_type('t', Truce.FieldType.STRING, True)
        schema.set_required('t', True)
        schema.set_max_size('t', 2 ** 32 - 1)
        schema.set_pattern('t', '^[A-Z]')
        self.assertTrue(schema.add_index('n') and schema.add_search_field('t'))
        again = Truce.Schema.new_from_json(schema.to_json())
        self.assertEqual((again.get_field_type('/t'), again.is_nullable('/t'), again.is_required('t')),
                         (Truce.FieldType.STRING, True, True))
        self.assertEqual((again.get_max_size('/t'), again.get_pattern('/t')), (2 ** 32 - 1, '^[A-Z]'))
        self.assertEqual((again.get_indexes(), again.get_search_fields(), again.props.max_fields), (['n'], ['t'], 7))
        self.assert_error(Truce.Error.INVALID_SCHEMA, schema.set_required, '/t/u', True)

    def test_callback(self):
        schema = Truce.Schema.new_from_text('{"fields": {"n": "counter"}}')
        schema.set_callback('t', lambda pointer, base, local, remote, *data:
                            Json.from_string(f'"{local.get_string()}{remote.get_string()}"'))
        value, conflicts = Truce.merge_three_way(self.BASE, self.LOCAL, self.REMOTE, schema)
        self.assertEqual(Json.to_string(value, False), '{"n":7,"list":[0,1,2,3],"t":"bc"}')
        self.assertEqual(len(conflicts), 0)

    def test_bad_callback(self):
        """A function that decides nothing leaves the conflict, whatever went wrong in it."""
        for function in (raises, lambda *arguments: None, lambda *arguments: 42):
            schema = Truce.Schema.new_from_text('{"fields": {"n": "counter"}}')
            schema.set_callback('t', function)
            value, conflicts = Truce.merge_three_way(self.BASE, self.LOCAL, self.REMOTE, schema)
            self.assertEqual([field.get_pointer() for field in conflicts], ['/t'])

    def test_bytes_keep_their_form(self):
        value, conflicts = Truce.merge_three_way_bytes(
            *(GLib.Bytes.new(text) for text in (b'{ "a": 1.0,\n "b": 2 }\n', b'{ "a": 1.0,\n "b": 3 }\n',
                                                b'{"b":2,"a":5}')), None)
        self.assertEqual(value.get_data(), b'{ "a": 5,\n "b": 3 }\n')

    def test_bad_input(self):
        broken = GLib.Bytes.new(b'{"a": 1,}')
        self.assert_error(Truce.Error.INVALID_DATA, Truce.merge_three_way_bytes, broken, broken, broken, None)
        self.assert_error(Truce.Error.INVALID_SCHEMA, Truce.Schema.new_from_text, '{"fields": {"n": "no such kind"}}')


class Crdts(Case):
    def test_clock(self):
        mine, theirs = Truce.Clock.new(1), Truce.Clock.new(2)
        stamp = theirs.tick()
        self.assertTrue(mine.observe(stamp))
        self.assertGreater(mine.tick().compare(stamp), 0)
        self.assertTrue(Truce.Stamp.parse(stamp.to_string()).equal(stamp))
        self.assert_error(Truce.Error.CLOCK_SKEW, mine.observe, Truce.Stamp.new((1 << 48) - 1, 0, 2))

    def test_set(self):
        """Two replicas apart: one adds again what the other removes, and the addition wins."""
        (my_clock, mine), (their_clock, theirs) = ((Truce.Clock.new(i), Truce.OrSet.new()) for i in (1, 2))
        stamp = my_clock.tick()
        for element in ('milk', 'tea', 'ähre'):
            mine.add(element, stamp)
        theirs.apply(mine.encode())
        their_clock.observe(stamp)

        seen = theirs.get_context()
        mine.remove('milk', my_clock.tick())
        mine.remove('tea', my_clock.tick())
        theirs.add('tea', their_clock.tick())
        self.assertTrue(theirs.apply(mine.delta(seen)))
        self.assertTrue(mine.merge(theirs))
        self.assertTrue(mine.equal(theirs))
        self.assertEqual(sorted(mine.get_elements()), ['tea', 'ähre'])
        self.assertEqual(mine.encode().get_data(), theirs.encode().get_data())
        self.assertTrue(Truce.OrSet.new_from_bytes(mine.encode()).contains('tea'))
        self.assertEqual(sorted(mine.to_json().get_array().get_string_element(i) for i in (0, 1)), ['tea', 'ähre'])

        self.assert_error(Truce.Error.CORRUPT, mine.apply, GLib.Bytes.new(b'no set'))
        self.assertTrue(mine.equal(theirs))

    def test_counter(self):
        mine, theirs = Truce.Counter.new(), Truce.Counter.new()
        mine.increment(5, Truce.Stamp.new(1000, 0, 1))
        theirs.increment(-2, Truce.Stamp.new(1000, 0, 2))
        self.assertTrue(mine.merge(theirs))
        self.assertEqual((mine.get_value(), mine.to_json().get_int()), (3, 3))
        theirs.increment(-2 ** 63, Truce.Stamp.new(1001, 0, 2))
        self.assertEqual((theirs.get_value(), theirs.is_saturated()), (-2 ** 63, True))
        mine.reset(Truce.Stamp.new(1002, 0, 1))
        self.assertEqual(Truce.Counter.new_from_bytes(mine.encode()).get_value(), 0)
        self.assert_error(Truce.Error.INVALID_DATA, mine.increment, 1, Truce.Stamp.new(1000, 0, 1))

    def test_map(self):
        clock = Truce.Clock.new(1)
        page, copy = Truce.OrMap.new(), Truce.OrMap.new()
        page.set_text('/author/name', '"Ada"', clock.tick())
        page.increment('/visits', 2, clock.tick())
        copy.merge(page)
        page.remove('/visits', clock.tick())
        copy.apply(page.delta(copy.get_context()))
        self.assertEqual(copy.get_keys(''), ['author'])
        self.assertEqual(copy.get('/author/name').get_string(), 'Ada')
        seen = []
        copy.foreach(lambda key, value: seen.append((key, value.get_object().get_string_member('name'))))
        self.assertEqual(seen, [('author', 'Ada')])
        self.assert_error(Truce.Error.INVALID_DATA, page.increment, '/author/name', 1, clock.tick())

    def test_flag(self):
        for disable_wins in (False, True):
            mine, theirs = Truce.Flag.new(disable_wins), Truce.Flag(disable_wins=disable_wins)
            mine.enable(Truce.Stamp.new(1000, 0, 1))
            theirs.disable(Truce.Stamp.new(1001, 0, 2))
            self.assertTrue(mine.merge(theirs))
            self.assertEqual(mine.is_enabled(), not disable_wins)
            self.assertEqual(Truce.Flag.new_from_bytes(mine.encode()).props.disable_wins, disable_wins)

    def test_mv_register(self):
        mine, theirs = Truce.MvRegister.new(), Truce.MvRegister.new()
        mine.set(Json.from_string('{"a": 1}'), Truce.Stamp.new(1000, 0, 1))
        theirs.set_text('"b"', Truce.Stamp.new(999, 0, 2))
        self.assertTrue(mine.merge(theirs))
        self.assertEqual([mine.dup_text(i) for i in range(mine.get_n_values())], ['{"a":1}', '"b"'])
        self.assertEqual(mine.get(1).get_string(), 'b')
        self.assertIsNone(mine.get(2))
        self.assertEqual(mine.dup_stamp(1).to_string(), Truce.Stamp.new(999, 0, 2).to_string())

    def test_register(self):
        mine, theirs = Truce.LwwRegister.new(), Truce.LwwRegister.new()
        mine.set(Json.from_string('{"a": 1}'), Truce.Stamp.new(1000, 0, 1))
        theirs.set_text('[2]', Truce.Stamp.new(1000, 0, 2))
        self.assertTrue(mine.merge(theirs))
        self.assertEqual(mine.get_text(), '[2]')
        self.assertTrue(mine.get_stamp().equal(theirs.get_stamp()))

    def test_different_types(self):
        self.assert_error(Truce.Error.INVALID_DATA, Truce.OrSet.new().merge, Truce.LwwRegister.new())

    def test_implements_nothing(self):
        crdt = NoCrdt()
        for function, arguments in ((crdt.get_context, ()), (crdt.merge, (NoCrdt(),)), (crdt.delta, (None,)),
                                    (crdt.encode, ()), (crdt.apply, (GLib.Bytes.new(b'x'),)), (crdt.to_json, ()),
                                    (crdt.equal, (NoCrdt(),))):
            with self.subTest(function=function):
                self.assert_error(Truce.Error.UNSUPPORTED, function, *arguments)


if __name__ == '__main__':
    sys.exit(truce_case.main())
