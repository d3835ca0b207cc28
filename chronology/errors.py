"""All errors, in one tree; the command line turns each into one line and an exit code.

ChronologyError
├── Refused        1  the request cannot be met as it is (bad input, a revision conflict, a locked query)
│   └── Rejected   1  a file or a fact with problems, each of them named
├── Usage          2  the command itself is wrong
├── Damaged        3  the log is not what it should be
└── Unavailable    4  busy, full, read-only or out of reach; nothing was lost, try again
    └── Busy       4  views that others refresh or delete just now
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

__all__ = [
    "Busy",
    "ChronologyError",
    "Damaged",
    "Problem",
    "Problems",
    "Refused",
    "Rejected",
    "Unavailable",
    "Usage",
]


class ChronologyError(Exception):
    """Any failure a user can cause or meet. `str(error)` is one line that names the next step.

    `exit_code` is what the command line ends with.
    """

    exit_code: ClassVar[int] = 1


class Refused(ChronologyError):
    """The request cannot be met as it is; nothing was changed."""


class Usage(ChronologyError):
    """The command line itself is wrong: an unknown option, a missing argument."""

    exit_code = 2


class Damaged(ChronologyError):
    """The log does not decode, or is not the file it should be."""

    exit_code = 3


class Unavailable(ChronologyError):
    """The storage is busy, full, read-only or gone; nothing was appended."""

    exit_code = 4


class Busy(Unavailable):
    """Another process is at the views just now, or deleted them: the same once more may do."""


class Problem(NamedTuple):
    """One mistake in what was given: its place, its value, what was expected.

    `file` is a name a reader recognises ("article.toml", "<stdin>", "--injured"); `line` is 1-based, or None where
    there is none; `path` leads into the fact ("injured[0].low"); `value` is what was found, already shortened.
    """

    file: str
    line: int | None
    path: str
    value: str
    expected: str

    def __str__(self) -> str:
        """`article.toml:12: occurred: "2023-02-30" is not a day of the calendar; expected …` on one line."""
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        what = ": ".join(part for part in (self.path, self.value) if part)
        text = f"{where}: {what}; {self.expected}" if what else f"{where}: {self.expected}"
        # A key that nobody knows may hold anything.
        return "\\n".join(text.splitlines())


class Problems:
    """The problems of an input: the first hundred, each once, and how many there are; a bad file may have millions."""

    MOST: ClassVar[int] = 100

    def __init__(self) -> None:
        self.first: list[Problem] = []
        self.count = 0
        self._known: set[Problem] = set()

    def add(self, problem: Problem) -> None:
        """Count a problem, unless it is one of the first again."""
        if problem in self._known:
            return
        self.count += 1
        if len(self.first) < self.MOST:
            self.first.append(problem)
            self._known.add(problem)


class Rejected(Refused):
    """Input with problems; nothing was appended. `problems` has the first of them, `count` says how many there are."""

    def __init__(self, problems: list[Problem], count: int | None = None) -> None:
        self.problems = problems
        self.count = count = len(problems) if count is None else count
        super().__init__(f"{count} problem{'s' if count != 1 else ''}; nothing was appended")
