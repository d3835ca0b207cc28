"""Opening what facts are read from: a file or standard input, TOML or JSON Lines, and only if it is text."""

from __future__ import annotations

import enum
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, cast

from chronology.errors import Problem
from chronology.intake.jsonl import read_jsonl
from chronology.intake.raw import Raw
from chronology.intake.toml import read_toml

__all__ = ["STDIN", "InputFormat", "read_file", "read_stream"]

STDIN: Final = "-"
MAX_TOML: Final = 64 << 20

_SUFFIXES: Final = {".toml": "toml", ".jsonl": "jsonl", ".ndjson": "jsonl"}


class InputFormat(enum.StrEnum):
    """How facts are written down: people write TOML, machines write JSON Lines."""

    TOML = "toml"
    JSONL = "jsonl"


def read_file(path: Path | str, format: InputFormat | None = None) -> Iterator[Raw | Problem]:  # noqa: A002
    """Every fact of a file, or of standard input for "-", and a Problem for what cannot be one; nothing is raised.

    Without a `format` the file's name decides, else its first character: JSON Lines begin with a brace.
    """
    if str(path) == STDIN:
        yield from read_stream(cast("BinaryIO", sys.stdin.buffer), "<stdin>", format)
        return
    try:
        with Path(path).open("rb") as stream:
            known = _SUFFIXES.get(Path(path).suffix.lower())
            yield from read_stream(stream, str(path), format or (InputFormat(known) if known else None))
    except OSError as error:
        what = f"cannot be read: {(error.strerror or str(error)).lower()}"
        yield Problem(str(path), None, "", what, "expected a file of facts")
    except ValueError:
        # The name itself holds what no name can, such as a NUL.
        yield Problem(str(path), None, "", "cannot be the name of a file", "expected a file of facts")


def read_stream(stream: BinaryIO, file: str, format: InputFormat | None = None) -> Iterator[Raw | Problem]:  # noqa: A002
    """The same for an open stream; `file` is what problems call it."""
    buffered = (
        stream
        if isinstance(stream, io.BufferedReader | io.BytesIO)
        else io.BufferedReader(cast("io.RawIOBase", stream))
    )
    start = buffered.getvalue()[:1024] if isinstance(buffered, io.BytesIO) else buffered.peek(1024)[:1024]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield Problem(file, None, "", "is text in UTF-16", "expected TOML or JSON Lines in UTF-8")
        return
    if (at := start.find(b"\0")) >= 0:
        line = start.count(b"\n", 0, at) + 1
        yield Problem(file, line, "", "holds a NUL, so it is not text in UTF-8", "expected TOML or JSON Lines")
        return
    if format is None:
        begins = start.removeprefix(b"\xef\xbb\xbf").lstrip()
        format = InputFormat.JSONL if begins.startswith(b"{") else InputFormat.TOML  # noqa: A001
    if format is InputFormat.JSONL:
        yield from read_jsonl(buffered, file)
    else:
        yield from _read_toml(buffered, file)


def _read_toml(stream: BinaryIO, file: str) -> Iterator[Raw | Problem]:
    data = stream.read(MAX_TOML + 1)
    if len(data) > MAX_TOML:
        yield Problem(file, None, "", f"is larger than {MAX_TOML >> 20} MiB", "expected JSON Lines for so many facts")
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        what = f"byte {column} of the line (0x{data[error.start]:02x}) is not UTF-8"
        yield Problem(file, line, "", what, "expected text in UTF-8")
        return
    if not text.strip():
        yield Problem(file, None, "", "holds no fact", "expected tables such as [[ied_strike]]")
        return
    yield from read_toml(text, file)
