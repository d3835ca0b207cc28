"""Reading facts that a program gives: structs of the vocabulary, dicts, texts and files, one or any number of them."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, Final, TypeAlias, Union

import msgspec

from chronology.errors import Problem
from chronology.intake.raw import Raw, brief
from chronology.intake.reading import InputFormat, read_file, read_stream
from chronology.vocabulary import Kind

__all__ = ["Facts", "read_facts"]

Facts: TypeAlias = Union[str, bytes, "os.PathLike[str]", Kind, Mapping[str, Any], Raw, Problem, Iterable["Facts"]]
"""What `read_facts` takes."""

_BEGINS_TEXT: Final = ("{", "[")
_DATES: Final = (date, datetime, time)
_EXPECTED: Final = "expected a fact as a dict or a struct of the vocabulary, a text of facts, or the name of a file"


def read_facts(facts: Facts, form: InputFormat | None = None) -> Iterator[Raw | Problem]:
    """Yield every fact, and a Problem for what cannot be one; nothing is raised.

    A dict is a fact as a line of JSON has it, with its `kind`, and an `id` if it has one. A text with a line break, or
    one that begins with a brace or bracket, is TOML or JSON Lines (`form`, else by its first character); any other is
    the name of a file, as a path is. Problems name the place in what was given: `facts[2]: occurred: …`.
    """
    yield from _read(facts, "facts", form)


def _read(facts: object, where: str, form: InputFormat | None) -> Iterator[Raw | Problem]:
    match facts:
        case Raw() | Problem():
            yield facts
        case str() if "\n" in facts or facts.lstrip().startswith(_BEGINS_TEXT):
            yield from read_stream(io.BytesIO(facts.encode(errors="surrogatepass")), where, form)
        case bytes():
            yield from read_stream(io.BytesIO(facts), where, form)
        case str() | os.PathLike():
            yield from read_file(os.fspath(facts), form)
        case Kind():
            yield _of_values(msgspec.json.decode(msgspec.json.encode(facts)), where)
        case Mapping():
            yield _of_mapping(facts, where)
        case Iterable():
            for number, each in enumerate(facts):
                yield from _read(each, f"{where}[{number}]", form)
        case _:
            yield Problem(where, None, "", brief(facts), _EXPECTED)


def _of_mapping(fact: Mapping[Any, Any], where: str) -> Raw | Problem:
    """A dict with all that stands in it as intake knows it from files: enums as text, sets as lists."""
    try:
        values = msgspec.to_builtins(dict(fact), builtin_types=_DATES)
    except (TypeError, ValueError, OverflowError, msgspec.MsgspecError) as error:
        what = str(error)[:1].lower() + str(error)[1:]
        return Problem(where, None, "", what, "expected texts, numbers, dates, lists and dicts")
    except RecursionError:
        return Problem(where, None, "", "is nested too deeply", "expected texts, numbers, dates, lists and dicts")
    return _of_values(values, where)


def _of_values(values: dict[str, Any], where: str) -> Raw:
    return Raw(where, None, values.get("kind"), {str(name): _listed(value) for name, value in values.items()})


def _listed(value: object) -> object:
    """A value with lists for tuples."""
    if isinstance(value, list | tuple):
        return [_listed(each) for each in value]
    return {name: _listed(each) for name, each in value.items()} if isinstance(value, dict) else value
