"""PIVOT by whatever values there are, and other statements that only read; what runs is one SELECT that was checked."""

import pytest
from given import Given
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from chronology.errors import Refused
from projections.views.pivot import with_values

FACTS = """
    [[shelling]]
    id = "a"
    source = "AFP"
    published = "2023-11-01"
    killed = 1
    injured = 2
    [[shelling]]
    id = "b"
    source = "it's"
    published = "2023-11-03"
    injured = 3
"""


@pytest.fixture(scope="module")
def chronology(tmp_path_factory):
    made = Given(tmp_path_factory.mktemp("shared") / "kidal")
    made.append(FACTS)
    return made


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("pivot figures on category using sum(low) group by fact", [("a", 2, 1), ("b", 3, None)]),
        ("PIVOT figures ON speaker USING sum(low) GROUP BY category", [("injured", 2, 3), ("killed", 1, None)]),
        ("with f as (from figures) pivot f on category using max(low) group by fact", [("a", 2, 1), ("b", 3, None)]),
        ("select fact from (pivot figures on category using sum(low) group by fact) where injured > 2", [("b",)]),
        ("pivot figures on category in ('killed') using sum(low) group by fact", [("a", 1), ("b", None)]),
        ("pivot figures on category, fact using max(low) group by measure", [("increment", 2, 3, 1, None)]),
        ("pivot /* on */ figures on category -- on what\n using sum(low) group by fact", [("a", 2, 1), ("b", 3, None)]),
    ],
)
def test_pivot_makes_a_column_of_each_value(chronology, sql, rows):
    assert sorted(chronology.rows(sql)) == rows


def test_pivot_looks_back(chronology):
    sql = "pivot figures on speaker using sum(low) group by category"
    assert sorted(chronology.rows(sql, known_by="2023-11-02")) == [("injured", 2), ("killed", 1)]


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("pivot (from read_csv('/etc/passwd')) on a", "query: read_csv is out of reach of SQL here"),
        ("pivot figures on getenv('HOME')", "query: getenv is out of reach of SQL here"),
        ("pivot figures on category using first(current_setting('threads'))", "query: current_setting is out of reach"),
        ("pivot figures on category; drop table figures", "query: expected one SELECT, found 2 statements"),
        ("create type t as enum (select 'a'); select 1", "query: expected one SELECT, found 2 statements"),
        ("create type t as enum (select 'pivot')", "query: expected a SELECT, found CREATE"),
        ("pivot claims on incident", "query: PIVOT ON incident finds no values, and so has no columns"),
        (
            "pivot range(1001) on range",
            "query: PIVOT ON range finds more than 1,000 values; name those you want: on range in",
        ),
        ("pivot figures on nope", 'Referenced column "nope" not found'),
        ("pivot", "query: Parser Error"),
        ("(pivot " * 5 + "figures" + " on fact)" * 5, "query: "),
    ],
)
def test_a_pivot_that_cannot_be_is_refused_in_a_line(chronology, sql, says):
    with pytest.raises(Refused) as refused:
        chronology.rows(sql)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


@settings(max_examples=200)
@examples(
    st.lists(
        st.sampled_from(
            [
                "pivot",
                "figures",
                " on ",
                "(",
                ")",
                ",",
                "'",
                '"',
                ";",
                " in ",
                "using",
                "$$",
                "é",
                "\0",
                "--",
                "\n",
                " ",
            ]
        ),
        max_size=14,
    )
)
def test_no_text_breaks_the_reading_of_pivots(parts):
    with_values("pivot " + "".join(parts), lambda _: ["a"])


@pytest.mark.parametrize(
    "sql",
    [
        "describe figures",
        "show tables",
        "summarize figures",
        "table about",
        "values (1)",
        "unpivot about on head into name n value v",
        "from (describe figures)",
        "explain from figures",
    ],
)
def test_other_statements_that_only_read_are_answered(chronology, sql):
    assert chronology.rows(sql)
