"""The mirror: every entry of the log as one row of typed columns, from which all views are computed.

A column stands here when views filter, join or add up by it; a field of one kind stays in `body`, and the relation
of that kind takes it out (`relations.py`). Rows are only ever added. Which of them stand, on a day or at a position,
is said by `standing.py`.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec

from chronology.log.entry import Entry, decode, now, reading
from chronology.vocabulary import (
    KINDS,
    Category,
    Decision,
    Figure,
    Kind,
    Measure,
    Modality,
    Naming,
    Report,
    Role,
    fields_of,
)
from chronology.vocabulary.dates import Bounds, bounds
from chronology.vocabulary.kinds.casualties import CasualtyUpdate, OutcomeReported, OutcomeTo
from chronology.vocabulary.kinds.curation import FactCorrected
from chronology.vocabulary.kinds.violence import Violence

__all__ = ["ALWAYS", "COLUMNS", "FIGURE", "create_table", "row_of", "transform_structure"]

FIGURE: Final[dict[str, str]] = {
    "figure": "INTEGER",
    "category": "VARCHAR",
    "low": "BIGINT",
    "best": "BIGINT",
    "high": "BIGINT",
    "words": "VARCHAR",
    "victims": "VARCHAR",
    "definition": "VARCHAR",
    "measure": "VARCHAR",
    "as_at": "VARCHAR",
    "as_at_day": "DATE",
    "period_from": "DATE",
    "period_to": "DATE",
    "incidents": "VARCHAR[]",
    "excludes": "VARCHAR[]",
    "part_of": "VARCHAR",
    "outcome_from": "VARCHAR",
    "included_in": "VARCHAR[]",
}
"""One figure of a fact, with what it leaves to its fact filled in (`_figures`)."""

COLUMNS: Final[dict[str, str]] = {
    "position": "BIGINT",
    "fact": "VARCHAR",
    "revision": "INTEGER",
    "entry": "VARCHAR",
    "kind": "VARCHAR",
    "sort": "VARCHAR",
    "decides": "BOOLEAN",
    "recorded_at": "TIMESTAMPTZ",
    "recorded_by": "VARCHAR",
    "known_from": "DATE",
    "effective_from": "DATE",
    "source": "VARCHAR",
    "speaker": "VARCHAR",
    "published_edtf": "VARCHAR",
    "published_from": "DATE",
    "published_to": "DATE",
    "occurred_edtf": "VARCHAR",
    "occurred_from": "DATE",
    "occurred_to": "DATE",
    "place": "VARCHAR",
    "latitude": "DOUBLE",
    "longitude": "DOUBLE",
    "geo_precision": "VARCHAR",
    "country": "VARCHAR",
    "operation": "VARCHAR",
    "incidents": "VARCHAR[]",
    "perpetrators": "VARCHAR[]",
    "targets": "VARCHAR[]",
    "actors": "VARCHAR[]",
    "places": "VARCHAR[]",
    "figures": f"STRUCT({', '.join(f'{name} {type_}' for name, type_ in FIGURE.items())})[]",
    "plain": "BOOLEAN",
    "modality": "VARCHAR",
    "supersedes": "VARCHAR[]",
    "url": "VARCHAR",
    "quote": "VARCHAR",
    "note": "VARCHAR",
    "target": "VARCHAR",
    "target_revision": "INTEGER",
    "category": "VARCHAR",
    "nature": "VARCHAR",
    "reason": "VARCHAR",
    "because": "VARCHAR[]",
    "body": "VARCHAR",
}
"""The columns of the mirror, name → DuckDB type. Of a correction, the report columns are those of the fact as it
reads now, and `target` … `because` those of the decision."""

ALWAYS: Final = dt.date(1, 1, 1)
"""The day from which entries count that have no publication of their own: names, assessments, merges."""

_TEXT = msgspec.json.Encoder(enc_hook=str)


def create_table(name: str) -> str:
    """The CREATE TABLE statement of the mirror."""
    columns = ", ".join(
        f"{column} {type_}{' USING COMPRESSION zstd' if column == 'body' else ''}" for column, type_ in COLUMNS.items()
    )
    return f"create table {name} ({columns})"


def transform_structure() -> str:
    """The structure by which DuckDB's `from_json` reads a list of rows, as JSON text."""
    figure = {name: _json_type(type_) for name, type_ in FIGURE.items()}
    row: dict[str, Any] = {name: _json_type(type_) for name, type_ in COLUMNS.items()}
    row["figures"] = [figure]
    return _TEXT.encode([row]).decode()


