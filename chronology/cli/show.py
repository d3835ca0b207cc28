"""Verbs that read the log itself; what is computed from it is asked for with query and its kin."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any, Final

import msgspec
import typer

from chronology.cli.options import Directory, Limit, OutputFile, OutputFormat, RawCsv, open_folder, open_log
from chronology.cli.output import Format, opened, say, warn, write_lines, write_rows
from chronology.errors import Usage
from chronology.intake.writing import value_to_toml
from chronology.log import Entry, Folder, Log, decode, encode, now, reading
from chronology.vocabulary import KINDS, Decision, Kind, Naming, Place, fields_of
from chronology.vocabulary.kinds.curation import FactCorrected
from chronology.vocabulary.near import did_you_mean

__all__ = ["log", "show", "status"]

_TABLE_LIMIT: Final = 50
_MOST_ABOUT: Final = 100
_LOG_COLUMNS: Final = ("position", "recorded_at", "recorded_by", "kind", "fact", "revision", "about")
_encode: Final = msgspec.json.encode


# --- log


def log(  # noqa: PLR0917 - typer passes by name
    directory: Directory = None,
    limit: Limit = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="KIND", help="only entries of this kind")] = None,
    format: OutputFormat = Format.TABLE,  # noqa: A002
    output: OutputFile = None,
    raw: RawCsv = False,
) -> None:
    """List the entries of the log, newest first.

    A table shows the last 50 unless --limit says otherwise; 0 is all. As jsonl, these are the lines of the log itself,
    in its own order.
    """
    if kind is not None and kind not in KINDS:
        raise Usage(f"--kind {kind}: no such kind; {did_you_mean(kind, KINDS, 'see chronology kinds')}")
    most = limit if limit is not None else (_TABLE_LIMIT if format is Format.TABLE else 0)
    with open_log(directory, read_only=True) as opened_log:
        found = (each for each in opened_log.entries(newest_first=True) if kind in (None, each[1].kind))
        chosen = islice(found, most or None)
        if format is Format.JSONL:
            with opened(output) as stream:
                write_lines((encode(entry).decode() for _, entry in reversed(list(chosen))), stream)
            return
        write_rows(_LOG_COLUMNS, (_log_row(position, entry) for position, entry in chosen), format, output, raw=raw)
        if limit is None and most and next(found, None):
            warn(f"the last {most} entries; --limit 0 shows all")


def _log_row(position: int, entry: Entry) -> tuple[object, ...]:
    where = f"position {position}"
    about = " ".join(_about(reading(entry, where)).split())
    about = about if len(about) <= _MOST_ABOUT else f"{about[: _MOST_ABOUT - 1]}…"
    return position, entry.recorded_at, entry.recorded_by, entry.kind, entry.id, entry.revision, about


def _about(fact: Kind) -> str:
    """A fact in a few words: who says it, of when and where; of a name or a decision, what it is about."""
    given: dict[str, Any] = msgspec.to_builtins(now(fact) if isinstance(fact, FactCorrected) else fact)
    if isinstance(fact, Decision) and not isinstance(fact, FactCorrected):
        names = given.get("fact") or given.get("name") or ", ".join(given.get("incidents") or given.get("actors") or ())
        return f"{names}: {given['reason']}"
    if isinstance(fact, Naming) or "name" in given:
        return ", ".join([given["name"], *given.get("aliases", ())])
    place = given.get("site") or given.get("territory") or (given.get("place") or {}).get("name")
    when = given.get("occurred") or given.get("published")
    return ", ".join(filter(None, [given.get("source"), when, place, given.get("operation")]))


# --- show


def show(
    fact: Annotated[str, typer.Argument(metavar="FACT", help="its id, a unique beginning of its id, or its position")],
    directory: Directory = None,
    format: OutputFormat = Format.TABLE,  # noqa: A002
    output: OutputFile = None,
) -> None:
    """Show a fact, its revisions, and the decisions about it."""
    with open_log(directory, read_only=True) as opened_log:
        described = _described(opened_log, opened_log.resolve(fact).id)
    with opened(output) as stream:
        if format is Format.TABLE:
            write_lines(_written(described), stream)
        elif format in {Format.JSON, Format.JSONL}:
            write_lines([_encode(described).decode()], stream)
        else:
            raise Usage("show has two formats: table and json")


def _described(opened_log: Log, id: str) -> dict[str, Any]:  # noqa: A002
    """All there is to say of a fact, in plain values."""
    stream = opened_log.stream(id)
    standing = opened_log.standing(id)
    revisions = []
    before: dict[str, Any] | None = None
    for position, entry in stream:
        fact = reading(entry, f"position {position}")
        reads = now(fact) if isinstance(fact, FactCorrected) else fact
        said: dict[str, Any] = msgspec.to_builtins(reads)
        retracted_at = opened_log.retracted(id, entry.revision)
        decision = {name: getattr(fact, name) for name in ("nature", "reason", "because")} if reads is not fact else {}
        revisions.append(
            {
                "revision": entry.revision,
                "position": position,
                "recorded_at": entry.recorded_at,
                "recorded_by": entry.recorded_by,
                "retracted_at": retracted_at,
                **decision,
                "changed": _changes(before, said) if before is not None else [],
                "fact": said,
            }
        )
        if retracted_at is None or before is None:
            # What was taken back is nothing that a later revision changed.
            before = said
    return {
        "fact": id,
        "kind": revisions[-1]["fact"]["kind"],
        "retracted_at": opened_log.retracted(id) if standing is None else None,
        "reads": msgspec.to_builtins(standing.fact) if standing else None,
        "revisions": revisions,
        "mentioned_by": list(_mentions(opened_log, id)),
    }


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Field by field, what it was and what it became; None for nothing."""
    return [
        {"field": name, "was": before.get(name), "is": after.get(name)}
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name)
    ]


