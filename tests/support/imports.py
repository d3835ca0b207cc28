"""A chronology that imports: `take_in(file)` gives the summary of it, `written(rows)` a file of rows."""

from __future__ import annotations

import csv

import pytest
from given import Given

from chronology.errors import Rejected
from chronology.importers import Asked, datasets, import_release, opened, read_coverage
from chronology.log import Log


class Imports(Given):
    """`format` is what its files are of; `usual` is what a row holds that says nothing else, under `columns`."""

    def __init__(self, path, format_, usual, columns):
        super().__init__(path)
        self.format = datasets().get(format_, format_)
        self.usual, self.columns = usual, columns

    def take_in(self, file, coverage=None, **asked):
        with Log.open(self.folder.log_path) as log, opened(str(file)) as source:
            how = Asked(self.format, coverage and read_coverage(coverage), **asked)
            return import_release(log, source, how)

    def written(self, *rows, name="release.csv", columns=None):
        """A file of rows; what a row leaves out is as in `usual`."""
        path = self.folder.path / name
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(columns or self.columns)
            for row in rows:
                full = {**self.usual, **row}
                writer.writerow([full.get(column, "") for column in columns or self.columns])
        return path

    def problems(self, file, **asked):
        """What is wrong with a file, a line for each; nothing of it was appended."""
        head = self.head
        with pytest.raises(Rejected) as caught:
            self.take_in(file, **asked)
        assert self.head == head
        return [str(problem) for problem in caught.value.problems]

    def facts(self):
        """Every fact in force, by its key in the data set."""
        with Log.open(self.folder.log_path, read_only=True) as log:
            ids = {entry.id for _, entry in log.entries() if entry.kind != "dataset_imported"}
            found = {id_: log.standing(id_) for id_ in sorted(ids)}
        return {id_.partition(":")[2]: each.fact for id_, each in found.items() if each is not None}


def counts(found):
    return found.new, found.revised, found.vanished, found.unchanged, found.rejected
