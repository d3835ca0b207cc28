"""The figures of a component as its entries come and go; what a change does not touch is carried over.

Rules 1 to 3 need no more than the figures of one *subject*, and where its incidents lie: so from one moment to the
next only the subjects are settled anew of which something was said, taken back, or decided.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from chronology.casualties.homes import Home, Tree, mentions_of, settle_home
from chronology.casualties.policy import Policy
from chronology.casualties.regions import Region, regions_of
from chronology.casualties.standing import Entry, Names
from chronology.casualties.statements import (
    Decided,
    Series,
    Statement,
    date_repeats,
    decided_in,
    decides,
    mark_parts,
    statements_of,
)
from chronology.casualties.voices import Slip, Supersessions, settle_voices
from chronology.casualties.wholes import Wholes, lifted_from
from chronology.vocabulary import name_key

__all__ = ["Ledger", "Subject"]

Key = tuple[object, ...]

_MANY = 8
"""Subjects with more figures are not settled anew where one more bears on no other."""


@dataclass(slots=True)
class Subject:
    """The subject of figures of any group and moment: incidents, a period, an operation up to a moment, its dead."""

    statements: list[Statement] = field(default_factory=list)
    """In the order of the log."""
    slips: list[Slip] = field(default_factory=list)
    on_anothers: list[Statement] = field(default_factory=list)
    counting: dict[Series, list[Statement]] = field(default_factory=dict)
    said: set[tuple[Series, str | None]] = field(default_factory=set)
    regions: dict[Series, list[Region]] = field(default_factory=dict)
    like: set[Key] | None = None
    """Of a subject of which much was said: by what a figure repeats, or stands in for, one that is here."""

    @property
    def first(self) -> tuple[int, int]:
        """The position in the log where it is first mentioned."""
        return (self.statements[0].position, self.statements[0].figure)


class Ledger:
    """The entries of a component in force at a moment, what they say of incidents, and the regions they leave."""

    def __init__(self, names: Names, policy: Policy, category: str | None = None) -> None:
        """With `category`, figures of that category alone: those of others bear on none of its."""
        self.names, self.policy, self.category = names, policy, category
        self.entries: dict[int, Entry] = {}
        self._begin()

    def _begin(self) -> None:
        self.decided: Decided = decided_in(list(self.entries.values()))
        self.tree = Tree(self.decided.parents)
        self.homes: dict[str, Home] = {name: Home(name) for name in self.decided.declared}
        self.subjects: dict[Key, Subject] = {}
        self.wholes = Wholes(())
        self._said: Counter[tuple[Series, str | None]] = Counter()
        self._statements: dict[str, list[Statement]] = {}
        self._supersessions = Supersessions()
        self._placed: dict[Key, list[Statement]] = defaultdict(list)
        self._of_incident: dict[str, set[Key]] = defaultdict(set)
        self._unmarked: set[Key] = set()
        self._new: dict[Key, list[Statement]] = defaultdict(list)
        self._unsettled: set[Key] = set()
        self._unreckoned: set[Key] = set()
        self._unsettled_homes: set[str] = {*self.decided.declared}

    # --- entries come and go

    def change(self, gone: Collection[Entry], came: Collection[Entry]) -> None:
        """Take out entries, take in others, and settle what they touch."""
        for entry in gone:
            del self.entries[entry.position]
        self.entries.update((entry.position, entry) for entry in came)
        if any(decides(entry.fact) for entry in (*gone, *came)):
            self._begin()
            gone, came = (), self.entries.values()
        for entry in gone:
            self._take_out(entry)
        for entry in sorted(came):
            self._take_in(entry)
        self._settle()

    def settle_again(self, regions: Iterable[Region]) -> None:
        """At the next change, settle the subjects of these regions, which were changed after they were made."""
        self._unsettled.update(region.subject for region in regions)

    def _take_in(self, entry: Entry) -> None:
        statements = statements_of(entry, self.decided, self.names, self.policy, self.category)
        self._statements[name_key(entry.id)] = statements
        for one in statements:
            subject = self.subjects.get(one.subject)
            if subject is None:
                subject = self.subjects[one.subject] = Subject()
                for incident in one.incidents:
                    self._of_incident[incident].add(one.subject)
            subject.statements.append(one)
            if len(subject.statements) > 1 and subject.statements[-2].position > one.position:
                subject.statements.sort(key=lambda one: (one.position, one.figure))
                self._unsettled.add(one.subject)
            if one.place is not None and one.kind in {"period", "total"}:
                self._placed[_telling_places(one)].append(one)
                self._unmarked.add(_telling_places(one))
            self._new[one.subject].append(one)
        for incident, mention in mentions_of(entry, self.decided):
            if incident not in self.homes:
                self.homes[incident] = Home(incident)
                self._unreckoned |= self._of_incident[incident]
            self.homes[incident].mentions.append(mention)
            self._unsettled_homes.add(incident)
        self._touch(self._supersessions.add(entry))

    def _take_out(self, entry: Entry) -> None:
        for one in self._statements.pop(name_key(entry.id), ()):
            subject = self.subjects[one.subject]
            subject.statements.remove(one)
            if one.place is not None and one.kind in {"period", "total"}:
                self._placed[_telling_places(one)].remove(one)
                self._unmarked.add(_telling_places(one))
            self._unsettled.add(one.subject)
        for incident, _ in mentions_of(entry, self.decided):
            home = self.homes[incident]
            home.mentions = [mention for mention in home.mentions if mention.fact != entry.id]
            self._unsettled_homes.add(incident)
        self._touch(self._supersessions.remove(entry))

    def _touch(self, facts: Iterable[str]) -> None:
        for fact in facts:
            self._unsettled.update(one.subject for one in self._statements.get(fact, ()))

    # --- what they touch is settled

    def _settle(self) -> None:
        for key in self._unmarked:
            self._mark_parts(self._placed[key])
        for incident in self._unsettled_homes:
            self._settle_home(incident)
        for key, some in self._new.items():
            is_joined = key not in self._unsettled and self._join(self.subjects[key], some)
            (self._unreckoned if is_joined else self._unsettled).add(key)
        for key in self._unsettled:
            self._settle_voices(key)
        wholes = Wholes(said for said, count in self._said.items() if count)
        if wholes != self.wholes:
            self.wholes = wholes
            self._unreckoned.update(self.subjects)
        for key in self._unreckoned | self._unsettled:
            if key in self.subjects and key[1] != "total":
                self._reckon_regions(self.subjects[key])
        for each in (self._unmarked, self._unsettled_homes, self._new, self._unsettled, self._unreckoned):
            each.clear()

    def _mark_parts(self, placed: list[Statement]) -> None:
        before = [one.is_part for one in placed]
        mark_parts(placed)
        self._unsettled.update(one.subject for one, was in zip(placed, before, strict=True) if one.is_part != was)

    def _settle_home(self, incident: str) -> None:
        home = self.homes[incident]
        before = (home.operation, home.days)
        if not home.mentions and incident not in self.decided.declared:
            del self.homes[incident]
        else:
            settle_home(home, *self.decided.declared.get(incident, (None, None)))
        if incident not in self.homes or (home.operation, home.days) != before:
            self._unreckoned |= self._of_incident[incident]

    def _join(self, subject: Subject, some: list[Statement]) -> bool:
        """Let figures be said that neither repeat nor replace another, nor are replaced; tell whether they are such."""
        if subject.like is None or any(one.is_additional or self._superseded_by(one) for one in some):
            return False
        like = [key for one in some for key in _like(one)]
        if len({*like}) < len(like) or not subject.like.isdisjoint(like):
            return False
        subject.like.update(like)
        for one in some:
            if one.reason is None:
                subject.counting[one.series].append(one)
                said = (one.series, one.part_of)
                self._said[said] += said not in subject.said
                subject.said.add(said)
        return True

    def _settle_voices(self, key: Key) -> None:
        subject = self.subjects[key]
        self._said.subtract(subject.said)
        for one in subject.statements:
            one.forget()
        date_repeats(subject.statements)
        subject.slips, subject.on_anothers = settle_voices(subject.statements, self._superseded_by)
        subject.counting = defaultdict(list)
        for one in subject.statements:
            if one.reason is None and one.replaced_by is None:
                subject.counting[one.series].append(one)
        subject.said = {(series, one.part_of) for series, some in subject.counting.items() for one in some}
        self._said.update(subject.said)
        subject.like = None
        if len(subject.statements) > _MANY and not any(one.is_additional for one in subject.statements):
            subject.like = {key for one in subject.statements for key in _like(one)}
        if not subject.statements:
            del self.subjects[key]

    def _superseded_by(self, one: Statement) -> str | None:
        """The last fact that says that it takes the place of a figure."""
        if one.reason is not None or self._supersessions.is_empty:
            return None
        for fact in reversed(self._supersessions.of(name_key(one.fact))):
            for later in self._statements.get(fact, ()):
                numbered = later.reason is None and (later.has_number or later.is_additional)
                if numbered and (later.category, later.victims) == (one.category, one.victims):
                    return later.fact
        return None

    def _reckon_regions(self, subject: Subject) -> None:
        subject.regions = {}
        lifted: dict[Series, list[Statement]] = defaultdict(list)
        for series in self.wholes.order:
            own = [one for one in subject.counting.get(series, ()) if one.kind != "total"]
            if not own and series not in lifted:
                continue
            regions = regions_of(series, own + lifted[series], self.homes, self.tree, self.policy.choice)
            subject.regions[series] = regions
            for whole in self.wholes.of[series]:
                if whole in self.wholes.of:
                    lifted[whole] += lifted_from(regions, whole[1], subject.counting.get(whole, ()))

    # --- what is left

    def let_go(self) -> None:
        """Let regions and their items no longer point at each other: the ledger is not used any more."""
        for subject in self.subjects.values():
            for regions in subject.regions.values():
                for region in regions:
                    region.items.clear()

    def regions(self) -> dict[Series, list[Region]]:
        """The regions of each series, groups before what they are part of, as they are first spoken of."""
        found: dict[Series, list[Region]] = {series: [] for series in self.wholes.order}
        for subject in sorted(self.subjects.values(), key=lambda subject: subject.first):
            for series, regions in subject.regions.items():
                found[series] += regions
        return found

    def totals(self) -> dict[Series, list[Statement]]:
        """The totals of each series that count so far, operation by operation."""
        found: dict[Series, list[Statement]] = defaultdict(list)
        for key, subject in self.subjects.items():
            if key[1] == "total":
                for series, some in subject.counting.items():
                    found[series] += some
        return found


def _like(one: Statement) -> list[Key]:
    """By what figures may repeat, or replace, one another."""
    if one.reason is not None or not one.has_number or one.kind == "outcome":
        return []
    said = one.as_said or one
    moment = one.moment if one.kind == "total" else None
    return [
        ("numbers", *one.series, one.speaker, said.low, said.best, said.high),
        ("region", *one.series, one.region, one.speaker, moment),
    ]


def _telling_places(one: Statement) -> Key:
    """Whose figures say whether one is a part by place."""
    return (one.operation, one.category, one.speaker)
