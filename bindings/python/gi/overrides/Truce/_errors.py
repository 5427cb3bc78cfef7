# SPDX-License-Identifier: LGPL-2.1-or-later
"""Exceptions: a class for each code of Truce.Error, below TruceError, below GLib.Error.

PyGObject makes a GLib.Error of every GError, wherever it comes from: a call, a property, a result. `__new__` is where
Python lets another class take its place, so that is where the right one is chosen. A call that succeeds pays nothing.
"""
from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

from gi.module import get_introspection_module
from gi.repository import GLib

Truce = get_introspection_module('Truce')
Error = Truce.Error
DOMAIN = GLib.quark_to_string(Truce.error_quark())


class TruceError(GLib.Error):
    """What went wrong: `code` is a member of Truce.Error, `message` names the place."""
    __module__ = 'gi.repository.Truce'
    usual_code = Error.INVALID_DATA
    code: Truce.Error

    def __init__(self, message: str = '', domain: str = DOMAIN, code: int | None = None) -> None:
        super().__init__(message, domain, self.usual_code if code is None else _known(code))

    def __str__(self) -> str:
        return self.message

    def __repr__(self) -> str:
        return f'Truce.{type(self).__name__}({self.message!r})'


def _known(code: int) -> int:
    """As a member of the enumeration; a newer library may have codes that we have not heard of."""
    try:
        return Error(code)
    except ValueError:
        return code


class NotFoundError(TruceError, KeyError):
    """There is no such record, field or file."""
    usual_code = Error.NOT_FOUND


class ExistsError(TruceError):
    """It is there already."""
    usual_code = Error.EXISTS


class InvalidDataError(TruceError, ValueError):
    """A value, a text or a document is not what it must be."""
    usual_code = Error.INVALID_DATA


class InvalidSchemaError(TruceError, ValueError):
    """A schema or a rule is not what it must be."""
    usual_code = Error.INVALID_SCHEMA


class TooLargeError(TruceError):
    """A limit is exceeded."""
    usual_code = Error.TOO_LARGE


class TooNewError(TruceError):
    """Made by a newer version than this one reads."""
    usual_code = Error.TOO_NEW


class UnsupportedError(TruceError):
    """This object or file cannot do that."""
    usual_code = Error.UNSUPPORTED


class ConflictError(TruceError):
    """The sides changed the same thing apart, and nothing decides."""
    usual_code = Error.CONFLICT


class CorruptError(TruceError):
    """Stored or received bytes do not decode."""
    usual_code = Error.CORRUPT


class BusyError(TruceError):
    """Somebody else is using it."""
    usual_code = Error.BUSY


class ReadOnlyError(TruceError):
    """It cannot be written."""
    usual_code = Error.READ_ONLY


class FullError(TruceError):
    """There is no room left."""
    usual_code = Error.FULL


class ClockSkewError(TruceError):
    """A stamp lies further in the future than the drift cap."""
    usual_code = Error.CLOCK_SKEW


class TransientError(TruceError):
    """It failed for now, and may go through later."""
    usual_code = Error.TRANSIENT


class AuthError(TruceError):
    """The remote does not let us in."""
    usual_code = Error.AUTH


class RejectedError(TruceError):
    """The remote refused it for good."""
    usual_code = Error.REJECTED


class DependencyError(TruceError):
    """Something that it needs is not there yet."""
    usual_code = Error.DEPENDENCY


class ResyncRequiredError(TruceError):
    """Too far apart for a difference: everything must be read again."""
    usual_code = Error.RESYNC_REQUIRED


class MassDeleteError(TruceError):
    """It would delete more than the set share."""
    usual_code = Error.MASS_DELETE


class ReplicaForkedError(TruceError):
    """Two copies speak under one replica id."""
    usual_code = Error.REPLICA_FORKED


CLASSES = {int(error.usual_code): error for error in TruceError.__subclasses__()}


class BatchError(TruceError):
    """Not all of a batch was done; `result` tells what became of each operation."""

    def __init__(self, result: Truce.BatchResult) -> None:
        failed = [error for error in map(result.get_error, range(result.get_n_operations())) if error]
        message = f'{len(failed)} of {result.get_n_operations()} operations failed'
        super().__init__(f'{message}: {failed[0].message}' if failed else message,
                         code=failed[0].code if failed else Error.CONFLICT)
        self.result = result


for _class in (*CLASSES.values(), BatchError):
    _class.__module__ = TruceError.__module__

_new = GLib.Error.__new__


def _choose(cls: type, *arguments: Any, **named: Any) -> Any:
    if cls is GLib.Error and arguments[1:2] == (DOMAIN,):
        cls = CLASSES.get(arguments[2], TruceError)
    return _new(cls, *arguments, **named)


GLib.Error.__new__ = _choose


def as_truce_error(error: Exception) -> GLib.Error:
    """An exception as one that C can hear of; a mistake in the program is also shown, for its place."""
    if isinstance(error, GLib.Error):
        return error
    if isinstance(error, OSError):          # no network, a timeout: it may go through later
        return TransientError(f'{type(error).__name__}: {error}')
    sys.excepthook(type(error), error, error.__traceback__)
    return InvalidDataError(f'{type(error).__name__}: {error}')


def speaking(function: Callable) -> Callable:
    """The function, its exceptions as GLib.Error: C hears of no other, and would lose the text."""
    @functools.wraps(function)
    def call(*arguments, **named):
        try:
            return function(*arguments, **named)
        except GLib.Error:
            raise
        except Exception as error:
            raise as_truce_error(error) from error
    return call
