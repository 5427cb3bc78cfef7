# SPDX-License-Identifier: LGPL-2.1-or-later
"""`await` on GLib's main loop: each *_async method called without a callback returns a Future.

A coroutine is run by `Truce.run`, or in an app that has a main loop already by `Truce.spawn`. It goes on in the main
context that it was started in, from the callback of what it waits for: there is no loop besides GLib's. Under asyncio a
Future can be awaited as well, if asyncio's loop runs GLib's main context.
"""
from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Coroutine, Generator
from typing import Any, Generic, TypeVar

from gi.module import get_introspection_module
from gi.repository import Gio, GLib

Truce = get_introspection_module('Truce')
T = TypeVar('T')
_running = threading.local()        # task: the Task whose coroutine runs right now in this thread


class Future(Generic[T]):
    """A result that is not there yet: `await` it. The first result or exception stays.

    It belongs to one thread; from another one set its result by GLib.idle_add.
    """

    def __init__(self, cancellable: Gio.Cancellable | None = None) -> None:
        self.cancellable = cancellable
        self._done = False
        self._result: Any = None
        self._exception: BaseException | None = None
        self._seen = False
        self._callbacks: list[Callable[[Any], object]] = []

    def done(self) -> bool:
        return self._done

    def result(self) -> T:
        if not self._done:
            raise RuntimeError('there is no result yet')
        self._seen = True
        if self._exception is None:
            return self._result
        try:
            raise self._exception
        finally:
            del self        # of the traceback, which the exception holds: no cycle

    def set_result(self, result: T) -> None:
        self._settle(result, None)

    def set_exception(self, exception: BaseException) -> None:
        self._settle(None, exception)

    def _settle(self, result: Any, exception: BaseException | None) -> None:
        if self._done:
            return
        self._done, self._result, self._exception = True, result, exception
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback(self)

    def add_done_callback(self, callback: Callable[[Any], object]) -> None:
        """Calls it with this once there is a result; now if there is one."""
        if self._done:
            callback(self)
        else:
            self._callbacks.append(callback)

    def cancel(self) -> None:
        """Cancels what it stands for, which ends as soon as that has stopped."""
        if self.cancellable is not None:
            self.cancellable.cancel()
        else:
            self.set_exception(_cancelled())

    def __await__(self) -> Generator[Any, None, T]:
        if not self._done:
            if getattr(_running, 'task', None) is not None:
                yield self
            else:
                yield from self._wait_in_asyncio()
        return self.result()

    def _wait_in_asyncio(self) -> Generator[Any, None, None]:
        asyncio = sys.modules.get('asyncio')
        loop = asyncio and asyncio._get_running_loop()
        if not any(base.__name__ == 'GLibEventLoop' for base in type(loop).__mro__):
            self.cancel()
            self.add_done_callback(Future._see)
            raise RuntimeError('this needs GLib’s main loop: run the coroutine by Truce.run or Truce.spawn')
        waiter = loop.create_future()
        self.add_done_callback(lambda _: waiter.done() or waiter.set_result(None))
        try:
            yield from waiter
        except asyncio.CancelledError:
            self.cancel()
            self.add_done_callback(Future._see)
            raise

    def _see(self) -> None:
        self._seen = True

    def __del__(self) -> None:
        """What failed and was never looked at is shown, as any exception that nobody catches."""
        error = self._exception
        if error is not None and not self._seen and not _is_cancelled(error):
            sys.excepthook(type(error), error, error.__traceback__)


class Task(Future[T]):
    """A coroutine that runs on the main loop; its result is the coroutine's."""

    def __init__(self, coroutine: Coroutine[Any, Any, T]) -> None:
        super().__init__()
        if not isinstance(coroutine, Coroutine):
            raise TypeError(f'{coroutine!r} is no coroutine')
        self._coroutine = coroutine
        self._waits_for: Future[Any] | None = None
        self._to_raise: BaseException | None = None     # in the coroutine, when it goes on
        self._step()

    def _step(self, _: object = None) -> None:
        """Lets the coroutine run to its next `await`."""
        self._waits_for, outer, _running.task = None, getattr(_running, 'task', None), self
        error, self._to_raise = self._to_raise, None
        try:
            awaited = self._coroutine.send(None) if error is None else self._coroutine.throw(error)
        except StopIteration as stop:
            self.set_result(stop.value)
        except BaseException as error:
            self.set_exception(error.with_traceback(error.__traceback__.tb_next))       # this frame holds self
        else:
            self._wait(awaited)
        finally:
            _running.task = outer

    def _wait(self, awaited: Any) -> None:
        if not isinstance(awaited, Future):
            self._to_raise = TypeError('only a Truce.Future can be awaited here; what is asyncio’s own needs asyncio')
            self._step()
            return
        self._waits_for = awaited
        if self._to_raise is not None:
            awaited.cancel()
        awaited.add_done_callback(self._step)

    def cancel(self) -> None:
        """Raises asyncio.CancelledError in the coroutine, once what it waits for has stopped."""
        if not self._done:
            self._to_raise = _cancelled()
            if self._waits_for is not None:
                self._waits_for.cancel()


