"""Records about folders on this machine: whether the chronology in one was made here, and what was seen in it.

One small file for each folder is with the last states seen of chronologies (`last_seen.kept_in`), out of reach of
whoever sends a folder. A folder goes by its path: one that was moved or copied is another, and not known.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from chronology.errors import ChronologyError
from chronology.files import read_regular
from chronology.log.disk import write_whole
from chronology.log.evidence.last_seen import state_folder

__all__ = [
    "Place",
    "folders_apart",
    "keep_place",
    "keep_views",
    "known_views",
    "made_here",
    "mark_made",
    "place_at",
    "place_file",
]

_MOST: Final = 16_384
"""More bytes than a record of a folder has."""


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A folder, and the chronology that was last seen in it.

    `made`: the chronology was made by this user on this machine (`init`, `demo`, `restore`). `origin` is None until it
    has a first line; `size` and `root` are those last seen. `apart`: a longer copy is elsewhere, and both go on.
    """

    folder: str
    made: bool = False
    origin: str | None = None
    size: int = 0
    root: bytes = b""
    apart: bool = False


def place_file(folder: Path, environ: Mapping[str, str]) -> Path:
    """Return where it is kept what is known of a folder."""
    return state_folder(environ) / f"at-{_name_of(folder)}"


def place_at(folder: Path, environ: Mapping[str, str]) -> Place | None:
    """Return what is known of a folder; None where nothing is, or it does not read: then it is nothing to go by."""
    try:
        text = read_regular(place_file(folder, environ), _MOST, links=True)
    except OSError:
        return None
    if text.startswith(b"chronology/"):  # as it was kept before there was more to keep
        return Place(str(folder), made=True, origin=text.decode(errors="replace").strip())
    with suppress(msgspec.DecodeError, UnicodeDecodeError):
        return msgspec.json.decode(text, type=Place)
    return None


def folders_apart(origin: str, environ: Mapping[str, str]) -> Iterator[Path]:
    """Yield the folders in which a copy of a chronology is kept apart."""
    for file in sorted(state_folder(environ).glob("at-*")):
        with suppress(OSError, ChronologyError, msgspec.DecodeError, UnicodeDecodeError):
            place = msgspec.json.decode(read_regular(file, _MOST, links=True), type=Place)
            if place.apart and place.origin == origin:
                yield Path(place.folder)


def keep_place(place: Place, environ: Mapping[str, str]) -> None:
    """Keep what is known of a folder. Raises OSError."""
    file, text = place_file(Path(place.folder), environ), msgspec.json.encode(place) + b"\n"
    with suppress(FileNotFoundError):
        if file.read_bytes() == text:
            return
    write_whole(file, text)


def made_here(folder: Path, environ: Mapping[str, str]) -> bool:
    """Return whether the chronology in a folder was made by this user on this machine, and is where it was made."""
    place = place_at(folder, environ)
    return place is not None and place.made


def mark_made(folder: Path, environ: Mapping[str, str]) -> None:
    """Note that this user made a new chronology in a folder; what was seen there before is no longer expected.

    Where that cannot be kept, the chronology counts as one that came from elsewhere.
    """
    with suppress(OSError):
        _views_file(folder, environ).unlink(missing_ok=True)
        keep_place(Place(str(folder), made=True), environ)


def known_views(folder: Path, environ: Mapping[str, str]) -> str | None:
    """Return what the views made here for a folder are known by; None where none were made, or it was not kept."""
    try:
        return read_regular(_views_file(folder, environ), _MOST, links=True).decode(errors="replace")
    except (OSError, ChronologyError):
        return None


def keep_views(folder: Path, known_by: str, environ: Mapping[str, str]) -> bool:
    """Keep what the views of a folder are known by; False where there is no place for it.

    Replaced whole, but not synced: what is lost with the power is made anew.
    """
    try:
        write_whole(_views_file(folder, environ), known_by.encode(), synced=False)
    except OSError:
        return False
    return True


def _views_file(folder: Path, environ: Mapping[str, str]) -> Path:
    return state_folder(environ) / f"views-{_name_of(folder)}"


def _name_of(folder: Path) -> str:
    return sha256(os.fsencode(folder.resolve())).hexdigest()[:32]
