"""Measuring: works in turn, so that a slow moment of the machine meets all of them; and rows of a table of ratios."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]

Work = Callable[[], object]


class Took(NamedTuple):
    """The seconds of processor time that a work takes, with the processes it starts, and those it takes by the clock.

    The clock says what somebody waits for; of a machine that others use as well it says little more.
    """

    processor: float
    clock: float

    def __truediv__(self, parts: float) -> Took:
        """The time of one part of so many."""
        return Took(self.processor / parts, self.clock / parts)


class Measure(NamedTuple):
    """One line of the table: what was measured, against what, how many times as much it took, and what is aimed at.

    `clocks` are the seconds by the clock, of both, where what `took` are those of the processor.
    """

    name: str
    took: float
    against: str
    base: float
    ratio: float
    aim: str
    unit: str = "s"
    clocks: tuple[float, float] | None = None

    def cells(self) -> tuple[str, ...]:
        """The line as text."""
        clock, base_clock = map(self._said, self.clocks) if self.clocks else ("", "")
        return (
            self.name, self._said(self.took), clock, self.against, self._said(self.base), base_clock,
            f"{self.ratio:.2f}", self.aim,
        )  # fmt: skip

    def _said(self, value: float) -> str:
        if self.unit != "s":
            return f"{value:,.0f} {self.unit}"
        return (
            f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms" if value >= 0.001 else f"{value * 1e6:.1f} µs"
        )


def slower(name: str, took: Took, against: str, base: Took, aim: str = "") -> Measure:
    """How many times as much processor time as the base it took; 1 is as fast, less is better."""
    ratio = took.processor / base.processor
    return Measure(name, took.processor, against, base.processor, ratio, aim, clocks=(took.clock, base.clock))


def faster(name: str, took: Took, against: str, base: Took, aim: str = "") -> Measure:
    """How many times as fast as the base it was, by processor time; 1 is as fast, more is better."""
    return slower(name, took, against, base, aim)._replace(ratio=base.processor / took.processor)


def by_the_clock(measure: Measure) -> Measure:
    """The same, compared by what somebody waits for: where that is a disk, or others."""
    assert measure.clocks is not None
    clock, base = measure.clocks
    is_faster = (measure.ratio > 1) == (measure.base > measure.took)
    return measure._replace(ratio=base / clock if is_faster else clock / base)


def in_turn(works: Mapping[str, Work], runs: int, *, before: Work | None = None) -> dict[str, Took]:
    """What each work takes, the median over `runs` rounds; each round does all of them."""
    times: dict[str, list[Took]] = {name: [] for name in works}
    for _ in range(runs):
        for name, work in works.items():
            if before is not None:
                before()
            times[name].append(once(work))
    return {name: median(each) for name, each in times.items()}


def median(times: Iterable[Took]) -> Took:
    """The median of both times."""
    processor, clock = zip(*times, strict=True)
    return Took(statistics.median(processor), statistics.median(clock))


def once(work: Work) -> Took:
    """What one run takes."""
    processor, clock = _processor_time(), time.perf_counter()
    work()
    return Took(_processor_time() - processor, time.perf_counter() - clock)


def _processor_time() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


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
    head = ("measured", "it took", "by the clock", "against", "that took", "by the clock", "ratio", "to reach")
    rows = [head, *(measure.cells() for measure in measures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return [lines[0], "| " + " | ".join("-" * width for width in widths) + " |", *lines[1:]]
