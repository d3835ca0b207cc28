"""Rows as tables, csv, json and jsonl; and text that cannot act on a terminal."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
import typer

from chronology.cli.columns import width
from chronology.cli.options import OutputFile, OutputFormat
from chronology.cli.output import Format, shown, write_lines, write_rows
from chronology.cli.terminal_table import wide

COLUMNS = ["day", "at", "place", "killed", "facts", "more", "share", "sure"]
ROW = [
    date(2023, 10, 31),
    datetime(2023, 10, 31, 14, 30, tzinfo=UTC),
    None,
    8,
    ["a", "b"],
    {"low": None},
    Decimal("0.5"),
    True,
]


def written(capsys, form, rows=(ROW,)):
    write_rows(COLUMNS, rows, form)
    return capsys.readouterr().out


def test_csv_has_iso_dates_empty_nulls_and_json_for_what_has_parts(capsys):
    (row,) = csv.DictReader(io.StringIO(written(capsys, Format.CSV)))
    assert row == {
        "day": "2023-10-31",
        "at": "2023-10-31T14:30:00+00:00",
        "place": "",
        "killed": "8",
        "facts": '["a","b"]',
        "more": '{"low":null}',
        "share": "0.5",
        "sure": "true",
    }


def test_json_is_one_array_of_objects_and_jsonl_one_on_each_line(capsys):
    expected = {
        "day": "2023-10-31",
        "at": "2023-10-31T14:30:00Z",
        "place": None,
        "killed": 8,
        "facts": ["a", "b"],
        "more": {"low": None},
        "share": 0.5,
        "sure": True,
    }
    assert json.loads(written(capsys, Format.JSON, [ROW, ROW])) == [expected, expected]
    assert [json.loads(line) for line in written(capsys, Format.JSONL, [ROW, ROW]).splitlines()] == [expected] * 2
    assert written(capsys, Format.JSON, []) == "[]\n"
    assert written(capsys, Format.JSONL, []) == ""


def test_a_table_is_plain_aligned_columns(capsys):
    write_rows(["a", "wide"], [["日本", 1], ["e\u0301", None], ["x", ["p", "q"]]], Format.TABLE)
    assert capsys.readouterr().out == "a     wide\n日本  1\ne\u0301\nx     p, q\n"


def test_numbers_beyond_64_bits_are_written(capsys):
    write_rows(["n"], [[2**70]], Format.JSONL)
    assert json.loads(capsys.readouterr().out)["n"] in {2**70, str(2**70)}


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\u202eabc", "\\u202eabc"),
        ("\x9b31m", "\\x9b31m"),
        ("\ud800", "\\ud800"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("é 日本 ∞", "é 日本 ∞"),
    ],
)
def test_what_acts_is_shown(text, safe, capsys):
    assert shown(text) == safe
    write_rows(["a"], [[text]], Format.TABLE)
    assert capsys.readouterr().out == f"a\n{safe}\n"


def test_data_is_left_alone_in_files_and_shown_on_terminals(tmp_path):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        write_lines(['{"a":"\x1b"}', "b"], stream)
    assert terminal.getvalue() == '{"a":"\\x1b"}\nb\n'
    assert file.getvalue() == '{"a":"\x1b"}\nb\n'


@pytest.fixture
def on_terminal(monkeypatch):
    """What is drawn on a terminal of so many columns, without its colours."""

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    def drawn(columns, rows, across):
        stream = Terminal()
        monkeypatch.setattr("sys.stdout", stream)
        monkeypatch.setenv("COLUMNS", str(across))
        write_rows(columns, rows, Format.TABLE)
        lines = re.sub("\x1b\\[[0-9;]*m", "", stream.getvalue()).splitlines()
        return [line.rstrip() for line in lines]

    return drawn


def test_a_table_on_a_terminal_shows_what_would_act(on_terminal):
    assert on_terminal(["name"], [["[bold]x[/bold]"], ["\x1b[2J"]], 80) == ["name", "[bold]x[/bold]", "\\x1b[2J"]


HAPPENED = [["31 Oct 2023", "IED strike on a convoy near Anefis", None], ["1 Nov 2023", "shelling", 8]]


def test_on_a_narrow_terminal_each_row_is_a_record_without_what_is_empty(on_terminal):
    assert on_terminal(["when", "what", "injured"], HAPPENED, 60) == [
        "when         what                                injured",
        "31 Oct 2023  IED strike on a convoy near Anefis",
        "1 Nov 2023   shelling                                  8",
    ]
    assert on_terminal(["when", "what", "injured"], HAPPENED, 50) == [
        "when         what                          injured",
        "31 Oct 2023  IED strike on a convoy near",
        "             Anefis",
        "1 Nov 2023   shelling                            8",
    ]
    assert on_terminal(["when", "what", "injured"], HAPPENED, 30) == [
        "when  31 Oct 2023",
        "what  IED strike on a convoy",
        "      near Anefis",
        "",
        "when     1 Nov 2023",
        "what     shelling",
        "injured  8",
    ]


def test_a_wide_table_is_one_line_a_row_on_any_terminal(on_terminal):
    before = wide.set(True)
    try:
        assert on_terminal(["when", "what", "injured"], HAPPENED, 30) == [
            "when         what                                injured",
            "31 Oct 2023  IED strike on a convoy near Anefis",
            "1 Nov 2023   shelling                                  8",
        ]
    finally:
        wide.reset(before)


def test_verbs_with_tables_have_the_option_wide_and_others_have_not(cli):
    assert cli("timeline", "--wide").code == 0
    assert wide.get()
    assert cli("timeline").code == 0
    assert not wide.get()
    assert "--wide" in "".join(cli("search", "--help").out)
    assert "--wide" not in "".join(cli("append", "--help").out)


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    def rows():
        yield [1]
        raise KeyboardInterrupt

    out = tmp_path / "rows.csv"
    out.write_text("before")
    with pytest.raises(KeyboardInterrupt):
        write_rows(["a"], rows(), Format.CSV, out)
    assert out.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]
    write_rows(["a"], [[1]], Format.CSV, out)
    assert out.read_text() == "a\n1\n"


def test_the_width_of_a_text_is_what_a_terminal_gives_it():
    assert [width(text) for text in ("abc", "日本", "e\u0301", "")] == [3, 4, 1, 0]


@pytest.mark.parametrize(
    ("value", "safe"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1+cmd", "'+1+cmd"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("\n=1", "'\n'=1"),
        ("\uff1d1", "'\uff1d1"),
        # harmless, and left as they are
        (-5, "-5"),
        (-0.5, "-0.5"),
        (Decimal("-5.1"), "-5.1"),
        ("-55", "-55"),
        ("+5.25", "+5.25"),
        ("a=b", "a=b"),
        (["=1"], '["=1"]'),
        (None, ""),
    ],
)
def test_text_that_a_spreadsheet_would_run_is_text_in_csv(tmp_path, value, safe):
    out = tmp_path / "out.csv"

    def read():
        return list(csv.reader(io.StringIO(out.read_bytes().decode(), newline="")))

    write_rows(["=a", "b"], [[value, 1]], Format.CSV, out)
    assert read() == [["'=a", "b"], [safe, "1"]]
    write_rows(["=a", "b"], [[value, 1]], Format.CSV, out, raw=True)
    assert read() == [["=a", "b"], [safe.replace("'", ""), "1"]]


@pytest.mark.parametrize("separator", [";", "\t", "\r", "\n"])
@pytest.mark.parametrize("formula", ["=1+1", "+A1", "-A1", "@SUM(1)", '"=1+1', '""=1+1', "\uff1d1"])
def test_a_program_that_splits_elsewhere_finds_no_formula_either(tmp_path, separator, formula):
    out = tmp_path / "out.csv"
    write_rows(["a", "b"], [[f"x{separator}{formula}", [f"y{separator}{formula}"]]], Format.CSV, out)
    for cell in re.split(r"[,;\t\r\n]", out.read_bytes().decode()):
        assert not re.match(r'"*[=+\-@\uff1d]', cell), cell


@pytest.mark.parametrize("text", ["-5;3", "5; -3", "a;-5;+6.5", "note; - item", "a - b; c", "x;y"])
def test_numbers_in_a_list_and_plain_text_stay_as_they_are(tmp_path, text):
    out = tmp_path / "out.csv"
    write_rows(["a"], [[text]], Format.CSV, out)
    assert out.read_text() == f"a\n{text}\n"


def test_every_verb_that_writes_csv_takes_raw(cli):
    cli("append", "-", stdin='[[shelling]]\nsource = "=1+1"\npublished = "2023-11-06"\nplace = "@home"')
    query = ("query", "select source, place from facts", "--format", "csv")
    assert cli(*query).out == ["source,place", "'=1+1,'@home"]
    assert cli(*query, "--raw").out == ["source,place", "=1+1,@home"]
    assert cli(*query, "--timeout", "60").out == ["source,place", "'=1+1,'@home"]
    for verb in ("timeline", "views", "log", "status", "doctor", "kinds"):
        assert cli(verb, "--format", "csv", "--raw").code in {0, 1}
    assert "'=1+1" in "".join(cli("timeline", "--format", "csv").out)
    assert "'=1+1" not in "".join(cli("timeline", "--format", "csv", "--raw").out)


# --- the end of a file's name


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("a.csv", b"what,found,to do\n"),
        ("a.CSV", b"what,found,to do\n"),
        ("a.json", b"[{"),
        ("a.jsonl", b'{"what":'),
        ("a.ndjson", b'{"what":'),
        ("a.md", b"| what | found | to do |\n"),
        ("a.html", b"<!doctype html>\n"),
        ("a.xlsx", b"PK"),
        ("a.txt", b"what "),
        ("a", b"what "),
        ("a.2023-11-03", b"what "),
    ],
)
def test_the_end_of_a_file_name_chooses_its_format(tmp_path, name, begins):
    def named(output: OutputFile = None, format: OutputFormat = Format.TABLE):  # noqa: A002
        write_rows(["what", "found", "to do"], [["clock", "right", ""]], format, output)

    app = typer.Typer()
    app.command()(named)
    typer.main.get_command(app)(["-o", str(tmp_path / name)], standalone_mode=False)
    assert (tmp_path / name).read_bytes().startswith(begins)
    typer.main.get_command(app)(["--format", "json", "-o", str(tmp_path / name)], standalone_mode=False)
    assert (tmp_path / name).read_bytes().startswith(b"[{")


def test_an_answer_is_written_as_a_workbook(cli, tmp_path):
    assert cli("query", "select date '2023-11-03' as day, '=1' as said", "-o", tmp_path / "a.xlsx").code == 0
    rows = openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows(values_only=True)
    assert [[str(value) for value in row] for row in rows] == [["day", "said"], ["2023-11-03 00:00:00", "=1"]]
    assert cli("query", "select 1", "--format", "xlsx").err == [
        "chronology: --format xlsx needs a file: expected -o FILE"
    ]
