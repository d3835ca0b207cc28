"""What a command loads: no more than it needs, since analysts start it all day."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "arguments",
    [
        ("append", "ied_strike", "--source", "AP", "--injured", "8"),
        ("log",),
        ("kinds", "ied_strike"),
        ("--help",),
    ],
    ids=lambda arguments: arguments[0],
)
def test_writing_and_reading_the_log_load_what_they_need(arguments: tuple[str, ...], tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "chronology", "init", "case"], cwd=tmp_path, capture_output=True, check=True)
    code = (
        "import sys; from chronology.cli import run; "
        f"code = run(['-C', 'case', *{arguments!r}]); "
        "sys.exit(code or bool({'duckdb', 'cryptography'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
