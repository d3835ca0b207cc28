"""Reading JSON Lines, which is what machines write: one fact on each line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, Final, NoReturn

import msgspec

from chronology.errors import Problem
from chronology.files import BOM
from chronology.intake.raw import Raw, brief

__all__ = ["read_jsonl"]

MAX_LINE: Final = 1 << 20
_EXPECTED: Final = 'expected one fact on a line, such as {"kind": "ied_strike", "source": "AFP"}'


class _NotAFactError(ValueError):
    """JSON that no fact is made of."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys are all different: of two values for one key, nobody can say which was meant."""
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _NotAFactError(f"holds the key {brief(twice)} twice")
    return found


def _constant(name: str) -> NoReturn:
    raise _NotAFactError(f"holds {name}, which is not a number")


_decode: Final = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant).decode


def read_jsonl(stream: BinaryIO, file: str, most: int) -> Iterator[Raw | Problem]:
    """Every fact of a stream of JSON Lines, one by one, and a Problem for each line that cannot be one.

    It ends with a Problem where there are more than `most` bytes.
    """
    number, facts = 0, 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        most -= len(line)
        if most < 0:
            facts += 1
            yield Problem(file, number, "", "goes on beyond --max-size", "expected less, or a larger --max-size")
            break
        if len(line) > MAX_LINE:
            while line and not line.endswith(b"\n") and most >= 0:
                line = stream.readline(MAX_LINE)
                most -= len(line)
            facts += 1
            yield Problem(file, number, "", f"is longer than {MAX_LINE:,} bytes", _EXPECTED)
            continue
        if number == 1:
            line = line.removeprefix(BOM)
        if line.isspace() or not line:
            continue
        facts += 1
        yield _read_line(line, file, number)
    if not facts:
        yield Problem(file, None, "", "holds no fact", _EXPECTED)


def _quick(line: bytes) -> dict[str, Any] | None:
    """The object of a line, in a fifth of the time; None where something may be wrong with it.

    Of two values for one key only the last is left: then quotation marks are missing when it is written again.
    """
    try:
        values = msgspec.json.decode(line)
        again = msgspec.json.encode(values)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
        return None
    whole = line.count(b'"') == again.count(b'"') and b"\\u0022" not in line
    return values if whole and isinstance(values, dict) else None


def _read_line(line: bytes, file: str, number: int) -> Raw | Problem:
    if (values := _quick(line)) is not None:
        return Raw(file, number, values.get("kind"), values, size=len(line))
    try:
        values = _decode(line.rstrip(b"\r\n").decode())
    except UnicodeDecodeError as error:
        what = f"byte {error.start + 1} of the line (0x{line[error.start]:02x}) is not UTF-8"
    except json.JSONDecodeError as error:
        what = f"is not JSON: {error.msg[:1].lower()}{error.msg[1:]} (column {error.colno})"
    except RecursionError:
        what = "is nested too deeply"
    except _NotAFactError as error:
        what = str(error)
    except ValueError:
        # json gives a ValueError of its own to one thing only: more digits than Python agrees to read.
        what = "holds a number with too many digits"
    else:
        if isinstance(values, dict):
            return Raw(file, number, values.get("kind"), values, size=len(line))
        what = "is not an object"
    return Problem(file, number, "", what, _EXPECTED)
