# SPDX-License-Identifier: LGPL-2.1-or-later
"""JSON as plain Python values, and as the text or the Json.Node that C takes.

Text is what keeps numbers exact: json-glib's nodes hold an integer of 64 bits or a double, Python's integers are of any
size. So whatever has a text form in C goes through that, and a node that would say another number is refused.
"""
import json
import numbers
from collections.abc import Mapping, Set
from typing import Any, Callable

from gi.module import get_introspection_module
from gi.repository import GObject, Json

Truce = get_introspection_module('Truce')
Fields = Mapping[str, Any] | Json.Node                          # a record
Scalar = str | int | float | bool | None | Json.Node            # an element of a set


def _plain(value: Any) -> Any:
    """What the JSON encoder does not know."""
    if isinstance(value, Truce.Record):
        return plain(value.dup_text())
    if isinstance(value, Json.Node):
        return plain(Json.to_string(value, False))
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Set):
        return sorted(value, key=repr)
    if isinstance(value, numbers.Number):
        return _number(value)
    raise TypeError(f'JSON has nothing like {value!r}')


def _number(value: Any) -> int | float:
    """A decimal.Decimal or its like, if it can be said without loss."""
    try:
        whole = int(value)
    except (ValueError, OverflowError):
        raise ValueError(f'JSON has no number {value}') from None
    if whole == value:
        return whole
    if type(value)(repr(float(value))) == value:
        return float(value)
    raise ValueError(f'{value} has more digits than a float; give it as JSON text, or as a string')


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_plain).encode


def text(value: Any) -> str:
    """JSON text of a plain value, of a record, or of a Json.Node."""
    if isinstance(value, Truce.Record):
        return value.dup_text()
    if isinstance(value, Json.Node):
        return Json.to_string(value, False)
    return _encode(value)


def plain(json_text: str | None) -> Any:
    """The plain value of JSON text; None where there is none."""
    return None if json_text is None else json.loads(json_text)


def node(value: Any) -> Json.Node:
    """A Json.Node of a plain value: for what has no text form in C."""
    if isinstance(value, Json.Node):
        return value
    wanted = text(value)
    made = Json.from_string(wanted)
    if plain(Json.to_string(made, False)) != plain(wanted):
        raise ValueError(f'a Json.Node can’t hold {wanted} exactly')
    return made


def extend(target: type) -> Callable[[type], type]:
    """Puts what the decorated class defines into one of the library's: the types are final, and made in C."""
    def copy(source: type) -> type:
        for name, member in vars(source).items():
            if name not in ('__dict__', '__weakref__', '__module__', '__qualname__', '__doc__', '__annotations__'):
                setattr(target, name, member)
        return target
    return copy


def constructs(*targets: type) -> None:
    """Lets Truce.Inbox(store) be Truce.Inbox.new(store). Without arguments, or with properties, it is GObject's."""
    for target in targets:
        target.__new__ = staticmethod(_new)
        target.__init__ = _init


def _new(cls: type, *arguments: Any, **properties: Any) -> Any:
    return cls.new(*arguments) if arguments else GObject.Object.__new__(cls)


def _init(self: Any, *arguments: Any, **properties: Any) -> None:
    if not arguments:
        GObject.Object.__init__(self, **properties)
    elif properties:
        raise TypeError('either what new takes, or properties by name')


def takes_values(target: type, *names: str, position: int = 0, text_form: bool = True) -> None:
    """Lets these methods take a plain value where C takes a Json.Node: the argument at that position after self."""
    for name in names:
        by_text = getattr(target, name + '_text') if text_form else None
        setattr(target, name, _taking(getattr(target, name), by_text, position))


def _taking(raw: Callable, by_text: Callable | None, position: int) -> Callable:
    def call(self, *arguments):
        value = arguments[position]
        if isinstance(value, Json.Node):
            return raw(self, *arguments)
        if by_text is None:
            return raw(self, *arguments[:position], node(value), *arguments[position + 1:])
        return by_text(self, *arguments[:position], text(value), *arguments[position + 1:])
    call.__name__, call.__doc__ = raw.__name__, raw.__doc__
    return call
