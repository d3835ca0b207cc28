"""One fact by itself: what is completed, and every mistake with its path, value and what was expected."""

import msgspec
import pytest

from chronology.intake.expectations import expected_of
from chronology.vocabulary import KINDS, fields_of


def one(read, fields, kind="ied_strike"):
    """The fact of one table, as plain values without its kind."""
    batch = read(f'[[{kind}]]\nsource = "AP"\n{fields}')
    assert batch.problems == []
    values = msgspec.to_builtins(batch.drafts[0].fact)
    return {name: value for name, value in values.items() if name not in {"kind", "source"}}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("occurred = 2023-10-31", {"occurred": "2023-10-31"}),
        ("occurred = 2023-10-31T14:30:00Z", {"occurred": "2023-10-31T14:30:00Z"}),
        ('place = "Kidal"', {"place": {"name": "Kidal"}}),
        ('place = { name = "Kidal" }\ngeo_precision = "Near"', {"place": {"name": "Kidal", "geo_precision": "near"}}),
        ("latitude = 18\nlongitude = 1.4", {"place": {"latitude": 18.0, "longitude": 1.4}}),
        ('perpetrators = "JNIM"', {"perpetrators": ("JNIM",)}),
        ('perpetrators = [" JNIM", "JNIM"]', {"perpetrators": ("JNIM",)}),
        ('modality = "DENIED"', {"modality": "denied"}),
        ("killed = 3", {"killed": ({"low": 3, "best": 3, "high": 3},)}),
        ('killed = ["2 civilians"]', {"killed": ({"low": 2, "best": 2, "high": 2, "victims": "civilians"},)}),
        ('operation = " Caf\u0065\u0301 "', {"operation": "Café"}),
        ('note = """\n  two\n  lines """', {"note": "  two\n  lines "}),
    ],
)
def test_what_people_leave_out_is_completed(read, written, kept):
    assert one(read, written) == kept


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ('occured = "2023"', 'occured: "2023"; expected a field of ied_strike; did you mean occurred?'),
        ('qqq = "2023"', 'qqq: "2023"; expected a field of ied_strike; see chronology kinds ied_strike'),
        ('devices = "two"', 'devices: "two"; expected a whole number from 1 to 2,147,483,648'),
        ("devices = true", "devices: true; expected a whole number from 1 to 2,147,483,648"),
        (f"devices = 1{'0' * 30}", f"devices: 1{'0' * 30}; expected a whole number from 1 to 2,147,483,648"),
        (
            'occurred = "2023-02-30"',
            'occurred: "2023-02-30" is not a day of the calendar; expected a date such as 2023-10-31',
        ),
        ("occurred = 2023-10-31T14:30:00", "occurred: 2023-10-31 14:30:00 has no zone; expected a zone"),
        ("occurred = 2023", "occurred: 2023; expected a date such as 2023-10-31"),
        ("latitude = 91\nlongitude = 0", "latitude: 91; expected a number from -90 to 90"),
        ("latitude = nan\nlongitude = 0", "latitude: nan; expected a number from -90 to 90"),
        ("latitude = 1e400\nlongitude = 0", "latitude: inf; expected a number from -90 to 90"),
        ("latitude = 18", "place.longitude: missing; expected it together with latitude"),
        (
            "place = { latitude = 1, longitude = 1 }\nlatitude = 18",
            "latitude: 18 and place has a latitude too; expected it once",
        ),
        ('place = { nam = "x" }', 'place.nam: "x"; expected a part of a place; did you mean name?'),
        ("place = 3", "place: 3; expected the name of a place"),
        ("killed = { low = 9, high = 3 }", 'killed: {"high": 3, "low": 9}; expected low, best and high in order'),
        ('killed = ["8", "lots"]', 'killed[1]: "lots"; expected 8, at least 8'),
        ('modality = "asertd"', 'modality: "asertd"; expected one of asserted, denied, announced, hypothetical, '),
        ('operation = ""', 'operation: ""; expected text of 1 to 200 characters'),
        ("operation = 7", "operation: 7; expected text of 1 to 200 characters"),
        ("perpetrators = [7]", "perpetrators[0]: 7; expected text of 1 to 200 characters"),
        ('operation = "a\\u202Eb"', 'operation: "a\u202eb" holds U+202E, which nobody can see; expected plain text on'),
        ('operation = "a\\u0000b"', 'operation: "a\x00b" holds U+0000, which nobody can see; expected plain text on'),
        ('note = "a\\u0000b"', 'note: "a\x00b" holds U+0000, which nobody can see; expected plain text'),
        ('url = "ftp://x"', 'url: "ftp://x"; expected an address that begins with http:// or https://'),
        (
            'killed = { figure = 3, measure = "running_total" }',
            "operation: missing; expected the operation that killed",
        ),
        ('killed = { figure = 3, part_of = "all" }', 'killed[0].part_of: "all"; expected another group than the one'),
        ('killed = ["10", "12 women"]', "killed[1]: 12; expected at most 10, as the fact says of all"),
        (
            'killed = ["10", "8 civilians", { figure = "9 women", part_of = "civilians" }]',
            "killed[2]: 9; expected at most 8, as the fact says of civilians",
        ),
    ],
)
def test_a_mistake_names_path_value_and_what_was_expected(problems, written, problem):
    said = problems(f'[[ied_strike]]\nsource = "AP"\n{written}')
    assert any(problem in each for each in said), said


