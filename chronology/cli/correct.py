"""Verbs that say how a fact reads now, or that it no longer stands. Nothing recorded is changed by them."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any, Final, cast

import msgspec
import typer

from chronology.cli.kind_options import KindCommand, given_fields
from chronology.cli.options import By, Directory, DryRun, open_log
from chronology.cli.output import say, warn
from chronology.cli.record import record
from chronology.errors import Problem, Problems, Refused, Rejected, Usage
from chronology.intake import Batch, InputFormat, Raw, read_batch, read_file
from chronology.intake.writing import to_toml
from chronology.log import Log, Standing, now
from chronology.vocabulary import Decision, Kind, Place, fields_of
from chronology.vocabulary.figures import FigureError, read_figures
from chronology.vocabulary.kinds.curation import CorrectionNature, FactCorrected, RetractionNature

__all__ = ["Because", "Fact", "Published", "Reason", "correct", "decide", "decide_all", "edit", "retract"]

_CORRECTED: Final = "fact_corrected"
_IMPORTED: Final = "dataset_imported"
_OWN: Final = ("published",)
_COVERAGE: Final = ("measure", "as_at", "period", "incidents", "excludes", "definition", "part_of")

Fact = Annotated[str, typer.Argument(metavar="FACT", help="its id, a unique beginning of its id, or its position")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="why, in a sentence a reader can check")]
Because = Annotated[
    list[str] | None, typer.Option("--because", metavar="FACT", help="a fact this is based on; repeatable")
]
Published = Annotated[
    str | None,
    typer.Option("--published", metavar="DATE", help="when it became public; default: as the facts it is based on"),
]


# --- retract


def retract(
    fact: Annotated[
        str | None,
        typer.Argument(metavar="FACT", help="its id, a unique beginning of its id, or its position"),
    ] = None,
    *,
    reason: Reason,
    import_: Annotated[
        str | None,
        typer.Option("--import", metavar="ID", help="retract an import, with everything it brought"),
    ] = None,
    nature: Annotated[
        RetractionNature, typer.Option("--nature", help="who retracts it: the source, or we")
    ] = RetractionNature.ENTRY,
    because: Because = None,
    published: Published = None,
    directory: Directory = None,
    by: By = None,
    dry_run: DryRun = False,
) -> None:
    """Retract a fact or any other entry; it stays in the log.

    The position of a correction, or fact@revision, takes back that revision alone. Retracting a retraction undoes it,
    and retracting an import takes back all that it brought.
    """
    if (fact is None) is (import_ is None):
        raise Usage("expected the FACT to retract, or --import ID")
    with open_log(directory) as log:
        target = log.resolve(fact or import_ or "")
        if import_ is not None and (kind := log.at(target.position).kind) != _IMPORTED:
            listed = 'chronology query "select import, file from releases" lists the imports'
            raise Refused(f"{target.id} is no import but {kind}; {listed}")
        given = {"fact": fact or target.id, "reason": reason, "nature": str(nature), "because": because}
        decide(log, "fact_retracted", {**given, "published": published}, by=by, dry_run=dry_run)


def decide(log: Log, kind: str, given: dict[str, Any], *, by: str | None, dry_run: bool) -> None:
    """Append one decision, from the fields that were given."""
    record(log, read_batch([_raw(kind, given)], log), by=by, dry_run=dry_run)


def decide_all(log: Log, kind: str, given: list[dict[str, Any]], *, by: str | None, dry_run: bool) -> None:
    """Append decisions of one kind, all of them or nothing."""
    record(log, read_batch([_raw(kind, each) for each in given], log), by=by, dry_run=dry_run)


def _raw(kind: str, given: dict[str, Any]) -> Raw:
    return Raw(None, None, kind, {name: value for name, value in given.items() if value is not None})


# --- correct


class _Correct(KindCommand):
    """`correct` with the options of the kind of the fact, which the log knows."""

    taken = _OWN

    def kind_of(self, ctx: Any, given: dict[str, Any]) -> type[Kind] | None:  # noqa: ANN401, ARG002
        """The kind that the fact is of now. Raises Refused for a fact that is not in the log."""
        fact = given.get("fact")
        if not isinstance(fact, str) or fact.startswith("-"):
            return None
        directory = given.get("directory")
        with open_log(Path(directory) if directory else None, read_only=True) as log:
            return type(_standing(log, fact).fact)


def correct(
    ctx: typer.Context,
    fact: Fact,
    *,
    nature: Annotated[
        CorrectionNature, typer.Option("--nature", help="who was wrong: the source, our entry, or our reading of it")
    ],
    reason: Reason,
    because: Because = None,
    published: Published = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", help="a file with the whole corrected fact"),
    ] = None,
    clear: Annotated[
        list[str] | None, typer.Option("--clear", metavar="FIELD", help="remove this field; repeatable")
    ] = None,
    directory: Directory = None,
    by: By = None,
    dry_run: DryRun = False,
) -> None:
    """Correct a fact; the earlier revision stays in the log.

    The options of its kind name what changes; everything else stays as it is: chronology correct FACT --help
    """
    with open_log(directory) as log:
        standing = _standing(log, fact)
        seen = _revision(log, standing)
        said = {"nature": str(nature), "reason": reason, "because": because, "published": published}
        changes = given_fields(ctx)
        if file is None:
            raw = _raw(
                _CORRECTED, {"fact": standing.entry.id, **said, "now": _changed(standing.fact, changes, clear or [])}
            )
        elif changes or clear:
            raise Usage("--file holds the whole fact; leave out --clear and the options of its fields")
        else:
            raw = _around(_only_fact(file), {"fact": standing.entry.id, **said})
        record(log, _expecting(read_batch([raw], log), seen), by=by, dry_run=dry_run)


correct.command_class = _Correct  # type: ignore[attr-defined]


def _standing(log: Log, ref: str) -> Standing:
    """The current state of a fact. Raises Refused if it was retracted."""
    id = log.resolve(ref).id  # noqa: A001
    standing = log.standing(id)
    if standing is None:
        undo = log.retracted(id)
        raise Refused(f"{id} was retracted at position {undo}; undo that first: chronology retract {undo}")
    if isinstance(standing.fact, Decision):
        raise Refused(f"{id} is a decision; retract it and decide again: chronology retract {id}")
    return standing


def _revision(log: Log, standing: Standing) -> int:
    """The last revision of the fact, whether or not it stands: the next one comes after it."""
    return log.stream(standing.entry.id)[-1][1].revision


def _changed(fact: Kind, changes: dict[str, Any], clear: list[str]) -> dict[str, Any]:
    """The whole fact with some fields changed and some left out. A new place takes nothing over from the old one."""
    values: dict[str, Any] = msgspec.to_builtins(fact)
    fields = fields_of(type(fact))
    parts = fields_of(Place).keys() - fields.keys()
    if isinstance(values.get("place"), dict) and "place" not in changes:
        values["place"] = {name: value for name, value in values["place"].items() if name not in changes}
    for written in clear:
        name = written.replace("-", "_")
        if name not in fields.keys() | parts:
            raise Usage(f"--clear {written}: no field of {values['kind']}; it has {', '.join(fields)}")
        if name in parts:
            values.get("place", {}).pop(name, None)
        else:
            values.pop(name, None)
    for name, given in changes.items():
        if name in fields and fields[name].shape == "figures":
            changes = changes | {name: _restated(values.get(name, []), given)}
    return values | changes


def _restated(old: list[dict[str, Any]], given: Any) -> Any:  # noqa: ANN401
    """New numbers for figures that were there: what they cover stays as it was, unless there are others now.

    A number given by an option says nothing of measure, moment, period, incidents or definition.
    """
    try:
        new = read_figures(given)
    except FigureError:
        return given  # intake names what is wrong with it
    kept = []
    for figure in new:
        same = [each for each in old if each.get("victims", "all") == figure.victims]
        before = same[0] if len(same) == 1 else old[0] if len(old) == len(new) == 1 else {}
        kept.append({name: before[name] for name in _COVERAGE if name in before} | msgspec.to_builtins(figure))
    return kept


def _only_fact(file: Path) -> Raw:
    """The one fact of a file. Raises Rejected for its problems, Refused for more facts than one."""
    facts, problems = 0, Problems()
    fact: Raw | None = None
    for each in read_file(file):
        if isinstance(each, Problem):
            problems.add(each)
        else:
            facts, fact = facts + 1, each
    if problems.count:
        raise Rejected(problems.first, problems.count)
    if fact is None or facts != 1:
        raise Refused(f"{file} holds {facts} facts; expected the one that is corrected")
    return fact


def _around(raw: Raw, said: dict[str, Any]) -> Raw:
    """A correction to what `raw` says, whose problems still name the lines of its file."""
    lines = {"now": raw.line or 1} | {f"now.{path}": line for path, line in raw.lines.items() if path}
    now_ = {name: value for name, value in raw.values.items() if name != "id"} | {"kind": raw.kind}
    return raw._replace(
        kind=_CORRECTED,
        values={**{name: value for name, value in said.items() if value is not None}, "now": now_},
        lines=lines,
    )


def _expecting(batch: Batch, seen: int) -> Batch:
    """The batch with its correction bound to the revision that was seen: another one in between is not lost."""
    return batch._replace(drafts=[msgspec.structs.replace(draft, expects=seen) for draft in batch.drafts])


# --- edit


def edit(
    fact: Fact,
    *,
    nature: Annotated[
        CorrectionNature | None,
        typer.Option("--nature", help="who was wrong: the source, our entry, or our reading of it"),
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="why; default: the editor asks")
    ] = None,
    directory: Directory = None,
    by: By = None,
    dry_run: DryRun = False,
) -> None:
    """Open a fact in an editor, and append what was changed as a correction.

    The editor is $VISUAL, else $EDITOR, else vi. What cannot be appended is kept in a file, so that nothing is lost.
    """
    editor = _editor()
    with open_log(directory) as log:
        standing = _standing(log, fact)
        seen = _revision(log, standing)
    text = _draft_of(standing, str(nature or ""), reason or "")
    path, edited = _edited(editor, text)
    if edited == text or not edited.strip():
        path.unlink()
        say("nothing was changed; nothing to do")
        return
    try:
        _append_edited(path, standing, seen, directory, by, dry_run=dry_run)
    except Refused:
        warn(f"your text is saved in {path}; correct it and append it with: chronology append {path}")
        raise
    path.unlink()


def _editor() -> list[str]:
    """The command that edits. Raises Usage when nobody could be at it."""
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not named and not sys.stdin.isatty():
        raise Usage("edit needs a terminal, or an editor in EDITOR; elsewhere use chronology correct")
    try:
        return shlex.split(named or "vi")
    except ValueError as error:
        raise Usage(f"EDITOR is {named!r}: {error}; expected a command such as vi") from error


def _draft_of(standing: Standing, nature: str, reason: str) -> str:
    """The correction to be filled in, as a file that `append` reads."""
    correction = FactCorrected(
        fact=standing.entry.id,
        nature=CorrectionNature.READING,
        reason=reason or "-",
        now=msgspec.Raw(msgspec.json.encode(standing.fact)),
    )
    lines = to_toml(correction).splitlines()
    head = [
        "# Change the fact below, say why, save and close. To change nothing, close without saving.",
        f"[[{_CORRECTED}]]",
        f"fact = {msgspec.json.encode(standing.entry.id).decode()}",
        f"nature = {msgspec.json.encode(nature).decode()}  # source, entry or reading: who was wrong",
        next(line for line in lines if line.startswith("reason = ")) if reason else 'reason = ""',
        "",
    ]
    return "\n".join([*head, *lines[lines.index(f"[{_CORRECTED}.now]") :]]) + "\n"


def _edited(editor: list[str], text: str) -> tuple[Path, str]:
    """Open the text in the editor; return the edited text, and its file. Raises Refused when the editor failed."""
    handle, name = tempfile.mkstemp(prefix="chronology-edit-", suffix=".toml")
    path = Path(name)
    with open(handle, "w", encoding="utf-8") as stream:  # noqa: PTH123  a handle, not a path
        stream.write(text)
    try:
        ended = subprocess.run([*editor, name], check=False).returncode  # noqa: S603  the user's own editor
    except OSError as error:
        path.unlink()
        raise Usage(f"the editor {editor[0]} does not start: {error.strerror}; set EDITOR to one that does") from error
    if ended and path.read_text(encoding="utf-8", errors="surrogateescape") == text:
        path.unlink()
        raise Refused(f"{editor[0]} ended with {ended}; nothing was changed")
    if ended:
        raise Refused(f"{editor[0]} ended with {ended}; nothing was appended, your text is saved in {path}")
    try:
        return path, path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}; nothing was appended") from error


def _append_edited(
    path: Path, standing: Standing, seen: int, directory: Path | None, by: str | None, *, dry_run: bool
) -> None:
    with open_log(directory) as log:
        batch = read_batch(read_file(path, InputFormat.TOML), log)
        for draft in batch.drafts:
            if not isinstance(draft.fact, FactCorrected) or draft.fact.fact != standing.entry.id:
                raise Refused(f"expected one correction of {standing.entry.id}; append other facts from files")
        if [now(cast("FactCorrected", draft.fact)) for draft in batch.drafts] == [standing.fact]:
            say(f"{standing.entry.id} reads as before; nothing to do")
            return
        record(log, _expecting(batch, seen), by=by, dry_run=dry_run)
