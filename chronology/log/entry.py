"""The stored line: what the log keeps of an entry, and how it is read again.

An entry is one line of canonical JSON. It holds the whole envelope and the fact, so a log written out as JSON Lines is
these lines, and anyone can read them in twenty years. Stored text never says what is run: a tag is looked up in the
vocabulary, and nothing is imported by name.
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Annotated, Any, Final, Union

import msgspec
from msgspec import Meta

from chronology.errors import Damaged, Refused
from chronology.vocabulary import KINDS, Decision, Kind
from chronology.vocabulary.kinds.curation import FactCorrected

__all__ = [
    "FORMAT",
    "MAX_LINE",
    "Entry",
    "canonical",
    "content_digest",
    "decode",
    "encode",
    "is_canonical",
    "now",
    "read_at_once",
    "reading",
    "tag",
]

FORMAT: Final = 1
MAX_LINE: Final = 65_535
CORRECTION: Final = str(FactCorrected.__struct_config__.tag)

# What decoding foreign bytes can raise: malformed or mistyped JSON, bytes that are no text, nesting without end.
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_NO_TIME: Final = timedelta(0)
_FORMAT: Final = re.compile(rb'\{"format":([0-9]{1,9}),')


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """One line of the log: a fact in its envelope.

    `id` is the key of the fact's stream and `revision` its place there, from 1. `recorded_at` is in UTC, to the
    microsecond. `salt` is 16 random bytes, so that a digest of the line tells nothing about what it may say. `fact`
    is the JSON of the fact; its first key is its kind.
    """

    format: Annotated[int, Meta(ge=1)]
    id: Annotated[str, Meta(min_length=1, max_length=200)]
    kind: str
    revision: Annotated[int, Meta(ge=1, le=2**31)]
    recorded_at: Annotated[datetime, Meta(tz=True)]
    recorded_by: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    salt: Annotated[bytes, Meta(min_length=16, max_length=16)]
    fact: msgspec.Raw

    # The two names by which the eventsourcing library knows a stream and a place in it.

    @property
    def originator_id(self) -> str:
        """The key of the stream: `id`."""
        return self.id

    @property
    def originator_version(self) -> int:
        """The place in the stream: `revision`."""
        return self.revision


_encoder: Final = msgspec.json.Encoder(order="deterministic")
_entries: Final = msgspec.json.Decoder(Entry)


@cache
def _facts() -> msgspec.json.Decoder[Any]:
    """The one decoder of all kinds. Few commands need it, and it takes longer to make than those of a few kinds."""
    return msgspec.json.Decoder(Union[tuple(KINDS.values())])  # noqa: UP007  made from a list


@cache
def _reader(kind: str) -> msgspec.json.Decoder[Kind] | None:
    """The one decoder of a kind; None for a tag the vocabulary does not have."""
    return msgspec.json.Decoder(KINDS[kind]) if kind in KINDS else None


@cache
def _reader_for(kind: type[Kind]) -> msgspec.json.Decoder[Kind]:
    """The decoder of a class. Raises Refused if it is none of the vocabulary."""
    reader = _reader(tag(kind))
    if reader is None or reader.type is not kind:
        msg = f"{kind.__name__} is not a kind of fact; `chronology kinds` lists them"
        raise Refused(msg)
    return reader


@cache
def tag(kind: type[Kind]) -> str:
    """The tag of a kind, as entries carry it: `ied_strike`."""
    return str(kind.__struct_config__.tag)


def canonical(fact: Kind) -> tuple[bytes, Kind]:
    """The canonical JSON of a fact, and the fact as it reads back; of a correction, with `now` made canonical too.

    Raises Refused if the fact does not read back as it was given: a value of the wrong type or out of bounds, a number
    that is none, half a character.
    """
    kind, reader = tag(type(fact)), _reader_for(type(fact))
    if isinstance(fact, FactCorrected):
        fact = msgspec.structs.replace(fact, now=msgspec.Raw(_canonical_now(fact)))
    try:
        given = _encoder.encode(fact)
        again = reader.decode(given)
        written = _encoder.encode(again)
        # A list where a tuple belongs is not equal, and yet written the same; 18 where 18.0 belongs, the other way
        # round. What is no number is neither.
        equal = again == fact
    except (*_UNREADABLE, UnicodeEncodeError, TypeError, OverflowError) as error:
        msg = f"{kind} cannot be recorded: {error}"
        raise Refused(msg) from error
    if written != given and not equal:
        msg = f"{kind} cannot be recorded: it holds a value that JSON cannot, such as an infinite number"
        raise Refused(msg)
    # The one given is held by whoever gave it: a thousand more to hold take longer than a thousand made and let go.
    return written, fact if equal else again


def _canonical_now(correction: FactCorrected) -> bytes:
    """Raises Refused: the fact under `now` is given by a person, and not yet an entry."""
    try:
        fact = now(correction)
    except Damaged as error:
        raise Refused(str(error)) from error
    if isinstance(fact, Decision):
        msg = f"a correction says how a fact reads now; {tag(type(fact))} is a decision: retract it and decide again"
        raise Refused(msg)
    return canonical(fact)[0]


def content_digest(fact: bytes, *, corrects: tuple[str, int] | None = None) -> bytes:
    """SHA-256 of what a fact says (its canonical bytes), without who recorded it and when; 32 bytes.

    For a correction, `corrects` is the id of the fact and the revision made. They belong to what is said: correcting
    there, back and there again uses the same words twice, and is not a repeat.
    """
    if corrects is None:
        return sha256(fact).digest()
    stream, revision = corrects
    # JSON holds no NUL, so no other fact and stream can come to the same bytes.
    return sha256(b"%b\0%b@%d" % (fact, stream.encode(), revision)).digest()


def encode(entry: Entry) -> bytes:
    """The line of an entry, without a line break: the same entry always gives the same bytes.

    Raises Refused if the line would be longer than 65,535 bytes.
    """
    line = _encoder.encode(entry)
    if len(line) > MAX_LINE:
        msg = f"{entry.kind} takes {len(line):,} bytes, at most {MAX_LINE:,}; shorten its quote or note"
        raise Refused(msg)
    return line


def decode(line: bytes, where: str = "the entry") -> Entry:
    """The entry of a line; `where` is what an error calls it, as in "position 17".

    Raises Damaged if it is not an entry, or one of a format newer than this program.
    """
    if len(line) > MAX_LINE:
        msg = f"{where} has {len(line):,} bytes; expected at most {MAX_LINE:,}"
        raise Damaged(msg)
    try:
        entry = _entries.decode(line)
    except _UNREADABLE as error:
        raise _too_new(line, where) or Damaged(f"{where} is not readable: {error}; expected an entry") from error
    if entry.format != FORMAT:
        raise _too_new(line, where) or Damaged(f"{where} has format {entry.format}; expected {FORMAT}")
    if entry.recorded_at.utcoffset() != _NO_TIME:
        msg = f"{where} was recorded at {entry.recorded_at.isoformat()}; expected a time in UTC"
        raise Damaged(msg)
    if not bytes(memoryview(entry.fact)[: len(entry.kind) + 12]).startswith(b'{"kind":"%b"' % entry.kind.encode()):
        msg = f"{where} says it is {_short(entry.kind)}; expected a fact that says the same first"
        raise Damaged(msg)
    return entry


def _too_new(line: bytes, where: str) -> Damaged | None:
    """A line of a later format may have keys unknown here: say that it is later, not that a key is wrong."""
    found = _FORMAT.match(line)
    if found is None or int(found[1]) <= FORMAT:
        return None
    return Damaged(f"{where} has format {int(found[1])}; expected {FORMAT}: read it with a newer chronology")


def reading(entry: Entry, where: str = "the entry") -> Kind:
    """The fact of an entry. Raises Damaged for a kind the vocabulary does not have, or a fact that does not fit it."""
    return _read(entry.kind, entry.fact, where)


def now(correction: FactCorrected, where: str = "the correction") -> Kind:
    """The whole fact as it reads after a correction. Raises Damaged if `now` is not the JSON of one fact."""
    try:
        kind = msgspec.json.decode(correction.now, type=_Tagged).kind
    except _UNREADABLE as error:
        msg = f"{where} does not say how the fact reads now: {error}; expected a fact with its kind"
        raise Damaged(msg) from error
    return _read(kind, correction.now, where)


class _Tagged(msgspec.Struct):
    kind: str


def _read(kind: str, fact: msgspec.Raw, where: str) -> Kind:
    reader = _reader(kind) if kind in KINDS else None
    if reader is None:
        msg = (
            f"{where} is of kind {_short(kind)}; expected one of the {len(KINDS)} kinds of `chronology kinds`, "
            "or read it with a newer chronology"
        )
        raise Damaged(msg)
    try:
        return reader.decode(fact)
    except _UNREADABLE as error:
        msg = f"{where} is not readable: {error}; expected {kind}"
        raise Damaged(msg) from error


class _Recorded(msgspec.Struct):
    """Of a line, only when it was recorded; the rest is skipped."""

    recorded_at: Annotated[datetime, Meta(tz=True)]


_moments: Final = msgspec.json.Decoder(_Recorded)


def recorded_at(position: int, line: bytes) -> datetime:
    """The time a line was recorded, at a third of the cost of `decode`. Raises Damaged."""
    try:
        return _moments.decode(line).recorded_at
    except _UNREADABLE as error:
        msg = f"position {position} is not readable: {error}; expected an entry"
        raise Damaged(msg) from error


def is_canonical(line: bytes, entry: Entry, fact: Kind) -> bool:
    """True if a line is exactly what this program would write for the entry and the fact read from it."""
    if isinstance(fact, FactCorrected) and not _is_its_own(fact):
        return False
    return _encoder.encode(fact) == bytes(entry.fact) and _encoder.encode(entry) == line


def _is_its_own(correction: FactCorrected) -> bool:
    """True if the fact under `now` is canonical. Raises Damaged where it is no fact."""
    return _encoder.encode(now(correction)) == bytes(correction.now)


def read_at_once(lines: Sequence[bytes]) -> list[tuple[Entry, Kind]] | None:
    """Entries and facts of lines that are exactly what this program writes, in one go; None where one of them is not.

    `decode`, `reading` and `is_canonical` take several times as long, and say what is wrong with which.
    """
    written = b"\n".join([*lines, b""])
    try:
        entries = _entries.decode_lines(written)
        said = b"\n".join([*(entry.fact for entry in entries), b""])
        facts = _facts().decode_lines(said)
        same = all(_is_its_own(fact) for fact in facts if type(fact) is FactCorrected)
    except (*_UNREADABLE, Damaged):
        return None
    if not same or _encoder.encode_lines(entries) != written or _encoder.encode_lines(facts) != said:
        return None
    fits = (
        len(entries) == len(lines)  # so a line breaks where an entry ends and nowhere else, as in what is written
        and max(map(len, lines), default=0) <= MAX_LINE
        and [KINDS.get(entry.kind) for entry in entries] == list(map(type, facts))
        and {entry.format for entry in entries} == {FORMAT}
        and {entry.recorded_at.tzinfo for entry in entries} == {UTC}
    )
    return list(zip(entries, facts, strict=True)) if fits else None


def _short(text: str) -> str:
    return reprlib.repr(text)


def in_utc(moment: datetime) -> datetime:
    """A moment in UTC. Raises ValueError for a time without a zone."""
    if moment.tzinfo is UTC:
        return moment
    if moment.utcoffset() is None:
        msg = f"{moment.isoformat()} has no time zone"
        raise ValueError(msg)
    return moment.astimezone(UTC)
