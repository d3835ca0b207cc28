"""log, show, status, kinds, init: what they print, for people and for programs."""

import csv
import io
import json
import tomllib

import msgspec
import pytest

from chronology.intake.schema import schema_of
from chronology.log import Log
from chronology.vocabulary import KINDS, fields_of

FACTS = """
[[actor_named]]
name = "MNLA"
aliases = ["MLNA"]

[[shelling]]
id = "afp-1"
source = "AFP"
occurred = "2023-10-21"
place = "Tessalit"
operation = "kidal-gao"
killed = "2 civilians"
note = "one, \\"two\\""

[[casualty_update]]
id = "ap-1"
source = "AP"
supersedes = ["afp-1"]

[[fact_disputed]]
id = "dispute-1"
fact = "afp-1"
reason = "nobody else\\nsays so"
"""


@pytest.fixture
def filled(cli):
    assert cli("append", "-", "--by", "ana", stdin=FACTS).code == 0


# --- log


def test_the_log_is_listed_newest_first(cli, filled):
    ran = cli("log")
    assert [line.split()[0] for line in ran.out] == ["position", "4", "3", "2", "1"]
    assert "afp-1: nobody else says so" in ran.out[1]
    assert "AFP, 2023-10-21, Tessalit, kidal-gao" in ran.out[3]


def test_the_log_is_limited_and_chosen_by_kind(cli, filled):
    assert [row.split(",")[0] for row in cli("log", "--format", "csv", "--limit", "2").out[1:]] == ["4", "3"]
    assert [row.split(",")[0] for row in cli("log", "--format", "csv", "--kind", "shelling").out[1:]] == ["2"]
    assert cli("log", "--kind", "sheling").err == ["chronology: --kind sheling: no such kind; did you mean shelling?"]


def test_a_long_log_says_that_there_is_more(cli):
    lines = "\n".join(json.dumps({"kind": "shelling", "source": "AFP", "note": str(number)}) for number in range(51))
    cli("append", "-", stdin=lines)
    ran = cli("log")
    assert (len(ran.out), ran.err) == (51, ["chronology: the last 50 entries; --limit 0 shows all"])
    assert (len(cli("log", "--limit", "0").out), cli("log", "--limit", "0").err) == (52, [])
    assert cli("log", "--limit", "51").err == []


def test_as_jsonl_the_log_prints_its_own_lines_in_its_own_order(cli, filled, folder):
    with Log.open(folder.log_path, read_only=True) as log:
        lines = [line.decode() for _, line in log.lines()]
    assert cli("log", "--format", "jsonl").out == lines
    assert cli("log", "--format", "jsonl", "--limit", "1").out == lines[-1:]


def test_as_json_the_log_is_one_array_of_objects(cli, filled):
    entries = json.loads("\n".join(cli("log", "--format", "json").out))
    assert [entry["position"] for entry in entries] == [4, 3, 2, 1]
    assert entries[0]["recorded_by"] == "ana"


def test_what_is_printed_goes_to_a_file_too(cli, filled, folder):
    assert cli("log", "--format", "csv", "-o", "log.csv") == (0, [], [])
    rows = list(csv.DictReader(io.StringIO((folder.path / "log.csv").read_text())))
    assert [row["fact"] for row in rows[:2]] == ["dispute-1", "ap-1"]
    ran = cli("log", "-o", "no/such/folder.csv")
    assert (ran.code, ran.err) == (
        4,
        ["chronology: cannot write no/such/folder.csv: No such file or directory; name another file with -o"],
    )
    assert not list(folder.path.glob(".*part"))


# --- show


def test_a_fact_is_shown_with_its_revisions_and_what_names_it(cli, filled):
    cli("correct", "afp-1", "--nature", "entry", "--reason", "mistyped", "--killed", "3", "--clear", "note")
    lines = cli("show", "afp-1").out
    assert lines[:7] == [
        "afp-1  shelling",
        "  source     AFP",
        "  occurred   2023-10-21",
        "  place      Tessalit",
        "  operation  kidal-gao",
        "  killed     3",
        "",
    ]
    assert lines[7].startswith("revision 2  position 5, ")
    assert lines[8:11] == ["  entry: mistyped", '  note: one, "two" → nothing', '  killed: "2 civilians" → 3']
    assert lines[12].startswith("revision 1  position 2, ")
    assert lines[12].endswith("Z by ana")
    assert lines[14:] == [
        "3  casualty_update  ap-1  supersedes",
        "4  fact_disputed  dispute-1  fact: nobody else says so",
    ]


def test_a_fact_that_was_taken_back_is_shown_as_such(cli, filled):
    cli("retract", "afp-1", "--reason", "no")
    lines = cli("show", "afp-1").out
    assert lines[1] == "retracted at position 5; it read:"
    assert any(line.startswith("5  fact_retracted") for line in lines)


