"""JSON read a value at a time, with the line each stands on: a list may be of any length, and is never held.

Numbers stay as they are written; a key that an object has twice is noted.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from chronology.errors import Rejected
from chronology.importers.tables import MOST_IN_LINE, Source

__all__ = ["EXPECTED", "Object", "Text", "arrays", "decoder"]

EXPECTED: Final = "expected an array of objects, or an object on each line"

_PIECE: Final = 1 << 18
_SPACE: Final = " \t\r\n"
_DEEPEST: Final = 3


class Object(dict[str, Any]):
    """A JSON object; `twice` is a key that it has two values for."""

    twice: str | None = None


def _object(pairs: list[tuple[str, Any]]) -> Object:
    found = Object(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        found.twice = next(key for key in keys if keys.count(key) > 1)
    return found


decoder: Final = json.JSONDecoder(object_pairs_hook=_object, parse_float=str, parse_int=str, parse_constant=str)
"""Decodes objects as `Object`, and numbers as the text they are written as."""


class Text:
    """The text of a file, a piece at a time, with the line it was read to."""

    def __init__(self, source: Source, stream: BinaryIO) -> None:
        self._source, self._stream = source, stream
        self._decode = codecs.getincrementaldecoder("utf-8-sig")()
        self._held, self._at = "", 0
        self.line = 1

    def wrong(self, expected: str) -> Rejected:
        """The mistake at this place."""
        return Rejected([self._source.problem(self.line, "", "", expected)])

    def next_char(self) -> str:
        """The next character that is no space; nothing at the end."""
        while True:
            while self._at < len(self._held) and self._held[self._at] in _SPACE:
                self.line += self._held[self._at] == "\n"
                self._at += 1
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._more():
                return ""

    def take(self, char: str, of: str = "an array of objects") -> None:
        """Pass over one. Raises Rejected if there is another."""
        if self.next_char() != char:
            raise self.wrong(f"expected {char} of {of}")
        self._at += 1

    def value(self) -> object:
        """The value that begins here. Raises Rejected if it is none, or longer than 8 MiB."""
        self.next_char()
        while True:
            try:
                value, end = decoder.raw_decode(self._held, self._at)
            except RecursionError:
                raise self.wrong("expected an object that is not nested so deeply") from None
            except ValueError as error:
                # It may go on in what was not read yet; twice as much each time, so that long ones are not read often.
                missing = max(len(self._held) - self._at, _PIECE)
                if missing > MOST_IN_LINE:
                    raise self.wrong("expected objects of at most 8 MiB") from error
                if not self._more(missing):
                    raise self.wrong(f"{EXPECTED}, but: {error}") from error
                continue
            # A number at the end of what was read may go on; read on before it is taken.
            if end == len(self._held) and isinstance(value, str) and self._held[end - 1] != '"' and self._more():
                continue
            self.line += self._held.count("\n", self._at, end)
            self._at = end
            return value

    def elements(self) -> Iterator[tuple[int, object]]:
        """The values of the list that begins here, each with its line. Raises Rejected."""
        self.take("[")
        while self.next_char() != "]":
            line = self.line
            yield line, self.value()
            if self.next_char() != "]":
                self.take(",")
        self.take("]")

    def members(self) -> Iterator[str]:
        """The keys of the object that begins here; who asks reads the value of each. Raises Rejected."""
        self.take("{", "an object")
        while self.next_char() != "}":
            if self.next_char() != '"':
                raise self.wrong("expected a key of an object")
            key = self.value()
            self.take(":", "an object")
            yield str(key)
            if self.next_char() != "}":
                self.take(",", "an object")
        self.take("}", "an object")

    def enter(self, wanted: str) -> None:
        """Go to the value of a key of the object that begins here. Raises Rejected where it has none."""
        there = []
        for key in self.members():
            if key == wanted:
                return
            there.append(key)
            self._pass()
        raise self.wrong(
            f"expected an object with the key {wanted}, which holds the rows; it has {', '.join(there)[:200]}"
        )

    def _pass(self) -> None:
        """Pass over a value, of whatever length: a list or an object value by value."""
        match self.next_char():
            case "[":
                for _ in self.elements():
                    pass
            case _:
                self.value()

    def _more(self, size: int = _PIECE) -> bool:
        """Read on; whether there was more."""
        piece = self._stream.read(size)
        try:
            text = self._decode.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            raise self.wrong("expected UTF-8") from error
        self._held, self._at = self._held[self._at :] + text, 0
        return bool(piece)


def arrays(text: Text, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The lists of objects in an object and those inside it, by their keys; whether there is anything in them."""
    for key in text.members():
        here = (*path, key)
        match text.next_char():
            case "[":
                kinds = {isinstance(value, Object) for _, value in text.elements()}
                if kinds != {False}:
                    yield here, bool(kinds)
            case "{" if len(here) < _DEEPEST:
                yield from arrays(text, here)
            case _:
                text.value()
