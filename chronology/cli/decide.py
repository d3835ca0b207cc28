"""Verbs that decide about facts, sources and incidents: each an entry with a reason, each undone by `retract`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from chronology.cli.correct import Because, Fact, Published, Reason, decide, decide_all
from chronology.cli.options import By, Directory, DryRun, open_log
from chronology.cli.output import shown
from chronology.errors import Problem, Refused, Rejected, Usage
from chronology.log import Log
from chronology.vocabulary import Category, Role, name_key
from chronology.vocabulary.kinds.curation import Reliability

__all__ = ["assess", "dispute", "merge", "separate"]

Names = Annotated[
    list[str] | None, typer.Argument(metavar="NAME NAME…", help="incidents: by name, or the id of a fact")
]
MarkedFile = Annotated[
    Path | None,
    typer.Option("--file", metavar="FILE", help="a list of `chronology duplicates --to`, marked with yes and no"),
]


def dispute(
    fact: Fact,
    *,
    reason: Reason,
    category: Annotated[
        Category | None, typer.Option("--category", help="only figures of this category; default: the whole fact")
    ] = None,
    because: Because = None,
    published: Published = None,
    directory: Directory = None,
    by: By = None,
    dry_run: DryRun = False,
) -> None:
    """Dispute a fact, or one category of its figures; it stays visible but does not count.

    A number the source itself took back is no dispute: chronology correct, or retract.
    """
    given = {"fact": fact, "category": category and str(category), "reason": reason, "because": because}
    with open_log(directory) as log:
        log.resolve(fact)
        decide(log, "fact_disputed", {**given, "published": published}, by=by, dry_run=dry_run)


def assess(
    fact: Annotated[str | None, typer.Argument(metavar="[FACT]", help="the fact, with --credibility")] = None,
    *,
    reason: Reason,
    credibility: Annotated[
        int | None, typer.Option("--credibility", min=1, max=6, help="of a fact: 1 confirmed … 5 improbable, 6 unknown")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="NAME", help="the source, with --reliability")
    ] = None,
    reliability: Annotated[
        Reliability | None, typer.Option("--reliability", help="of a source: A always … E never, F unknown")
    ] = None,
    because: Because = None,
    directory: Directory = None,
    by: By = None,
    dry_run: DryRun = False,
) -> None:
    """Rate how credible a fact is, or how reliable a source, on the NATO scale.

    The better rated is preferred where a best figure is chosen.
    """
    of_fact, of_source = (fact, credibility), (source, reliability)
    if (None in of_fact and None in of_source) or (of_fact != (None, None) and of_source != (None, None)):
        raise Usage("expected FACT --credibility 1…6, or --source NAME --reliability A…F")
    with open_log(directory) as log:
        if fact is not None:
            log.resolve(fact)
            given: dict[str, Any] = {"fact": fact, "credibility": credibility}
            kind = "fact_assessed"
        else:
            given = {"name": _known(log, Role.SOURCE, str(source)), "reliability": reliability and str(reliability)}
            kind = "source_assessed"
        decide(log, kind, {**given, "reason": reason, "because": because}, by=by, dry_run=dry_run)


def merge(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME NAME…", help="incidents, by name or the id of a fact; with --actors actors"),
    ] = None,
    *,
    reason: Reason,
    file: MarkedFile = None,
    into: Annotated[
        str | None, typer.Option("--into", metavar="NAME", help="the name to keep; default: the first")
    ] = None,
    actors: Annotated[bool, typer.Option("--actors", help="the names are actors, not incidents")] = False,
    because: Because = None,
    directory: Directory = None,
    by: By = None,
    dry_run: DryRun = False,
) -> None:
    """Record that incidents (or actors) are one and the same, so that each figure counts once.

    With --file, all pairs that a list of chronology duplicates marks with yes; a reason there goes before --reason.
    """
    if file is not None:
        if names or into or actors or because:
            raise Usage("--file says which incidents are one; give no names, and no other options")
        _decide_marked(directory, file, "incidents_merged", reason, by=by, dry_run=dry_run)
        return
    role = Role.ACTOR if actors else Role.INCIDENT
    with open_log(directory) as log:
        given = {
            "actors" if actors else "incidents": _different(log, role, names or []),
            "into": into if into is None else _known(log, role, into),
        }
        kind = "actors_merged" if actors else "incidents_merged"
        decide(log, kind, {**given, "reason": reason, "because": because}, by=by, dry_run=dry_run)


def separate(
    names: Names = None,
    *,
    reason: Reason,
    file: MarkedFile = None,
    because: Because = None,
    directory: Directory = None,
    by: By = None,
    dry_run: DryRun = False,
) -> None:
    """Record that incidents were compared and are not the same; they are no longer suggested as duplicates.

    With --file, all pairs that a list of chronology duplicates marks with no; a reason there goes before --reason.
    """
    if file is not None:
        if names or because:
            raise Usage("--file says which incidents are not one; give no names, and no other options")
        _decide_marked(directory, file, "incidents_separated", reason, by=by, dry_run=dry_run)
        return
    with open_log(directory) as log:
        given = {"incidents": _different(log, Role.INCIDENT, names or []), "reason": reason, "because": because}
        decide(log, "incidents_separated", given, by=by, dry_run=dry_run)


def _decide_marked(
    directory: Path | None, file: Path, kind: str, reason: str, *, by: str | None, dry_run: bool
) -> None:
    """Append a decision for each pair that a list marks, all of them or nothing."""
    from chronology.cli.duplicates import marked

    pairs = marked(file, same=kind == "incidents_merged")
    problems, given = [], []
    with open_log(directory) as log:
        for each in pairs:
            try:
                names = _different(log, Role.INCIDENT, [each.incident, each.other])
            except (Refused, Usage) as error:
                problems.append(Problem(file.name, each.line, "", "", str(error)))
                continue
            given.append({"incidents": names, "reason": each.reason or reason})
        if problems:
            raise Rejected(problems)
        decide_all(log, kind, given, by=by, dry_run=dry_run)


def _different(log: Log, role: Role, names: list[str]) -> list[str]:
    known = [_known(log, role, name) for name in names]
    if len({name_key(name) for name in known}) < 2:
        raise Usage(f"expected at least two {role}s, found {', '.join(shown(name) for name in names)}")
    return known


def _known(log: Log, role: Role, name: str) -> str:
    """The name as the log has it; of an incident, also the fact that is one by itself. Raises Refused for others."""
    names = log.names(role)
    if name_key(name) in names:
        return names[name_key(name)]
    if role is Role.INCIDENT:
        try:
            return log.resolve(name).id
        except Refused:
            pass
    near = log.near(role, name_key(name), 2)
    hint = f"did you mean {near[0]}?" if near else f"the view {role}s lists those there are"
    raise Refused(f"no fact names the {role} {shown(name)}; {hint}")
