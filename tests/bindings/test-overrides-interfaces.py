#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The overrides: every interface in Python, by classes and by plain functions; what is raised in them arrives."""
import gc
import sys
import threading
import weakref

import truce_case
from dict_adapter import DictAdapter
from gi.repository import Gio, GLib, GObject, Truce

def conflict():
    return Truce.Conflict.new(*(Truce.Record.new('task', '1', {'n': n}) for n in range(3)), None)


def raiser(kind, message):
    def function(*arguments):
        raise kind(message)
    return function


class Case(truce_case.Case):
    def assert_mistake(self, function, *arguments):
        """The text of what is raised arrives, and its place is shown."""
        with truce_case.shown() as text, self.assertRaises(Truce.InvalidDataError) as raised:
            function(*arguments)
        self.assertIn('ValueError: a mistake', str(raised.exception))
        self.assertEqual(text.getvalue(), 'ValueError: a mistake\n')


class EveryVfunc(Case):
    """Each virtual function of each interface raises each kind of exception: it arrives with its code and its text."""
    STORED = Truce.StoredRecord.new('task', '1', 1, Truce.Delivery.PENDING, '{}', GLib.Bytes.new(b'x'), None)
    CALLS = {
        Truce.Resolver: {'resolve': lambda: (conflict(),)},
        Truce.Remote: {'open': lambda: (Truce.Hello(), None), 'pull': lambda: (Truce.Pull(), None),
                       'push': lambda: (Truce.Push(), None), 'list': lambda: (Truce.Listing(), None),
                       'close': lambda: (Truce.Hello(), None), 'watch': lambda: (True,)},
        Truce.StoreAdapter: {'begin': lambda: (True,), 'commit': tuple, 'flush': tuple, 'get': lambda: ('task', '1'),
                             'put': lambda: (EveryVfunc.STORED, None), 'remove': lambda: (EveryVfunc.STORED,),
                             'settle': lambda: (EveryVfunc.STORED, Truce.Delivery.SYNCED, None),
                             'next': lambda: ('task', None), 'next_change': lambda: (0,), 'next_pending': lambda: (0,),
                             'get_meta': lambda: ('a', 'b'), 'set_meta': lambda: ('a', 'b', None),
                             'next_meta': lambda: ('a', None), 'prepare': lambda: ('task', Truce.Schema()),
                             'verify': lambda: (None,)},
        Truce.Crdt: {'apply': lambda: (GLib.Bytes.new(b'x'),), 'delta': lambda: (None,), 'equal': lambda: (None,),
                     'get_context': tuple, 'merge': lambda: (None,), 'to_json': tuple},
    }
    NOT_FAILING = {'resolve_async', 'resolve_finish', 'rollback', 'get_generation', 'get_threaded'}

    def make(self, interface, name, *error):
        return type('Raises', (GObject.Object, interface), {f'do_{name}': raiser(*error)})()

    def calls(self):
        for interface, calls in self.CALLS.items():
            for name, arguments in calls.items():
                yield interface, name, arguments

    def test_all_are_here(self):
        for interface, calls in self.CALLS.items():
            vfuncs = {vfunc.get_name() for vfunc in interface.__info__.get_vfuncs()}
            self.assertEqual(vfuncs - self.NOT_FAILING, set(calls))

    def call(self, interface, name, arguments, *error):
        own = self.make(interface, name, *error)
        given = arguments()
        if name in ('equal', 'merge'):
            given = (own,)
        return own, name, *given

    def test_mistakes(self):
        for interface, name, arguments in self.calls():
            with self.subTest(interface=interface, name=name):
                own, name, *given = self.call(interface, name, arguments, ValueError, 'a mistake')
                self.assert_mistake(getattr(own, name), *given)

    def test_own_errors(self):
        for interface, name, arguments in self.calls():
            for kind, message in (Truce.FullError, 'no room'), (Truce.AuthError, 'who are you?'):
                with self.subTest(interface=interface, name=name, kind=kind):
                    own, name, *given = self.call(interface, name, arguments, kind, message)
                    with truce_case.shown() as text, self.assertRaises(kind) as raised:
                        getattr(own, name)(*given)
                    self.assertIn(message, raised.exception.message)
                    self.assertEqual(text.getvalue(), '')

    def test_no_network(self):
        for kind, message in (ConnectionRefusedError, 'nobody there'), (TimeoutError, 'too slow'):
            own = self.make(Truce.Remote, 'pull', kind, message)
            with truce_case.shown() as text, self.assertRaises(Truce.TransientError) as raised:
                own.pull(Truce.Pull(), None)
            self.assertIn(message, str(raised.exception))
            self.assertEqual(text.getvalue(), '', 'no mistake of the program')

    def test_leave_nothing_behind(self):
        gone = []
        for interface, name, arguments in self.calls():
            own, name, *given = self.call(interface, name, arguments, Truce.FullError, 'no room')
            own.weak_ref(gone.append, name)
            with self.assertRaises(Truce.FullError):
                getattr(own, name)(*given)
            del own, given
        gc.collect()
        self.assertEqual(len(gone), sum(map(len, self.CALLS.values())))


