"""The recorders of a log, each by the one contract."""

import sqlite3

import pytest
from recorder_contract import RecorderContract

from chronology.log.store.application import LogApplication
from chronology.log.store.sqlite import create_file


class SQLiteFile:
    """A log in an SQLite file."""

    error = sqlite3.Error

    def __init__(self, path):
        self._path = path
        create_file(path)

    def open(self, *, read_only=False):
        return LogApplication(self._path, read_only=read_only)

    def run(self, *statements):
        connection = sqlite3.connect(self._path, isolation_level=None)
        try:
            for each in statements:
                connection.execute(each)
        finally:
            connection.close()

    def take_out(self, position):
        name = "stored_events_are_never_deleted"
        connection = sqlite3.connect(self._path)
        (trigger,) = connection.execute("select sql from sqlite_schema where name = ?", (name,)).fetchone()
        connection.close()
        self.run(f"drop trigger {name}", f"delete from stored_events where position = {position}", trigger)


class TestSQLite(RecorderContract):
    @pytest.fixture
    def store(self, tmp_path):
        return SQLiteFile(tmp_path / "log.db")
