"""Naming an entry: its position, its id, a unique beginning of it, `id@revision`; and what a near miss may mean."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from chronology.errors import Refused
from chronology.log.store.port import LogRecorder
from chronology.vocabulary.near import nearest

__all__ = ["Target", "resolve"]

_DIGITS: Final = re.compile("[0-9]+")
_LEAST: Final = 4
_MOST_CANDIDATES: Final = 5_000


class Target(NamedTuple):
    """The entry that a reference names.

    `revision` is None where all of the fact is meant: by its id, or by the position of its report. Where one revision
    is meant (`id@2`, or the position of a correction), it is that, and `position` is its own; else that of the report.
    """

    id: str
    position: int
    revision: int | None


def resolve(recorder: LogRecorder, ref: str) -> Target:
    """The entry that `ref` names. Raises Refused if there is none, with those it may be, or if there are several."""
    try:
        ref.encode()
    except UnicodeEncodeError as error:
        raise Refused(f"nothing in the log has the id {ref[:50]!a}: it is not text") from error
    if _DIGITS.fullmatch(ref):
        return _at(recorder, ref)
    name, at, revision = ref.rpartition("@")
    if not at:
        return _whole(recorder, ref)
    whole = _whole(recorder, name)
    number = int(revision) if _DIGITS.fullmatch(revision) and len(revision) < 10 else 0
    found = recorder.stored_as(whole.id, number)
    if found is None:
        present = recorder.stored_under([whole.id])[-1].revision
        msg = f"{whole.id} has no revision {revision!a}; it is at {present}"
        raise Refused(msg)
    return Target(whole.id, found.position, number)


def _at(recorder: LogRecorder, ref: str) -> Target:
    found = recorder.stored_at(int(ref[:20]))
    if found is None:
        msg = f"there is no position {ref[:30]}; the log ends at {recorder.head()}"
        raise Refused(msg)
    return Target(found.id, found.position, found.revision if found.revision > 1 else None)


def _whole(recorder: LogRecorder, name: str) -> Target:
    """An id, or the unique beginning of one. An id that is the beginning of others is itself."""
    found = recorder.stored_as(name, 1)
    if found is None and len(name) >= _LEAST:
        ids = recorder.ids(name, name, 6)
        if len(ids) > 1:
            more = ", …" if len(ids) > 5 else ""
            msg = f"{name} begins several ids: {', '.join(ids[:5])}{more}; give more of it"
            raise Refused(msg)
        found = recorder.stored_as(ids[0], 1) if ids else None
    if found is None:
        raise Refused(_not_found(recorder, name))
    return Target(found.id, found.position, None)


def _not_found(recorder: LogRecorder, name: str) -> str:
    shown = name if name.isascii() and name.isprintable() and len(name) <= 200 else ascii(name[:50])
    if len(name) < _LEAST:
        return f"nothing in the log has the id {shown}; give {_LEAST} letters of it or more, or its position"
    # Few mistype the first two letters; an index finds those that share them.
    candidates = recorder.ids_of_length(name[:2], len(name) - 2, len(name) + 2, _MOST_CANDIDATES)
    close = nearest(name, candidates, 2)[:3]
    meant = f"did you mean {' or '.join(close)}?" if close else "`chronology log` lists what there is"
    return f"nothing in the log has the id {shown}; {meant}"
