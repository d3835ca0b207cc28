"""The answer to why, in the words in which it is printed."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from projections.explaining.why import Explanation

__all__ = ["Reasons"]

Row = dict[str, Any]

SHOWN: Final = 40
"""So many lines of a section are printed; more are counted."""


class Reasons(NamedTuple):
    """Why rows of a view are what they are. `str()` gives them as `chronology why` prints them.

    `about` is the row of the view `about`: head, look-backs, policy; `grain` the columns that name a row; `rows` the
    rows explained, of `found` there are.
    """

    view: str
    about: Row
    grain: tuple[str, ...]
    rows: list[Explanation]
    found: int

    def __str__(self) -> str:
        """Each row with its figure, what it is made of, what counts and what does not, and what was decided."""
        return "\n\n".join(self._worded(each) for each in self.rows)

    def _worded(self, of: Explanation) -> str:
        key = " · ".join(f"{column} {of.row[column]}" for column in self.grain if of.row.get(column) is not None)
        lines = [f"{self.view} · {key}", *_figure_lines(of.row), f"  {_moment(self.about)}"]
        if of.component is not None:
            entries, first = of.component["entries"], of.component["first_position"]
            lines.append(f"  computed from {entries:,} related entries, from position {first:,} on")
        lines += _section("made of", [_item(item) for item in of.items])
        lines += _section("totals", [f"{_said(total)}: {total['reason']}" for total in of.totals])
        lines += _section("can be right together", [_group(group) for group in of.groups])
        lines += _section("counts", [_said(figure) for figure in of.counted])
        lines += _section("does not count", [f"{_said(figure)}: {figure['reason']}" for figure in of.not_counted])
        lines += _section("decided", [_decision(entry) for entry in of.decided])
        return "\n".join(lines)


def _figure_lines(row: Row) -> list[str]:
    if "low" not in row:
        values = [f"{k} {v}" for k, v in row.items() if k.endswith(("_low", "_best", "_high", "status", "since")) and v]
        return [f"  {' · '.join(values)}"] if values else []
    unknown = {"low": "not known", "best": "not known", "high": "open"}  # a view of one's own may have some of them
    parts = [f"{column} {_number(row[column], no)}" for column, no in unknown.items() if column in row]
    more = [
        f"{column.removesuffix('_low').replace('_', ' ')} {_number(row[column])}"
        for column in ("itemised_low", "stated_total_low", "not_itemised")
        if column in row
    ]
    return [f"  {' · '.join((*parts, *more))}"]


def _moment(about: Row) -> str:
    looked = [f"as of position {about['as_of']}"] if about["as_of"] is not None else []
    looked += [f"known by {about['known_by']}"] if about["known_by"] is not None else []
    return f"policy {about['policy']} · {', '.join(looked) or 'now'} · head {about['head']}"


def _section(title: str, lines: list[str]) -> list[str]:
    if not lines:
        return []
    more = [f"    … and {len(lines) - SHOWN:,} more (--format json has all)"] if len(lines) > SHOWN else []
    return [f"  {title}", *(f"    {line}" for line in lines[:SHOWN]), *more]


def _item(item: Row) -> str:
    days = item["first_day"], item["last_day"]
    when = f"{days[0]}" if days[0] == days[1] else f"{days[0] or '..'}/{days[1] or '..'}"
    return f"{_number(item['low'])}  {item['item']}  ({when})  from {', '.join(item['facts'])}"


def _group(group: Row) -> str:
    leaves = f"{_number(group['low'])} to {_number(group['high'], 'open')}"
    return f"{', '.join(group['speakers'])}: {leaves}  ({group['item']})"


def _said(figure: Row) -> str:
    who = figure["speaker"] if figure["speaker"] == figure["source"] else f"{figure['speaker']}, by {figure['source']}"
    return f"{figure['fact']}  {who}, {figure['published'] or 'undated'}: {figure['said']}"


def _decision(entry: Row) -> str:
    what = entry["entry"].removeprefix("fact_").replace("_", " ")
    detail = ", ".join(part for part in (entry["nature"], entry["category"]) if part)
    before = f"; before: {entry['before']}" if entry["before"] and what == "corrected" else ""
    return f"{entry['position']}  {what} {entry['target']}{f' ({detail})' if detail else ''}: {entry['reason']}{before}"


def _number(value: int | None, unknown: str = "not known") -> str:
    return unknown if value is None else str(value)
