"""Land and borders by Natural Earth, cut to what a map shows.

The files in `natural_earth/` hold shapes in hundredths of a degree: a first point, then steps from point to point.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

__all__ = ["Frame", "around", "borders_in", "frame_of", "land_in"]

Point = tuple[float, float]

SOURCE: Final = Path(__file__).parent / "natural_earth"
SMALLEST: Final = 1.5
"""Degrees: no map shows less, so that there is something around a single point."""
SHAPE: Final = 4 / 3
"""Width by height of a map."""
COARSE_FROM: Final = 60.0
"""Degrees: of a wider frame a coarser coast is shown."""
MOST_NORTH: Final = 80.0


class Frame(NamedTuple):
    """The frame of a map, in degrees."""

    west: float
    south: float
    east: float
    north: float

    def grown(self, share: float) -> Frame:
        """A frame that is larger on each side by a share of its width and height."""
        wide, high = share * (self.east - self.west), share * (self.north - self.south)
        return Frame(self.west - wide, self.south - high, self.east + wide, self.north + high)


def around(points: Iterable[Point]) -> Frame:
    """A frame of the map's shape around (longitude, latitude), with a margin."""
    longitudes, latitudes = zip(*points, strict=True)
    frame = Frame(min(longitudes), min(latitudes), max(longitudes), max(latitudes)).grown(0.12)
    narrows = math.cos(math.radians(max(-MOST_NORTH, min(MOST_NORTH, (frame.south + frame.north) / 2))))
    height = max(SMALLEST, frame.north - frame.south, (frame.east - frame.west) * narrows / SHAPE)
    wide = (height * SHAPE / narrows - (frame.east - frame.west)) / 2
    high = (height - (frame.north - frame.south)) / 2
    south, north = (max(-MOST_NORTH, min(MOST_NORTH, each)) for each in (frame.south - high, frame.north + high))
    return Frame(max(-180.0, frame.west - wide), south, min(180.0, frame.east + wide), north)


def frame_of(frame: Frame) -> list[dict[str, Any]]:
    """The corners of a frame as GeoJSON, to which a projection is fitted."""
    corners = [[frame.west, frame.south], [frame.east, frame.north]]
    return [{"type": "Feature", "geometry": {"type": "MultiPoint", "coordinates": corners}}]


def land_in(frame: Frame) -> list[dict[str, Any]]:
    """The land in and around a frame, as GeoJSON polygons."""
    wide = frame.grown(0.6)
    found = []
    for rings in _shapes("land-110m.json" if frame.east - frame.west > COARSE_FROM else "land-50m.json"):
        cut = [ring for each in rings if (ring := _cut(each, wide))]
        if cut:
            found.append(
                {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [_closed(each) for each in cut]}}
            )
    return found


def borders_in(frame: Frame) -> list[dict[str, Any]]:
    """The borders in and around a frame as Natural Earth draws them, as GeoJSON lines."""
    wide = frame.grown(0.6)
    return [
        {"type": "Feature", "geometry": {"type": "LineString", "coordinates": [list(point) for point in line]}}
        for (line,) in _shapes("borders-50m.json")
        if any(wide.west <= x <= wide.east and wide.south <= y <= wide.north for x, y in line)
    ]


@cache
def _shapes(file: str) -> list[list[list[Point]]]:
    """The shapes of a file, each a list of rings; a line is a shape of one ring."""
    stored = msgspec.json.decode((SOURCE / file).read_bytes())
    unit = stored["unit"]
    shapes = (shape if isinstance(shape[0], list) else [shape] for shape in stored["shapes"])
    return [[list(_points(ring, unit)) for ring in shape] for shape in shapes]


def _points(steps: list[int], unit: float) -> Iterator[Point]:
    x = y = 0
    for dx, dy in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + dx, y + dy
        yield round(x * unit, 2), round(y * unit, 2)


def _closed(ring: list[Point]) -> list[list[float]]:
    return [[*point] for point in (*ring, ring[0])] if ring[0] != ring[-1] else [[*point] for point in ring]


def _cut(ring: list[Point], frame: Frame) -> list[Point]:
    """A ring cut to a frame, side by side (Sutherland and Hodgman, 1974); empty where nothing is inside."""
    sides: tuple[tuple[int, float, Callable[[float, float], bool]], ...] = (
        (0, frame.west, float.__ge__), (0, frame.east, float.__le__),
        (1, frame.south, float.__ge__), (1, frame.north, float.__le__),
    )  # fmt: skip
    for axis, at, inside in sides:
        kept: list[Point] = []
        for before, point in zip((ring[-1:] + ring[:-1]), ring, strict=True):
            was, now = inside(float(before[axis]), at), inside(float(point[axis]), at)
            if was != now:
                kept.append(_crossing(before, point, axis, at))
            if now:
                kept.append(point)
        ring = kept
        if not ring:
            return []
    return ring if len(ring) > 3 and not math.isclose(_area(ring), 0.0, abs_tol=1e-9) else []


def _crossing(first: Point, second: Point, axis: int, at: float) -> Point:
    share = (at - first[axis]) / (second[axis] - first[axis])
    across = round(first[1 - axis] + share * (second[1 - axis] - first[1 - axis]), 3)
    return (at, across) if axis == 0 else (across, at)


def _area(ring: list[Point]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, (*ring[1:], ring[0]), strict=True)) / 2
