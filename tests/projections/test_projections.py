"""Projections: kept up or made anew, looked back on, and extended by a kind or a view, they say the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from given import KIDAL, Given

from chronology.errors import Refused
from chronology.log import Log
from projections.asking.verify_views import verify
from projections.views.catalogue import Catalogue

STRIKE = """
[[ied_strike]]
source = "AP"
published = "2023-02-0{day}"
occurred = "2023-01-0{day}"
operation = "march"
incidents = ["i{day}"]
injured = {count}
"""
INJURED = "select low from casualties_by_operation where category = 'injured'"


@pytest.fixture
def chronology(tmp_path: Path) -> Given:
    """An empty chronology."""
    return Given(tmp_path / "case")


def _problems(case: Given) -> list[str]:
    catalogue = Catalogue(case.folder.projections_path)
    with Log.open(case.folder.log_path, read_only=True) as log:
        return [f"{check.view}: {check.problem}" for check in verify(log, case.folder, catalogue) if check.problem]


def test_views_kept_up_step_by_step_are_what_a_rebuild_gives(chronology: Given) -> None:
    for name in ("article", "reports", "curation"):
        chronology.append(KIDAL / f"{name}.toml")
        chronology.rows("select 1")
    assert _problems(chronology) == []


def test_claims_that_name_no_incident_have_an_operation_where_they_agree_on_it(chronology: Given) -> None:
    claim = '[[responsibility_claimed]]\nsource = "AP"\nactor = "JNIM"\noperation = "{}"\nnote = "{}"'
    operation = "select actor, incident, operation, len(facts) from claims"
    chronology.append(claim.format("north", "one"))
    chronology.append(claim.format("north", "two"))
    assert chronology.rows(operation) == [("JNIM", None, "north", 2)]
    chronology.append(claim.format("south", "three"))
    assert chronology.rows(operation) == [("JNIM", None, None, 3)]


def test_the_spellings_of_a_name_come_in_order_so_that_a_rebuild_gives_the_same(chronology: Given) -> None:
    for actor in ("jnim", "JNIM", "Jnim", "jNIM", "JNim"):
        chronology.append(f'[[statement_made]]\nsource = "AP"\nactor = "{actor}"\nabout = "the convoy"')
    assert chronology.rows("select name, spellings, facts from mentioned where role = 'actor'") == [
        ("JNIM", ["JNIM", "JNim", "Jnim", "jNIM", "jnim"], 5)
    ]


def test_a_look_back_to_the_head_is_now(chronology: Given) -> None:
    chronology.append(KIDAL / "article.toml")
    for view in ("facts", "figures", "casualties_by_operation", "claims", "incidents", "timeline"):
        now = chronology.rows(f"select * from {view} order by all")
        assert chronology.rows(f"select * from {view} order by all", as_of=str(chronology.head)) == now
        assert chronology.rows(f"select * from {view} order by all", known_by="2100-01-01") == now


def test_a_look_back_to_a_position_is_the_log_up_to_there(chronology: Given, tmp_path: Path) -> None:
    for name in ("article", "reports", "curation"):
        chronology.append(KIDAL / f"{name}.toml")
    shorter = Given(tmp_path / "shorter")
    shorter.append(KIDAL / "article.toml")
    for view in ("figures", "casualties_by_operation", "claims", "convoys", "timeline"):
        columns = "* exclude (facts)" if view in {"casualties_by_operation", "claims", "convoys"} else "*"
        asked = f"select {columns} from {view} order by all"
        assert chronology.rows(asked, as_of="16") == shorter.rows(asked)


def test_a_day_before_the_log_begins_says_what_to_use_instead(chronology: Given) -> None:
    chronology.append(STRIKE.format(day=1, count=8))
    with pytest.raises(Refused, match=r"the log begins 2026-01-01.*--known-by"):
        chronology.rows("select 1", as_of="2023-11-03")


def test_a_time_looks_back_to_what_was_recorded_by_then(chronology: Given) -> None:
    chronology.append(STRIKE.format(day=1, count=8))  # recorded at 00:00
    chronology.append(STRIKE.format(day=2, count=7))  # recorded at 00:01
    assert chronology.value(INJURED, as_of="2026-01-01T00:00:30Z") == 8
    assert chronology.value(INJURED, as_of="2026-01-01") == 15


def test_a_fact_without_published_passes_no_day_of_the_public_record(chronology: Given) -> None:
    chronology.append('[[ied_strike]]\nsource = "AP"\noccurred = "2023-01-01"\noperation = "march"\ninjured = 8\n')
    assert chronology.value(INJURED) == 8
    assert chronology.rows(INJURED, known_by="2100-01-01") == []


CORRECTED = """
[[fact_corrected]]
fact = "strike"
nature = "source"
reason = "counted again"
{published}
[fact_corrected.now]
kind = "ied_strike"
source = "AP"
published = "2023-02-01"
operation = "march"
incidents = ["i1"]
injured = 5
"""
FIRST = '[[ied_strike]]\nid = "strike"\nsource = "AP"\npublished = "2023-02-01"\noperation = "march"\n'
FIRST += 'incidents = ["i1"]\ninjured = 8\n'


@pytest.mark.parametrize(
    ("published", "by_march", "by_april"),
    [
        ("", 5, 5),  # without a day of its own it always passes
        ('published = "2023-03-15"', 8, 5),  # else from its own day
        ('because = ["later"]', 8, 5),  # else from that of the fact it rests on
    ],
)
def test_a_correction_counts_in_the_public_record_from_its_day(
    chronology: Given, published: str, by_march: int, by_april: int
) -> None:
    chronology.append(FIRST)
    chronology.append(
        '[[statement_made]]\nid = "later"\nsource = "AP"\npublished = "2023-03-15"\nactor = "AP"\nabout = "x"'
    )
    chronology.append(CORRECTED.format(published=published))
    assert chronology.value(INJURED) == 5
    assert chronology.value(INJURED, known_by="2023-03-01") == by_march
    assert chronology.value(INJURED, known_by="2023-04-01") == by_april
    assert chronology.rows(INJURED, known_by="2023-01-01") == []
    assert chronology.value(INJURED, as_of="1") == 8


def test_a_retraction_undone_lets_the_fact_stand_again(chronology: Given) -> None:
    chronology.append(FIRST)
    (retraction,) = chronology.append('[[fact_retracted]]\nfact = "strike"\nreason = "in error"')
    assert chronology.rows("select fact from facts") == []
    chronology.append(f'[[fact_retracted]]\nfact = "{retraction.position}"\nreason = "it was right"')
    assert chronology.rows("select fact from facts") == [("strike",)]
    assert chronology.rows("select fact from facts", as_of="2") == []
    assert chronology.rows("select position, stood_to from history order by position") == [(1, None), (2, 3), (3, None)]


def test_a_retracted_correction_lets_the_revision_before_stand(chronology: Given) -> None:
    chronology.append(FIRST)
    (correction,) = chronology.append(CORRECTED.format(published=""))
    assert chronology.value(INJURED) == 5
    chronology.append(f'[[fact_retracted]]\nfact = "{correction.position}"\nreason = "misread"')
    assert chronology.value(INJURED) == 8


def test_a_correction_published_later_than_a_following_one_without_a_day_holds_that_back(chronology: Given) -> None:
    chronology.append(FIRST)
    chronology.append(CORRECTED.format(published='published = "2023-03-15"'))
    chronology.append(CORRECTED.format(published="").replace("injured = 5", "injured = 6"))
    assert chronology.value(INJURED, known_by="2023-03-01") == 8
    assert chronology.value(INJURED, known_by="2023-04-01") == 6


def test_another_log_in_the_place_of_the_old_makes_the_views_anew_and_says_so(
    chronology: Given, tmp_path: Path
) -> None:
    chronology.append(FIRST)
    chronology.rows("select 1")
    other = Given(tmp_path / "other")
    other.append(STRIKE.format(day=1, count=3))
    shutil.copy(other.folder.log_path, chronology.folder.log_path)
    assert chronology.value(INJURED) == 3
    assert any("rebuilt: entry 1 of the log is not the one" in line for line in chronology.said)


def test_views_that_are_garbage_are_made_anew(chronology: Given) -> None:
    chronology.append(FIRST)
    chronology.folder.views_path.write_bytes(b"no database at all" * 1000)
    assert chronology.value(INJURED) == 8
    assert any("views are rebuilt" in line for line in chronology.said)


def test_a_view_of_ones_own_is_found_and_follows_the_look_backs(chronology: Given) -> None:
    chronology.append(STRIKE.format(day=1, count=8))
    chronology.append(STRIKE.format(day=2, count=7))
    chronology.folder.projections_path.mkdir()
    own = chronology.folder.projections_path / "worst_day.sql"
    own.write_text(
        "-- The worst day of each operation.\n-- grain: operation\n-- column worst: people injured on it\n"
        "select operation, max(injured_low) as worst from incidents group by operation\n",
        encoding="utf-8",
    )
    assert chronology.rows("select * from worst_day") == [("march", 8)]
    chronology.append(STRIKE.format(day=3, count=9))
    assert chronology.rows("select * from worst_day") == [("march", 9)]
    assert chronology.rows("select * from worst_day", as_of="2") == [("march", 8)]
    own.unlink()
    with pytest.raises(Refused, match="worst_day"):
        chronology.rows("select * from worst_day")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("broken.sql", "select from where", "broken"),
        ("unknown.sql", "select * from nowhere", "nowhere"),
        ("facts.sql", "select 1", "there is a view facts already"),
        ("Not A Name.sql", "select 1", "expected such as my_view.sql"),
        ("two.sql", "select 1; select 2", "expected one SELECT"),
        ("reads.sql", "-- stored: yes\nselect * from read_text('/etc/passwd')", "reads"),
    ],
)
def test_a_view_of_ones_own_that_cannot_be_is_left_out_and_named(
    chronology: Given, name: str, text: str, said: str
) -> None:
    chronology.append(FIRST)
    chronology.folder.projections_path.mkdir()
    (chronology.folder.projections_path / name).write_text(text, encoding="utf-8")
    assert chronology.value(INJURED) == 8
    assert any("left out" in line and said in line for line in chronology.said), chronology.said


def test_appending_twice_changes_nothing(chronology: Given) -> None:
    chronology.append(KIDAL / "article.toml")
    before = chronology.rows("select * from figures order by all"), chronology.head
    assert all(outcome.known for outcome in chronology.append(KIDAL / "article.toml"))
    assert (chronology.rows("select * from figures order by all"), chronology.head) == before


def test_a_view_of_ones_own_with_low_alone_is_explained(cli, folder) -> None:
    folder.projections_path.mkdir()
    own = "select operation, 3 as low, ['x'] as facts from casualties_by_operation"
    (folder.projections_path / "lows.sql").write_text(f"-- grain: operation\n{own}", encoding="utf-8")
    assert cli("append", KIDAL / "article.toml").code == 0
    ran = cli("why", "lows")
    assert (ran.code, ran.out[1]) == (0, "  low 3")


PLAIN = """
[[airstrike]]
id = "record"
source = "A data set"
published = "2023-02-09"
occurred = "2023-02-01/2023-02-03"
killed = ["3..5", "2 civilians"]
injured = 7
"""


def test_a_record_that_nothing_speaks_of_has_its_last_day_with_the_figures_of_the_incident(chronology: Given) -> None:
    chronology.append(PLAIN)
    by_day = "select category, victims, day::varchar, low, best, high from casualties_daily where incident = 'record'"
    alone = chronology.rows(f"{by_day} order by all")
    assert alone == [
        ("injured", "all", "2023-02-03", 7, 7, 7),
        ("killed", "all", "2023-02-03", 3, None, 5),
        ("killed", "civilians", "2023-02-03", 2, 2, 2),
    ]
    # The rules say the same as soon as something speaks of it.
    chronology.append('[[fact_assessed]]\nfact = "record"\ncredibility = 2\nreason = "seen"')
    assert chronology.rows(f"{by_day} order by all") == alone
