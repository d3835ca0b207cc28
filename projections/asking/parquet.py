"""Writing an answer as Parquet, without opening the file system to the SQL that gave it."""

from __future__ import annotations

import math
import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import msgspec

from chronology.errors import Refused, Unavailable
from chronology.files import made_whole, replaced
from projections.literals import first_line, identifier, quoted

__all__ = ["write_parquet"]

# What comes out of JSON as something else, or as nothing; at the top of a column, a blob and JSON are read as text.
_UNFIT: Final = re.compile(r"\b(?:INTERVAL|UNION(?=\()|BLOB|JSON)(?=[\[(,)]|$)")
_READ_AS_TEXT: Final = {"BLOB": "from_base64({column})", "JSON": "{column}::json"}
_INEXACT: Final = re.compile(r"\b(?:U?HUGEINT|FLOAT|DOUBLE)\b")
_EXACT: Final = 1 << 53
"""Parquet has no integers of 128 bits: DuckDB writes them as floats, which hold all integers up to this."""


def write_parquet(columns: Sequence[str], types: Sequence[str], rows: Iterable[Sequence[Any]], out: Path) -> None:
    """Write rows as a Parquet file, which appears whole or not at all.

    The rows come out of a locked connection, and go in by another that has seen no SQL of the user's. Raises `Refused`
    where a column is of a type that Parquet does not have, `Unavailable` where the file cannot be written.
    """
    for name, type_ in zip(columns, types, strict=True):
        if type_ not in _READ_AS_TEXT and _UNFIT.search(type_):
            raise _unfit(name, type_)
    target = replaced(out)
    try:
        with tempfile.TemporaryDirectory(prefix="chronology-") as folder:
            lines = Path(folder) / "rows.ndjson"
            _write_lines(columns, types, rows, lines)
            if target is not None:
                with made_whole(target) as part:
                    _convert(columns, types, lines, part)
                return
            _convert(columns, types, lines, Path(folder) / "whole")
            with (Path(folder) / "whole").open("rb") as made, out.open("wb") as stream:
                shutil.copyfileobj(made, stream)
    except (duckdb.IOException, OSError) as error:
        raise Unavailable(f"cannot write {out}: {first_line(error)}; name another file with -o") from error


def _write_lines(columns: Sequence[str], types: Sequence[str], rows: Iterable[Sequence[Any]], lines: Path) -> None:
    encode = msgspec.json.Encoder(enc_hook=str).encode
    inexact = [n for n, type_ in enumerate(types) if _INEXACT.search(type_)]
    with lines.open("wb") as file:
        for row in rows:
            cells = {f"c{n}": value for n, value in enumerate(row)}
            for n in inexact:
                try:
                    cells[f"c{n}"] = _exact(row[n])
                except OverflowError as error:
                    what = f"Parquet has no integers as large as {error}"
                    raise Refused(f"column {columns[n]}: {what}; cast it to decimal(38, 0) or varchar") from error
            file.write(encode(cells) + b"\n")


def _convert(columns: Sequence[str], types: Sequence[str], lines: Path, whole: Path) -> None:
    def source(n: int) -> str:
        return quoted("VARCHAR" if types[n] in _READ_AS_TEXT else types[n])

    def selected(n: int) -> str:
        return _READ_AS_TEXT.get(types[n], "{column}").format(column=f"c{n}")

    def copied(which: Iterable[int], to: str) -> str:
        numbers = list(which)
        named = ", ".join(f"{selected(n)} as {identifier(columns[n])}" for n in numbers)
        typed = ", ".join(f"'c{n}': {source(n)}" for n in numbers)
        read = f"read_json({quoted(lines)}, columns = {{{typed}}}, format = 'newline_delimited')"
        return f"copy (select {named} from {read}) to {to} (format parquet)"

    with duckdb.connect(":memory:") as connection:
        connection.execute("set timezone = 'UTC'")
        try:
            connection.execute(copied(range(len(columns)), quoted(whole)))
        except duckdb.IOException:
            raise
        except duckdb.Error as error:
            # DuckDB does not say which column it was.
            for n, name in enumerate(columns):
                try:
                    connection.execute(copied([n], quoted(lines.with_name("one"))))
                except duckdb.Error as of_one:
                    raise _unfit(name, types[n]) from of_one
            raise Refused(f"cannot be written as Parquet: {first_line(error)}; try --format jsonl") from error


def _unfit(name: str, type_: str) -> Refused:
    short = type_ if len(type_) <= 60 else f"{type_[:57]}..."
    return Refused(
        f"column {name}: {short} cannot be written as Parquet; cast it to varchar: {identifier(name)}::varchar"
    )


def _exact(value: object) -> object:
    """A value as JSON has it: floats that are no number as text. Raises OverflowError for integers beyond floats."""
    match value:
        case float() if not math.isfinite(value):
            return str(value)
        case list() | tuple():
            return [_exact(each) for each in value]
        case dict():
            return {_exact(key): _exact(each) for key, each in value.items()}
        case int() if abs(value) > _EXACT:
            raise OverflowError(value)
    return value
