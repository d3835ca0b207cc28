"""Incidents that may be one: offered across kinds with what speaks for it, marked in a file, taken back in."""

from __future__ import annotations

import csv

import pytest

FACTS = """
[[ied_strike]]
id = "a1"
source = "A"
occurred = "2023-10-31"
place = { name = "Kidal", latitude = 18.44, longitude = 1.41 }
perpetrators = ["JNIM"]
killed = 4

[[violent_incident]]
id = "b1"
source = "B"
occurred = "2023-10-31"
place = { name = "near Kidal", latitude = 18.45, longitude = 1.42 }
participants = ["JNIM", "Army"]
killed = 4

[[violent_incident]]
id = "b2"
source = "B"
occurred = "2023-10-31"
place = { name = "Kidal", latitude = 18.44, longitude = 1.41 }
participants = ["Others"]
killed = 40

[[airstrike]]
id = "c1"
source = "C"
occurred = "2023-10"
place = { name = "Kidal", latitude = 18.44, longitude = 1.41 }
killed = 4

[[airstrike]]
id = "d1"
source = "A"
occurred = "2023-12-24"
url = "https://example.org/one-story"
killed = 2

[[shelling]]
id = "d2"
source = "A"
occurred = "2023-12-24"
url = "https://example.org/one-story"
killed = 2
"""


@pytest.fixture
def listed(cli, folder, tmp_path, monkeypatch):
    monkeypatch.chdir(folder.path)
    (tmp_path / "facts.toml").write_text(FACTS)
    assert cli("append", tmp_path / "facts.toml").code == 0

    def listed(*options):
        assert cli("duplicates", "--to", tmp_path / "review.csv", *options).code == 0
        with (tmp_path / "review.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    return listed


def test_pairs_of_any_kinds_have_a_score_and_what_speaks_for_it(listed):
    rows = {(row["incident"], row["other"]): row for row in listed("--score", "0.3")}
    one = rows["a1", "b1"]
    assert (one["score"], one["why"]) == ("1.00", "the same day; 1.5 km apart; both name JNIM; deaths agree")
    assert (one["kind"], one["other_kind"]) == ("ied_strike", "violent_incident")
    assert "deaths differ" in rows["a1", "b2"]["why"]
    assert float(rows["a1", "b2"]["score"]) < 0.6
    # A month says nothing of which incident it means, and what one source tells twice is only offered by its words.
    assert {pair for pair in rows if "c1" in pair or pair == ("b1", "b2")} == set()
    assert rows["d1", "d2"]["why"] == "the same day; deaths agree; the same address or quote"


def marked(tmp_path, rows, **marks):
    with (tmp_path / "review.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "same": marks.get(f"{row['incident']}_{row['other']}", "")} for row in rows)
    return tmp_path / "review.csv"


def test_a_marked_list_is_taken_back_in_with_one_command_each(cli, listed, tmp_path):
    rows = listed("--score", "0.1")
    file = marked(tmp_path, rows, a1_b1="yes", a1_b2="NO", d1_d2="no")
    merged = cli("merge", "--file", file, "--reason", "compared one by one")
    assert (merged.code, len(merged.out)) == (0, 1)
    separated = cli("separate", "--file", file, "--reason", "compared one by one")
    assert (separated.code, len(separated.out)) == (0, 2)
    assert cli("query", "select killed_low from incidents where len(facts) = 2", "--format", "csv").out[1:] == ["4"]
    left = {(row["incident"], row["other"]) for row in listed("--score", "0.1")}
    assert left.isdisjoint({("a1", "b1"), ("a1", "b2"), ("d1", "d2")})
    marked(tmp_path, rows, a1_b1="yes")
    assert "already known" in cli("merge", "--file", file, "--reason", "compared one by one").out[0]


def test_what_is_wrong_with_a_marked_list_is_told_with_its_line_and_nothing_is_appended(cli, listed, tmp_path):
    rows = listed()
    file = marked(tmp_path, rows, a1_b1="perhaps")
    assert cli("merge", "--file", file, "--reason", "r").err[0] == (
        "chronology: review.csv:2: same: 'perhaps'; expected yes, no, or nothing"
    )
    file.write_text("same,incident,other\nyes,a1,nobody\nyes,a1,b1\n")
    ran = cli("merge", "--file", file, "--reason", "r")
    assert (ran.code, ran.err[0].startswith("chronology: review.csv:2: no fact names the incident nobody")) == (1, True)
    file.write_text("same,incident,other\n,a1,b1\n")
    assert "expected a pair that is marked with yes" in cli("merge", "--file", file, "--reason", "r").err[0]
    assert cli("merge", "a1", "--file", file, "--reason", "r").code == 2
    assert cli("merge", "--reason", "r").code == 2
    assert cli("query", "select count(*) from incidents_merged", "--format", "csv").out[1:] == ["0"]
