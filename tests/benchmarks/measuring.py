"""Measuring: works in turn, so that a slow moment of the machine meets all of them; and rows of a table of ratios."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]

Work = Callable[[], object]


class Measure(NamedTuple):
    """One line of the table: what was measured, against what, how many times as much it took, and what is aimed at."""

    name: str
    took: float
    against: str
    base: float
    ratio: float
    aim: str
    unit: str = "s"

    def cells(self) -> tuple[str, ...]:
        """The line as text."""
        return (self.name, self._said(self.took), self.against, self._said(self.base), f"{self.ratio:.2f}", self.aim)

    def _said(self, value: float) -> str:
        if self.unit != "s":
            return f"{value:,.0f} {self.unit}"
        return (
            f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms" if value >= 0.001 else f"{value * 1e6:.1f} µs"
        )


def slower(name: str, seconds: float, against: str, base: float, aim: str = "") -> Measure:
    """How many times as long as the base it took; 1 is as fast, less is better."""
    return Measure(name, seconds, against, base, seconds / base, aim)


def faster(name: str, seconds: float, against: str, base: float, aim: str = "") -> Measure:
    """How many times as fast as the base it was; 1 is as fast, more is better."""
    return Measure(name, seconds, against, base, base / seconds, aim)


def in_turn(works: Mapping[str, Work], runs: int, *, before: Work | None = None) -> dict[str, float]:
    """The median seconds of each work over `runs` rounds; each round does all of them."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(runs):
        for name, work in works.items():
            if before is not None:
                before()
            start = time.perf_counter()
            work()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(each) for name, each in times.items()}


def once(work: Work) -> float:
    """The seconds one run takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def as_installed(state: Path | None = None) -> dict[str, str]:
    """The environment of a command: modules are compiled once and kept, as an installed program's are.

    `state` is where what was seen of a log is remembered, else the user's own place.
    """
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return env | {"PYTHONPATH": str(ROOT)} | ({"XDG_STATE_HOME": str(state)} if state else {})


def command(*arguments: str, cwd: Path | None = None, state: Path | None = None) -> Work:
    """A command to run to its end; `state` as in `as_installed`."""
    return lambda: subprocess.run(arguments, cwd=cwd or ROOT, env=as_installed(state), capture_output=True, check=True)


def chronology(*arguments: str, state: Path | None = None) -> Work:
    """A command of the program."""
    return command(sys.executable, "-m", "chronology", *arguments, state=state)


def peak_of(module: str, *arguments: str) -> float:
    """The most memory, in MiB, that `python -m module arguments` held at a time; needs Linux.

    Read where the kernel counts it for this program alone: what `getrusage` says begins with that of its parent.
    """
    text = (
        "import runpy, sys; sys.argv = sys.argv[1:]\n"
        "try: runpy.run_module(sys.argv[0], run_name='__main__')\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "finally: print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", text, module, *arguments],
        env=as_installed(), capture_output=True, check=True, text=True,
    )  # fmt: skip
    return int(done.stdout.rpartition("VmHWM:")[2].split()[0]) / 1024


def table(measures: Iterable[Measure]) -> list[str]:
    """The measures as lines of a Markdown table."""
    head = ("measured", "it took", "against", "that took", "ratio", "to reach")
    rows = [head, *(measure.cells() for measure in measures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return [lines[0], "| " + " | ".join("-" * width for width in widths) + " |", *lines[1:]]
