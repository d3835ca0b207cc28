"""Naming entries, looking back by time, and the names that facts use."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_examples import correction, fact_of, retraction, statement

from chronology.errors import Refused
from chronology.log import Draft, Log, Target, now, reading
from chronology.vocabulary import KINDS, Role, name_key, texts_of
from chronology.vocabulary.kinds.curation import FactCorrected
from chronology.vocabulary.near import distance

NOON = datetime(2023, 11, 6, 12, tzinfo=UTC)


@pytest.fixture
def log(tmp_path):
    """Positions 1 to 5: two data set keys, one with a correction, and two random ids that begin alike."""
    ids = iter(["q7x2mk4w9a", "q7x2aaaaaa"])
    minutes = iter(range(100))
    with Log.create(
        tmp_path / "log.db", new_id=lambda: next(ids), clock=lambda: NOON + timedelta(minutes=next(minutes))
    ) as log:
        log.append([Draft(statement("a"), id="ucdp-ged:209222"), Draft(statement("b"), id="ucdp-ged:20")])
        log.append([Draft(statement("c")), Draft(statement("d"))])
        log.append([correction("ucdp-ged:209222", "e")])
        yield log


@pytest.mark.parametrize(
    ("ref", "target"),
    [
        ("1", Target("ucdp-ged:209222", 1, None)),
        ("3", Target("q7x2mk4w9a", 3, None)),
        ("5", Target("ucdp-ged:209222", 5, 2)),
        ("ucdp-ged:209222", Target("ucdp-ged:209222", 1, None)),
        ("ucdp-ged:2092", Target("ucdp-ged:209222", 1, None)),
        ("ucdp-ged:20", Target("ucdp-ged:20", 2, None)),
        ("q7x2m", Target("q7x2mk4w9a", 3, None)),
        ("q7x2a@1", Target("q7x2aaaaaa", 4, 1)),
        ("ucdp-ged:209222@2", Target("ucdp-ged:209222", 5, 2)),
        ("ucdp-ged:209222@1", Target("ucdp-ged:209222", 1, 1)),
    ],
)
def test_a_position_an_id_a_unique_beginning_or_a_revision_names_an_entry(log, ref, target):
    assert log.resolve(ref) == target


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        ("0", "there is no position 0; the log ends at 5"),
        ("6", "there is no position 6; the log ends at 5"),
        ("9" * 40, "the log ends at 5"),
        ("q7x2", "q7x2 begins several ids: q7x2aaaaaa, q7x2mk4w9a; give more of it"),
        ("q7x", "nothing in the log has the id q7x; give 4 letters of it or more, or its position"),
        ("", "nothing in the log has the id"),
        ("ucdp-ged:209322", "the id ucdp-ged:209322; did you mean ucdp-ged:209222?"),
        ("UCDP", "nothing in the log has the id UCDP; `chronology log` lists"),
        ("ucdp-ged:209222@3", "ucdp-ged:209222 has no revision '3'; it is at 2"),
        ("ucdp-ged:209222@", "has no revision ''"),
        ("ucdp-ged:209222@" + "9" * 40, "has no revision"),
        ("a\nb\u202ec", r"the id 'a\nb\u202ec'"),
        ("%", "nothing in the log"),
    ],
)
def test_what_names_nothing_or_several_is_refused_with_what_it_may_be(log, ref, said):
    with pytest.raises(Refused) as error:
        log.resolve(ref)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_of_many_ids_that_begin_alike_five_are_listed(log):
    log.append([Draft(statement(f"{n}"), id=f"many-{n}") for n in range(9)])
    with pytest.raises(Refused, match="many-0, many-1, many-2, many-3, many-4, …; give more of it"):
        log.resolve("many")


def test_an_entry_is_given_by_its_position(log):
    assert reading(log.at(3)) == statement("c")
    for position in (0, -1, 6):
        with pytest.raises(Refused, match=f"there is no position {position}; the log ends at 5"):
            log.at(position)


def test_nothing_of_an_id_is_an_empty_stream_that_does_not_stand(log):
    assert (log.stream("none"), log.standing("none"), log.retracted("none")) == ([], None, None)


# --- looking back


def test_a_time_names_the_last_position_recorded_by_then(log):
    assert log.begins_at == NOON
    assert [log.position_at(NOON + timedelta(minutes=at)) for at in (0, 1.5, 4, 1_000)] == [1, 2, 5, 5]


def test_a_time_before_the_log_begins_is_refused_and_so_is_any_of_an_empty_log(log, tmp_path):
    with pytest.raises(Refused) as error:
        log.position_at(NOON - timedelta(microseconds=1))
    assert str(error.value) == "the log begins 2023-11-06T12:00:00Z; for the public record use --known-by"
    with Log.create(tmp_path / "empty.db") as empty:
        assert (empty.head, empty.begins_at) == (0, None)
        with pytest.raises(Refused, match="is empty"):
            empty.position_at(NOON)


def test_positions_are_the_order_though_a_clock_went_back(tmp_path):
    hours = iter([12, 23, 13, 14])
    with Log.create(tmp_path / "log.db", clock=lambda: NOON.replace(hour=next(hours))) as log:
        log.append([Draft(statement(f"{n}")) for n in range(4)])
        assert [log.position_at(NOON.replace(hour=hour)) for hour in (12, 13, 14, 23)] == [1, 3, 4, 4]


def test_a_time_without_a_zone_is_no_time(log):
    with pytest.raises(ValueError, match="has no time zone"):
        log.position_at(NOON.replace(tzinfo=None))


# --- names


def every_name(log):
    """The names of all entries, by the slow way: every text of every fact, and of the facts in corrections."""
    found = {}
    for _, entry in log.entries():
        fact = reading(entry)
        for each in (fact, now(fact)) if isinstance(fact, FactCorrected) else (fact,):
            for _, role, text in texts_of(each):
                if role is not None and role.is_name:
                    found.setdefault(role, {}).setdefault(name_key(text), text)
    return found


def test_the_names_are_those_of_all_entries_as_first_written(tmp_path):
    with Log.create(tmp_path / "log.db") as log:
        log.append([Draft(fact_of(tag), id=tag) for tag in KINDS if not tag.startswith(("fact_", "record_"))])
        log.append([correction("statement_made", "x", actor="  Somebody\tELSE "), retraction("ied_strike")])
        log.append([Draft(statement("y", actor="somebody else"))])
        expected = every_name(log)
        assert {role: log.names(role) for role in expected} == expected
        assert log.names(Role.ACTOR)["somebody else"] == "  Somebody\tELSE "
        assert log.names(Role.VICTIMS)
        assert log.names(Role.URL) == {}


def test_a_near_name_is_found_and_the_name_itself_is_not_near(log):
    log.append(
        [Draft(fact_of("operation_named", name=name), id=name) for name in ("Kidal-Gao", "kidal-goa", "tessalit")]
    )
    assert log.near(Role.OPERATION, "kidal-gao", 2) == ["kidal-goa"]
    assert log.near(Role.OPERATION, "kidl-gao", 1) == ["Kidal-Gao"]
    assert log.near(Role.OPERATION, "kidl-gao", 2) == ["Kidal-Gao", "kidal-goa"]
    assert log.near(Role.ACTOR, "kidl-gao", 2) == []


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [
        ("", "", 0),
        ("a", "", 1),
        ("gao", "goa", 1),
        ("gao", "gaoo", 1),
        ("kidal", "kadil", 2),
        ("ca", "abc", 3),
        ("x", "y", 1),
    ],
)
def test_edits_are_counted(one, other, edits):
    assert distance(one, other, 5) == distance(other, one, 5) == edits


words = st.text("abc", max_size=7)


def slowly(one, other):
    """The same by its definition."""
    if not one or not other:
        return len(one) + len(other)
    best = min(
        slowly(one[:-1], other) + 1, slowly(one, other[:-1]) + 1, slowly(one[:-1], other[:-1]) + (one[-1] != other[-1])
    )
    if len(one) > 1 and len(other) > 1 and one[-1] == other[-2] and one[-2] == other[-1]:
        best = min(best, slowly(one[:-2], other[:-2]) + 1)
    return best


@given(st.text("abc", max_size=5), st.text("abc", max_size=5), st.integers(0, 4))
def test_edits_are_counted_up_to_the_most_that_is_asked(one, other, most):
    assert distance(one, other, most) == min(slowly(one, other), most + 1)
