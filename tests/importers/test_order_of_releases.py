"""Releases in any order: what each says counts from its own day, and an import undone leaves what never having had it
would."""

from __future__ import annotations

import random

import pytest
from acled_rows import ROW as ACLED_ROW
from acled_rows import TODAY
from imports import Imports, counts
from mapped_imports import PLAIN

from chronology import Chronology
from chronology.errors import Refused
from chronology.log import Log

SEEN = "select fact, low, published_edtf from figures join facts using (fact) order by fact"


def table(**killed):
    """A release: `a="3"` is a row of the record a; None is none."""
    rows = [f"{key},{number}" for key, number in sorted(killed.items()) if number is not None]
    return "\n".join(["id,killed", *rows]) + "\n"


def test_an_older_export_taken_in_later_fills_the_past_and_is_not_the_word_of_today(tmp_path):
    imports = Imports(tmp_path / "given", "acled", ACLED_ROW, TODAY)
    imports.take_in(imports.written({"fatalities": "3", "timestamp": "1709300000"}))
    found = imports.take_in(imports.written({"fatalities": "5", "timestamp": "1704200000"}, name="old.csv"))
    assert (counts(found), found.older) == ((0, 1, 0, 0, 0), 1)
    best = "select best from figures"
    assert [imports.rows(best, known_by=day) for day in ("2024-01-01", "2024-01-31", "2024-12-31")] == [
        [],
        [(5,)],
        [(3,)],
    ]
    assert imports.rows(best) == [(3,)]
    with Log.open(imports.folder.log_path, read_only=True) as log:
        assert log.standing("acled:" + ACLED_ROW["event_id_cnty"]).fact.killed[0].best == 3


def test_a_row_that_an_older_release_has_too_is_known_from_that_day(imports):
    imports.take_in(table(a="3"), PLAIN, published="2024-06-01")
    assert counts(imports.take_in(table(a="3"), PLAIN, name="old.csv", published="2023-06-01")) == (0, 1, 0, 0, 0)
    assert [imports.rows(SEEN, known_by=day) for day in ("2023-05-31", "2023-06-01")] == [
        [],
        [("t:a", 3, "2023-06-01")],
    ]
    between = imports.take_in(table(a="3", b="1"), PLAIN, name="between.csv", published="2024-01-01")
    assert counts(between) == (1, 0, 0, 1, 0)


def test_what_a_later_release_only_repeated_is_its_word_when_an_older_one_comes_between(imports):
    for killed, day in (("5", "2024-01-01"), ("5", "2024-03-01"), ("7", "2024-02-01")):
        imports.take_in(table(a=killed, b=day[6]), PLAIN, name=f"{day}.csv", published=day)
    low = "select low from figures where fact = 't:a'"
    days = ("2024-01-15", "2024-02-15", "2024-03-15")
    assert [imports.rows(low, known_by=day) for day in days] == [[(5,)], [(7,)], [(5,)]]
    assert imports.rows(low) == [(5,)]


def test_a_revision_without_a_day_is_in_no_look_back_and_ends_none_that_has_one(imports):
    imports.take_in(table(a="3"), PLAIN, published="2024-01-01")
    found = imports.take_in(table(a="9"), PLAIN, name="undated.csv")
    assert found.warnings[-1] == (
        "no --published, which an earlier release had: no --known-by sees the 1 revisions of this one"
    )
    assert [imports.rows(SEEN, known_by=day) for day in ("1900-01-01", "2024-06-01")] == [
        [],
        [("t:a", 3, "2024-01-01")],
    ]
    assert imports.rows("select low from figures") == [(9,)]
    imports.take_in(table(a="9"), PLAIN, name="dated.csv", published="2024-05-01")
    assert imports.rows(SEEN, known_by="2024-06-01") == [("t:a", 9, "2024-05-01")]


def test_our_own_correction_stays_when_an_older_word_fills_the_past(imports):
    imports.take_in(table(a="3"), PLAIN, published="2024-06-01")
    imports.append(
        '[[fact_corrected]]\nfact = "t:a"\nnature = "reading"\nreason = "the text says four"\n'
        '[fact_corrected.now]\nkind = "airstrike"\nsource = "m"\npublished = "2024-06-01"\nkilled = 4'
    )
    imports.take_in(table(a="1"), PLAIN, name="old.csv", published="2023-06-01")
    assert imports.rows("select low from figures") == [(4,)]
    assert imports.rows("select low from figures", known_by="2023-12-31") == [(1,)]


# --- any order, any undo

MONTHS = [f"2024-{month:02}-01" for month in range(1, 13)]


def releases(chance):
    """Twelve releases of four records, which change, stay, come and go."""
    return [{key: chance.choice((None, "1", "1", "2", "3")) for key in "abcd"} for _ in MONTHS]


def words(made, without=None):
    """What the records read from the first of each month on: an oracle that knows nothing of logs."""
    stand, by_month = {}, {}
    for month, release in zip(MONTHS, made, strict=True):
        if month != without:
            stand |= {f"t:{key}": int(number) for key, number in release.items() if number is not None}
        by_month[month] = dict(stand)
    return by_month


