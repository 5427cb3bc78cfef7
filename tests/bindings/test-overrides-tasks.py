#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The overrides: await on GLib's main loop, and under an asyncio that runs on it."""
import _thread
import asyncio
import gc
import selectors
import signal
import sys
import threading
import weakref

import truce_case
from gi.repository import Gio, GLib, Truce


class GLibEventLoop(asyncio.SelectorEventLoop):
    """What asyncio needs to run on GLib's main context, as PyGObject 3.50 and gbulb have it; simple, for a test."""
    class Selector(selectors.SelectSelector):
        def select(self, timeout=None):
            while GLib.MainContext.default().iteration(False):
                pass
            return super().select(0.001 if timeout is None else min(timeout, 0.001))

    def __init__(self):
        super().__init__(self.Selector())


@Truce.resolver
def BUSY(conflict):
    raise Truce.BusyError('not now')


CONFLICT = Truce.Conflict.new(*(Truce.Record.new('task', '1', {'n': n}) for n in range(3)), None)


def turn():
    """Lets the main loop do all that it can do now."""
    while GLib.MainContext.default().iteration(False):
        pass


class Case(truce_case.Case):
    def setUp(self):
        self.store = Truce.Store()
        self.tasks = self.store.collection('task')
        for id in 'ab':
            self.tasks[id] = {'title': id}


class Await(Case):
    def test_each_call(self):
        """Every asynchronous call there is."""
        async def use():
            other = Truce.Store()
            self.assertEqual(await other.merge_async(self.store), 2)
            self.assertEqual(await other.verify_async(), [])
            self.assertEqual(await other.purge_async(0), 0)
            out = Gio.MemoryOutputStream.new_resizable()
            self.assertEqual(await self.tasks.export_async(out), 2)
            out.close()
            stream = Gio.MemoryInputStream.new_from_bytes(out.steal_as_bytes())
            self.assertEqual(await other.collection('copy').import_async(stream, Truce.ImportFlags.NONE), 2)
            sync = Truce.Sync(other, Truce.HubRemote.new(Truce.Hub.new(Truce.Store())))
            waiting = sync.wait_synced_async(None, None)
            report = await sync.sync_now_async(0)
            self.assertEqual((report.n_pushed, await waiting), (4, True))
            with other.batch() as batch:
                batch['task']['c'] = {}
            waiting = sync.wait_batch_async(batch.result)
            await sync.sync_now_async(0)
            self.assertTrue(await waiting)
            return 'all'

        self.assertEqual(Truce.run(use()), 'all')
        asynchronous = {name for kind in (Truce.Store, Truce.Collection, Truce.Sync, Truce.Resolver)
                        for name in dir(kind) if name.endswith('_async') and not name.startswith('do_')}
        self.assertEqual(asynchronous, {'merge_async', 'verify_async', 'purge_async', 'export_async', 'import_async',
                                        'sync_now_async', 'wait_synced_async', 'wait_batch_async', 'resolve_async'})

    def test_progress(self):
        told = []

        async def use():
            other = Truce.Store()
            await other.merge_async(self.store, progress=lambda done, total: told.append((done, total)))
            await other.merge_async(self.store, lambda *all: told.append(all), ('data',))

        Truce.run(use())
        self.assertIn((2, 2), told)
        self.assertEqual(told[-1], (0, 0, 'data'), 'nothing new')

    def test_with_a_callback(self):
        """As in C."""
        other, results, loop = Truce.Store(), [], GLib.MainLoop()

        def done(source, result, *data):
            results.append((source.merge_finish(result), data))
            loop.quit()

        self.assertIsNone(other.merge_async(self.store, None, None, None, done, 'data'))
        loop.run()
        self.assertIsNone(Truce.Store().merge_async(self.store, callback=done))
        loop.run()
        self.assertEqual(results, [(2, ('data',)), (2, ())])

    def test_raises(self):
        async def use():
            with self.assertRaises(Truce.BusyError):
                await BUSY.resolve_async(CONFLICT)
            await BUSY.resolve_async(CONFLICT)

        with self.assertRaises(Truce.BusyError):
            Truce.run(use())

    def test_nested(self):
        async def inner(n):
            await Truce.sleep(0)
            return n

        async def outer():
            tasks = [Truce.spawn(inner(n)) for n in range(3)]
            return [await task for task in tasks] + [await inner(3)]

        self.assertEqual(Truce.run(outer()), [0, 1, 2, 3])

    def test_runs_in_a_thread(self):
        results = []

        def work():
            context = GLib.MainContext()
            context.push_thread_default()
            store = Truce.Store()
            store.collection('x')['1'] = {}

            async def use():
                await Truce.sleep(0)
                return await Truce.Store().merge_async(store)

            results.append(Truce.run(use()))
            context.pop_thread_default()

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        self.assertEqual(results, [1])

    def test_future(self):
        answer = Truce.Future()
        seen = []
        answer.add_done_callback(seen.append)
        GLib.idle_add(lambda: answer.set_result('yes'))

        async def ask():
            return await answer

        self.assertEqual(Truce.run(ask()), 'yes')
        answer.set_result('no')
        self.assertEqual((answer.result(), answer.done(), seen), ('yes', True, [answer]))
        with self.assertRaises(RuntimeError):
            Truce.Future().result()

    def test_not_a_coroutine(self):
        with self.assertRaises(TypeError):
            Truce.run(lambda: 1)

    def test_foreign_awaitable(self):
        async def use():
            await asyncio.sleep(0)

        with self.assertRaises(TypeError):
            Truce.run(use())