def test_a_fact_is_shown_as_json(cli, filled):
    told = json.loads(cli("show", "2", "--format", "json").out[0])
    assert (told["fact"], told["kind"], told["retracted_at"]) == ("afp-1", "shelling", None)
    assert [mention["fact"] for mention in told["mentioned_by"]] == ["ap-1", "dispute-1"]
    assert cli("show", "2", "--format", "csv").code == 2
    assert cli("show", "nope").code == 1


# --- status, init


def test_status_says_where_and_how_much(cli, filled, folder):
    lines = dict(line.split(maxsplit=1) for line in cli("status").out if " " in line)
    assert (lines["name"], lines["folder"], lines["head"]) == ("kidal", str(folder.path), "4")
    assert json.loads(cli("status", "--format", "json").out[0].strip("[]"))["head"] == 4


def test_a_chronology_is_begun_with_a_warning(cli, tmp_path):
    ran = cli("init", tmp_path / "gao", "--name", "Gao 2023")
    assert (ran.code, ran.out) == (0, [f"Gao 2023: a new chronology in {tmp_path / 'gao'}"])
    assert ran.err == [
        "chronology: no names of victims and no confidential sources: what is recorded cannot be removed again"
    ]
    assert cli("status", "-C", tmp_path / "gao").out[0].split() == ["name", "Gao", "2023"]
    assert cli("-C", tmp_path / "gao", "status").out[0].split() == ["name", "Gao", "2023"]
    assert cli("init", tmp_path / "gao").code == 1


def test_the_folder_can_be_named_in_the_environment(cli, tmp_path, monkeypatch):
    cli("init", tmp_path / "gao")
    monkeypatch.setenv("CHRONOLOGY_DIR", str(tmp_path / "gao"))
    assert cli("status").out[0].split() == ["name", "gao"]
    monkeypatch.setenv("CHRONOLOGY_DIR", str(tmp_path))
    ran = cli("status")
    assert (ran.code, ran.err) == (
        1,
        [f"chronology: no chronology in {tmp_path} (CHRONOLOGY_DIR); make one there with `chronology init`"],
    )


# --- kinds


def test_all_kinds_are_listed_by_group_with_a_line_each(cli):
    rows = json.loads("\n".join(cli("kinds", "--format", "json").out))
    assert [row["kind"] for row in rows] == list(KINDS)
    assert all(row["meaning"] and "\n" not in row["meaning"] for row in rows)


@pytest.mark.parametrize("tag", KINDS)
def test_a_kind_is_described_with_all_its_fields(cli, tag):
    text = "\n".join(cli("kinds", tag).out)
    assert all(f"\n  {name} " in text for name in fields_of(KINDS[tag]))
    rows = json.loads("\n".join(cli("kinds", tag, "--format", "json").out))
    assert [row["field"] for row in rows] == list(fields_of(KINDS[tag]))
    assert all(row["description"] for row in rows)


def test_a_template_is_printed(cli):
    printed = "\n".join(cli("kinds", "ied-strike", "--toml").out)
    assert tomllib.loads(printed) == {"ied_strike": [{"source": "The Atlas News"}]}
    assert cli("append", "-", stdin=printed).out[0].startswith("1  ied_strike")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["ied_strik"], "chronology: no such kind: ied_strik; did you mean ied_strike?"),
        (["--toml"], "chronology: --toml prints the template of one kind; name it: chronology kinds ied_strike --toml"),
        (
            ["shelling", "--toml", "--schema"],
            "chronology: --schema --toml is of files of all kinds; name none",
        ),
    ],
)
def test_kinds_refuses_what_makes_no_sense(cli, args, said):
    assert cli("kinds", *args) == (2, [], [said])


def test_the_schema_of_a_line_allows_what_intake_completes(cli):
    schema = json.loads("\n".join(cli("kinds", "ied_strike", "--schema").out))
    strike = schema["$defs"]["IedStrike"]
    assert strike["required"] == ["kind", "source"]
    assert {"id", "latitude", "injured", "place"} <= strike["properties"].keys()
    assert [each.get("type") for each in strike["properties"]["injured"]["anyOf"]][:2] == ["integer", "string"]
    assert strike["properties"]["place"]["anyOf"][0]["type"] == "string"
    assert set(json.loads("\n".join(cli("kinds", "--schema").out))["$defs"]) >= {
        kind.__name__ for kind in KINDS.values()
    }


@pytest.mark.parametrize("tag", KINDS)
def test_the_schema_of_every_kind_is_json_and_leads_nowhere_else(tag):
    schema = schema_of([KINDS[tag]])
    text = msgspec.json.encode(schema).decode()
    refs = {part.split('"')[0] for part in text.split('"$ref":"')[1:]}
    assert {ref.removeprefix("#/$defs/") for ref in refs} <= schema["$defs"].keys()
