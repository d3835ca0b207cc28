"""Facts as machines write them: JSON Lines, one by one."""

import io
import json
from itertools import islice

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronology.errors import Problem
from chronology.intake import InputFormat, jsonl, read_stream

FULL = {
    "kind": "ied_strike",
    "source": "AP",
    "occurred": "2023-10-31",
    "incidents": ["ied-1"],
    "place": {"name": "Kidal", "latitude": 18.44, "longitude": 1.41},
    "injured": [{"low": 8, "best": 8, "victims": "peacekeepers"}],
}
SHORT = {
    **FULL,
    "incidents": "ied-1",
    "place": "Kidal",
    "latitude": 18.44,
    "longitude": 1.41,
    "injured": "8+ peacekeepers",
}


def test_the_full_and_the_short_form_are_one_fact(read):
    full, short = read(f"{json.dumps(FULL)}\n\n{json.dumps(SHORT)}").drafts
    assert full.fact == short.fact
    assert msgspec.to_builtins(full.fact)["injured"] == ({"low": 8, "best": 8, "victims": "peacekeepers"},)


TEXTS = st.sampled_from(
    ['"a"', '"b"', '"\\u0022"', '"\\\\"', '"\\""', '"\\u00e9"', '"é"', '"\\ud800"', '"\\ud83d\\ude00"', '":"', '"\t"']
)
NUMBERS = st.sampled_from(["0", "-0", "01", "1.5e3", "1e400", "-1e-400", "9" * 30, "NaN", "0.1", "1.", "true", "null"])
SPACE = st.sampled_from(["", "", " ", "\t", "\r", "\x0b"])
VALUES = st.recursive(
    TEXTS | NUMBERS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{','.join(items)}]")
        | st.lists(st.tuples(TEXTS, SPACE, inner), max_size=3).map(
            lambda pairs: "{" + ",".join(f"{key}{space}:{value}" for key, space, value in pairs) + "}"
        )
    ),
    max_leaves=6,
)


@given(line=st.tuples(SPACE, VALUES, SPACE).map("".join))
def test_what_is_read_the_quick_way_is_what_a_careful_reader_reads(line):
    found = jsonl._quick(line.encode())
    assert found is None or repr(found) == repr(jsonl._decode(line))


@pytest.mark.parametrize(
    "line",
    [
        '{"a": 1, "a": 2}',
        '{"a": 1, "a" : 2}',
        '{"a": "\\u0022", "b": 1, "b": "\\u0022"}',
        '{"a": {"b": [{"c": 1, "c": 1}]}}',
        '{"a": 1, "\\u0061": 2}',
    ],
)
def test_a_key_that_is_there_twice_is_never_taken_the_quick_way(line):
    assert jsonl._quick(line.encode()) is None


def test_a_name_given_twice_in_a_list_is_one(read):
    (draft,) = read('{"kind": "shelling", "source": "AP", "targets": ["MINUSMA", "MINUSMA"]}').drafts
    assert draft.fact.targets == ("MINUSMA",)


def test_a_null_is_a_field_left_out(read):
    (draft,) = read('{"kind": "shelling", "source": "AP", "targets": null, "operation": null}').drafts
    assert msgspec.to_builtins(draft.fact) == {"kind": "shelling", "source": "AP"}


def test_a_byte_order_mark_and_windows_line_ends_are_let_be(read):
    assert len(read(b'\xef\xbb\xbf{"kind": "shelling", "source": "AP"}\r\n\r\n').drafts) == 1


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"kind": "shelling", "kind": "shelling"}', 'holds the key "kind" twice'),
        ('{"kind": "shelling", "place": {"name": "a", "name": "b"}}', 'holds the key "name" twice'),
        ('{"kind": "shelling", "latitude": NaN}', "holds NaN, which is not a number"),
        ('{"kind": "shelling", "latitude": -Infinity}', "holds -Infinity, which is not a number"),
        ('{"kind": "shelling", "devices": 1' + "0" * 5_000 + "}", "holds a number with too many digits"),
        ("[" * 100_000, "is nested too deeply"),
        ('{"a":' * 100_000, "is nested too deeply"),
        ("[1, 2]", "is not an object"),
        ("{", "is not JSON: expecting property name enclosed in double quotes (column 2)"),
        ('{"kind": "shelling" "source": 1}', "is not JSON: expecting ',' delimiter (column 21)"),
        ('{"note": "' + "x" * 1_100_000 + '"}', "is longer than 1,048,576 bytes"),
    ],
    ids=lambda value: value[:30],
)
def test_a_line_that_is_no_fact_is_said_with_its_number(problems, line, problem):
    (said,) = problems(f'{{"kind": "shelling", "source": "AP"}}\n{line}\n', InputFormat.JSONL)
    assert said.startswith(f"2: {problem}; expected one fact on a line")


def test_after_a_line_that_is_too_long_reading_goes_on(read):
    batch = read('{"note": "' + "x" * 3_000_000 + '"}\n{"kind": "shelling"}', InputFormat.JSONL)
    assert [(problem.line, problem.path) for problem in batch.problems] == [(1, ""), (2, "source")]


def test_a_byte_that_is_not_utf8_is_found_in_its_line(read):
    (problem,) = read(b'{"kind": "shelling"\xc3\x28}').problems
    assert str(problem).startswith("in:1: byte 20 of the line (0xc3) is not UTF-8")


def test_a_half_of_a_character_is_refused(problems):
    (said,) = problems(r'{"kind": "shelling", "source": "AP\ud800"}', InputFormat.JSONL)
    assert said == '1: source: "AP\ud800" holds U+D800, which nobody can see; expected plain text on one line'


def test_lines_are_read_as_they_come():
    class Endless(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, buffer):
            line = b'{"kind": "shelling", "source": "AP"}\n'
            buffer[: len(line)] = line
            return len(line)

    first = list(islice(read_stream(io.BufferedReader(Endless()), "in"), 3))
    assert [raw.line for raw in first] == [1, 2, 3]


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("form", InputFormat)
def test_an_empty_file_is_said_to_be_one(data, form):
    (problem,) = read_stream(io.BytesIO(data), "in", form)
    assert isinstance(problem, Problem)
    assert str(problem).startswith("in: holds no fact; expected")


@pytest.mark.parametrize("data", [b"SQLite format 3\0", b"\x7fELF\0"])
def test_what_is_not_text_is_said_so(data):
    (problem,) = read_stream(io.BytesIO(data), "in")
    assert str(problem).startswith("in:1: holds a NUL, so it is not text in UTF-8; expected TOML or JSON Lines")
