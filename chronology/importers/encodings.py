"""Encodings other than UTF-8: which one a file is in, as far as its bytes tell, and its text as UTF-8.

UTF-16 and UTF-32 say so by their first bytes. Of others only windows-1252 is found out, where single letters with
accents stand among plain ones, and no byte is anything else: what all letters of a word are written in may be Cyrillic,
Greek or Arabic, and is never guessed.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, BinaryIO, Final

from chronology.errors import Refused

__all__ = ["Recoded", "encoding_of"]

_PIECE: Final = 1 << 18
_BOMS: Final = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Longest first: UTF-32 begins as UTF-16 does."""

_WESTERN: Final = "windows-1252"
_LETTERS: Final = "àáâãäåæçèéêëìíîïñòóôõöøùúûüýßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝœŒšŠžŽ".encode(_WESTERN)
_UNUSED: Final = frozenset({0x81, 0x8D, 0x8F, 0x90, 0x9D, *b"\xde\xfe\xd0\xf0\xa4\xa6\xa8\xaf\xb8\xb9\xac\xff\x9f\xdd"})
"""What no text of western languages holds, or hardly one."""
_SIGNS: Final = bytes(each for each in range(0x80, 0x100) if each not in _LETTERS and each not in _UNUSED)
_PLAIN: Final = bytes(range(0x80))
_OF_UTF8: Final = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
_BESIDE_PLAIN: Final = re.compile(
    rb"(?:[A-Za-z][" + re.escape(_LETTERS) + rb"]|[" + re.escape(_LETTERS) + rb"][A-Za-z])"
)


def encoding_of(reopened: Callable[[], AbstractContextManager[BinaryIO]]) -> str | None:
    """The encoding of a text, read to its end; None for UTF-8, and where it cannot be told."""
    with reopened() as stream:
        start = stream.read(4)
    for bom, name in _BOMS.items():
        if start.startswith(bom):
            return name
    with reopened() as stream:
        if _is_utf8(stream):
            return None
    with reopened() as stream:
        return _WESTERN if _is_western(stream) else None


def _is_utf8(stream: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := stream.read(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_western(stream: BinaryIO) -> bool:
    """True if nearly all letters with an accent stand beside plain ones, and nothing is above 127 but these."""
    letters = beside = 0
    while piece := stream.read(_PIECE):
        high = piece.translate(None, _PLAIN)
        found = high.translate(None, _SIGNS)
        if _OF_UTF8.search(piece) or found.translate(None, _LETTERS):
            return False
        letters += len(found)
        beside += len(_BESIDE_PLAIN.findall(piece))
    return letters > 0 and beside * 10 >= letters * 8


class Recoded(io.RawIOBase):
    """The bytes of a text in UTF-8. Raises Refused where they are no text of `encoding`."""

    def __init__(self, inner: BinaryIO, name: str, encoding: str) -> None:
        self._inner, self._name, self._encoding = inner, name, encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._held = b""
        self._read = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  whatever holds bytes
        """Fill the buffer with what comes next."""
        while not self._held:
            piece = self._inner.read(_PIECE)
            try:
                self._held = self._decoder.decode(piece, final=not piece).encode(errors="replace")
            except UnicodeError as error:
                at = self._read + getattr(error, "start", 0)
                said = f"{self._name} is not {self._encoding}: the bytes at {at:,} are none of it"
                raise Refused(f"{said}; name another with --encoding") from error
            self._read += len(piece)
            if not piece:
                break
        size = min(len(buffer), len(self._held))
        buffer[:size] = self._held[:size]
        self._held = self._held[size:]
        return size
