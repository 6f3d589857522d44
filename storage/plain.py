"""Frozen dataclasses to plain JSON values and to table rows, and back.

A moment becomes UTC text of fixed width (so that SQL compares it rightly), an enumeration its
value, a set a sorted list. In a row, lists and objects are JSON text and a ``Subject`` is two
columns.
"""

import json
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import cache
from hashlib import sha256
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from roll_call.commitment import canonical_json
from roll_call.instants import from_text, utc_text
from roll_call.people import Subject

T = TypeVar("T")
Row = dict[str, Any]


def to_plain(value: Any) -> Any:
    """The value as strings, numbers, booleans, None, lists and dicts."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(to_plain(item) for item in value)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [to_plain(item) for item in value]
    return value


def from_plain(hint: Any, value: Any) -> Any:
    """Rebuild a value of the annotated type ``hint`` from what ``to_plain`` made of it."""
    if value is None or hint is Any:
        return value
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return from_plain(next(arg for arg in get_args(hint) if arg is not type(None)), value)
    if origin is not None:
        return _container(origin, get_args(hint), value)
    if not isinstance(hint, type):
        return value
    if issubclass(hint, Enum):
        return hint(value)
    if is_dataclass(hint):
        return hint(**{n: from_plain(h, value[n]) for n, h in _hints(hint).items() if n in value})
    scalar = _SCALARS.get(hint)
    return scalar(value) if scalar else value


def to_row(value: Any) -> Row:
    """A dataclass as the columns of its table."""
    row: Row = {}
    for field in fields(value):
        item = getattr(value, field.name)
        if isinstance(item, Subject):
            row[f"{field.name}_kind"] = item.kind.value
            row[f"{field.name}_id"] = item.id
        else:
            row[field.name] = _cell(to_plain(item))
    return row


def from_row(cls: type[T], row: Mapping[str, Any]) -> T:
    """The dataclass from its columns; further columns are ignored."""
    values: dict[str, Any] = {}
    target: Any = cls
    for name, hint in _hints(target).items():
        if hint is Subject:
            values[name] = from_plain(Subject, {p: row[f"{name}_{p}"] for p in ("kind", "id")})
        elif _is_container(hint):
            cell = row[name]
            values[name] = from_plain(hint, json.loads(cell) if isinstance(cell, str) else cell)
        else:
            values[name] = from_plain(hint, row[name])
    return cls(**values)


def json_text(value: Any) -> str:
    """Canonical JSON text of a plain value or a dataclass."""
    return canonical_json(to_plain(value)).decode()


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return sha256(data).hexdigest()


def _cell(plain: Any) -> Any:
    if isinstance(plain, list | dict):
        return json_text(plain)
    return int(plain) if isinstance(plain, bool) else plain


def _container(origin: Any, args: tuple[Any, ...], value: Any) -> Any:
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: from_plain(args[1], item) for key, item in value.items()}
    kind: Callable[[Any], Any] = {tuple: tuple, frozenset: frozenset}.get(origin, list)
    if origin is tuple and len(args) > 1 and args[1] is not Ellipsis:
        return tuple(from_plain(arg, item) for arg, item in zip(args, value, strict=True))
    return kind(from_plain(args[0], item) for item in value)


@cache
def _is_container(hint: Any) -> bool:
    if get_origin(hint) in (Union, types.UnionType):
        return any(_is_container(arg) for arg in get_args(hint))
    return get_origin(hint) is not None


@cache
def _hints(cls: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(cls)
    return {field.name: hints[field.name] for field in fields(cls)}


_SCALARS: dict[type, Callable[[Any], Any]] = {
    datetime: from_text,
    date: date.fromisoformat,
    time: time.fromisoformat,
    timedelta: lambda seconds: timedelta(seconds=seconds),
    bool: bool,
}
