"""The tables and functions that a question names, by DuckDB's own parser.

The locked connection reaches no file. What DuckDB offers besides is answered only where it is known to be harmless:
some table functions change the connection or tell of the machine, and others run text that no check has seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from chronology.errors import Refused
from projections.literals import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["DESCRIBING", "MOST_TEXT", "Explained", "Question", "explained", "out_of_reach", "read_question"]

MOST_TEXT: Final = 1_000_000
"""Characters of one question. Longer ones take the parser seconds and gigabytes."""

_GENERATING: Final = frozenset(
    {
        "generate_series",
        "histogram",
        "histogram_values",
        "icu_calendar_names",
        "json_each",
        "json_tree",
        "pg_timezone_names",
        "range",
        "repeat",
        "repeat_row",
        "test_all_types",
        "unnest",
    }
)
DESCRIBING: Final = frozenset(
    {
        "duckdb_columns",
        "duckdb_constraints",
        "duckdb_dependencies",
        "duckdb_functions",
        "duckdb_indexes",
        "duckdb_keywords",
        "duckdb_schemas",
        "duckdb_sequences",
        "duckdb_tables",
        "duckdb_types",
        "duckdb_views",
        "pragma_table_info",
        "pragma_version",
    }
)
# These tell of the machine, write into DuckDB's own log, or plan a text that was not looked at.
_SCALARS_OUT: Final = frozenset({"current_setting", "getenv", "json_serialize_plan", "write_log"})
_OPTIONS: Final = re.compile(r"\(\s*(?:analyze|format)\b[\w\s,]*\)", re.IGNORECASE)


class Question(NamedTuple):
    """The names in one SELECT, in lower case. `tables` are not its own; `named` also those it makes itself in WITH.

    `of_the_catalogue` are those that it names as DuckDB's own (`information_schema.columns`).
    """

    tables: frozenset[str]
    named: frozenset[str]
    functions: frozenset[str]
    table_functions: frozenset[str]
    of_the_catalogue: frozenset[str]
    equal_to: Mapping[str, str] = MappingProxyType({})
    """Of a plain SELECT from one table, the columns that its WHERE wants equal to a text, with that text."""


def read_question(connection: DuckDBPyConnection, select: str) -> Question:
    """Read one SELECT; runs nothing of it. Raises `Refused`, in DuckDB's words, where it is not one SELECT."""
    # As a literal: to bind a parameter DuckDB imports pandas, where that is installed, and takes half a second.
    (text,) = connection.execute(f"select json_serialize_sql({quoted(select)}::varchar)").fetchall()[0]
    try:
        tree = json.loads(text)
    except RecursionError as error:
        raise Refused("it is nested too deep; expected one flat SELECT, steps in WITH") from error
    if tree["error"]:
        cause = "" if tree["error_type"] == "not implemented" else f"{tree['error_message']}; ".replace("\n", " ")
        raise Refused(f"{cause}expected one SELECT")
    if len(tree["statements"]) != 1:
        raise Refused("expected one SELECT")
    return _question(tree)


def _question(tree: object) -> Question:
    made: set[str] = set()
    named: set[str] = set()
    functions: set[str] = set()
    table_functions: set[str] = set()
    of_the_catalogue: set[str] = set()
    for node in _nodes(tree):
        if "cte_map" in node:
            made.update(entry["key"].lower() for entry in node["cte_map"]["map"])
        match node.get("type"):
            case "BASE_TABLE":
                name = node["table_name"].lower()
                named.add(name)
                if node["schema_name"].lower() in {"information_schema", "pg_catalog"}:
                    of_the_catalogue.add(name)
            case "TABLE_FUNCTION":
                table_functions.add(node["function"].get("function_name", "").lower())
            case "SHOW_REF" if node.get("show_type") == "SHOW":
                # In DuckDB 2 the name may be that of a setting; `describe` is for tables alone.
                table_functions.add(f"show {node['table_name']}".lower())
            case "FUNCTION":
                functions.add(node["function_name"].lower())
    return Question(
        tables=frozenset(named - made),
        named=frozenset(named),
        functions=frozenset(functions),
        table_functions=frozenset(table_functions),
        of_the_catalogue=frozenset(of_the_catalogue),
        equal_to=dict(_equal_to(tree)),
    )


def _equal_to(tree: object) -> Iterator[tuple[str, str]]:
    """The values that the rows of one table must have to be in the answer; nothing where several are read."""
    selects = [node for node in _nodes(tree) if "from_table" in node]
    if len(selects) != 1 or selects[0]["from_table"]["type"] != "BASE_TABLE":
        return
    table = selects[0]["from_table"]
    called: tuple[list[str], ...] = ([], [table["table_name"]], [table["alias"]])
    conditions = [selects[0].get("where_clause")]
    while conditions:
        match conditions.pop():
            case {"type": "CONJUNCTION_AND", "children": children}:
                conditions += children
            case {"type": "COMPARE_EQUAL", "left": left, "right": right}:
                for column, value in ((left, right), (right, left)):
                    if column["type"] == "COLUMN_REF" and (text := _text_of(value)) is not None:
                        *of, name = column["column_names"]
                        if of in called:
                            yield name.lower(), text


def _text_of(node: dict[str, Any]) -> str | None:
    """The text that a literal is; DuckDB 2 writes it otherwise than 1.5."""
    match node:
        case {"value": {"type": {"id": "VARCHAR"}, "is_null": False, "value": str(text)}}:
            return text
        case {"literal": {"kind": "STRING", "text": str(text)}}:
            return text
    return None


def _nodes(tree: object) -> Iterator[dict[str, Any]]:
    waiting = [tree]
    while waiting:
        match waiting.pop():
            case dict() as node:
                yield node
                waiting.extend(node.values())
            case list() as nodes:
                waiting.extend(nodes)


class Explained(NamedTuple):
    """An EXPLAIN in two: how it is to be explained, and the statement it is about."""

    how: str
    statement: str


def explained(text: str) -> Explained:
    """The statement inside an EXPLAIN, by DuckDB's own tokens. To be run as `how` before a checked statement."""
    import duckdb  # noqa: PLC0415

    whole = text.encode()
    words = [start for start, kind in duckdb.tokenize(text) if kind != duckdb.token_type.comment]
    rest = [*words[1:], len(whole)]  # the first is EXPLAIN itself
    how = "explain"
    if whole[rest[0] :][:7].lower() == b"analyze":
        how, rest = "explain analyze", rest[1:]
    statement = whole[rest[0] :].decode(errors="replace")
    if options := _OPTIONS.match(statement):
        return Explained(f"{how} {options[0]}", statement[options.end() :])
    return Explained(how, statement)


def out_of_reach(question: Question) -> str | None:
    """The first thing that a question names and may not have, or None."""
    kept_back = (
        *(question.table_functions - _GENERATING - DESCRIBING),
        *(question.functions & _SCALARS_OUT),
        *(name for name in question.named if _tells_of_the_machine(name)),
    )
    return min(kept_back, default=None)


def _tells_of_the_machine(table: str) -> bool:
    return table == "pg_settings" or (table.startswith(("duckdb_", "pragma_")) and table not in DESCRIBING)
