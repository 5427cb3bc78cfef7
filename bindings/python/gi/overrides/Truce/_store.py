# SPDX-License-Identifier: LGPL-2.1-or-later
"""The store, its collections and records, batches and queries, by Python's own operators.

What C has keeps its name and its meaning, and takes plain values where C takes a Json.Node. The rest is new.
"""
from __future__ import annotations

import os
from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from typing import Any, Literal, TypeVar

from gi.module import get_introspection_module
from gi.repository import GObject, Json

from ._errors import BatchError, NotFoundError
from ._values import Fields, Scalar, constructs, extend, node, plain, text

Truce = get_introspection_module('Truce')
Record = Truce.Record
Policy = Truce.BatchPolicy
T = TypeVar('T')
_new_object = GObject.Object.__new__


def _members(record: Record) -> dict[str, Any]:
    return plain(record.dup_text()) or {}


@extend(Truce.Record)
class _Record:
    """A mapping of plain values that follows the store; to write, write to the collection."""

    id = property(Record.get_id)
    collection = property(Record.get_collection)

    def __getitem__(self, field: str) -> Any:
        return _members(self)[field]

    def __contains__(self, field: object) -> bool:
        return field in _members(self)

    def __iter__(self) -> Iterator[str]:
        return iter(_members(self))

    def __len__(self) -> int:
        return len(_members(self))

    def __bool__(self) -> bool:
        """There is a record, if an empty one."""
        return True

    def __eq__(self, other: object) -> bool:
        """By value with a plain mapping; two records are equal if they are one, as any two GObjects."""
        if isinstance(other, Mapping) and not isinstance(other, Record):
            return _members(self) == dict(other)
        return GObject.Object.__eq__(self, other)

    __hash__ = GObject.Object.__hash__

    def __repr__(self) -> str:
        return f'<Truce.Record {self.get_collection()}/{self.get_id()} {self.dup_text()}>'

    def get(self, field: str, default: Any = None) -> Any:
        return _members(self).get(field, default)

    def keys(self) -> KeysView[str]:
        return _members(self).keys()

    def values(self) -> ValuesView[Any]:
        return _members(self).values()

    def items(self) -> ItemsView[str, Any]:
        return _members(self).items()


Mapping.register(Truce.Record)


@extend(Truce.Schema)
class _Schema:
    def __new__(cls, definition: Any = None, **properties: Any) -> Truce.Schema:
        """From a definition, a mapping or JSON text; otherwise an empty one with these properties."""
        if definition is None:
            return _new_object(cls)
        return cls.new_from_text(definition if isinstance(definition, str) else text(definition))

    def __init__(self, definition: Any = None, **properties: Any) -> None:
        if definition is None:
            GObject.Object.__init__(self, **properties)

    @staticmethod
    def new_from_json(json: Any) -> Truce.Schema:
        return Truce.Schema._c_new_from_json(node(json))


@extend(Truce.Store)
class _Store:
    """A mapping of names to collections."""

    def __new__(cls, path: str | None = None) -> Truce.Store:
        """Opens the file, which is made if it is not there; without a path the store is in memory."""
        return cls.new(Truce.MemoryAdapter.new()) if path is None else cls.open(os.fspath(path))

    def __init__(self, path: str | None = None) -> None:
        pass

    def __getitem__(self, name: str) -> Truce.Collection:
        if name not in self:
            raise NotFoundError(f'there is no collection “{name}”')
        return self.get_collection(name, None)

    def __contains__(self, name: object) -> bool:
        return name in self.list_collections()

    def __iter__(self) -> Iterator[str]:
        return iter(self.list_collections())

    def __len__(self) -> int:
        return len(self.list_collections())

    def __bool__(self) -> bool:
        return True

    def collection(self, name: str, schema: Truce.Schema | Mapping[str, Any] | str | None = None) -> Truce.Collection:
        """A collection, there or new. The schema, also as a mapping or JSON text, is kept in the store."""
        if schema is not None and not isinstance(schema, Truce.Schema):
            schema = Truce.Schema(schema)
        return self.get_collection(name, schema)

    def batch(self, policy: Truce.BatchPolicy | Literal['atomic', 'stop', 'independent'] = 'atomic') -> BatchBlock:
        """A batch for `with`: it runs at the end of the block, and raises BatchError unless all of it is done."""
        if isinstance(policy, str):
            policy = {'atomic': Policy.ATOMIC, 'stop': Policy.STOP, 'independent': Policy.INDEPENDENT}[policy]
        return BatchBlock(self, Truce.Batch.new(policy))


