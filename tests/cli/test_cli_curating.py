"""correct, edit, retract: what a fact reads now, and that the revision before stays."""

import json
import sys
from pathlib import Path

import pytest

from chronology.intake import Raw, read_batch
from chronology.log import Log, now

FACTS = """
[[ied_strike]]
id = "atlas-1"
source = "The Atlas News"
published = "2023-11-06"
operation = "kidal-gao"
place = "Kidal"
latitude = 18.44
longitude = 1.41
injured = 22

[[shelling]]
id = "afp-1"
source = "AFP"
"""
WHY = ("--nature", "reading", "--reason", "the 22 are another's")


@pytest.fixture
def told(cli):
    """The chronology with two facts; asks for one of them as plain values."""
    assert cli("append", "-", stdin=FACTS).code == 0

    def told(fact="atlas-1"):
        return json.loads(cli("show", fact, "--format", "json").out[0])

    return told


def test_a_correction_changes_what_is_given_and_keeps_the_rest(cli, told):
    ran = cli(
        "correct", "atlas-1", *WHY, "--injured", "8+ peacekeepers", "--because", "afp-1", "--published", "2023-11-08"
    )
    assert ran.out[0] == "3  fact_corrected  atlas-1  revision 2"
    first, second = told()["revisions"]
    assert second["fact"] == {**first["fact"], "injured": [{"low": 8, "best": 8, "victims": "peacekeepers"}]}
    assert (second["nature"], second["reason"], second["because"]) == ("reading", WHY[3], ["afp-1"])
    assert [change["field"] for change in second["changed"]] == ["injured"]


def test_the_publication_of_the_fact_itself_has_an_option_of_its_own(cli, told):
    cli("correct", "atlas-1", *WHY, "--now-published", "2023-11-07", "--published", "2023-11-08")
    assert told()["reads"]["published"] == "2023-11-07"


def test_a_field_is_left_out_with_clear(cli, told):
    cli("correct", "atlas-1", *WHY, "--clear", "operation", "--clear", "injured")
    assert told()["reads"].keys() == {"kind", "source", "published", "place"}


def test_a_new_place_takes_nothing_over_but_a_part_keeps_the_others(cli, told):
    cli("correct", "atlas-1", *WHY, "--latitude", "18.5")
    assert told()["reads"]["place"] == {"name": "Kidal", "latitude": 18.5, "longitude": 1.41}
    cli("correct", "atlas-1", *WHY, "--place", "Gao")
    assert told()["reads"]["place"] == {"name": "Gao"}


def test_a_correction_is_read_from_a_file_with_the_lines_of_its_problems(cli, told, folder):
    (folder.path / "now.toml").write_text('[[shelling]]\nsource = "AFP"\n\nkilled = "lots"')
    ran = cli("correct", "afp-1", *WHY, "--file", "now.toml")
    assert ran.err[0].startswith('chronology: now.toml:4: now.killed: "lots"; expected 8')
    (folder.path / "now.toml").write_text('[[shelling]]\nsource = "AFP"\nkilled = 2')
    assert cli("correct", "afp-1", *WHY, "--file", "now.toml").out == ["3  fact_corrected  afp-1  revision 2"]


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["nope", *WHY], 1, "chronology: nothing in the log has the id nope"),
        (["atlas-1", "--reason", "x"], 2, "chronology: Missing option '--nature'"),
        (["atlas-1", *WHY, "--nature", "x"], 2, "chronology: Invalid value for '--nature'"),
        (
            ["atlas-1", *WHY, "--clear", "qq"],
            2,
            "chronology: --clear qq: no field of ied_strike; it has source, published",
        ),
        (["atlas-1", *WHY, "--clear", "source"], 1, "chronology: --source: missing; expected who published it"),
        (["atlas-1", *WHY, "--injured", "lots"], 1, 'chronology: --injured: "lots"; expected 8'),
        (["atlas-1", *WHY], 1, "chronology: fact_corrected: the correction changes nothing"),
        (["atlas-1", *WHY, "--killed", "2", "--file", "x"], 2, "chronology: --file holds the whole fact; leave out"),
    ],
)
def test_a_correction_that_cannot_be_is_one_line_and_an_exit_code(cli, told, args, code, said):
    ran = cli("correct", *args)
    assert (ran.code, ran.out) == (code, [])
    assert ran.err[0].startswith(said), ran.err


