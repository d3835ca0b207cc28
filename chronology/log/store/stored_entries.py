"""Entries on their way into the store and out of it: the library's stored events, and what we know besides."""

from __future__ import annotations

from typing import NamedTuple

from eventsourcing.persistence import Notification, StoredEvent

from chronology.errors import Damaged
from chronology.log.entry import CORRECTION, Entry, content_digest, decode, reading
from chronology.vocabulary import Kind

__all__ = ["NewEntry", "Stored", "digest_of", "entry_of", "new_entry"]


class Stored(NamedTuple):
    """An entry without its line."""

    position: int
    id: str
    revision: int
    kind: str
    digest: bytes


class NewEntry(StoredEvent):
    """An entry to be stored, with the digest of what it says and its fact, so that its line is not read again."""

    originator_id: str
    digest: bytes
    fact: Kind

    def __init__(  # noqa: PLR0913, PLR0917 - the columns of the table
        self,
        id: str,  # noqa: A002
        revision: int,
        kind: str,
        line: bytes,
        digest: bytes,
        fact: Kind,
    ) -> None:
        super().__init__(id, revision, kind, line)
        # The library's events are frozen.
        object.__setattr__(self, "digest", digest)
        object.__setattr__(self, "fact", fact)


def new_entry(line: bytes, where: str) -> NewEntry:
    """The entry of a line, to be stored as it is. Raises Damaged, naming `where`, if it is none."""
    entry = decode(line, where)
    return NewEntry(entry.id, entry.revision, entry.kind, line, digest_of(entry), reading(entry, where))


def entry_of(stored: StoredEvent) -> Entry:
    """The entry of a stored event. Raises Damaged, naming its position, if it is none or has another topic."""
    where = f"position {stored.id}" if isinstance(stored, Notification) else f"{stored.originator_id}"
    entry = decode(stored.state, where)
    if entry.kind != stored.topic:
        msg = f"{where} is filed under {stored.topic!a:.100}; expected {entry.kind}"
        raise Damaged(msg)
    return entry


def digest_of(entry: Entry) -> bytes:
    """The digest of what an entry says: the one in the column beside it."""
    corrects = (entry.id, entry.revision) if entry.kind == CORRECTION else None
    return content_digest(bytes(entry.fact), corrects=corrects)
