"""The verb that says what can be recorded: read off the classes, so that it cannot be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
import typer

from chronology.cli.options import OutputFile, OutputFormat, RawCsv
from chronology.cli.output import Format, opened, write_lines, write_rows
from chronology.errors import Usage
from chronology.intake.schema import schema_of, schema_of_toml
from chronology.intake.writing import template
from chronology.vocabulary import KINDS, Field, Kind, fields_of
from chronology.vocabulary.near import did_you_mean

__all__ = ["kinds", "new"]


def kinds(  # noqa: PLR0917 - typer passes by name
    kind: Annotated[str | None, typer.Argument(metavar="[KIND]", help="describe this kind in full")] = None,
    toml: Annotated[bool, typer.Option("--toml", help="print a TOML template to fill in")] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="print the JSON Schema of a JSON line; with --toml of TOML, for editors")
    ] = False,
    format: OutputFormat = Format.TABLE,  # noqa: A002
    output: OutputFile = None,
    raw: RawCsv = False,
) -> None:
    """List the kinds of facts that can be recorded, or the fields of one kind."""
    named = None if kind is None else _known(kind)
    if toml and named is None and not schema:
        raise Usage("--toml prints the template of one kind; name it: chronology kinds ied_strike --toml")
    if toml and schema and named is not None:
        raise Usage("--schema --toml is of files of all kinds; name none")
    with opened(output) as stream:
        if toml and named is not None:
            write_lines(template(named).splitlines(), stream)
        elif schema:
            found = schema_of_toml() if toml else schema_of([named] if named else list(KINDS.values()))
            text = msgspec.json.encode(found)
            write_lines(msgspec.json.format(text, indent=2).decode().splitlines(), stream)
        elif format is Format.TABLE and named is not None:
            write_lines(_described(named), stream)
    if not toml and not schema and (named is None or format is not Format.TABLE):
        columns, rows = (_FIELD_COLUMNS, _field_rows(named)) if named else (_KIND_COLUMNS, _kind_rows())
        write_rows(columns, rows, format, output, raw=raw)


def new(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="such as ied_strike; see chronology kinds")],
) -> None:
    """Print a report of this kind to fill in.

    For example: chronology new ied_strike > report.toml
    """
    write_lines(template(_known(kind)).splitlines())


_KIND_COLUMNS = ("group", "kind", "meaning")
_FIELD_COLUMNS = ("field", "type", "required", "description")


def _known(name: str) -> type[Kind]:
    found = KINDS.get(name.replace("-", "_"))
    if found is None:
        hint = did_you_mean(name.replace("-", "_"), KINDS, "see chronology kinds")
        raise Usage(f"no such kind: {name}; {hint}")
    return found


def _kind_rows() -> Iterator[tuple[str, ...]]:
    for tag, kind in KINDS.items():
        yield kind.__module__.rpartition(".")[2], tag, _summary(kind)


def _summary(kind: type[Kind]) -> str:
    return (kind.__doc__ or "").strip().splitlines()[0]


def _field_rows(kind: type[Kind]) -> Iterator[tuple[Any, ...]]:
    for field in fields_of(kind).values():
        yield field.name, _type(field), field.required, field.description


def _type(field: Field) -> str:
    if field.choices:
        return " | ".join(field.choices)
    noun = {"text": str(field.role or "text"), "fact": "a whole fact"}.get(field.shape, field.shape)
    noun = {"edtf": "date", "entry": "fact", "prose": "text", "title": "text"}.get(noun, noun)
    return f"list of {noun}" if field.many else noun


def _described(kind: type[Kind]) -> Iterator[str]:
    """A kind for people: what it means, its fields, and how to go on."""
    tag = str(kind.__struct_config__.tag)
    yield tag
    yield from (f"  {line.strip()}" for line in (kind.__doc__ or "").strip().splitlines())
    yield ""
    rows = [
        (name, f"{what}{' (required)' if needed else ''}", about) for name, what, needed, about in _field_rows(kind)
    ]
    names, types = max(len(row[0]) for row in rows), min(40, max(len(row[1]) for row in rows))
    for name, what, about in rows:
        yield f"  {name:<{names}}  {what:<{types}}  {about}"
    yield ""
    yield f"  chronology kinds {tag} --toml prints a template, chronology append {tag} --help its options"
