"""An interrupt at any moment, also while modules are still being loaded, is one line and an exit code."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SCRIPT = textwrap.dedent("""
    import os, sys, tempfile, traceback
    verb, step = sys.argv[1].split(), int(sys.argv[2])

    class Interrupting:
        "Interrupts the import number `left` from now."
        def __init__(self, left):
            self.left = left
        def find_spec(self, name, path=None, target=None):
            self.left -= 1
            if self.left == 0:
                raise KeyboardInterrupt
            return None

    def child(number, err):
        os.dup2(err, 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        from chronology.__main__ import main  # which loads nothing else before it may be interrupted
        sys.meta_path.insert(0, Interrupting(number))
        sys.argv = ["chronology", *verb]
        main()

    number, code = 1, None
    while code != 0:
        with tempfile.TemporaryFile() as err:
            made = os.fork()
            if not made:
                try:
                    child(number, err.fileno())
                except SystemExit as end:
                    sys.stderr.flush()
                    os._exit(end.code or 0)
                except BaseException:
                    traceback.print_exc()
                    sys.stderr.flush()
                    os._exit(99)
            code = os.waitstatus_to_exitcode(os.waitpid(made, 0)[1])
            err.seek(0)
            print(number, code, err.read().decode().replace("\\n", "|"))
        number += step
""")


def interrupted_at_imports(folder, verb, step):
    """What a verb did, interrupted at one import after the other: (number, exit code, what it said)."""
    child = subprocess.run(
        [sys.executable, "-c", SCRIPT, verb, str(step)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.stderr == ""
    lines = [line.split(" ", 2) for line in child.stdout.splitlines()]
    return [(int(number), int(code), said) for number, code, said in lines]


def check(folder, verb, step):
    *interrupted, (last, code, _) = interrupted_at_imports(folder, verb, step)
    assert code == 0
    for number, code, said in interrupted:
        lines = [line for line in said.split("|") if line and "mpd_setminalloc" not in line]  # of Python's own decimal
        assert code == 130, (number, said)
        assert len(lines) == 1, (number, said)
        assert lines[0].startswith("chronology: interrupted; "), (number, said)
    return last


@pytest.mark.parametrize("verb", ["status", "query select(1)"])
def test_an_interrupt_while_modules_are_loaded_is_one_line(folder, verb):
    assert check(folder.path, verb, 40) > 100


@pytest.mark.torture
@pytest.mark.parametrize("verb", ["status", "query select(1)", "log", "timeline", "append shelling --source AFP"])
def test_an_interrupt_at_any_import_is_one_line(folder, verb):
    print(f"{verb}: interrupted at {check(folder.path, verb, 1)} imports")
