"""The process that answers one question under limits; `parent` starts it as `python -P -m` this module.

It reads a request, limits itself, and only then opens the views and sees the SQL. The answer goes out as frames.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
import threading
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from chronology.casualties.policy import Policy
from chronology.errors import ChronologyError, Refused
from projections.asking.sandbox.limits import Limits, confine, forbid_writing, limit_memory
from projections.asking.sandbox.wire import pack, rows_packed
from projections.asking.session import Session, opened
from projections.store import provenance
from projections.store.connection import connect, hold_to
from projections.store.look_back import LookBack
from projections.views.catalogue import Catalogue

__all__ = ["NO_MEMORY", "Request", "end_with_who_asked", "main"]

NO_MEMORY: Final = 75
"""The exit code where Python itself found no memory."""

_ROWS: Final = 1_000


class Request(msgspec.Struct, frozen=True):
    """One question, and all that is needed to answer it.

    With `log` the views are brought up to the head of that log first: views of the user's own that are kept as tables
    run then. `mark` is what the views were known by to who asks.
    """

    sql: str
    views: str
    projections: str
    as_of: int | None
    known_by: dt.date | None
    policy: Policy | None
    allow_files: bool
    timeout: float | None
    memory: int
    log: str | None
    mark: str | None = None


def main() -> None:
    """Answer the request on standard input, on standard output."""
    size = int.from_bytes(_bytes(8))
    request = msgspec.msgpack.decode(_bytes(size), type=Request)
    send = _outlet()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asked ends us
    threading.stack_size(1 << 18)
    threading.Thread(target=end_with_who_asked, daemon=True).start()
    try:
        _answer(request, send)
    except ChronologyError as error:
        send(pack("failed", type(error).__name__, str(error)))
    except MemoryError:
        os._exit(NO_MEMORY)
    except BrokenPipeError:
        os._exit(1)
    os._exit(0)


def _answer(request: Request, send: Callable[[bytes], None]) -> None:
    limits = Limits(request.timeout, request.memory)
    hold_to(limits.threads, limits.memory)
    connection = connect()
    connection.execute("select 1").fetchall()
    confine(limits if request.log is None else limits.before)
    send(pack("ready"))

    def say(text: str) -> None:
        send(pack("say", text))

    catalogue = Catalogue(Path(request.projections))
    if request.log is not None:
        hold_to(limits.before.threads, limits.before.memory)
        _bring_up(request, catalogue, say)
        limit_memory(limits)
        send(pack("made"))
    forbid_writing()
    look_back = LookBack(request.as_of, request.known_by, request.policy)
    views = Path(request.views)
    if request.mark is not None and request.log is None:
        provenance.adopt(views, request.mark)
    opened(views, connection, allow_files=request.allow_files)
    with Session(views, catalogue, look_back, allow_files=request.allow_files, connection=connection) as session:
        session.say = say
        try:
            answer = session.ask(request.sql)
            send(pack("answer", answer.columns, answer.types))
            while rows := list(islice(answer.rows, _ROWS)):
                send(pack("rows", rows_packed(rows, answer.types)))
        except RuntimeError as error:
            # What DuckDB's client raises where a value of its own fits into no value of Python's.
            raise Refused(f"query: {error}") from error
        send(pack("end"))


def _bring_up(request: Request, catalogue: Catalogue, say: Callable[[str], None]) -> None:
    from chronology.log import Folder, Log  # noqa: PLC0415 - most questions need no log here
    from projections.asking.upkeep import bring_up  # noqa: PLC0415

    log_path = Path(request.log or "")
    with Log.open(log_path, read_only=True) as log:
        bring_up(log, Folder(Path(request.views).parent, "", log_path), catalogue, say)


def _outlet() -> Callable[[bytes], None]:
    """A way out that is ours alone: whatever else is printed in this process, or said as it dies, goes nowhere."""
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    sys.stderr = os.fdopen(os.dup(2), "w")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)

    def send(frame: bytes) -> None:
        rest = memoryview(frame)
        while rest:
            rest = rest[out.write(rest) :]

    return send


def end_with_who_asked() -> None:
    """Standard input stays open as long as somebody waits for the answer."""
    os.read(0, 1)
    os._exit(1)


def _bytes(count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = os.read(0, count - len(data))
        if not part:
            os._exit(1)
        data += part
    return data


if __name__ == "__main__":
    main()
