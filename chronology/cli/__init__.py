"""The command `chronology`: its verbs, and the one place where a failure becomes a line and an exit code.

A verb is a function in a module beside this one, and a line in VERBS. The module of a verb is imported when that verb
is named, and no other: `chronology --help` imports none, and `append` no DuckDB.
"""

from __future__ import annotations

import contextlib
import gc
import keyword
import os
import signal
import sys
from collections.abc import Sequence
from contextvars import ContextVar
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple, NoReturn, TextIO, TypeAlias, cast

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from chronology.cli.completing import COMPLETE, complete
from chronology.errors import ChronologyError, Rejected, Usage

__all__ = ["VERBS", "Verb", "main", "program_args", "run"]

MOST_PROBLEMS: Final = 20

program_args: Final[ContextVar[tuple[str, ...]]] = ContextVar("program_args", default=())
"""The arguments of this command line, as they were given."""

# typer carries click inside since 0.26 and depends on it before: its types go by no one name, its UsageError by this.
_Click: TypeAlias = Any
_UsageError: Final = cast("type[typer.BadParameter]", typer.BadParameter.__base__)


class Verb(NamedTuple):
    """A verb: its module, and its line in `--help`; `summary` begins as the function's docstring does."""

    section: str
    module: str
    summary: str


VERBS: Final = {
    "help": Verb("Start", "help_", "Show what a verb does and its options; without one, all verbs."),
    "completion": Verb("Start", "help_", "Print a script that completes verbs and options in your shell."),
    "demo": Verb("Start", "demo", "Build the Kidal chronology in a folder, and show what it answers."),
    "init": Verb("Start", "append", "Create a new chronology in a folder."),
    "kinds": Verb("Write", "kinds", "List the kinds of facts that can be recorded, or the fields of one kind."),
    "new": Verb("Write", "kinds", "Print a report of this kind to fill in."),
    "append": Verb("Write", "append", "Append facts from files, from standard input, or one fact from options."),
    "import": Verb("Write", "import_", "Import a release of a data set: new, revised and vanished rows."),
    "edit": Verb("Write", "correct", "Open a fact in an editor, and append what was changed as a correction."),
    "correct": Verb("Write", "correct", "Correct a fact; the earlier revision stays in the log."),
    "retract": Verb("Write", "correct", "Retract a fact or any other entry; it stays in the log."),
    "dispute": Verb("Write", "decide", "Dispute a fact, or one category of its figures."),
    "assess": Verb("Write", "decide", "Rate how credible a fact is, or how reliable a source."),
    "merge": Verb("Write", "decide", "Record that incidents, or actors, are one and the same."),
    "separate": Verb("Write", "decide", "Record that incidents were compared and are not the same."),
    "log": Verb("Read", "show", "List the entries of the log, newest first."),
    "show": Verb("Read", "show", "Show a fact, its revisions, and the decisions about it."),
    "status": Verb("Read", "show", "Show the chronology's name, location, size and last entry."),
    "timeline": Verb(
        "Ask",
        "query",
        "List what happened, one line per report, with dates as exact as the source gives them.",
    ),
    "search": Verb("Ask", "search", "Search the texts and names of all entries, in any script and spelling."),
    "query": Verb("Ask", "query", "Query the views in DuckDB SQL, as of now or as of an earlier moment."),
    "views": Verb("Ask", "query", "List the views that can be queried, with their meaning, grain and columns."),
    "why": Verb("Ask", "explain", "Explain a number: what counts in it, what does not, and why."),
    "duplicates": Verb("Ask", "duplicates", "List pairs of incidents that may be one and the same."),
    "series": Verb("Ask", "explain", "Show how figures changed as the public record grew."),
    "diff": Verb("Ask", "explain", "Show what changed between two moments, and the entries that caused it."),
    "policy": Verb("Ask", "explain", "Show a policy by which figures are made, or explain it in plain words."),
    "chart": Verb("Show", "chart", "Draw a chart of what views hold, as SVG, PNG, PDF or HTML; or list the charts."),
    "page": Verb(
        "Show", "page", "Write a page for a browser: figures through the days, with reasons, charts and sources."
    ),
    "verify": Verb("Trust", "evidence", "Check every entry of the log, and name the first position that is wrong."),
    "checkpoint": Verb("Trust", "evidence", "Sign the length and content of the log, to be kept elsewhere."),
    "prove": Verb("Trust", "evidence", "Prove that an entry is in the log, or that the log only grew."),
    "check-proof": Verb("Trust", "evidence", "Check a proof; only its file is needed."),
    "cite": Verb("Trust", "publish", "Print how to cite this state: its length, root hash, policy and day."),
    "export": Verb(
        "Keep", "publish", "Write the log as JSON Lines, from which it can be restored, or the views for other tools."
    ),
    "backup": Verb("Keep", "keep", "Back up the log to one file, also while it is in use, and check the copy."),
    "restore": Verb("Keep", "keep", "Restore a chronology from a backup or an export, byte for byte."),
    "doctor": Verb("Keep", "keep", "Check the surroundings of the log for anything that may go wrong."),
    "rebuild": Verb("Keep", "query", "Rebuild the views from the log, or check that they match it."),
}


