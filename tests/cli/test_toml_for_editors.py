"""Writing TOML with an editor's help: a report to fill in, a check on saving, a schema for completion."""

from __future__ import annotations

import json
import tomllib

import pytest

from chronology.vocabulary import KINDS


def test_a_new_report_is_a_template_that_append_takes_when_it_is_filled_in(cli, folder, tmp_path, monkeypatch):
    monkeypatch.chdir(folder.path)
    printed = cli("new", "ied-strike")
    assert printed == cli("kinds", "ied_strike", "--toml")
    (tmp_path / "report.toml").write_text("\n".join(printed.out))
    assert cli("append", tmp_path / "report.toml", "--check").code == 0
    assert cli("new", "ied_strke").err == ["chronology: no such kind: ied_strke; did you mean ied_strike?"]


def test_a_check_says_what_is_wrong_with_its_line_and_nothing_else(cli, folder, tmp_path, monkeypatch):
    monkeypatch.chdir(folder.path)
    report = tmp_path / "report.toml"
    report.write_text('source = "AP"\n[[ied_strike]]\ninjured = ">=8 peacekeepers"\n')
    assert (cli("append", report, "--check").code, cli("append", report, "--check").out) == (0, [])
    report.write_text('source = "AP"\n[[ied_strike]]\ninjurd = 8\n')
    ran = cli("append", report, "--check")
    assert (ran.code, ran.out) == (1, [])
    assert ran.err[0].endswith("report.toml:3: injurd: 8; expected a field of ied_strike; did you mean injured?")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[fact_disputed]]\nfact = "x"\nreason = "y"\n\n[[because]]\nfact = "z"\n',
            'in:5: because: [[because]]; expected it inside a fact, as because = ["…"]',
        ),
        ('[[because]]\nfact = "z"\n', 'in:1: because: [[because]]; expected it inside a fact, as because = ["…"]'),
        ('[[incidents]]\nname = "a"\n[[ied_strike]]\nsource = "A"\n', "in:1: incidents: [[incidents]]; expected it"),
    ],
)
def test_a_field_that_is_written_as_a_table_of_facts_is_told_how_it_is_written(problems, text, said):
    assert any(f"in:{each}".startswith(said) for each in problems(text))


def test_the_schema_for_editors_has_every_kind_and_every_field_and_no_slip(cli):
    schema = json.loads("\n".join(cli("kinds", "--schema", "--toml").out))
    assert schema["additionalProperties"] is False
    assert set(KINDS) <= set(schema["properties"])
    assert {"source", "published", "operation"} <= set(schema["properties"])
    assert "injurd" not in schema["properties"]
    for tag, kind in KINDS.items():
        reference = schema["properties"][tag]["anyOf"][1]["$ref"].rpartition("/")[2]
        fields = schema["$defs"][reference]
        assert (fields["additionalProperties"], fields["required"]) == (False, [])
        assert set(tomllib.loads(kind.example)) <= set(fields["properties"])
    assert cli("kinds", "ied_strike", "--schema", "--toml").code == 2
