"""chronology append: from files, standard input and options; what it says, and what it refuses."""

import json

import pytest

from chronology.cli.kind_options import options_of
from chronology.log import Log
from chronology.vocabulary import KINDS, fields_of

REPORT = """
source = "The Atlas News"
published = "2023-11-06"
operation = "kidal-gao"

[[ied_strike]]
id = "atlas-first-ieds"
occurred = "2023-10-31"
incidents = ["ied-1", "ied-2"]
perpetrators = ["JNIM"]
injured = ">=8 peacekeepers"

[[airstrike]]
id = "atlas-airstrikes"
occurred = "../2023-11-03"
"""


@pytest.fixture
def report(folder):
    path = folder.path / "report.toml"
    path.write_text(REPORT, encoding="utf-8")
    return path


def test_a_file_is_appended_and_positions_and_new_names_are_said(cli, report):
    assert cli("append", "report.toml").out == [
        "1  ied_strike  atlas-first-ieds",
        "2  airstrike  atlas-airstrikes",
        "new actor: JNIM",
        "new source: The Atlas News",
        "new operation: kidal-gao",
        "2 new incidents: ied-1, ied-2",
        "new victims: peacekeepers",
    ]


def test_the_same_file_again_is_known_already(cli, report):
    cli("append", "report.toml")
    again = cli("append", "report.toml")
    assert again.code == 0
    assert again.out == [
        "1  ied_strike  atlas-first-ieds  already known, position 1",
        "2  airstrike  atlas-airstrikes  already known, position 2",
    ]


def test_a_known_fact_that_was_retracted_is_said_to_be(cli, report):
    cli("append", "report.toml")
    cli("retract", "2", "--reason", "entered twice")
    assert cli("append", "report.toml").out[1] == (
        "2  airstrike  atlas-airstrikes  already known, position 2, retracted at position 3"
    )


def test_facts_come_from_standard_input_in_both_formats(cli, report):
    line = '{"kind": "shelling", "id": "afp-1", "source": "AFP"}'
    assert cli("append", "-", stdin=line).out[0] == "1  shelling  afp-1"
    assert cli("append", "-", "--input-format", "toml", stdin=REPORT).out[0] == "2  ied_strike  atlas-first-ieds"


def test_several_files_are_one_append(cli, report, folder):
    (folder.path / "bad.toml").write_text("[[shelling]]\n")
    ran = cli("append", "report.toml", "bad.toml")
    assert (ran.code, ran.out) == (1, [])
    assert ran.err == [
        "chronology: bad.toml:1: source: missing; expected who published it: a news desk, a ministry, a data set",
        "chronology: 1 problem; nothing was appended",
    ]
    with Log.open(folder.log_path, read_only=True) as log:
        assert log.head == 0


def test_a_dry_run_appends_nothing(cli, report, folder):
    ran = cli("append", "report.toml", "--dry-run")
    assert (ran.code, ran.out[0], ran.out[-1]) == (
        0,
        "1  ied_strike  atlas-first-ieds",
        "dry run: nothing was appended",
    )
    assert cli("status").out[3] == "head           0"


def test_who_records_is_kept(cli, report, folder, monkeypatch):
    cli("append", "report.toml", "--by", "ana")
    monkeypatch.setenv("CHRONOLOGY_BY", "ben")
    cli("append", "shelling", "--source", "AFP")
    with Log.open(folder.log_path, read_only=True) as log:
        assert [entry.recorded_by for _, entry in log.entries()] == ["ana", "ana", "ben"]


def test_many_facts_are_said_in_short(cli):
    facts = "\n".join(json.dumps({"kind": "shelling", "source": "AFP", "note": str(number)}) for number in range(150))
    assert cli("append", "-", stdin=facts).out[0] == "150 entries, positions 1 to 150"
    assert cli("append", "-", stdin=facts).out == ["150 already known"]


# --- one fact from options


def test_a_fact_is_made_of_options(cli, folder):
    ran = cli(
        *("append", "ied_strike", "--id", "ap-1", "--source", "AP", "--occurred", "2023-11-05"),
        *("--injured", ">=8 peacekeepers", "--injured", "2 civilians", "--incidents", "ied-7", "--incidents", "ied-8"),
        *(
            "--place",
            "Kidal",
            "--latitude",
            "18.44",
            "--longitude",
            "-1.41",
            "--geo-precision",
            "NEAR",
            "--devices",
            "2",
        ),
    )
    assert ran.out[0] == "1  ied_strike  ap-1"
    assert json.loads(cli("show", "ap-1", "--format", "json").out[0])["reads"] == {
        "kind": "ied_strike",
        "source": "AP",
        "occurred": "2023-11-05",
        "place": {"name": "Kidal", "latitude": 18.44, "longitude": -1.41, "geo_precision": "near"},
        "incidents": ["ied-7", "ied-8"],
        "injured": [
            {"low": 8, "best": 8, "victims": "peacekeepers"},
            {"low": 2, "best": 2, "high": 2, "victims": "civilians"},
        ],
        "devices": 2,
    }


def test_an_outcome_is_made_of_options(cli):
    said = ("--from", "injured", "--to", "killed", "--count", "1 peacekeepers", "--incidents", "ied-3")
    assert cli("append", "outcome-reported", "--source", "AFP", *said).out[0].startswith("1  outcome_reported  ")


