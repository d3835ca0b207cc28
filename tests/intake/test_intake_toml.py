"""Facts as people write them: TOML, with defaults on top, and lines that lead to every mistake."""

import tomllib

import msgspec
import pytest

from chronology.intake.toml_lines import Lines, lines_of
from chronology.vocabulary import KINDS

ARTICLE = """
source = "The Atlas News"
published = 2023-11-06
operation = "kidal-gao"

[[ied_strike]]
id = "atlas-first-ieds"
occurred = "2023-10-31"
incidents = ["ied-1", "ied-2"]
perpetrators = "JNIM"
injured = ">=8 peacekeepers"
place = "Kidal"
latitude = 18.44
longitude = 1.41

[[operation_named]]
name = "kidal-gao"
type = "Convoy"
"""


def test_what_stands_on_top_holds_for_every_fact_that_has_such_a_field(read):
    strike, named = read(ARTICLE).drafts
    assert strike.id == "atlas-first-ieds"
    assert msgspec.to_builtins(strike.fact) == {
        "kind": "ied_strike",
        "source": "The Atlas News",
        "published": "2023-11-06",
        "occurred": "2023-10-31",
        "operation": "kidal-gao",
        "incidents": ("ied-1", "ied-2"),
        "perpetrators": ("JNIM",),
        "place": {"name": "Kidal", "latitude": 18.44, "longitude": 1.41},
        "injured": ({"low": 8, "best": 8, "victims": "peacekeepers"},),
    }
    assert msgspec.to_builtins(named.fact) == {"kind": "operation_named", "name": "kidal-gao", "type": "convoy"}


def test_a_fact_goes_before_what_stands_on_top(read):
    (draft,) = read('source = "AP"\n[shelling]\nsource = "AFP"').drafts
    assert draft.fact.source == "AFP"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('sorce = "AP"\n[[shelling]]\nsource = "AP"', '1: sorce: "AP"; expected a field of the facts below'),
        ('id = "x"\n[[shelling]]\nsource = "AP"', '1: id: "x" cannot hold for all facts; expected it inside one'),
        (
            'supersedes = ["x"]\n[[shelling]]\nsource = "AP"',
            '1: supersedes: ["x"] cannot hold for all facts; expected it inside one',
        ),
        ("ied_strike = 3", "1: ied_strike: 3; expected a table: [[ied_strike]], and its fields below it"),
    ],
)
def test_what_cannot_stand_on_top_is_a_problem(problems, text, problem):
    assert problems(text)[0].startswith(problem)


def test_a_wrong_default_is_one_problem_however_many_facts_meet_it(problems):
    facts = "[[shelling]]\n[[airstrike]]\nkiled = 1\n[[shelling]]\n"
    found = problems(f'source = "AFP"\npublished = "2023-13-06"\n{facts}')
    assert [problem.partition(";")[0] for problem in found] == [
        '2: published: "2023-13-06" is not a day of the calendar',
        "5: kiled: 1",
    ]


def test_a_flat_file_is_told_to_use_a_table(problems):
    assert problems('kind = "shelling"\nsource = "AP"') == [
        " holds no fact; expected tables such as [[ied_strike]]",
        '1: kind: "shelling"; expected a table for each fact: [[shelling]], and its fields below it',
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[[shelling]]\nsource = "AP"\noccurred = "2023-02-30"', 3),
        ('[[shelling]]\nsource = "AP"\nnote = """\na\nb""""\noccurred = "x"', 6),
        ('[[shelling]]\nsource = "AP" # [x]\ntargets = [\n  "a",\n  "b",\n]\noccurred = "x"', 7),
        ('[[shelling]]\nsource = "AP"\n"occurred" = "x"', 3),
        ('[[shelling]]\nsource = "AP"\n[[ shelling ]] # more\nsource = "AP"\nplace.name = ""', 5),
        ('[shelling]\nsource = "AP"\n[shelling.place]\nlatitude = 91\nlongitude = 1', 4),
        ('[[shelling]]\nsource = "AP"\nkilled = """\\\n  8 \\\n  """\n\noccurred = "x"', 7),
        ("[[shelling]]\nsource = 'AP'\nnote = '''it's\n= [''' \noccurred = 'x'", 5),
        ('shelling = [{source = "AP", occurred = "x"}]', 1),
    ],
)
def test_a_problem_names_the_line_of_its_key(read, text, line):
    assert [problem.line for problem in read(text).problems] == [line]


