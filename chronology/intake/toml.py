"""Reading TOML, which is what people write: defaults for all facts on top, then one table for each fact."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Any, Final

from chronology.errors import Problem
from chronology.files import NotToml, toml_of
from chronology.intake.raw import Given, Raw, brief
from chronology.intake.toml_lines import Lines, LinesBelow, Path
from chronology.vocabulary import KINDS, Place, Role, fields_of
from chronology.vocabulary.near import did_you_mean

__all__ = ["read_toml"]

# Keys that stand on a fact for a field inside its place.
_OF_PLACE: Final = frozenset(fields_of(Place)) - {"name"}


def read_toml(text: str, file: str) -> Iterator[Raw | Problem]:
    """Every fact of a TOML text in the order of the file, and a Problem for everything that cannot be one."""
    try:
        document = toml_of(text)
    except NotToml as error:
        json = text.lstrip().startswith("{")
        template = "chronology kinds KIND --toml prints a template"
        yield Problem(
            file, error.line, "", error.what, "for JSON Lines give --input-format jsonl" if json else template
        )
        return
    lines = Lines(text)
    defaults: dict[str, Any] = {}
    tables: dict[Path, Given] = {}
    for key, value in document.items():
        if _is_default(key, value):
            defaults[key] = value
            continue
        tables |= _tables(key, value)
    yield from _wrong_defaults(defaults, {str(path[0]) for path in tables}, lines, file)
    if not tables and not any(map(_is_table, defaults.values())):
        yield Problem(file, None, "", "holds no fact", "expected tables such as [[ied_strike]]")
    holding = {str(path[0]): _held(str(path[0]), defaults) for path in tables}
    for path, line in sorted(lines.of_tables(tables, KINDS).items(), key=itemgetter(1)):
        key, table = str(path[0]), tables[path]
        if not isinstance(table, dict):
            yield Problem(file, line, key, brief(table), f"expected a table: [[{key}]], and its fields below it")
            continue
        # What stands on top holds for a kind that has such a field; the fact's own word goes before it.
        held = holding[key]
        yield Raw(file, line, key, {**held, **table}, LinesBelow(lines, path, held))


def _is_default(key: str, value: object) -> bool:
    """True if a key on top is a default; anything else, a mistyped kind included, is meant as a fact."""
    return key not in KINDS and (not _is_table(value) or _is_field(key))


def _is_table(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(each, dict) for each in value))


def _may_be_table(name: str) -> bool:
    """True if a field of this name is written as a table: figures, a place, a whole fact."""
    shapes = {fields_of(kind)[name].shape for kind in KINDS.values() if name in fields_of(kind)}
    return not shapes.isdisjoint({"figures", "place", "fact"})


def _is_field(name: str) -> bool:
    return any(_can_hold(kind, name) for kind in KINDS)


def _can_hold(kind: str, name: str) -> bool:
    """True if `name` can stand on a fact of this kind, the parts of a place included."""
    fields = fields_of(KINDS[kind]) if kind in KINDS else {}
    return name in fields or (name in _OF_PLACE and "place" in fields and fields["place"].shape == "place")


def _held(kind: str, defaults: dict[str, Given]) -> dict[str, Given]:
    return {name: value for name, value in defaults.items() if _can_hold(kind, name)}


def _tables(key: str, value: object) -> dict[Path, Given]:
    """The tables of one kind by path: several of `[[kind]]`, or one `[kind]`."""
    return {(key, index): table for index, table in enumerate(value)} if isinstance(value, list) else {(key,): value}


def _wrong_defaults(defaults: dict[str, Any], kinds: set[str], lines: Lines, file: str) -> Iterator[Problem]:
    """A problem for each default that no kind of the file can hold, or that names one entry and so cannot be shared."""
    known = sorted(kinds & KINDS.keys())

    def problem(name: str, what: str, expected: str) -> Problem:
        line = lines.of_keys.get((name,), lines.of_keys.get((name, 0)))
        return Problem(file, line, name, what, expected)

    for name, value in defaults.items():
        roles = {fields_of(KINDS[kind])[name].role for kind in known if name in fields_of(KINDS[kind])}
        if name == "kind":
            yield problem(name, brief(value), f"expected a table for each fact: [[{value}]], and its fields below it")
        elif _is_table(value) and not _may_be_table(name):
            yield problem(name, f"[[{name}]]", f'expected it inside a fact, as {name} = ["…"]')
        elif name in {"id", "now"} or Role.ENTRY in roles:
            yield problem(name, f"{brief(value)} cannot hold for all facts", "expected it inside one")
        elif known and not any(_can_hold(kind, name) for kind in known):
            hint = did_you_mean(name, {field for kind in known for field in fields_of(KINDS[kind])})
            yield problem(name, brief(value), f"expected a field of the facts below{hint and f'; {hint}'}")
