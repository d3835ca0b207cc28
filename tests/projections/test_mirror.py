"""The mirror: every entry as one row, read by SQL; what it reads is what the vocabulary says."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
from given import Given
from hypothesis import example, given
from hypothesis import strategies as st

from chronology.errors import Damaged
from chronology.log import Log
from chronology.vocabulary import KINDS, Kind, Report, fields_of
from chronology.vocabulary.dates import DateError, bounds
from projections.asking.upkeep import make_anew
from projections.store.build import create_macros
from projections.store.mirror import parted
from projections.views.catalogue import Catalogue


@pytest.fixture(scope="module")
def macros() -> duckdb.DuckDBPyConnection:
    """A database with the macros."""
    connection = duckdb.connect()
    create_macros(connection)
    return connection


YEARS = st.integers(1, 9999).map("{:04}".format) | st.sampled_from(["202X", "20XX", "0001", "9999"])
DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31)).map(str)
MONTHS = DAYS.map(lambda day: day[:7])
TIMES = st.sampled_from(["T14:30Z", "T14:30:59.123+02:00"])
ONES = st.builds(
    "{}{}".format,
    st.one_of(
        YEARS,
        MONTHS,
        DAYS,
        MONTHS.map("{}-XX".format),
        st.builds("{}{}".format, DAYS, TIMES),
        st.sampled_from(["2023-XX", "2023-XX-XX"]),
    ),
    st.sampled_from(["", "?", "~", "%"]),
)
SIDES = ONES | st.sampled_from(["", ".."])
DATES = (
    ONES
    | st.builds("{}/{}".format, SIDES, SIDES)
    | st.lists(ONES | st.builds("{}..{}".format, ONES, ONES), min_size=1, max_size=3).map(
        lambda members: f"[{','.join(members)}]"
    )
    | st.builds("[..{}]".format, ONES)
    | st.builds("[{}..]".format, ONES)
)


@given(text=DATES)
@example(text="2023-10/..")
@example(text="../2023-10")
@example(text="/2023-10-31")
def test_sql_reads_the_days_of_a_date_as_the_vocabulary_does(macros: duckdb.DuckDBPyConnection, text: str) -> None:
    try:
        said = bounds(text)
    except DateError:
        return
    (found,) = macros.execute("select day.first, day.last from (select days_of($1) as day)", [text]).fetchall()
    assert found == tuple(said)


REPORTS = [kind for kind in KINDS.values() if issubclass(kind, Report)]


@pytest.fixture(scope="module")
def of_every_kind(tmp_path_factory: pytest.TempPathFactory) -> Given:
    """A chronology with a report of every kind, its id the kind's own name."""
    case = Given(tmp_path_factory.mktemp("kinds") / "case")
    tags = [str(kind.__struct_config__.tag) for kind in REPORTS]
    case.append("\n".join(f'[[{tag}]]\nid = "{tag}"\n{KINDS[tag].example}' for tag in tags))
    return case


@pytest.mark.parametrize("kind", REPORTS)
def test_every_kind_of_report_is_read_as_its_class_says(of_every_kind: Given, kind: type[Kind]) -> None:
    asked = f"from facts where fact = '{kind.__struct_config__.tag}'"
    (stored,) = of_every_kind.rows(
        f"select body, source, operation, incidents, occurred_edtf, modality, day, figures {asked}"
    )
    fact: Any = msgspec.json.decode(stored[0], type=kind)
    days = bounds(fact.occurred) if fact.occurred else (None, None)
    assert stored[1:-1] == (
        fact.source, fact.operation, list(fact.incidents), fact.occurred, fact.modality, days[1] or days[0],
    )  # fmt: skip
    named = [name for name, field in fields_of(kind).items() if field.shape == "figures"]
    said = [figure for name in named for figure in getattr(fact, name)]
    assert [(f["low"], f["best"], f["high"], f["victims"]) for f in stored[-1]] == [
        (figure.low, figure.best, figure.high, figure.victims) for figure in said
    ]


