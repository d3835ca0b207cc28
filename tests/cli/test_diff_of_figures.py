"""A diff for people: what changed in figures first, with the entries that did it."""

import re

FIRST = """
    [[operation_named]]
    name = "march"
    [[ied_strike]]
    id = "first"
    source = "AFP"
    published = "2023-11-01"
    occurred = "2023-11-01"
    operation = "march"
    incidents = ["ied-1"]
    injured = ">=8 peacekeepers"
"""
LATER = """
    [[casualty_update]]
    id = "total"
    source = "AP"
    published = "2023-11-02"
    operation = "march"
    injured = { figure = "22 peacekeepers", measure = "running_total" }
    [[shelling]]
    id = "other"
    source = "TRT"
    killed = 2
"""


def test_a_diff_says_first_which_figures_changed_and_by_which_entries(cli):
    cli("append", "-", stdin=FIRST)
    cli("append", "-", stdin=LATER)
    out = cli("diff", "2", "now").out
    assert out[:2] == [
        "march: at least 8 peacekeepers injured → at least 22 peacekeepers injured  [3 total, AP]",
        "other: 2 killed, new  [4 other, TRT]",
    ]
    assert out[2].startswith("besides, ")
    assert out[2].endswith("; --all shows each")
    assert len(out) == 3
    every = cli("diff", "2", "now", "--all").out
    assert [line for line in every if line.startswith("+ figures · ")]


def test_a_figure_that_is_gone_a_change_of_no_figure_and_no_change(cli):
    cli("append", "-", stdin=FIRST + LATER)
    cli("retract", "other", "--reason", "printed by mistake")
    assert re.fullmatch(r"other: 2 killed, gone  \[5 \w{10}, fact_retracted\]", cli("diff", "4", "now").out[0])
    cli("append", "-", stdin='[[statement_made]]\nsource = "UN"\nactor = "UN"\nabout = "a truce"\n')
    assert cli("diff", "5", "now").out[0] == "no figure changed"
    cli("append", "incident_named", "--name", "ied-1", "--operation", "march")
    cli("append", "casualty_update", "--source", "UN", "--incidents", "ied-1", "--killed", "1", "--id", "dead")
    (moved,) = (line for line in cli("diff", "6", "now").out if line.startswith("ied-1: 1 killed, new"))
    assert re.search(r"\[8 dead, UN; 7 \w{10}, incident_named\]$", moved)
    assert cli("diff", "8", "now").out == ["nothing changed"]
