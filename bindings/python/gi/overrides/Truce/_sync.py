# SPDX-License-Identifier: LGPL-2.1-or-later
"""Sync: remotes from plain functions, and what a session, its changes and its inbox tell."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from gi.module import get_introspection_module
from gi.repository import GLib, GObject

from ._errors import InvalidDataError, as_truce_error, speaking
from ._interfaces import is_coroutine_function
from ._merge import Answer, resolution
from ._values import constructs, extend, plain, text

Truce = get_introspection_module('Truce')
ENDS_SESSION = (Truce.ErrorClass.AUTH, Truce.ErrorClass.RESYNC, Truce.ErrorClass.OFFLINE, Truce.ErrorClass.CANCELLED)


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else text(value)


@extend(Truce.Change)
class _Change:
    """A record to be sent; its values are plain, None where it was deleted or is new."""
    collection = property(Truce.Change.get_collection)
    id = property(Truce.Change.get_id)
    token = property(Truce.Change.get_token)
    key = property(Truce.Change.dup_key)
    attempts = property(Truce.Change.get_attempts)

    @property
    def value(self) -> dict[str, Any] | None:
        return plain(self.get_text())

    @property
    def base(self) -> dict[str, Any] | None:
        return plain(self.dup_base_text())


@extend(Truce.InboxItem)
class _InboxItem:
    """Why a record waits, and what can be done. Its versions are plain values, None where there is none."""
    collection = property(Truce.InboxItem.get_collection)
    id = property(Truce.InboxItem.get_id)
    code = property(Truce.InboxItem.get_code)
    message = property(Truce.InboxItem.get_message)
    attempts = property(Truce.InboxItem.get_attempts)
    delivery = property(Truce.InboxItem.get_delivery)

    @property
    def base(self) -> dict[str, Any] | None:
        return plain(self.dup_base())

    @property
    def local(self) -> dict[str, Any] | None:
        return plain(self.dup_local())

    @property
    def remote(self) -> dict[str, Any] | None:
        return plain(self.dup_remote())

    def retry(self, edit: Any = None) -> bool:
        """Sends it again, after a change of these fields: a mapping, or JSON text."""
        return self._c_retry(_text(edit))

    def resolve(self, type: Truce.ResolutionType, text: Any = None) -> bool:
        """Settles a conflict; `text` is the merged record, a mapping or JSON text, None if it is to be deleted."""
        return self._c_resolve(type, _text(text))


@extend(Truce.SyncReport)
class _SyncReport:
    n_pushed = property(Truce.SyncReport.get_n_pushed)
    n_pulled = property(Truce.SyncReport.get_n_pulled)
    n_failed = property(Truce.SyncReport.get_n_failed)
    n_conflicted = property(Truce.SyncReport.get_n_conflicted)
    n_retried = property(Truce.SyncReport.get_n_retried)


@extend(Truce.CallbackResolver)
class _CallbackResolver:
    @staticmethod
    def new(func: Callable[..., Answer], *user_data: Any) -> Truce.CallbackResolver:
        """The function may return a Resolution, a Side, or the merged record; what it raises is the error."""
        function = speaking(lambda conflict, *data: resolution(func(conflict, *data)))
        return Truce.CallbackResolver._c_new(function, *user_data)


class Accepted(NamedTuple):
    """The server took a change: what it calls this version, and the id that it chose."""
    token: str | None = None
    id: str | None = None


class Theirs(NamedTuple):
    """The server has another version by now: its record, None if it was deleted there, and what it calls that."""
    value: dict[str, Any] | None
    token: str | None = None


def _is_of_the_server(error: Exception) -> bool:
    """Not of one record: it would meet the next one as well."""
    return isinstance(error, OSError) or (isinstance(error, GLib.Error) and Truce.error_classify(error) in ENDS_SESSION)


class FunctionRemote(GObject.Object, Truce.Remote):
    """A remote of plain functions."""
    __gtype_name__ = 'TrucePythonRemote'
    __module__ = 'gi.repository.Truce'     # PyGObject registers no class of gi.overrides

    def __init__(self, pull: Callable, push: Callable, open: Callable, threaded: bool) -> None:
        super().__init__()
        self._pull, self._push, self._open, self._threaded = pull, push, open, threaded

    def do_get_threaded(self) -> bool:
        return self._threaded

    def do_open(self, hello, cancellable):
        hello.welcome(self._open(hello) or GLib.uuid_string_random())
        return True

    def do_pull(self, pull, cancellable):
        changes, cursor, *more = self._pull(pull.get_cursor())
        for collection, id, value, *token in changes:
            pull.add(collection, id, _text(value), *token or (None,))
        pull.finish(cursor, bool(more and more[0]))
        return True

    def do_push(self, push, cancellable):
        n = push.get_n_changes()
        for i in range(n):
            try:
                self._answer(push, i, self._push(push.get_change(i)))
            except Exception as error:
                failure = as_truce_error(error)
                if not _is_of_the_server(error):
                    push.fail(i, failure)
                    continue
                if i == 0:
                    raise failure from error
                for rest in range(i, n):            # what was answered counts
                    push.fail(rest, failure)
                break
        return True

    def _answer(self, push, i, answer):
        if isinstance(answer, Theirs):
            push.conflict(i, _text(answer.value), answer.token)
            return
        if answer is None or isinstance(answer, str):
            answer = Accepted(answer)
        if not isinstance(answer, Accepted):
            raise InvalidDataError(f'push returned {answer!r}: not None, a token, Truce.Accepted or Truce.Theirs')
        push.accept(i, answer.token)
        if answer.id is not None:
            push.assign(i, answer.id)


def remote(pull: Callable[[int], tuple[Any, ...]], push: Callable[[Truce.Change], str | Accepted | Theirs | None],
           open: Callable[[Truce.Hello], str | None] = lambda hello: None, threaded: bool = True) -> Truce.Remote:
    """A remote for a server of one's own, of plain functions, which may block: they are called in a thread.

    `pull(cursor)` returns what has changed since, and the new cursor: `(changes, cursor)`, or `(changes, cursor, more)`
    for a page of several. A change is `(collection, id, record)` or `(collection, id, record, token)`; the record is None
    if it was deleted.
    `push(change)` returns None or the record's new token, Accepted, or Theirs. What it raises is that record's failure;
    what is about the server as a whole (AuthError, OSError, …) ends the session.
    `open(hello)` may tell of the server, and returns a name for the session, or None.
    """
    if any(map(is_coroutine_function, (pull, push, open))):
        raise TypeError('the functions of a remote may block, and can’t be coroutines')
    return FunctionRemote(pull, push, open, threaded)


@extend(Truce.Hub)
class _Hub:
    def set_guard(self, guard: Callable[..., Any] | None = None, *user_data: Any) -> None:
        """guard(hub, change, account) refuses a change by raising."""
        self._c_set_guard(guard and speaking(lambda *asked: guard(*asked) is not False), *user_data)


constructs(Truce.Hub, Truce.HubRemote, Truce.Inbox, Truce.Sync, Truce.CallbackResolver, Truce.DeferResolver,
           Truce.FieldMergeResolver, Truce.PreferResolver, Truce.TestRemote)
