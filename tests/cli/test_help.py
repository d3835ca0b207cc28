"""Help and completion: what a verb does is found in any of the usual ways."""

import pytest

from chronology.cli import _group
from chronology.cli.completing import COMPLETE, complete


@pytest.mark.parametrize("verb", ["why", "import", "check-proof", "help"])
def test_help_of_a_verb_is_the_same_in_each_of_three_ways(cli, verb):
    helped = cli("help", verb)
    assert helped.code == 0
    assert helped.out[0].startswith(f"Usage: chronology {verb} ")
    assert cli(verb, "--help") == helped
    assert cli(verb, "-h") == helped


def test_help_of_no_verb_lists_them_all(cli):
    assert cli("help") == cli("--help") == cli("-h")


def test_help_of_a_kind_shows_its_fields(cli):
    assert any("--injured" in line for line in cli("help", "append", "ied_strike").out)


def test_help_of_what_is_no_verb_is_refused(cli):
    assert cli("help", "tmeline").err == ["chronology: no such verb: tmeline; did you mean timeline?"]


@pytest.mark.parametrize("named", ["claims", "injuries-by-convoy", "Figures"])
def test_the_name_of_a_view_is_no_verb_and_says_what_it_is(cli, named):
    view = named.lower().replace("-", "_")
    assert cli(named).err == [
        f'chronology: no such verb: {named}; it is a view, ask for it with: chronology query "from {view}"'
    ]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_the_script_that_asks_for_completions(cli, shell):
    script = "\n".join(cli("completion", shell).out)
    assert COMPLETE in script
    assert f"complete_{shell}" in script
    assert cli("completion", "csh").err == ["chronology: completion csh: expected bash, zsh or fish"]


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("chronology ti", ["timeline"]),
        ("chronology timeline --kn", ["--known-by"]),
        ("chronology query --format js", ["json", "jsonl"]),
    ],
)
def test_verbs_options_and_choices_are_completed(monkeypatch, capsys, typed, completed):
    monkeypatch.setenv(COMPLETE, "complete_bash")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split()) - 1))
    with pytest.raises(SystemExit):
        complete(_group())
    assert capsys.readouterr().out.splitlines() == completed
