# SPDX-License-Identifier: LGPL-2.1-or-later
"""CRDTs as the values that they stand for: a set, a mapping, a number, a truth. To change them takes a stamp, as in C."""
from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any

from gi.module import get_introspection_module
from gi.repository import GObject, Json

from ._values import Scalar, constructs, extend, node, plain, text

Truce = get_introspection_module('Truce')
OrMap = Truce.OrMap


@extend(Truce.OrSet)
class _OrSet:
    """A set of texts. What operators make of it is a plain set."""

    def __contains__(self, element: object) -> bool:
        return isinstance(element, str) and self.contains(element)

    def __iter__(self) -> Iterator[str]:
        return iter(self.get_elements())

    def __len__(self) -> int:
        return self.get_n_elements()

    def __eq__(self, other: object) -> bool:
        """By value with a plain set; two CRDTs are equal if they are one: `a.equal(b)` compares their states."""
        if isinstance(other, Set) and not isinstance(other, Truce.OrSet):
            return set(self) == other
        return GObject.Object.__eq__(self, other)

    __hash__ = GObject.Object.__hash__

    @classmethod
    def _from_iterable(cls, elements: Any) -> set[str]:
        return set(elements)

    isdisjoint = Set.isdisjoint
    __le__, __lt__, __ge__, __gt__ = Set.__le__, Set.__lt__, Set.__ge__, Set.__gt__
    __and__, __rand__, __or__, __ror__ = Set.__and__, Set.__rand__, Set.__or__, Set.__ror__
    __sub__, __rsub__, __xor__, __rxor__ = Set.__sub__, Set.__rsub__, Set.__xor__, Set.__rxor__


Set.register(Truce.OrSet)


def _pointer(key: str) -> str:
    return '/' + key.replace('~', '~0').replace('/', '~1')


@extend(Truce.OrMap)
class _OrMap:
    """Like a mapping of the keys at the top to plain values. `get` is C's: of a JSON pointer it gives the Json.Node."""

    def __getitem__(self, key: str) -> Any:
        found = self.get_text(_pointer(key))
        if found is None:
            raise KeyError(key)
        return plain(found)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.contains(_pointer(key))

    def __iter__(self) -> Iterator[str]:
        return iter(self.get_keys(''))

    def __len__(self) -> int:
        return self.get_n_keys('')

    def __eq__(self, other: object) -> bool:
        """By value with a plain mapping; two CRDTs are equal if they are one: `a.equal(b)` compares their states."""
        if isinstance(other, Mapping):
            return dict(self) == dict(other)
        return GObject.Object.__eq__(self, other)

    __hash__ = GObject.Object.__hash__

    def set(self, pointer: str, value: Any, stamp: Truce.Stamp) -> bool:
        if isinstance(value, Json.Node):
            return self._c_set(pointer, value, stamp)
        return self.set_text(pointer, text(value), stamp)

    def set_multi(self, pointer: str, value: Any, stamp: Truce.Stamp) -> bool:
        return self._c_set_multi(pointer, node(value), stamp)

    def add(self, pointer: str, element: Scalar, stamp: Truce.Stamp) -> bool:
        return self._c_add(pointer, node(element), stamp)

    def take(self, pointer: str, element: Scalar, stamp: Truce.Stamp) -> bool:
        return self._c_take(pointer, node(element), stamp)

    def keys(self) -> list[str]:
        return self.get_keys('')

    def values(self) -> list[Any]:
        return [self[key] for key in self]

    def items(self) -> list[tuple[str, Any]]:
        return [(key, self[key]) for key in self]


@extend(Truce.Counter)
class _Counter:
    value = property(Truce.Counter.get_value)

    def __int__(self) -> int:
        return self.get_value()


@extend(Truce.Flag)
class _Flag:
    value = property(Truce.Flag.is_enabled)

    def __bool__(self) -> bool:
        return self.is_enabled()


@extend(Truce.LwwRegister)
class _LwwRegister:
    @property
    def value(self) -> Any:
        """The plain value; None where there is none, and where it is null."""
        return plain(self.get_text())

    def set(self, value: Any, stamp: Truce.Stamp) -> bool:
        return self._c_set(value, stamp) if isinstance(value, Json.Node) else self.set_text(text(value), stamp)


@extend(Truce.MvRegister)
class _MvRegister:
    @property
    def values(self) -> list[Any]:
        """The plain values, more than one after a conflict."""
        return [plain(self.dup_text(i)) for i in range(self.get_n_values())]

    def set(self, value: Any, stamp: Truce.Stamp) -> bool:
        return self._c_set(value, stamp) if isinstance(value, Json.Node) else self.set_text(text(value), stamp)


@extend(Truce.Stamp)
class _Stamp:
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Truce.Stamp) and self.equal(other)

    def __lt__(self, other: Truce.Stamp) -> bool:
        return self.compare(other) < 0

    def __le__(self, other: Truce.Stamp) -> bool:
        return self.compare(other) <= 0

    def __gt__(self, other: Truce.Stamp) -> bool:
        return self.compare(other) > 0

    def __ge__(self, other: Truce.Stamp) -> bool:
        return self.compare(other) >= 0

    def __hash__(self) -> int:
        return self.hash()

    def __str__(self) -> str:
        return self.to_string()


constructs(Truce.Clock)
