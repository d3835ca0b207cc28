"""The fields of a kind as options. They are made from its class when that kind is named, and not before."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any, Final, TypeAlias

from typer.core import TyperCommand, TyperOption

from chronology.vocabulary import KINDS, Field, Kind, Place, fields_of

__all__ = ["HELPED_BY", "KindCommand", "given_fields", "options_of"]

_Click: TypeAlias = Any
_META: Final = "chronology.fields"
HELPED_BY: Final = "chronology.helped_by"
"""Where a command keeps the argument that its --help needs to show all options."""

_METAVARS: Final = {"integer": "N", "number": "DEGREES", "place": "NAME", "figures": "FIGURE", "text": "TEXT"}


class KindCommand(TyperCommand):
    """A command that also takes the fields of a kind, as soon as its other arguments say which kind that is."""

    # Names of fields that are options of the command itself already; those of the fact go by --now-….
    taken: Collection[str] = ()

    def kind_of(self, ctx: _Click, given: dict[str, Any]) -> type[Kind] | None:
        """The kind meant by what was given, unknown options still among the arguments; None for no options."""
        raise NotImplementedError

    def parse_args(self, ctx: _Click, args: list[str]) -> list[str]:
        """Look at the arguments once to learn the kind, then parse them with its options."""
        ctx.ignore_unknown_options = True
        given, _, _ = self.make_parser(ctx).parse_args(list(args))
        ctx.ignore_unknown_options = False
        kind = self.kind_of(ctx, given)
        if kind is not None:
            # Help of the command alone would not show what the kind has.
            named = given[str(self.params[0].name)]
            ctx.meta[HELPED_BY] = named[0] if isinstance(named, list | tuple) else named
            ctx.meta[_META] = {}
            options = list(options_of(kind, self.taken))
            self.params = [*self.params[:1], *options, *self.params[1:]]
            self.help = f"{self.help}\n\n{kind.__struct_config__.tag}: {' '.join((kind.__doc__ or '').split())}"
        return list(super().parse_args(ctx, args))


def given_fields(ctx: _Click) -> dict[str, Any]:
    """The fields given as options, by the name of the field, as intake reads them."""
    found: dict[str, Any] = ctx.meta.get(_META, {})
    return found


def options_of(kind: type[Kind], taken: Collection[str] = ()) -> Iterator[TyperOption]:
    """One option for each field of the kind; a place has one for each of its parts."""
    for field in fields_of(kind).values():
        if field.shape == "place":
            yield _option(field, taken)
            yield from (_option(part, taken) for part in fields_of(Place).values() if part.name != "name")
        elif field.shape != "fact":
            yield _option(field, taken)


def _option(field: Field, taken: Collection[str]) -> TyperOption:
    repeated = field.many or field.shape == "figures"
    notes = [field.description, "repeatable" if repeated else "", "required" if field.required else ""]
    prefix = "now-" if field.name in taken else ""
    return TyperOption(
        param_decls=[f"--{prefix}{field.name.replace('_', '-')}", f"field_{field.attribute}"],
        multiple=repeated,
        metavar=f"[{'|'.join(field.choices)}]" if field.choices else _METAVARS.get(field.shape, "TEXT"),
        help="; ".join(filter(None, notes)),
        expose_value=False,
        callback=lambda ctx, _param, value: _keep(ctx, field, value),
    )


def _keep(ctx: _Click, field: Field, value: Any) -> None:  # noqa: ANN401
    if value is not None and value != ():
        ctx.meta[_META][field.name] = [*value] if isinstance(value, tuple | list) else _read(field, value)


def _read(field: Field, text: str) -> object:
    """A number where one is expected and given; everything else stays text, for intake to judge."""
    if field.shape == "integer" and re.fullmatch(r"[+-]?[0-9]{1,30}", text):
        return int(text)
    if field.shape == "number" and re.fullmatch(r"[+-]?[0-9]{1,30}(\.[0-9]{0,30})?", text):
        return float(text)
    return text


def kind_named(name: str) -> type[Kind] | None:
    """The kind of a tag, dashes for underscores allowed."""
    return KINDS.get(name.replace("-", "_"))
