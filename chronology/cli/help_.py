"""Verbs about the command line itself: help, and completion in a shell."""

from __future__ import annotations

from typing import Annotated, Any, Final, TypeAlias

import typer

from chronology.cli.completing import script
from chronology.errors import Usage

__all__ = ["completion", "help"]

_Click: TypeAlias = Any
_SHELLS: Final = ("bash", "zsh", "fish")


def help(  # noqa: A001 - the name of the verb
    ctx: typer.Context,
    verb: Annotated[
        list[str] | None, typer.Argument(metavar="[VERB]", help="a verb; for append and correct, also a kind")
    ] = None,
) -> None:
    """Show what a verb does and its options; without one, all verbs."""
    program: _Click = ctx.parent
    if not verb:
        print(program.get_help())
        return
    program.command.get_command(program, verb[0]).make_context(verb[0], [*verb[1:], "--help"], parent=program)


def completion(
    shell: Annotated[str, typer.Argument(metavar="SHELL", help=", ".join(_SHELLS))],
) -> None:
    """Print a script that completes verbs and options in your shell.

    In bash: eval "$(chronology completion bash)", which ~/.bashrc can do at every start; in zsh the same with zsh; in
    fish: chronology completion fish | source.
    """
    if shell not in _SHELLS:
        raise Usage(f"completion {shell}: expected {', '.join(_SHELLS[:-1])} or {_SHELLS[-1]}")
    print(script(shell))
