"""Imports by a mapping, both table and mapping as texts."""

from textwrap import dedent

import pytest
from imports import Imports

from chronology.errors import Rejected
from chronology.importers import Mapped, import_release, opened, read_mapping
from chronology.importers.release import Asked
from chronology.log import Log

MAPPING = """
    dataset = "bulletins"
    key = "{id}"

    [columns.date]
    date = ["%d/%m/%Y", "%Y-%m-%d"]

    [fact]
    kind = "airstrike"
    source = "health ministry"
    occurred = "{date}"
    killed = "{dead}"
"""
PLAIN = """
    dataset = "t"
    key = "{id}"
    [fact]
    kind = "airstrike"
    source = "m"
    killed = "{killed}"
"""
TABLE = "id,date,dead\na,31/10/2023,8\nb,2023-11-01,>=3 civilians\n"


class MappedImports(Imports):
    """A chronology that imports by a mapping: `take_in(table, mapping)`, both of them texts."""

    def __init__(self, path):
        super().__init__(path, None, {}, [])

    def take_in(self, table, mapping=MAPPING, *, name="table.csv", new_names=(), **asked):
        data = table.encode() if isinstance(table, str) else table
        (self.folder.path / name).write_bytes(data)
        (self.folder.path / "m.toml").write_text(dedent(mapping).lstrip(), encoding="utf-8")
        with Log.open(self.folder.log_path) as log, opened(str(self.folder.path / name)) as source:
            return import_release(log, source, Asked(self.mapped(log, new_names), **asked))

    def mapped(self, log, new_names=()):
        """The format of the mapping that was written last."""
        return Mapped(read_mapping(self.folder.path / "m.toml", log, new_names))

    def problems(self, table=TABLE, mapping=MAPPING, **asked):
        head = self.head
        with pytest.raises(Rejected) as caught:
            self.take_in(table, mapping, **asked)
        assert self.head == head
        return [str(problem) for problem in caught.value.problems]
