"""A chronology of a conflict: every reported fact appended to a log, every figure a view of it.

`from chronology import Chronology` is the door for Python; `vocabulary` says what can be reported, `log` keeps it,
`intake` reads it from files, `cli` is what analysts use. The views are computed by the package `projections` beside
this one.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as `typing` has it, which takes longer to import than this
if TYPE_CHECKING:
    from chronology.api import Appended, Chronology
    from chronology.errors import ChronologyError, Damaged, Problem, Refused, Rejected, Unavailable, Usage
    from projections.asking.answer import Answer

__all__ = [
    "Answer",
    "Appended",
    "Chronology",
    "ChronologyError",
    "Damaged",
    "Problem",
    "Refused",
    "Rejected",
    "Unavailable",
    "Usage",
]

__version__ = "0.1.0"

_HOMES = {
    "Answer": "projections.asking.answer",
    "Appended": "chronology.api",
    "Chronology": "chronology.api",
} | dict.fromkeys(
    ["ChronologyError", "Damaged", "Problem", "Refused", "Rejected", "Unavailable", "Usage"], "chronology.errors"
)


def __getattr__(name: str) -> object:
    """One of the names above, imported when it is first asked for: `import chronology` alone loads nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    found: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found