def test_a_fact_is_taken_back_and_the_retraction_too(cli, told):
    assert (
        cli("retract", "atlas-1", "--reason", "withdrawn", "--nature", "source").out[0].startswith("3  fact_retracted")
    )
    assert (told()["reads"], told()["retracted_at"]) == (None, 3)
    assert cli("correct", "atlas-1", *WHY, "--killed", "1").err[0] == (
        "chronology: atlas-1 was retracted at position 3; undo that first: chronology retract 3"
    )
    cli("retract", "3", "--reason", "it was not")
    assert told()["reads"]["source"] == "The Atlas News"


def test_one_revision_is_taken_back_by_its_position(cli, told):
    cli("correct", "atlas-1", *WHY, "--injured", "8")
    cli("retract", "3", "--reason", "misread again")
    assert told()["reads"]["injured"] == [{"low": 22, "best": 22, "high": 22}]
    assert [revision["retracted_at"] for revision in told()["revisions"]] == [None, 4]


def test_what_was_taken_back_is_nothing_that_a_later_revision_changed(cli, told):
    cli("correct", "atlas-1", *WHY, "--injured", "8")
    cli("retract", "3", "--reason", "misread again")
    cli("correct", "atlas-1", *WHY, "--killed", "1")
    first, second, third = told()["revisions"]
    assert [change["field"] for change in second["changed"]] == ["injured"]
    assert [change["field"] for change in third["changed"]] == ["killed"]
    assert third["fact"]["injured"] == first["fact"]["injured"]


def test_a_retraction_of_nothing_is_refused(cli, told):
    assert cli("retract", "nope", "--reason", "x").err[0].startswith("chronology: nothing in the log has the id nope")
    assert cli("retract", "atlas-1").code == 2


# --- edit


@pytest.fixture
def editor(monkeypatch, tmp_path):
    """Let an editor make these replacements in what it is given; `seen` is what it was given."""
    script = tmp_path / "editor.py"

    def editor(*replacements, code=0):
        script.write_text(
            "import sys, pathlib\n"
            "path = pathlib.Path(sys.argv[-1])\n"
            "text = path.read_text()\n"
            f"pathlib.Path({str(tmp_path / 'seen')!r}).write_text(text)\n"
            f"for old, new in {replacements!r}:\n"
            "    assert old in text, old\n"
            "    text = text.replace(old, new)\n"
            "path.write_text(text)\n"
            f"sys.exit({code})\n"
        )
        monkeypatch.setenv("EDITOR", f"{sys.executable} -S {script}")
        return tmp_path / "seen"

    return editor


SAID = (('nature = ""', 'nature = "entry"'), ('reason = ""', 'reason = "mistyped"'))


def test_a_fact_is_edited_as_toml_and_the_change_appended(cli, told, editor):
    seen = editor(*SAID, ("injured = 22", 'injured = "8 peacekeepers"'))
    assert cli("edit", "atlas-1").out[0] == "3  fact_corrected  atlas-1  revision 2"
    assert told()["reads"]["injured"] == [{"low": 8, "best": 8, "high": 8, "victims": "peacekeepers"}]
    assert seen.read_text().splitlines()[1:6] == [
        "[[fact_corrected]]",
        'fact = "atlas-1"',
        'nature = ""  # source, entry or reading: who was wrong',
        'reason = ""',
        "",
    ]


def test_reason_and_nature_can_be_given_before(cli, told, editor):
    seen = editor(("injured = 22", "injured = 8"))
    assert cli("edit", "atlas-1", "--nature", "entry", "--reason", 'a "slip"').code == 0
    assert 'reason = "a \\"slip\\""' in seen.read_text()
    assert told()["revisions"][1]["reason"] == 'a "slip"'


