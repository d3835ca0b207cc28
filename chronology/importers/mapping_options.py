"""Options of a mapping besides the fact: the form of its files, and columns that stay out of the log."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from chronology.errors import Usage
from chronology.importers.headers import plain_name
from chronology.importers.tables import ANY_SHAPE, Shape

__all__ = ["ALL_UNUSED", "OPTIONS", "Options", "read_options", "shape_of"]

ALL_UNUSED: Final = "*"
"""In `leave_out`: every column that the mapping does not use."""

_SHAPE: Final = tuple(Shape._fields)
OPTIONS: Final = (*_SHAPE, "optional", "leave_out", "hashed", "hash_key", "group", "alternatives")
"""The keys of a mapping that are read here."""

_TEXTS: Final = {
    "sheet": "the name of a sheet, or its number",
    "records": "the key of the list of rows, such as data or result.rows",
}


class Options(NamedTuple):
    """The form of files, and which of their columns are stored.

    `optional` columns may be missing. Those of `leave_out` are not read at all, of `hashed` a keyed hash is, made with
    the secret in the file `hash_key`. With `group`, rows of one key are one record. `alternatives` says that several
    rows of one speaker on one incident are meant to be.
    """

    shape: Shape = ANY_SHAPE
    optional: frozenset[str] = frozenset()
    leave_out: frozenset[str] = frozenset()
    hashed: frozenset[str] = frozenset()
    hash_key: str | None = None
    group: bool = False
    alternatives: bool = False


def read_options(given: Mapping[str, Any], problem: Callable[[tuple[str, ...], object, str], None]) -> Options:
    """The options of a mapping; `problem(path, value, expected)` is called for each that is wrong."""
    flags = {}
    for name in ("group", "alternatives"):
        flags[name] = given.get(name, False)
        if not isinstance(flags[name], bool):
            problem((name,), flags[name], "expected true or false")
    named = {}
    for name in ("optional", "leave_out", "hashed"):
        texts = given.get(name, [])
        texts = texts if isinstance(texts, list) else [texts]
        if not all(isinstance(each, str) and each.strip() for each in texts):
            problem((name,), texts, 'expected the names of columns, such as ["name", "phone"]')
            texts = []
        named[name] = frozenset(map(plain_name, texts))
    hash_key = given.get("hash_key")
    if hash_key is not None and not isinstance(hash_key, str):
        problem(("hash_key",), hash_key, "expected the name of a file with a secret of your own, beside the mapping")
        hash_key = None
    if named["hashed"] and hash_key is None:
        expected = 'expected hash_key = "FILE" as well: without a secret of your own, names can be guessed from hashes'
        problem(("hashed",), given["hashed"], expected)
    both = named["hashed"] & named["leave_out"]
    if both:
        expected = f"expected columns to be hashed or left out, but {', '.join(sorted(both))} is both"
        problem(("hashed",), given["hashed"], expected)
    return Options(
        _shape(given, problem),
        named["optional"],
        named["leave_out"],
        named["hashed"],
        hash_key,
        flags["group"],
        flags["alternatives"],
    )


def _shape(given: Mapping[str, Any], problem: Callable[[tuple[str, ...], object, str], None]) -> Shape:
    found: dict[str, Any] = {}
    for name in _SHAPE:
        value = given.get(name)
        if value is None:
            continue
        expected = wrong_shape(name, value)
        if expected:
            problem((name,), value, f"expected {expected}")
        else:
            found[name] = str(value) if name == "sheet" else value
    return Shape(**found)


def shape_of(given: Mapping[str, object]) -> Shape:
    """The shape that options say; None leaves a part open. Raises Usage for what is none."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name not in _SHAPE:
            raise Usage(f"{name} is no part of the shape of a file; there are {', '.join(_SHAPE)}")
        if value is None:
            continue
        expected = wrong_shape(name, value)
        if expected:
            raise Usage(f"--{name} {value}: expected {expected}")
        found[name] = str(value) if name == "sheet" else value
    return Shape(**found)


def wrong_shape(name: str, value: object) -> str | None:
    """The value expected of one part of a shape, if `value` is none."""
    match name:
        case "delimiter":
            fine = isinstance(value, str) and len(value) == 1 and value not in '"\n\r\0'
            return None if fine else 'one character, such as ";" or "\\t"'
        case "quote":
            fine = isinstance(value, str) and len(value) <= 1 and value not in {"\n", "\r", "\0"}
            return None if fine else 'one character, or "" where there are no quotes'
        case "decimal":
            return None if value in {".", ","} else '"." or ","'
        case "header":
            fine = isinstance(value, int) and not isinstance(value, bool) and value >= 1
            return None if fine else "the number of the row that names the columns, from 1"
        case "encoding":
            return (
                None if isinstance(value, str) and _is_encoding(value) else "an encoding such as windows-1252 or utf-16"
            )
        case "sheet":
            fine = (isinstance(value, str) and value != "") or (isinstance(value, int) and not isinstance(value, bool))
            return None if fine else _TEXTS[name]
    return None if isinstance(value, str) and value else _TEXTS[name]


def _is_encoding(name: str) -> bool:
    try:
        codecs.lookup(name)
        "".encode(name)
    except (LookupError, ValueError):
        return False
    return True
