"""The parts of a question: moments, days and keys, as a program gives them and as the views know them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from chronology.errors import Refused
from chronology.vocabulary.near import did_you_mean

if TYPE_CHECKING:
    from chronology.casualties import Policy
    from projections.asking.answer import Answer
    from projections.asking.session import RowStream

__all__ = ["Moment", "days_between", "keys_of", "moment_of", "policy_of", "whole"]

MOST_POLICY: Final = 1 << 16
"""Bytes of a policy's file."""

Moment: TypeAlias = int | str | dt.date
"""A position, a date or time as text, or one of `datetime`."""


def moment_of(value: Moment | None) -> str | None:
    """A moment as text."""
    if value is None:
        return None
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def policy_of(named: str | Policy | None) -> Policy | None:
    """A policy by its name, or read from a file of the same few choices (JSON, as `policy NAME --format json` has it).

    None is the one in force at the moment looked at. Raises Refused for what is neither.
    """
    if not isinstance(named, str):
        return named
    import msgspec

    from chronology.casualties import POLICIES, read_policy
    from chronology.files import NotText, Unreadable, read_input, text_of

    if named in POLICIES:
        return POLICIES[named]
    known = f"expected one of {', '.join(POLICIES)}, or a file"
    if not Path(named).exists():
        raise Refused(f"there is no policy {named}; {did_you_mean(named, POLICIES, known)}")
    try:
        return read_policy(text_of(read_input(named, MOST_POLICY)))
    except (NotText, Unreadable, msgspec.MsgspecError) as error:
        raise Refused(f"{named}: {error}; {known}") from error


def keys_of(keys: Mapping[str, object]) -> dict[str, str]:
    """Values by which rows are found, as DuckDB writes them; null for None."""
    return {name: _written(value) for name, value in keys.items()}


def _written(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case dt.datetime():
            return value.isoformat(" ")
    return str(value)


def whole(found: RowStream) -> Answer:
    """All rows of a stream."""
    from projections.asking.answer import Answer

    return Answer(found.columns, found.types, list(found.rows))


def days_between(since: str | None, until: str | None) -> tuple[dt.date | None, dt.date | None]:
    """The days of --from and --to. Raises Refused for what is no such day, and for an end before the beginning."""
    first = None if since is None else _day_of(since, "earliest", "--from")
    last = None if until is None else _day_of(until, "latest", "--to")
    if first is not None and last is not None and last < first:
        raise Refused(f"--to {until} lies before --from {since}; give the earlier day to --from")
    return first, last


def _day_of(text: str, which: str, option: str) -> dt.date:
    """The `earliest` or `latest` day of an EDTF date given as an option. Raises Refused where there is none."""
    from chronology.vocabulary.dates import DateError, bounds

    try:
        day: dt.date | None = getattr(bounds(text), which)
    except DateError as error:
        raise Refused(f"{option} {text!r}: {error}") from error
    if day is None:
        raise Refused(f"{option} {text!r}: is open on that side; expected a date such as 2023-11-03")
    return day
