"""Checking a log from its lines up: what `verify` does, and what a backup or an export has to pass.

Everything that stands beside the lines is made again from them and compared. The first position that is not as it
should be is named, with what was expected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from chronology.errors import Damaged
from chronology.log.application import LogApplication
from chronology.log.entry import MAX_LINE, Entry, decode, is_canonical, reading
from chronology.log.failures import told
from chronology.log.indexes import Names
from chronology.log.merkle import Frontier, leaf_hash
from chronology.log.recorder import CHUNK, Recorder, digest_of
from chronology.log.seen import Known, origin_of
from chronology.vocabulary import Kind

__all__ = ["Verified", "is_database", "lines_of", "verify_lines", "verify_log"]

_RESTORE: Final = "restore a backup, or build a new log from an export"
_COLUMNS: Final = ("originator_id", "originator_version", "topic", "digest")
_STANDS = tuple[Any, ...]


class Verified(NamedTuple):
    """A log that is as it should be: how many entries, their root, and how the chronology is known (None: empty)."""

    entries: int
    root: bytes
    origin: str | None


class _Lines:
    """Takes in one line after another, and says what is wrong with it."""

    def __init__(self, known: Callable[[str], Iterable[Known]], *, quick: bool) -> None:
        self._ask, self._quick = known, quick
        self._known: dict[int, list[Known]] = defaultdict(list)
        self._revisions: dict[str, int] = {}
        self._frontier = Frontier()
        self.origin: str | None = None

    def take(self, line: bytes) -> tuple[bytes, Entry | None, Kind | None]:
        """The hashes that belong beside the next line; and, unless it is quick, its entry and fact. Raises Damaged."""
        position = self._frontier.size + 1
        if position == 1:
            self.origin = origin_of(line)
            for known in self._ask(self.origin):
                self._known[known.size].append(known)
        entry, fact = (None, None) if self._quick else self._read(line, f"position {position}")
        hashes = self._frontier.add(leaf_hash(line))
        for known in self._known.pop(position, ()) if self._known else ():
            if self._frontier.root() != known.root:
                raise known.differs(self._frontier.root())
        return hashes, entry, fact

    def _read(self, line: bytes, where: str) -> tuple[Entry, Kind]:
        entry = decode(line, where)
        fact = reading(entry, where)
        if not is_canonical(line, entry, fact):
            msg = f"{where} does not encode to its own bytes; expected the line as this program writes it"
            raise Damaged(msg)
        expected = self._revisions.get(entry.id, 0) + 1
        if entry.revision != expected:
            msg = f"{where} is revision {entry.revision} of {entry.id}; expected revision {expected}"
            raise Damaged(msg)
        self._revisions[entry.id] = expected
        return entry, fact

    def end(self) -> Verified:
        """Raises Damaged where more was known of than there is."""
        size = self._frontier.size
        for known in (each for several in self._known.values() for each in several):
            raise known.missing(size)
        return Verified(size, self._frontier.root(), self.origin)


def _none(_: str) -> Iterable[Known]:
    return ()


# --- a file of lines


def is_database(path: Path) -> bool:
    """Whether a file is an SQLite file rather than one of lines. Raises Unavailable if it cannot be read."""
    with told(path, OSError), path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """The lines of an export, without their ends. Raises Damaged for one that is cut off."""
    position = 0
    while line := file.readline(MAX_LINE + 2):
        position += 1
        if not line.endswith(b"\n"):
            msg = (
                f"position {position} is cut off or too long; expected a line of at most {MAX_LINE:,} bytes and its end"
            )
            raise Damaged(msg)
        yield line[:-1]


def verify_lines(path: Path, *, quick: bool = False, known: Callable[[str], Iterable[Known]] = _none) -> Verified:
    """Check an export, as it is read. `known` gives what is known of an origin. Raises Damaged or Unavailable."""
    lines = _Lines(known, quick=quick)
    with told(path, OSError), path.open("rb") as file:
        try:
            for line in lines_of(file):
                lines.take(line)
            return lines.end()
        except Damaged as error:
            raise _in(path, error) from error


# --- a log


def verify_log(
    path: Path,
    *,
    quick: bool = False,
    known: Callable[[str], Iterable[Known]] = _none,
    progress: Callable[[int], None] | None = None,
) -> Verified:
    """Check a log, and all that stands beside its entries; `quick` compares hashes only. As `verify_lines`.

    It reads some hundred entries at a time, so that others may append meanwhile; those are not looked at.
    """
    with told(path, OSError, ValueError, TypeError):
        application = LogApplication(path, read_only=True)
    with application:
        try:
            return _verified(application.recorder, _Lines(known, quick=quick), progress, quick=quick)
        except Damaged as error:
            raise _in(path, error) from error


def _verified(recorder: Recorder, lines: _Lines, progress: Callable[[int], None] | None, *, quick: bool) -> Verified:
    with told(recorder.path), recorder.reading() as cursor:
        head = recorder.last_position(cursor)
    names = _NamesUsed()
    for position, *stands in _rows(recorder, head):
        fact = _checked(position, stands, lines)
        if fact is not None:
            names.add(position, b"", fact)
        if position % CHUNK == 0:
            names.collect()
            if progress is not None:
                progress(position)
    names.collect()
    _check_beside(recorder, None if quick else names.used, head)
    return lines.end()


class _NamesUsed(Names):
    """The names that entries use, by role and key, as they should stand in the table."""

    def __init__(self) -> None:
        super().__init__()
        self.used: dict[tuple[str, str], tuple[str, int]] = {}

    def collect(self) -> None:
        """Keep the names that are new since; the first to use one says how it is written."""
        for role, key, name, position in self.taken():
            self.used.setdefault((role, key), (name, position))


def _rows(recorder: Recorder, head: int) -> Iterator[_STANDS]:
    """Position, columns, line and hashes of every entry. Raises Damaged for one that is missing or cannot be read."""
    columns = "select position, originator_id, originator_version, topic, digest, state"
    tree = ", hashes from stored_events left join tree using (position)"
    select = (
        f"{columns}{tree if recorder.layout > 1 else ', null from stored_events'} "
        "where position between ? and ? order by position"
    )
    first = 1
    while first <= head:
        last = min(first + CHUNK - 1, head)
        try:
            rows = _read(recorder, select, first, last)
        except Damaged:
            # One of them cannot be read, or what leads there: find the first.
            rows = []
            for position in range(first, last + 1):
                try:
                    rows += _read(recorder, select, position, position)
                except Damaged as error:
                    yield from rows
                    msg = f"position {position} cannot be read: {error}"
                    raise Damaged(msg) from error
        for expected, row in enumerate(rows, first):
            if row[0] != expected:
                break
            yield row
        if len(rows) != last - first + 1 or rows[-1][0] != last:
            there = {row[0] for row in rows}
            missing = next(position for position in range(first, last + 2) if position not in there)
            msg = f"position {missing} is missing; expected an entry; {_RESTORE}"
            raise Damaged(msg)
        first = last + 1


def _read(recorder: Recorder, select: str, first: int, last: int) -> list[_STANDS]:
    with told(recorder.path), recorder.reading() as cursor:
        return cursor.execute(select, (first, last)).fetchall()


def _checked(position: int, stands: list[Any], lines: _Lines) -> Kind | None:
    """The fact of a row whose columns are what its line says. Raises Damaged."""
    stream, revision, topic, digest, line, hashes = stands
    if not isinstance(line, bytes):
        msg = f"position {position} is no line; expected the bytes of an entry"
        raise Damaged(msg)
    expected, entry, fact = lines.take(line)
    if entry is not None:
        found = (stream, revision, topic, digest)
        said = (entry.id, entry.revision, entry.kind, digest_of(entry))
        if found != said:
            column = next(at for at in range(4) if found[at] != said[at])
            msg = (
                f"position {position} has {_COLUMNS[column]} {_told(found[column])}; "
                f"expected {_told(said[column])}, as its line says"
            )
            raise Damaged(msg)
    if hashes is not None and hashes != expected:
        msg = (
            f"position {position} is not what was recorded: its hash in the tree is {_told(hashes)}; "
            f"expected {_told(expected)}, as its line comes to; {_RESTORE}"
        )
        raise Damaged(msg)
    return fact


def _check_beside(recorder: Recorder, names: dict[tuple[str, str], tuple[str, int]] | None, head: int) -> None:
    """Raises Damaged where the tree, the names or SQLite's own structure are not what the entries make them.

    Without `names`, only what is quick.
    """
    with told(recorder.path), recorder.reading() as cursor:
        if recorder.layout > 1:
            (hashed,) = cursor.execute("select count(*) from tree where position <= ?", (head,)).fetchone()
            (last, ends) = cursor.execute(
                "select (select max(position) from stored_events), (select max(position) from tree)"
            ).fetchone()
            if last != ends:
                msg = f"the tree ends at {ends}; expected {last}, where the log ends; {_RESTORE}"
                raise Damaged(msg)
            if hashed != head:
                msg = f"the tree has hashes of {hashed} positions; expected {head}; {_RESTORE}"
                raise Damaged(msg)
        (said,) = cursor.execute(f"pragma {'quick' if names is None else 'integrity'}_check(1)").fetchone()
        if said != "ok":
            msg = f"its tables or indexes are not whole: {said}; {_RESTORE}"
            raise Damaged(msg)
        if names is None:
            return
        rows = cursor.execute("select role, key, name, position from names where position <= ?", (head,))
        found = {(role, key): (name, position) for role, key, name, position in rows}
    if found == names:
        return
    wrong = {
        name: found.get(name) or names[name] for name in found.keys() | names if found.get(name) != names.get(name)
    }
    for role, key in sorted(wrong, key=lambda name: (wrong[name][1], name))[:1]:
        there, should = found.get((role, key)), names.get((role, key))
        position = wrong[role, key][1]
        msg = f"position {position}: the {role} {key!a} stands in names as {there}; expected {should}; {_RESTORE}"
        raise Damaged(msg)


def _told(value: object) -> str:
    return f"{value.hex()[:16]}…" if isinstance(value, bytes) else f"{value!a:.60}"


def _in(path: Path, error: Damaged) -> Damaged:
    return error if str(error).startswith(str(path)) else Damaged(f"{path}: {error}")