class Cancel(Case):
    def test_task(self):
        steps = []

        async def work():
            steps.append('begins')
            try:
                await Truce.Store().merge_async(self.store)
            except asyncio.CancelledError:
                steps.append('cancelled')
                raise

        task = Truce.spawn(work())
        task.cancel()
        turn()
        self.assertTrue(task.done())
        self.assertEqual(steps, ['begins', 'cancelled'])
        with self.assertRaises(asyncio.CancelledError):
            task.result()

    def test_stops_the_operation(self):
        other = Truce.Store()
        future = other.merge_async(self.store)
        future.cancel()
        turn()
        with self.assertRaises(GLib.Error) as raised:
            future.result()
        self.assertTrue(raised.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))
        self.assertEqual(len(other), 0)

    def test_own_cancellable(self):
        cancellable = Gio.Cancellable()

        async def use():
            future = Truce.Store().merge_async(self.store, cancellable=cancellable)
            cancellable.cancel()
            await future

        with self.assertRaises(GLib.Error) as raised:
            Truce.run(use())
        self.assertTrue(raised.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))

    def test_may_be_survived(self):
        async def stubborn():
            try:
                await Truce.sleep(3600)
            except asyncio.CancelledError:
                await Truce.sleep(0)
                return 'still here'

        task = Truce.spawn(stubborn())
        task.cancel()
        while not task.done():
            GLib.MainContext.default().iteration(True)
        self.assertEqual(task.result(), 'still here')

    def test_itself(self):
        async def gives_up():
            tasks[0].cancel()
            await Truce.sleep(3600)

        async def begin():
            await Truce.sleep(0)
            await gives_up()

        tasks = []
        tasks.append(Truce.spawn(begin()))
        while not tasks[0].done():
            GLib.MainContext.default().iteration(True)
        with self.assertRaises(asyncio.CancelledError):
            tasks[0].result()

    def test_what_it_waits_for(self):
        async def outer():
            await inner

        async def sleeps():
            await Truce.sleep(3600)

        inner = Truce.spawn(sleeps())
        task = Truce.spawn(outer())
        task.cancel()
        turn()
        self.assertTrue(inner.done() and task.done())
        for each in inner, task:
            with self.assertRaises(asyncio.CancelledError):
                each.result()

    def test_interrupted(self):
        """The loop ends at Ctrl+C: the task does not stay half done."""
        steps = []

        async def work():
            GLib.idle_add(interrupt)
            try:
                await Truce.sleep(3600)
            finally:
                steps.append('cleaned up')

        def interrupt():
            _thread.interrupt_main(signal.SIGINT)
            return GLib.SOURCE_REMOVE

        with self.assertRaises(KeyboardInterrupt):
            Truce.run(work())
        self.assertEqual(steps, ['cleaned up'])


class Shown(Case):
    def test_spawned(self):
        async def fails():
            await Truce.sleep(0)
            raise ValueError('a mistake')

        with truce_case.shown() as text:
            Truce.spawn(fails())
            while not text.getvalue():
                GLib.MainContext.default().iteration(True)
        self.assertEqual(text.getvalue(), 'ValueError: a mistake\n')

    def test_forgotten_call(self):
        with truce_case.shown() as text:
            BUSY.resolve_async(CONFLICT)
            turn()
        self.assertEqual(text.getvalue(), 'BusyError: not now\n')

    def test_not_what_was_seen(self):
        async def fails():
            raise ValueError('a mistake')

        with truce_case.shown() as text:
            with self.assertRaises(ValueError):
                Truce.run(fails())
            task = Truce.spawn(fails())
            with self.assertRaises(ValueError):
                task.result()
            del task
            Truce.Store().merge_async(self.store).cancel()
            turn()
        self.assertEqual(text.getvalue(), '')


class Asyncio(Case):
    def run_in(self, loop, coroutine):
        try:
            return loop.run_until_complete(coroutine)
        finally:
            loop.close()

    def test_on_glib(self):
        async def use():
            merged = await Truce.Store().merge_async(self.store)
            await asyncio.sleep(0)
            return merged

        self.assertEqual(self.run_in(GLibEventLoop(), use()), 2)

    def test_cancelled(self):
        async def use():
            asyncio.get_running_loop().call_soon(asyncio.current_task().cancel)
            await Truce.sleep(3600)

        with self.assertRaises(asyncio.CancelledError):
            self.run_in(GLibEventLoop(), use())

    def test_on_its_own_loop(self):
        async def use():
            await Truce.Store().merge_async(self.store)

        with self.assertRaisesRegex(RuntimeError, 'Truce.run'):
            asyncio.run(use())
        turn()

    def test_on_no_loop(self):
        future = Truce.Store().merge_async(self.store)
        with self.assertRaisesRegex(RuntimeError, 'Truce.run'):
            future.__await__().send(None)
        turn()


class LeavesNothing(Case):
    def test_tasks(self):
        """Neither the task, nor what it waited for, nor the stores."""
        gone = []

        class Mark:
            pass

        async def work(mark):
            other = Truce.Store()
            other.weak_ref(gone.append, 'store')
            await other.merge_async(self.store)
            await Truce.sleep(0)

        gc.collect()
        gc.disable()
        self.addCleanup(gc.enable)
        for _ in range(10):
            mark = Mark()
            reference = weakref.ref(mark)
            Truce.run(work(mark))
            del mark
            self.assertIsNone(reference(), 'without the help of the collector')

        async def fails():
            raise ValueError('a mistake')

        task = Truce.spawn(fails())
        reference = weakref.ref(task)
        try:                        # assertRaises would clear the traceback
            task.result()
        except ValueError:
            del task
        self.assertIsNone(reference(), 'no circle by the traceback')
        turn()
        gc.collect()
        self.assertEqual(len(gone), 10)


if __name__ == '__main__':
    sys.exit(truce_case.main())
