"""The casualty rules in small cases: what is stated, and the figure it leaves. `docs/casualties.md` has the rules."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from given import Given

from projections.views.catalogue import Catalogue

OPERATION = """
[[operation_named]]
name = "march"
type = "convoy"
"""


@pytest.fixture
def given(tmp_path: Path) -> Given:
    """An empty chronology."""
    return Given(tmp_path / "case")


def _injured(*statements: str, operation: str = "march") -> str:
    """Statements on people injured: `a b: 22 by AP on 2023-01-02` is a joint figure of incidents a and b."""
    counter = itertools.count(1)
    facts = []
    for statement in statements:
        region, _, rest = statement.partition(": ")
        figure, _, source = rest.partition(" by ")
        source, _, day = source.partition(" on ")
        facts.append(
            f"""
[[casualty_update]]
id = "fact-{next(counter)}-{abs(hash(statement)) % 10**6}"
source = "{source or "AP"}"
published = "{day or "2023-02-01"}"
operation = "{operation}"
{_region(region)}
injured = {{ figure = "{figure}", measure = "{_measure(region)}" }}
"""
        )
    return "\n".join(facts)


def _measure(region: str) -> str:
    return "running_total" if region.startswith("up to ") else "increment"


def _region(region: str) -> str:
    if region.startswith("up to "):
        return f'as_at = "{region.removeprefix("up to ")}"'
    if region.startswith("period "):
        return f'period = "{region.removeprefix("period ")}"'
    incidents, _, day = region.partition(" on ")
    dated = f'\noccurred = "{day}"' if day else ""
    return f"incidents = {incidents.split()}{dated}".replace("'", '"')


LOW = "select low from casualties_by_operation where operation = 'march' and category = 'injured'"
INTERVAL = "select low, best, high from casualties_by_operation where operation = 'march' and category = 'injured'"

CASES: dict[str, tuple[list[str], tuple[int | None, int | None, int | None]]] = {
    "a joint 22 with 10 of one of its incidents is 22": (["a b: 22", "a: 10"], (22, 22, 22)),
    "joint figures that overlap are not added": (["a b: 22", "c d: 15", "b c: 1"], (37, 37, 38)),
    "a total, and people hurt after its day, add up": (
        ["up to 2023-01-01: 22", "a on 2023-01-03: 7"],
        (29, 29, 29),
    ),
    "a total holds what happened by its day": (["up to 2023-01-05: 22", "a on 2023-01-03: 7"], (22, 22, 22)),
    "a bulletin below what happened in its days is an alternative to it": (
        ["period 2023-01-03: 300 by ministry", "a on 2023-01-03: 471 by AP"],
        (300, None, 471),
    ),
    "a bulletin adds what it states above the incidents of its days": (
        ["period 2023-01-03: 300 by ministry", "a on 2023-01-03: 100 by AP"],
        (300, 300, 300),
    ),
    "bulletins of one speaker add up": (
        ["period 2023-01-03: 300 by ministry", "period 2023-01-04: 200 by ministry"],
        (500, 500, 500),
    ),
    "bulletins of two speakers for the same day are alternatives": (
        ["period 2023-01-03: 300 by ministry", "period 2023-01-03: 200 by AP on 2023-02-02"],
        (200, None, 300),
    ),
    "8, then not known, by one speaker is 8": (["a: 8 by AP", "a: not known by AP on 2023-02-02"], (8, 8, 8)),
    "8, and several by another, is 8": (["a: 8 by AP", "a: several by AFP on 2023-02-02"], (8, 8, 8)),
    "several alone is imputed, and open": (["a: several"], (2, 2, None)),
    "two speakers on one incident are alternatives": (["a: 8 by AP", "a: 11 by AFP on 2023-02-02"], (8, None, 11)),
    "one speaker's newer number replaces the older": (["a: 8 by AP", "a: 11 by AP on 2023-02-02"], (11, 11, 11)),
    "a speaker's later total that lies below withdraws the earlier": (
        ["up to 2023-01-05: 22 by AP", "up to 2023-01-06: 20 by AP on 2023-02-02"],
        (20, 20, 20),
    ),
    "another speaker's lower total is an alternative to it": (
        ["up to 2023-01-05: 22 by AP", "up to 2023-01-06: 20 by AFP on 2023-02-02"],
        (20, None, 22),
    ),
    "a joint figure below what is inside it is an alternative to it": (["a: 10", "a b: 5 by AFP"], (5, None, 10)),
    "a total that holds about 20 is not added to it": (
        ["a on 2023-01-02: about 20", "up to 2023-01-03: 22"],
        (22, 22, None),
    ),
    "what comes after a total has its best besides": (
        ["up to 2023-01-01: 22", "a on 2023-01-03: about 7"],
        (22, 29, None),
    ),
    "an upper bound alone has a low of nothing": (["a: up to 9"], (0, 0, 9)),
    "about 20 alone has a best and no low": (["a: about 20"], (None, 20, None)),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_stated_leaves_this_interval(given: Given, case: str) -> None:
    statements, interval = CASES[case]
    given.append(OPERATION + _injured(*statements))
    assert given.row(INTERVAL) == interval


def test_besides_a_is_a_residual_of_what_a_is_not(given: Given) -> None:
    given.append(
        OPERATION
        + _injured("a: 8", "b: 7")
        + """
