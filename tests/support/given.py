"""A chronology for a test, in a line: what is given as TOML, and what a view then holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from empty_views import put_empty_views

from chronology.errors import Rejected
from chronology.intake import read_batch, read_file
from chronology.log import Folder, Log, Outcome
from projections.asking.opening import open_session

ROOT = Path(__file__).parents[2]
KIDAL = ROOT / "data" / "kidal"
SHARED = ROOT.parent / "shared" / "data"

needs_shared_data = pytest.mark.skipif(not SHARED.is_dir(), reason="the real data of ../shared/data is not here")


class Given:
    """A chronology in a folder of its own. `append` takes TOML or a file, `rows` a question."""

    def __init__(self, path: Path) -> None:
        self.folder = Folder.create(path, "given")
        put_empty_views(self.folder)
        self.said: list[str] = []
        self._files = count(1)
        start = datetime(2026, 1, 1, tzinfo=UTC)
        self._clock = (start + timedelta(minutes=n) for n in count())

    def append(self, facts: str | Path) -> list[Outcome]:
        """Append facts; one minute passes with each entry."""
        if isinstance(facts, str):
            path = self.folder.path / f"given-{next(self._files)}.toml"
            path.write_text(dedent(facts), encoding="utf-8")
        else:
            path = facts
        with Log.open(self.folder.log_path, clock=lambda: next(self._clock)) as log:
            batch = read_batch(read_file(str(path), None), log)
            if batch.problems:
                raise Rejected(batch.problems)
            return log.append(batch.drafts)

    @property
    def head(self) -> int:
        """The last position of the log."""
        with Log.open(self.folder.log_path, read_only=True) as log:
            return log.head

    def rows(self, sql: str, **look_back: str) -> list[tuple[Any, ...]]:
        """What a SELECT gives; `as_of` and `known_by` look back."""
        with open_session(self.folder, say=self.said.append, **look_back) as session:  # type: ignore[arg-type]
            return list(session.ask(sql).rows)

    def answers(self, sql: str, **look_back: Any) -> list[dict[str, Any]]:
        """What a SELECT gives, each row by its columns."""
        with open_session(self.folder, say=self.said.append, **look_back) as session:
            return session.rows(sql)

    def row(self, sql: str, **look_back: str) -> tuple[Any, ...]:
        """The one row a SELECT gives."""
        (row,) = self.rows(sql, **look_back)
        return row

    def value(self, sql: str, **look_back: str) -> object:
        """The one value a SELECT gives."""
        (value,) = self.row(sql, **look_back)
        return value
