"""Charts of a chronology."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chronology.api.publishing import Publishing
from chronology.api.questions import Moment, keys_of, moment_of, policy_of
from chronology.errors import Refused

if TYPE_CHECKING:
    from chronology.api.recording import Progress
    from chronology.casualties import Policy
    from projections.asking.answer import Answer

__all__ = ["Showing"]

Row = dict[str, Any]


class Showing(Publishing):
    """The part of a chronology that draws it."""

    if TYPE_CHECKING:  # what the whole has

        def query(  # noqa: D102, PLR0913 - there
            self,
            sql: str,
            *,
            as_of: Moment | None = None,
            known_by: str | dt.date | None = None,
            policy: str | Policy | None = None,
            timeout: float | str | None = None,
            memory: int | str | None = None,
        ) -> Answer: ...

        def series(  # noqa: D102 - there
            self,
            view: str,
            keys: Mapping[str, object] | None = None,
            /,
            *,
            until: str | dt.date | None = None,
            policy: str | Policy | None = None,
        ) -> Answer: ...

    def charts(self) -> dict[str, str]:
        """The charts there are, shipped and in the chronology's folder `charts`: what each shows, by name.

        A file there that is no chart is left out, and said.
        """
        from chronology.charts.chart_file import chart_named, charts

        found = {}
        for name in charts(self.path):
            try:
                found[name] = chart_named(name, self.path).description
            except Refused as error:
                self._warn(f"left out: {error}")
        return found

    def chart(  # noqa: PLR0913 - what a question is made of
        self,
        name: str,
        keys: Mapping[str, object] | None = None,
        /,
        *,
        as_of: Moment | None = None,
        known_by: str | dt.date | None = None,
        policy: str | Policy | None = None,
        timeout: float | str | None = None,
        memory: int | str | None = None,
        **named: object,
    ) -> dict[str, Any]:
        """A chart as a Vega-Lite specification with its data: what views held at a moment.

        Keys name columns of its views, or parameters of the chart, one keyword each (or in the dict `keys`). Its views
        are asked within `timeout` and `memory`, as in `query`. Raises Refused where there is no such chart or nothing
        to draw.

        >>> toll = chronology.chart("toll", operation="kidal-gao")
        >>> [(row["day"], row["low"]) for row in toll["datasets"]["toll"]]
        [('2023-11-01', 8)]
        """
        from chronology.charts.chart_file import chart_named
        from chronology.charts.drawing import SERIES, check_some, drawn, subtitled, views_of, wanted
        from projections.explaining.why import where

        def answer(sql: str) -> Answer:
            return self.query(sql, as_of=as_of, known_by=known_by, policy=policy, timeout=timeout, memory=memory)

        chart, asked = chart_named(name, self.path), keys_of({**(keys or {}), **named})
        of_views = {view: view.removeprefix(SERIES) for view in views_of(chart)}
        columns = {each: answer(f"select * from {view} limit 0").columns for each, view in of_views.items()}  # noqa: S608
        want, data = wanted(chart, columns, asked), {}
        for each, view in of_views.items():
            if each.startswith(SERIES):
                data[each] = self._series_until(view, want.rows[each], as_of, known_by, policy)
            else:
                condition = where(view, columns[each], want.rows[each])
                data[each] = answer(f"select * from {view} where {condition}").dicts()  # noqa: S608 - of ours
        check_some(chart, data, asked)
        (about,) = answer("select * from about").dicts()
        return subtitled(drawn(chart, data, want.parameters), self.name, asked, about)

    def page(  # noqa: PLR0913 - what a page is made of
        self,
        *,
        operation: str | None = None,
        incident: str | None = None,
        as_of: Moment | None = None,
        known_by: str | dt.date | None = None,
        policy: str | Policy | None = None,
        lang: str = "en",
        title: str | None = None,
        most_days: int | None = None,
        command: str = "chronology page OUT.html",
        progress: Progress | None = None,
    ) -> str:
        """A page of HTML that needs no network: of all, of one operation with its parts, or of one incident.

        It shows the figures of each day of the public record on which something changed, `most_days` of them at most,
        and why they are what they are. `command` is how readers are told to make it. Raises Refused for what is not
        there, Usage for a language without words, Unavailable where vl-convert is not installed.
        """
        from chronology.charts.rendering import library
        from chronology.web.days import MOST_DAYS, course_of
        from chronology.web.page import page_of, words_of

        library()
        words_of(lang)
        with self._asking():
            shown = course_of(
                self._folder, operation=operation, incident=incident, as_of=moment_of(as_of),
                known_by=moment_of(known_by), policy=policy_of(policy), most_days=most_days or MOST_DAYS,
                say=self._warn, tell=progress,
            )  # fmt: skip
        about = title or incident or shown.about.operation or self.name
        return page_of(shown, folder=self.path, lang=lang, title=about, incident=incident, command=command)

    def _series_until(
        self,
        view: str,
        keys: Mapping[str, str],
        as_of: Moment | None,
        known_by: str | dt.date | None,
        policy: str | Policy | None,
    ) -> list[Row]:
        """The series of a view's figures by day known, up to a day."""
        if as_of is not None:
            raise Refused(f"a chart of the series of {view} looks back day by day; use --known-by, not --as-of")
        return self.series(view, keys, until=known_by, policy=policy).dicts()
