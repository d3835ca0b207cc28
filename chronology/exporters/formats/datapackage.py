"""A data package: every table as CSV and Parquet in one zip, with what its columns mean."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, ClassVar

from chronology.exporters.exporter import Exporter
from chronology.exporters.state import State

__all__ = ["DataPackage"]


class DataPackage(Exporter):
    """A zip as https://specs.frictionlessdata.io describes it: tables, schema, units, citation and checkpoint."""

    name: ClassVar = "datapackage"
    meaning: ClassVar = "all tables as CSV and Parquet, described, in one zip"
    suffixes: ClassVar = (".zip",)
    is_text: ClassVar = False

    def write(self, state: State, stream: BinaryIO) -> None:
        """Write the zip."""
        from chronology.exporters.packaged import packaged, zipped  # noqa: PLC0415 - it reads the views

        with TemporaryDirectory(prefix="chronology-") as folder:
            packaged(state, Path(folder))
            zipped(Path(folder), stream)
