"""Operations by any of their names."""

from __future__ import annotations

from collections.abc import Iterable

from chronology.errors import Refused
from chronology.vocabulary import name_key
from chronology.vocabulary.near import did_you_mean

__all__ = ["by_any_name", "operation_called"]


def by_any_name(operations: Iterable[tuple[str, Iterable[str] | None]]) -> dict[str, str]:
    """Each operation by the keys of its names, from its name and its aliases."""
    return {name_key(name): operation for operation, aliases in operations for name in (*(aliases or ()), operation)}


def operation_called(name: str, operations: dict[str, str]) -> str:
    """The operation that goes by `name`, of those `by_any_name`. Raises Refused where there is none."""
    if (found := operations.get(name_key(name))) is not None:
        return found
    hint = did_you_mean(name_key(name), operations, '`chronology query "from operations"` lists them')
    raise Refused(f"--operation {name}: there is no such operation; {hint}")