def _json_type(type_: str) -> str | list[str]:
    return [type_.removesuffix("[]")] if type_.endswith("[]") else type_


def row_of(position: int, line: bytes) -> bytes:
    """One entry of the log as one JSON object of the mirror's columns; columns without a value are left out.

    Raises `Damaged` where the line does not decode.
    """
    entry = decode(line)
    said = reading(entry)
    row: dict[str, Any] = {
        "position": position,
        "fact": entry.id,
        "revision": entry.revision,
        "entry": entry.kind,
        "kind": entry.kind,
        "recorded_at": entry.recorded_at,
        "recorded_by": entry.recorded_by,
    }
    if isinstance(said, FactCorrected):
        _fill_decision(row, said)
        _fill(row, entry, now(said), bytes(said.now))
    else:
        _fill(row, entry, said, bytes(entry.fact))
    return _TEXT.encode(row)


def _fill(row: dict[str, Any], entry: Entry, said: Kind, body: bytes) -> None:
    row["kind"] = said.__struct_config__.tag
    row["body"] = body.decode()
    row["decides"] = entry.kind == "fact_corrected" or not isinstance(said, Report)
    if isinstance(said, Report):
        _fill_report(row, entry, said)
    elif isinstance(said, Decision):
        _fill_decision(row, said)
        row["sort"] = "decision"
    elif isinstance(said, Naming):
        row["sort"] = "name"
        row["known_from"] = ALWAYS
        occurred = getattr(said, "occurred", None)
        row["occurred_edtf"], row["occurred_from"], row["occurred_to"] = occurred, *_bounds(occurred)


def _fill_report(row: dict[str, Any], entry: Entry, said: Report) -> None:
    published = _bounds(said.published)
    occurred = _bounds(said.occurred)
    row["sort"] = "report"
    row["known_from"] = published.latest
    row["source"] = said.source
    row["speaker"] = said.attributed_to or said.source
    row["published_edtf"], row["published_from"], row["published_to"] = said.published, *published
    row["occurred_edtf"], row["occurred_from"], row["occurred_to"] = said.occurred, *occurred
    row["country"] = said.country
    row["operation"] = said.operation
    row["incidents"] = said.incidents
    row["modality"] = said.modality
    row["supersedes"] = said.supersedes
    row["url"], row["quote"], row["note"] = said.url, said.quote, said.note
    if said.place is not None:
        place = said.place
        row["place"], row["latitude"], row["longitude"] = place.name, place.latitude, place.longitude
        row["geo_precision"] = place.geo_precision
    row["perpetrators"] = getattr(said, "perpetrators", ())
    row["targets"] = getattr(said, "targets", ())
    row["actors"] = _names(said, Role.ACTOR)
    row["places"] = _names(said, Role.PLACE)
    row["figures"] = _figures(said, entry.id, published, occurred)
    row["plain"] = _is_plain(said, row["figures"])


def _fill_decision(row: dict[str, Any], said: Decision) -> None:
    """What a decision changes and from when. A day of its own is kept; one that rests on facts waits for theirs."""
    own = _bounds(said.published).latest
    row["effective_from"] = own
    row["known_from"] = own
    row["target"] = getattr(said, "fact", None)
    row["target_revision"] = getattr(said, "revision", None)
    row["category"] = getattr(said, "category", None)
    row["nature"] = getattr(said, "nature", None)
    row["reason"] = said.reason
    row["because"] = said.because


_UNKNOWN: Final = Bounds(None, None)


def _bounds(edtf: str | None) -> Bounds:
    return _UNKNOWN if edtf is None else bounds(edtf)


@cache
def _name_fields(kind: type[Kind], role: Role) -> tuple[tuple[str, bool], ...]:
    return tuple((f.attribute, f.many) for f in fields_of(kind).values() if f.role is role and f.shape == "text")


def _names(said: Report, role: Role) -> list[str]:
    """Every name of one role in a report, once, in the order of its fields; of places, `place` comes first."""
    found: dict[str, None] = {}
    if role is Role.PLACE and said.place is not None and said.place.name is not None:
        found[said.place.name] = None
    for attribute, many in _name_fields(type(said), role):
        value = getattr(said, attribute)
        if many:
            found.update(dict.fromkeys(value))
        elif value is not None:
            found[value] = None
    return list(found)