class _Verbs(TyperGroup):
    """The group of all verbs, which imports a verb when it is asked for."""

    def list_commands(self, ctx: _Click) -> list[str]:  # noqa: ARG002
        """All verbs, in the order of VERBS."""
        return list(VERBS)

    def get_command(self, ctx: _Click, cmd_name: str) -> _Click:
        """The command of one verb. Raises Usage for a verb that does not exist."""
        if cmd_name in VERBS:
            return _command(cmd_name)
        if ctx.resilient_parsing:
            return None
        from chronology.vocabulary.near import did_you_mean
        from projections.views.catalogue import Catalogue

        views, view = Catalogue().shipped, cmd_name.lower().replace("-", "_")
        if view in views:
            raise Usage(f'no such verb: {cmd_name}; it is a view, ask for it with: chronology query "from {view}"')
        raise Usage(f"no such verb: {cmd_name}; {did_you_mean(cmd_name, (*VERBS, *views), 'see chronology --help')}")

    def format_commands(self, ctx: _Click, formatter: _Click) -> None:  # noqa: ARG002
        """The verbs by section, from VERBS, so that help imports none of them."""
        for section in dict.fromkeys(verb.section for verb in VERBS.values()):
            with formatter.section(section):
                formatter.write_dl([(name, verb.summary) for name, verb in VERBS.items() if verb.section == section])


def _command(name: str) -> TyperCommand:
    module = import_module(f"chronology.cli.{VERBS[name].module}")
    function = getattr(module, name.replace("-", "_") + ("_" if keyword.iskeyword(name) else ""))
    app = _app()
    app.command(name, cls=getattr(function, "command_class", TyperCommand))(function)
    command = cast("TyperCommand", typer.main.get_command(app))
    if any(param.name == "raw" for param in command.params):
        command.params.append(_wide())
    return command


def _wide() -> TyperOption:
    """The option of every verb that shows rows as a table."""
    from chronology.cli.terminal_table import wide

    return TyperOption(
        param_decls=["--wide", "wide"],
        is_flag=True,
        expose_value=False,
        callback=lambda _ctx, _param, value: wide.set(bool(value)),
        help="on a terminal, a table however wide it is, each row on one line",
    )


def _app(**settings: _Click) -> typer.Typer:
    return typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, **settings)


def _print_version(asked: bool) -> None:
    if asked:
        from chronology import __version__

        print(f"chronology {__version__}")
        raise typer.Exit


def _group() -> TyperGroup:
    app = _app(cls=_Verbs, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]})

    @app.callback()
    def chronology(
        directory: Annotated[Path | None, typer.Option("-C", metavar="DIR", help="the chronology's folder")] = None,
        version: Annotated[  # noqa: ARG001
            bool, typer.Option("--version", callback=_print_version, is_eager=True, help="print the version, and end")
        ] = False,
    ) -> None:
        """Keep a chronology of a conflict: append reported facts, never change them, ask for honest figures."""
        from chronology.cli.options import program_directory

        program_directory.set(directory)

    return cast("TyperGroup", typer.main.get_command(app))


