"""Exporters: their base class, and a list of all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, BinaryIO, ClassVar

from chronology.errors import Usage
from chronology.vocabulary.near import did_you_mean

if TYPE_CHECKING:
    from chronology.exporters.state import State

__all__ = ["Exporter", "exporter_for", "exporter_named", "exporters"]


class Exporter(ABC):
    """A format of files for other tools. To add one, put such a class into a module of `formats/`.

    `name` is what `--as` takes, `meaning` what it is good for; `suffixes` are the ends of file names by which it is
    chosen (`.geojson`), `is_text` says whether it can go to a terminal.
    """

    name: ClassVar[str]
    meaning: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]] = ()
    is_text: ClassVar[bool] = True

    @abstractmethod
    def write(self, state: State, stream: BinaryIO) -> None:
        """Write the whole file. The same state gives the same bytes."""


@cache
def exporters() -> dict[str, Exporter]:
    """All formats, by name."""
    formats = import_module("chronology.exporters.formats")
    for module in iter_modules(formats.__path__):
        import_module(f"{formats.__name__}.{module.name}")
    found = [each() for each in Exporter.__subclasses__() if each.__module__.startswith(f"{formats.__name__}.")]
    return {each.name: each for each in sorted(found, key=lambda each: each.name)}


def exporter_named(name: str) -> Exporter:
    """The format of this name, or of the files that end so (`xlsx`). Raises Usage where there is none."""
    found = exporters().get(name.lower()) or exporter_for(Path(f"a.{name}"))
    if found is None:
        some = f"there are {', '.join(exporters())}"
        raise Usage(f"no such format: {name}; {did_you_mean(name, exporters(), some)}")
    return found


def exporter_for(file: Path) -> Exporter | None:
    """The format that the end of a file's name stands for, if it stands for one."""
    return next((each for each in exporters().values() if file.suffix.lower() in each.suffixes), None)
