# SPDX-License-Identifier: LGPL-2.1-or-later
"""Three-way merges of plain values, and what conflicts look like."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from gi.module import get_introspection_module
from gi.repository import GLib, Json

from ._errors import InvalidDataError, speaking
from ._values import Fields, constructs, extend, node, plain, text

Truce = get_introspection_module('Truce')
Side = Truce.Side
Answer = Truce.Resolution | Side | Mapping[str, Any]            # a resolver's
_three_way = Truce.merge_three_way


class Merge(NamedTuple):
    """What a merge made: the value, and the conflicts in it. Where there is one the value is ours."""
    value: Any
    conflicts: list[Truce.FieldConflict]


def merge(base: Any, ours: Any, theirs: Any, schema: Any = None) -> Merge:
    """Merges plain values; the schema may be a mapping or JSON text. None for a side: it is not there."""
    if schema is not None and not isinstance(schema, Truce.Schema):
        schema = Truce.Schema(schema)
    sides = [None if side is None else GLib.Bytes.new(text(side).encode()) for side in (base, ours, theirs)]
    merged, conflicts = Truce.merge_three_way_bytes(*sides, schema)
    return Merge(None if merged is None else plain(merged.get_data().decode()), list(conflicts or ()))


@extend(Truce.FieldConflict)
class _FieldConflict:
    """Values are plain; None where there is none, and where it is null."""
    pointer = property(Truce.FieldConflict.get_pointer)

    @property
    def base(self) -> Any:
        return plain(self.dup_text(Side.BASE))

    @property
    def local(self) -> Any:
        return plain(self.dup_text(Side.LOCAL))

    @property
    def remote(self) -> Any:
        return plain(self.dup_text(Side.REMOTE))

    @property
    def proposed(self) -> Any:
        return plain(self.dup_text(Side.PROPOSED))


@extend(Truce.Conflict)
class _Conflict:
    base = property(Truce.Conflict.get_base)
    local = property(Truce.Conflict.get_local)
    remote = property(Truce.Conflict.get_remote)
    fields = property(Truce.Conflict.get_fields)


@extend(Truce.Record)
class _Record:
    @staticmethod
    def new(collection: str, id: str, value: Fields) -> Truce.Record:
        if isinstance(value, Json.Node):
            return Truce.Record._c_new(collection, id, value)
        return Truce.Record.new_from_text(collection, id, text(value))


@extend(Truce.Resolution)
class _Resolution:
    @staticmethod
    def new_merged(value: Fields | None) -> Truce.Resolution:
        """None: the record is deleted."""
        return Truce.Resolution._c_new_merged(None if value is None else node(value))


@extend(Truce.Schema)
class _Schema:
    def merge_with(self, field: str, function: Callable[[Any, Any, Any], Any]) -> None:
        """Lets function(base, ours, theirs) merge a field that both sides changed, of plain values.

        None leaves the conflict, an exception ends the merge.
        """
        def merge_field(pointer, *sides):
            value = function(*(None if side is None else plain(Json.to_string(side, False)) for side in sides[:3]))
            return None if value is None else node(value)
        self.set_callback(field, speaking(merge_field))


def resolution(answer: Answer) -> Truce.Resolution:
    """What a resolver in Python may answer by: a Resolution, a Side, or the merged record."""
    if isinstance(answer, Truce.Resolution):
        return answer
    if isinstance(answer, Side) and answer == Side.LOCAL:
        return Truce.Resolution.new_local()
    if isinstance(answer, Side) and answer == Side.REMOTE:
        return Truce.Resolution.new_remote()
    if isinstance(answer, Mapping):
        return Truce.Resolution.new_merged(answer)
    raise InvalidDataError(f'{answer!r} is no Truce.Resolution, no side, and no record')


def merge_three_way(base: Any, local: Any, remote: Any, schema: Truce.Schema | None = None) -> Any:
    """C's: a tuple of the merged Json.Node and the list of conflicts. `merge` is for plain values."""
    return _three_way(*(None if side is None else node(side) for side in (base, local, remote)), schema)


constructs(Truce.Conflict, Truce.Record)