[[casualty_update]]
source = "AFP"
published = "2023-02-01"
operation = "march"
excludes = ["a"]
injured = { figure = 14, measure = "residual" }
"""
    )
    assert given.value(LOW) == 22


def test_a_parent_operation_adds_up_its_parts(given: Given) -> None:
    given.append(
        """
[[operation_named]]
name = "campaign"
[[operation_named]]
name = "north column"
parent = "campaign"
[[operation_named]]
name = "south column"
parent = "campaign"
"""
        + _injured("a: 8", "up to 2023-02-01: 22", operation="north column")
        + _injured("b: 5", operation="south column")
    )
    assert given.rows("select operation, low, itemised_low, not_itemised from casualties_by_operation order by 1") == [
        ("campaign", 27, 13, 14),
        ("north column", 22, 8, 14),
        ("south column", 5, 5, 0),
    ]


def test_where_the_middle_of_a_superseding_chain_is_retracted_what_it_had_replaced_counts_again(given: Given) -> None:
    given.append(
        OPERATION
        + "".join(
            f"""
[[casualty_update]]
id = "{name}"
source = "{name} news"
published = "2023-02-0{n}"
operation = "march"
incidents = ["{name}"]
injured = {n * 10}
supersedes = {supersedes}
"""
            for n, (name, supersedes) in enumerate((("first", []), ("second", ["first"]), ("third", ["second"])), 1)
        ).replace("'", '"')
    )
    given.append('[[fact_retracted]]\nfact = "second"\nreason = "withdrawn"')
    assert given.rows("select fact, counted from figures order by fact") == [("first", True), ("third", True)]
    assert given.value(LOW) == 40


def test_merging_two_incidents_that_both_say_8_leaves_8_and_undone_16(given: Given) -> None:
    given.append(OPERATION + _injured("a: 8 by AP", "b: 8 by AFP"))
    assert given.value(LOW) == 16
    (merged,) = given.append('[[incidents_merged]]\nincidents = ["a", "b"]\nreason = "one device"')
    assert given.value(LOW) == 8
    given.append(f'[[fact_retracted]]\nfact = "{merged.position}"\nreason = "two devices after all"')
    assert given.value(LOW) == 16


def test_a_wounded_person_who_dies_is_one_killed_and_still_ever_injured(given: Given) -> None:
    given.append(
        OPERATION
        + _injured("a on 2023-01-03: 8")
        + """
