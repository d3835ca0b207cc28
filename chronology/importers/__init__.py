"""Importers: a release of a data set becomes facts, revisions of facts, and notes of what it no longer has.

`import_release` takes one file in, all of it or nothing. A data set is a format (`formats.py`): a class that reads its
files into rows and its rows into facts, as those in `datasets/` do, and `mapped.py` for any other by a mapping file.
What is new, revised or vanished is found here, against the log, in the transaction that writes it.
"""

from __future__ import annotations

from chronology.importers.any_table import read_table
from chronology.importers.coverage import Coverage, read_coverage
from chronology.importers.datasets import datasets
from chronology.importers.formats import Format
from chronology.importers.mapped import Mapped
from chronology.importers.mapping import read_mapping
from chronology.importers.mapping_options import shape_of
from chronology.importers.release import Asked, Summary, import_release
from chronology.importers.suggesting import suggest
from chronology.importers.tables import Header, Source, opened

__all__ = [
    "Asked",
    "Coverage",
    "Format",
    "Header",
    "Mapped",
    "Source",
    "Summary",
    "datasets",
    "import_release",
    "opened",
    "read_coverage",
    "read_mapping",
    "read_table",
    "shape_of",
    "suggest",
]
