"""The log: what was recorded, in the order it was recorded, and never changed.

`Log` is all that others use: append drafts, read lines or entries, name an entry, ask what is in force. Everything it
raises is a ChronologyError: Refused (and then nothing was appended), Damaged, or Unavailable.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from chronology.collector import collector_paused
from chronology.errors import Refused
from chronology.log.entry import (
    Entry,
    in_utc,
    recorded_at,
)
from chronology.log.entry_refs import Target, resolve
from chronology.log.evidence.last_seen import origin_of
from chronology.log.judge import Draft, Judge, Makers, Outcome, checked_by, random_id
from chronology.log.merkle import HASH, Frontier, Subtrees, consistency, inclusion, leaf_hash, root_of
from chronology.log.retractions import Retraction, Retractions, Standing, standing_in, streams_of
from chronology.log.store.application import LogApplication
from chronology.log.store.failures import CutShort, translated
from chronology.log.store.port import CHUNK
from chronology.log.store.sqlite import create_file
from chronology.log.store.stored_entries import entry_of, new_entry
from chronology.vocabulary import Role
from chronology.vocabulary.near import nearest

__all__ = ["Log"]

_DEFAULT: Final = Makers(clock=lambda: datetime.now(UTC), new_id=random_id, new_salt=lambda: os.urandom(16))


class Log:
    """A log, open in one process. Use it as a context manager, or close it; one thread appends at a time."""

    def __init__(self, path: Path, *, read_only: bool, makers: Makers) -> None:
        with translated(path, OSError, ValueError, TypeError):
            self._application = LogApplication(path, read_only=read_only)
        self._recorder = self._application.recorder
        self._retractions = Retractions()
        self._makers = makers
        self.path = path
        self.read_only = read_only

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        clock: Callable[[], datetime] = _DEFAULT.clock,
        new_id: Callable[[], str] = _DEFAULT.new_id,
        new_salt: Callable[[], bytes] = _DEFAULT.new_salt,
    ) -> Self:
        """Create a log, readable to its owner alone, and open it; a log that is there is only opened.

        Several processes may create the same one at once. Raises Damaged if the file is something else, Unavailable if
        it cannot be written.
        """
        create_file(path)
        return cls.open(path, clock=clock, new_id=new_id, new_salt=new_salt)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        read_only: bool = False,
        clock: Callable[[], datetime] = _DEFAULT.clock,
        new_id: Callable[[], str] = _DEFAULT.new_id,
        new_salt: Callable[[], bytes] = _DEFAULT.new_salt,
    ) -> Self:
        """Open a log that is there; with `read_only` nothing of it is changed, and no permission to write is needed.

        `clock` gives aware times, `new_id` ids of ten letters, `new_salt` 16 bytes. Raises Damaged if it is not a
        chronology log, Unavailable if it is not there or cannot be read.
        """
        makers = Makers(clock, new_id, new_salt)
        try:
            return cls(path, read_only=read_only, makers=makers)
        except CutShort:
            # Whoever opens the file next, and may write, undoes what was left half-done.
            if not os.access(path, os.W_OK):
                raise
        cls(path, read_only=False, makers=makers).close()
        return cls(path, read_only=True, makers=makers)

    def close(self) -> None:
        """Close the file. Closing twice does nothing."""
        self._application.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- writing

    def append(
        self, drafts: Iterable[Draft], *, by: str | None = None, progress: Callable[[int], None] | None = None
    ) -> list[Outcome]:
        """Append what is new, in the order given: all of it or nothing; one outcome for each draft.

        What is known already is not appended again. `drafts` are taken as they come, some hundred at a time. `by` is
        written into each entry as `recorded_by`; `progress` is called with how many drafts are done.

        Raises DraftRefused (a Refused) for a draft that cannot be appended, Unavailable, or Damaged.
        """
        return self._append(drafts, by, progress, keep=True)

    def build(self, lines: Iterable[bytes]) -> int:
        """Take in the lines of an export as they are: all of them or nothing. Returns how many there were.

        Raises Refused unless the log is empty, Damaged where a line is no entry, Unavailable.
        """
        coming = (new_entry(line, f"position {position}") for position, line in enumerate(lines, 1))
        count = 0
        with collector_paused(), self._recorder.writing() as last:
            if last:
                msg = f"{self.path} is not empty; a log is built from an export in a new folder"
                raise Refused(msg)
            while entries := list(islice(coming, CHUNK)):
                count += len(self._recorder.insert_events(entries))
        return count

    def check(
        self, drafts: Iterable[Draft], *, by: str | None = None, progress: Callable[[int], None] | None = None
    ) -> list[Outcome]:
        """Dry run of `append`, rolled back. Random ids and positions may differ when it is really appended."""
        return self._append(drafts, by, progress, keep=False)

    def take_in(self, drafts: Iterable[Draft], *, by: str | None = None, keep: bool = True) -> None:
        """Append drafts that are made while the log is read: all of them or nothing, and no outcomes are kept.

        `drafts` may ask this log in between. It sees what was appended so far, and nobody else writes meanwhile; what
        it raises undoes everything. Unless `keep`, nothing is kept. Raises what `append` does.
        """
        self._append(drafts, by, None, keep=keep, with_outcomes=False)

    def _append(
        self,
        drafts: Iterable[Draft],
        by: str | None,
        progress: Callable[[int], None] | None,
        *,
        keep: bool,
        with_outcomes: bool = True,
    ) -> list[Outcome]:
        if by is not None:
            checked_by(by)
        outcomes: list[Outcome] = []
        coming = iter(drafts)
        seen = Retractions()
        try:
            with collector_paused(), self._recorder.writing(keep=keep) as last:
                judge = Judge(self._recorder, last, self._retractions, self._makers, by)
                while some := list(islice(coming, CHUNK)):
                    made = judge.append(some)
                    if with_outcomes:
                        outcomes += made
                    if progress is not None:
                        progress(len(outcomes))
            if keep:
                seen = self._retractions
        finally:
            # What was seen of a transaction that was not kept was never there.
            self._retractions = seen
        return outcomes

    # --- reading

    @contextmanager
    def reading(self) -> Iterator[None]:
        """All that is asked of the log meanwhile, in this thread, is asked of one moment, in one transaction.

        Keep it short: whoever appends waits for its end.
        """
        with self._recorder.reading():
            yield

    @property
    def head(self) -> int:
        """The last position; 0 of an empty log."""
        return self._recorder.head()

    @property
    def begins_at(self) -> datetime | None:
        """The time position 1 was recorded, in UTC; None of an empty log."""
        return self.at(1).recorded_at if self.head else None

    @property
    def origin(self) -> str | None:
        """The identity of the chronology, wherever it is stored: from its first line. None of an empty log."""
        first = next(self.lines(0, 1), None)
        return None if first is None else origin_of(first[1])

    def lines(self, after: int = 0, upto: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Positions and lines above `after` up to `upto` (else the head as it is now), a few hundred at a time.

        Raises Damaged where a position is missing.
        """
        for found in self._recorder.notifications(after, upto):
            for each in found:
                yield each.id, each.state

    def rows(self, after: int = 0, upto: int | None = None) -> Iterator[tuple[int, str, bytes]]:
        """Yield (position, kind, line) above `after`. Raises Damaged as `lines`."""
        for found in self._recorder.notifications(after, upto):
            for each in found:
                yield each.id, each.topic, each.state

    def entries(
        self, after: int = 0, upto: int | None = None, *, newest_first: bool = False
    ) -> Iterator[tuple[int, Entry]]:
        """Yield (position, entry). Raises Damaged, naming the position, where a line is not an entry."""
        for found in self._recorder.notifications(after, upto, newest_first=newest_first):
            for each in found:
                yield each.id, entry_of(each)

    def root(self, size: int | None = None) -> bytes:
        """The root of the tree over the first `size` lines (else over all): their hash, and that of their order.

        Raises Refused where there are not as many, Damaged where the tree is not whole.
        """
        size = self._checked_size(size)
        if self._recorder.has_tree:
            return self._recorder.frontier(size).root()
        return root_of(line for _, line in self.lines(0, size))

    def inclusion(self, position: int, size: int) -> list[bytes]:
        """The hashes which lead from the line at `position` to the root over `size` lines. Raises as `root`."""
        if not 1 <= position <= size:
            msg = f"there is no position {position} among the first {size}"
            raise Refused(msg)
        with self._tree(size) as subtrees:
            return inclusion(position - 1, size, subtrees)

    def consistency(self, first: int, second: int) -> list[bytes]:
        """The hashes which show that the first `first` lines are the beginning of the first `second`. As `root`."""
        if not 1 <= first <= second:
            msg = f"{first} lines are not the beginning of {second}; give the smaller number first, at least 1"
            raise Refused(msg)
        with self._tree(second) as subtrees:
            return consistency(first, second, subtrees)

    def _checked_size(self, size: int | None) -> int:
        """The number of lines meant: all, or that many. Raises Refused where there are not as many."""
        head = self.head
        size = head if size is None else size
        if not 0 <= size <= head:
            msg = f"there is no position {size}; the log ends at {head}"
            raise Refused(msg)
        return size

    @contextmanager
    def _tree(self, size: int) -> Iterator[Subtrees]:
        """The stored hashes; of a log that has none yet, and cannot be written, they are made from the lines."""
        size = self._checked_size(size)
        if not self._recorder.has_tree:
            frontier = Frontier()
            rows = [frontier.add(leaf_hash(line)) for _, line in self.lines(0, size)]
            yield lambda level, end: rows[end - 1][HASH * level : HASH * (level + 1)]
            return
        with self._recorder.reading():
            yield self._recorder.subtree

    def at(self, position: int) -> Entry:
        """The entry at a position. Raises Refused if there is none, Damaged if it does not read."""
        if not 1 <= position <= self.head:
            msg = f"there is no position {position}; the log ends at {self.head}"
            raise Refused(msg)
        return next(entry for _, entry in self.entries(position - 1, position))

    def stream(self, id: str) -> list[tuple[int, Entry]]:  # noqa: A002  the field's own name for it
        """All revisions of a fact with their positions, the first first; empty if there is none of this id."""
        return streams_of(self._recorder, (id,))

    def streams(self, ids: Collection[str]) -> dict[str, list[tuple[int, Entry]]]:
        """The revisions of many facts at once, by id; those that are not in the log are left out."""
        found: dict[str, list[tuple[int, Entry]]] = {}
        for position, entry in streams_of(self._recorder, ids):
            found.setdefault(entry.id, []).append((position, entry))
        return found

    def digests(self, ids: Collection[str]) -> dict[str, list[bytes]]:
        """Of many facts at once, the digest of what each revision says (`content_digest`); nothing of them is read."""
        found: dict[str, list[bytes]] = {}
        for stored in self._recorder.stored_under(ids):
            found.setdefault(stored.id, []).append(stored.digest)
        return found

    def ids_among(self, names: Collection[str]) -> frozenset[str]:
        """Those of some texts that are the ids of facts."""
        given = sorted(names)
        some = (given[begin : begin + CHUNK] for begin in range(0, len(given), CHUNK))
        return frozenset(stored.id for ids in some for stored in self._recorder.stored_under(ids))

    def ids(self, prefix: str, after: str = "", most: int = CHUNK) -> list[str]:
        """The ids that begin with `prefix` and come after `after`, in their order; at most so many."""
        return self._recorder.ids(prefix, after, most)

    def of_kind(self, kind: str) -> list[tuple[int, Entry]]:
        """Every entry of one kind with its position, whether or not it is in force."""
        return [(stored.id, entry_of(stored)) for stored in self._recorder.of_kinds([kind])]

    def resolve(self, ref: str) -> Target:
        """The entry that a reference names: a position, an id, a unique beginning of one (4 letters), or `id@revision`.

        Raises Refused if it names nothing, with ids that are close; or several, with the first five.
        """
        with self._recorder.reading():
            return resolve(self._recorder, ref)

    def position_at(self, moment: datetime) -> int:
        """The last position recorded at `moment` or before. Positions are the order, whatever a clock said since.

        Raises Refused before the first entry, and ValueError for a time without a zone.
        """
        moment = in_utc(moment)
        for found in self._recorder.notifications(0, None, newest_first=True):
            for each in found:
                if recorded_at(each.id, each.state) <= moment:
                    return each.id
        begins = self.begins_at
        if begins is None:
            msg = f"{self.path} is empty; append a fact first"
            raise Refused(msg)
        msg = f"the log begins {begins:%Y-%m-%dT%H:%M:%SZ}; for the public record use --known-by"
        raise Refused(msg)

    # --- what is in force, and names

    def standing(self, id: str) -> Standing | None:  # noqa: A002
        """The current state of a fact, corrections applied; None if it was retracted or there is none of this id."""
        with self._recorder.reading():
            return standing_in(self.stream(id), self._retractions.refresh(self._recorder))

    def retracted(self, id: str, revision: int | None = None) -> int | None:  # noqa: A002
        """The position of the retraction in force of a fact, or of this one revision of it; None if there is none.

        A revision is also taken back with the import that brought it, and a fact once that is so of all its revisions.
        """
        with self._recorder.reading():
            retractions = self._retractions.refresh(self._recorder)
            direct = retractions.of(id, revision)
            if direct is not None:
                return direct
            undone = [
                retractions.of(id, entry.revision, position)
                for position, entry in self.stream(id)
                if revision in (None, entry.revision)
            ]
            return None if None in undone or not undone else undone[-1]

    def undone(self, position: int) -> int | None:
        """The position of the retraction in force of the import that brought this entry; None if there is none."""
        with self._recorder.reading():
            return self._retractions.refresh(self._recorder).undoes(position)

    def retractions(self) -> list[Retraction]:
        """The retractions in force, in the order of their positions."""
        with self._recorder.reading():
            standing = self._retractions.refresh(self._recorder).standing
        return [standing[position] for position in sorted(standing)]

    def names(self, role: Role) -> dict[str, str]:
        """Every name of a role that any entry uses, as first written, by the form it is matched by (`name_key`)."""
        return self._recorder.names(str(role))

    def names_among(self, role: Role, keys: Collection[str]) -> dict[str, str]:
        """Those of some names that an entry uses, as first written, by the form they are matched by (`name_key`)."""
        given = sorted(keys)
        found: dict[str, str] = {}
        for begin in range(0, len(given), CHUNK):
            found |= self._recorder.names_among(str(role), given[begin : begin + CHUNK])
        return found

    def names_signed(self, role: Role, signs: Collection[str]) -> list[tuple[str, str]]:
        """Give what names of a role are filed under some signs (`slips.signs_of`), each with its sign."""
        given = sorted(signs)
        some = (given[begin : begin + CHUNK] for begin in range(0, len(given), CHUNK))
        return [signed for signs in some for signed in self._recorder.names_signed(str(role), signs)]

    def near(self, role: Role, key: str, distance: int) -> list[str]:
        """Names of a role at most `distance` edits from `key`, but not `key` itself; the nearest first."""
        known = self._recorder.names_of_length(str(role), len(key) - distance, len(key) + distance)
        known.pop(key, None)
        return [known[each] for each in nearest(key, known, distance)]
