"""Verbs that begin a chronology and add facts to it."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer

from chronology.api import Chronology
from chronology.cli.kind_options import KindCommand, given_fields, kind_named
from chronology.cli.options import By, Directory, DryRun, MaxSize, most_bytes, open_chronology
from chronology.cli.output import say, shown, warn
from chronology.cli.record import counted, progress, say_appended
from chronology.errors import Problem, Usage
from chronology.intake import STDIN, InputFormat, Raw, read_file
from chronology.vocabulary import KINDS, Kind
from chronology.vocabulary.near import did_you_mean

__all__ = ["append", "init"]


def init(
    directory: Annotated[
        Path, typer.Argument(metavar="[DIR]", show_default=False, help="default: the working directory")
    ] = Path(),
    name: Annotated[str | None, typer.Option("--name", help="its name; default: the name of its folder")] = None,
) -> None:
    """Create a new chronology in a folder.

    Its log (log.db) is only ever added to. Do not record names of victims or confidential
    sources: what is recorded cannot be removed again.
    """
    made = Chronology.create(directory, name=name)
    say(f"{made.name}: a new chronology in {made.path}")
    warn("no names of victims and no confidential sources: what is recorded cannot be removed again")


class _Append(KindCommand):
    """`append` with the options of the kind, where one is named in place of files."""

    def kind_of(self, ctx: Any, given: dict[str, Any]) -> type[Kind] | None:  # noqa: ANN401, ARG002
        """The kind that stands where files could. Raises Usage for a word that is neither a kind nor a file."""
        words = [word for word in given.get("files") or () if not word.startswith("-")]
        if not words:
            return None
        kind = kind_named(words[0])
        if kind is None and words[0].replace("-", "_").isidentifier() and not Path(words[0]).exists():
            hint = did_you_mean(words[0].replace("-", "_"), KINDS, "see chronology kinds for the kinds")
            raise Usage(f"{shown(words[0])} is neither a kind nor a file here; {hint}")
        return kind


def append(
    ctx: typer.Context,
    files: Annotated[
        list[str], typer.Argument(metavar="FILE…|-|KIND", help="files of facts, - for standard input, or one kind")
    ],
    *,
    directory: Directory = None,
    input_format: Annotated[
        InputFormat | None, typer.Option("--input-format", help="default: by the file's name or its first character")
    ] = None,
    dry_run: DryRun = False,
    check: Annotated[
        bool, typer.Option("--check", help="only say what is wrong, a line each, for an editor; append nothing")
    ] = False,
    max_size: MaxSize = None,
    by: By = None,
    like: Annotated[
        str | None, typer.Option("--same-as", metavar="FACT", help="copy operation, incidents and place from this fact")
    ] = None,
    fact_id: Annotated[
        str | None, typer.Option("--id", help="the id for a fact given by options; default: a random one")
    ] = None,
    new_name: Annotated[
        list[str] | None,
        typer.Option("--new-name", metavar="NAME", help="accept a new name that resembles a known one; repeatable"),
    ] = None,
) -> None:
    """Append facts from files, from standard input, or one fact from options.

    A TOML file has defaults at the top and a [[kind]] table for each fact; JSON Lines have one fact on each line. All
    facts are checked first: with any problem, nothing is appended. The options of a kind: chronology append KIND --help
    """
    kind = kind_named(files[0])
    most = most_bytes(max_size)
    given = _from_options(ctx, kind, files, fact_id) if kind else _from_files(files, input_format, fact_id, most)
    with open_chronology(directory) as chronology, progress("recording") as tell:
        done = chronology.append(
            counted("reading", given),
            by=by,
            dry_run=dry_run or check,
            same_as=like or None,
            new_names=new_name or (),
            progress=tell,
        )
    if check:
        for line in done.warnings:
            warn(line)
        return
    say_appended(done, dry_run=dry_run)


append.command_class = _Append  # type: ignore[attr-defined]


def _from_options(ctx: typer.Context, kind: type[Kind], files: list[str], fact_id: str | None) -> list[Raw | Problem]:
    tag = str(kind.__struct_config__.tag)
    if len(files) > 1:
        raise Usage(f"append {tag} takes one fact, from options; {shown(files[1])} is not one")
    if tag == "fact_corrected":
        raise Usage("a correction needs the whole fact: use chronology correct or chronology edit, or a file")
    named = {} if fact_id is None else {"id": fact_id}
    return [Raw(None, None, tag, {**given_fields(ctx), **named})]


def _from_files(
    files: list[str], input_format: InputFormat | None, fact_id: str | None, most: int
) -> chain[Raw | Problem]:
    if fact_id is not None:
        raise Usage('--id is for one fact given by options; in a file, write id = "…" into the fact')
    if files.count(STDIN) > 1:
        raise Usage("- stands for standard input, which can be read once only")
    return chain.from_iterable(read_file(file, input_format, most) for file in files)