class Inheritance(Case):
    def test_parents_keep_their_methods(self):
        """PyGObject alone would change Parent, too."""
        class Parent(GObject.Object, Truce.Resolver):
            def do_resolve(self, conflict):
                return Truce.Side.LOCAL

        class Child(Parent):
            def do_resolve(self, conflict):
                return Truce.Side.REMOTE

        class Grandchild(Child):
            def do_resolve(self, conflict):
                return {'n': super().do_resolve(conflict).get_resolution_type().value_nick}

        class Same(Child):
            pass

        def answer(kind):
            resolution = kind().resolve(conflict())
            return resolution.get_resolution_type().value_nick, resolution.dup_text()

        self.assertEqual(answer(Parent), ('local', None))
        self.assertEqual(answer(Child), ('remote', None))
        self.assertEqual(answer(Grandchild), ('merged', '{"n":"remote"}'))
        self.assertEqual(answer(Same), ('remote', None))

    def test_no_coroutines(self):
        """But for do_resolve: what one returns would be taken for an answer."""
        async def coroutine(*arguments):
            pass

        for interface, name in (Truce.Remote, 'do_pull'), (Truce.StoreAdapter, 'do_get'):
            with self.assertRaises(TypeError):
                type('Later', (GObject.Object, interface), {name: coroutine})
        with self.assertRaises(TypeError):
            Truce.remote(coroutine, lambda change: None)

    def test_adds_a_method(self):
        class Closes(GObject.Object, Truce.Remote):
            def do_get_threaded(self):
                return False

        class Opens(Closes):
            def do_open(self, hello, cancellable):
                raise Truce.BusyError('later')

        self.assert_error(Truce.Error.UNSUPPORTED, Closes().open, Truce.Hello(), None)
        self.assert_error(Truce.Error.BUSY, Opens().open, Truce.Hello(), None)
        self.assertFalse(Opens().get_threaded())

    def test_two_interfaces(self):
        class Both(GObject.Object, Truce.Resolver, Truce.Remote):
            def do_resolve(self, conflict):
                return Truce.Side.LOCAL

            def do_open(self, hello, cancellable):
                raise Truce.BusyError('later')

        class Other(Both):
            def do_resolve(self, conflict):
                return Truce.Side.REMOTE

        self.assertEqual(Other().resolve(conflict()).get_resolution_type(), Truce.ResolutionType.REMOTE)
        self.assertEqual(Both().resolve(conflict()).get_resolution_type(), Truce.ResolutionType.LOCAL)
        self.assert_error(Truce.Error.BUSY, Other().open, Truce.Hello(), None)

    def test_an_adapter_of_an_adapter(self):
        class Counts(DictAdapter):
            puts = 0

            def do_put(self, record, replaced):
                self.puts += 1
                return super().do_put(record, replaced)

        adapter = Counts()
        store = Truce.Store.new(adapter)
        store.collection('task')['1'] = {'a': 1}
        self.assertEqual(adapter.puts, 1)
        self.assertEqual(store.verify(), [])


