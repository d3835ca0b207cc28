"""RO-Crate: the data package with the metadata that research archives read."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar

from chronology.exporters.citation import as_text
from chronology.exporters.exporter import Exporter
from chronology.exporters.state import State

if TYPE_CHECKING:
    from chronology.exporters.packaged import Packaged

__all__ = ["RoCrate"]


class RoCrate(Exporter):
    """The data package with a `ro-crate-metadata.json` beside it (RO-Crate 1.1), in one zip."""

    name: ClassVar = "ro-crate"
    meaning: ClassVar = "the data package as an RO-Crate, for archives"
    is_text: ClassVar = False

    def write(self, state: State, stream: BinaryIO) -> None:
        """Write the zip."""
        from chronology.exporters.packaged import packaged, write_json, zipped  # noqa: PLC0415 - it reads the views

        with TemporaryDirectory(prefix="chronology-") as name:
            folder = Path(name)
            files = packaged(state, folder)
            write_json(_metadata(state, files, folder), folder / "ro-crate-metadata.json")
            zipped(folder, stream)


def _metadata(state: State, files: list[Packaged], folder: Path) -> dict[str, Any]:
    from chronology import __version__  # noqa: PLC0415 - as the exporters themselves, only when it is needed

    about = state.about
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": about.name if about.operation is None else f"{about.name}: {about.operation}",
        "description": as_text(about),
        "identifier": f"{about.origin}#{about.root}",
        "version": str(about.entries),
        "datePublished": about.recorded.isoformat(),
        "license": {"@id": "#licence"},
        "hasPart": [{"@id": file.path} for file in files],
    }
    return {
        "@context": "https://w3id.org/ro/crate/1.1/context",
        "@graph": [
            {
                "@id": "ro-crate-metadata.json",
                "@type": "CreativeWork",
                "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
                "about": {"@id": "./"},
            },
            root,
            {
                "@id": "#licence",
                "@type": "CreativeWork",
                "name": "No licence is stated",
                "description": "Ask whoever published it. What sources said is theirs.",
            },
            {
                "@id": "#export",
                "@type": "CreateAction",
                "name": "Export of the views",
                "instrument": {"@id": "#chronology"},
                "result": {"@id": "./"},
            },
            {"@id": "#chronology", "@type": "SoftwareApplication", "name": "chronology", "version": __version__},
            *(_file(file, folder) for file in files),
        ],
    }


def _file(file: Packaged, folder: Path) -> dict[str, Any]:
    return {
        "@id": file.path,
        "@type": "File",
        "name": Path(file.path).name,
        "description": file.meaning,
        "encodingFormat": file.media_type,
        "contentSize": str((folder / file.path).stat().st_size),
    }
