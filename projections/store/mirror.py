"""The mirror: every entry of the log as one row of typed columns, from which all views are computed.

A column stands here when views filter, join or add up by it; a field of one kind stays in `body`, and the relation
of that kind takes it out (`relations.py`). Rows are only ever added, and what ended one is noted in it. Which of them
stand, on a day or at a position, is said by `look_back.py`.

Its rows are in two tables, and `mirror` is both together: `dataset_reports`, the plain reports of violence that came
with a data set, and `other_entries`, all others. What asks for a few of these need not look for them among a million of
those: DuckDB sees that no row of `dataset_reports` can be meant.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from string import Template
from typing import Any, Final

from chronology.errors import Damaged
from chronology.log.entry import CORRECTION, decode, now, reading
from chronology.vocabulary import (
    KINDS,
    Category,
    Decision,
    Field,
    Figure,
    Kind,
    Naming,
    Place,
    Report,
    Role,
    fields_of,
    kinds_below,
)
from chronology.vocabulary.groups import CALLED_OTHERWISE
from chronology.vocabulary.kinds.curation import FactCorrected
from chronology.vocabulary.kinds.violence import Violence

__all__ = [
    "ALWAYS",
    "COLUMNS",
    "FIGURE",
    "PARTED",
    "SEPARATOR",
    "TABLES",
    "WHOLE",
    "create",
    "create_table",
    "insert",
    "may_be_dataset_report",
    "parted",
    "structure_of_reports",
]

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
    "said_in": "VARCHAR",
    "body": "VARCHAR",
}
"""The columns of the mirror, name → DuckDB type. Of a correction, the report columns are those of the fact as it
reads now, and `target` … `because` those of the decision."""

TABLES: Final = ("dataset_reports", "other_entries")
"""The two tables that hold the rows of the mirror."""

WHOLE: Final = """
    create view mirror as select * from other_entries union all select * from dataset_reports;
    create view told as from other_entries;
    create view records as from dataset_reports
