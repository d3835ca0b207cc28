"""Limits of the operating system on the process that answers a question.

They hold whatever the database does: it can neither raise them nor wait them out.
"""

from __future__ import annotations

import math
import os
import re
import resource
import signal
import sys
from pathlib import Path
from typing import Final, NamedTuple

from chronology.errors import Usage

__all__ = [
    "LEAST_MEMORY",
    "Limits",
    "confine",
    "forbid_writing",
    "half_of_memory",
    "lacking",
    "limit_memory",
    "limits_of",
]

LEAST_MEMORY: Final = 50_000_000
_MEMORY_FOR_A_THREAD: Final = 125_000_000
_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?) ?(?:([KMG])i?B?)?", re.IGNORECASE)
_SIZES: Final = {None: 1, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000}


class Limits(NamedTuple):
    """The limits of a question: `timeout` seconds of the clock (None: no end), and `memory` bytes.

    The memory is what it may take beyond the program itself.
    """

    timeout: float | None
    memory: int

    @property
    def before(self) -> Limits:
        """The limits while the views that a question needs are made: the memory of a question is not meant for that."""
        return self._replace(memory=max(self.memory, half_of_memory()))

    @property
    def threads(self) -> int:
        """The number of threads that fit: each takes memory of its own."""
        return max(1, min(os.cpu_count() or 1, self.memory // _MEMORY_FOR_A_THREAD))


def limits_of(timeout: float | str | None, memory: int | str | None) -> Limits | None:
    """The limits that seconds and a size (bytes, or as `500MB` or `2GB`) stand for; None where neither is given.

    Without a size it is half of this machine's memory. Raises Usage for what is no number or size, or too small.
    """
    if timeout is None and memory is None:
        return None
    seconds = None
    if timeout is not None:
        try:
            seconds = float(timeout)
        except ValueError:
            seconds = 0.0
        if not 0.001 <= seconds <= 1_000_000:
            raise Usage(f"--timeout {timeout}: expected seconds, such as 10 or 0.5")
    size = half_of_memory()
    if memory is not None:
        match = _SIZE.fullmatch(str(memory).strip())
        size = int(float(match[1]) * _SIZES[match[2] and match[2].upper()]) if match else 0
        if not LEAST_MEMORY <= size <= 1 << 60:
            raise Usage(f"--memory {memory}: expected {LEAST_MEMORY // 10**6}MB or more, such as 500MB or 2GB")
    return Limits(seconds, size)


def half_of_memory() -> int:
    """Half of the memory of this machine, in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def lacking(limits: Limits) -> str | None:
    """The limits that this system does not enforce, in a sentence; None if it enforces them all."""
    if _taken() is None and limits.memory:
        return f"{sys.platform} does not limit the address space of a process: only DuckDB's own memory limit holds"
    return None


def confine(limits: Limits) -> None:
    """Limit this process, from here on: its time, its processor time, its address space; no core file.

    The clock ends it by SIGALRM, which nothing here catches.
    """
    _limit(resource.RLIMIT_CORE, 0)
    limit_memory(limits)
    if limits.timeout is not None:
        # A second apart: at the second limit the end would be SIGKILL, which says nothing.
        _limit(resource.RLIMIT_CPU, math.ceil(limits.timeout * (limits.threads + 1)) + 1, apart=1)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, limits.timeout)


def limit_memory(limits: Limits) -> None:
    """Limit the address space of this process to what it takes now, and the memory of a question."""
    taken = _taken()
    if taken is not None:
        _limit(resource.RLIMIT_AS, taken + limits.memory)


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
