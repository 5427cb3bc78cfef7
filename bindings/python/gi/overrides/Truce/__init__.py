# SPDX-License-Identifier: LGPL-2.1-or-later
"""Truce for Python: the library's classes with Python's own operators, plain values, exceptions and await.

PyGObject loads this with `from gi.repository import Truce`. What C has keeps its name and its meaning; what is listed
here, and the methods that the modules give to C's classes, come on top.
"""
from . import _crdts, _store            # noqa: F401 - for what they do to the classes
from ._errors import (AuthError, BatchError, BusyError, ClockSkewError, ConflictError, CorruptError, DependencyError,
                      ExistsError, FullError, InvalidDataError, InvalidSchemaError, MassDeleteError, NotFoundError,
                      ReadOnlyError, RejectedError, ReplicaForkedError, ResyncRequiredError, TooLargeError, TooNewError,
                      TransientError, TruceError, UnsupportedError)
from ._merge import Merge, merge, merge_three_way
from ._interfaces import resolver
from ._store import BatchBlock, BatchCollection
from ._sync import Accepted, Theirs, remote
from ._tasks import Future, Task, run, sleep, spawn

__all__ = [name for name in dir() if not name.startswith('_')]
