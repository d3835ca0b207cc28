"""A chart filled with what it draws: rows of views, and for maps the land around them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any, Final, NamedTuple

import msgspec

from chronology.charts.chart_file import Chart
from chronology.charts.land import around, borders_in, frame_of, land_in
from chronology.errors import Refused
from chronology.vocabulary.near import did_you_mean

__all__ = ["SERIES", "Wanted", "check_some", "drawn", "subtitled", "views_of", "wanted"]

Row = dict[str, Any]
Spec = dict[str, Any]

SERIES: Final = "series "
"""Before the name of a view: its series by day known."""

_OF_MAPS: Final = frozenset({"land", "borders", "frame"})


class Wanted(NamedTuple):
    """A request for a chart: its parameters, and for each view the values its rows are to have."""

    parameters: dict[str, str]
    rows: dict[str, dict[str, str]]


def views_of(chart: Chart) -> list[str]:
    """The views that a chart draws, `series VIEW` among them."""
    return [name for name in chart.draws if name not in _OF_MAPS]


def wanted(chart: Chart, columns: Mapping[str, Iterable[str]], keys: Mapping[str, str]) -> Wanted:
    """Read a request from keys; `columns` are those of each view the chart draws.

    A key names a column of at least one view, or a parameter of the chart. Raises Refused for one that is neither.
    """
    parameters = {key: value for key, value in keys.items() if key in chart.parameters}
    rows = {
        view: {key: value for key, value in keys.items() if key in there and key not in parameters}
        for view, there in columns.items()
    }
    unknown = keys.keys() - parameters.keys() - {key for of in rows.values() for key in of}
    if unknown:
        known = [*dict.fromkeys(column for of in columns.values() for column in of), *chart.parameters]
        name, listed = min(unknown), ", ".join(known)
        raise Refused(f"chart {chart.name} has no {name}; {did_you_mean(name, known, f'it has {listed}')}")
    return Wanted(parameters, rows)


def check_some(chart: Chart, data: Mapping[str, list[Row]], keys: Mapping[str, str]) -> None:
    """Raise Refused where a chart has nothing to draw."""
    if not any(data.values()):
        asked = " ".join(f"{key}={value}" for key, value in keys.items())
        view = next(iter(data), "timeline").removeprefix(SERIES)
        msg = (
            f"chart {chart.name}: nothing to draw{f' of {asked}' if asked else ''}; see: chronology query 'from {view}'"
        )
        raise Refused(msg)


def drawn(chart: Chart, data: Mapping[str, list[Row]], parameters: Mapping[str, str]) -> Spec:
    """The specification of a chart with these rows for each view, and what lies around them for a map.

    Raises Refused for parameters that cannot be, and for a map of what has no coordinates.
    """
    spec = deepcopy(chart.spec)
    for each in spec.get("params", []):
        if (given := parameters.get(each["name"])) is not None:
            each["value"] = _value(chart, each["name"], each["value"], given)
    datasets: dict[str, Any] = dict(data)
    if _OF_MAPS & set(chart.draws):
        borders = all(each["value"] for each in spec.get("params", []) if each["name"] == "borders")
        datasets |= _around(chart, data, borders=borders and "borders" in chart.draws)
    spec["datasets"] = msgspec.to_builtins(datasets, str_keys=True, enc_hook=str)
    return spec


def subtitled(spec: Spec, name: str, keys: Mapping[str, str], about: Row) -> Spec:
    """A chart that says below its title of what it is: the chronology, what was asked, the moment and the policy."""
    title = spec.get("title", "")
    moment = [f"as of position {about['as_of']}"] if about["as_of"] is not None else []
    moment += [f"known by {about['known_by']}"] if about["known_by"] is not None else []
    asked = [f"{key} {value}" for key, value in keys.items()]
    below = " · ".join([name, *asked, *(moment or ["now"]), f"head {about['head']}", f"policy {about['policy']}"])
    whole = title if isinstance(title, dict) else {"text": title}
    return spec | {"title": {"subtitle": below, "subtitleColor": "#666", **whole}}


def _around(chart: Chart, data: Mapping[str, list[Row]], *, borders: bool) -> dict[str, Any]:
    """The frame around the rows of a map."""
    places = [(row.get("longitude"), row.get("latitude")) for rows in data.values() for row in rows]
    points = [(x, y) for x, y in places if x is not None and y is not None]
    if not points:
        raise Refused(
            f"chart {chart.name}: nothing here has coordinates; give a place its own: chronology append place_named "
            "--name Gao --latitude 16.27 --longitude=-0.04"
        )
    frame = around(points)
    return {"frame": frame_of(frame), "land": land_in(frame), "borders": borders_in(frame) if borders else []}


def _value(chart: Chart, name: str, default: object, given: str) -> object:
    """Read a parameter as its default is typed. Raises Refused for what cannot be that."""
    try:
        if isinstance(default, bool):
            return {"true": True, "false": False}[given.lower()]
        return type(default)(given) if isinstance(default, int | float) else given
    except (KeyError, ValueError) as error:
        example = f"{name}={str(not default).lower()}" if isinstance(default, bool) else f"{name}={default}"
        raise Refused(f"chart {chart.name}: {name}={given} cannot be; expected such as {example}") from error
