"""Checking a log from its lines up: what `verify` does, and what a backup or an export has to pass.

Everything stored beside the lines is made again from them and compared. The first position that is not as it
should be is named, with what was expected.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat, takewhile
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from chronology.errors import Damaged
from chronology.files import open_regular
from chronology.log.entry import MAX_LINE, Entry, decode, is_canonical, read_at_once, reading
from chronology.log.evidence.last_seen import Known, origin_of
from chronology.log.merkle import Frontier, leaf_hash
from chronology.log.names_used import names_met, names_used
from chronology.log.store.application import LogApplication
from chronology.log.store.failures import RESTORE, translated, translated_reading
from chronology.log.store.port import LogRecorder, Name, Whole
from chronology.log.store.stored_entries import digest_of
from chronology.vocabulary import Kind, name_key
from chronology.vocabulary.slips import signs_of

__all__ = ["Verified", "is_database", "lines_of", "verify_lines", "verify_log"]

_AT_ONCE: Final = 200
"""How many entries are read at a time: more would not stay in the cache of a processor."""
_COLUMNS: Final = ("originator_id", "originator_version", "topic", "digest")
_LINE: Final = 5
"""Where a row that is read whole has its line."""


class Verified(NamedTuple):
    """A log that is as it should be: how many entries, their root, and how the chronology is known (None: empty)."""

    entries: int
    root: bytes
    origin: str | None


_Said = tuple[Entry, Kind]
"""What a line says: its entry, and the fact in it."""


class _Lines:
    """Takes in lines in their order, and says what is wrong with the first that is not as it should be."""

    def __init__(self, known: Callable[[str], Iterable[Known]]) -> None:
        self._ask = known
        self._known: dict[int, list[Known]] = defaultdict(list)
        self._revisions: dict[str, int] = {}
        self._frontier = Frontier()
        self.origin: str | None = None

    def take(self, lines: Sequence[bytes], says: Iterable[_Said | None]) -> Iterator[bytes]:
        """The hashes that belong beside the next lines; `says` gives what each says, None where that is not looked at.

        Raises Damaged for a revision that does not follow, or where what is known comes to another root.
        """
        frontier, revisions = self._frontier, self._revisions
        if lines and not frontier.size:
            self.origin = origin_of(lines[0])
            for known in self._ask(self.origin):
                self._known[known.size].append(known)
        for line, said in zip(lines, says, strict=True):
            if said is not None:
                entry = said[0]
                expected = revisions.get(entry.id, 0) + 1
                if entry.revision != expected:
                    msg = f"is revision {entry.revision} of {entry.id}; expected revision {expected}"
                    raise Damaged(f"position {frontier.size + 1} {msg}")
                revisions[entry.id] = expected
            yield frontier.add(leaf_hash(line))
            if frontier.size in self._known:
                self._compare(self._known.pop(frontier.size))

    def _compare(self, known: list[Known]) -> None:
        for each in known:
            if self._frontier.root() != each.root:
                raise each.differs(self._frontier.root())

    @property
    def size(self) -> int:
        """The number of lines added."""
        return self._frontier.size

    def end(self) -> Verified:
        """Raises Damaged where more was known of than there is."""
        size = self.size
        for known in (each for several in self._known.values() for each in several):
            raise known.missing(size)
        return Verified(size, self._frontier.root(), self.origin)


def _line_says(line: bytes, position: int) -> _Said:
    """The entry of a line. Raises Damaged unless it is exactly what this program would write."""
    where = f"position {position}"
    entry = decode(line, where)
    fact = reading(entry, where)
    if not is_canonical(line, entry, fact):
        msg = f"{where} does not encode to its own bytes; expected the line as this program writes it"
        raise Damaged(msg)
    return entry, fact


def _lines_say(lines: list[bytes], first: int) -> Iterator[_Said]:
    """Yield the entries of lines, of which the first is at position `first`. Raises Damaged."""
    together = read_at_once(lines)
    if together is not None:
        return iter(together)
    return (_line_says(line, position) for position, line in enumerate(lines, first))


def _none(_: str) -> Iterable[Known]:
    return ()


# --- a file of lines


def is_database(path: Path) -> bool:
    """True if a file is an SQLite file rather than one of lines. Raises Unavailable if it is none."""
    with translated_reading(path), open_regular(path, links=True) as file:
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


def _some_at_a_time(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    """Lines, some hundred at a time; what comes before one that is cut off is given before that is said."""
    some: list[bytes] = []
    try:
        for line in lines:
            some.append(line)
            if len(some) == _AT_ONCE:
                yield some
                some = []
    except Damaged:
        yield some
        raise
    yield some


def verify_lines(path: Path, *, quick: bool = False, known: Callable[[str], Iterable[Known]] = _none) -> Verified:
    """Check an export, as it is read. `known` gives what is known of an origin. Raises Damaged or Unavailable."""
    lines = _Lines(known)
    with translated(path, OSError), open_regular(path, links=True) as file:
        try:
            for some in _some_at_a_time(lines_of(file)):
                says = repeat(None, len(some)) if quick else _lines_say(some, lines.size + 1)
                deque(lines.take(some, says), 0)
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
    """Check a log, and all that is stored beside its entries; `quick` compares hashes only. As `verify_lines`.

    It reads some hundred entries at a time, so that others may append meanwhile; those are not looked at.
    """
    with translated(path, OSError, ValueError, TypeError):
        application = LogApplication(path, read_only=True)
    with application:
        try:
            return _verified(application.recorder, _Lines(known), progress, quick=quick)
        except Damaged as error:
            raise _in(path, error) from error


def _verified(recorder: LogRecorder, lines: _Lines, progress: Callable[[int], None] | None, *, quick: bool) -> Verified:
    with recorder.reading():
        head = recorder.checked_head()
        _check_beyond(recorder, head)
        names = None if quick else _Names(recorder, head)
    with ThreadPoolExecutor(1) as meanwhile:
        structure = meanwhile.submit(recorder.check_structure, quick=quick)
        for rows in _rows(recorder, head):
            _check_rows(rows, lines, names)
            if progress is not None:
                progress(rows[-1][0])
        structure.result()
    _check_tree(recorder, head)
    if names is not None:
        names.end()
    return lines.end()


def _check_rows(rows: list[Whole], lines: _Lines, names: _Names | None) -> None:
    """Raises Damaged for the first row whose line, columns or hashes are not as they should be."""
    says = repeat(None, len(rows)) if names is None else names.noted(_rows_say(rows), rows[0][0])
    for expected, (position, *_, hashes) in zip(lines.take([row[_LINE] for row in rows], says), rows, strict=True):
        if hashes is not None and hashes != expected:
            msg = (
                f"position {position} is not what was recorded: its hash in the tree is {_shortened(hashes)}; "
                f"expected {_shortened(expected)}, the hash of its line; {RESTORE}"
            )
            raise Damaged(msg)
    if names is not None:
        names.compare()


def _rows_say(rows: list[Whole]) -> Iterable[_Said]:
    """Yield the entries of rows. Raises Damaged where line and columns differ."""
    together = read_at_once([row[_LINE] for row in rows])
    if together is None or list(map(_columns_of, together)) != [row[1:_LINE] for row in rows]:
        return map(_row_says, rows)
    return together


def _row_says(row: Whole) -> _Said:
    """The entry of a row. Raises Damaged unless its line is canonical and agrees with the columns."""
    position, *found, line, _ = row
    said = _line_says(line, position)
    for column, there, expected in zip(_COLUMNS, found, _columns_of(said), strict=True):
        if there != expected:
            wanted = _shortened(expected)
            msg = f"position {position} has {column} {_shortened(there)}; expected {wanted}, as its line says"
            raise Damaged(msg)
    return said


def _columns_of(said: _Said) -> tuple[str, int, str, bytes]:
    entry = said[0]
    return entry.id, entry.revision, entry.kind, digest_of(entry)


class _Names:
    """The table of names, held against the names that entries use: each is where it was first used, as written."""

    def __init__(self, recorder: LogRecorder, head: int) -> None:
        self._rows: dict[str, dict[str, Name]] = defaultdict(dict)
        for row in recorder.names_upto(head):
            self._rows[row[0]][row[1]] = row
        self._wrongly_filed = _wrongly_filed(recorder, self._rows)
        self._met: dict[str, set[str]] = defaultdict(set)
        self._other: dict[tuple[str, str], Name] = {}
        self._seen = names_met()
        self._facts: list[tuple[int, Kind]] = []

    def noted(self, says: Iterable[_Said], first: int) -> Iterator[_Said]:
        """Yield the entries and facts again, adding each; the first is at position `first`."""
        if isinstance(says, list):
            self._facts = [(position, fact) for position, (_, fact) in enumerate(says, first)]
            yield from says
            return
        for position, said in enumerate(says, first):
            yield said
            self._facts.append((position, said[1]))

    def compare(self) -> None:
        """Hold the names of what was taken in against the table; what is wrong is said at the end."""
        for position, role, name in names_used(self._facts, self._seen):
            seen = self._seen[role]
            if name in seen:
                continue
            row = self._rows[role].get(key := name_key(name))
            if row is None or row[3] > position or (row[3] == position and row[2] != name):
                self._other.setdefault((role, key), (role, key, name, position))
            elif row[3] == position:
                seen.add(name)
                self._met[role].add(key)
        self._facts.clear()

    def end(self) -> None:
        """Raises Damaged for the first name that is not indexed as it should be."""
        wrong = {name: used for name, used in self._other.items() if not self._precedes(name, used[3])}
        for role, rows in self._rows.items():
            if len(self._met[role]) < len(rows):
                wrong = {row[:2]: row for key, row in rows.items() if key not in self._met[role]} | wrong
        if wrong:
            role, key, _, position = min(wrong.values(), key=lambda name: (name[3], repr(name)))
            there, used = self._rows[role].get(key), self._other.get((role, key))
            stands, expected = there and there[2:], used and used[2:]
            msg = f"position {position}: the {role} {key!a} is indexed as {stands}; expected {expected}; {RESTORE}"
            raise Damaged(msg)
        if self._wrongly_filed is not None:
            raise self._wrongly_filed

    def _precedes(self, name: tuple[str, str], position: int) -> bool:
        row = self._rows[name[0]].get(name[1])
        return row is not None and row[3] <= position


def _wrongly_filed(recorder: LogRecorder, names: Mapping[str, Mapping[str, Name]]) -> Damaged | None:
    """The fault in the signs that names are filed under (`slips.signs_of`), if there is any."""
    if not recorder.has_name_signs:
        return None
    rows = (row for by_key in names.values() for row in by_key.values())
    expected = {(role, *signed) for role, key, name, _ in rows for signed in signs_of(key, name)}
    wrong = expected.symmetric_difference(recorder.all_name_signs())
    if not wrong:
        return None
    role, sign, value = min(wrong)
    what = "lacks" if (role, sign, value) in expected else "has"
    return Damaged(
        f"the index of names {what} the {role} {value!a:.60} under {sign!a:.60}, unlike the names; {RESTORE}"
    )


def _rows(recorder: LogRecorder, head: int) -> Iterator[list[Whole]]:
    """Every entry, some hundred at a time. Raises Damaged for one that is missing or cannot be read."""
    first = 1
    while first <= head:
        last = min(first + _AT_ONCE - 1, head)
        try:
            rows = recorder.whole(first, last)
        except Damaged:
            # One of them cannot be read, or what leads there: find the first.
            rows = []
            for position in range(first, last + 1):
                try:
                    rows += recorder.whole(position, position)
                except Damaged as error:
                    if rows:
                        yield rows
                    msg = f"position {position} cannot be read: {error}"
                    raise Damaged(msg) from error
        whole = [row for expected, row in enumerate(rows, first) if row[0] == expected]
        lines = list(takewhile(lambda row: isinstance(row[_LINE], bytes), whole))
        if lines:
            yield lines
        if len(lines) < len(whole):
            msg = f"position {whole[len(lines)][0]} is no line; expected the bytes of an entry; {RESTORE}"
            raise Damaged(msg)
        if len(whole) <= last - first:
            msg = f"position {first + len(whole)} is missing; expected an entry; {RESTORE}"
            raise Damaged(msg)
        first = last + 1


def _check_beyond(recorder: LogRecorder, head: int) -> None:
    """Raises Damaged for a name at a position where there is no entry; those of the tree are compared one by one."""
    found = recorder.name_beyond(head)
    if found is not None:
        role, key, position = found
        msg = f"the {role!a:.30} {key!a:.60} is indexed at {position!a:.30}; expected 1 to {head}; {RESTORE}"
        raise Damaged(msg)


def _check_tree(recorder: LogRecorder, head: int) -> None:
    """Raises Damaged where the tree has more or fewer positions than there are entries."""
    if not recorder.has_tree:
        return
    hashed, last, ends = recorder.ends(head)
    if last != ends:
        msg = f"the tree ends at {ends}; expected {last}, where the log ends; {RESTORE}"
        raise Damaged(msg)
    if hashed != head:
        msg = f"the tree has hashes of {hashed} positions; expected {head}; {RESTORE}"
        raise Damaged(msg)


def _shortened(value: object) -> str:
    return f"{value.hex()[:16]}…" if isinstance(value, bytes) else f"{value!a:.60}"


def _in(path: Path, error: Damaged) -> Damaged:
    return error if str(error).startswith(str(path)) else Damaged(f"{path}: {error}")
