"""Dataclasses as canonical JSON and back, believing nothing: exact types, known names, bounded size and depth.

What a dataclass says of its fields is the whole rule: `str`, `int`, `bool`, `float`, `Fraction` (as a number), enums,
`X | None`, `tuple[X, ...]`, `tuple[X, Y]`, other dataclasses. A field without a value in the JSON gets its default, so
a file written before the field was thought of can be read; a name that is not known is refused, as `Unknown` where
that is all: a newer version wrote it.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import re
import types
import typing
from enum import Enum
from fractions import Fraction
from typing import Any, TypeVar

from rubricapp.core.rubrics import canonical

T = TypeVar("T")
DEEPEST = 32
MOST_VALUES = 500_000
_LARGEST = 1 << 53
"""Whole numbers beyond this are not the same in every program that reads JSON."""
# A text that never ends is one token, too: else each quote in it would be tried again, to the end.
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[\[\]{},]', re.DOTALL)


class Unknown(ValueError):
    """All that is wanted is there, and a name that this version does not know."""


def dump(value: Any) -> bytes:
    """A dataclass (or plain JSON values) as canonical JSON: equal values give equal bytes."""
    return canonical(_plain(value))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, Fraction):
        number = float(value)
        if Fraction(number) != value:
            raise ValueError(f"{value} has no exact number in JSON")
        return number
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value


def load(data: bytes) -> Any:
    """The plain value of JSON bytes. Raises ValueError for what is none, repeats a key, is too deep or too much."""
    depth = 0
    for count, token in enumerate(_TOKEN.finditer(data)):
        first = data[token.start()]
        if first in b"[{":
            depth += 1
        elif first in b"]}":
            depth -= 1
        if depth > DEEPEST or count > MOST_VALUES:
            raise ValueError("nested too deep" if depth > DEEPEST else "too many values")
    found = _decode(data.decode("utf-8"))
    if b"\\u" in data:  # half a sign, which is no text: UnicodeEncodeError is a ValueError
        json.dumps(found, ensure_ascii=False).encode()
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("too large a number")
    return number


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no number")


_decode = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_refuse, parse_float=_finite).decode


def read(kind: type[T], data: bytes) -> T:
    """The dataclass that JSON bytes say. Raises ValueError, Unknown."""
    return build(kind, load(data))


def build(kind: Any, value: Any, place: str = "") -> Any:
    """A value of this type from plain JSON values. Raises ValueError naming the place, Unknown."""
    if isinstance(kind, typing.NewType):
        kind = kind.__supertype__
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return _build_optional(kind, value, place)
    if origin is tuple:
        return _build_tuple(kind, value, place)
    if dataclasses.is_dataclass(kind):
        return _build_dataclass(kind, value, place)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(_exact(str, value, place))
    if kind is Fraction:
        return Fraction(_number(value, place))
    if kind is float:
        return float(_number(value, place))
    return _exact(kind, value, place)


def _build_optional(kind: Any, value: Any, place: str) -> Any:
    (wanted,) = (each for each in typing.get_args(kind) if each is not type(None))
    return None if value is None else build(wanted, value, place)


def _build_tuple(kind: Any, value: Any, place: str) -> tuple:
    items, wanted = _exact(list, value, place), typing.get_args(kind)
    if len(wanted) == 2 and wanted[1] is Ellipsis:
        return tuple(build(wanted[0], each, f"{place}[{number}]") for number, each in enumerate(items))
    if len(items) != len(wanted):
        raise ValueError(f"{place}: {len(wanted)} values are wanted")
    return tuple(
        build(each, item, f"{place}[{number}]") for number, (each, item) in enumerate(zip(wanted, items, strict=True))
    )


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _build_dataclass(kind: Any, value: Any, place: str) -> Any:
    given, hints = _exact(dict, value, place), _hints(kind)
    known = {each.name: each for each in dataclasses.fields(kind)}
    for name, each in known.items():
        needed = each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
        if needed and name not in given:
            raise ValueError(f"{place}: {name} is missing")
    strange = sorted(given.keys() - known.keys())
    found = kind(**{name: build(hints[name], given[name], f"{place}.{name}") for name in known if name in given})
    if strange:
        raise Unknown(f"{place}: {strange[0][:40]!r} is not known")
    return found


def _number(value: Any, place: str) -> int | float:
    if type(value) not in (int, float) or not math.isfinite(value) or abs(value) > _LARGEST:
        raise ValueError(f"{place}: no number")
    return value


def _exact(kind: type, value: Any, place: str) -> Any:
    if kind is int and type(value) is int and abs(value) > _LARGEST:
        raise ValueError(f"{place}: too large a number")
    if type(value) is not kind:
        raise ValueError(f"{place}: {kind.__name__} is wanted, not {type(value).__name__}")
    if kind is str and not value.isascii():
        value.encode()  # a lone surrogate is no text: UnicodeEncodeError is a ValueError
    return value
