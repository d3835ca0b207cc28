"""The statements of a data set about one record, in the order they were public, and what must be written for that.

Releases may be taken in in any order. A revision that a data set makes is in force from its own day of publication on
(`said_in`), and of those in force the last one written counts. So a word that belongs between two others is written
together with all that follow it: then on each day the last one in force is the word of that day.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final, NamedTuple, TypeAlias

import msgspec

from chronology.importers.numbers import whole_text
from chronology.log import Draft, Entry, now, reading
from chronology.vocabulary import Report
from chronology.vocabulary.dates import bounds
from chronology.vocabulary.kinds.curation import CorrectionNature, FactCorrected

__all__ = [
    "Revision",
    "Statement",
    "day_of",
    "encode_fact",
    "missing",
    "revision_draft",
    "revisions_of",
    "statement_of",
    "word_of",
]

Place: TypeAlias = tuple[dt.date, str, float]
"""Where a word stands among others: its day, its moment as written, and how late it was written down."""

encode_fact: Final = msgspec.json.Encoder(order="deterministic").encode
"""The JSON of a fact, as the log holds it."""

_EARLIEST: Place = (dt.date.min, "", 0)


class Statement(NamedTuple):
    """A statement about a record: its word, as `word_of`, and the fact.

    `day` is None where nothing is known of when it was public. `release` is the import that says so, None where we do:
    then `ours` is our correction.
    """

    place: Place
    day: dt.date | None
    word: bytes
    fact: Report
    published: str | None
    release: str | None
    ours: FactCorrected | None = None


class Revision(NamedTuple):
    """One revision of a record, as it was written: the statement, and from which day it is in force."""

    position: int
    statement: Statement
    effective: dt.date | None


def day_of(published: str | None) -> dt.date | None:
    """The day by which something of this moment was public, as views count it."""
    if published is None:
        return None
    first, last = bounds(published)
    return last or first


def word_of(fact: Report) -> bytes:
    """The content of a record, apart from when: whole numbers as such, whatever a program made of them."""
    native = []
    for each in fact.native:
        name, _, value = each.partition("=")
        native.append(f"{name}={whole_text(value)}")
    return encode_fact(msgspec.structs.replace(fact, native=tuple(native), published=None))


def revisions_of(stream: Sequence[tuple[int, Entry]], import_at: dict[int, str]) -> list[Revision]:
    """The revisions of a record in the order of the log. `import_at` has the imports that brought some of them."""
    found: list[Revision] = []
    latest, after = _EARLIEST, dt.date.min
    for position, entry in stream:
        said = reading(entry)
        correction = said if isinstance(said, FactCorrected) else None
        fact = said if correction is None else now(correction)
        if not isinstance(fact, Report):
            continue
        release = import_at.get(position) if correction is None or correction.said_in is None else correction.said_in
        ours = correction if correction is not None and not _is_of_dataset(correction, release) else None
        published = fact.published if correction is None else correction.published
        day = day_of(published)
        effective = day
        if ours is not None:
            effective = max(day or dt.date.min, after)
            day = max(effective, day_of(fact.published) or dt.date.min)
        place = (
            (latest[0], latest[1], position) if day is None or ours is not None else (day, published or "", position)
        )
        place = max(place, (day or dt.date.min, "", position)) if ours is not None else place
        latest = max(latest, place)
        if correction is not None:
            after = max(after, effective or dt.date.min)
        statement = Statement(place, day, word_of(fact), fact, published, release, ours)
        found.append(Revision(position, statement, effective))
    return found


def _is_of_dataset(correction: FactCorrected, release: str | None) -> bool:
    return correction.nature is CorrectionNature.SOURCE and release is not None


def missing(statements: Iterable[Statement], revisions: Sequence[Revision]) -> list[Statement]:
    """The entries to write, in this order, so that on each day, and now, the record reads as was said last."""
    wanted = _each_once(sorted(statements, key=lambda each: each.place))
    start = len(wanted)
    for day, some in groupby((each for each in wanted if each.day is not None), key=lambda each: each.day):
        last = list(some)[-1]
        if day is not None and _read_on(day, revisions) != last.word:
            start = min(at for at, each in enumerate(wanted) if each.day == day)
            break
    if wanted and (not revisions or revisions[-1].statement.word != wanted[-1].word):
        start = min(start, len(wanted) - 1)
    return wanted[start:]


def _each_once(statements: Sequence[Statement]) -> list[Statement]:
    """The words that change what was said before; of those without a day only the last, which nothing else shows.

    What we corrected is left alone until the data set changes its word.
    """
    found: list[Statement] = []
    said, is_dated = b"", False
    for each in statements:
        if each.ours is None:
            if each.word == said and (is_dated or each.day is None):
                continue
            said, is_dated = each.word, each.day is not None
        found.append(each)
    return [each for at, each in enumerate(found, start=1) if each.day is not None or at == len(found)]


def _read_on(day: dt.date, revisions: Sequence[Revision]) -> bytes | None:
    """The record as it reads on a day, by what was written."""
    in_force = [each for each in revisions if each.effective is not None and each.effective <= day]
    return in_force[-1].statement.word if in_force else None


def statement_of(fact: Report, published: str | None, release: str, after: Sequence[Statement] = ()) -> Statement:
    """The statement of a release about a record, written last; without a day it comes after all others."""
    day = day_of(published)
    latest = max((each.place for each in after), default=_EARLIEST)
    place = (latest[0], latest[1], math.inf) if day is None else (day, published or "", math.inf)
    return Statement(place, day, word_of(fact), fact, published, release)


def revision_draft(id: str, said: Statement, present: int, reason: str) -> Draft:  # noqa: A002
    """The revision by which a record reads as was said, behind the revision `present`."""
    if said.ours is not None:
        return Draft(said.ours, expects=present, restates=True)
    correction = FactCorrected(
        fact=id,
        nature=CorrectionNature.SOURCE,
        reason=reason,
        now=msgspec.Raw(encode_fact(said.fact)),
        published=said.published,
        said_in=said.release,
    )
    return Draft(correction, expects=present, restates=True)
