"""PIVOT without the values that become columns: DuckDB would make a type of them first, which no question may do.

The values are asked for by a question of their own, and written into the text: what is left is one SELECT, and is read
and checked as any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final, NamedTuple

import duckdb

from chronology.errors import Refused
from projections.literals import quoted
from projections.views.statement import MOST_TEXT

__all__ = ["with_values"]

MOST_VALUES: Final = 1_000
"""Columns that one PIVOT may make by itself."""
_MOST_PIVOTS: Final = 4
_WORD: Final = re.compile(r"\w+")
_OPENING, _CLOSING = {"(", "[", "{"}, {")", "]", "}"}
_ENDS: Final = {"using", "group", "order", "limit", "offset"}


class _Token(NamedTuple):
    start: int
    end: int
    word: str
    depth: int


class _Column(NamedTuple):
    """An expression after ON that has no IN: where it ends, and the SELECT of its values."""

    end: int
    text: str
    select: str


def with_values(text: str, values: Callable[[str], list[str]]) -> str:
    """The text, with the values of each PIVOT in it that names none; a text without such a PIVOT as it is.

    `values` answers a SELECT of one column. Raises Refused where there are no values, or more than make sense.
    """
    if not 0 < text.lower().count("pivot") <= _MOST_PIVOTS:
        return text
    for _ in range(_MOST_PIVOTS):
        if not (columns := list(_columns(text))):
            break
        whole = text.encode()
        for column in reversed(columns):
            found = values(column.select)
            if not found:
                raise Refused(f"query: PIVOT ON {column.text} finds no values, and so has no columns")
            if len(found) > MOST_VALUES:
                few = f"name those you want: on {column.text} in ('a', 'b')"
                raise Refused(f"query: PIVOT ON {column.text} finds more than {MOST_VALUES:,} values; {few}")
            listed = f"\n in ({', '.join(map(quoted, found))}) ".encode()
            whole = whole[: column.end] + listed + whole[column.end :]
        text = whole.decode()
        if len(text) > MOST_TEXT:
            raise Refused(f"query: its values make PIVOT longer than {MOST_TEXT:,} characters; name those you want")
    return text


def _columns(text: str) -> Iterator[_Column]:
    """The expressions of the first PIVOT that has some without values."""
    whole, tokens = text.encode(), list(_tokens(text))
    for at, pivot in enumerate(tokens):
        if pivot.word not in {"pivot", "pivot_wider"}:
            continue
        inside = list(_inside(tokens[at + 1 :], pivot.depth))
        on = next((n for n, token in enumerate(inside) if token.word == "on" and token.depth == pivot.depth), None)
        if not on:
            continue
        source = whole[inside[0].start : inside[on - 1].end].decode()
        with_ = whole[: pivot.start].decode() if tokens[0].word == "with" and pivot.depth == 0 else ""
        found = []
        for tokens_of_one in _split(_until_end(inside[on + 1 :], pivot.depth), pivot.depth):
            if all(token.word != "in" or token.depth > pivot.depth for token in tokens_of_one):
                expression = whole[tokens_of_one[0].start : tokens_of_one[-1].end].decode().strip()
                # After a line's end, where no comment goes on.
                select = f"{with_} select distinct ({expression}\n)::varchar as value from {source}\n"
                select += f" where ({expression}\n) is not null order by all limit {MOST_VALUES + 1}"
                found.append(_Column(tokens_of_one[-1].end, expression, select))
        if found:
            yield from found
            return


def _tokens(text: str) -> Iterator[_Token]:
    """The words and signs of a text by DuckDB's own tokens; each ends where the next begins, comments and all.

    Keywords are in lower case, of signs it is the first character, and of all else nothing.
    """
    whole = text.encode()
    found = [(start, kind) for start, kind in duckdb.tokenize(text) if kind != duckdb.token_type.comment]
    depth = 0
    for (start, kind), (end, _) in pairwise([*found, (len(whole), None)]):
        text_of = whole[start:end].decode(errors="replace")
        word = text_of[:1] if kind == duckdb.token_type.operator else ""
        if kind == duckdb.token_type.keyword and (keyword := _WORD.match(text_of)):
            word = keyword[0].lower()
        depth -= word in _CLOSING
        yield _Token(start, end, word, depth)
        depth += word in _OPENING


def _inside(tokens: list[_Token], depth: int) -> Iterator[_Token]:
    """The text of a PIVOT at this depth: up to the bracket that closes it, or the end of the statement."""
    for token in tokens:
        if token.depth < depth or (token.word == ";" and token.depth == depth):
            return
        yield token


def _until_end(tokens: list[_Token], depth: int) -> Iterator[_Token]:
    for token in tokens:
        if token.depth == depth and token.word in _ENDS:
            return
        yield token


def _split(tokens: Iterator[_Token], depth: int) -> Iterator[list[_Token]]:
    """The tokens of each expression of a list."""
    one: list[_Token] = []
    for token in tokens:
        if token.word == "," and token.depth == depth:
            if one:
                yield one
            one = []
        else:
            one.append(token)
    if one:
        yield one
