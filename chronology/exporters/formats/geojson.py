"""GeoJSON: incidents on a map, with what is known of their dead and injured."""

from __future__ import annotations

from typing import BinaryIO, ClassVar, Final

import msgspec

from chronology.exporters.exporter import Exporter
from chronology.exporters.state import State

__all__ = ["GeoJson"]

_encode: Final = msgspec.json.Encoder().encode
_SAID_ELSEWHERE: Final = {"incident", "latitude", "longitude", "policy"}


class GeoJson(Exporter):
    """One FeatureCollection (RFC 7946): an incident is a point, by its id, with the columns of `incidents`.

    One without coordinates has no geometry; `geo_precision` says how exact a point is.
    """

    name: ClassVar = "geojson"
    meaning: ClassVar = "incidents on a map, for QGIS and web maps"
    suffixes: ClassVar = (".geojson",)

    def write(self, state: State, stream: BinaryIO) -> None:
        """Write the collection, a feature a line. Tells `state.say` how many incidents have no point."""
        about = {"about": state.about._asdict()}
        stream.write(b'{"type":"FeatureCollection",' + _encode(about)[1:-1] + b',"features":[')
        pointless = count = 0
        found = state.view("incidents", order="day nulls last, incident")
        for values in found.rows:
            row = dict(zip(found.columns, values, strict=True))
            pointless += row["latitude"] is None
            point = {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]}
            feature = {
                "type": "Feature",
                "id": row["incident"],
                "geometry": None if row["latitude"] is None else point,
                "properties": {column: value for column, value in row.items() if column not in _SAID_ELSEWHERE},
            }
            stream.write((b",\n" if count else b"\n") + _encode(feature))
            count += 1
        stream.write(b"\n]}\n")
        if pointless:
            state.say(
                f"{pointless:,} of {count:,} incidents have no coordinates and so no point; "
                "place_named gives a place its own"
            )
