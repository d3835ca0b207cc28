"""One question at a time of the same views in one process.

The operating system gives locks to processes: within one, a refresh would write the file that a question is reading,
and whoever closes the file first takes the locks of the other with it. DuckDB refuses some of that, with an error.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from chronology.errors import Refused

__all__ = ["one_at_a_time"]


class _Turn:
    """A lock that says who has it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.thread: int | None = None


_TURNS: Final[defaultdict[Path, _Turn]] = defaultdict(_Turn)


@contextmanager
def one_at_a_time(views: Path) -> Iterator[None]:
    """Wait for the questions that other threads ask of these views; while this is open, they wait.

    Raises Refused in a thread that has a question open already, which it would wait for for ever.
    """
    turn = _TURNS[views.resolve()]
    if turn.thread == threading.get_ident():
        raise Refused("another question is still being read here; end its block first, or take its rows with query()")
    with turn.lock:
        try:
            turn.thread = threading.get_ident()
            yield
        finally:
            turn.thread = None
