"""Files for other tools: what the views hold at one moment, in the formats that maps, calendars and others read.

A format is a class of `Exporter` in a module of `formats/`; nothing else names it.
"""

from __future__ import annotations

from chronology.exporters.exporter import Exporter, exporter_for, exporter_named, exporters

__all__ = ["Exporter", "exporter_for", "exporter_named", "exporters"]
