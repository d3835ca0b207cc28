"""Rollback protection: a log is held against what this user last saw of it, in its folder and in any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from chronology.errors import Damaged
from chronology.log import Log
from chronology.log.evidence.last_seen import Known, Seen, last_seen, remember
from chronology.log.evidence.places import Place, keep_place, place_at, place_file

__all__ = ["accept", "check_place", "check_seen", "keep_seen", "known_in"]


def check_seen(log: Log, environ: Mapping[str, str]) -> None:
    """Raise Damaged unless a log is the one last seen in its folder, and of its copies the longest; or kept apart."""
    with log.reading():
        folder, origin = log.path.parent, log.origin
        check_place(folder, origin, environ)
        if origin is None:
            return
        head = log.head
        roots: dict[int, bytes] = {}
        for known in known_in(folder, origin, environ):
            if head < known.size:
                raise known.missing(head)
            if known.size not in roots:
                roots[known.size] = log.root(known.size)
            if roots[known.size] != known.root:
                raise known.differs(roots[known.size])


def check_place(folder: Path, origin: str | None, environ: Mapping[str, str]) -> None:
    """Raise Damaged where another chronology was last seen in this folder: every line may have been changed."""
    place = place_at(folder, environ)
    if place is not None and place.origin not in {None, origin}:
        msg = (
            f"{folder} holds {origin or 'an empty log'}, expected {str(place.origin)[:100]}, last seen there: its "
            "first line was changed or another log put in its place; bring back the one that was there, or remove "
            f"{place_file(folder, environ)}"
        )
        raise Damaged(msg)


def known_in(folder: Path, origin: str, environ: Mapping[str, str]) -> Iterator[Known]:
    """Yield what was last seen of a chronology in a folder; and, unless that is kept apart, of its longest copy.

    Raises Damaged where what was kept does not read.
    """
    place = place_at(folder, environ)
    here = place is not None and place.origin == origin
    if here and place is not None and place.size:
        says = f"the last state seen of it ({place_file(folder, environ)}; remove that file to go on without)"
        yield Known(place.size, place.root, says)
    if place is None or not (here and place.apart):
        longest = last_seen(origin, environ)
        if longest is not None:
            same = longest.folder is not None and longest.folder.resolve() == folder.resolve()
            yield longest._replace(folder=None) if same else longest


def keep_seen(log: Log, environ: Mapping[str, str]) -> bool:
    """Remember a log as it is now, and where; False where there is no place to keep it."""
    return _kept(log, environ, accepting=False)


def accept(log: Log, environ: Mapping[str, str]) -> bool:
    """Go on with a log as it is, beside a longer or another copy: both are kept. False where that cannot be noted."""
    return _kept(log, environ, accepting=True)


def _kept(log: Log, environ: Mapping[str, str], *, accepting: bool) -> bool:
    with log.reading():
        origin = log.origin
        if origin is None:
            return True
        folder, head = log.path.parent, log.head
        before = place_at(folder, environ) or Place(str(folder))
        if before.origin == origin and before.size > head and not accepting:
            return True
        root = log.root(head)
        apart = (before.apart and before.origin == origin) or (accepting and _contradicted(log, origin, environ))
    with suppress(OSError):
        keep_place(
            msgspec.structs.replace(before, folder=str(folder), origin=origin, size=head, root=root, apart=apart),
            environ,
        )
        return apart or remember(Seen(origin, head, root, str(folder)), environ)
    return False


def _contradicted(log: Log, origin: str, environ: Mapping[str, str]) -> bool:
    longest = last_seen(origin, environ)
    return longest is not None and (longest.size > log.head or log.root(longest.size) != longest.root)