def _mentions(opened_log: Log, id: str) -> Iterator[dict[str, Any]]:  # noqa: A002
    """The entries that name this one: what was decided about it, what rests on it, what supersedes it."""
    needle = _encode(id)
    for position, line in opened_log.lines():
        # Few lines hold the id at all, and only those are read.
        if needle not in line:
            continue
        entry = decode(line, f"position {position}")
        fact = reading(entry, f"position {position}")
        if entry.id == id:
            continue
        roles = [
            field.name
            for field in fields_of(type(fact)).values()
            if field.role == "entry" and id in _listed(getattr(fact, field.attribute))
        ]
        if roles:
            yield {
                "position": position,
                "kind": entry.kind,
                "fact": entry.id,
                "as": roles[0],
                "reason": getattr(fact, "reason", None),
                "retracted_at": opened_log.retracted(entry.id, entry.revision),
            }


def _listed(value: Any) -> tuple[str, ...]:  # noqa: ANN401
    return value if isinstance(value, tuple) else (value,)


def _written(described: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a fact for people."""
    yield f"{described['fact']}  {described['kind']}"
    if described["reads"] is None:
        yield f"retracted at position {described['retracted_at']}; it read:"
    yield from _fields(described["reads"] or described["revisions"][-1]["fact"])
    for each in reversed(described["revisions"]):
        yield ""
        yield from _revision(each)
    if described["mentioned_by"]:
        yield ""
    for each in described["mentioned_by"]:
        reason = f": {each['reason']}" if each["reason"] else ""
        line = f"{each['position']}  {each['kind']}  {each['fact']}  {each['as']}{reason}{_undone(each)}"
        yield line.replace("\n", " ")


def _revision(each: dict[str, Any]) -> Iterator[str]:
    by = f" by {each['recorded_by']}" if each["recorded_by"] else ""
    recorded = f"{each['recorded_at']:%Y-%m-%d %H:%M}Z{by}"
    yield f"revision {each['revision']}  position {each['position']}, {recorded}{_undone(each)}"
    if "reason" in each:
        rests = f" (because {', '.join(each['because'])})" if each["because"] else ""
        yield f"  {each['nature']}: {each['reason']}{rests}".replace("\n", " ")
    for change in each["changed"]:
        was, now_is = (_written_value(each["fact"]["kind"], change["field"], change[side]) for side in ("was", "is"))
        yield f"  {change['field']}: {was} → {now_is}"


def _undone(each: dict[str, Any]) -> str:
    return f", retracted at position {each['retracted_at']}" if each["retracted_at"] else ""


def _fields(said: dict[str, Any]) -> Iterator[str]:
    most = max(map(len, said))
    for name, value in said.items():
        if name != "kind":
            yield f"  {name:<{most}}  {_written_value(said['kind'], name, value)}"


def _written_value(kind: str, name: str, value: object) -> str:
    """The value of a field as people write it; a text without quotes. Another kind before may have had other fields."""
    field = fields_of(KINDS[kind]).get(name)
    if value is None or isinstance(value, str) or field is None:
        return "nothing" if value is None else str(value).replace("\n", " ")
    read = msgspec.convert(value, field.type)
    if isinstance(read, Place):
        return ", ".join(str(part) for part in msgspec.structs.astuple(read) if part is not None)
    return ", ".join(value_to_toml(each) for each in read) if isinstance(read, tuple) else value_to_toml(read)


# --- status


def status(
    directory: Directory = None,
    format: OutputFormat = Format.TABLE,  # noqa: A002
    raw: RawCsv = False,
) -> None:
    """Show the chronology's name, location, size and last entry."""
    folder = open_folder(directory)
    with open_log(directory, read_only=True) as opened_log:
        head = opened_log.head
        begins = opened_log.begins_at
        found: dict[str, object] = {
            "name": folder.name,
            "folder": str(folder.path),
            "log": str(folder.log_path),
            "head": head,
            "begins": begins,
            "last_recorded": opened_log.at(head).recorded_at if head else None,
            "retractions": len(opened_log.retractions()),
        }
    found |= _views(folder)
    if format is Format.TABLE:
        most = max(map(len, found))
        for name, value in found.items():
            text = f"{value:%Y-%m-%d %H:%M:%S}Z" if name in {"begins", "last_recorded"} and value else value
            say(f"{name.replace('_', ' '):<{most}}  {'' if text is None else text}".rstrip())
        return
    write_rows(list(found), [list(found.values())], format, raw=raw)


def _views(folder: Folder) -> dict[str, object]:
    """A line on how far the views are; they are not refreshed, and views that were not made here are not opened."""
    if not folder.views_path.exists():
        return {"views_at": None, "facts": None}
    from projections.asking.opening import open_at
    from projections.store.provenance import why_not_ours

    if why_not_ours(folder.views_path):
        return {"views_at": None, "facts": None}

    with open_at(folder, None) as session:
        (count,) = session.rows("select count(*) as facts from facts")
        return {"views_at": session.cursor.head, "facts": count["facts"]}
