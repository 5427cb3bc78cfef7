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
    """Puts what the decorated class defines into one of the library's: the types are final, and made in C.

    What C has under such a name stays as _c_NAME.
    """
    def copy(source: type) -> type:
        for name, member in vars(source).items():
            if name in ('__dict__', '__weakref__', '__module__', '__qualname__', '__doc__', '__annotations__'):
                continue
            if name in vars(target) and not name.startswith('_'):
                setattr(target, f'_c_{name}', vars(target)[name])
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
