"""The state that is exported: the views of a chronology at one moment, and that moment."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from chronology.errors import ChronologyError, Refused
from projections.asking.describe import Description, describe
from projections.asking.operation_names import with_parts
from projections.literals import identifier, quoted

if TYPE_CHECKING:
    from chronology.log import Folder, Log
    from projections.asking.session import RowStream, Session

__all__ = ["About", "State", "state_of"]

_NAMED_IN_FACTS: Final = {
    "sources": "select unnest([source, speaker]) from facts",
    "actors": "select unnest(actors) from facts",
    "places": "select unnest(places) from facts",
}


class About(NamedTuple):
    """The origin of an export: everything that is needed to make it again, and to cite it.

    `origin` is the identity of the chronology, `entries` how many entries of its log were looked at,
    `root` the hash of these and of their order (base64), `recorded` the day the last of them was recorded;
    `checkpoint` is the note that was signed last, if it is of no later entry. `operation` is the one exported, or None.
    """

    name: str
    origin: str
    entries: int
    root: str
    recorded: date
    known_by: date | None
    policy: str
    operation: str | None = None
    checkpoint: str | None = None


class State:
    """The views at one moment, all of them or those of one operation and its parts.

    `say` gets what the format cannot hold, in a line. Ask one question at a time: a new one ends the one before.
    """

    def __init__(self, session: Session, about: About, operations: Iterable[str], say: Callable[[str], None]) -> None:
        self.about = about
        self.say = say
        self._session = session
        self._operations = ", ".join(map(quoted, operations))

    @cached_property
    def views(self) -> dict[str, Description]:
        """Descriptions of the views, by name."""
        return describe(self._session)

    def ask(self, sql: str) -> RowStream:
        """The answer to one SELECT; its rows are fetched as they are read."""
        return self._session.ask(sql)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The answer to one SELECT, all of it, each row by column."""
        return self._session.rows(sql)

    def view(self, name: str, columns: Iterable[str] = (), order: str = "") -> RowStream:
        """The rows of a view that belong to what is exported, in the order of `order`, else of its grain."""
        view = self.views[name]
        chosen = ", ".join(map(identifier, columns)) or "*"
        by = order or ", ".join(f"{identifier(column)} nulls first" for column in view.grain) or "all"
        return self.ask(f"select {chosen} from {name} where {self.condition(name)} order by {by}")

    def condition(self, view: str) -> str:
        """The rows of a view that belong to what is exported, as SQL."""
        if not self._operations:
            return "true"
        columns = {column.name for column in self.views[view].columns}
        of_operation = f"operation in ({self._operations})"
        incidents = f"select incident from incidents where {of_operation}"
        conditions = []
        if "operation" in columns:
            conditions.append(f"{view}.{of_operation}")
        if "incident" in columns:
            conditions.append(f"{view}.incident in ({incidents})")
        if view == "facts":
            conditions.append(f"list_has_any(facts.incidents, (select list(incident) from ({incidents})))")
        elif "fact" in columns:
            conditions.append(f"{view}.fact in (select fact from facts where {self.condition('facts')})")
        if view in _NAMED_IN_FACTS:
            conditions.append(f"{view}.name in ({_NAMED_IN_FACTS[view]} where {self.condition('facts')})")
        return f"({' or '.join(conditions) or 'true'})"


def state_of(
    folder: Folder, log: Log, session: Session, operation: str | None = None, *, say: Callable[[str], None]
) -> State:
    """The state a session sees; of one operation with its parts, by any of its names.

    Raises Refused of an empty log, and where there is no such operation.
    """
    operations: list[str] = []
    if operation is not None:
        operations = with_parts(operation, session.ask("select operation, parent, aliases from operations").rows)
    about = _about(folder, log, session, operations[0] if operations else None)
    return State(session, about, operations, say)


def _about(folder: Folder, log: Log, session: Session, operation: str | None) -> About:
    (seen,) = session.rows("select head, as_of, known_by, policy from about")
    entries = seen["as_of"] or seen["head"]
    origin = log.origin
    if origin is None or not entries:
        raise Refused(f"{folder.name} is empty: there is nothing to export or to cite; append a fact first")
    return About(
        name=folder.name,
        origin=origin,
        entries=entries,
        root=b64encode(log.root(entries)).decode(),
        recorded=log.at(entries).recorded_at.date(),
        known_by=seen["known_by"],
        policy=seen["policy"],
        operation=operation,
        checkpoint=_checkpoint(folder, origin, entries),
    )


def _checkpoint(folder: Folder, origin: str, entries: int) -> str | None:
    """The checkpoint that was signed last, if what it signs is exported; one that does not read is none."""
    from chronology.log.evidence.checkpoints import checkpoint_file, note_in, read_checkpoint  # noqa: PLC0415

    file = checkpoint_file(origin, os.environ, folder.path)
    with suppress(ChronologyError, OSError):
        if file.is_file() and read_checkpoint(file, None).size <= entries:
            return note_in(file)
    return None