[[outcome_reported]]
source = "AP"
published = "2023-02-03"
occurred = "2023-02-02"
operation = "march"
incidents = ["a"]
from = "injured"
to = "killed"
count = 1
"""
    )
    assert given.rows("select category, low from casualties_by_operation order by category") == [
        ("injured", 8),
        ("killed", 1),
    ]
    current = "select category, ever_low, moved_low, low, high from casualties_current where operation = 'march'"
    assert given.rows(current) == [("injured", 8, 1, 7, 7)]


DEATH = """
[[outcome_reported]]
source = "{source}"
published = "2023-02-{published}"
occurred = "2023-02-{day}"
operation = "march"
incidents = ["a"]
from = "injured"
to = "killed"
count = {count}
"""
KILLED = """
[[casualty_update]]
source = "AP"
published = "2023-02-{published}"
operation = "march"
incidents = ["a"]
killed = {count}
"""


@pytest.mark.parametrize(
    ("facts", "low"),
    [
        ([KILLED.format(published="01", count=3), DEATH.format(source="AP", published="06", day="05", count=1)], 4),
        ([KILLED.format(published="07", count=4), DEATH.format(source="AP", published="06", day="05", count=1)], 4),
        ([DEATH.format(source=s, published="06", day="05", count=1) for s in ("AP", "AFP")], 1),
        ([DEATH.format(source="AP", published="09", day=day, count=1) for day in ("05", "08")], 2),
    ],
    ids=["after the figure", "held by the later figure", "one death, two speakers", "two deaths"],
)
def test_deaths_later_on_are_counted_once(given: Given, facts: list[str], low: int) -> None:
    given.append(OPERATION + "".join(facts))
    killed = "where category = 'killed'"
    assert given.rows(f"select low from casualties_by_operation {killed}") == [(low,)]
    assert given.rows(f"select low from casualties_by_incident {killed}") == [(low,)]


def test_a_total_named_in_included_in_holds_the_death(given: Given) -> None:
    total = """
[[casualty_update]]
id = "total"
source = "UN"
published = "2023-02-01"
operation = "march"
killed = { figure = 3, measure = "running_total" }
"""
    death = DEATH.format(source="AP", published="06", day="05", count=1)
    given.append(OPERATION + total + death)
    assert given.rows("select low from casualties_by_operation where category = 'killed'") == [(4,)]
    given.append(death.replace("count = 1", 'count = 1\nincluded_in = ["total"]').replace("AP", "AFP"))
    assert given.rows("select low from casualties_by_operation where category = 'killed'") == [(3,)]


def test_all_is_at_least_its_largest_group(given: Given) -> None:
    given.append(
        OPERATION
        + """
[[casualty_update]]
source = "AP"
published = "2023-02-01"
operation = "march"
incidents = ["a"]
killed = ["several", { figure = "5 children", measure = "breakdown", part_of = "all" }]
"""
    )
    assert given.rows("select victims, low from casualties_by_operation order by victims") == [
        ("all", 5),
        ("children", 5),
    ]


def test_a_breakdown_speaks_of_the_incidents_of_its_whole(given: Given) -> None:
    given.append(
        OPERATION
        + """
[[casualty_update]]
source = "AP"
published = "2023-02-01"
operation = "march"
incidents = ["a", "b"]
killed = [
    { figure = 7, incidents = ["a"] },
    { figure = "5 children", measure = "breakdown", part_of = "all" },
]
"""
    )
    assert given.rows("select incident, victims, low from casualties_by_incident where low > 0 order by victims") == [
        ("a", "all", 7),
        ("a", "children", 5),
    ]


def test_the_highs_of_joint_figures_are_set_off_against_one_another_once(given: Given) -> None:
    given.append(OPERATION + _injured("a: up to 5", "a b: 5", "a c: 5"))
    assert given.row("select high from casualties_by_operation") == (10,)


def test_disputing_the_killed_leaves_the_injured(given: Given) -> None:
    given.append(
        OPERATION
        + """
