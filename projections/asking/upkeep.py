"""The views, brought to the head of the log before they are asked."""

from __future__ import annotations

from collections.abc import Callable

from chronology.errors import Unavailable
from chronology.log import Folder, Log
from projections.asking.session import Session
from projections.store.refresh import Refreshed, rebuild, refresh
from projections.views.catalogue import Catalogue

__all__ = ["bring_up", "left_out", "make_anew"]

Say = Callable[[str], None]


def bring_up(log: Log, folder: Folder, catalogue: Catalogue, say: Say, *, own: bool = True) -> None:
    """Refresh the views; where that cannot be done now, say where they stand and go on with them.

    Without `own`, the user's own views are left to be made.
    """
    try:
        done = refresh(log, folder.views_path, catalogue, say, own=own)
    except Unavailable as error:
        if not folder.views_path.exists():
            raise
        try:
            with Session(folder.views_path, catalogue) as session:
                behind = session.cursor.head
        except Unavailable:
            raise error from None
        say(f"views at {behind:,} of {log.head:,}: {error}")
    else:
        left_out(done.problems, say)


def make_anew(log: Log, folder: Folder, catalogue: Catalogue, say: Say) -> Refreshed:
    """Make the views anew from the log, and put them in their place."""
    done = rebuild(log, folder.views_path, catalogue, say)
    left_out(done.problems, say)
    return done


def left_out(problems: list[str], say: Say) -> None:
    """Say which of the user's own views are left out, and why."""
    for problem in problems:
        say(f"left out: {problem}")
