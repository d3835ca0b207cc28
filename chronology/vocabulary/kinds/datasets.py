"""Data sets: that a release was imported, and that a record of it is gone from the next one. `retract` undoes both."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from chronology.vocabulary.entries import Decision
from chronology.vocabulary.text import EntryRef, Title

__all__ = ["DatasetImported", "RecordVanished", "RecordsListed"]

Keys = Annotated[tuple[Title, ...], Meta(max_length=10_000)]
Count = Annotated[int, Meta(ge=0, le=2**53)]


class DatasetImported(Decision, frozen=True, kw_only=True):
    """A release of a data set was taken in. The `entries` before this one in the log are what it brought.

    To retract it takes all of them back. Releases are known by the digest of the file: what is published under one
    version upstream may change.
    """

    example: ClassVar[str] = """
dataset = "ucdp-ged"
file = "ged231.csv"
sha256 = "7d793037a0760186574b0282f2f435e7ae9b5ea4e2a0d9c7f8b8d1d5e2f3a4b5"
rows = 1848
new = 1848
entries = 1848
licence = "CC BY 4.0"
mapping = 1
reason = "imported from ged231.csv"
"""

    dataset: Annotated[Title, Meta(description="which data set: ucdp-ged")]
    release: Annotated[Title, Meta(description="its version, where the importer was given it")] | None = None
    file: Annotated[Title, Meta(description="the name of the file it was read from")]
    sha256: Annotated[Title, Meta(description="the SHA-256 of that file, in hexadecimal")]
    rows: Annotated[Count, Meta(description="how many rows the file has")] = 0
    new: Annotated[Count, Meta(description="how many of them were not known")] = 0
    revised: Annotated[Count, Meta(description="how many say something else than before")] = 0
    vanished: Annotated[Count, Meta(description="how many known records it no longer has, within its coverage")] = 0
    unchanged: Annotated[Count, Meta(description="how many say what they said before")] = 0
    rejected: Annotated[Count, Meta(description="how many were left out, as they could not be read")] = 0
    skipped: Annotated[Count, Meta(description="how many are no records, as the mapping says")] = 0
    entries: Annotated[Count, Meta(description="how many entries right before this one belong to it")] = 0
    coverage: (
        Annotated[Title, Meta(description="what the file is complete for: all, or a country and a period")] | None
    ) = None
    licence: Annotated[Title, Meta(description="under which the data set may be used")] | None = None
    mapping: Annotated[int, Meta(ge=1, le=2**31, description="the version of the mapping from rows to facts")] = 1
    columns: Annotated[
        Keys, Meta(description="the columns of its rows, each behind what it holds: integer, number, date, text")
    ] = ()
    lists: (
        Annotated[Keys, Meta(description="the records known before that it has; null where they are not noted")] | None
    ) = None
    lacks: Annotated[Keys, Meta(description="the records known before that it has not: it has all others")] | None = (
        None
    )
    mapping_sha256: (
        Annotated[Title, Meta(description="the SHA-256 of the mapping file, where one was given")] | None
    ) = None


class RecordVanished(Decision, frozen=True, kw_only=True):
    """A release that should have a record no longer has it. The fact is not denied or deleted: it stays in force."""

    example: ClassVar[str] = """
fact = "ucdp-ged:209222"
reason = "not in ged241.csv"
"""

    fact: Annotated[EntryRef, Meta(description="the fact whose record is gone")]


class RecordsListed(Decision, frozen=True, kw_only=True):
    """Records known before that a release has, where they are too many for the entry of its import."""

    example: ClassVar[str] = """
release = "ucdp-ged/import-2"
keys = ["209222", "209223"]
reason = "in ged241.csv"
"""

    release: Annotated[Title, Meta(description="the import that they belong to")]
    keys: Annotated[Keys, Meta(description="the records, by the data set's own ids")]
