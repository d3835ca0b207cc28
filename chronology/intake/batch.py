"""Facts among each other, and among those of the log: ids, names, references. The last step before the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from operator import itemgetter
from typing import Any, Final, NamedTuple

import msgspec

from chronology.collector import collector_paused
from chronology.errors import Problem, Problems, Refused, Rejected
from chronology.intake.earlier import Earlier
from chronology.intake.facts import read_fact
from chronology.intake.hints import hints, warnings
from chronology.intake.known_names import Names, names_of
from chronology.intake.raw import Raw
from chronology.intake.references import References, circles
from chronology.intake.rewriting import rewritten
from chronology.log import Draft, DraftRefused, Log
from chronology.log.judge import checked_id
from chronology.log.names_used import names_met, names_used
from chronology.vocabulary import KINDS, Category, Kind, Naming, Role, fields_of, name_key
from chronology.vocabulary.kinds.curation import FactCorrected, FactDisputed, FactRetracted
from chronology.vocabulary.kinds.datasets import DatasetImported

__all__ = ["Batch", "read_batch", "same_as"]

_UNREAD: Final = -1
_NAMED_WITH: Final = {Role.OPERATION: "operation_named", Role.INCIDENT: "incident_named"}


class Batch(NamedTuple):
    """A batch that was read: `drafts` for the log, `notes` and `warnings` for its author, and `problems`.

    With any problem there are no drafts: all of it is appended or nothing. `raws` stand beside the drafts. Of many
    problems these are the first; `problem_count` says how many there are.
    """

    drafts: list[Draft]
    raws: list[Raw]
    notes: list[str]
    problems: list[Problem]
    warnings: list[str]
    problem_count: int = 0

    def checked(self) -> Batch:
        """This batch. Raises Rejected for one with problems."""
        if self.problems:
            raise Rejected(self.problems, self.problem_count)
        return self

    def rejected_by(self, error: DraftRefused) -> Rejected:
        """The refusal of the log, with the place in the file that it came from."""
        return Rejected([self.raws[error.index].problem("", str(error))])


def read_batch(
    given: Iterable[Raw | Problem],
    log: Log,
    *,
    defaults: dict[str, Any] | None = None,
    new_names: Iterable[str] = (),
) -> Batch:
    """Read facts into drafts. Problems are values: all of them are found, nothing is raised but by the log itself.

    `defaults` are fields for every fact that can hold them and does not; `new_names` are names near known ones that
    are meant as they are.
    """
    return _Reader(log, new_names).read(given, defaults or {})


def same_as(log: Log, ref: str) -> dict[str, Any]:
    """Operation, incidents and place of a fact, as defaults. Raises Refused for a fact with none of them."""
    id = log.resolve(ref).id  # noqa: A001
    standing = log.standing(id)
    if standing is None:
        raise Refused(f"{id} was retracted; name a fact in force")
    given: dict[str, Any] = msgspec.to_builtins(standing.fact)
    found = {str(name): given[name] for name in ("operation", "incidents", "place") if name in given}
    if not found:
        raise Refused(f"{id} has no operation, incidents or place; name another fact, or write them out")
    return found


class _Reader:
    """One batch on its way."""

    def __init__(self, log: Log, new_names: Iterable[str]) -> None:
        self._log = log
        self._names = Names(log, new_names, lambda name: name in self._ids or name in self._ids_of_log)
        self._problems = Problems()
        self._drafts: list[Draft] = []
        self._raws: list[Raw] = []
        self._ids: dict[str, int] = {}
        self._ids_of_log: frozenset[str] = frozenset()

    def read(self, given: Iterable[Raw | Problem], defaults: dict[str, Any]) -> Batch:
        with collector_paused():
            return self._read(given, defaults)

    def _read(self, given: Iterable[Raw | Problem], defaults: dict[str, Any]) -> Batch:
        for each in given:
            if isinstance(each, Problem):
                self._problems.add(each)
            else:
                self._take(_with_defaults(each, defaults) if defaults else each)
        # A name may be declared, and a fact named, further down than it is used.
        namings = [(index, draft.fact) for index, draft in enumerate(self._drafts) if isinstance(draft.fact, Naming)]
        for _, naming in namings:
            self._names.declare(naming)
        self._check_aliases(namings)
        references = References(self._log, self._ids)
        settled = self._settle_names()
        self._drafts = [
            draft if settled and not _refers(draft.fact) else self._connected(index, draft, references)
            for index, draft in enumerate(self._drafts)
        ]
        self._check_disputes()
        if not self._problems.count:
            self._check_circles()
        if self._problems.count:
            return Batch([], [], [], _in_order(self._problems.first), [], self._problems.count)
        today = datetime.now(UTC).date()
        notes = [f"{self._called(index)}: {hint}" for index, draft in self._each() for hint in hints(draft.fact)]
        earlier = Earlier(self._log, self._drafts, {name for names in self._names.new.values() for name in names})
        doubts = [
            f"{self._called(index)}: {doubt}"
            for index, draft in self._each()
            for doubt in (*warnings(draft.fact, today), *earlier.doubts(draft, self._called(index)))
        ]
        return Batch(self._drafts, self._raws, self._names.notes() + notes, [], self._names.warnings + doubts)

    def _each(self) -> Iterator[tuple[int, Draft]]:
        return enumerate(self._drafts)

    def _called(self, index: int) -> str:
        """A fact as a reader finds it again: its id, else where it stands, else its kind."""
        raw, draft = self._raws[index], self._drafts[index]
        where = f"{raw.file}:{raw.line}" if raw.file is not None and raw.line is not None else str(raw.kind)
        return draft.id or where

    # --- each fact by itself

    def _take(self, raw: Raw) -> None:
        fact, problems = read_fact(raw)
        for each in problems:
            self._problems.add(each)
        id = self._id_of(raw)  # noqa: A001
        if fact is None:
            # What others say of it is right, whatever is wrong inside it.
            if id is not None:
                self._ids.setdefault(id, _UNREAD)
            return
        if isinstance(fact, DatasetImported):
            # It says of the entries before it that it brought them: to retract it would take back a stranger's.
            expected = "an import is recorded by `chronology import`, with what it brought; expected another kind"
            self._problems.add(raw.problem("kind", expected, raw.kind))
        if id is not None:
            if isinstance(fact, FactCorrected):
                expected = "a correction goes by the id of its fact; expected none of its own"
                self._problems.add(raw.problem("id", expected, id))
            first = self._ids.setdefault(id, len(self._drafts))
            if first not in {_UNREAD, len(self._drafts)} and self._drafts[first].fact != fact:
                line = self._raws[first].line
                where = f"{self._raws[first].file} has it on line {line}" if line else "another fact has it"
                self._problems.add(raw.problem("id", "expected an id of its own", id, f"is taken: {where}"))
        self._drafts.append(Draft(fact, id))
        self._raws.append(raw._replace(values={}))

    def _id_of(self, raw: Raw) -> str | None:
        given = raw.values.get("id")
        if given is None:
            return None
        if not isinstance(given, str):
            self._problems.add(raw.problem("id", "expected one such as report-17", given))
            return None
        try:
            return checked_id(given)
        except Refused as error:
            self._problems.add(raw.problem("id", "expected one such as report-17", what=str(error)))
            return None

    # --- the facts among each other

    def _check_aliases(self, namings: list[tuple[int, Naming]]) -> None:
        """An alias leads to one name: it cannot be declared by two."""
        owners = self._owners({type(naming) for _, naming in namings if getattr(naming, "aliases", ())})
        for index, naming in namings:
            declared = names_of(naming)
            name = getattr(naming, "name", None)
            if name is None:
                continue
            for place, (role, alias) in enumerate(declared):
                owner = owners.setdefault((role, name_key(alias)), name)
                if name_key(owner) != name_key(name):
                    path = f"aliases[{place - 1}]" if place else "name"
                    what = f"is {owner} or an alias of it already"
                    self._problems.add(self._raws[index].problem(path, f"expected a name of {name} alone", alias, what))

    def _owners(self, kinds: set[type[Naming]]) -> dict[tuple[Role, str], str]:
        """Of each name and alias that the log declares in these kinds, the name it leads to."""
        tags = {str(kind.__struct_config__.tag) for kind in kinds}
        owners: dict[tuple[Role, str], str] = {}
        if not tags:
            return owners
        for id in {entry.id for _, entry in self._log.entries() if entry.kind in tags}:  # noqa: A001
            standing = self._log.standing(id)
            if standing is not None and isinstance(standing.fact, Naming):
                (_, name), *_ = declared = names_of(standing.fact)
                owners |= {(role, name_key(alias)): name for role, alias in declared}
        return owners

    def _settle_names(self) -> bool:
        """Look up all names of the batch, in its order; whether all of them stay as they are written."""
        used = names_used(((index, draft.fact) for index, draft in enumerate(self._drafts)), names_met())
        named = [(Role(role), name) for _, role, name in sorted(used, key=itemgetter(0))]
        with self._log.reading():
            self._ids_of_log = self._log.ids_among({name for role, name in named if role is Role.INCIDENT})
            self._names.look_up(named)
        return self._names.settle(named)

    def _connected(self, index: int, draft: Draft, references: References) -> Draft:
        """The draft with its names as they are known, and its references as full ids."""
        raw, fact = self._raws[index], draft.fact

        def change(path: str, role: Role, written: str) -> str:
            if (role, written) in self._names.settled:
                return written
            if role.is_name:
                return self._name(raw, path, role, written)
            return self._reference(raw, path, written, draft, references)

        if isinstance(fact, FactRetracted) and fact.fact is not None:
            fact = _retracting(fact, references)
        fact = rewritten(fact, change)
        return draft if fact is draft.fact else Draft(fact, draft.id, draft.expects)

    def _name(self, raw: Raw, path: str, role: Role, written: str) -> str:
        match = self._names.match(role, written)
        if match.nearly is not None:
            declare = f"declare it with {_NAMED_WITH[role]}, or " if role in _NAMED_WITH else ""
            way = f'{declare}pass --new-name "{written}"'
            known = "group of victims" if role is Role.VICTIMS else role
            expected = f"expected a known {known}: did you mean {match.nearly}? If it is another, {way}"
            self._problems.add(raw.problem(path, expected, written))
        return match.spelling

    def _reference(self, raw: Raw, path: str, written: str, draft: Draft, references: References) -> str:
        try:
            target = references.resolve(written)
        except Refused as error:
            self._problems.add(raw.problem(path, f"expected an entry: {error}", written))
            return written
        if target.id == draft.id and not path.startswith("supersedes"):
            self._problems.add(raw.problem(path, "expected another entry", written, "is this one itself"))
        return target.id

    def _check_disputes(self) -> None:
        """A dispute of a category is about figures that the fact has."""
        corrected = {draft.fact.fact for draft in self._drafts if isinstance(draft.fact, FactCorrected)}
        for index, draft in enumerate(self._drafts):
            said = draft.fact
            if not isinstance(said, FactDisputed) or said.category is None or said.fact in corrected:
                continue
            at = self._ids.get(said.fact, _UNREAD)
            standing = self._log.standing(said.fact) if at == _UNREAD and said.fact not in self._ids else None
            fact = self._drafts[at].fact if at != _UNREAD else standing.fact if standing else None
            if fact is not None and not getattr(fact, said.category, ()):
                has = ", ".join(each for each in Category if getattr(fact, each, ()))
                expected = f"expected {has}, or no category" if has else "expected no category"
                what = f"is none of the figures of {said.fact}"
                self._problems.add(self._raws[index].problem("category", expected, str(said.category), what))

    def _check_circles(self) -> None:
        for index, ids in circles(self._drafts, self._log):
            path = "now.supersedes" if isinstance(self._drafts[index].fact, FactCorrected) else "supersedes"
            way = " → ".join([*ids, ids[0]])
            what = f"goes in a circle: {way}" if len(ids) > 1 else "is the fact itself"
            self._problems.add(self._raws[index].problem(path, "expected facts that do not rest on it", what=what))


def _retracting(fact: FactRetracted, references: References) -> FactRetracted:
    """A retraction of one revision, where the reference names just one of several; problems are found later."""
    try:
        target = references.resolve(fact.fact)
    except Refused:
        return fact
    return msgspec.structs.replace(fact, revision=target.revision) if fact.revision is None else fact


def _refers(fact: Kind) -> bool:
    """True if a fact names entries, or has another fact in it."""
    return any(getattr(fact, attribute) for attribute in _referring(type(fact)))


@cache
def _referring(kind: type[Kind]) -> tuple[str, ...]:
    fields = fields_of(kind).values()
    return tuple(each.attribute for each in fields if each.role is Role.ENTRY or each.shape == "fact")


def _with_defaults(raw: Raw, defaults: dict[str, Any]) -> Raw:
    """The fact with what it leaves out, as far as its kind has such fields."""
    kind = KINDS.get(raw.kind) if isinstance(raw.kind, str) else None
    if kind is None:
        return raw
    fields = fields_of(kind)
    held = {name: value for name, value in defaults.items() if name in fields and name not in raw.values}
    return raw._replace(values={**held, **raw.values})


def _in_order(problems: list[Problem]) -> list[Problem]:
    """By file as they were given, then by line."""
    files = {file: number for number, file in enumerate(dict.fromkeys(problem.file for problem in problems))}
    return sorted(problems, key=lambda each: (files[each.file], each.line or 0))
