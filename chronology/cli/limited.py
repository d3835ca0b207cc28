"""Verbs that are held to limits: the command runs once more, in a process that the operating system holds to them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from chronology.cli import program_args
from chronology.cli.options import open_chronology
from chronology.cli.output import warn
from chronology.errors import Refused, Unavailable
from chronology.files import parts_left

if TYPE_CHECKING:
    from projections.asking.sandbox.limits import Limits

__all__ = ["Memory", "Timeout", "within"]

Timeout = Annotated[
    str | None, typer.Option("--timeout", metavar="SECONDS", help="stop the question after this many seconds")
]
Memory = Annotated[
    str | None,
    typer.Option("--memory", metavar="SIZE", help="the most memory the question may use, such as 500MB or 2GB"),
]

_ASKED_BY: Final = "CHRONOLOGY_HELD_BY"
_GRACE: Final = 5.0
"""Seconds in which an interrupted process ends by itself."""


def within(timeout: str | None, memory: str | None, directory: Path | None, output: Path | None = None) -> None:
    """Go on only within these limits; without any, as before.

    The views are brought to the head first: the limits are for the question, and for views of the user's own that are
    kept as tables. Raises typer.Exit with the exit code of the process that went on, Refused where it took more than it
    may, Usage for limits that are none.
    """
    if timeout is None and memory is None:
        return
    from projections.asking.sandbox.limits import lacking, limits_of

    limits = limits_of(timeout, memory)
    assert limits is not None  # noqa: S101 - for mypy
    if os.environ.get(_ASKED_BY) == str(os.getppid()):
        _hold(limits, directory, makes_views=memory is not None)
        return
    if missing := lacking(limits):
        warn(missing)
    with open_chronology(directory) as chronology:
        chronology.refresh()
    code = _run_again()
    if code < 0:
        if output is not None:
            with contextlib.suppress(OSError):
                for left in parts_left(output.resolve()):
                    left.unlink()
        raise _ended(-code, limits)
    raise typer.Exit(code)


def _hold(limits: Limits, directory: Path | None, *, makes_views: bool) -> None:
    """Hold this process to the limits; what the program itself takes is taken by then.

    Views of the user's own that are kept as tables are made first, in more memory: that given is for the question.
    """
    from projections.asking.sandbox.child import end_with_who_asked
    from projections.asking.sandbox.limits import confine, limit_memory
    from projections.store import connection

    threading.Thread(target=end_with_who_asked, daemon=True).start()
    connection.hold_to(limits.threads, limits.memory)
    connection.connect().execute("select 1").fetchall()
    confine(limits.before)
    if makes_views:
        connection.hold_to(limits.before.threads, limits.before.memory)
        with open_chronology(directory) as chronology:
            chronology.refresh(own=True)
        connection.hold_to(limits.threads, limits.memory)
        limit_memory(limits)


def _run_again() -> int:
    """Run this command in a process of its own, with the same streams; its exit code, negative for a signal."""
    root = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    # Each arena of the C library takes address space that nobody uses.
    environment = os.environ | {"PYTHONPATH": path, "MALLOC_ARENA_MAX": "2", _ASKED_BY: str(os.getpid())}
    try:
        process = subprocess.Popen(  # noqa: S603 - the arguments of this very command, and no shell
            [sys.executable, "-P", "-m", "chronology", *program_args.get()],
            env=environment,
            stdin=subprocess.PIPE,
        )
    except OSError as error:
        raise Unavailable(f"no process can be started for the question ({error.strerror}); try again") from error
    try:
        return process.wait()
    except KeyboardInterrupt:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(_GRACE)
        raise
    finally:
        process.kill()
        process.wait()
        if process.stdin is not None:
            process.stdin.close()


def _ended(by: int, limits: Limits) -> Refused:
    if by in {signal.SIGALRM, signal.SIGXCPU}:
        return Refused(f"stopped after {limits.timeout:g} s (--timeout); ask for less, or allow more time")
    most = limits.memory // 1_000_000
    name = signal.strsignal(by) or by
    return Refused(
        f"its process was ended by {name}, it may have {most:,} MB; ask for less, or allow more with --memory"
    )
