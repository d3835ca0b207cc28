"""Casualties reported apart from the violence itself: updates, totals, bulletins, and what became of people."""

from __future__ import annotations

import enum
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from chronology.vocabulary.entries import Report
from chronology.vocabulary.figures import Figures, Measure
from chronology.vocabulary.kinds.violence import Abducted, Captured, Injured, Killed, Missing
from chronology.vocabulary.text import DefinitionName, Edtf, EntryRefs, Incidents

__all__ = ["CasualtyUpdate", "OutcomeFrom", "OutcomeReported", "OutcomeTo"]


class CasualtyUpdate(Report, frozen=True, kw_only=True):
    """Figures without an attack of their own: an update on incidents, a total, a bulletin for a period.

    `measure` says what the figures are: increment (of the incidents, or of the operation over a period),
    running_total (of the operation up to as_at), residual (what is left besides the incidents excluded). Left out, a
    figure counts nowhere and waits in needs_review. Given on the fact, measure, as_at, period, excludes and
    definition hold for every figure that has none of its own.
    """

    example: ClassVar[str] = """
source = "AP"
published = "2023-11-06"
operation = "kidal-gao"
injured = { figure = ">=39 peacekeepers", measure = "running_total", as_at = "2023-11-06" }
"""

    killed: Killed = ()
    injured: Injured = ()
    missing: Missing = ()
    abducted: Abducted = ()
    captured: Captured = ()
    measure: (
        Annotated[Measure, Meta(description="what its figures are: increment, running_total, residual, …")] | None
    ) = None
    as_at: Annotated[Edtf, Meta(description="the moment its figures speak of; else the day of publication")] | None = (
        None
    )
    period: (
        Annotated[Edtf, Meta(description="the days an increment without incidents covers; else occurred")] | None
    ) = None
    excludes: Annotated[Incidents, Meta(description="the incidents that a residual leaves out")] = ()
    definition: DefinitionName | None = None
    part: Annotated[bool, Meta(description="that its place is a part of the operation, and no dateline")] = False


class OutcomeFrom(enum.StrEnum):
    """The category that people were counted in before."""

    INJURED = "injured"
    MISSING = "missing"
    ABDUCTED = "abducted"
    CAPTURED = "captured"


class OutcomeTo(enum.StrEnum):
    """The fate that became of them."""

    KILLED = "killed"
    FOUND = "found"
    RELEASED = "released"


class OutcomeReported(Report, frozen=True, kw_only=True):
    """A later fate of people already counted: an injured person died, a missing one was found.

    Ever injured stays as it is, currently injured goes down (docs/casualties.md, rule 9). A total that already holds
    the death is named in `included_in`.
    """

    example: ClassVar[str] = """
source = "AFP"
published = "2023-11-09"
occurred = "2023-11-08"
operation = "kidal-gao"
incidents = ["ied-3"]
from = "injured"
to = "killed"
count = "1 peacekeepers"
"""

    from_: Annotated[OutcomeFrom, Meta(description="what they were counted as")] = msgspec.field(name="from")
    to: Annotated[OutcomeTo, Meta(description="what became of them")]
    count: Annotated[Figures, Meta(description="how many, with the group")]
    included_in: Annotated[EntryRefs, Meta(description="totals that already hold them")] = ()