class Resolvers(Case):
    def answer(self, function):
        resolution = Truce.resolver(function).resolve(conflict())
        return resolution.get_resolution_type().value_nick, resolution.dup_text() or resolution.get_reason()

    def test_answers(self):
        self.assertEqual(self.answer(lambda c: Truce.Side.LOCAL), ('local', None))
        self.assertEqual(self.answer(lambda c: Truce.Side.REMOTE), ('remote', None))
        self.assertEqual(self.answer(lambda c: {'n': max(c.local['n'], c.remote['n'])}), ('merged', '{"n":2}'))
        self.assertEqual(self.answer(lambda c: c.remote), ('merged', '{"n":2}'))
        self.assertEqual(self.answer(lambda c: Truce.Resolution.new_deferred('ask')), ('deferred', 'ask'))

    def test_nonsense(self):
        for nonsense in (None, 42, 'local', [], Truce.Side.BASE, Truce.ResolutionType.LOCAL):
            with self.subTest(nonsense=nonsense), self.assertRaises(Truce.InvalidDataError) as raised:
                self.answer(lambda c: nonsense)
            self.assertIn(repr(nonsense), str(raised.exception))

    def test_mistakes(self):
        for make in Truce.resolver, Truce.CallbackResolver.new:
            self.assert_mistake(make(raiser(ValueError, 'a mistake')).resolve, conflict())

    def test_callback_resolver(self):
        given = []

        def function(conflict, *data):
            given.append(data)
            return Truce.Side.REMOTE

        for data in (), (7,):
            resolution = Truce.CallbackResolver.new(function, *data).resolve(conflict())
            self.assertEqual(resolution.get_resolution_type(), Truce.ResolutionType.REMOTE)
        self.assertEqual(given, [(), (7,)])

    def test_decorates_and_serves_a_collection(self):
        @Truce.resolver
        def greater(conflict):
            return {'n': max(conflict.local['n'], conflict.remote['n'])}

        tasks = Truce.Store().collection('task')
        tasks.set_resolver(greater)
        tasks['1'] = {'n': 5}
        batch = Truce.Batch.new(Truce.BatchPolicy.ATOMIC)
        batch.merge_text('task', '1', '{"n": 1}', '{"n": 9}')
        tasks.get_store().run(batch)
        self.assertEqual(tasks['1'], {'n': 9})

    def test_coroutines(self):
        @Truce.resolver
        async def asks(conflict):
            await Truce.sleep(0)
            return {'n': conflict.remote['n'] + 1}

        class Asks(GObject.Object, Truce.Resolver):
            async def do_resolve(self, conflict):
                return (await asks.resolve_async(conflict)).dup_text() and Truce.Side.LOCAL

        async def use(resolver):
            resolution = await resolver.resolve_async(conflict())
            return resolution.get_resolution_type().value_nick, resolution.dup_text()

        self.assertEqual(Truce.run(use(asks)), ('merged', '{"n":3}'))
        self.assertEqual(Truce.run(use(Asks())), ('local', None))
        self.assert_error(Truce.Error.UNSUPPORTED, asks.resolve, conflict())

    def test_coroutines_fail(self):
        async def use(function):
            return await Truce.resolver(function).resolve_async(conflict())

        async def mistake(conflict):
            await Truce.sleep(0)
            raise ValueError('a mistake')

        async def at_once(conflict):
            raise ValueError('a mistake')

        async def busy(conflict):
            raise Truce.BusyError('not now')

        async def nonsense(conflict):
            return 42

        for function in mistake, at_once:
            self.assert_mistake(lambda: Truce.run(use(function)))
        with self.assertRaises(Truce.BusyError):
            Truce.run(use(busy))
        with self.assertRaises(Truce.InvalidDataError):
            Truce.run(use(nonsense))

    def test_coroutine_cancelled(self):
        ended = []

        @Truce.resolver
        async def waits(conflict):
            try:
                await Truce.sleep(3600)
            finally:
                ended.append(True)

        for before in False, True:
            cancellable = Gio.Cancellable()
            if before:
                cancellable.cancel()
            future = waits.resolve_async(conflict(), cancellable)
            cancellable.cancel()
            while not future.done():
                GLib.MainContext.default().iteration(True)
            with self.assertRaises(GLib.Error) as raised:
                future.result()
            self.assertTrue(raised.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))
        self.assertEqual(ended, [True], 'the second had not begun')

    def test_coroutine_lets_go_of_a_cancellable(self):
        """One that lives on does not keep what is done."""
        cancellable = Gio.Cancellable()

        @Truce.resolver
        async def resolver(conflict):
            await Truce.sleep(0)
            return Truce.Side.LOCAL

        async def ask():
            await resolver.resolve_async(conflict(), cancellable)

        Truce.run(ask())
        gc.collect()
        self.assertEqual([task for task in gc.get_objects() if isinstance(task, Truce.Task)], [])
        cancellable.cancel()

    def test_begins_badly(self):
        class Bad(GObject.Object, Truce.Resolver):
            do_resolve_async = raiser(ValueError, 'a mistake')

        async def use():
            await Bad().resolve_async(conflict())

        self.assert_mistake(lambda: Truce.run(use()))

    def test_fails_after_it_answered(self):
        """There is one answer; the mistake is shown."""
        class Bad(GObject.Object, Truce.Resolver):
            def do_resolve_async(self, conflict, cancellable, callback, *data):
                task = Gio.Task.new(self, cancellable, callback)
                task.return_value(GObject.Value(Truce.Resolution, Truce.Resolution.new_remote()))
                raise ValueError('a mistake')

        answers = []
        bad = Bad()
        with truce_case.shown() as text:
            bad.resolve_async(conflict(), None, lambda bad, answer, *data: answers.append(answer))
            while GLib.MainContext.default().iteration(False):
                pass
        self.assertEqual(text.getvalue(), 'ValueError: a mistake\n')
        answer, = answers
        self.assertEqual(bad.resolve_finish(answer).get_resolution_type(), Truce.ResolutionType.REMOTE)

    def test_leave_nothing_behind(self):
        gone = []
        functions = []

        def count(make):
            def function(conflict):
                return Truce.Side.LOCAL
            functions.append(weakref.ref(function))
            resolver, seen = make(function), conflict()
            for _ in range(3):
                resolver.resolve(seen)
            self.assertEqual((resolver.__grefcount__, seen.__grefcount__), (1, 1))
            resolver.weak_ref(gone.append, 'resolver')
            seen.weak_ref(gone.append, 'conflict')

        async def later():
            async def function(conflict):
                await Truce.sleep(0)
                return Truce.Side.LOCAL
            resolver, seen = Truce.resolver(function), conflict()
            await resolver.resolve_async(seen)
            resolver.weak_ref(gone.append, 'resolver')
            seen.weak_ref(gone.append, 'conflict')

        for _ in range(5):
            count(Truce.resolver)
            count(Truce.CallbackResolver.new)
            Truce.run(later())
        gc.collect()
        self.assertEqual((gone.count('resolver'), gone.count('conflict')), (15, 15))
        self.assertEqual([function() for function in functions], [None] * 10)


