"""The basis of every call of a chronology: its folder, its warnings, its log, and its turn to query the views."""

from __future__ import annotations

import contextlib
import os
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

from chronology.errors import Refused
from chronology.log import Folder, Log
from chronology.log.store.sqlite import say_waiting

__all__ = ["Handle"]

Warn: TypeAlias = Callable[[str], None]


class Handle:
    """A chronology by its folder, until it is closed; between two calls no file stays open."""

    def __init__(self, folder: Folder, *, on_warning: Warn | None = None) -> None:
        self._folder = folder
        self._warn = on_warning or _as_warning
        self._closed = False

    @classmethod
    def create(cls, path: str | os.PathLike[str], *, name: str | None = None, on_warning: Warn | None = None) -> Self:
        """Make a chronology in a new or empty folder; it is called as the folder is, unless `name` says otherwise.

        Raises Refused where there is one already or the name cannot be one, Unavailable where it cannot be written.
        """
        from chronology.log.evidence.places import mark_made

        folder = Folder.create(Path(path), name)
        mark_made(folder.path, os.environ)
        return cls(folder, on_warning=on_warning)

    @classmethod
    def open(cls, path: str | os.PathLike[str] | None = None, *, on_warning: Warn | None = None) -> Self:
        """The chronology in the folder `path`; else in that of CHRONOLOGY_DIR; else in or above the working directory.

        Raises Refused where there is none.
        """
        folder = Folder.find(Path.cwd(), None if path is None else Path(path), os.environ)
        opened = cls(folder, on_warning=on_warning)
        if (link := folder.link()) is not None:
            opened._warn(f"{link} is a link: the log is {folder.log_path.resolve()}")
        return opened

    def close(self) -> None:
        """End its use: any other call is refused from here on. Closing twice does nothing."""
        self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Chronology {self.name} in {self.path}>"

    @property
    def path(self) -> Path:
        """Its folder."""
        return self._folder.path

    @property
    def name(self) -> str:
        """The name of the chronology."""
        return self._folder.name

    @property
    def head(self) -> int:
        """The last position of its log; 0 while that is empty."""
        with self._log(read_only=True) as log:
            return log.head

    @contextlib.contextmanager
    def _log(self, *, read_only: bool = False) -> Iterator[Log]:
        self._check_open()
        before = say_waiting.set(self._warn)
        try:
            with Log.open(self._folder.log_path, read_only=read_only) as log:
                yield log
        finally:
            say_waiting.reset(before)

    @contextlib.contextmanager
    def _asking(self) -> Iterator[None]:
        from projections.asking.turn import one_at_a_time

        self._check_open()
        with one_at_a_time(self._folder.views_path):
            try:
                yield
            except RuntimeError as error:
                # So DuckDB's client says that it was interrupted.
                if "interrupted" not in str(error).lower():
                    raise
                traceback.clear_frames(error.__traceback__)
                raise KeyboardInterrupt from error
            except KeyboardInterrupt as error:
                # A notebook keeps the error, and so whatever was just being opened.
                traceback.clear_frames(error.__traceback__)
                raise

    def _check_open(self) -> None:
        if self._closed:
            raise Refused(f"{self.name} is closed; open it again: Chronology.open({str(self.path)!r})")


def _as_warning(text: str) -> None:
    warnings.warn(text, stacklevel=2)
