"""Judging what is to be appended against what is there, inside the transaction that writes it.

Nobody else can write between the look and the leap, so what is judged new is new when it is stored.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from chronology.errors import Refused, Unavailable
from chronology.log.entry import FORMAT, Entry, canonical, content_digest, encode, in_utc, now, tag
from chronology.log.retractions import Retractions, standing_in, streams_of
from chronology.log.store.port import LogRecorder
from chronology.log.store.stored_entries import NewEntry, Stored
from chronology.vocabulary import KINDS, Decision, Kind
from chronology.vocabulary.kinds.curation import FactCorrected, FactRetracted
from chronology.vocabulary.text import can_be_name, unprintable

__all__ = ["Draft", "DraftRefused", "Judge", "Makers", "Outcome", "random_id"]


class Draft(msgspec.Struct, frozen=True, gc=False):
    """A fact to be appended.

    `id` is the key of a stream chosen by who gives the fact; without one, the same fact again is known by its words.
    `expects` is for corrections alone: the revision that was seen when it was written; None takes the present one.
    `restates` is for what a data set says again: it may read as it did (a record that is back), and may be of a fact
    that we took back (which stays taken back).
    """

    fact: Kind
    id: str | None = None
    expects: int | None = None
    restates: bool = False


class Outcome(NamedTuple):
    """The result for a draft: its position, new or known already (`known`).

    `retracted_at` is the position of the retraction that takes a known entry back.
    """

    position: int
    id: str
    revision: int
    kind: str
    known: bool
    retracted_at: int | None


class DraftRefused(Refused):
    """One draft cannot be appended, so none was. `index` counts from 0 in what was given."""

    def __init__(self, index: int, reason: str) -> None:
        self.index = index
        super().__init__(reason)


class Makers(NamedTuple):
    """Sources of times, ids and salts; tests give their own."""

    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    new_salt: Callable[[], bytes]


_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS: Final = [one + two for one in _LETTERS for two in _LETTERS]


def random_id() -> str:
    """Ten random base32 letters: 50 bits from the operating system, never digits alone (that would be a position)."""
    while True:
        number = int.from_bytes(os.urandom(7))
        made = "".join([_PAIRS[number >> shift & 1023] for shift in (0, 10, 20, 30, 40)])
        if not made.isdecimal():
            return made


class _Given(NamedTuple):
    """A draft made ready: its fact as it reads back, the canonical bytes, their digest, and the stream it goes to."""

    draft: Draft
    fact: Kind
    kind: str
    written: bytes
    digest: bytes
    stream: str


class Judge:
    """Appends drafts within one transaction. Raises DraftRefused for one that cannot be; then nothing may be kept.

    `last` is the last position there was when the transaction began.
    """

    def __init__(
        self, recorder: LogRecorder, last: int, retractions: Retractions, makers: Makers, by: str | None
    ) -> None:
        self._recorder, self._last, self._makers, self._by = recorder, last, makers, by
        self._retractions, self._stale = retractions, True
        self._done = 0
        self._new_entries: list[NewEntry] = []
        # What is there, as far as the drafts in hand are concerned; what they add is added here too.
        self._streams: dict[str, list[Stored]] = {}
        self._twins: dict[bytes, list[Stored]] = {}

    def append(self, drafts: Sequence[Draft]) -> list[Outcome]:
        """Judge some drafts in their order, and write those that are new."""
        given = []
        for index, draft in enumerate(drafts, self._done):
            try:
                given.append(self._ready(draft))
            except Refused as error:
                raise DraftRefused(index, str(error)) from error
        self._look_up(given)
        outcomes = []
        for each in given:
            try:
                outcomes.append(self._judge(each))
            except Refused as error:
                raise DraftRefused(self._done, str(error)) from error
            self._done += 1
        self._write()
        return outcomes

    def _ready(self, draft: Draft) -> _Given:
        written, fact = canonical(draft.fact)
        if isinstance(fact, FactCorrected):
            if draft.id not in (None, fact.fact):
                msg = f"a correction is the next revision of {fact.fact}; it cannot have the id {draft.id}"
                raise Refused(msg)
            stream = fact.fact
        elif draft.expects is not None:
            msg = f"only a correction expects a revision, {tag(type(fact))} does not"
            raise Refused(msg)
        else:
            stream = self._makers.new_id() if draft.id is None else checked_id(draft.id)
        return _Given(draft, fact, tag(type(fact)), written, content_digest(written), stream)

    # --- what is there

    def _look_up(self, given: Iterable[_Given]) -> None:
        """Two questions for all drafts in hand, not two for each."""
        streams = {each.stream for each in given}
        streams |= {about for each in given if (about := _about(each.fact)) is not None}
        digests = {each.digest for each in given if each.draft.id is None}
        self._streams, self._twins = defaultdict(list), defaultdict(list)
        for stored in self._recorder.stored_under(streams):
            self._streams[stored.id].append(stored)
        for stored in self._recorder.stored_with(digests):
            self._twins[stored.digest].append(stored)

    def _retracted(self, stream: str, revision: int | None = None, position: int | None = None) -> int | None:
        return self._all_retractions().of(stream, revision, position)

    def _all_retractions(self) -> Retractions:
        if self._stale:
            self._write()
            self._retractions.refresh(self._recorder)
            self._stale = False
        return self._retractions

    # --- the judgement

    def _judge(self, given: _Given) -> Outcome:
        fact = given.fact
        if isinstance(fact, FactCorrected):
            return self._judge_correction(given, fact)
        known = self._known_by_id(given) if given.draft.id is not None else self._known_by_words(given)
        if known is not None:
            return known
        about = _about(fact)
        if about is not None and not self._streams.get(about):
            raise _nothing(about)
        if isinstance(fact, FactRetracted):
            self._may_retract(fact)
        return self._new(given, self._free(given), 1)

    def _known_by_id(self, given: _Given) -> Outcome | None:
        stream = self._streams.get(given.stream)
        if not stream:
            return None
        for stored in stream:
            if stored.digest == given.digest:
                return self._known(stored)
        msg = (
            f"{given.stream} is at revision {stream[-1].revision} with other content; a change is a correction: "
            f"chronology edit {given.stream}"
        )
        raise Refused(msg)

    def _known_by_words(self, given: _Given) -> Outcome | None:
        """The first twin in force, else the first; a decision that was undone may be taken again."""
        twins = self._twins.get(given.digest)
        if not twins:
            return None
        known = [self._known(stored) for stored in twins]
        standing = [each for each in known if each.retracted_at is None]
        if isinstance(given.fact, Decision):
            return next(iter(standing), None)
        return next(iter(standing or known), None)

    def _known(self, stored: Stored) -> Outcome:
        retracted_at = self._retracted(stored.id, stored.revision, stored.position)
        return Outcome(stored.position, stored.id, stored.revision, stored.kind, True, retracted_at)  # noqa: FBT003

    def _judge_correction(self, given: _Given, fact: FactCorrected) -> Outcome:
        stream = self._streams.get(given.stream)
        if not stream:
            raise _nothing(given.stream)
        present, expects = stream[-1].revision, given.draft.expects
        # Sent again, it is the revision it made the first time; without `expects`, that can only be the present one.
        made = present if expects is None else expects + 1
        again = next((each for each in stream if each.revision == made), None)
        if again and again.digest == content_digest(given.written, corrects=(given.stream, made)):
            known = self._known(again)
            if expects is not None or known.retracted_at is None:
                return known
        if expects not in (None, present):
            msg = (
                f"{given.stream} is at revision {present}, you sent {made}; read it with "
                f"`chronology show {given.stream}` and send {present + 1}"
            )
            raise Refused(msg)
        if not given.draft.restates:
            self._may_correct(given.stream, stream[0].kind, now(fact))
        digest = content_digest(given.written, corrects=(given.stream, present + 1))
        return self._new(given._replace(digest=digest), given.stream, present + 1)

    def _may_correct(self, stream: str, kind: str, reads_now: Kind) -> None:
        if issubclass(KINDS.get(kind, Kind), Decision):
            msg = f"{stream} is a decision ({kind}); retract it with `chronology retract {stream}` and decide again"
            raise Refused(msg)
        self._write()
        entries = streams_of(self._recorder, (stream,))
        standing = standing_in(entries, self._all_retractions())
        if standing is None:
            undo = self._retracted(stream, entries[-1][1].revision, entries[-1][0])
            msg = f"{stream} was retracted at position {undo}; undo that first: chronology retract {undo}"
            raise Refused(msg)
        if standing.fact == reads_now:
            msg = f"the correction changes nothing: {stream} reads so since position {standing.position}"
            raise Refused(msg)

    def _may_retract(self, fact: FactRetracted) -> None:
        present = self._streams[fact.fact][-1].revision
        if fact.revision is not None and fact.revision > present:
            msg = f"{fact.fact} has no revision {fact.revision}; it is at {present}"
            raise Refused(msg)
        undo = self._retracted(fact.fact, fact.revision)
        if undo is not None:
            named = fact.fact if fact.revision is None else f"{fact.fact}@{fact.revision}"
            msg = f"{named} is retracted already, at position {undo}; to undo that: chronology retract {undo}"
            raise Refused(msg)

    # --- writing

    def _new(self, given: _Given, stream: str, revision: int) -> Outcome:
        entry = Entry(
            format=FORMAT,
            id=stream,
            kind=given.kind,
            revision=revision,
            recorded_at=in_utc(self._makers.clock()),
            recorded_by=self._by,
            salt=self._makers.new_salt(),
            fact=msgspec.Raw(given.written),
        )
        self._last += 1
        self._new_entries.append(NewEntry(stream, revision, given.kind, encode(entry), given.digest, given.fact))
        stored = Stored(self._last, stream, revision, given.kind, given.digest)
        self._stale |= isinstance(given.fact, FactRetracted)
        self._streams[stream].append(stored)
        self._twins[given.digest].append(stored)
        return Outcome(self._last, stream, revision, given.kind, False, None)  # noqa: FBT003

    def _free(self, given: _Given) -> str:
        """The key of a new stream: the one chosen, or a random one that nobody has."""
        if given.stream not in self._streams:
            return given.stream
        for _ in range(100):
            stream = self._makers.new_id()
            if stream not in self._streams and self._recorder.stored_as(stream, 1) is None:
                return stream
        msg = f"no free id was found in a hundred tries, {given.stream} is taken; try again"
        raise Unavailable(msg)

    def _write(self) -> None:
        if self._new_entries:
            self._recorder.insert_events(self._new_entries)
            self._new_entries = []


def _about(fact: Kind) -> str | None:
    """The entry that a decision is about, where it is about one."""
    about = getattr(fact, "fact", None) if isinstance(fact, Decision) else None
    return about if isinstance(about, str) else None


def _nothing(about: str) -> Refused:
    return Refused(f"nothing in the log has the id {about}; `chronology log` lists what there is")


_PLAIN: Final = frozenset(map(chr, range(0x21, 0x7F))) - {"@"}


def checked_id(given: str) -> str:
    """`given`, if it can be the id of a fact. Raises Refused."""
    if not 1 <= len(given) <= 200:
        msg = f"an id has 1 to 200 characters, this one {len(given)}: {given[:20]!a}"
        raise Refused(msg)
    if not _PLAIN.issuperset(given) and (
        "@" in given or any(char.isspace() for char in given) or unprintable(given, prose=False)
    ):
        msg = f"{given!a} cannot be an id: no spaces, no @ (it stands before a revision), no hidden characters"
        raise Refused(msg)
    if given.isdecimal():
        msg = f"{given!a} cannot be an id: digits alone are a position; put a word before it, such as report-{given}"
        raise Refused(msg)
    return given


def checked_by(by: str) -> str:
    """`by`, if it can name who records. Raises Refused."""
    if not can_be_name(by):
        msg = f"{by[:50]!a} cannot name who records: 1 to 200 characters, none of them hidden; see --by"
        raise Refused(msg)
    return by