def _is_plain(said: Report, figures: list[dict[str, Any]]) -> bool:
    """Whether the figures of a report can be read off as they stand, unless another entry names it.

    That is an incident of its own, of no operation, with plain numbers in order, each series once: the rows of the
    large data sets. The casualty chain leaves these out, so that its cost follows what is contested.
    """
    if said.operation or said.incidents or said.supersedes or said.modality is not Modality.ASSERTED:
        return False
    series = {(f["category"], f["victims"], f["definition"]) for f in figures}
    wholes = {(f["category"], f["victims"]) for f in figures if f["measure"] is Measure.INCREMENT}
    return len(series) == len(figures) and all(_is_plain_figure(f, wholes) for f in figures)


def _is_plain_figure(figure: dict[str, Any], wholes: set[tuple[str, str]]) -> bool:
    """A breakdown of a figure of the same fact is one too; a low of its own could raise that of its whole."""
    numbers = [n for n in (figure["low"], figure["best"], figure["high"]) if n is not None]
    is_part = (
        figure["measure"] is Measure.BREAKDOWN
        and figure["low"] is None
        and (figure["category"], figure["part_of"] or "all") in wholes
    )
    return (
        (is_part or figure["measure"] is Measure.INCREMENT)
        and bool(numbers)
        and figure["words"] is None
        and figure["outcome_from"] is None
        and numbers == sorted(numbers)
        and len(figure["incidents"]) == 1
    )


@cache
def _figure_fields(kind: type[Kind]) -> tuple[str, ...]:
    return tuple(str(c) for c in Category if str(c) in fields_of(kind))


class _Said(NamedTuple):
    """What the figures of a report leave to it."""

    report: Report
    incidents: tuple[str, ...]
    published: Bounds
    occurred: Bounds


def _figures(said: Report, fact: str, published: Bounds, occurred: Bounds) -> list[dict[str, Any]]:
    """The figures of a report, each with what it leaves to its fact: measure, moment, period, incidents.

    Violence counts for its incidents, the fact itself where it names none. docs/casualties.md, "What a source says".
    """
    if isinstance(said, OutcomeReported):
        if said.to is not OutcomeTo.KILLED:
            return []
        stated = [(Category.KILLED.value, figure) for figure in said.count]
    else:
        stated = [(c, figure) for c in _figure_fields(type(said)) for figure in getattr(said, c)]
    incidents = said.incidents or ((fact,) if isinstance(said, Violence) else ())
    of = _Said(said, incidents, published, occurred)
    return [
        _figure(number, category, _as_its_whole(category, figure, stated), of)
        for number, (category, figure) in enumerate(stated, start=1)
    ]


def _as_its_whole(category: str, figure: Figure, stated: list[tuple[str, Figure]]) -> Figure:
    """A breakdown speaks of what the figure it is part of speaks of."""
    if figure.measure is not Measure.BREAKDOWN:
        return figure
    group = figure.part_of or "all"
    for other_category, whole in stated:
        if other_category == category and whole.victims == group and whole is not figure:
            return msgspec.structs.replace(
                figure,
                incidents=figure.incidents or whole.incidents,
                period=figure.period or whole.period,
                as_at=figure.as_at or whole.as_at,
            )
    return figure


def _figure(number: int, category: str, figure: Figure, of: _Said) -> dict[str, Any]:
    update = of.report if isinstance(of.report, CasualtyUpdate) else None
    outcome = of.report if isinstance(of.report, OutcomeReported) else None
    incidents = figure.incidents or of.incidents
    measure = figure.measure or (update.measure if update else Measure.INCREMENT)
    if measure is None:
        measure = Measure.INCREMENT if incidents else Measure.UNSPECIFIED
    as_at = figure.as_at or (update.as_at if update else None)
    period = figure.period or (update.period if update else None)
    moment = _bounds(as_at) if as_at else of.published
    days = _bounds(period) if period else of.occurred
    return {
        "figure": number,
        "category": category,
        "low": figure.low,
        "best": figure.best,
        "high": figure.high,
        "words": figure.words,
        "victims": figure.victims,
        "definition": figure.definition or (update.definition if update else None),
        "measure": measure,
        "as_at": as_at,
        "as_at_day": moment.latest or moment.earliest,
        "period_from": days.earliest,
        "period_to": days.latest,
        "incidents": incidents,
        "excludes": figure.excludes or (update.excludes if update else ()),
        "part_of": figure.part_of,
        "outcome_from": outcome.from_ if outcome else None,
        "included_in": outcome.included_in if outcome else (),
    }


def kinds_of_class(base: type[Kind]) -> tuple[str, ...]:
    """The tags of all kinds below a base, sorted: `kinds_of_class(Violence)`."""
    return tuple(sorted(tag for tag, kind in KINDS.items() if issubclass(kind, base)))
