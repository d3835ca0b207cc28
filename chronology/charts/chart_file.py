"""The charts there are: those shipped beside the views, and a chronology's own in its folder `charts`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

import projections
from chronology.errors import Refused
from chronology.files import read_regular
from chronology.log.evidence.places import made_here
from chronology.vocabulary.near import did_you_mean

__all__ = ["Chart", "chart_named", "charts"]

Spec = dict[str, Any]

SHIPPED: Final = Path(projections.__file__).parent / "charts"
OWN: Final = "charts"
"""The folder of a chronology's own charts, in that of the chronology."""

MOST_BYTES: Final = 1 << 20
MOST_OWN: Final = 200
MOST_DEPTH: Final = 60

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


class Chart(NamedTuple):
    """One chart: its name, its specification, and the names of the data it draws, each once."""

    name: str
    spec: Spec
    draws: tuple[str, ...]

    @property
    def description(self) -> str:
        """A description, from its specification."""
        return str(self.spec.get("description", ""))

    @property
    def parameters(self) -> dict[str, Any]:
        """Its parameters that are simple values, by name."""
        found = self.spec.get("params", [])
        return {
            each["name"]: each["value"] for each in found if isinstance(each, dict) and {"name", "value"} <= each.keys()
        }


def charts(folder: Path) -> dict[str, Path]:
    """The files of all charts by name; of two of one name the shipped one is meant.

    A link in the place of `charts` is followed only where the chronology was made.
    """
    there = folder / OWN
    follows = not there.is_symlink() or made_here(folder, os.environ)
    own = sorted(there.glob("*.json"))[:MOST_OWN] if follows else []
    return {path.stem: path for path in (*own, *sorted(SHIPPED.glob("*.json")))}


def chart_named(name: str, folder: Path) -> Chart:
    """The chart of this name, shipped or in the folder's `charts`.

    Raises Refused where there is none, and for a file that is no chart: not JSON, or drawing what is no view.
    """
    there = charts(folder)
    if name not in there:
        known = ", ".join(sorted(there))
        raise Refused(f"there is no chart {name}; {did_you_mean(name, there, f'there are {known}')}")
    path = there[name]
    links = path.parent == SHIPPED or made_here(folder, os.environ)
    if not _NAME.fullmatch(name):
        raise Refused(f"{path}: a chart's file is named in lower case: expected such as my_chart.json")
    try:
        spec = msgspec.json.decode(read_regular(path, MOST_BYTES, links=links), type=dict[str, Any])
    except (OSError, msgspec.MsgspecError, RecursionError) as error:
        raise Refused(f"{path}: is no chart ({error}); expected a Vega-Lite specification in JSON") from error
    return Chart(name, spec, tuple(dict.fromkeys(_draws(path, spec, 0))))


def _draws(path: Path, node: object, depth: int) -> Iterator[str]:
    """The names of the data that a part of a specification draws."""
    if depth > MOST_DEPTH:
        raise Refused(f"{path}: is nested too deep to be a chart; expected at most {MOST_DEPTH} levels")
    if isinstance(node, list):
        for each in node:
            yield from _draws(path, each, depth + 1)
    if not isinstance(node, dict):
        return
    if "url" in node or node.get("mark") == "image":
        raise Refused(f'{path}: loads something by its address; a chart draws views: "data": {{"name": "incidents"}}')
    data = node.get("data")
    if isinstance(data, dict) and isinstance(data.get("name"), str) and "values" not in data:
        yield data["name"]
    for key, each in node.items():
        if key not in {"values", "datasets"}:
            yield from _draws(path, each, depth + 1)