"""
"""The statements that make the mirror of its two tables, and let them answer to their former names for one release."""

ALWAYS: Final = dt.date(1, 1, 1)
"""The day from which entries count that have no publication of their own: names, assessments, merges."""


def create_table(name: str) -> str:
    """The CREATE TABLE statement of a table with the columns of the mirror, and `ended_by`: by whom a row is ended."""
    columns = ", ".join(
        f"{column} {type_}{' USING COMPRESSION zstd' if column == 'body' else ''}" for column, type_ in COLUMNS.items()
    )
    return f"create table {name} ({columns}, ended_by BIGINT)"


def create() -> str:
    """The statements that make an empty mirror."""
    return "; ".join([*map(create_table, TABLES), WHOLE])


# --- a line, cut into its parts

PARTED: Final[dict[str, str]] = {
    "position": "BIGINT",
    "entry": "VARCHAR",
    "kind": "VARCHAR",
    "envelope": "VARCHAR",
    "decision": "VARCHAR",
    "body": "VARCHAR",
}
"""The parts of a line of the log, name → DuckDB type: where it stands, the kinds of the entry and of the fact as it
reads from there on, the envelope without the fact, (of a correction alone) the decision, and the fact."""

SEPARATOR: Final = "\x1f"
"""Between the parts: no JSON holds it as it is."""

_FACT: Final = b',"fact":'


def parted(position: int, topic: str, line: bytes) -> bytes:
    """The parts of a line, separated, with a line break. Raises `Damaged` where it is no entry of a known kind.

    A line that passes here may still be none; then DuckDB stumbles over it.
    """
    if topic not in KINDS or topic == CORRECTION:
        return _parted_correction(position, line)
    kind, (envelope, _, fact) = topic.encode(), line.partition(_FACT)
    return b"%d\x1f%b\x1f%b\x1f%b}\x1f\x1f%b\n" % (position, kind, kind, envelope, fact[:-1])


def _parted_correction(position: int, line: bytes) -> bytes:
    where = f"position {position}"
    entry = decode(line, where)
    correction = reading(entry, where)
    if not isinstance(correction, FactCorrected):
        msg = f"{where} is filed as another kind than {entry.kind}"
        raise Damaged(msg)
    kind = str(now(correction, where).__struct_config__.tag)
    parts = (
        b"%d" % position, entry.kind.encode(), kind.encode(), line.partition(_FACT)[0] + b"}",
        bytes(entry.fact), bytes(correction.now),
    )  # fmt: skip
    return b"\x1f".join(parts) + b"\n"


def may_be_dataset_report(topic: str, line: bytes) -> bool:
    """True if a line may belong in `dataset_reports`; `insert` looks closer. If not, it belongs in `other_entries`."""
    return topic in _VIOLENCE and b',"native":[' in line and b',"operation":' not in line


# --- the parts, read into columns


def insert(table: str, parts: str) -> str:
    """The INSERT into a table of the mirror of a relation of parts (`mirror.sql`), so far as they belong there."""
    text = (Path(__file__).parent / "mirror.sql").read_text(encoding="utf-8")
    return Template(text).substitute(
        table=table,
        parts=parts,
        rows=f"plain and not decides and kind in ({_listed(Violence)})" if table == "dataset_reports" else "true",
        envelope=json.dumps(_ENVELOPE),
        report=json.dumps(structure_of_reports()),
        decision=json.dumps(_DECISION),
        reports=_listed(Report),
        decisions=_listed(Decision),
        names=_listed(Naming),
        violence=_listed(Violence),
        figures=", ".join(_figures(f"report.{category}", category) for category in Category),
        has_figures=" or ".join(f"report.{category} is not null" for category in Category),
        died=_figures("report.count", Category.KILLED),
        actors=_names(Role.ACTOR),
        places=f"[report.place.name], {_names(Role.PLACE)}",
        called_otherwise=", ".join(f"'{word}'" for word in sorted(CALLED_OTHERWISE)),
        always=ALWAYS,
    )


_ENVELOPE: Final = {"id": "VARCHAR", "revision": "INTEGER", "recorded_at": "TIMESTAMPTZ", "recorded_by": "VARCHAR"}
_DECISION: Final = {
    "fact": "VARCHAR", "revision": "INTEGER", "category": "VARCHAR", "nature": "VARCHAR", "reason": "VARCHAR",
    "because": ["VARCHAR"], "published": "VARCHAR", "said_in": "VARCHAR",
}  # fmt: skip
_TYPES: Final = {"integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN"}


_VIOLENCE: Final = frozenset(kinds_below(Violence))


def _listed(base: type[Kind]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds_below(base))


def structure_of_reports() -> dict[str, Any]:
    """The fields read of a report, as DuckDB's `from_json` wants them: whatever `mirror.sql` needs."""
    wanted = {*COLUMNS, "published", "occurred", "attributed_to", "from", "to", "count", "measure", "as_at", "period",
        "excludes", "definition", "included_in"}  # fmt: skip
    read: dict[str, Any] = {}
    for tag in kinds_below(Report):
        for field in fields_of(KINDS[tag]).values():
            if field.shape == "figures":
                read[field.name] = [_structure_of(Figure)]
            elif field.shape == "place":
                read[field.name] = _structure_of(Place)
            elif field.name in wanted or field.role in {Role.ACTOR, Role.PLACE}:
                read.setdefault(field.name, _structure_of_field(field))
    return read


def _structure_of(struct: type) -> dict[str, Any]:
    return {name: _structure_of_field(field) for name, field in fields_of(struct).items()}


def _structure_of_field(field: Field) -> str | list[str]:
    type_ = _TYPES.get(field.shape, "VARCHAR")
    return [type_] if field.many else type_


def _figures(of: str, category: str) -> str:
    """A list of figures as they are stated, each with its category."""
    apart = (
        "incidents := each.incidents, as_at := each.as_at, moment := null::date, "
        "period := each.period, first := null::date, last := null::date"
    )
    return f"list_transform({of}, lambda each: struct_pack(category := '{category}', said := each, {apart}))"


def _names(role: Role) -> str:
    """Every field of a report that holds names of a role, as lists, in the order of their classes."""
    found: dict[str, bool] = {}
    for tag in kinds_below(Report):
        fields = fields_of(KINDS[tag]).values()
        found |= {field.name: field.many for field in fields if field.role is role and field.shape == "text"}
    return ", ".join(f"report.{name}" if many else f"[report.{name}]" for name, many in found.items())
