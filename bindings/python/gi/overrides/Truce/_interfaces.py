# SPDX-License-Identifier: LGPL-2.1-or-later
"""Classes in Python that implement an interface: resolvers, remotes, store adapters, CRDTs.

PyGObject hooks a class's do_* methods into C when the class is made. `__init_subclass__` runs just before that.
"""
from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from types import FunctionType
from typing import Any

from gi.module import get_introspection_module
from gi.repository import Gio, GLib, GObject

from ._errors import UnsupportedError, speaking
from ._merge import Answer, resolution
from ._tasks import spawn

Truce = get_introspection_module('Truce')
connect, disconnect = GObject.Object.connect, GObject.Object.disconnect     # a Gio.Cancellable has others


def _prepare(interface: type, cls: type) -> None:
    """What every class that implements the interface gets."""
    if interface not in cls.__bases__ and any(f'do_{vfunc.get_name()}' in vars(cls) for vfunc in _vfuncs(interface)):
        # PyGObject puts the methods of a class that does not name the interface into its parent's table.
        cls.__bases__ += (interface,)
    for vfunc in _vfuncs(interface):
        name = f'do_{vfunc.get_name()}'
        if is_coroutine_function(vars(cls).get(name)):
            raise TypeError(f'{cls.__name__}.{name} can’t be a coroutine: C takes what it returns for its answer')
        if vfunc.can_throw_gerror() and isinstance(vars(cls).get(name), FunctionType):
            setattr(cls, name, speaking(vars(cls)[name]))


@functools.cache
def _vfuncs(interface: type) -> list[Any]:
    return list(interface.__info__.get_vfuncs())


def _subclassed(interface: type) -> classmethod:
    def __init_subclass__(cls, **named):
        super(interface, cls).__init_subclass__(**named)
        if '__info__' in vars(cls):
            return                  # one of C's, of which PyGObject makes a class
        if interface is Truce.Resolver:
            _prepare_resolver(cls)
        _prepare(interface, cls)
    return classmethod(__init_subclass__)


def _prepare_resolver(cls: type) -> None:
    """do_resolve may return what `resolution` takes, and may be a coroutine."""
    function = vars(cls).get('do_resolve')
    if is_coroutine_function(function):
        cls.do_resolve_async = _starting(function)
        cls.do_resolve = _not_at_once
    elif isinstance(function, FunctionType):
        cls.do_resolve = functools.wraps(function)(lambda self, conflict: resolution(function(self, conflict)))
    begin = vars(cls).get('do_resolve_async')
    if isinstance(begin, FunctionType):
        cls.do_resolve_async = _beginning(begin)


def is_coroutine_function(function: Any) -> bool:
    return bool(getattr(getattr(function, '__code__', None), 'co_flags', 0) & 0x80)      # inspect.CO_COROUTINE


def _not_at_once(self, conflict):
    raise UnsupportedError('this resolver answers later: call resolve_async')


def _beginning(function: Callable) -> Callable:
    """What it raises would be heard by nobody: it is the answer, unless there is one already."""
    @functools.wraps(function)
    def do_resolve_async(self, conflict, cancellable, callback, *data):
        answers = []

        def answer(source, result, *_):
            answers.append(result)
            if len(answers) == 1:
                callback(source, result)

        try:
            speaking(function)(self, conflict, cancellable, answer, *data)
        except GLib.Error as error:
            Gio.Task.new(self, cancellable, answer).return_error(error)
    return do_resolve_async


def _starting(function: Callable) -> Callable:
    """The coroutine as C's asynchronous function."""
    async def answer(self, conflict):
        return resolution(await function(self, conflict))

    def do_resolve_async(self, conflict, cancellable, callback, *data):
        answered = Gio.Task.new(self, cancellable, callback)
        if answered.return_error_if_cancelled():
            return
        task = spawn(answer(self, conflict))
        handler = cancellable and connect(cancellable, 'cancelled', lambda _: task.cancel())

        def done(task):
            if handler:
                disconnect(cancellable, handler)
            try:
                answered.return_value(GObject.Value(Truce.Resolution, speaking(task.result)()))
            except GLib.Error as error:
                answered.return_error(error)
            except BaseException as error:  # CancelledError, whoever it was that cancelled
                if not answered.return_error_if_cancelled():
                    answered.return_error(GLib.Error.new_literal(Gio.io_error_quark(), type(error).__name__,
                                                                 Gio.IOErrorEnum.CANCELLED))

        task.add_done_callback(done)
    return do_resolve_async


for _interface in Truce.Resolver, Truce.Remote, Truce.StoreAdapter, Truce.Crdt:
    _interface.__init_subclass__ = _subclassed(_interface)


class FunctionResolver(GObject.Object, Truce.Resolver):
    """A resolver of a plain function."""
    __gtype_name__ = 'TrucePythonResolver'
    __module__ = 'gi.repository.Truce'     # PyGObject registers no class of gi.overrides

    def __init__(self, function: Callable[[Truce.Conflict], Any]) -> None:
        super().__init__()
        self._function = function

    def do_resolve(self, conflict):
        return self._function(conflict)


class CoroutineResolver(GObject.Object, Truce.Resolver):
    """A resolver of a coroutine function: it answers later."""
    __gtype_name__ = 'TrucePythonLaterResolver'
    __module__ = 'gi.repository.Truce'     # PyGObject registers no class of gi.overrides

    def __init__(self, function: Callable[[Truce.Conflict], Any]) -> None:
        super().__init__()
        self._function = function

    async def do_resolve(self, conflict):
        return await self._function(conflict)


def resolver(function: Callable[[Truce.Conflict], Answer | Coroutine[Any, Any, Answer]]) -> Truce.Resolver:
    """A resolver of a function, or of a coroutine function; also as a decorator.

    It is given the conflict, and returns a Resolution, a Side, or the merged record.
    """
    return (CoroutineResolver if is_coroutine_function(function) else FunctionResolver)(function)
