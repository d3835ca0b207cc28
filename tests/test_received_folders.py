"""What a folder that a stranger sent does to its reader: nothing; each verb ends at once, with what is wrong in a line.

Every case of `stranger.CASES` meets the everyday verbs, each on a fresh copy, in a process of its own that has seen
nothing before: in `make test` each case every sixth of them, so that all verbs are met, in `make torture` all. A verb
that waits for ever would end the whole case.
"""

import pytest
import stranger
from given import Given
from processes import in_a_process

LONG = 120
"""Seconds for all verbs of a case, which take some two: only what waits for ever takes as long."""


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    """A chronology of two entries that was asked once."""
    made = Given(tmp_path_factory.mktemp("honest") / "kidal")
    made.append("""
        operation = "kidal-gao"
        source = "AFP"
        [[operation_named]]
        name = "kidal-gao"
        type = "convoy"
        [[ied_strike]]
        occurred = "2023-10-31"
        injured = ">=8 peacekeepers"
    """)
    made.rows("select 1")
    return made.folder.path


SOME_OR_ALL = pytest.mark.parametrize("every", [6, pytest.param(1, marks=pytest.mark.torture)], ids=["some", "all"])


def trials(case, honest, scratch, every=6):
    """What each verb did; what printed a traceback, or waited, is an error here."""
    verbs = list(stranger.VERBS)[list(stranger.CASES).index(case) % every :: every]
    found = in_a_process(stranger.tried, case, honest, scratch, verbs, seconds=LONG)
    assert [each["verb"] for each in found] == verbs
    return found


REFUSED = {
    "hot_journal": (
        3,
        "log.db-journal is not a journal that an append left: it names another file, which SQLite w",
    ),
    "hidden_row": (3, "log.db begins at position 0, expected 1: another program wrote here"),
    "hidden_trigger": (3, "log.db is not a chronology log: it also holds the TRIGGER sqlite_a"),
    "link": (1, "log.db is a link to"),
    "link_on_the_way": (1, "logs is a link to"),
    "journal_link": (3, "log.db-journal is a link; expected a file"),
    "write_ahead_log": (3, "log.db-wal does not belong to a log, which has no write-ahead log"),
    "fifo_log": (3, "log.db is not a chronology log: it is not a file but a pipe"),
    "fifo_journal": (3, "log.db-journal is a pipe; expected a file"),
    "fifo_toml": (3, "chronology.toml is a pipe; expected a file"),
    "endless_toml": (1, "chronology.toml is a link to '/dev/zero'"),
    "nested_toml": (1, "chronology.toml: is nested too deeply; expected name and log"),
}


@SOME_OR_ALL
@pytest.mark.parametrize("case", REFUSED)
def test_a_hostile_folder_is_refused_by_every_verb_in_one_line_and_nothing_outside_changes(
    case, honest, tmp_path, every
):
    code, said = REFUSED[case]
    for each in trials(case, honest, tmp_path, every):
        assert (each["code"], each["out"], len(each["err"])) == (code, [], 1), each
        assert said in each["err"][0]
        assert each["after"] == each["before"] != "gone"


ANEW = "views are rebuilt: views.duckdb"
VIEWS = {
    "cursor_view": ANEW,
    "forged_view": ANEW,
    "forged_rows": ANEW,
    "other_database": ANEW,
    "views_wal": ANEW,
    "views_link": f"{ANEW} is a link",
    "fifo": f"{ANEW} is a pipe",
    "grain": "is no column; expected such as operation",
    "own_views": "view reads: read_text is out of reach of SQL here",
    "odd_views": "pipe.sql is a pipe; expected a file",
}
ASKING = {"query", "timeline", "rebuild", "rebuild --verify", "why", "diff", "search", "export --as", "cite"}


@SOME_OR_ALL
@pytest.mark.parametrize("case", VIEWS)
def test_views_that_were_sent_are_not_believed_and_their_sql_reaches_nothing(case, honest, tmp_path, every):
    for each in trials(case, honest, tmp_path / "hostile", every):
        assert each["after"] == each["before"] != "gone"
        left_out = each["verb"] == "rebuild --verify" and case == "own_views"
        assert each["code"] == (1 if left_out or each["verb"] == "doctor" else 0), each
        if each["verb"] == "why":
            assert "low 8" in each["out"][1]
        if each["verb"] in ASKING and not (each["verb"] == "rebuild" and VIEWS[case].startswith(ANEW)):
            assert VIEWS[case].replace("'", "")[:40] in " ".join(each["err"]).replace("'", ""), each
        assert not any("Traceback" in line or "4000" in line for line in (*each["out"], *each["err"]))


@SOME_OR_ALL
@pytest.mark.parametrize(
    ("case", "code", "said"),
    [
        ("views_folder", 4, "views.duckdb"),
        ("lock_link", 1, "views.lock is a link to"),
        ("lock_fifo", 3, "views.lock is a pipe; expected a file"),
    ],
)
def test_what_stands_in_the_way_of_views_is_one_line(  # noqa: PLR0917 - fixtures are parameters
    case, code, said, honest, tmp_path, every
):
    for each in trials(case, honest, tmp_path, every):
        assert each["after"] == each["before"] != "gone"
        if each["verb"] in ASKING:
            assert (each["code"], each["out"]) == (code, []), each
            assert said in each["err"][-1]
        else:
            assert each["code"] == (1 if each["verb"] == "doctor" else 0), each


@SOME_OR_ALL
def test_an_entry_of_20_megabytes_is_never_read(honest, tmp_path, every):
    for each in trials("huge_entry", honest, tmp_path, every):
        assert each["after"] == each["before"] != "gone"
        if each["verb"] in {"log", "verify", "doctor", "export", "backup", "rebuild"}:
            assert each["code"] == 3, each
            assert "holds an entry longer than any can be" in each["err"][-1]


def test_no_chronology_is_made_through_a_link_that_waits_for_it(cli, folder, tmp_path):
    (tmp_path / "received").mkdir()
    (tmp_path / "received" / "log.db").symlink_to(folder.log_path)
    before = folder.log_path.read_bytes()
    ran = cli("init", tmp_path / "received")
    assert (ran.code, len(ran.err)) == (1, 1)
    assert "log.db is a link to" in ran.err[0]
    assert not (tmp_path / "received" / "chronology.toml").exists()
    assert folder.log_path.read_bytes() == before


def test_a_link_to_the_log_of_a_chronology_made_here_is_followed_and_said(cli, folder, tmp_path):
    cli("init", "made")
    made = folder.path / "made"
    (made / "log.db").rename(tmp_path / "elsewhere.db")
    (made / "log.db").symlink_to(tmp_path / "elsewhere.db")
    ran = cli("append", "shelling", "--source", "AFP", "-C", made)
    assert (ran.code, ran.err) == (0, [f"chronology: {made / 'log.db'} is a link: the log is {tmp_path}/elsewhere.db"])