def test_a_figure_has_what_it_leaves_to_its_fact_and_a_breakdown_what_its_whole_says(tmp_path: Path) -> None:
    case = Given(tmp_path / "case")
    case.append("""
        [[casualty_update]]
        source = "AP"
        published = "2023-11-06"
        operation = "march"
        as_at = "2023-11-05"
        measure = "running_total"
        killed = [
            { low = 9, as_at = "2023-11" },
            { best = 4, victims = "civilians", measure = "breakdown", part_of = "all" },
        ]
        injured = 7
    """)
    figures = case.value("select figures from facts")
    assert [(f["figure"], f["category"], f["measure"], f["as_at"], f["as_at_day"]) for f in figures] == [
        (1, "killed", "running_total", "2023-11", date(2023, 11, 30)),
        (2, "killed", "breakdown", "2023-11", date(2023, 11, 30)),
        (3, "injured", "running_total", "2023-11-05", date(2023, 11, 5)),
    ]


def test_an_attack_without_incidents_is_one_and_its_names_stand_once_in_their_order(tmp_path: Path) -> None:
    case = Given(tmp_path / "case")
    case.append("""
        [[armed_clash]]
        id = "clash"
        source = "AP"
        occurred = "2023-10-30/2023-10-31"
        perpetrators = ["Wagner", "Malian army"]
        targets = ["JNIM", "Wagner"]
        killed = 3
    """)
    figures, actors = case.row("select figures, actors from facts")
    assert [(f["incidents"], f["period_from"], f["period_to"]) for f in figures] == [
        (["clash"], date(2023, 10, 30), date(2023, 10, 30) + timedelta(days=1))
    ]
    assert actors == ["Wagner", "Malian army", "JNIM"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{}", "position 2 is not readable"),
        (b"\x1f\n", "position 2 is not readable"),
        (b'{"format":1,"fact":{"kind":"statement_made","source":}', "position 2 is not readable"),
    ],
)
def test_a_line_that_is_no_entry_is_named_when_the_views_are_made(tmp_path: Path, line: bytes, said: str) -> None:
    case = Given(tmp_path / "case")
    case.append('[[statement_made]]\nsource = "AP"\nactor = "UN"\nabout = "the convoy"')
    with sqlite3.connect(case.folder.log_path) as raw:
        raw.execute("insert into stored_events values (2, 'x', 1, 'statement_made', ?, x'00')", (line,))
        raw.execute("insert into tree values (2, zeroblob(64))")
    raw.close()
    with Log.open(case.folder.log_path, read_only=True) as log, pytest.raises(Damaged, match=said):
        make_anew(log, case.folder, Catalogue(None), print)


def test_a_line_of_a_kind_not_known_here_is_named() -> None:
    with pytest.raises(Damaged, match="position 7"):
        parted(7, "moon_landing", b'{"format":1}')


@pytest.mark.parametrize("near", [100, 0], ids=["read in one go", "read one by one"])
def test_plain_rows_of_data_sets_have_a_table_of_their_own(
    tmp_path: Path, near: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.store.taking_in._NEAR", near)
    case = Given(tmp_path / "case")
    case.append("""
        source = "AP"
        occurred = "2023-10-31"

        [[ied_strike]]
        id = "typed"
        injured = 8

        [[ied_strike]]
        id = "plain"
        native = ["id=1"]
        injured = 8

        [[ied_strike]]
        id = "of-an-operation"
        native = ["id=2"]
        operation = "march"
        injured = 8

        [[airstrike]]
        id = "in-words"
        native = ["id=3"]
        killed = "several"

        [[statement_made]]
        id = "no-violence"
        native = ["id=4"]
        actor = "UN"
        about = "the convoy"
    """)
    case.append("""
        [[fact_corrected]]
        fact = "plain"
        nature = "entry"
        reason = "misread"
        now = { kind = "ied_strike", source = "AP", occurred = "2023-10-31", injured = 7 }

        [[fact_retracted]]
        fact = "no-violence"
        nature = "entry"
        reason = "misread"
    """)
    assert case.rows("select position, fact from dataset_reports") == [(2, "plain")]
    assert case.rows("select position, fact from other_entries order by position")[:5] == [
        (1, "typed"), (3, "of-an-operation"), (4, "in-words"), (5, "no-violence"), (6, "plain"),
    ]  # fmt: skip
    assert case.rows("select position from mirror order by position") == [(n,) for n in range(1, 8)]
    assert case.rows("select position from other_entries order by position", as_of="4") == [(1,), (3,), (4,)]
    assert case.rows("select position, fact from records") == [(2, "plain")], "by its former name"
    assert case.rows("select position from told order by position", as_of="4") == [(1,), (3,), (4,)]