def test_nothing_changed_is_nothing_to_do(cli, told, editor):
    editor()
    assert cli("edit", "atlas-1") == (0, ["nothing was changed; nothing to do"], [])
    editor(*SAID)
    assert cli("edit", "atlas-1") == (0, ["atlas-1 reads as before; nothing to do"], [])


def test_what_cannot_be_appended_is_kept(cli, told, editor):
    editor(*SAID, ("injured = 22", 'injured = "lots"'))
    ran = cli("edit", "atlas-1")
    assert ran.code == 1
    path = Path(ran.err[0].rpartition(" ")[2])
    assert ran.err[0] == (
        f"chronology: your text is saved in {path}; correct it and append it with: chronology append {path}"
    )
    assert ran.err[1].startswith(f"chronology: {path}:")
    assert 'now.injured: "lots"; expected 8' in ran.err[1]
    path.write_text(path.read_text().replace("lots", "9"))
    assert cli("append", path).out == ["3  fact_corrected  atlas-1  revision 2"]
    path.unlink()


@pytest.mark.parametrize("verb", ["correct", "edit"])
def test_a_change_made_meanwhile_is_not_overwritten(cli, told, editor, folder, monkeypatch, *, verb):
    """Somebody else corrects the fact between our look at it and our append."""
    from chronology.cli import correct

    def meanwhile(given, log, **options):
        batch = read_batch(given, log, **options)
        monkeypatch.setattr(correct, "read_batch", read_batch)
        with Log.open(folder.log_path) as other:
            theirs = {"kind": "shelling", "source": "AP"}
            values = {"fact": "atlas-1", "nature": "entry", "reason": "theirs", "now": theirs}
            other.append(read_batch([Raw(None, None, "fact_corrected", values)], other).drafts)
        return batch

    monkeypatch.setattr(correct, "read_batch", meanwhile)
    editor(*SAID, ("injured = 22", "injured = 8"))
    ran = cli("edit", "atlas-1") if verb == "edit" else cli("correct", "atlas-1", *WHY, "--injured", "8")
    assert ran.code == 1
    assert "atlas-1 is at revision 2, you sent 2; read it with `chronology show atlas-1` and send 3" in ran.err[-2]
    assert told()["reads"]["source"] == "AP"


def test_an_editor_that_fails_changes_nothing(cli, told, editor, monkeypatch):
    editor(code=3)
    assert cli("edit", "atlas-1").err[0].endswith("ended with 3; nothing was changed")
    monkeypatch.setenv("EDITOR", "/nowhere/editor")
    assert (
        cli("edit", "atlas-1").err[0].startswith("chronology: the editor /nowhere/editor does not start: No such file")
    )
    monkeypatch.setenv("EDITOR", "'")
    assert cli("edit", "atlas-1").code == 2


def test_nobody_is_asked_where_nobody_is(cli, told):
    ran = cli("edit", "atlas-1")
    assert (ran.code, ran.err) == (
        2,
        ["chronology: edit needs a terminal, or an editor in EDITOR; elsewhere use chronology correct"],
    )


def test_a_decision_is_not_corrected(cli, told):
    cli("retract", "atlas-1", "--reason", "x")
    assert (
        cli("correct", "3", *WHY)
        .err[0]
        .endswith(
            "is a decision; retract it and decide again: chronology retract "
            + cli("log", "--format", "csv").out[1].split(",")[4]
        )
    )


def test_the_correction_in_the_log_is_the_whole_fact(cli, told, folder):
    cli("correct", "atlas-1", *WHY, "--injured", "8")
    with Log.open(folder.log_path, read_only=True) as log:
        from chronology.log import reading

        fact = now(reading(log.at(3)))
    assert (fact.source, fact.operation, fact.injured[0].low) == ("The Atlas News", "kidal-gao", 8)