def run(args: Sequence[str]) -> int:
    """Run one command line and return its exit code; what went wrong is one line on stderr (problems: one each)."""
    program_args.set(tuple(args))
    try:
        _check_text(args)
        with _group().make_context("chronology", list(args)) as ctx:
            ctx.command.invoke(ctx)
        sys.stdout.flush()
    except typer.Exit as done:
        return done.exit_code
    except _UsageError as error:
        return _usage(error)
    except ChronologyError as error:
        return _rejected(error) if isinstance(error, Rejected) else _failed(str(error), error.exit_code)
    except (KeyboardInterrupt, typer.Abort, RuntimeError) as error:
        # A RuntimeError is how DuckDB's client says that it was interrupted.
        if isinstance(error, RuntimeError) and "interrupted" not in str(error).lower():
            raise
        return _failed(f"interrupted; {_accomplished()}", 130)
    except MemoryError:
        return _failed("out of memory; ask for less, or allow more with --memory", 1)
    except BrokenPipeError:
        # Whoever read our output has enough (`| head`): end as other tools do, and say nothing.
        _silence(sys.stdout)
        return 141
    except OSError as error:
        _silence(sys.stdout)
        # An error that names no file comes from the streams of the process.
        what = f"{error.filename}: " if error.filename else "cannot write to standard output: "
        return _failed(f"{what}{error.strerror or error}; {_accomplished()}", 4)
    return 0


def _accomplished() -> str:
    from chronology.cli.output import accomplished

    return accomplished.get()


def _check_text(args: Sequence[str]) -> None:
    """Raises Usage for an argument that is not text: no log, and no file format of ours, could hold it."""
    for arg in args:
        try:
            arg.encode()
        except UnicodeEncodeError as error:
            raise Usage(f"{arg} is not text in UTF-8; write it so, or give it on standard input") from error


def main() -> NoReturn:
    """Run the command line of this process, and end it."""
    _open_streams()
    if callable(signal.getsignal(signal.SIGINT)):
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if COMPLETE in os.environ:
        complete(_group())
    code = run(sys.argv[1:])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is done, and only has to end
    try:
        sys.stdout.flush()
    except OSError as error:
        _silence(sys.stdout)
        if not isinstance(error, BrokenPipeError):
            code = _failed(f"cannot write to standard output: {error.strerror}; {_accomplished()}", 4)
    gc.freeze()  # what is left goes with the process; to look for garbage among it takes as long as a small question
    sys.exit(code)


def _open_streams() -> None:
    """Make the standard streams fit for any text: what their encoding lacks is shown escaped, a closed one is empty."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        getattr(sys, name).reconfigure(errors="backslashreplace")


def _silence(stream: TextIO) -> None:
    """Let what is still buffered go nowhere, so that the interpreter does not complain about it on its way out."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _failed(message: str, code: int) -> int:
    from chronology.cli.output import warn

    with contextlib.suppress(OSError):
        warn(message)
    return code


def _rejected(error: Rejected) -> int:
    for problem in error.problems[:MOST_PROBLEMS]:
        _failed(str(problem), error.exit_code)
    more = error.count - MOST_PROBLEMS
    return _failed(f"{f'and {more} more: ' if more > 0 else ''}{error}", error.exit_code)


def _usage(error: _Click) -> int:
    """Say what is wrong with the command line on one line; help asked for by giving nothing is printed as it is."""
    if not error.ctx or type(error).__name__ == "NoArgsIsHelpError":
        print(error.format_message(), file=sys.stderr)
        return int(error.exit_code)
    message = " ".join(error.format_message().split()).rstrip(".")
    from chronology.cli.kind_options import HELPED_BY

    path = " ".join(filter(None, [error.ctx.command_path, error.ctx.meta.get(HELPED_BY)]))
    return _failed(f"{message}; see {path} --help", int(error.exit_code))
