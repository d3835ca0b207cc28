"""A chronology in a folder: what can be appended to it, asked of it, and proved of it."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from chronology.api.questions import Moment, days_between, keys_of, moment_of, policy_of, whole
from chronology.api.recording import (
    Appended,
    Progress,
    check_import,
    format_of,
    imported,
    part_of,
    recorded,
    recorder,
)
from chronology.api.showing import Showing
from chronology.errors import Problem, Refused

if TYPE_CHECKING:
    from chronology.casualties import Policy
    from chronology.importers import Summary
    from chronology.intake import InputFormat
    from chronology.intake.python_facts import Facts
    from projections.asking.answer import Answer
    from projections.asking.describe import Description
    from projections.asking.session import RowStream
    from projections.asking.verify_views import Check
    from projections.explaining.diff import Change
    from projections.explaining.reasons import Reasons

__all__ = ["Chronology"]


class Chronology(Showing):
    """A chronology in a folder. Make one with `create`, or `open` one; use it as a context manager, or `close` it.

    No file stays open between two calls: others may append meanwhile, and the next question sees it. Questions of one
    process are asked one at a time, from whatever threads. An interrupt ends a question, and nothing else. `on_warning`
    gets, in a line, what does not stop the work, such as views that are behind; without it that is a `UserWarning`.

    >>> from chronology import Chronology
    >>> chronology = Chronology.create("kidal")
    >>> chronology.name, chronology.head
    ('kidal', 0)
    >>> convoy = {"kind": "operation_named", "name": "kidal-gao", "type": "convoy"}
    >>> strike = {"kind": "ied_strike", "id": "first", "source": "AP", "published": "2023-11-01",
    ...           "operation": "kidal-gao", "injured": ">=8 peacekeepers"}
    >>> [outcome.position for outcome in chronology.append([convoy, strike]).new]
    [1, 2]
    >>> chronology.query("select convoy, low, high from injuries_by_convoy").rows()
    [('kidal-gao', 8, None)]
    """

    # --- writing

    def append(  # noqa: PLR0913 - the options of the command
        self,
        facts: Facts,
        *,
        by: str | None = None,
        dry_run: bool = False,
        same_as: str | int | None = None,
        new_names: Iterable[str] = (),
        input_format: InputFormat | None = None,
        progress: Progress | None = None,
    ) -> Appended:
        """Append facts: all of them, or none. What is known already is not appended again.

        A fact is a struct of `chronology.vocabulary`, or a dict as a line of JSON has it, short forms included; a text
        holds any number of them as TOML or JSON Lines (it has a line break, or begins with a brace or bracket); any
        other text, and a path, names a file of them. `facts` is one of these or an iterable of them.

        `by` is who records, else CHRONOLOGY_BY; `same_as` a fact to take operation, incidents and place from;
        `new_names` are names that are nearly known ones and meant as they are. With `dry_run` nothing is appended.
        Raises Rejected with every problem there is; Damaged, Unavailable.

        >>> chronology.append({"kind": "ied_strike", "source": "AP", "injured": "eight-ish"})
        Traceback (most recent call last):
        chronology.errors.Rejected: 1 problem; nothing was appended
        """
        from chronology.intake import read_batch
        from chronology.intake import same_as as defaults_from
        from chronology.intake.python_facts import read_facts

        with self._log() as log:
            defaults = None if same_as is None else defaults_from(log, str(same_as))
            batch = read_batch(read_facts(facts, input_format), log, defaults=defaults, new_names=new_names)
            return recorded(log, batch, by=by, dry_run=dry_run, progress=progress, warn=self._warn)

    def import_(  # noqa: PLR0913 - the options of the command
        self,
        dataset: str,
        *files: str | os.PathLike[str],
        mapping: str | os.PathLike[str] | None = None,
        coverage: str | Sequence[str] | None = None,
        rejects: Callable[[Iterable[Problem]], None] | None = None,
        release: str | None = None,
        published: str | dt.date | None = None,
        new_names: Iterable[str] = (),
        by: str | None = None,
        dry_run: bool = False,
        max_size: int | None = None,
        progress: Progress | None = None,
        shape: Mapping[str, object] | None = None,
        new_history: bool = False,
    ) -> list[Summary]:
        """Take in releases of a data set (`ucdp-ged`, `acled`, …, or `csv` with a `mapping`), each file whole or not.

        `coverage` is what a file is complete for (`all`, `country=Mali,from=2012-01-01`), without which nothing is
        taken for vanished (given twice, much may vanish); `rejects` is given the problems of rows that cannot be read,
        without which such a file is refused; `release` its version, `published` when it came out. `new_history` means
        that none of its records is known, though others are. `shape` says how a file is written, where that is not to
        be found out: `delimiter`, `quote`, `encoding`, `decimal`, `sheet`, `header`, `records`. Of what is packed or
        piped `max_size` bytes are read (else 4 GB). `progress` is called with bytes. A summary for each file.
        Raises Usage for options that do not fit, Rejected, Refused, Damaged, Unavailable.
        """
        from chronology.importers import Asked, read_coverage
        from chronology.log.evidence import rollback

        day = moment_of(published)
        alone = coverage is not None or rejects is not None
        check_import(dataset, files, mapping, release, day, alone=alone)
        covered = None if coverage is None else read_coverage(coverage)
        with self._log() as log:
            rollback.check_seen(log, os.environ)
            asked = Asked(
                format=format_of(dataset, mapping, log, tuple(new_names)),
                coverage=covered,
                release=release,
                published=day,
                rejects=rejects,
                by=recorder(by),
                dry_run=dry_run,
                new_history=new_history,
            )
            found = []
            for file in files:
                path = os.fspath(file)
                found.append(imported(log, path, asked, progress, self._warn, max_size=max_size, shape=shape or {}))
            return found

    # --- asking

    def query(  # noqa: PLR0913 - the options of the command
        self,
        sql: str,
        *,
        as_of: Moment | None = None,
        known_by: str | dt.date | None = None,
        policy: str | Policy | None = None,
        allow_files: bool = False,
        timeout: float | str | None = None,
        memory: int | str | None = None,
    ) -> Answer:
        """The answer to one SELECT of DuckDB over the views, as they are now or as they were.

        `as_of` looks at our log as it stood (a position, or a time with its zone), `known_by` at the public record (a
        day), `policy` makes the figures by another policy: its name, a file of it, or one. SQL reads the views and
        nothing else, unless `allow_files`; for SQL you were sent give `timeout` (seconds)
        and `memory` (bytes, or `500MB`): it then runs in a process of its own that is held to both. Raises Refused for
        what is no such question or takes more than it may, Usage for limits that are none, Unavailable.

        >>> answer = chronology.query("select fact, low from figures", known_by="2023-11-01")
        >>> answer.columns, answer.types, answer.dicts()
        (['fact', 'low'], ['VARCHAR', 'BIGINT'], [{'fact': 'first', 'low': 8}])
        """
        with self.stream(
            sql,
            as_of=as_of,
            known_by=known_by,
            policy=policy,
            allow_files=allow_files,
            timeout=timeout,
            memory=memory,
            whole=True,
        ) as found:
            return whole(found)

    @contextlib.contextmanager
    def stream(  # noqa: PLR0913 - as query
        self,
        sql: str,
        *,
        as_of: Moment | None = None,
        known_by: str | dt.date | None = None,
        policy: str | Policy | None = None,
        allow_files: bool = False,
        timeout: float | str | None = None,
        memory: int | str | None = None,
        whole: bool = False,
    ) -> Iterator[RowStream]:
        """As `query`, for more rows than memory holds: `.rows` gives them once, as they are fetched.

        Until the block ends no other question can be asked. `whole` holds the rows of a question with limits to its
        memory too, as they will all be kept.
        """
        from projections.asking.opening import answered_within, open_session
        from projections.asking.sandbox.limits import limits_of

        limits = limits_of(timeout, memory)
        now, known, by = moment_of(as_of), moment_of(known_by), policy_of(policy)
        with self._asking():
            if limits is None:
                with open_session(
                    self._folder, as_of=now, known_by=known, policy=by, allow_files=allow_files, say=self._warn
                ) as session:
                    yield session.ask(sql)
                return
            with answered_within(
                limits,
                self._folder,
                sql,
                as_of=now,
                known_by=known,
                policy=by,
                allow_files=allow_files,
                whole=whole,
                say=self._warn,
            ) as answer:
                yield answer

    def policy(self) -> Policy:
        """The policy by which figures are made now: the one adopted last, else `cautious-2`.

        >>> chronology.policy().name
        'cautious-2'
        """
        from projections.asking.moments import policy_in_force
        from projections.asking.opening import open_session

        with self._asking(), open_session(self._folder, say=self._warn) as session:
            return policy_in_force(session.connection)

    def why(
        self,
        view: str,
        keys: Mapping[str, object] | None = None,
        /,
        *,
        as_of: Moment | None = None,
        known_by: str | dt.date | None = None,
        policy: str | Policy | None = None,
        **named: object,
    ) -> Reasons:
        """Why rows of a view are what they are: what counts in each, what does not, and why. `str()` reads well.

        The rows are named by their columns, one keyword each (or in the dict `keys`, where a column is named as an
        option is); None asks for those that have none. Raises Refused where there is no such row.

        >>> why = chronology.why("injuries_by_convoy", convoy="kidal-gao")
        >>> [(figure["fact"], figure["said"]) for figure in why.rows[0].counted]
        [('first', 'at least 8 peacekeepers injured')]
        """
        from projections.asking.opening import open_session
        from projections.explaining.reasons import Reasons
        from projections.explaining.why import explain

        now, known, by = moment_of(as_of), moment_of(known_by), policy_of(policy)
        with (
            self._asking(),
            open_session(self._folder, as_of=now, known_by=known, policy=by, say=self._warn) as session,
        ):
            rows, found = explain(session, view, keys_of({**(keys or {}), **named}))
            (about,) = session.rows("select * from about")
            return Reasons(view, about, session.catalogue.view(view).grain, rows, found)

    def diff(
        self,
        first: Moment,
        second: Moment = "now",
        view: str | None = None,
        *,
        by_publication: bool = False,
        policy: str | Policy | None = None,
    ) -> list[Change]:
        """Changes between two moments: rows added, removed and changed, with the entries that caused each.

        The moments are positions or times of our log; with `by_publication` days of the public record. `view` is one
        view, else all that hold answers. Raises Refused for a moment or a view that is not there.

        >>> [(change.view, change.change, change.causes) for change in chronology.diff(1, 2, "injuries_by_convoy")]
        [('injuries_by_convoy', 'added', [2])]
        """
        with self.stream_diff(first, second, view, by_publication=by_publication, policy=policy) as changes:
            return list(changes)

    @contextlib.contextmanager
    def stream_diff(
        self,
        first: Moment,
        second: Moment = "now",
        view: str | None = None,
        *,
        by_publication: bool = False,
        policy: str | Policy | None = None,
    ) -> Iterator[Iterator[Change]]:
        """As `diff`, for more changes than memory holds. Until the block ends no other question can be asked."""
        from projections.asking.opening import open_two
        from projections.explaining.diff import DIFFED, difference

        moments, by = (str(moment_of(first)), str(moment_of(second))), policy_of(policy)
        with self._asking():
            before, after = open_two(self._folder, *moments, by_publication=by_publication, policy=by, say=self._warn)
            with before, after:
                yield difference(before, after, *(DIFFED if view is None else (after.catalogue.view(view).name,)))

    def series(  # noqa: PLR0913 - what a question is made of
        self,
        view: str,
        keys: Mapping[str, object] | None = None,
        /,
        *,
        since: str | dt.date | None = None,
        until: str | dt.date | None = None,
        policy: str | Policy | None = None,
        progress: Progress | None = None,
        **named: object,
    ) -> Answer:
        """The figures of a view as the public record grew: a row for each day on which they changed.

        The rows are named as in `why`; `since` and `until` are days (EDTF). Raises Refused for a view without figures,
        or where nothing was ever known of such rows.

        >>> chronology.series("injuries_by_convoy", convoy="kidal-gao").rows()
        [(datetime.date(2023, 11, 1), 'kidal-gao', 'peacekeepers', None, 8, 8, None)]
        """
        with self.stream_series(
            view, keys, since=since, until=until, policy=policy, progress=progress, **named
        ) as found:
            return whole(found)

    @contextlib.contextmanager
    def stream_series(  # noqa: PLR0913 - as series
        self,
        view: str,
        keys: Mapping[str, object] | None = None,
        /,
        *,
        since: str | dt.date | None = None,
        until: str | dt.date | None = None,
        policy: str | Policy | None = None,
        progress: Progress | None = None,
        **named: object,
    ) -> Iterator[RowStream]:
        """As `series`, row by row as each day is looked at. Until the block ends no other question can be asked."""
        from projections.asking.opening import open_session
        from projections.explaining.affected_days import days_concerning
        from projections.explaining.series import nothing_known
        from projections.explaining.series import series as by_publication

        asked = keys_of({**(keys or {}), **named})
        first, last = days_between(moment_of(since), moment_of(until))
        with self._asking():
            with open_session(self._folder, say=self._warn) as session:
                days = days_concerning(session, session.catalogue.view(view), asked, first, last)
            found = by_publication(self._folder, view, asked, days, part_of(len(days), progress), policy_of(policy))
            begun = next(found.rows, None)
            if begun is None and asked:
                raise Refused(nothing_known(self._folder, view, asked))
            if begun is None:
                self._warn(f"{view} has no figures on these days")
                yield found
                return
            yield found._replace(rows=chain([begun], found.rows))

    # --- the views themselves

    def refresh(self, *, own: bool = False) -> None:
        """Bring the views to the head of the log, as a question does by itself; stored own views only with `own`."""
        from projections.asking.upkeep import bring_up
        from projections.views.catalogue import Catalogue

        catalogue = Catalogue(self._folder.projections_path)
        with self._log(read_only=True) as log, self._asking():
            bring_up(log, self._folder, catalogue, self._warn, own=own or not catalogue.has_own_tables)

    def views(self) -> dict[str, Description]:
        """All views that SQL can query, by name: each with its description, its grain, and its columns."""
        from projections.asking.describe import describe
        from projections.asking.opening import open_session

        with self._asking(), open_session(self._folder, say=self._warn) as session:
            return describe(session)

    def rebuild(self) -> int:
        """Make the views anew from the log; how many entries they are of. Raises Unavailable."""
        from projections.asking.upkeep import make_anew
        from projections.views.catalogue import Catalogue

        with self._log(read_only=True) as log, self._asking():
            return make_anew(log, self._folder, Catalogue(self._folder.projections_path), self._warn).head

    def verify_views(self) -> list[Check]:
        """Compare every view with what a rebuild gives; nothing is changed. `problem` says where they differ."""
        from projections.asking.upkeep import bring_up
        from projections.asking.verify_views import verify
        from projections.views.catalogue import Catalogue

        catalogue = Catalogue(self._folder.projections_path)
        with self._log(read_only=True) as log, self._asking():
            bring_up(log, self._folder, catalogue, self._warn)
            return verify(log, self._folder, catalogue)
