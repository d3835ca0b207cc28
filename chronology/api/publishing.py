"""Search, and publication: files for other tools, and citations."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from chronology.api.proving import Proving
from chronology.api.questions import Moment, moment_of, policy_of, whole
from chronology.errors import Usage
from chronology.vocabulary.near import did_you_mean

if TYPE_CHECKING:
    from chronology.casualties import Policy
    from chronology.exporters.state import State
    from projections.asking.answer import Answer

__all__ = ["Publishing"]


class Publishing(Proving):
    """The part of a chronology that is searched, cited, and written for other tools."""

    def export(  # noqa: PLR0913 - the options of the command
        self,
        name: str,
        stream: BinaryIO,
        *,
        operation: str | None = None,
        as_of: Moment | None = None,
        known_by: str | dt.date | None = None,
        policy: str | Policy | None = None,
    ) -> None:
        """Write the views in the format `name` (`geojson`, `workbook`, …) to a stream of bytes.

        With `operation`, what belongs to it and its parts; the look-backs are those of `query`. Raises Usage for a
        format that is not there, Refused for an empty chronology and for an operation that is not there.

        >>> from io import BytesIO
        >>> chronology.export("geojson", file := BytesIO(), known_by="2023-11-01")
        >>> file.getvalue().startswith(b'{"type":"FeatureCollection"')
        True
        """
        from chronology.exporters import exporter_named

        chosen = exporter_named(name)
        with self._state(operation, as_of, known_by, policy) as state:
            chosen.write(state, stream)

    def search(
        self,
        words: str,
        *,
        limit: int | None = None,
        as_of: Moment | None = None,
        known_by: str | dt.date | None = None,
    ) -> Answer:
        """The entries that hold all these words, each word by its beginning, with where they are and a snippet.

        Case, accents and spellings of a letter make no difference; a `"phrase in quotes"` is looked for whole; what is
        looked for by one of its names is found under all of them. Names come first, then the newest. Raises Usage where
        there is no word in it, Refused as `query`.

        >>> chronology.search("PEACEKEEP").rows()
        [(2, 'first', 'ied_strike', 'injured.victims', 'peacekeepers')]
        """
        from projections.asking.opening import open_session
        from projections.searching.search import search

        now, known = moment_of(as_of), moment_of(known_by)
        with self._asking(), open_session(self._folder, as_of=now, known_by=known, say=self._warn) as session:
            return whole(search(session, words, limit))

    def cite(
        self,
        form: str = "text",
        *,
        operation: str | None = None,
        as_of: Moment | None = None,
        known_by: str | dt.date | None = None,
        policy: str | Policy | None = None,
    ) -> str:
        """A citation of the chronology at a moment: as `text`, `bibtex` or `csl-json`.

        It names the length and the root hash of the log, so that others can tell whether theirs is the same. Raises
        Usage for another form, Refused as `export`.
        """
        from chronology.exporters.citation import CITED_AS

        some = f"there are {', '.join(CITED_AS)}"
        if form not in CITED_AS:
            raise Usage(f"no such form of citation: {form}; {did_you_mean(form, CITED_AS, some)}")
        with self._state(operation, as_of, known_by, policy) as state:
            return CITED_AS[form](state.about)

    @contextlib.contextmanager
    def _state(
        self,
        operation: str | None,
        as_of: Moment | None,
        known_by: str | dt.date | None,
        policy: str | Policy | None,
    ) -> Iterator[State]:
        from chronology.exporters.state import state_of
        from projections.asking.opening import open_session

        now, known, by = moment_of(as_of), moment_of(known_by), policy_of(policy)
        with (
            self._asking(),
            open_session(self._folder, as_of=now, known_by=known, policy=by, say=self._warn) as session,
        ):
            with self._log(read_only=True) as log:
                state = state_of(self._folder, log, session, operation, say=self._warn)
            yield state