def test_a_problem_of_a_missing_field_names_the_line_of_the_table(problems):
    assert problems("\n\n[[shelling]]\ntargets = []")[0].startswith("3: source: missing; expected who published it")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[shelling]]\nsource = AP", "2: is not TOML: invalid value (column 10)"),
        ("[[shelling]\n", "1: is not TOML:"),
        ('[[shelling]]\nsource = "AP"\nsource = "AP"', "3: is not TOML: cannot overwrite a value"),
        ("[[shelling]]\noccurred = 2023-02-30", "2: is not TOML: invalid date or datetime"),
        ('{"kind": "shelling"}', "1: is not TOML: invalid statement (column 1); for JSON Lines"),
        ("x = " + "[" * 100_000, "is nested too deeply"),
        ("x = 1" + "0" * 5_000, "holds a number with too many digits"),
    ],
)
def test_what_is_not_toml_is_said_with_its_line(problems, text, problem):
    (said,) = problems(text)
    assert said.removeprefix(" ").removeprefix("in: ").startswith(problem)


def test_a_byte_that_is_not_utf8_is_found_in_its_line(read):
    (problem,) = read(b'[[shelling]]\nsource = "\xff"').problems
    assert str(problem) == "in:2: byte 11 of the line (0xff) is not UTF-8; expected text in UTF-8"


def test_a_byte_order_mark_and_windows_line_ends_are_let_be(read):
    (draft,) = read(b'\xef\xbb\xbf[[shelling]]\r\nsource = "AP"\r\n').drafts
    assert draft.fact.source == "AP"
    (problem,) = read(b'[[shelling]]\r\nsource = "AP"\r\noccurred = "x"\r\n').problems
    assert problem.line == 3


def test_lines_are_found_of_headers_and_keys():
    text = 'a = 1\n[[k]]\nb = [\n{ x = 1 },\n{ y = 2 },\n]\n[k.now]\nc.d = 2\n[[k]]\n"e f" = 3\n["x.y"]\n'
    assert lines_of(text) == {
        ("a",): 1,
        ("k", 0): 2,
        ("k", 0, "b"): 3,
        ("k", 0, "now"): 7,
        ("k", 0, "now", "c", "d"): 8,
        ("k", 1): 9,
        ("k", 1, "e f"): 10,
        ("x.y",): 11,
    }


@pytest.mark.parametrize(
    "text",
    [
        '[[shelling]]\nsource = "AP"\n[[ied_strike]] # one\n  [[ied_strike]]\r\n[shelling.x]\n[[ shelling ]]\n',
        '[[shelling]]\nnote = """\n[[shelling]]\n"""\n[[shelling]]\n',
        "[[shelling]]\nnote = '''\n[[shelling]]\n'''\n",
        '[["shelling"]]\n[[shelling]]\nnative = [\n[[1]],\n[2023-10-31],\n  [true]\n]\n',
        'shelling = [{source = "AP"},\n{source = "AFP"}]\n[ied_strike]\n# [[ied_strike]]\n',
        '"shelling" = [{note = "[[shelling]]"}]\n[[shell]]\n',
        "",
    ],
)
def test_the_lines_of_tables_are_those_of_their_headers_found_quickly_or_not(text):
    tables = {path: lines_of(text)[path[:1] if path not in lines_of(text) else path] for path in tables_of(text)}
    assert Lines(text).of_tables(list(tables), KINDS) == tables


def tables_of(text):
    for key, value in tomllib.loads(text).items():
        yield from ((key, index) for index in range(len(value))) if isinstance(value, list) else [(key,)]
