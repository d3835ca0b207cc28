"""The stored line: what is written, and what is said of bytes that are not one."""

import contextlib
import json
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from log_examples import fact_of, statement

from chronology.errors import Damaged, Refused
from chronology.log import Entry, content_digest, decode, encode, is_canonical, now, reading
from chronology.log.entry import canonical, read_at_once
from chronology.vocabulary import KINDS, Place

LINE = (
    b'{"format":1,"id":"afp-1","kind":"statement_made","revision":1,"recorded_at":"2023-11-06T09:30:00.000001Z",'
    b'"recorded_by":"ana","salt":"AAAAAAAAAAAAAAAAAAAAAA==",'
    b'"fact":{"kind":"statement_made","source":"AFP","actor":"MNLA","about":"Kidal"}}'
)

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=200)
facts = st.one_of(
    st.sampled_from(sorted(KINDS)).map(fact_of),
    st.builds(lambda about, note: statement(about, note=note), texts, texts),
)
entries = st.builds(
    lambda fact, **envelope: Entry(
        format=1, kind=canonical(fact)[0].split(b'"')[3].decode(), fact=msgspec.Raw(canonical(fact)[0]), **envelope
    ),
    facts,
    id=texts,
    revision=st.integers(1, 2**31),
    recorded_at=st.datetimes(timezones=st.just(UTC)),
    recorded_by=st.none() | texts,
    salt=st.binary(min_size=16, max_size=16),
)


def test_a_line_is_the_whole_envelope_in_the_order_of_the_class():
    entry = Entry(
        format=1,
        id="afp-1",
        kind="statement_made",
        revision=1,
        recorded_at=datetime(2023, 11, 6, 9, 30, 0, 1, tzinfo=UTC),
        recorded_by="ana",
        salt=bytes(16),
        fact=msgspec.Raw(b'{"kind":"statement_made","source":"AFP","actor":"MNLA","about":"Kidal"}'),
    )
    assert encode(entry) == LINE


def test_who_recorded_is_left_out_where_nobody_said():
    entry = msgspec.structs.replace(decode(LINE), recorded_by=None)
    assert b"recorded_by" not in encode(entry)


@given(entries)
def test_a_line_decodes_and_encodes_to_the_same_bytes(entry):
    line = encode(entry)
    again = decode(line)
    assert encode(again) == line
    assert is_canonical(line, again, reading(again))
    assert b"\n" not in line


@given(st.binary(max_size=200))
@example(b"[" * 60_000)
@example(b'{"format":1,"fact":' + b"[" * 60_000)
@example(b'{"format":1,"id":"\xff\xfe"}')
@example(LINE.replace(b"AFP", b"\xff"))
@example(LINE.replace(b'"AFP"', b"[" * 50_000))
def test_bytes_of_any_sort_are_an_entry_or_damaged(line):
    with pytest.raises(Damaged):
        reading(decode(line))


@given(st.integers(0, len(LINE) - 1), st.binary(max_size=3))
def test_a_line_with_bytes_put_in_its_middle_never_raises_anything_else(at, foreign):
    with contextlib.suppress(Damaged):
        reading(decode(LINE[:at] + foreign + LINE[at + len(foreign) :]))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (LINE.replace(b'"format":1', b'"format":2'), "has format 2; expected 1: read it with a newer chronology"),
        (LINE.replace(b'"format":1', b'"format":2,"later":0'), "has format 2; expected 1: read it with a newer"),
        (LINE.replace(b'"id"', b'"id_"'), "unknown field"),
        (LINE.replace(b'"revision":1', b'"revision":0'), "`$.revision`"),
        (LINE.replace(b"000001Z", b"000001"), "`$.recorded_at`"),
        (LINE.replace(b"000001Z", b"000001+02:00"), "expected a time in UTC"),
        (LINE.replace(b"AAAA", b"", 1), "`$.salt`"),
        (LINE.replace(b'"fact":{"kind":"statement_made"', b'"fact":{"kind":"ied_strike"'), "says the same first"),
        (LINE.replace(b'"fact":{"kind":"statement_made",', b'"fact":{'), "says the same first"),
        (LINE.replace(b"statement_made", b"os:system"), "'os:system'; expected one of the"),
        (LINE.replace(b'"about":"Kidal"', b'"about":7'), "`$.about`; expected statement_made"),
        (LINE.replace(b"Kidal", b"K" * 66_000), "expected at most 65,535"),
    ],
)
def test_what_is_wrong_with_a_line_is_named_with_its_place(line, said):
    with pytest.raises(Damaged) as error:
        reading(decode(line, "position 17"), "position 17")
    assert str(error.value).startswith("position 17 ")
    assert said in str(error.value)


def test_a_line_that_says_the_same_in_other_bytes_is_not_canonical():
    for other in (LINE.replace(b'"AFP"', b' "AFP"'), LINE.replace(b".000001Z", b".0000010Z")):
        entry = decode(other)
        assert not is_canonical(other, entry, reading(entry))
    assert is_canonical(LINE, decode(LINE), reading(decode(LINE)))


def one_by_one(lines):
    """Entry and fact of each line, if every line is exactly as it would be written."""
    try:
        read = [(entry := decode(line), reading(entry)) for line in lines]
        return read if all(map(is_canonical, lines, *zip(*read, strict=True))) else None
    except Damaged:
        return None


