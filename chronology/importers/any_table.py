"""A file of whatever shape as a table: JSON, a workbook, or separated fields, recognised by how it begins."""

from __future__ import annotations

from chronology.importers.delimited import csv_table
from chronology.importers.objects import is_json, json_table
from chronology.importers.tables import Header, Source, Table, with_encoding
from chronology.importers.workbooks import is_workbook, workbook_table

__all__ = ["read_table"]


def read_table(source: Source, header: Header) -> Table:
    """The named columns and the rows of a file. Raises Rejected, Refused for one that is none of the data set."""
    if is_workbook(source):
        return workbook_table(source, header)
    source, said = with_encoding(source)
    table = json_table(source, header) if is_json(source) else csv_table(source, header)
    return table._replace(warnings=said + table.warnings)
