"""A chronology: the folder that holds a log, and what belongs to it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple, Self

from chronology.errors import Refused
from chronology.files import Linked, NotText, NotToml, check_regular, link_on_the_way, read_regular, text_of, toml_of
from chronology.log.disk import held_alone, make_folder, sync_names, write_whole
from chronology.log.evidence.places import made_here
from chronology.log.store.failures import translated
from chronology.log.store.sqlite import create_file
from chronology.vocabulary.text import can_be_name, unprintable

__all__ = ["LOG", "Folder", "checked_name"]

_FILE: Final = "chronology.toml"
LOG: Final = "log.db"
_MOST: Final = 65_536
"""Bytes of a chronology.toml."""
_VARIABLE: Final = "CHRONOLOGY_DIR"


class Folder(NamedTuple):
    """A chronology by its folder: `name` as its `chronology.toml` gives it, and where its log is."""

    path: Path
    name: str
    log_path: Path

    @property
    def views_path(self) -> Path:
        """The views: derived, and may be deleted at any time."""
        return self.path / "views.duckdb"

    @property
    def projections_path(self) -> Path:
        """The user's own views."""
        return self.path / "projections"

    @classmethod
    def create(cls, path: Path, name: str | None = None) -> Self:
        """Make a chronology at `path`, with an empty log; for its owner's eyes alone. `name` is else the folder's.

        Raises Refused if one is there already, a link stands for its log, or the name cannot be one; Unavailable
        if it cannot be written.
        """
        path = path.absolute()
        name = checked_name(path.name if name is None else name)
        with translated(path, OSError, ValueError):
            make_folder(path)
            _check_new(path)
            check_regular(path / LOG)
        create_file(path / LOG)
        text = f"name = {json.dumps(name, ensure_ascii=False)}\nlog = {json.dumps(LOG)}\n"
        # What makes the folder a chronology comes last, and only one process can be the one to write it.
        with translated(path, OSError), held_alone(path):
            _check_new(path)
            write_whole(path / _FILE, text.encode())
            sync_names(path)
        return cls(path, name, path / LOG)

    @classmethod
    def find(cls, start: Path, explicit: Path | None = None, environ: Mapping[str, str] | None = None) -> Self:
        """The chronology named by `explicit` (-C), else by CHRONOLOGY_DIR, else the one `start` is in or below.

        Raises Refused if there is none, its chronology.toml is not right, or a link leads to it or to the log of a
        chronology that was not made here; Damaged if it is no file, Unavailable if it cannot be read.
        """
        named = (environ or {}).get(_VARIABLE)
        if explicit is not None:
            return cls._here(explicit.absolute(), "-C", environ or {})
        if named:
            return cls._here(Path(named).absolute(), _VARIABLE, environ or {})
        start = start.absolute()
        with translated(start, OSError):
            found = next((folder for folder in (start, *start.parents) if os.path.lexists(folder / _FILE)), None)
        if found is None:
            msg = f"no chronology here or above {start}; make one with `chronology init`, or name it with -C DIR"
            raise Refused(msg)
        return cls._read(found, environ or {})

    @classmethod
    def _here(cls, folder: Path, named_by: str, environ: Mapping[str, str]) -> Self:
        with translated(folder, OSError, ValueError):
            there = os.path.lexists(folder / _FILE)
        if not there:
            msg = f"no chronology in {folder} ({named_by}); make one there with `chronology init`"
            raise Refused(msg)
        return cls._read(folder, environ)

    @classmethod
    def _read(cls, folder: Path, environ: Mapping[str, str]) -> Self:
        file, links = folder / _FILE, made_here(folder, environ)
        with translated(file, OSError):
            content = read_regular(file, _MOST, links=links)
        try:
            said = toml_of(text_of(content))
        except (NotText, NotToml) as error:
            where = file if error.line is None else f"{file}:{error.line}"
            msg = f"{where}: {error.what}; expected name and log, as texts"
            raise Refused(msg) from error
        for key in said.keys() - {"name", "log"}:
            msg = f"{file}: {key!a:.60} is not known; expected name and log"
            raise Refused(msg)
        name, log = said.get("name", folder.name), said.get("log", LOG)
        if not isinstance(name, str) or not isinstance(log, str):
            msg = f'{file}: expected texts, such as name = "kidal" and log = "log.db"'
            raise Refused(msg)
        made = cls(folder, checked_name(name), folder / _inside(file, log))
        if not links and (link := made.link()) is not None:
            raise Linked(link)
        return made

    def link(self) -> Path | None:
        """The first link on the way from the folder to its log; None where none is. Raises Unavailable."""
        with translated(self.path, OSError):
            return link_on_the_way(self.path, self.log_path)


def _inside(file: Path, log: str) -> PurePosixPath:
    """A folder may come from elsewhere: what it names must be in it."""
    path = PurePosixPath(log)
    if not path.name or path.is_absolute() or ".." in path.parts or unprintable(log, prose=False):
        msg = f"{file}: log = {log!a} leads out of the folder; expected a file in it, such as {LOG}"
        raise Refused(msg)
    return path


def checked_name(name: str) -> str:
    """Return `name`, if it can be that of a chronology. Raises Refused."""
    if not can_be_name(name):
        msg = f"{name[:50]!a} cannot be the name of a chronology: 1 to 200 characters, none of them hidden"
        raise Refused(msg)
    return name


def _check_new(path: Path) -> None:
    if (path / _FILE).exists():
        msg = f"{path} holds a chronology already ({_FILE}); use it as it is, or name another folder"
        raise Refused(msg)
