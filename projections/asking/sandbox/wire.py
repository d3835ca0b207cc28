"""An answer on its way from one process to another: frames on a pipe, MessagePack with the types of DuckDB's values.

Data only: what comes out of a process that ran the SQL of others can be wrong, but it cannot act.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec

__all__ = ["Frames", "pack", "rows_packed", "unpack"]

_AS_THEY_ARE: Final = frozenset(
    {
        "BOOLEAN",
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
        "FLOAT",
        "DOUBLE",
        "VARCHAR",
    }
)
_LARGEST: Final = 2**63

_CODES: Final[dict[type, int]] = {
    int: 1,
    Decimal: 2,
    datetime: 3,
    date: 4,
    time: 5,
    timedelta: 6,
    UUID: 7,
    tuple: 8,
    dict: 9,
}
_READ: Final[dict[int, Callable[[str], Any]]] = {
    1: int,
    2: Decimal,
    3: datetime.fromisoformat,
    4: date.fromisoformat,
    5: time.fromisoformat,
    6: lambda text: timedelta(**dict(zip(("days", "seconds", "microseconds"), map(int, text.split()), strict=True))),
    7: UUID,
}


def _encodable(value: Any) -> Any:  # noqa: ANN401, PLR0911
    """A value as MessagePack holds it without loss."""
    match value:
        case None | bool() | float() | str() | bytes():
            return value
        case int():
            return value if -_LARGEST <= value < _LARGEST else _ext(int, str(value))
        case Decimal() | UUID():
            return _ext(type(value), str(value))
        case datetime() | date() | time():
            return _ext(type(value), value.isoformat())
        case timedelta():
            return _ext(timedelta, f"{value.days} {value.seconds} {value.microseconds}")
        case list():
            return [_encodable(each) for each in value]
        case tuple():
            return msgspec.msgpack.Ext(_CODES[tuple], _encode([_encodable(each) for each in value]))
        case dict() if all(isinstance(name, str) for name in value):
            return {name: _encodable(each) for name, each in value.items()}
        case dict():
            return msgspec.msgpack.Ext(
                _CODES[dict], _encode([[_encodable(name), _encodable(each)] for name, each in value.items()])
            )
        case _:
            return str(value)


def _ext(type_: type, text: str) -> msgspec.msgpack.Ext:
    return msgspec.msgpack.Ext(_CODES[type_], text.encode())


def _read(code: int, data: memoryview) -> Any:  # noqa: ANN401
    if code == _CODES[tuple]:
        return tuple(_decode(data))
    if code == _CODES[dict]:
        return {tuple(name) if isinstance(name, list) else name: each for name, each in _decode(data)}
    return _READ[code](bytes(data).decode())


_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(ext_hook=_read).decode


def rows_packed(rows: Iterable[Sequence[Any]], types: Sequence[str]) -> list[list[Any]]:
    """Rows of DuckDB's values, ready for `pack`. `types` are the names of the columns' types."""
    odd = [n for n, type_ in enumerate(types) if type_ not in _AS_THEY_ARE]
    if not odd:
        return [list(row) for row in rows]
    packed = []
    for row in rows:
        values = list(row)
        for n in odd:
            values[n] = _encodable(values[n])
        packed.append(values)
    return packed


def pack(*frame: object) -> bytes:
    """A frame: its length in eight bytes, then what it says, its kind first."""
    data = _encode(frame)
    return len(data).to_bytes(8) + data


def unpack(data: bytes) -> list[Any]:
    """The content of a frame. Raises `msgspec.DecodeError` if there is none."""
    frame: list[Any] = _decode(data)
    return frame


class Frames:
    """Frames of at most `most` bytes, as they come in on a pipe; `read` counts the bytes so far.

    `wait` waits until there is something to read: False when there is no time left.
    """

    def __init__(self, handle: int, wait: Callable[[int], bool], most: int) -> None:
        self._handle, self._wait, self._most = handle, wait, most
        self.read = 0

    def next(self) -> list[Any] | None:
        """The next frame; None at the end, whether or not it was meant to be the end."""
        length = self._bytes(8)
        if length is None:
            return None
        size = int.from_bytes(length)
        data = self._bytes(size) if size <= self._most else None
        return None if data is None else unpack(data)

    def _bytes(self, count: int) -> bytes | None:
        parts = bytearray()
        while len(parts) < count:
            if not self._wait(self._handle):
                return None
            part = os.read(self._handle, min(count - len(parts), 1 << 20))
            if not part:
                return None
            parts += part
            self.read += len(part)
        return bytes(parts)
