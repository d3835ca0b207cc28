"""Limits of the operating system on the process that answers a question.

They hold whatever the database does: it can neither raise them nor wait them out.
"""

from __future__ import annotations

import math
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Final, NamedTuple

__all__ = ["LEAST_MEMORY", "Limits", "confine", "forbid_writing", "half_of_memory", "lacking"]

LEAST_MEMORY: Final = 50_000_000
_MEMORY_FOR_A_THREAD: Final = 125_000_000


class Limits(NamedTuple):
    """What a question may take: `timeout` seconds of the clock (None: no end), and `memory` bytes.

    The memory is what it may take beyond the program itself.
    """

    timeout: float | None
    memory: int

    @property
    def threads(self) -> int:
        """How many threads fit: each takes memory of its own."""
        return max(1, min(os.cpu_count() or 1, self.memory // _MEMORY_FOR_A_THREAD))


def half_of_memory() -> int:
    """Half of the memory of this machine, in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def lacking(limits: Limits) -> str | None:
    """What this system does not enforce of the limits, in a sentence; None where it enforces them all."""
    if _taken() is None and limits.memory:
        return f"{sys.platform} does not limit the address space of a process: only DuckDB's own memory limit holds"
    return None


def confine(limits: Limits) -> None:
    """Limit this process, from here on: its time, its processor time, its address space; no core file.

    The clock ends it by SIGALRM, which nothing here catches.
    """
    _limit(resource.RLIMIT_CORE, 0)
    taken = _taken()
    if taken is not None:
        _limit(resource.RLIMIT_AS, taken + limits.memory)
    if limits.timeout is not None:
        # A second apart: at the second limit the end would be SIGKILL, which says nothing.
        _limit(resource.RLIMIT_CPU, math.ceil(limits.timeout * (limits.threads + 1)) + 1, apart=1)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, limits.timeout)


def forbid_writing() -> None:
    """No file can be given a byte by this process from here on; pipes can."""
    _limit(resource.RLIMIT_FSIZE, 0)


def _limit(what: int, most: int, apart: int = 0) -> None:
    hard = resource.getrlimit(what)[1]
    most, last = (each if hard == resource.RLIM_INFINITY else min(each, hard) for each in (most, most + apart))
    resource.setrlimit(what, (most, last))


def _taken() -> int | None:
    """The address space of this process, in bytes; None where it cannot be told, nor limited."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except OSError:
        return None
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
