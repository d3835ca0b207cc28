"""Search: which entries hold some words, where, and a snippet of each.

DuckDB looks through the entries that stand at the moment looked back to; there is no index to be kept up, to be
trusted, or to forget what was withdrawn. What it finds is read once more, field by field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

from chronology.errors import Usage
from projections.asking.session import RowStream, Session
from projections.literals import quoted
from projections.searching.folded import Folded, Phrase, folded, phrases_of
from projections.store.inserting import numbers

__all__ = ["COLUMNS", "search"]

COLUMNS: Final = ("position", "fact", "kind", "found_in", "snippet")
_TYPES: Final = ("BIGINT", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR")
_BEFORE, _AFTER = 40, 80
"""Characters of a snippet, before and from the beginning of what was found."""
_AT_ONCE: Final = 200
_NO_TEXT: Final = {"kind", "id", "url", "sha256"}
_BEST_FIRST: Final = ({"quote", "note", "reason"}, {"name", "title", "aliases"}, {"headline"})
_SPACES: Final = re.compile(r"\s+")

Words = Sequence[Phrase]


class Place(NamedTuple):
    """A text of an entry in which something was found: where the first of it is, and which of the words are there."""

    field: str
    text: str
    first: int
    words: frozenset[int]


def search(session: Session, text: str, limit: int | None = None) -> RowStream:
    """The entries that hold all words of `text`, each by its beginning; a "phrase in quotes" is looked for whole.

    Names are found under all names of what they name. Names and their aliases come first, then the rest, newest first.
    Raises Usage where there is nothing to look for.
    """
    asked = phrases_of(text)
    if not asked:
        raise Usage(f"search {text!r}: expected a word of letters or digits, such as: chronology search Kidal")
    either = [asked, *(phrases_of(f'"{name}"') for name in _other_names(session, text))]
    found = _found(session, [words for words in either if words])
    return RowStream(list(COLUMNS), list(_TYPES), found if limit is None else islice(found, limit))


def _other_names(session: Session, text: str) -> list[str]:
    """The names under which the thing is known that goes by `text`."""
    named = folded(text.replace('"', " ")).text.split()
    rows = session.rows("select role, key, name from names")
    meant = {
        (row["role"], row["name"])
        for row in rows
        for name in (row["key"], row["name"])
        if folded(name).text.split() == named
    }
    return sorted({name for row in rows if (row["role"], row["name"]) in meant for name in (row["key"], row["name"])})


def _found(session: Session, either: Sequence[Words]) -> Iterator[tuple[Any, ...]]:
    waiting = _candidates(session, either)
    while some := waiting[:_AT_ONCE]:
        waiting = waiting[_AT_ONCE:]
        rows = session.rows(f"select position, fact, kind, body from entries where position in ({numbers(some)})")
        headlines = _headlines(session, [row["fact"] for row in rows])
        entries = {row["position"]: row | {"headline": headlines.get(row["fact"])} for row in rows}
        for entry in (entries[position] for position in some):
            if places := _places(entry, either):
                fields = dict.fromkeys(place.field for place in places)
                yield entry["position"], entry["fact"], entry["kind"], ", ".join(fields), _snippet(places[0])


def _headlines(session: Session, facts: Sequence[str]) -> dict[str, str]:
    """The headlines of reports, by fact. Named one by one, they are read and no other is made."""
    if not facts:
        return {}
    named = ", ".join(map(quoted, facts))
    rows = session.rows(f"select fact, headline from timeline where fact in ({named})")
    return {row["fact"]: row["headline"] for row in rows}


def _candidates(session: Session, either: Sequence[Words]) -> list[int]:
    """The positions of the entries that may hold the words, in the order in which they are shown."""
    rows = session.ask(f"""
        select position
        from (
            select position, sort, concat(strip_accents(lower(body)), ' ', replace(kind, '_', ' ')) as text
            from entries
        )
        where {" or ".join(map(_may_hold, either))}
        order by sort <> 'name', position desc
    """).rows
    return [position for (position,) in rows]


def _may_hold(words: Words) -> str:
    patterns = [pattern for phrase in words for pattern in phrase.in_json]
    return f"({' and '.join(f'regexp_matches(text, {quoted(pattern)})' for pattern in patterns) or 'true'})"


def _places(entry: dict[str, Any], either: Sequence[Words]) -> list[Place]:
    """The places of the words of one alternative, if all of them are there; the best place first."""
    headline = entry["headline"] or entry["kind"].replace("_", " ")
    leaves = (*_leaves(json.loads(entry["body"])), ("headline", headline))
    read = [(field, text, folded(text)) for field, text in leaves]
    for words in either:
        found = [place for leaf in read if (place := _place(words, *leaf))]
        if len(set().union(*(place.words for place in found))) == len(words):
            return sorted(found, key=_rank)
    return []


def _place(words: Words, field: str, text: str, read: Folded) -> Place | None:
    starts = {n: start for n, phrase in enumerate(words) if (start := phrase.start_in(read)) is not None}
    return Place(field, text, min(starts.values()), frozenset(starts)) if starts else None


def _rank(place: Place) -> tuple[int, int]:
    """The order of results: where most of the words are, then what was said, then names."""
    sort = next((n for n, fields in enumerate(_BEST_FIRST) if place.field in fields), len(_BEST_FIRST))
    return -len(place.words), sort


def _leaves(value: Any, field: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - whatever JSON holds
    """Every text in a fact with the name of its field; what lists hold is of the list's field.

    An imported column is a field of its own.
    """
    match value:
        case str() if field == "native":
            column, _, text = value.partition("=")
            yield f"native.{column}", text
        case str() if field not in _NO_TEXT:
            yield field, value
        case dict():
            for name, each in value.items():
                yield from _leaves(each, f"{field}.{name}" if field else name)
        case list():
            for each in value:
                yield from _leaves(each, field)
        case _:
            return


def _snippet(place: Place) -> str:
    """The words found with some words around them, on one line."""
    first, last = max(place.first - _BEFORE, 0), place.first + _AFTER
    text = _SPACES.sub(" ", place.text[first:last]).strip()
    return f"{'…' if first else ''}{text}{'…' if last < len(place.text) else ''}"
