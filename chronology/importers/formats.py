"""Importers: readers of the files of a data set as rows, and of a row as a fact."""

from __future__ import annotations

from typing import Protocol

from chronology.errors import Problem
from chronology.importers.cells import Wrong
from chronology.importers.tables import Source, Table
from chronology.vocabulary import Report

__all__ = ["Format", "Rows"]


class Format(Protocol):
    """A reader of the files of one data set. To add one, put such a class into `datasets/`."""

    @property
    def dataset(self) -> str:
        """The data set; its records go by the ids `<dataset>:<key>`."""

    @property
    def licence(self) -> str | None:
        """Under which the data set may be used."""

    @property
    def mapping(self) -> int:
        """The version of the way from rows to facts: another one reads a file that is known anew."""

    @property
    def mapping_sha256(self) -> str | None:
        """The digest of the file of the mapping, where there is one."""

    @property
    def rows_have_clocks(self) -> bool:
        """True if a fact's `published` is the moment its row last changed: then its revision is as old."""

    @property
    def has_ids(self) -> bool:
        """True if its rows have ids, by which later files are compared with earlier ones."""
        return True

    def table(self, source: Source) -> Table:
        """The columns and rows of a file. Raises Rejected, Refused for one that is none of this data set."""

    def rows(self, table: Table, published: str | None) -> Rows:
        """A reader of its rows. `published` is the day the release came out, if that is known."""


class Rows(Protocol):
    """Reads the rows of one file. `values` are the fields of a row, as many as the table has columns by then."""

    def key(self, values: list[str]) -> str | Wrong | None:
        """The source's own id of the record, what is wrong with it, or None for a row that is no record."""

    def read(self, values: list[str]) -> Report | list[Wrong] | list[Problem]:
        """The fact of a row, or everything that is wrong with it; a Problem needs no file and line yet."""

    def warnings(self) -> list[str]:
        """Warnings about the rows read, once for all of them."""
