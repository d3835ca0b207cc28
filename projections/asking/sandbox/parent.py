"""A question in a process of its own, under limits of the operating system, and ended at its time."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from chronology import errors
from chronology.errors import ChronologyError, Refused, Unavailable
from projections.asking.sandbox.child import NO_MEMORY, Request
from projections.asking.sandbox.limits import Limits
from projections.asking.sandbox.wire import Frames
from projections.asking.session import RowStream

__all__ = ["ask_confined"]

_GRACE: Final = 0.5
"""Seconds after which a process that should have ended itself is ended."""

_START: Final = 60.0
"""Seconds in which a process must have started."""

_BY_CLOCK: Final = (-signal.SIGALRM, -signal.SIGXCPU)


@contextlib.contextmanager
def ask_confined(request: Request, say: Callable[[str], None], *, whole: bool = False) -> Iterator[RowStream]:
    """The answer to one question, from a process that is gone when this ends.

    `whole` says that all rows will be kept at once: then they are held to the memory of the question as well.
    Raises what `Session.ask` raises; and `Refused` where the question took more time or memory than it may, which can
    also come while rows are read.
    """
    process = _start()
    try:
        yield _Asking(process, request, say, whole=whole).answer()
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


def _start() -> subprocess.Popen[bytes]:
    root = str(Path(__file__).parents[3])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    try:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "projections.asking.sandbox.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            # Each arena of the C library takes address space that nobody uses.
            env=os.environ | {"PYTHONPATH": path, "MALLOC_ARENA_MAX": "2"},
        )
    except OSError as error:
        raise Unavailable(f"query: no process can be started for it ({error.strerror}); try again") from error


class _Asking:
    """One question, and the process that answers it."""

    def __init__(
        self, process: subprocess.Popen[bytes], request: Request, say: Callable[[str], None], *, whole: bool
    ) -> None:
        self._process, self._request, self._say, self._whole = process, request, say, whole
        self._makes_views = False
        self._end: float | None = time.monotonic() + _START
        assert process.stdout is not None  # noqa: S101 - for mypy
        self._frames = Frames(process.stdout.fileno(), self._wait, most=request.memory)

    def answer(self) -> RowStream:
        self._send()
        columns, types = self._next("answer")
        return RowStream(columns=columns, types=types, rows=self._rows())

    def _send(self) -> None:
        data = msgspec.msgpack.encode(self._request)
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101 - for mypy
        with contextlib.suppress(BrokenPipeError):  # how it ended is reported when its answer is read
            for part in (len(data).to_bytes(8), data):
                rest = memoryview(part)
                while rest:
                    rest = rest[stdin.write(rest) or 0 :]

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        while rows := self._next("rows", "end"):
            if self._whole and self._frames.read > self._request.memory:
                raise self._too_much("its rows do not fit")
            for row in rows[0]:
                yield tuple(row)

    def _next(self, *expected: str) -> list[Any]:
        """The next frame of an expected kind; messages that come before it are passed on."""
        while True:
            frame = self._frames.next()
            match frame:
                case ["ready"]:
                    timeout = self._request.timeout
                    self._end = None if timeout is None else time.monotonic() + timeout + _GRACE
                    self._makes_views = self._request.log is not None
                case ["made"]:
                    self._makes_views = False
                case ["say", str(text)]:
                    self._say(text)
                case ["failed", str(name), str(text)]:
                    raise _failure(name, text)
                case [str(kind), *said] if kind in expected:
                    return said
                case _:
                    raise self._ended()

    def _wait(self, handle: int) -> bool:
        """Wait until there is something to read; False where the time ends first."""
        left = None if self._end is None else max(0.0, self._end - time.monotonic())
        return bool(select.select([handle], [], [], left)[0])

    def _ended(self) -> Refused:
        """Why there is no more of an answer."""
        late = self._end is not None and time.monotonic() >= self._end
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(0 if late else _GRACE)
        self._process.kill()
        code = self._process.wait()
        if late or code in _BY_CLOCK:
            what = "a view of your own" if self._makes_views else "query"
            return Refused(
                f"{what}: stopped after {self._request.timeout:g} s (--timeout); ask for less, or allow more time"
            )
        if code == NO_MEMORY:
            return self._too_much("it found no memory")
        if code >= 0:
            return Refused(f"query: its process ended with code {code}; report this, with the question")
        return self._too_much(f"its process was ended by {signal.strsignal(-code) or -code}")

    def _too_much(self, how: str) -> Refused:
        if self._makes_views:
            most = Limits(None, self._request.memory).before.memory // 1_000_000
            return Refused(
                f"a view of your own: {how}, it may have {most:,} MB; fix it, or remove it from projections/"
            )
        most = self._request.memory // 1_000_000
        return Refused(f"query: {how}, it may have {most:,} MB; ask for less, or allow more with --memory")


def _failure(name: str, text: str) -> ChronologyError:
    """An error of ours that the other process met."""
    type_ = getattr(errors, name, None) if name in {"Refused", "Usage", "Damaged", "Unavailable", "Busy"} else None
    return type_(text) if type_ is not None else Refused(text)
