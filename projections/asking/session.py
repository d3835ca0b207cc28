"""Asking: views as of now, or as of any moment, in a database from which nothing can be read or written but them.

Now, the views of `views.duckdb` are attached read-only. For a look-back the views a question needs, and the steps
under them, are made in memory over fewer rows of the mirror: the same text, and so the same rules.

Every session is locked before it is asked anything (`store.connection`): it reaches no file, and no setting can be
changed. Exactly one SELECT or EXPLAIN is taken, and what is looked at of it is what runs.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

import duckdb

from chronology.errors import Busy, Refused, Unavailable
from chronology.vocabulary.near import did_you_mean
from projections.literals import first_line
from projections.store import provenance
from projections.store.build import build_own, create_macros, create_views
from projections.store.connection import IN_USE, attach, confine, connect, end, interruptible, lock
from projections.store.look_back import NOW, LookBack
from projections.store.refresh import Cursor, cursor_of
from projections.views.catalogue import BY_POLICY, MIRROR, RESULTS, Catalogue
from projections.views.pivot import with_values
from projections.views.statement import MOST_TEXT, Question, explained, out_of_reach, read_question
from projections.views.view_file import View

if TYPE_CHECKING:
    from projections.asking.moments import Among, Figures

__all__ = ["RowStream", "Session", "closed_on_failure", "opened"]

_TRIES: Final = 400
_PAUSE: Final = 0.005
_ROWS: Final = 1_000
_EXPECTED: Final = "expected one SELECT, such as: select * from figures"
_NO_COLUMN: Final = re.compile(r'Referenced column "([^"]+)" not found')
_MISSING: Final = re.compile(r"Table with name (\S+) does not exist")


class RowStream(NamedTuple):
    """The answer to a question: column names, DuckDB types, and rows that are fetched as they are read."""

    columns: list[str]
    types: list[str]
    rows: Iterator[tuple[Any, ...]]


class Session:
    """One connection for questions. Use it as a context manager.

    `path` is a `views.duckdb`; `connection` is what `opened` gave for it, else it is opened here. Raises `Unavailable`
    where the views cannot be opened, `Refused` where a look-back goes beyond the head.
    """

    def __init__(
        self,
        path: Path,
        catalogue: Catalogue,
        look_back: LookBack = NOW,
        *,
        allow_files: bool = False,
        connection: duckdb.DuckDBPyConnection | None = None,
    ) -> None:
        self._path = path
        self.catalogue = catalogue
        self._look_back = self.look_back = look_back
        self._place = "memory"
        self._connection = self.connection = connection or opened(path, allow_files=allow_files)
        self._allow_files = allow_files
        self.say: Callable[[str], None] = lambda _: None
        self._made: set[str] = set()
        self._figures: Figures | None = None
        self._among: Among | None = None
        self._follows_walk = False
        with closed_on_failure(self._connection):
            self.cursor = self._cursor()

    def _cursor(self) -> Cursor:
        """The cursor of the views, whose names are found first from here on."""
        cursor, as_of = cursor_of(self._connection, "store"), self._look_back.as_of
        if cursor is None:
            msg = f"{self._path} holds no views; make them with `chronology rebuild`"
            raise Unavailable(msg)
        if as_of is not None and as_of > cursor.head:
            msg = f"--as-of {as_of}: the log ends at {cursor.head}; expected a position up to that, or a time"
            raise Refused(msg)
        self.catalogue.add_datasets(cursor.datasets)
        self._connection.execute("use store")
        return cursor

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        end(self._connection)

    def beside(self, look_back: LookBack) -> Session:
        """Another session on the same views: what one has made, the other can ask for (`place_of`). Close both."""
        connection = self._connection.cursor()
        connection.execute("attach ':memory:' as beside")
        other = Session(self._path, self.catalogue, look_back, connection=connection)
        other._place = "beside"
        return other

    def among(self, among: Among) -> Session:
        """A session at the same moment, and on the same connection, that sees some components alone."""
        other = Session(self._path, self.catalogue, self._look_back, connection=self._connection)
        other._place, other._among = f"{self._place}.among", among
        self._connection.execute(f"drop schema if exists {other._place} cascade; create schema {other._place}")
        return other

    def ask(self, sql: str) -> RowStream:
        """Answer one SELECT or EXPLAIN of the user's. Raises `Refused` for anything else, and for any error in it."""
        if len(sql) > MOST_TEXT:
            raise Refused(f"query: {len(sql):,} characters; a question may have {MOST_TEXT:,}")
        return self._asked(sql)

    def _asked(self, sql: str) -> RowStream:
        statement, question = self._looked_at(self._one_statement(with_values(sql, self._values)))
        if self._is_as_stored and not (question and self._compares_policies(question.tables)):
            self._connection.execute("use store")
        elif question is not None:
            self._look(question.tables, question.equal_to)
        return self._answer(statement)

    def _values(self, select: str) -> list[str]:
        """The values of a SELECT of one column, which is checked as every question is."""
        return [value for (value,) in self._asked(select).rows]

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The rows of an answer, each by column: for the program's own questions."""
        answer = self._asked(sql)
        return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]

    def follow_walk(self) -> None:
        """Answer from the views that a walk has made on this connection, at the day it has come to."""
        self._follows_walk = True

    def place_of(self, view: str) -> str:
        """The full name of a view, made with all it needs, for a session beside this one."""
        if self._is_as_stored:
            return f"store.{view}"
        self._look(frozenset({view}), {})
        return f"{self._place}.{view}"

    def _one_statement(self, sql: str) -> duckdb.Statement:
        if "\0" in sql:
            raise Refused("query: holds a NUL character, after which nothing would be read")
        try:
            statements = self._connection.extract_statements(sql)
        except duckdb.Error as error:
            raise Refused(_worded(error, self.catalogue.views)) from error
        if not statements:
            raise Refused(f"query: is empty; {_EXPECTED}")
        if len(statements) != 1:
            msg = f"query: expected one SELECT, found {len(statements)} statements; ask them one by one"
            raise Refused(msg)
        statement = statements[0]
        try:
            type_ = statement.type
        except ValueError as error:  # one that DuckDB's client for Python has no name for
            raise Refused("query: expected a SELECT; a query reads and never changes anything") from error
        if type_ not in {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}:
            kind = str(type_).rpartition(".")[2]
            msg = f"query: expected a SELECT, found {kind}; a query reads and never changes anything"
            raise Refused(msg)
        return statement

    def _looked_at(self, statement: duckdb.Statement) -> tuple[duckdb.Statement, Question | None]:
        """The statement that may run, and what it names; with files allowed and no look-back, nobody asks that.

        Raises `Refused` where what is asked is not one SELECT, or more than a question may have.
        """
        if self._allow_files and self._is_as_stored:
            return statement, None
        if statement.type == duckdb.StatementType.EXPLAIN:
            how, select = explained(statement.query)
            question = self._question(select)
            return self._one_statement(f"{how} {select}"), question
        return statement, self._question(statement.query)

    def _question(self, select: str) -> Question:
        try:
            question = read_question(self._connection, select)
        except Refused as error:
            raise Refused(f"query: {error}") from error
        except duckdb.Error as error:
            raise Refused(_worded(error, self.catalogue.views)) from error
        name = None if self._allow_files else out_of_reach(question)
        if name is not None:
            msg = f"query: {name} is out of reach of SQL here; a query reads the views, with --allow-files also files"
            raise Refused(msg)
        return question

    @property
    def _is_as_stored(self) -> bool:
        return self._look_back.is_as_stored and self._among is None and not self._follows_walk

    def _look(self, tables: frozenset[str], equal_to: Mapping[str, str]) -> None:
        """Make in memory what a question needs, as it was; what an earlier question made is there already."""
        from projections.asking import moments  # noqa: PLC0415 - most questions are about now

        connection, look_back = self._connection, self._look_back
        connection.execute(f"use {self._place}")
        if self._follows_walk:
            return
        if not self._made:
            moments.look_at_log(connection, look_back, self.cursor.head)
            self._made.add("look_back")
        views = self.catalogue.in_order(self.cursor.needs, tables)
        needed = tables.union(*(self.cursor.needs[view.name] for view in views))
        if not needed.isdisjoint(MIRROR) and "mirror" not in self._made:
            moments.look_at_mirror(connection, look_back, self._among)
            self._made.add("mirror")
        if reckoned := needed & RESULTS:
            only = self._components_named(views, tables, equal_to) if self._among is None else self._among.components
            if self._figures is None or self._figures.only not in {None, only}:
                self._figures = moments.Figures(connection, look_back, only)
            self._figures.make(reckoned)
            if BY_POLICY in needed:
                self._figures.make_by_policy()
        views = [view for view in views if view.name not in self._made]
        if self._among is None:
            as_now = moments.look_at_names(connection, look_back, views)
            views = [view for view in views if view.name not in as_now]
            self._made |= as_now
        if "macros" not in self._made:
            create_macros(connection)
            self._made.add("macros")
        create_views(connection, [view for view in views if view.origin != "own"])
        for problem in build_own(connection, [view for view in views if view.origin == "own"]):
            self.say(f"left out: {problem}")
        self._made.update(view.name for view in views)

    def _compares_policies(self, tables: frozenset[str]) -> bool:
        """True if a question rests on what other policies leave, which no table holds."""
        waiting, seen = list(tables), set(tables)
        while waiting:
            new = set(self.cursor.needs.get(waiting.pop(), ())) - seen
            waiting += new
            seen |= new
        return BY_POLICY in seen

    def _components_named(
        self, views: list[View], tables: frozenset[str], equal_to: Mapping[str, str]
    ) -> frozenset[int] | None:
        """The components that a question on one shipped view names; None where its rows may come from any."""
        from projections.asking import moments  # noqa: PLC0415 - as in `_look`

        if len(tables) != 1 or any(view.origin == "own" for view in views):
            return None
        (view,) = (self.catalogue.views[name] for name in tables)
        return moments.components_named(self._connection, view, equal_to)

    def _answer(self, statement: duckdb.Statement) -> RowStream:
        try:
            with interruptible(self._connection):
                result = self._connection.execute(statement)
                described = result.description or []
                first = result.fetchmany(_ROWS)
        except duckdb.Error as error:
            raise Refused(_worded(error, self.catalogue.views) + self._in_dataset(error)) from error
        return RowStream(
            columns=[column[0] for column in described],
            types=[str(column[1]) for column in described],
            rows=self._rest(first),
        )

    def _in_dataset(self, error: duckdb.Error) -> str:
        """Where a column that is missing is one of an imported data set: the relation that has it."""
        missing = _NO_COLUMN.search(str(error))
        name = missing[1].lower() if missing else None
        found = [
            view.name for view in self.catalogue.views.values() if view.origin == "dataset" and name in view.columns
        ]
        return f"; it is a column of {', '.join(found)}: join {found[0]} using (fact)" if found else ""

    def _rest(self, rows: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        while rows:
            yield from rows
            try:
                with interruptible(self._connection):
                    rows = self._connection.fetchmany(_ROWS)
            except duckdb.Error as error:
                raise Refused(_worded(error, self.catalogue.views)) from error


def opened(
    path: Path,
    connection: duckdb.DuckDBPyConnection | None = None,
    *,
    allow_files: bool = False,
    tries: int = _TRIES,
) -> duckdb.DuckDBPyConnection:
    """A locked connection with the views attached as `store`; waits where a refresher holds the file.

    `connection` is one to a database in memory, else a new one is made. With `allow_files` it is not locked. Raises
    `Unavailable`; a file that is not of our making is not opened.
    """
    connection = connection or connect()
    with closed_on_failure(connection):
        if not allow_files:
            confine(connection, path)
        doubt: str | None = None
        for attempt in range(tries):
            doubt = provenance.why_not_ours(path)
            try:
                if doubt is None:
                    attach(connection, path)
                    break
            except IN_USE as error:
                doubt = first_line(error)
                if "lock" not in doubt.lower():
                    break
            time.sleep(_PAUSE if attempt < tries - 1 else 0)
        if doubt is not None:
            kind = Unavailable if os.path.lexists(path) else Busy
            raise kind(f"{path.name} cannot be opened ({doubt}); rebuild it with `chronology rebuild`")
        if not allow_files:
            lock(connection)
    return connection


@contextmanager
def closed_on_failure(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Close a connection where the block fails. Who keeps the error keeps all it came through, and so the open file."""
    with ExitStack() as stack:
        stack.callback(end, connection)
        yield
        stack.pop_all()


def _worded(error: duckdb.Error, views: Collection[str]) -> str:
    """DuckDB's words on one line, with what to do next where the lock is the reason, or a view is not there."""
    text = str(error).strip()
    if missing := _MISSING.search(text):
        if missing[1] in views:
            return f"query: there is no view {missing[1]}: it could not be made; `chronology rebuild` says why"
        hint = did_you_mean(missing[1], views, "`chronology views` lists those there are")
        return f"query: there is no view {missing[1]}; {hint}"
    first = text.split("\n")[0]
    if "disabled by configuration" in text or "disabled through configuration" in text:
        return "query: files and extensions are out of reach of SQL here; --allow-files opens files of your own"
    if "configuration has been locked" in text:
        return "query: settings are locked; a query reads and never changes anything"
    if isinstance(error, duckdb.OutOfMemoryException):
        return "query: needs more memory than it may have; ask for less, or allow more with --memory"
    if isinstance(error, duckdb.ParserException):
        return f"query: {first}; {_EXPECTED}"
    suggestions = [line.strip() for line in text.split("\n")[1:] if line.startswith(("Did you mean", "Candidate"))]
    return f"query: {' '.join([first, *suggestions])}"