@extend(Truce.Collection)
class _Collection:
    """Like a mapping of ids to records. `get` is C's: without a default it raises where there is no record."""

    def __getitem__(self, id: str) -> Truce.Record:
        return self._c_get(id)

    def __setitem__(self, id: str, value: Fields) -> None:
        self.put_text(id, text(value))

    def __delitem__(self, id: str) -> None:
        self.delete(id)

    def __contains__(self, id: str) -> bool:
        return self.contains(id)

    def __iter__(self) -> Iterator[str]:
        """The ids there are now, in order."""
        ids = self.query()
        return iter([ids.get_record_id(i) for i in range(len(ids))])

    def __len__(self) -> int:
        return self.get_n_records()

    def __bool__(self) -> bool:
        return True

    def get(self, id: str, *default: T) -> Truce.Record | T:
        """The record; where there is none the default, and without one NotFoundError."""
        try:
            return self._c_get(id)
        except NotFoundError:
            if not default:
                raise
            return default[0]

    def create(self, id: str, value: Fields) -> bool:
        return self._c_create(id, value) if isinstance(value, Json.Node) else self.create_text(id, text(value))

    def put(self, id: str, value: Fields) -> bool:
        return self._c_put(id, value) if isinstance(value, Json.Node) else self.put_text(id, text(value))

    def patch(self, id: str, fields: Fields) -> bool:
        return self._c_patch(id, fields) if isinstance(fields, Json.Node) else self.patch_text(id, text(fields))

    def add(self, id: str, field: str, element: Scalar) -> bool:
        return self._c_add(id, field, node(element))

    def remove(self, id: str, field: str, element: Scalar) -> bool:
        return self._c_remove(id, field, node(element))

    def keys(self) -> list[str]:
        return list(self)

    def values(self) -> Iterator[Truce.Record]:
        return (record for _, record in self.items())

    def items(self) -> Iterator[tuple[str, Truce.Record]]:
        """Reads one after the other; a record that is deleted meanwhile is left out."""
        for id in self:
            record = self.get(id, None)
            if record is not None:
                yield id, record

    def query(self, filter: Truce.Filter | str | None = None, order: Iterable[str] | str = (), *,
              search: str | None = None, limit: int = 0) -> Truce.Query:
        """An open query: a list of records that stays up to date. `order` names fields, '-due' a descending one."""
        query = Truce.Query.new(self)
        query.set_filter(Truce.Filter.parse(filter) if isinstance(filter, str) else filter)
        for field in [order] if isinstance(order, str) else order:
            query.add_order(field.removeprefix('-'), field.startswith('-'))
        query.set_search(search)
        query.set_limit(limit)
        query.open()
        return query


@extend(Truce.Batch)
class _Batch:
    def create(self, collection: str, id: str, value: Fields) -> None:
        if isinstance(value, Json.Node):
            self._c_create(collection, id, value)
        else:
            self.create_text(collection, id, text(value))

    def put(self, collection: str, id: str, value: Fields) -> None:
        if isinstance(value, Json.Node):
            self._c_put(collection, id, value)
        else:
            self.put_text(collection, id, text(value))

    def patch(self, collection: str, id: str, fields: Fields) -> None:
        if isinstance(fields, Json.Node):
            self._c_patch(collection, id, fields)
        else:
            self.patch_text(collection, id, text(fields))

    def add(self, collection: str, id: str, field: str, element: Scalar) -> None:
        self._c_add(collection, id, field, node(element))

    def remove(self, collection: str, id: str, field: str, element: Scalar) -> None:
        self._c_remove(collection, id, field, node(element))

    def merge(self, collection: str, id: str, base: Fields | None, value: Fields) -> None:
        self.merge_text(collection, id, None if base is None else text(base), text(value))


class BatchBlock:
    """What `with store.batch()` gives: `batch['task']` is a collection to note writes in.

    Afterwards `result` tells what became of each. (It is not the Truce.Batch itself: the result holds that, and a circle
    through C is one that Python can't see.)
    """

    def __init__(self, store: Truce.Store, batch: Truce.Batch) -> None:
        self.batch = batch
        self.result: Truce.BatchResult | None = None
        self._store = store

    def __enter__(self) -> BatchBlock:
        return self

    def __exit__(self, kind: type | None, error: object, traceback: object) -> None:
        if kind is None:
            self.result = self._store.run(self.batch)
            if not self.result.is_clean():
                raise BatchError(self.result)

    def __len__(self) -> int:
        return self.batch.get_n_operations()

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, collection: str) -> BatchCollection:
        return BatchCollection(self.batch, collection)


class BatchCollection:
    """A collection in a batch: writes are noted, and done when the batch is run."""

    def __init__(self, batch: Truce.Batch, name: str) -> None:
        self.batch = batch
        self.name = name

    def __setitem__(self, id: str, value: Fields) -> None:
        self.batch.put(self.name, id, value)

    def __delitem__(self, id: str) -> None:
        self.batch.delete(self.name, id)

    def put(self, id: str, value: Fields) -> None:
        self.batch.put(self.name, id, value)

    def create(self, id: str, value: Fields) -> None:
        self.batch.create(self.name, id, value)

    def patch(self, id: str, fields: Fields) -> None:
        self.batch.patch(self.name, id, fields)

    def delete(self, id: str) -> None:
        self.batch.delete(self.name, id)

    def undelete(self, id: str) -> None:
        self.batch.undelete(self.name, id)

    def unset(self, id: str, field: str) -> None:
        self.batch.unset(self.name, id, field)

    def increment(self, id: str, field: str, amount: int) -> None:
        self.batch.increment(self.name, id, field, amount)

    def add(self, id: str, field: str, element: Scalar) -> None:
        self.batch.add(self.name, id, field, element)

    def remove(self, id: str, field: str, element: Scalar) -> None:
        self.batch.remove(self.name, id, field, element)

    def merge(self, id: str, base: Fields | None, value: Fields) -> None:
        self.batch.merge(self.name, id, base, value)


@extend(Truce.Filter)
class _Filter:
    @staticmethod
    def new_compare(field: str, comparison: Truce.Comparison, value: Scalar) -> Truce.Filter:
        return Truce.Filter._c_new_compare(field, comparison, node(value))

    def __and__(self, other: Truce.Filter) -> Truce.Filter:
        return Truce.Filter.new_and(self, other)

    def __or__(self, other: Truce.Filter) -> Truce.Filter:
        return Truce.Filter.new_or(self, other)

    def __str__(self) -> str:
        return self.to_string()


constructs(Truce.Batch, Truce.Query, Truce.SqliteAdapter)
