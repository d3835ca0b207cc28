"""Data sets that are imported by name, one module each: a class of `Format` put into a module here is one of them."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from chronology.importers.formats import Format

__all__ = ["datasets"]


@cache
def datasets() -> dict[str, Format]:
    """The formats that need no mapping, by the name of their data set."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    found = [each() for each in Format.__subclasses__() if each.__module__.startswith(f"{__name__}.")]
    return {each.dataset: each for each in sorted(found, key=lambda each: each.dataset)}
