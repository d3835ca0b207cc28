"""The timeline for tools that need two days: each report with the first and the last day on which it may have been."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from chronology.vocabulary.dates import in_words

if TYPE_CHECKING:
    from chronology.exporters.state import State

__all__ = ["DatedReport", "dated_reports"]


class DatedReport(NamedTuple):
    """One line of the timeline. `when` says in words how exact the days are."""

    fact: str
    kind: str
    headline: str
    first: date
    last: date
    when: str
    place: str | None
    latitude: float | None
    longitude: float | None
    operation: str | None
    source: str
    speaker: str
    url: str | None
    quote: str | None
    modality: str
    revision: int
    recorded_at: datetime


def dated_reports(state: State) -> Iterator[DatedReport]:
    """The reports in the order of their days. Those without any day are left out, and `state.say` is told how many.

    Where a date is open on one side, both days are the one that is known; where it is not known when something
    happened, they are those on which it was said.
    """
    undated = 0
    for row in state.ask(f"""
        select timeline.fact, timeline.kind, timeline.headline,
            coalesce(facts.occurred_from, facts.occurred_to, facts.published_from, facts.published_to) as first,
            coalesce(facts.occurred_to, facts.occurred_from, facts.published_to, facts.published_from) as last,
            facts.occurred_edtf, facts.published_edtf,
            timeline.place, facts.latitude, facts.longitude, timeline.operation, facts.source, facts.speaker,
            facts.url, facts.quote, facts.modality, facts.revision, facts.recorded_at
        from timeline
        join facts on facts.fact = timeline.fact
        where {state.condition("timeline")}
        order by first nulls last, last, timeline.fact
    """).rows:
        fact, kind, headline, first, last, occurred, published, *rest = row
        if first is None:
            undated += 1
            continue
        when = in_words(occurred) if occurred else f"said {in_words(published)}"
        yield DatedReport(fact, kind, headline, first, last, when, *rest)
    if undated:
        reports, are = ("report has", "is") if undated == 1 else ("reports have", "are")
        state.say(f"{undated:,} {reports} no day, neither occurred nor published, and {are} left out")
