"""How long a command takes from nothing, against the least a typer program can take. Run with `make bench`."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from measuring import ROOT, as_installed

pytestmark = pytest.mark.bench

RUNS = 15


def _alternating(commands: dict[str, list[str]], prepare: Path | None = None) -> dict[str, float]:
    """The median seconds of each command, all of them in turn, so that a slow moment of the machine meets all."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    environment = as_installed(prepare / "state" if prepare else None)
    for run in range(RUNS + 1):
        for name, command in commands.items():
            if prepare is not None:
                _fresh(prepare)
            start = time.perf_counter()
            subprocess.run(command, cwd=prepare or ROOT, env=environment, capture_output=True, check=True)
            if run:
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(each) for name, each in times.items()}


def _fresh(folder: Path) -> None:
    shutil.rmtree(folder / "case", ignore_errors=True)
    shutil.rmtree(folder / "state", ignore_errors=True)
    shutil.copytree(folder / "empty", folder / "case")


def _chronology(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "chronology", *arguments]


def _print(title: str, rows: Sequence[tuple[str, float, float, str]]) -> None:
    print(f"\n{title}")
    for name, seconds, ratio, target in rows:
        print(f"  {name:<28} {seconds * 1000:7.1f} ms   {ratio:5.2f} times   {target}")


def test_start_up_against_importing_typer(tmp_path: Path) -> None:
    subprocess.run(_chronology("init", "empty"), cwd=tmp_path, capture_output=True, check=True)
    strike = ("--source", "AP", "--occurred", "2023-11-01", "--injured", ">=8 peacekeepers")
    medians = _alternating(
        {
            "import typer": [sys.executable, "-c", "import typer"],
            "--help": _chronology("--help"),
            "append of one fact": _chronology("-C", "case", "append", "ied_strike", *strike),
        },
        tmp_path,
    )
    base = medians["import typer"]
    _print(
        "start-up, against python -c 'import typer'",
        [
            ("import typer", base, 1.0, ""),
            ("--help", medians["--help"], medians["--help"] / base, "to reach: 1.6"),
            ("append of one fact", medians["append of one fact"], medians["append of one fact"] / base, "to reach: 3"),
        ],
    )
