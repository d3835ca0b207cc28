"""One typed relation for each kind, made from its class: `select * from ied_strike`.

Fields that every report has come from `facts`; the kind's own are taken out of `body` with their types.
"""

from __future__ import annotations

from functools import cache
from inspect import cleandoc
from typing import Final

from chronology.vocabulary import KINDS, Category, Decision, Field, Kind, Naming, Report, fields_of, kinds_below
from chronology.vocabulary.kinds.violence import Violence
from projections.views.view_file import View

__all__ = ["kind_relations"]

_REPORT_COLUMNS: Final = (
    "fact", "position", "revision", "recorded_at", "source", "speaker", "published_edtf", "published_from",
    "published_to", "occurred_edtf", "occurred_from", "occurred_to", "day", "place", "country", "latitude",
    "longitude", "geo_precision", "operation", "incidents", "modality", "url", "quote", "note",
)  # fmt: skip
_ENTRY_COLUMNS: Final = ("fact", "position", "revision", "recorded_at", "recorded_by")
_AS_WRITTEN: Final = ("place_as_written", "perpetrators_as_written", "targets_as_written")
_IN_MIRROR: Final = frozenset({"perpetrators", "targets"})
_TYPES: Final = {"text": "varchar", "choice": "varchar", "integer": "bigint", "number": "double", "boolean": "boolean"}


@cache
def kind_relations() -> tuple[View, ...]:
    """The relations of all kinds, `attacks` for all violence, and the list of violence kinds."""
    return (*(_relation(tag, kind) for tag, kind in KINDS.items()), _attacks(), _violence_kinds())


def _relation(tag: str, kind: type[Kind]) -> View:
    base, rows, condition = _base(tag, kind)
    inherited = {name for name in fields_of(base) if name != "note" or base is Report}
    own = [f for f in fields_of(kind).values() if f.name not in inherited]
    columns = [*rows, *(_column(f, rows) for f in own)]
    notes = {("target" if f.name in rows else f.name): f.description for f in own if f.description}
    return View(
        name=tag,
        select=f"select {', '.join(columns)}\nfrom {'facts' if base is Report else 'entries'}\nwhere {condition}",
        description=" ".join(cleandoc(kind.__doc__ or "").split()),
        grain=("fact",) if base is Report else ("position",),
        columns=notes,
        origin="kind",
    )


def _base(tag: str, kind: type[Kind]) -> tuple[type[Kind], tuple[str, ...], str]:
    if issubclass(kind, Report):
        return Report, _REPORT_COLUMNS, f"kind = '{tag}'"
    if issubclass(kind, Naming):
        return Naming, _ENTRY_COLUMNS, f"kind = '{tag}' and sort = 'name'"
    return Decision, (*_ENTRY_COLUMNS, "reason", "because"), f"entry = '{tag}'"


def _column(field: Field, taken: tuple[str, ...]) -> str:
    name = "target" if field.name in taken else field.name
    quoted = f'"{name}"' if name in {"from", "to", "type"} else name
    if field.name in _IN_MIRROR:
        return field.name
    if field.shape == "fact":
        return f"body as {quoted}"
    if name in {"target", "nature"} and "reason" in taken:
        return name
    if field.shape == "figures":
        if field.name in set(Category):
            return f"list_filter(figures, lambda figure: figure.category = '{field.name}') as {quoted}"
        return f"body -> '$.{field.name}' as {quoted}"
    if field.many:
        return f"coalesce(from_json(body -> '$.{field.name}', '[\"VARCHAR\"]'), []) as {quoted}"
    return f"(body ->> '$.{field.name}')::{_TYPES[field.shape]} as {quoted}"


def _attacks() -> View:
    figures = [f for f in fields_of(Violence).values() if f.shape == "figures"]
    own = ["perpetrators", "targets", *_AS_WRITTEN, *(_column(f, _REPORT_COLUMNS) for f in figures)]
    kinds = ", ".join(f"'{tag}'" for tag in kinds_below(Violence))
    return View(
        name="attacks",
        select=f"select {', '.join(('kind', *_REPORT_COLUMNS, *own))}\nfrom facts\nwhere kind in ({kinds})",
        description="All violence, of every kind: what was done, by whom, against whom, and the figures given.",
        grain=("fact",),
        columns={f.name: f.description for f in figures},
        origin="kind",
    )


def _violence_kinds() -> View:
    rows = ", ".join(f"('{tag}')" for tag in kinds_below(Violence))
    return View(
        name="violence_kinds",
        select=f"select kind from (values {rows}) as violence(kind)",
        description="The kinds that are violence: a fact of these that names no incident is one by itself.",
        grain=("kind",),
        origin="step",
    )
