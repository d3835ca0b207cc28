"""The sentence of a figure, in Python and in SQL."""

from __future__ import annotations

import itertools
from pathlib import Path

import duckdb
import pytest
from reckoned import of_toml, reckoned

from chronology.casualties.in_words import in_words
from projections.store.build import create_macros

NUMBERS = (None, 0, 1, 2, 8)


@pytest.mark.parametrize(
    ("low", "best", "high", "victims", "sentence"),
    [
        (8, 8, 8, "all", "8 killed"),
        (8, 8, None, "civilians", "at least 8 civilians killed"),
        (1, 1, None, "civilians", "at least 1 civilian killed"),
        (1, 1, 1, "women", "1 woman killed"),
        (1, None, 1, "children", "1 child killed"),
        (1, 1, 1, "members of militias", "1 members of militias killed"),
        (0, None, 1, "policemen", "up to 1 policeman killed"),
        (1, 3, 5, "soldiers", "1 to 5 soldiers killed, best 3"),
        (51, 51, 64, "all", "51 to 64 killed"),
        (0, None, 64, "all", "up to 64 killed"),
        (None, None, 64, "all", "up to 64 killed"),
        (None, 20, None, "all", "about 20 killed"),
        (None, 1, None, "allies", "about 1 ally killed"),
        (None, 30, 30, "all", "up to 30 killed"),
        (None, None, None, "all", "an unknown number killed"),
        (0, 0, None, "civilians", "an unknown number of civilians killed"),
        (0, 0, 0, "all", "none killed"),
        (0, 0, 0, "civilians", "no civilians killed"),
    ],
)
def test_a_figure_as_one_says_it(
    low: int | None, best: int | None, high: int | None, victims: str, sentence: str
) -> None:
    assert in_words((low, best, high), ("killed", victims, None), ()) == sentence


def test_sql_says_a_figure_as_python_does() -> None:
    with duckdb.connect() as connection:
        create_macros(connection)
        for low, best, high in itertools.product(NUMBERS, repeat=3):
            if low is not None and high is not None and low > high:
                continue
            for victims, definition in (("all", None), ("women", None), ("allies", "badly"), ("men and boys", None)):
                (row,) = connection.execute(
                    "select in_words($1::bigint, $2::bigint, $3::bigint, $4, 'injured', $5)",
                    [low, best, high, victims, definition],
                ).fetchall()
                assert row == (in_words((low, best, high), ("injured", victims, definition), ()),)


SAID = """
[[casualty_update]]
source = "{}"
published = "2024-05-{:02}"
incidents = ["x"]
{}
"""


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ([("A", 1, "killed = 8")], "8 killed"),
        ([("A", 1, "killed = 8"), ("B", 1, "killed = 8")], "8 killed; 2 sources say so"),
        ([("A", 1, "killed = 8"), ("B", 1, 'killed = ">=8"')], "8 killed; 2 sources say so"),
        ([("A", 1, "killed = 8"), ("B", 1, 'killed = ">=5"')], "8 killed; at least 5 by 2 sources"),
        ([("A", 1, "killed = 31"), ("B", 4, "killed = 51")], "51 killed; at least 31 by 2 sources"),
        ([("A", 1, "killed = 8"), ("B", 1, 'killed = "several"')], "8 killed"),
        (
            [("A", 1, "injured = 4"), ("B", 1, "injured = 6")],
            "4 to 6 injured; at least 4 by 2 sources; disputed: A says 4, B says 6",
        ),
        (
            [("A", 1, 'killed = "51..64"'), ("B", 1, 'killed = ">=49"'), ("the army", 1, 'killed = "none"')],
            "up to 64 killed; at least 49 by 2 sources; disputed: the army says none",
        ),
        (
            [("A", 1, "injured = 4"), ("B", 1, "injured = 4"), ("C", 2, "injured = 9")],
            "4 to 9 injured; at least 4 by 3 sources; disputed: C says 9",
        ),
        ([("A", 1, "injured = 40"), ("A", 1, "injured = 51")], "40 to 51 injured; disputed: A says 40 and 51"),
        (
            [("A", 1, "injured = 10"), ("B", 1, 'injured = "12 women"')],
            "at least 10 injured; disputed: A says 10, B says at least 12 women",
        ),
        ([("A", 1, "missing = 9"), ("B", 3, "missing = 5"), ("C", 3, "missing = 5")], "at least 9 missing"),
    ],
)
def test_a_sentence_names_how_many_agree_and_who_does_not(
    said: list[tuple[str, int, str]], sentence: str, tmp_path: Path
) -> None:
    entries = of_toml("".join(SAID.format(*each) for each in said), tmp_path)
    assert [row.in_words for row in reckoned(entries).by_incident if row.victims == "all"] == [sentence]