def seen_of(chronology, months):
    asked = ((month, chronology.query("select fact, low from figures", known_by=month)) for month in months)
    return {month: dict(answer.rows()) for month, answer in asked}


def tried(path, seed):
    """Releases taken in in any order; one in the middle undone, and that taken back."""
    chance, path = random.Random(seed), path / str(seed)
    chronology = Chronology.create(path)
    (path / "m.toml").write_text(PLAIN)
    made, order = releases(chance), list(range(12))
    chance.shuffle(order)
    for at in order:
        file = path / f"{MONTHS[at]}.csv"
        file.write_text(table(**made[at]))
        chronology.import_("csv", file, mapping=path / "m.toml", published=MONTHS[at], new_history=True)
    asked = sorted(chance.sample(MONTHS, 2))
    wanted, now = words(made), "9999-12-31"

    def all_seen(words_):
        said = {month: words_[month] for month in asked} | {now: words_[MONTHS[-1]]}
        found = seen_of(chronology, [*asked, now])
        today = dict(chronology.query("select fact, low from figures").rows())
        assert (seed, found, today) == (seed, said, said[now])

    all_seen(wanted)
    gone = order[chance.randrange(3, 9)]
    undo = {"kind": "fact_retracted", "fact": f"t/import-{order.index(gone) + 1}", "reason": "the wrong file"}
    (retraction, *_) = chronology.append(undo).outcomes
    all_seen(words(made, without=MONTHS[gone]))
    chronology.append({"kind": "fact_retracted", "fact": retraction.id, "reason": "it was right after all"})
    all_seen(wanted)


def test_twelve_releases_in_any_order_are_the_same_public_record_also_with_one_undone(tmp_path):
    tried(tmp_path, 4)


@pytest.mark.torture
def test_a_hundred_times_twelve_releases_in_any_order(tmp_path):
    for seed in range(100):
        tried(tmp_path, seed)


# --- drift


def test_a_file_with_none_of_the_known_records_is_refused_unless_it_is_another_history(imports):
    imports.take_in(table(A1="3", A2="1"), PLAIN)
    other = table(a1="3", a2="2")
    with pytest.raises(Refused, match=r"none of the 2 records of t known .* all its 2 are new.* give --new-history"):
        imports.take_in(other, PLAIN, name="other.csv")
    assert counts(imports.take_in(other, PLAIN, name="other.csv", new_history=True)) == (2, 0, 0, 0, 0)


def test_a_file_of_other_days_or_countries_is_no_drift(imports):
    mapping = PLAIN + '    occurred = "{day}"\n    country = "{country}"\n'
    imports.take_in("id,killed,day,country\n1,3,2024-01-05,Mali\n2,3,2024-01-06,Mali\n", mapping)
    found = imports.take_in(
        "id,killed,day,country\n3,3,2024-02-05,Mali\n4,1,2024-02-05,Mali\n", mapping, name="february.csv"
    )
    assert counts(found) == (2, 0, 0, 0, 0)
    niger = "id,killed,day,country\n5,1,2024-01-05,Niger\n6,1,2024-01-05,Niger\n"
    assert counts(imports.take_in(niger, mapping, name="niger.csv"))[0] == 2
    others = "id,killed,day,country\n01,3,2024-01-05,Mali\n02,1,2024-01-06,Mali\n"
    with pytest.raises(Refused, match="give --new-history"):
        imports.take_in(others, mapping, name="others.csv")


def test_where_most_records_would_vanish_the_coverage_is_to_be_given_twice(imports):
    keys = [f"r{number}" for number in range(30)]
    imports.take_in(table(**dict.fromkeys(keys, "1")), PLAIN, published="2024-01-01")
    few = table(**dict.fromkeys(keys[:12], "1"))
    with pytest.raises(Refused, match=r"18 of 30 known records are not in few.csv.*give --coverage all twice"):
        imports.take_in(few, PLAIN, name="few.csv", coverage=covering("all"))
    found = imports.take_in(few, PLAIN, name="few.csv", coverage=covering("all", "all"))
    assert counts(found) == (0, 0, 18, 12, 0)


def covering(*given):
    from chronology.importers import read_coverage

    return read_coverage(given)


def test_rows_that_only_their_number_tells_apart_are_a_new_history_each_time(imports):
    mapping = PLAIN.replace("{id}", "{row}")
    with pytest.raises(Refused, match="give --new-history"):
        imports.take_in("killed\n1\n2\n", mapping)
    assert counts(imports.take_in("killed\n1\n1\n", mapping, new_history=True)) == (2, 0, 0, 0, 0)
    assert counts(imports.take_in("killed\n5\n1\n", mapping, name="next.csv", new_history=True)) == (2, 0, 0, 0, 0)
    assert imports.rows("select sum(best), count(*) from figures") == [(8, 4)]
