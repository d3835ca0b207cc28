"""Dates as written: what each form means in calendar days, and what is refused."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from edtf import parse_edtf
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chronology.vocabulary.dates import Bounds, DateError, bounds, from_python, last_day


def days(text):
    """`"2023-10-01 2023-10-31"`, with `-` where a side is not known: easier to read in a table than two dates."""
    return " ".join("-" if day is None else day.isoformat() for day in bounds(text))


def refusal(text):
    with pytest.raises(DateError) as refused:
        bounds(text)
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023", "2023-01-01 2023-12-31"),
        ("2023-10", "2023-10-01 2023-10-31"),
        ("2023-02", "2023-02-01 2023-02-28"),
        ("2024-02", "2024-02-01 2024-02-29"),
        ("2023-10-31", "2023-10-31 2023-10-31"),
        ("0001", "0001-01-01 0001-12-31"),
        ("9999", "9999-01-01 9999-12-31"),
    ],
)
def test_a_date_lies_between_its_first_and_its_last_day(text, expected):
    assert days(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2023-10-31T14:30Z",
        "2023-10-31T14:30:59Z",
        "2023-10-31T14:30:59.123456789Z",
        "2023-10-31T00:30+02:00",  # 30 October in UTC
        "2023-10-31T23:30-05:00",  # 1 November in UTC
        "2023-10-31T00:00+14:00",
        "2023-10-31T23:59-14:00",
    ],
)
def test_a_time_lies_on_its_day_as_written_whatever_its_zone(text):
    assert days(text) == "2023-10-31 2023-10-31"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-10-XX", "2023-10-01 2023-10-31"),
        ("2023-02-XX", "2023-02-01 2023-02-28"),
        ("2023-XX", "2023-01-01 2023-12-31"),
        ("2023-XX-XX", "2023-01-01 2023-12-31"),
        ("202X", "2020-01-01 2029-12-31"),
        ("20XX", "2000-01-01 2099-12-31"),
        ("2023-10-XX?", "2023-10-01 2023-10-31"),
    ],
)
def test_unspecified_digits_may_be_any_digits(text, expected):
    assert days(text) == expected


@pytest.mark.parametrize("qualifier", ["?", "~", "%"])
@pytest.mark.parametrize("text", ["2023", "2023-10", "2023-10-31", "2023-10-31T14:30Z", "../2023-10-31", "2023/2024"])
def test_a_qualifier_does_not_move_the_days(text, qualifier):
    assert bounds(text + qualifier) == bounds(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-10-31/2023-11-03", "2023-10-31 2023-11-03"),
        ("2023-10/2023-11", "2023-10-01 2023-11-30"),
        ("2023-10/2023-10-05", "2023-10-01 2023-10-05"),
        ("2023-10-31/2023-10", "2023-10-31 2023-10-31"),
        ("2023-10-30?/2023-11~", "2023-10-30 2023-11-30"),
        ("2023-10-31T06:00Z/2023-10-31T14:30Z", "2023-10-31 2023-10-31"),
        ("2023-10-31T14:30+01:00/2023-10-31T14:30-01:00", "2023-10-31 2023-10-31"),
        ("2023-10-31T06:00+02:00/2023-11-01", "2023-10-31 2023-11-01"),
        ("../2023-10-31", "- 2023-10-31"),
        ("/2023-10-31", "- 2023-10-31"),
        ("2023-10-31/..", "2023-10-31 -"),
        ("2023-10-31/", "2023-10-31 -"),
        ("../2023-10", "- 2023-10-31"),
    ],
)
def test_an_interval_runs_from_the_first_day_of_its_start_to_the_last_of_its_end(text, expected):
    assert days(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[2023-10-30,2023-10-31]", "2023-10-30 2023-10-31"),
        ("[2023-10-31,2023-10-30]", "2023-10-30 2023-10-31"),
        ("[2023-10-30..2023-11-02]", "2023-10-30 2023-11-02"),
        ("[2023-10-30?,2023-11,2023-12-01..2023-12-03]", "2023-10-30 2023-12-03"),
        ("[..2023-10-31]", "- 2023-10-31"),
        ("[2023-10-31..]", "2023-10-31 -"),
        ("[..2023-10-31,2023-12-01]", "- 2023-12-01"),
        ("[2023-10-31]", "2023-10-31 2023-10-31"),
    ],
)
def test_one_of_a_set_lies_between_the_smallest_and_the_largest(text, expected):
    assert days(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "2023-02-30",
            "2023-02-30 is not a day of the calendar; expected a date such as 2023-10-31, 2023-10, ../2023-10-31",
        ),
        ("2023-02-29", "2023-02-29 is not a day of the calendar"),
        ("2023-13", "2023-13 is not a month of the calendar"),
        ("2023-00", "2023-00 is not a month of the calendar"),
        ("2023-10-00", "2023-10-00 is not a day of the calendar"),
        ("0000", "0000 is before the year 0001"),
        ("", "'' is not a date"),
        ("yesterday", "yesterday is not a date"),
        ("31/10/2023", "31 is not a date"),
        ("2023-1-5", "2023-1-5 is not a date"),
        ("20231031", "20231031 is not a date"),
        ("12023", "12023 is not a date"),
        ("-2023", "-2023 is not a date"),
        ("..", ".. is not a date"),
        ("2023-10-31 ", "2023-10-31  is not a date"),
        ("2023-10-31\n", r"'2023-10-31\n' is not a date"),
        ("2023-10-31\0", r"'2023-10-31\x00' is not a date"),
        ("٢٠٢٣-10-31", "'٢٠٢٣-10-31' is not a date"),
        ("2023-10-31??", "2023-10-31?? is not a date"),
        ("?2023-10-31", "?2023-10-31 is not a date"),
        ("2023/2024/2025", "2024/2025 is not a date"),
        ("[2023,,2024]", "'' is not a date"),
        ("[]", "'' is not a date"),
        ("[2023", "[2023 is not a date"),
        ("2023-21", "2023-21 is not a month of the calendar"),  # a season, in EDTF
    ],
)
def test_what_is_not_a_date_is_refused_with_what_is_wrong(text, message):
    assert refusal(text).startswith(message)
    assert "; expected " in refusal(text)


@pytest.mark.parametrize("text", ["2023-XX-31", "20XX-10", "2023-10-XXT14:30Z"])
def test_digits_are_left_out_only_at_the_end(text):
    assert (
        refusal(text) == f"{text} leaves out digits before others; expected X only at the end: 2023-10-XX, "
        "2023-XX-XX, 202X"
    )


@pytest.mark.parametrize("text", ["2023-10-31T14:30", "2023-10-31T14:30:00", "2023-10-31T14:30/2023-11-01"])
def test_a_time_without_a_zone_is_refused(text):
    assert "has no zone; expected a zone after the time, such as 2023-10-31T14:30Z" in refusal(text)


@pytest.mark.parametrize("clock", ["24:00Z", "14:60Z", "14:30:60Z", "99:99Z"])
def test_a_time_that_no_clock_shows_is_refused(clock):
    assert "is not a time of the day; expected a time from 00:00 to 23:59:59" in refusal(f"2023-10-31T{clock}")


@pytest.mark.parametrize(
    "clock", ["14Z", "1430Z", "14:30z", "14:30 Z", "14:30+02", "14:30+0200", "14:30:00.Z", "٣٤:00Z"]
)
def test_a_time_is_written_in_one_way(clock):
    assert "is not a time; expected a time such as 2023-10-31T14:30Z" in refusal(f"2023-10-31T{clock}")


@pytest.mark.parametrize("offset", ["+14:01", "-15:00", "+02:60", "+99:00"])
def test_an_offset_no_zone_has_is_refused(offset):
    assert "has an offset that no zone has; expected" in refusal(f"2023-10-31T14:30{offset}")


@pytest.mark.parametrize(
    "text",
    [
        "2023-11-03/2023-10-31",
        "2023-11/2023-10-31",
        "[2023-11-02..2023-10-30]",
        "2023-10-31T14:30Z/2023-10-31T14:29Z",
        "2023-10-31T14:30:00.5Z/2023-10-31T14:30:00.4Z",
        "2023-10-31T14:30+01:00/2023-10-31T14:30+02:00",  # on one day, and in the wrong order
        "2023-10-31T14:30-01:00/2023-10-31T14:30+01:00",
        "2023-10-31T14:30:00.000002Z/2023-10-31T14:30:00.000001Z",
        "2023-11-01T01:00+02:00/2023-10-31T23:30Z",  # in order; but the days as written are not
    ],
)
def test_what_starts_after_it_ends_is_refused(text):
    assert "starts after it ends; expected the earlier date first, and both times in one zone" in refusal(text)


@pytest.mark.parametrize("text", ["../..", "/", "../", "/..", "[..]", "[..2023,2024..]"])
def test_what_is_open_on_both_sides_says_nothing(text):
    assert refusal(text).startswith(f"{text} says nothing; expected a date such as")


def test_a_hundred_characters_are_enough():
    nine_days = "[" + ",".join(["2023-10-31"] * 9) + "]"
    assert len(nine_days) == 100
    assert days(nine_days) == "2023-10-31 2023-10-31"
    assert refusal(nine_days[:-1] + "?]").endswith("has 101 characters; expected at most 100")


def test_a_refusal_is_one_short_line_whatever_was_written():
    assert len(refusal("2023\n" * 20_000)) < 100
    assert "\n" not in refusal("2023\n" * 10)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2023-10", date(2023, 10, 31)),
        ("../2023-10-31", date(2023, 10, 31)),
        ("2023-10-31/..", date(2023, 10, 31)),
        ("2023-10-30/2023-11-02", date(2023, 11, 2)),
        (None, None),
    ],
)
def test_the_day_is_the_last_else_the_first(text, day):
    assert last_day(text) == day


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2023, 10, 31), "2023-10-31"),
        (date(1, 1, 1), "0001-01-01"),
        (datetime(2023, 10, 31, 14, 30, tzinfo=UTC), "2023-10-31T14:30:00Z"),
        (datetime(2023, 10, 31, 14, 30, 1, 500_000, UTC), "2023-10-31T14:30:01.500000Z"),
        (datetime(2023, 10, 31, 0, 30, tzinfo=timezone(timedelta(hours=2))), "2023-10-31T00:30:00+02:00"),
        (datetime(2023, 10, 31, 0, 30, tzinfo=timezone(timedelta(hours=-3, minutes=-30))), "2023-10-31T00:30:00-03:30"),
    ],
)
def test_dates_and_times_of_toml_become_edtf(value, text):
    assert from_python(value) == text


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            datetime(2023, 10, 31, 14, 30),
            "2023-10-31T14:30:00 has no zone; expected a zone after the time, such as 2023-10-31T14:30Z",
        ),
        (time(14, 30), "14:30:00 is a time without a day; expected a date such as"),
        (datetime(2023, 10, 31, tzinfo=timezone(timedelta(hours=20))), "has an offset that no zone has"),
        (datetime(2023, 10, 31, tzinfo=timezone(timedelta(seconds=972))), "is not a time"),
    ],
)
def test_times_that_are_no_moment_are_refused(value, message):
    with pytest.raises(DateError) as refused:
        from_python(value)
    assert message in str(refused.value)


DAYS = st.dates()
PLAIN = DAYS.flatmap(lambda day: st.sampled_from([day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]]))
PARTS = st.sampled_from(
    [*"0123456789XTZ?~%/[],.+-: \0٣", "..", "2023", "2024", "-10", "-31", "-XX", "T14:30", "T24:00", "+02:00", "0000"]
)


@given(st.text() | st.lists(PARTS, max_size=12).map("".join))
@settings(max_examples=2_000)
def test_any_text_is_a_date_or_a_date_error(text):
    try:
        earliest, latest = bounds(text)
    except DateError as error:
        assert str(error).isprintable() or not text.isprintable()  # noqa: PT017
        return
    assert earliest or latest
    assert earliest is None or latest is None or earliest <= latest


# Before there were zones, Guam was 14 hours and 21 minutes behind, and Paris 9 minutes and 21 seconds ahead.
@example(datetime(1844, 6, 1, 12, tzinfo=ZoneInfo("Pacific/Guam")))
@example(datetime(1880, 6, 1, 12, tzinfo=ZoneInfo("Europe/Paris")))
@given(DAYS | st.datetimes(timezones=st.timezones()))
def test_every_date_of_toml_keeps_its_day(value):
    try:
        text = from_python(value)
    except DateError:
        offset = value.utcoffset()
        assert offset % timedelta(minutes=1) or abs(offset) > timedelta(hours=14)
        return
    day = date(value.year, value.month, value.day)
    assert bounds(text) == Bounds(day, day)


@given(PLAIN, PLAIN)
@settings(max_examples=settings.default.max_examples // 2)  # edtf takes milliseconds for each
def test_plain_dates_and_closed_intervals_mean_what_edtf_says(one, other):
    start, end = sorted([one, other], key=bounds)
    for text in (start, f"{start}?", f"{start}/{end}"):
        oracle = parse_edtf(text)
        first, last = (date(*moment[:3]) for moment in (oracle.lower_strict(), oracle.upper_strict()))
        if first <= last:
            assert bounds(text) == Bounds(first, last)


@given(DAYS, DAYS)
def test_two_days_are_an_interval_in_order_and_refused_in_reverse(one, other):
    first, last = sorted([one, other])
    assert bounds(f"{first}/{last}") == bounds(f"[{last},{first}]") == Bounds(first, last)
    if first != last:
        assert "starts after it ends" in refusal(f"{last}/{first}")
