"""Random histories: reports, rows of a data set and decisions that speak of each other, as they are appended."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from chronology.errors import Refused
from chronology.log import Draft, Folder, Log
from chronology.vocabulary import KINDS

LEISURELY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

# Few names and days, so that what is drawn meets: rows of a data set that others then speak of.
NAMES = ["a", "b", "row-1", "row-2"]
IMPORTS = ["rows/import-1", "rows/import-2"]
FACTS = ["row-1", "row-2", "row-3", "told-1", "told-2", "1", "3", "5", *IMPORTS]
DAYS = ["2023-10-30", "2023-10-31", "2023-11-02/2023-11-03"]


def entries(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(fields)


def one_of(values: list[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


def figures(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    said = {"low": st.integers(0, 9), "words": st.just("several"), "best": st.integers(0, 9)}
    stated = st.one_of(*(st.fixed_dictionaries({name: value}) for name, value in said.items()))
    return st.builds(lambda figure, rest: figure | rest, stated, st.fixed_dictionaries(more))


SOURCES = {"source": one_of(["AP", "AFP"]), "published": one_of(["2023-11-04", "2023-11-05"])}
ROWS = entries(
    kind=st.just("ied_strike"), id=one_of(["row-1", "row-2", "row-3"]), native=st.just(["id=1"]),
    occurred=one_of(DAYS), killed=st.lists(figures(), max_size=1), **SOURCES,
)  # fmt: skip
STRIKES = entries(
    kind=one_of(["ied_strike", "casualty_update"]), id=one_of(["told-1", "told-2", "told-3"]),
    occurred=one_of(DAYS), operation=one_of(["march", "retreat"]), incidents=st.lists(one_of(NAMES), max_size=2),
    supersedes=st.lists(one_of(["told-1", "row-1"]), max_size=1), killed=st.lists(figures(), max_size=1), **SOURCES,
)  # fmt: skip
TOTALS = entries(
    kind=st.just("casualty_update"), id=one_of(["total-1", "total-2", "total-3"]),
    operation=one_of(["march", "retreat"]), as_at=one_of(["2023-11-01", "2023-11-03"]),
    killed=st.lists(figures(measure=st.just("running_total")), min_size=1, max_size=1), **SOURCES,
)  # fmt: skip
REASON = {"reason": st.just("as it is")}
DECISIONS = st.one_of(
    entries(kind=st.just("incident_named"), name=one_of(NAMES), aliases=st.lists(one_of(["x", *NAMES]), max_size=1)),
    entries(kind=st.just("operation_named"), name=st.just("march"), parent=st.just("retreat")),
    entries(kind=st.just("fact_retracted"), fact=one_of(FACTS), **REASON),
    entries(kind=st.just("fact_disputed"), fact=one_of(FACTS), **REASON),
    entries(kind=st.just("fact_assessed"), fact=one_of(FACTS), credibility=st.integers(1, 6), **REASON),
    entries(kind=st.just("incidents_merged"), incidents=st.just(["a", "row-1"]), **REASON),
    entries(kind=st.just("fact_corrected"), fact=one_of(FACTS), nature=st.just("entry"), now=ROWS | STRIKES, **REASON),
    entries(
        kind=st.just("fact_corrected"), fact=one_of(["row-1", "row-2"]), nature=st.just("source"), now=ROWS,
        said_in=one_of(IMPORTS), published=one_of([None, "2023-11-03", "2023-11-04", "2023-11-05"]), **REASON,
    ),
    entries(
        kind=st.just("dataset_imported"), id=one_of(IMPORTS), dataset=st.just("rows"), file=st.just("rows.csv"),
        sha256=st.just("0"), entries=st.integers(0, 2), **REASON,
    ),
)  # fmt: skip
STEPS = st.lists(st.lists(st.one_of(ROWS, STRIKES, TOTALS, DECISIONS), min_size=1, max_size=3), min_size=3, max_size=6)


def append(log: Log, given: dict[str, Any]) -> None:
    """Append an entry; what the log refuses is left out."""
    fact = dict(given)
    id_ = fact.pop("id", None)
    if "now" in fact:
        fact["now"] = {name: value for name, value in fact["now"].items() if name != "id"}
    kind = KINDS[fact["kind"]]
    with contextlib.suppress(Refused, msgspec.ValidationError):
        log.append([Draft(msgspec.json.decode(json.dumps(fact), type=kind), id_)])


@contextlib.contextmanager
def published_day_by_day(steps: list[list[dict[str, Any]]]) -> Iterator[Folder]:
    """The folder of a history in which each entry is published on a day of its own."""
    with tempfile.TemporaryDirectory() as path:
        folder = Folder.create(Path(path) / "case", "case")
        with Log.open(folder.log_path) as log:
            for number, entry in enumerate(each for step in steps for each in step):
                dated = {"published": f"2023-12-{number + 1:02}"} if {"published", "reason"} & entry.keys() else {}
                append(log, entry | dated)
        yield folder
