"""Statements that call every function DuckDB has, with what a thief would put in: a class that no list can miss.

Each function of the catalogue is called in every form it may take in a question, with each of `Baits` in each of its
positions; what stands in the other positions is of the type that the function declares there.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

import duckdb

MOST_ARGUMENTS = 4
"""Positions tried of one function; what declares more are options of readers of files, by name."""

FORMS = {
    "scalar": ("select {call}", "select * from {call}"),
    "aggregate": ("select {call}", "select * from {call}"),
    "macro": ("select {call}", "select * from {call}"),
    "table": ("select * from {call}", "select {call}", "call {call}"),
    "table_macro": ("select * from {call}", "select {call}", "call {call}"),
    "window": ("select {call} over ()", "select * from {call}"),
    "pragma": ("select * from {call}", "select {call}", "call {call}", "pragma {call}"),
}
WRAPPED = (
    "select * from ({sql}) as inner_one",
    "with inner_one as ({sql}) select * from inner_one",
    "select * from (select 1) as one, lateral ({sql}) as inner_one",
    "select ({sql})",
    "explain {sql}",
    "explain analyze {sql}",
    "/* /* */ */ describe {sql}",
)
FILLERS = {
    "BIGINT": "1",
    "BLOB": "'a'::blob",
    "BOOLEAN": "true",
    "DATE": "date '2023-10-31'",
    "DOUBLE": "1.5",
    "INTEGER": "1",
    "INTERVAL": "interval '1 day'",
    "JSON": "'{\"a\": 1}'::json",
    "TIME": "time '10:00'",
    "TIMESTAMP": "timestamp '2023-10-31 10:00'",
    "TIMESTAMP WITH TIME ZONE": "timestamptz '2023-10-31 10:00Z'",
    "UBIGINT": "1::ubigint",
    "VARCHAR": "'a'",
}


class Bait(NamedTuple):
    """What is put into a function, by what it is, as SQL text that holds no quote."""

    what: str
    text: str


class Call(NamedTuple):
    """One call: `kind` and `name` of the function, and a call of it with a bait in one position."""

    kind: str
    name: str
    call: str


def calls(connection: duckdb.DuckDBPyConnection, baits: list[Bait]) -> Iterator[Call]:
    """Yield every call, function by function; always in the same order."""
    catalogue = connection.execute(
        "select distinct function_type, function_name, parameter_types, varargs from duckdb_functions() order by all"
    ).fetchall()
    seen = set()
    for kind, name, types, varargs in catalogue:
        declared = [*(types or ())[:MOST_ARGUMENTS], *([varargs] * 2 if varargs else [])]
        others = [FILLERS.get(type_ or "", "[1]" if str(type_).endswith("[]") else "1") for type_ in declared]
        # A macro declares no types; one that takes nothing is called with a bait all the same.
        for position in range(max(len(others), 1)):
            for bait in baits:
                arguments = [*others[:position], f"'{bait.text}'", *others[position + 1 :]]
                call = Call(kind, name, f'"{name}"({", ".join(arguments)})')
                if call not in seen:
                    seen.add(call)
                    yield call


def statements(every: list[Call]) -> Iterator[str]:
    """Yield each call in each form, plain and wrapped; the ways to wrap take turns."""
    turn = count()
    for kind, _, call in every:
        for form in FORMS[kind]:
            sql = form.format(call=call)
            yield sql
            yield WRAPPED[next(turn) % len(WRAPPED)].format(sql=sql)


def one_of_each(every: list[Call]) -> Iterator[str]:
    """Yield one statement a function: the functions take turns at position, bait, form and wrapping."""
    by_name: dict[tuple[str, str], list[Call]] = {}
    for call in every:
        by_name.setdefault((call.kind, call.name), []).append(call)
    for turn, (_, of_one) in enumerate(by_name.items()):
        choices = list(statements([of_one[turn % len(of_one)]]))
        yield choices[turn % len(choices)]
