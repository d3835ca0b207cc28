"""Completion of verbs and options, as a shell asks for it by a variable of its own."""

from __future__ import annotations

import sys
from typing import Any, Final, NoReturn

__all__ = ["COMPLETE", "complete", "script"]

COMPLETE: Final = "_CHRONOLOGY_COMPLETE"
"""The variable by which a shell asks what could come next."""

_PROGRAM: Final = "chronology"


def script(shell: str) -> str:
    """The lines by which a shell learns to ask."""
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    return get_completion_script(prog_name=_PROGRAM, complete_var=COMPLETE, shell=shell)


def complete(program: Any) -> NoReturn:  # noqa: ANN401 - click's own type goes by no one name
    """Answer what could come next in `program`, and end."""
    from typer.completion import completion_init  # type: ignore[attr-defined]

    completion_init()
    program._main_shell_completion({}, _PROGRAM, COMPLETE)  # noqa: SLF001 - what `typer` itself calls before a command
    sys.exit(0)
