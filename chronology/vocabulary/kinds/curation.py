"""Curation: decisions about entries. Each has a reason and what it rests on; `retract` undoes each."""

from __future__ import annotations

import enum
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from chronology.vocabulary.entries import Decision
from chronology.vocabulary.figures import Category
from chronology.vocabulary.text import ActorName, Actors, EntryRef, IncidentName, Incidents, Role, SourceName, Title

__all__ = [
    "ActorsMerged",
    "CorrectionNature",
    "FactAssessed",
    "FactCorrected",
    "FactDisputed",
    "FactRetracted",
    "IncidentsMerged",
    "IncidentsSeparated",
    "Reliability",
    "RetractionNature",
    "SourceAssessed",
]


class CorrectionNature(enum.StrEnum):
    """The party that was wrong: the source, which says so itself; our entry, mistyped; or our reading of it."""

    SOURCE = "source"
    ENTRY = "entry"
    READING = "reading"


class FactCorrected(Decision, frozen=True, kw_only=True):
    """A fact reads otherwise now: the next revision in its stream. The revision before stays in the log for ever.

    A new number from the source is a new fact, not a correction of the old one.
    """

    example: ClassVar[str] = """
fact = "atlas-22"
nature = "reading"
reason = "the 22 are those hurt near Anefis, as the UN spokesman said on the same day"
because = ["afp-trt-anefis"]

[now]
kind = "casualty_update"
source = "The Atlas News"
published = "2023-11-06"
operation = "kidal-gao"
incidents = ["ied-5", "ied-6"]
injured = { figure = "22 peacekeepers", measure = "increment" }
"""

    fact: Annotated[EntryRef, Meta(description="the fact that reads otherwise now")]
    nature: Annotated[CorrectionNature, Meta(description="who was wrong: source, entry, reading")]
    now: Annotated[msgspec.Raw, Meta(description="the whole fact as it reads now", extra={"role": Role.NOW})]
    said_in: (
        Annotated[Title, Meta(description="the import that says so: it counts from its own day of publication on")]
        | None
    ) = None


class RetractionNature(enum.StrEnum):
    """The one who takes it back: the source, or we."""

    SOURCE = "source"
    ENTRY = "entry"


class FactRetracted(Decision, frozen=True, kw_only=True):
    """An entry is no longer in force: the source withdrew it, or we erred. Undoes any entry, a retraction included."""

    example: ClassVar[str] = """
fact = "q7x2mk4w9a"
nature = "source"
reason = "the agency withdrew its story"
"""

    fact: Annotated[EntryRef, Meta(description="the entry that is no longer in force")]
    revision: (
        Annotated[int, Meta(ge=1, le=2**31, description="only this revision of it: the one before is in force again")]
        | None
    ) = None
    nature: Annotated[RetractionNature, Meta(description="who takes it back: source, entry")] = RetractionNature.ENTRY


class FactDisputed(Decision, frozen=True, kw_only=True):
    """We do not believe a fact, or one category of its figures. It stays visible, and does not count."""

    example: ClassVar[str] = """
fact = "african-perceptions-8-killed"
category = "killed"
reason = "no other source has a death"
"""

    fact: Annotated[EntryRef, Meta(description="the fact in dispute")]
    category: Annotated[Category, Meta(description="only these figures of it")] | None = None


class FactAssessed(Decision, frozen=True, kw_only=True):
    """A fact was rated by credibility, on the NATO scale: 1 confirmed … 5 improbable, 6 unknown (and not the worst)."""

    always_passes: ClassVar[bool] = True
    example: ClassVar[str] = """
fact = "afp-trt-anefis"
credibility = 2
reason = "the spokesman's words, carried by two wires"
"""

    fact: Annotated[EntryRef, Meta(description="the fact assessed")]
    credibility: Annotated[int, Meta(ge=1, le=6, description="1 confirmed … 5 improbable, 6 unknown")]


class Reliability(enum.StrEnum):
    """Reliability of a source, on the NATO scale: A always … E never, F cannot be judged (unknown, not worst)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


class SourceAssessed(Decision, frozen=True, kw_only=True):
    """A source was rated by how reliable it is in general."""

    always_passes: ClassVar[bool] = True
    example: ClassVar[str] = """
name = "AP"
reliability = "B"
reason = "corrects itself in public"
"""

    name: Annotated[SourceName, Meta(description="the source assessed")]
    reliability: Annotated[Reliability, Meta(description="A always … E never, F unknown")]


class IncidentsMerged(Decision, frozen=True, kw_only=True):
    """Two or more incidents are one and the same."""

    always_passes: ClassVar[bool] = True
    example: ClassVar[str] = """
incidents = ["attack-of-2-november", "ied-3"]
into = "ied-3"
reason = "the same device, dated a day late"
"""

    incidents: Annotated[Incidents, Meta(min_length=1, description="the incidents that are one")]
    into: Annotated[IncidentName, Meta(description="the name it keeps; else the first")] | None = None


class IncidentsSeparated(Decision, frozen=True, kw_only=True):
    """Incidents that look alike were looked at and are not the same: they are no longer offered as duplicates."""

    always_passes: ClassVar[bool] = True
    example: ClassVar[str] = """
incidents = ["ied-3", "ied-4"]
reason = "two days apart, with different numbers hurt"
"""

    incidents: Annotated[Incidents, Meta(min_length=2, description="the incidents that are not one")]


class ActorsMerged(Decision, frozen=True, kw_only=True):
    """Two or more actors are one and the same."""

    always_passes: ClassVar[bool] = True
    example: ClassVar[str] = """
actors = ["FAMa", "Malian Armed Forces"]
into = "Malian Armed Forces"
reason = "the acronym of its French name"
"""

    actors: Annotated[Actors, Meta(min_length=1, description="the actors that are one")]
    into: Annotated[ActorName, Meta(description="the name it keeps; else the first")] | None = None
