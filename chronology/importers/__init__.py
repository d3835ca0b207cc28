"""Importers: a release of a data set becomes facts, revisions of facts, and notes of what it no longer has.

`import_release` takes one file in, all of it or nothing. A data set is a class that reads rows (`ged.py`); what is
new, revised or vanished is found here, against the log, in the transaction that writes it.
"""

from __future__ import annotations

from chronology.importers.coverage import Coverage, read_coverage
from chronology.importers.release import DATASETS, Asked, Summary, import_release
from chronology.importers.tables import Source, opened

__all__ = ["DATASETS", "Asked", "Coverage", "Source", "Summary", "import_release", "opened", "read_coverage"]
