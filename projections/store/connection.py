"""Connections to `views.duckdb` that reach that file and nothing else, from before it is attached.

`confine` closes the way to all others, `attach` opens the file, `lock` shuts what that leaves open (the bytes
of that file, and of what stands beside it) and then every setting: from there on SQL of others may run.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Final

import duckdb

from projections.literals import quoted

__all__ = [
    "IN_USE", "ROW_GROUP", "attach", "confine", "connect", "end", "hold_to", "interruptible", "lock",
    "writing",
]  # fmt: skip

ROW_GROUP: Final = 30_720

_READ: Final = "type duckdb, read_only"
_WRITE: Final = f"type duckdb, storage_version 'v1.4.0', row_group_size {ROW_GROUP}, block_size 65536"

IN_USE: Final[tuple[type[duckdb.Error], ...]] = (
    duckdb.IOException,
    duckdb.BinderException,
    getattr(duckdb, "ResourceInUseException", duckdb.BinderException),
)
"""How DuckDB says that a file is open elsewhere: in another process, or in this very one (DuckDB 2 by its own name)."""

_held: dict[str, str] = {}
"""What every connection of this process is made with from `hold_to` on."""

_NOTHING_MORE: Final = """
    set autoinstall_known_extensions = false;
    set autoload_known_extensions = false;
    set global python_enable_replacements = false;
    set temp_directory = '';
"""
_FILES_OF_A_DATABASE: Final = ("", ".wal", ".wal.checkpoint", ".wal.recovery")


def connect(config: Mapping[str, str] | None = None) -> duckdb.DuckDBPyConnection:
    """A database in memory, in UTC. `config` as DuckDB takes it."""
    connection = duckdb.connect(":memory:", config={**_held, **(config or {})})
    connection.execute("set global timezone = 'UTC'")
    return connection


def hold_to(threads: int, memory: int) -> None:
    """Hold every connection that is made from here on to so many threads, and to less than so many bytes of memory.

    DuckDB's own limit is met first, and reported in words; the system's is for what it does not count.
    """
    _held.update(threads=str(threads), memory_limit=f"{memory * 4 // 5}B")


def confine(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """From here on the connection reaches the views at `path`, and no other file."""
    files = ", ".join(quoted(f"{path}{ending}") for ending in _FILES_OF_A_DATABASE)
    connection.execute(f"{_NOTHING_MORE} set allowed_paths = [{files}]; set enable_external_access = false")


def attach(connection: duckdb.DuckDBPyConnection, path: Path, *, read_only: bool = True) -> None:
    """Attach the views at `path` as `store`. Raises duckdb.Error."""
    connection.execute(f"attach {quoted(path)} as store ({_READ if read_only else _WRITE})")


def lock(connection: duckdb.DuckDBPyConnection, *, writes: bool = False) -> None:
    """Lock a connection that reaches one file: no byte of it but through its tables, no setting changed.

    One that `writes` goes on writing that file.
    """
    if not writes:
        connection.execute("set disabled_filesystems = 'LocalFileSystem'")
    connection.execute("set lock_configuration = true")


def end(connection: duckdb.DuckDBPyConnection) -> None:
    """Close a connection, with whatever it is still doing.

    After an interrupt, closing alone may wait for that, and leaves the file open where a statement was not ended.
    """
    connection.interrupt()
    with contextlib.suppress(duckdb.Error, RuntimeError):
        connection.rollback()
    connection.close()


@contextlib.contextmanager
def interruptible(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let Ctrl-C end what a connection does in threads of its own as well, which DuckDB would wait for."""
    before = signal.getsignal(signal.SIGINT)
    if not callable(before) or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        connection.interrupt()
        before(number, frame)

    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A locked connection that writes the views at `path`, which are its default database."""
    connection = connect()
    try:
        confine(connection, path)
        attach(connection, path, read_only=False)
        connection.execute("use store")
        lock(connection, writes=True)
        with interruptible(connection):
            yield connection
    finally:
        end(connection)