LINES = [encode(msgspec.structs.replace(decode(LINE), id=f"afp-{number}")) for number in range(4)]


@pytest.mark.parametrize(
    "lines",
    [
        LINES,
        [*LINES, b""],
        [b"{}"],
        [LINES[0] + LINES[1], LINES[2]],
        [LINES[0] + b"\n" + LINES[1], LINES[2]],
        [LINES[0][:-1], b"}" + LINES[1]],  # two entries, but not where the lines end
        [LINES[0].replace(b"Kidal", b'Kidal","note":"}'), b'{"}}', *LINES],
        [LINES[0][:-2] + b',"note":[{}', b"{}]}}", LINES[1]],
        [LINES[0], LINES[1].replace(b"0001Z", b"0001+00:00")],
        [LINES[0], LINES[1].replace(b"000001Z", b"000001+02:00")],
        [LINES[0].replace(b'"format":1', b'"format":2'), LINES[1]],
        [LINES[0].replace(b'"fact":{"kind":"statement_made"', b'"fact":{"kind":"protest"'), LINES[1]],
        [LINES[0], LINES[1].replace(b'"kind":"statement_made","revision', b'"kind":"shelling","revision')],
        [LINES[0], LINES[1].replace(b"Kidal", b"K" * 66_000)],
        [LINES[0], LINES[1].replace(b'"fact":{', b'"fact":{\n')],
    ],
)
def test_lines_read_at_once_are_what_they_are_one_by_one(lines):
    assert read_at_once(lines) == one_by_one(lines)


@given(
    entries=st.lists(entries, min_size=1, max_size=4),
    cuts=st.lists(st.tuples(st.integers(0, 3_000), st.sampled_from([b"", b"}\n{", b"\n", b"x", b" ", b'"', b"{"]))),
)
def test_changed_lines_read_at_once_are_what_they_are_one_by_one(entries, cuts):
    text = b"\n".join(map(encode, entries))
    for at, put in cuts[:3]:
        start = at % len(text)
        text = text[:start] + put + text[start + at % 3 :]
    lines = text.split(b"\n")
    assert read_at_once(lines) == one_by_one(lines)


def test_an_entry_of_more_than_65535_bytes_is_refused_with_its_size():
    fact = statement(note="é" * 10_000, quote="\n" * 10_000, url="https://x/" + "y" * 1_000)
    entry = msgspec.structs.replace(decode(LINE), fact=msgspec.Raw(canonical(fact)[0] + b" " * 40_000))
    with pytest.raises(
        Refused, match=r"statement_made takes 8\d,\d{3} bytes, at most 65,535; shorten its quote or note"
    ):
        encode(entry)


@pytest.mark.parametrize(
    "fact",
    [
        msgspec.structs.replace(statement(), about=7),
        msgspec.structs.replace(statement(), about="x" * 301),
        msgspec.structs.replace(statement(), about="\ud800"),
        msgspec.structs.replace(statement(), about=object()),
        msgspec.structs.replace(statement(), place=Place(latitude=float("nan"))),
        msgspec.structs.replace(statement(), place=Place(latitude=float("inf"))),
        msgspec.structs.replace(fact_of("fact_corrected"), now=msgspec.Raw(b"{")),
        msgspec.structs.replace(fact_of("fact_corrected"), now=msgspec.Raw(b'{"kind":"no"}')),
        msgspec.structs.replace(
            fact_of("fact_corrected"), now=msgspec.Raw(msgspec.json.encode(fact_of("fact_retracted")))
        ),
    ],
)
def test_a_fact_that_would_not_read_back_is_refused(fact):
    with pytest.raises(Refused):
        canonical(fact)


def test_a_list_where_a_tuple_belongs_says_the_same():
    fact = fact_of("ied_strike")
    assert canonical(msgspec.structs.replace(fact, incidents=["ied-1", "ied-2"])) == canonical(fact)


def test_a_whole_number_where_a_fraction_belongs_is_written_as_it_reads_back():
    given, meant = (msgspec.structs.replace(statement(), place=Place(latitude=lat)) for lat in (18, 18.0))
    assert canonical(given)[0] == canonical(meant)[0]
    assert b'"latitude":18.0' in canonical(given)[0]


def test_what_reads_now_is_made_canonical_inside_a_correction():
    said = msgspec.json.encode(statement())
    spaced = json.dumps(json.loads(said), indent=2).encode()
    written, fact = canonical(msgspec.structs.replace(fact_of("fact_corrected"), now=msgspec.Raw(spaced)))
    assert written.endswith(said + b"}") or said in written
    assert b"\n" not in written
    assert now(fact) == statement()


def test_the_digest_is_of_what_is_said_and_of_the_place_of_a_correction():
    assert content_digest(b"x") == content_digest(b"x") != content_digest(b"y")
    digests = {content_digest(b"x", corrects=place) for place in [("a", 2), ("a", 3), ("b", 2)]} | {
        content_digest(b"x")
    }
    assert len(digests) == 4


def test_a_time_in_another_zone_is_recorded_in_utc(tmp_path):
    from chronology.log import Draft, Log

    noon = datetime(2023, 11, 6, 12, tzinfo=timezone(timedelta(hours=2)))
    with Log.create(tmp_path / "log.db", clock=lambda: noon) as log:
        log.append([Draft(statement())])
        ((_, line),) = log.lines()
    assert b'"recorded_at":"2023-11-06T10:00:00Z"' in line