class Server:
    """Counts its writes; takes no record without a title."""

    def __init__(self):
        self.records = {}       # (collection, id): (number of the write, record)
        self.writes = 0
        self.threads = set()

    def pull(self, cursor):
        self.threads.add(threading.current_thread())
        return [(*place, record, str(number)) for place, (number, record) in self.records.items() if number > cursor], \
            self.writes

    def push(self, change):
        number, there = self.records.get((change.collection, change.id), (None, None))
        if there is not None and str(number) != change.token:
            return Truce.Theirs(there, str(number))
        if change.value is not None and 'title' not in change.value:
            raise Truce.RejectedError('it has no title')
        self.writes += 1
        self.records[change.collection, change.id] = self.writes, change.value
        return str(self.writes)


class Remotes(Case):
    def device(self, remote):
        store = Truce.Store()
        return store.collection('note'), Truce.Sync(store, remote)

    def setUp(self):
        self.server = Server()
        self.remote = Truce.remote(self.server.pull, self.server.push)

    def test_syncs(self):
        (desk, desk_sync), (bag, bag_sync) = self.device(self.remote), self.device(self.remote)
        desk['1'] = {'title': 'Milk', 'n': 2 ** 70}
        self.assertEqual(desk_sync.sync_now(0, None).n_pushed, 1)
        self.assertEqual(bag_sync.sync_now(0, None).n_pulled, 1)
        self.assertEqual(bag['1'], {'title': 'Milk', 'n': 2 ** 70})
        desk.patch('1', {'title': 'Oat milk'})
        bag.patch('1', {'n': 1})
        for sync in desk_sync, bag_sync, desk_sync:
            sync.sync_now(0, None)
        self.assertEqual(desk['1'], {'title': 'Oat milk', 'n': 1})
        self.assertEqual(bag['1'], dict(desk['1']))
        del bag['1']
        for sync in bag_sync, desk_sync:
            sync.sync_now(0, None)
        self.assertEqual(len(desk), 0)

    def test_threads(self):
        """Where nobody waits for the answer the functions may block."""
        for threaded in True, False:
            self.server.threads.clear()
            notes, sync = self.device(Truce.remote(self.server.pull, self.server.push, threaded=threaded))
            notes['1'] = {'title': 'Milk'}

            async def use():
                return await sync.sync_now_async(0)

            Truce.run(use())
            self.assertEqual(threading.current_thread() not in self.server.threads, threaded)

    def test_meets_another_version(self):
        """The server's record has changed since what the change is based on, which nobody has pulled yet."""
        desk, sync = self.device(Truce.remote(lambda cursor: ([], cursor), self.server.push))
        desk['1'] = {'title': 'Milk', 'n': 1}
        sync.sync_now(0, None)
        self.server.writes = 2
        self.server.records['note', '1'] = 2, {'title': 'Tea', 'n': 1}
        desk.patch('1', {'n': 5})
        sync.sync_now(0, None)
        self.assertEqual(desk['1'], {'title': 'Tea', 'n': 5})
        self.assertEqual(self.server.records['note', '1'], (3, {'title': 'Tea', 'n': 5}))

    def test_inbox(self):
        desk, sync = self.device(self.remote)
        desk['lamp'] = {'weight': 1}
        desk['tent'] = {'title': 'Tent'}
        report = sync.sync_now(0, None)
        self.assertEqual((report.n_pushed, report.n_failed), (1, 1))
        item, = Truce.Inbox.new(sync.get_store())
        self.assertEqual((item.collection, item.id, item.message, item.code, item.attempts),
                         ('note', 'lamp', 'it has no title', Truce.Error.REJECTED, 1))
        self.assertEqual((item.base, item.local, item.remote), (None, {'weight': 1}, None))
        item.retry({'title': 'Lamp'})
        self.assertEqual(sync.sync_now(0, None).n_pushed, 1)
        self.assertEqual(self.server.records['note', 'lamp'][1], {'weight': 1, 'title': 'Lamp'})

    def test_resolves_in_the_inbox(self):
        store = Truce.Store()
        desk = store.collection('note', {'fields': {'title': {'rule': 'ask'}}})
        sync = Truce.Sync(store, self.remote)
        desk['1'] = {'title': 'Milk'}
        sync.sync_now(0, None)
        self.server.writes += 1
        self.server.records['note', '1'] = self.server.writes, {'title': 'Tea'}
        desk.patch('1', {'title': 'Oats'})
        self.assertEqual(sync.sync_now(0, None).n_conflicted, 1)
        item, = Truce.Inbox.new(store)
        self.assertEqual((item.base, item.local, item.remote), ({'title': 'Milk'}, {'title': 'Oats'}, {'title': 'Tea'}))
        item.resolve(Truce.ResolutionType.MERGED, {'title': 'Tea with oats'})
        sync.sync_now(0, None)
        self.assertEqual(self.server.records['note', '1'][1], {'title': 'Tea with oats'})

    def test_server_chooses_ids(self):
        def push(change):
            self.server.push(change)
            return Truce.Accepted('token', '17')

        desk, sync = self.device(Truce.remote(self.server.pull, push))
        desk['mine'] = {'title': 'x'}
        sync.sync_now(0, None)
        self.assertEqual(list(desk), ['17'])

    def test_pages(self):
        pages = [([('note', '1', {'n': 1})], 1, True), ([('note', '2', {'n': 2}, None), ('note', '1', None)], 2, False)]
        desk, sync = self.device(Truce.remote(lambda cursor: pages[cursor], self.server.push))
        sync.sync_now(0, None)
        self.assertEqual(dict(desk.items()), {'2': {'n': 2}})

    def test_opens(self):
        def open(hello):
            hello.set_head(0)
            opened.append(hello.get_session())
            return 'a session'

        opened = []
        desk, sync = self.device(Truce.remote(self.server.pull, self.server.push, open))
        sync.sync_now(0, None)
        sync.sync_now(0, None)
        self.assertEqual(len(opened), 2)

    def test_mistakes_end_the_session(self):
        for name in 'pull', 'open':
            functions = {'pull': self.server.pull, 'push': self.server.push, name: raiser(ValueError, 'a mistake')}
            desk, sync = self.device(Truce.remote(**functions))
            self.assert_mistake(sync.sync_now, 0, None)
        for nonsense in None, 42, ([], ), ([('note',)], 1), ([('note', '1', {}, 'a', 'b')], 1):
            desk, sync = self.device(Truce.remote(lambda cursor: nonsense, self.server.push))
            with self.subTest(nonsense=nonsense), truce_case.shown(), self.assertRaises(Truce.InvalidDataError):
                sync.sync_now(0, None)

    def test_mistakes_with_one_record(self):
        def push(change):
            if change.id == 'b':
                raise ValueError('a mistake')
            return 42 if change.id == 'c' else None

        desk, sync = self.device(Truce.remote(self.server.pull, push))
        for id in 'abcd':
            desk[id] = {}
        with truce_case.shown() as text:
            report = sync.sync_now(0, None)
        self.assertEqual((report.n_pushed, report.n_failed), (2, 2))
        self.assertEqual(text.getvalue(), 'ValueError: a mistake\n')
        messages = [item.message for item in Truce.Inbox.new(sync.get_store())]
        self.assertEqual(messages[0], 'ValueError: a mistake')
        self.assertIn('push returned 42', messages[1])

    def test_no_network(self):
        """At once: the session's error. In the midst of a push: what was answered counts, the rest is tried again."""
        def push(change):
            if len(pushed) == last:
                raise ConnectionResetError('cut off')
            pushed.append(change.id)

        pushed, last = [], 0
        desk, sync = self.device(Truce.remote(self.server.pull, push))
        for id in 'abcd':
            desk[id] = {}
        with truce_case.shown() as text, self.assertRaises(Truce.TransientError) as raised:
            sync.sync_now(0, None)
        self.assertIn('cut off', str(raised.exception))
        last = 2
        with truce_case.shown() as text:
            report = sync.sync_now(0, None)
        self.assertEqual(text.getvalue(), '')
        self.assertEqual((report.n_pushed, report.n_retried, report.n_failed), (2, 2, 0))
        self.assertEqual((sync.get_n_pending(), sync.get_n_failed()), (2, 0))
        self.assertIn('cut off', sync.get_store().explain('note', 'd'))

    def test_signed_out(self):
        desk, sync = self.device(Truce.remote(self.server.pull, raiser(Truce.AuthError, 'who are you?')))
        desk['1'] = {}
        with self.assertRaises(Truce.AuthError):
            sync.sync_now(0, None)
        self.assertEqual((sync.get_n_pending(), sync.get_n_failed()), (1, 0))

    def test_guard(self):
        def guard(hub, change, account):
            if change.collection == 'note' and 'title' not in change.value:
                raise Truce.RejectedError('it has no title')
            if change.value['title'] == '':
                raise ValueError('a mistake')

        hub = Truce.Hub.new(Truce.Store())
        hub.set_guard(guard)
        desk, sync = self.device(Truce.HubRemote.new(hub))
        desk['1'] = {}
        desk['2'] = {'title': 'Milk'}
        desk['3'] = {'title': ''}
        with truce_case.shown() as text:
            report = sync.sync_now(0, None)
        self.assertEqual((report.n_pushed, report.n_failed), (1, 2))
        self.assertEqual([item.message for item in Truce.Inbox.new(sync.get_store())],
                         ['it has no title', 'ValueError: a mistake'])
        self.assertEqual(text.getvalue(), 'ValueError: a mistake\n')
        hub.set_guard(lambda *asked: False)
        desk['4'] = {'title': 'Tea'}
        self.assertEqual(sync.sync_now(0, None).n_pushed, 0)
        hub.set_guard(None)
        desk['5'] = {'title': 'Rice'}
        self.assertEqual(sync.sync_now(0, None).n_pushed, 1)

    def test_leave_nothing_behind(self):
        gone = []

        def use():
            server = Server()
            remote = Truce.remote(server.pull, server.push)
            notes, sync = self.device(remote)
            notes['1'] = {'title': 'Milk'}
            sync.sync_now(0, None)
            for name, each in ('remote', remote), ('notes', notes), ('sync', sync), ('store', sync.get_store()):
                each.weak_ref(gone.append, name)
            servers.append(weakref.ref(server))

        servers = []
        for _ in range(5):
            use()
        gc.collect()
        while GLib.MainContext.default().iteration(False):
            pass
        gc.collect()
        self.assertEqual({name: gone.count(name) for name in set(gone)},
                         {'remote': 5, 'notes': 5, 'sync': 5, 'store': 5})
        self.assertEqual([server() for server in servers], [None] * 5)


if __name__ == '__main__':
    sys.exit(truce_case.main())
