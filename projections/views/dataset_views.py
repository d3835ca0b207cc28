"""One relation for each data set that was imported, with its own columns by their own names: `select * from acled`.

Which columns there are, and what they hold, is noted with each import (`chronology.importers.column_types`). A record
is read here as it stands in `facts`, so that every look-back sees its columns as they were then.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from projections.literals import identifier, quoted
from projections.views.view_file import View

__all__ = ["Datasets", "dataset_view", "datasets_of", "relation_name"]

Datasets = dict[str, dict[str, str]]
"""The columns of each data set with their types, as imports note them: integer, number, date, text."""

_TYPES: Final = {"integer": "bigint", "number": "double", "date": "date", "text": "varchar"}
_NUMBERS: Final = {"integer", "number"}


def datasets_of(imports: Iterable[Mapping[str, Any]]) -> Datasets:
    """The data sets of some imports, given as the facts of their entries; a column is of a type that holds them all."""
    found: Datasets = {}
    for each in imports:
        columns = found.setdefault(str(each["dataset"]), {})
        for noted in each.get("columns") or ():
            type_, _, name = str(noted).partition(" ")
            before = columns.setdefault(name, type_)
            if before != type_:
                columns[name] = "number" if {before, type_} == _NUMBERS else "text"
    return {name: columns for name, columns in found.items() if columns}


def relation_name(dataset: str, taken: Collection[str]) -> str:
    """The name of the relation of a data set: its own, or with `dataset_` before it where that is taken."""
    name = re.sub(r"\W+", "_", dataset.lower())
    return f"dataset_{name}" if name in taken or not name[:1].isalpha() else name


def dataset_view(name: str, dataset: str, columns: Mapping[str, str]) -> View:
    """The relation of a data set: a row for each record, and its columns as they came."""
    picked, named = [], {"fact"}
    for column, type_ in sorted(columns.items()):
        called = column if column not in named else f"{column}_2"
        named.add(called)
        value = f"cells[{quoted(column)}]"
        sql_type = _TYPES.get(type_, "varchar")
        value = value if sql_type == "varchar" else f"try_cast({value} as {sql_type})"
        picked.append(f"    {value} as {identifier(called)}")
    listed = ",\n".join(picked)
    return View(
        name=name,
        select=f"""
select
    fact,
{listed}
from (
    select fact, map_from_entries(list_transform(
        from_json(body -> '$.native', '["VARCHAR"]'),
        lambda each: struct_pack(
            name := split_part(each, '=', 1), value := substr(each, instr(each, '=') + 1)
        )
    )) as cells
    from facts
    where starts_with(fact, {quoted(f"{dataset}:")}) and (body -> '$.native') is not null
)""".strip(),
        description=f"The records of {dataset} with their own columns, as they came: beside the facts made of them.",
        grain=("fact",),
        columns={"fact": "the id of the fact that was made of the record"} | dict.fromkeys(named - {"fact"}, ""),
        origin="dataset",
    )
