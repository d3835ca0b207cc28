"""All kinds, one class each, by what they speak of.

A class put into a module here is a kind; nothing else is edited.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from chronology.vocabulary.entries import Kind

__all__ = ["KINDS", "kinds_below"]


def _concrete(base: type[Kind]) -> list[type[Kind]]:
    """The kinds below `base`, in the order they were written: those that carry an example of their own."""
    found = [base] if base.__dict__.get("example") else []
    for below in base.__subclasses__():
        found += _concrete(below)
    return found


for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

KINDS: Final[dict[str, type[Kind]]] = {
    str(kind.__struct_config__.tag): kind
    for kind in sorted(_concrete(Kind), key=lambda kind: (kind.__module__, kind.__name__))
}
"""Every kind by its tag: `KINDS["ied_strike"]` is `IedStrike`."""


def kinds_below(base: type[Kind]) -> tuple[str, ...]:
    """The tags of all kinds below a base, sorted: `kinds_below(Violence)`."""
    return tuple(sorted(tag for tag, kind in KINDS.items() if issubclass(kind, base)))