@pytest.mark.parametrize(
    "killed",
    [
        '[">=10", "12 women"]',
        '["10", "8 women", "2 men"]',
        '["~10", ">=9 women"]',
        '["10", { figure = "12 women", as_at = "2023-11-09" }]',
    ],
)
def test_a_part_that_its_whole_has_room_for_is_fine(read, killed):
    assert read(f'[[ied_strike]]\nsource = "AP"\nkilled = {killed}').problems == []


def test_the_nearest_choice_is_named(problems):
    (said,) = problems('[[shelling]]\nsource = "AP"\nmodality = "asertd"')
    assert said.endswith("; did you mean asserted?")


def test_the_nearest_kind_is_named(problems):
    (said,) = problems('[[ied_strik]]\nsource = "AP"')
    assert said == '1: kind: "ied_strik"; expected a known kind; did you mean ied_strike?'


def test_all_mistakes_of_a_file_are_found_in_the_order_of_its_lines(read):
    batch = read("""
        [[shelling]]
        occurred = "x"
        targets = 3

        [[airstrike]]
        source = "AP"
        killed = "lots"
        supersedes = ["nothing-so"]
        """)
    assert [(problem.line, problem.path) for problem in batch.problems] == [
        (2, "source"),
        (3, "occurred"),
        (4, "targets[0]"),
        (8, "killed"),
        (9, "supersedes[0]"),
    ]
    assert batch.drafts == []


def test_a_fact_that_no_line_of_the_log_can_hold_is_refused(problems):
    quote, names = "é" * 9_999, ", ".join(f'"{number:0200}"' for number in range(199))
    (said,) = problems(f'[[ied_strike]]\nsource = "AP"\nquote = "{quote}"\nnote = "{quote}"\nperpetrators = [{names}]')
    assert said.startswith("1: takes 80,")
    assert said.endswith("bytes; expected at most 65,000; shorten its perpetrators, which takes 40,398")


def test_a_merge_needs_two_different_names(problems):
    (said,) = problems('[[incidents_merged]]\nreason = "same"\nincidents = ["IED-1", "ied-1"]')
    assert said == '3: incidents: ["IED-1", "ied-1"]; expected two different incidents at least'


def test_the_fact_inside_a_correction_is_read_by_the_same_rules(recorded, read, problems):
    recorded('[[shelling]]\nid = "afp-1"\nsource = "AFP"')
    correction = (
        '[[fact_corrected]]\nfact = "afp-1"\nnature = "Entry"\nreason = "x"\n[fact_corrected.now]\nkind = "shelling"\n'
    )
    (draft,) = read(f'{correction}source = "AP"\nplace = "Tessalit"\nkilled = 2').drafts
    assert msgspec.json.decode(draft.fact.now) == {
        "kind": "shelling",
        "source": "AP",
        "place": {"name": "Tessalit"},
        "killed": [{"low": 2, "best": 2, "high": 2}],
    }
    assert problems(f'{correction}source = "AP"\nplace = 3')[0].startswith("8: now.place: 3; expected the name")
    assert problems(f'{correction.replace("shelling", "fact_disputed")}fact = "a"')[0].startswith(
        '6: now.kind: "fact_disputed"; a decision cannot be corrected'
    )


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_field_of_every_kind_says_what_it_expects(kind):
    for field in fields_of(kind).values():
        assert expected_of(field).startswith("expected ")
        assert expected_of(field) != "expected "
