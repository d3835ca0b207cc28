"""The documents are run: what README and docs show is what the program prints."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import pytest
from given import ROOT

from chronology.cli import VERBS, run

DOCUMENTS = [
    path
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    if re.search("^```(console|pycon)$", path.read_text(encoding="utf-8"), re.MULTILINE)
]

QUOTED = re.compile(r"'[^']*'|\"[^\"$`]*\"")
PYTHON = ">>> "
FOR_A_SHELL = re.compile(r"[|<>&;$`*?~\n]")


def _sessions(text: str) -> list[tuple[str, str]]:
    """The commands of a document, each with the output it shows; lines of a command after its first begin with `>`.

    What is Python begins with `>>> `.
    """
    found = []
    for language, block in re.findall(r"```(console|pycon)\n(.*?)```", text, re.DOTALL):
        if language == "pycon":
            examples = doctest.DocTestParser().get_examples(block)
            found += [(f"{PYTHON}{each.source}", each.want.rstrip("\n")) for each in examples]
            continue
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            first, *lines = part.split("\n")
            more = list(takewhile(lambda line: line.startswith(">"), lines))
            command = "\n".join([first, *(line.removeprefix(">").removeprefix(" ") for line in more)])
            found.append((command, "\n".join(lines[len(more) :]).rstrip("\n")))
    return found


def _alike(shown: str, printed: str) -> bool:
    """Whether what is printed is what is shown; a … stands for any text, alone on a line for any lines."""
    pattern = re.escape(shown).replace("…", ".*")
    return re.fullmatch(pattern, printed.rstrip("\n"), re.DOTALL) is not None


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_shows_what_the_program_prints(document: Path, tmp_path: Path, monkeypatch, capfd) -> None:
    (tmp_path / "data").symlink_to(ROOT / "data")
    program = tmp_path / "bin" / "chronology"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m chronology "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    sessions = _sessions(document.read_text(encoding="utf-8"))
    assert sessions
    names: dict[str, object] = {}
    for command, shown in sessions:
        if command.startswith("cd "):
            monkeypatch.chdir(command.removeprefix("cd "))
            continue
        code = _ran(command, names) if command.startswith(PYTHON) else _done(command)
        printed = capfd.readouterr()
        assert code == 0, (command, printed.err)
        assert _alike(shown, printed.out), f"{command}\nshown:\n{shown}\nprinted:\n{printed.out}"


def _done(command: str) -> int:
    """Run a line as a shell would: one of ours right here, where a shell has nothing to do with it; its exit code."""
    if command.startswith("chronology ") and not FOR_A_SHELL.search(QUOTED.sub("", command)):
        return run(shlex.split(command)[1:])
    return subprocess.run(["sh", "-c", command], check=False).returncode


def _ran(command: str, names: dict[str, object]) -> int:
    """Run a statement as Python's prompt would, which prints what it comes to; what it raises fails the test."""
    exec(compile(command.removeprefix(PYTHON), "<document>", "single"), names)
    return 0


def test_every_verb_stands_in_an_example_that_is_run() -> None:
    commands = [command for document in DOCUMENTS for command, _ in _sessions(document.read_text(encoding="utf-8"))]
    shown = {found[1] for command in commands for found in re.finditer(r"\bchronology (?:-C \S+ )?([a-z-]+)", command)}
    assert set(VERBS) - shown == set()


def test_a_document_that_shows_another_number_is_caught() -> None:
    assert _alike("low\n…\n17", "low\n3\n17\n")
    assert not _alike("low\n17", "low\n18\n")
