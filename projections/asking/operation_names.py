"""Operations by any of their names."""

from __future__ import annotations

from collections.abc import Iterable

from chronology.errors import Refused
from chronology.vocabulary import name_key
from chronology.vocabulary.near import did_you_mean

__all__ = ["by_any_name", "operation_called", "with_parts"]


def by_any_name(operations: Iterable[tuple[str, Iterable[str] | None]]) -> dict[str, str]:
    """Each operation by the keys of its names, from its name and its aliases."""
    return {name_key(name): operation for operation, aliases in operations for name in (*(aliases or ()), operation)}


def operation_called(name: str, operations: dict[str, str]) -> str:
    """The operation that goes by `name`, of those `by_any_name`. Raises Refused where there is none."""
    if (found := operations.get(name_key(name))) is not None:
        return found
    hint = did_you_mean(name_key(name), operations, '`chronology query "from operations"` lists them')
    raise Refused(f"--operation {name}: there is no such operation; {hint}")


def with_parts(name: str, operations: Iterable[tuple[str, str | None, Iterable[str] | None]]) -> list[str]:
    """The operation that goes by `name`, and then all that are parts of it, of rows of operation, parent and aliases.

    Raises Refused where there is none.
    """
    rows = list(operations)
    called = by_any_name((operation, aliases) for operation, _, aliases in rows)
    found = operation_called(name, called)
    chosen, before = {found}, 0
    while len(chosen) > before:
        before = len(chosen)
        chosen |= {operation for operation, parent, _ in rows if parent and called.get(name_key(parent)) in chosen}
    return [found, *sorted(chosen - {found})]
