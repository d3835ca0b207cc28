"""Opening what facts are read from: a file or standard input, TOML or JSON Lines, and only if it is text."""

from __future__ import annotations

import enum
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, cast

from chronology.errors import Problem
from chronology.files import BOM, NotText, Unreadable, check_text, open_input, text_of
from chronology.intake.jsonl import read_jsonl
from chronology.intake.raw import Raw

__all__ = ["MOST_BYTES", "STDIN", "InputFormat", "read_file", "read_stream"]

STDIN: Final = "-"
MAX_TOML: Final = 64 << 20
MOST_BYTES: Final = 4_000_000_000
"""An input that is longer is a mistake, or has no end; `--max-size` says otherwise."""

_SUFFIXES: Final = {".toml": "toml", ".jsonl": "jsonl", ".ndjson": "jsonl"}


class InputFormat(enum.StrEnum):
    """The format of facts: people write TOML, machines write JSON Lines."""

    TOML = "toml"
    JSONL = "jsonl"


def read_file(
    path: Path | str,
    format: InputFormat | None = None,  # noqa: A002
    most: int = MOST_BYTES,
) -> Iterator[Raw | Problem]:
    """Every fact of a file, or of standard input for "-", and a Problem for what cannot be one; nothing is raised.

    Without a `format` the file's name decides, else its first character: JSON Lines begin with a brace. What comes
    after `most` bytes is not read.
    """
    if str(path) == STDIN:
        yield from read_stream(cast("BinaryIO", sys.stdin.buffer), "<stdin>", format, most)
        return
    try:
        with open_input(path) as stream:
            known = _SUFFIXES.get(Path(path).suffix.lower())
            yield from read_stream(stream, str(path), format or (InputFormat(known) if known else None), most)
    except (Unreadable, OSError) as raised:
        error = raised if isinstance(raised, Unreadable) else Unreadable.because(path, raised)
        expected = "expected a file of facts" if error.what.startswith("cannot") else error.expected
        yield Problem(str(path), None, "", error.what, expected)


def read_stream(
    stream: BinaryIO,
    file: str,
    format: InputFormat | None = None,  # noqa: A002
    most: int = MOST_BYTES,
) -> Iterator[Raw | Problem]:
    """Read facts from an open stream; `file` is its name in problems."""
    buffered = (
        stream
        if isinstance(stream, io.BufferedReader | io.BytesIO)
        else io.BufferedReader(cast("io.RawIOBase", stream))
    )
    start = buffered.getvalue()[:1024] if isinstance(buffered, io.BytesIO) else buffered.peek(1024)[:1024]
    try:
        check_text(start)
    except NotText as error:
        expected = "expected TOML or JSON Lines"
        yield Problem(file, error.line, "", error.what, expected if error.line else f"{expected} in UTF-8")
        return
    if format is None:
        begins = start.removeprefix(BOM).lstrip()
        format = InputFormat.JSONL if begins.startswith(b"{") else InputFormat.TOML  # noqa: A001
    if format is InputFormat.JSONL:
        yield from read_jsonl(buffered, file, most)
    else:
        yield from _read_toml(buffered, file)


def _read_toml(stream: BinaryIO, file: str) -> Iterator[Raw | Problem]:
    from chronology.intake.toml import read_toml  # noqa: PLC0415  what machines write is none

    data = stream.read(MAX_TOML + 1)
    if len(data) > MAX_TOML:
        yield Problem(file, None, "", f"is larger than {MAX_TOML >> 20} MiB", "expected JSON Lines for so many facts")
        return
    try:
        text = text_of(data)
    except NotText as error:
        yield Problem(file, error.line, "", error.what, "expected text in UTF-8")
        return
    if not text.strip():
        yield Problem(file, None, "", "holds no fact", "expected tables such as [[ied_strike]]")
        return
    yield from read_toml(text, file)