[[ied_strike]]
id = "strike"
source = "AP"
published = "2023-02-01"
operation = "march"
incidents = ["a"]
killed = 3
injured = 8
[[fact_disputed]]
fact = "strike"
category = "killed"
reason = "nobody else has a death"
"""
    )
    assert given.rows("select category, low from casualties_by_operation") == [("injured", 8)]
    assert given.rows("select category, counted, reason from figures order by 1") == [
        ("injured", True, "counted"),
        ("killed", False, "disputed: nobody else has a death"),
    ]


def test_sum_high_stays_open_where_sum_would_close_it(given: Given) -> None:
    given.append(OPERATION + _injured("a: 8", "b: >=7"))
    assert given.row("select sum_high(high), sum(high) from casualties_by_incident") == (None, 8)


def test_unknown_is_never_0_in_any_view(given: Given) -> None:
    given.append(OPERATION + _injured("a: not known") + '[[ied_strike]]\nsource = "AP"\noccurred = "2023-01-02"\n')
    assert given.rows(INTERVAL) == [(None, None, None)]
    assert given.rows("select low, best, high from casualties_by_incident") == [(None, None, None)]
    assert set(given.rows("select killed_low, killed_high, injured_low, injured_best from incidents")) == {
        (None, None, None, None)
    }


def test_an_incident_without_a_figure_leaves_the_high_open_unless_a_closed_total_holds_it(given: Given) -> None:
    given.append(
        OPERATION
        + _injured("a on 2023-01-03: 8")
        + '[[ied_strike]]\nid = "b"\nsource = "AP"\noccurred = "2023-01-02"\noperation = "march"\nincidents = ["b"]\n'
    )
    assert given.row(INTERVAL) == (8, 8, None)
    given.append(_injured("up to 2023-01-04: 12 by AFP"))
    assert given.row(INTERVAL) == (12, 12, 12)


def test_retracting_everything_empties_every_view(given: Given) -> None:
    given.append(OPERATION + _injured("a b: 22", "a: 10", "up to 2023-02-01: 30", "period 2023-01-03: 3"))
    for position in range(1, given.head + 1):
        given.append(f'[[fact_retracted]]\nfact = "{position}"\nreason = "all of it"')
    told_of_the_log = {
            "about", "decided", "entries", "history", "policy", "policy_parameters", "policy_words", "superseding",
        }  # fmt: skip
    for view in Catalogue().views:
        if view not in {*told_of_the_log, "violence_kinds", "fact_retracted"}:
            assert given.rows(f"select * from {view}") == [], view


@pytest.mark.parametrize("order", [lambda facts: facts, lambda facts: facts[::-1]], ids=["as said", "backwards"])
def test_the_order_of_appending_does_not_change_any_figure(
    given: Given, order: Callable[[list[str]], list[str]]
) -> None:
    statements = ["a b: 22 by AP", "a: 10 by AFP", "b c: >=9 by UN", "up to 2023-02-01: 30 by UN", "c: several by AP"]
    for statement in order(statements):
        given.append(_injured(statement))
    assert given.row(INTERVAL) == (30, 30, None)


def test_an_incident_known_from_a_joint_figure_only_has_that_as_its_most(given: Given) -> None:
    given.append(OPERATION + _injured("a b: 22"))
    assert given.rows("select incident, low, best, high from casualties_by_incident order by 1") == [
        ("a", None, None, 22),
        ("b", None, None, 22),
    ]


def test_several_groups_of_one_fact_are_series_of_their_own(given: Given) -> None:
    given.append(
        OPERATION
        + """
[[armed_attack]]
source = "AP"
published = "2023-02-01"
occurred = "2023-01-03"
operation = "march"
incidents = ["a"]
killed = ["12", "5 civilians", "7 soldiers"]
"""
    )
    assert given.rows("select victims, low from casualties_by_operation order by victims") == [
        ("all", 12),
        ("civilians", 5),
        ("soldiers", 7),
    ]
    assert given.row("select killed_low, killed_high, day from incidents") == (12, 12, date(2023, 1, 3))