def _cancelled() -> BaseException:
    import asyncio      # here: it takes as long to load as all the rest
    return asyncio.CancelledError()


def _is_cancelled(error: BaseException) -> bool:
    if isinstance(error, GLib.Error):
        return error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED)
    return type(error).__name__ == 'CancelledError'


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine, and GLib's main loop as long as that takes; returns its result."""
    task = Task(coroutine)
    if not task.done():
        loop = GLib.MainLoop(_context())
        task.add_done_callback(lambda _: loop.quit())
        try:
            loop.run()
        finally:
            _stop(task)
    return task.result()


def _stop(task: Task[Any]) -> None:
    """The loop may have ended before the task, at Ctrl+C: that one does not stay half done."""
    if not task.done():
        task.cancel()
        while not task.done():
            _context().iteration(True)


def spawn(coroutine: Coroutine[Any, Any, T]) -> Task[T]:
    """Starts a coroutine in an app whose main loop runs. An exception that nobody looks at is shown."""
    return Task(coroutine)


def sleep(seconds: float) -> Future[None]:
    """Waits in the main loop."""
    future: Future[None] = Future()
    source = GLib.timeout_source_new(round(seconds * 1000))
    source.set_callback(lambda *_: future.set_result(None))
    source.attach(_context())
    future.add_done_callback(lambda _: source.destroy())
    return future


def _context() -> GLib.MainContext:
    return GLib.MainContext.get_thread_default() or GLib.MainContext.default()


def _without_data(function: Callable[..., Any]) -> Callable[..., Any]:
    """PyGObject gives None for the data of a function that is not the last."""
    return lambda *told: function(*told[:-1])


def _make_awaitable(target: type, name: str, *parameters: str) -> None:
    """Lets name_async be called without a callback; `parameters` are all it has, without the callback and its data."""
    start, finish = getattr(target, name + '_async'), getattr(target, name + '_finish')

    def call(self, *arguments, **named):
        if named.get('callback') is not None or len(arguments) > len(parameters):
            return start(self, *arguments, **named)
        given = dict(zip(parameters, arguments), **named)
        for function in {'progress', 'failed'} & given.keys():
            if given[function] is not None and given.get(function + '_data') is None:
                given[function] = _without_data(given[function])
        if given.get('cancellable') is None:
            given['cancellable'] = Gio.Cancellable()
        future = Future(given['cancellable'])

        def done(source, result, *_):
            try:
                future.set_result(finish(source, result))
            except GLib.Error as error:
                future.set_exception(error.with_traceback(None))        # this frame holds the future

        given['callback'] = done
        start(self, **given)
        return future

    call.__name__, call.__doc__ = start.__name__, start.__doc__
    setattr(target, name + '_async', call)


_make_awaitable(Truce.Store, 'merge', 'other', 'progress', 'progress_data', 'cancellable')
_make_awaitable(Truce.Store, 'purge', 'before_ms', 'progress', 'progress_data', 'cancellable')
_make_awaitable(Truce.Store, 'verify', 'progress', 'progress_data', 'cancellable')
_make_awaitable(Truce.Collection, 'export', 'stream', 'failed', 'failed_data', 'progress', 'progress_data',
                'cancellable')
_make_awaitable(Truce.Collection, 'import', 'stream', 'flags', 'failed', 'failed_data', 'progress', 'progress_data',
                'cancellable')
_make_awaitable(Truce.Resolver, 'resolve', 'conflict', 'cancellable')
_make_awaitable(Truce.Sync, 'sync_now', 'budget', 'cancellable')
_make_awaitable(Truce.Sync, 'wait_batch', 'result', 'cancellable')
_make_awaitable(Truce.Sync, 'wait_synced', 'collection', 'id', 'cancellable')