def test_operation_incidents_and_place_are_taken_from_another_fact(cli, report):
    cli("append", "report.toml")
    assert cli("append", "shelling", "--id", "x", "--source", "AFP", "--same-as", "atlas-f", "--place", "Gao").code == 0
    reads = json.loads(cli("show", "x", "--format", "json").out[0])["reads"]
    assert (reads["operation"], reads["incidents"], reads["place"]) == (
        "kidal-gao",
        ["ied-1", "ied-2"],
        {"name": "Gao"},
    )


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["ied_strik"], 2, "chronology: ied_strik is neither a kind nor a file here; did you mean ied_strike?"),
        (["shelling", "--occured", "x"], 2, "chronology: No such option: --occured"),
        (
            ["shelling", "more.toml"],
            2,
            "chronology: append shelling takes one fact, from options; more.toml is not one",
        ),
        (
            ["missing.toml"],
            1,
            "chronology: missing.toml: cannot be read: no such file or directory; expected a file of",
        ),
        (["-", "-"], 2, "chronology: - stands for standard input, which can be read once only"),
        (["report.toml", "--id", "x"], 2, "chronology: --id is for one fact given by options"),
        (["fact_corrected", "--fact", "x"], 2, "chronology: a correction needs the whole fact: use chronology correct"),
        ([], 2, "chronology: Missing argument 'FILE…|-|KIND'; see chronology append --help"),
        (["shelling"], 1, "chronology: --source: missing; expected who published it"),
        (["shelling", "--source", "AP", "--same-as", "nope"], 1, "chronology: nothing in the log has the id nope; "),
        (
            ["ied_strike", "--source", "AP", "--devices", "two"],
            1,
            'chronology: --devices: "two"; expected a whole number from 1 to 2,147,483,648',
        ),
        (
            ["shelling", "--source", "AP", "--geo-precision", "exat"],
            1,
            'chronology: --geo-precision: "exat"; expected one of exact, near,',
        ),
        (
            ["shelling", "--source", "AP", "--killed", "3", "--killed", "lots"],
            1,
            'chronology: --killed: [1]: "lots"; expected 8, at least 8',
        ),
    ],
)
def test_a_mistake_is_one_line_and_an_exit_code(cli, report, args, code, said):
    ran = cli("append", *args)
    assert (ran.code, ran.out) == (code, [])
    assert ran.err[0].startswith(said), ran.err


def test_a_near_miss_can_be_said_to_be_meant(cli, report):
    cli("append", "report.toml")
    slip = ("append", "shelling", "--source", "AP", "--operation", "kidal-goa")
    assert cli(*slip).err[0] == (
        'chronology: --operation: "kidal-goa"; expected a known operation: did you mean kidal-gao? '
        'If it is another, declare it with operation_named, or pass --new-name "kidal-goa"'
    )
    assert cli(*slip, "--new-name", "kidal-goa").out[-1] == "new operation: kidal-goa"


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_field_of_every_kind_has_an_option_with_a_description(kind):
    own = {"-C", "--input-format", "--dry-run", "--by", "--same-as", "--id", "--new-name", "--help"}
    options = {option.opts[0]: option for option in options_of(kind)}
    fields = {f"--{name.replace('_', '-')}" for name, field in fields_of(kind).items() if field.shape != "fact"}
    assert fields <= options.keys()
    assert not options.keys() & own
    assert all(option.help for option in options.values())


@pytest.mark.parametrize("tag", KINDS)
def test_the_help_of_a_kind_lists_its_options(cli, tag):
    ran = cli("append", tag, "--help")
    assert ran.code == 0
    assert f"  {tag}: {' '.join((KINDS[tag].__doc__ or '').split())}"[:60] in "\n".join(ran.out)
    listed = {word for line in ran.out for word in line.split() if word.startswith("--")}
    assert {f"--{name.replace('_', '-')}" for name in fields_of(KINDS[tag])} - {"--now"} <= listed


# --- files that are not what they should be


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        (
            "kind.toml",
            b"[[ied_strik]]",
            'kind.toml:1: kind: "ied_strik"; expected a known kind; did you mean ied_strike?',
        ),
        ("empty.toml", b"", "empty.toml: holds no fact; expected tables such as [[ied_strike]]"),
        ("binary.toml", b"\x7fELF\0\0", "binary.toml:1: holds a NUL, so it is not text in UTF-8; expected"),
        ("deep.jsonl", b"\n" + b"[" * 100_000, "deep.jsonl:2: is nested too deeply; expected one fact on a line"),
        ("bidi.toml", '[[shelling]]\nsource="\u202e"'.encode(), 'bidi.toml:2: source: "\\u202e" holds U+202E, which'),
        ("nul.toml", b'[[shelling]]\nsource="\\u0000"', 'nul.toml:2: source: "\\x00" holds U+0000, which nobody'),
        (
            "order.jsonl",
            b'{"kind":"shelling","source":"a","killed":{"low":2,"high":1}}',
            'order.jsonl:1: killed: {"high": 1, "low": 2}; expected low, best and high in order',
        ),
        (
            "huge.toml",
            b'[[ied_strike]]\nsource="a"\ndevices=1' + b"0" * 30,
            f"huge.toml:3: devices: 1{'0' * 30}; expected a whole number from 1 to 2,147,483,648",
        ),
        ("big.toml", b'[[shelling]]\nsource="a"\nquote="' + b"x" * 70_000 + b'"', 'big.toml:3: quote: "xxx'),
    ],
)
def test_a_bad_file_is_refused_with_its_line(cli, folder, name, data, said):
    (folder.path / name).write_bytes(data)
    ran = cli("append", name)
    assert (ran.code, ran.out) == (1, [])
    assert ran.err[0].startswith(f"chronology: {said}"), ran.err
    assert ran.err[-1] == "chronology: 1 problem; nothing was appended"


def test_of_very_many_problems_twenty_are_printed_and_all_counted(cli):
    ran = cli("append", "-", stdin="[[shelling]]\n" * 50)
    assert len(ran.err) == 21
    assert ran.err[-1] == "chronology: and 30 more: 50 problems; nothing was appended"
