"""Frozen dataclasses as bytes: a JSON header, and raw bytes behind it.

No pickle: a media process parses what strangers send, and one that was taken over must not be able
to run anything in the main process. What is read is checked against the types of its class.
"""

import functools
import json
import struct
import types
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

_LENGTH = struct.Struct("!I")


class Wire:
    """Encodes and decodes the dataclasses that it was given, and no others."""

    def __init__(self, kinds: Iterable[type]) -> None:
        self._kinds = {kind.__name__: kind for kind in kinds}

    def encode(self, message: Any) -> bytes:
        """Return one message. Raises TypeError for a class that was not given."""
        name = type(message).__name__
        if self._kinds.get(name) is not type(message):
            raise TypeError(f"{name} does not travel here")
        raw: list[bytes] = []
        header = {"kind": name, "value": _plain(message, raw)}
        text = json.dumps(header, separators=(",", ":")).encode()
        return b"".join((_LENGTH.pack(len(text)), text, *raw))

    def decode(self, data: bytes) -> Any:
        """Return the message. Raises ValueError for anything else than ``encode`` makes."""
        try:
            (length,) = _LENGTH.unpack_from(data)
            end = _LENGTH.size + length
            header = json.loads(data[_LENGTH.size : end])
            kind = self._kinds[header["kind"]]
            raw = memoryview(data)[end:]
            return _typed(kind, header["value"], raw)
        except (struct.error, KeyError, TypeError, RecursionError, UnicodeDecodeError) as error:
            raise ValueError("malformed message") from error


def _plain(value: Any, raw: list[bytes]) -> Any:
    """What JSON can hold; bytes become [offset, length] in what follows the header."""
    if isinstance(value, bytes):
        offset = sum(map(len, raw))
        raw.append(value)
        return [offset, len(value)]
    if isinstance(value, tuple | list):
        return [_plain(part, raw) for part in value]
    if is_dataclass(value):
        kind: Any = type(value)
        return {name: _plain(getattr(value, name), raw) for name in _hints(kind)}
    return value


@functools.cache
def _hints(kind: Any) -> dict[str, Any]:
    """The types of a dataclass's fields by their names."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _typed(hint: Any, value: Any, raw: memoryview) -> Any:
    """``value`` as ``hint`` says, or ValueError."""
    if is_dataclass(hint) and isinstance(hint, type):
        hints = _hints(hint)
        if not isinstance(value, dict) or value.keys() != hints.keys():
            raise ValueError(f"malformed {hint.__name__}")
        return hint(**{name: _typed(part, value[name], raw) for name, part in hints.items()})
    if get_origin(hint) in (Union, types.UnionType):
        return _one_of(get_args(hint), value, raw)
    if get_origin(hint) is tuple and isinstance(value, list):
        return _parts(get_args(hint), value, raw)
    if hint is bytes and isinstance(value, list):
        offset, length = value
        if not 0 <= offset <= offset + length <= len(raw):
            raise ValueError("bytes beyond the end")
        return bytes(raw[offset : offset + length])
    if hint is float and type(value) is int:
        return float(value)
    if hint in (str, int, float, bool) and type(value) is hint:
        return value
    if hint is type(None) and value is None:
        return None
    raise ValueError(f"{hint} expected")


def _one_of(hints: tuple[Any, ...], value: Any, raw: memoryview) -> Any:
    for hint in hints:
        try:
            return _typed(hint, value, raw)
        except ValueError:
            continue
    raise ValueError("no alternative fits")


def _parts(hints: tuple[Any, ...], value: list[Any], raw: memoryview) -> tuple[Any, ...]:
    if len(hints) == 2 and hints[1] is Ellipsis:
        return tuple(_typed(hints[0], part, raw) for part in value)
    return tuple(_typed(hint, part, raw) for hint, part in zip(hints, value, strict=True))
