"""The door for Python: what is given to a chronology, what it answers, and that it stays usable whatever happens."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest
from given import KIDAL
from hypothesis import given as for_all
from hypothesis import strategies as st

from chronology import Chronology, Refused, Rejected, Unavailable, Usage
from chronology.vocabulary import KINDS, Figure
from projections.store.connection import writing

STRIKE = {"kind": "ied_strike", "id": "one", "source": "AP", "published": "2023-11-01", "operation": "kidal-gao"}
CONVOY = {"kind": "operation_named", "name": "kidal-gao", "type": "convoy"}
INJURED = "select low, high from injuries_by_convoy where definition is null"


@pytest.fixture
def chronology(tmp_path):
    with Chronology.create(tmp_path / "kidal") as made:
        yield made


@pytest.fixture(scope="module")
def kidal(tmp_path_factory):
    made = Chronology.create(tmp_path_factory.mktemp("kidal") / "kidal")
    for name in ("article.toml", "reports.toml", "curation.toml"):
        made.append(KIDAL / name)
    return made


# --- making, opening, closing


def test_import_chronology_alone_loads_nothing() -> None:
    code = "import sys; before = set(sys.modules); import chronology; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['__future__', 'chronology']\n"


def test_appending_and_the_head_load_no_duckdb(tmp_path) -> None:
    code = (
        "import sys; from chronology import Chronology\n"
        f"c = Chronology.create({str(tmp_path / 'a')!r})\n"
        "c.append({'kind': 'ied_strike', 'source': 'AP'}); assert c.head == 1\n"
        "assert not {'duckdb', 'cryptography', 'typer', 'rich'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_name_of_the_package_is_there() -> None:
    import chronology

    assert all(getattr(chronology, name) for name in chronology.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Chronicle'"):
        _ = chronology.Chronicle


def test_a_chronology_is_found_as_the_command_line_finds_it(chronology, tmp_path, monkeypatch) -> None:
    below = chronology.path / "notes" / "deep"
    below.mkdir(parents=True)
    monkeypatch.delenv("CHRONOLOGY_DIR", raising=False)
    monkeypatch.chdir(below)
    assert Chronology.open().path == chronology.path
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Refused, match="no chronology here or above"):
        Chronology.open()
    monkeypatch.setenv("CHRONOLOGY_DIR", str(chronology.path))
    assert Chronology.open().name == "kidal"
    assert Chronology.open(str(chronology.path)).head == 0


def test_a_closed_chronology_refuses_and_names_the_next_step(chronology) -> None:
    with chronology:
        pass
    chronology.close()
    for call in (lambda: chronology.head, lambda: chronology.append(STRIKE), lambda: chronology.query("select 1")):
        with pytest.raises(Refused, match=r"kidal is closed; open it again: Chronology.open\("):
            call()


# --- appending


def test_the_same_fact_in_every_form_is_known_after_the_first(chronology, tmp_path) -> None:
    file = tmp_path / "fact.jsonl"
    line = '{"kind": "ied_strike", "source": "AP", "occurred": "2023-10-31", "injured": ">=8 peacekeepers"}'
    file.write_text(line, encoding="utf-8")
    toml = '[[ied_strike]]\nsource = "AP"\noccurred = 2023-10-31\ninjured = ">=8 peacekeepers"\n'
    figure = Figure(low=8, best=8, high=None, victims="peacekeepers")
    struct = KINDS["ied_strike"](source="AP", occurred="2023-10-31", injured=(figure,))
    plain = {"kind": "ied_strike", "source": "AP", "occurred": dt.date(2023, 10, 31), "injured": ">=8 peacekeepers"}
    nested = {"kind": "ied_strike", "source": "AP", "occurred": "2023-10-31", "injured": [figure]}
    forms = [file, str(file), line, line.encode(), toml, struct, plain, nested, [struct], iter([plain]), [line, file]]
    outcomes = [each for form in forms for each in chronology.append(form).outcomes]
    assert [(each.position, each.known) for each in outcomes] == [(1, False)] + [(1, True)] * len(forms)
    assert chronology.head == 1


def test_every_problem_is_named_with_its_place_and_nothing_is_appended(chronology) -> None:
    with pytest.raises(Rejected) as rejected:
        chronology.append([STRIKE, {"kind": "ied_strike", "source": "AP", "occurred": "2023-02-30"}, 5, "gone.toml"])
    said = [str(problem) for problem in rejected.value.problems]
    assert [each.split(";")[0] for each in said] == [
        'facts[1]: occurred: "2023-02-30" is not a day of the calendar',
        "facts[2]: 5",
        "gone.toml: cannot be read: no such file or directory",
    ]
    assert chronology.head == 0


def test_what_was_appended_says_what_is_new_known_noted_and_doubtful(chronology) -> None:
    done = chronology.append([CONVOY, STRIKE])
    assert [each.id for each in done.new if each.kind == "ied_strike"] == ["one"]
    assert done.notes == ["new source: AP", "new operation: kidal-gao"]
    again = chronology.append([CONVOY, STRIKE])
    assert ([each.position for each in again.known], again.new) == ([1, 2], [])
    late = chronology.append(STRIKE | {"id": "late", "occurred": "2123-01-01"}, dry_run=True)
    assert late.warnings
    assert chronology.head == 2


def test_who_records_is_given_or_comes_from_the_environment(chronology, monkeypatch) -> None:
    monkeypatch.setenv("CHRONOLOGY_BY", "ana")
    chronology.append(STRIKE)
    chronology.append(STRIKE | {"id": "two"}, by="ben", same_as="one")
    assert chronology.query("select recorded_by from facts order by position").rows() == [("ana",), ("ben",)]


def test_a_name_that_is_nearly_known_needs_to_be_meant(chronology) -> None:
    chronology.append(STRIKE)
    other = STRIKE | {"id": "two", "operation": "kidal-gaa"}
    with pytest.raises(Rejected) as rejected:
        chronology.append(other)
    assert "did you mean kidal-gao?" in str(rejected.value.problems[0])
    assert chronology.append(other, new_names=["kidal-gaa"]).new[0].position == 2


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates() | st.decimals(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner) | st.sets(st.integers()),
    max_leaves=8,
)


@for_all(st.dictionaries(st.sampled_from(["kind", "id", "source", "occurred", "injured", "place", "x"]), ANYTHING))
def test_whatever_a_dict_holds_it_is_appended_or_rejected(tmp_path_factory, fact) -> None:
    chronology = Chronology.create(tmp_path_factory.mktemp("any") / "any")
    for given in (fact, {"kind": "ied_strike", "source": "AP"} | fact):
        with suppress(Rejected):
            chronology.append(given, dry_run=True)


# --- releases


def test_releases_are_imported_with_what_each_brought(chronology, tmp_path) -> None:
    mapping = tmp_path / "daily.toml"
    mapping.write_text(
        'dataset = "daily"\nkey = "{day}"\n\n[fact]\nkind = "ied_strike"\nsource = "{who}"\noccurred = "{day}"\n',
        encoding="utf-8",
    )
    table = tmp_path / "daily.csv"
    table.write_text("day,who\n2023-10-31,AP\n2023-11-01,AFP\n", encoding="utf-8")
    told: list[tuple[int, int]] = []
    (first,) = chronology.import_(
        "csv", table, mapping=mapping, published="2023-11-02", progress=lambda *n: told.append(n)
    )
    assert (first.new, first.unchanged) == (2, 0)
    assert told[-1][0] == told[-1][1] == table.stat().st_size
    table.write_text("day,who\n2023-10-31,AP\n2023-11-99,AFP\n", encoding="utf-8")
    with pytest.raises(Rejected):
        chronology.import_("csv", table, mapping=mapping)
    rejects: list[object] = []
    (second,) = chronology.import_("csv", table, mapping=mapping, rejects=rejects.extend)
    assert (second.unchanged, second.rejected, len(rejects)) == (1, 1, 1)


def test_options_of_an_import_that_do_not_fit_are_named(chronology) -> None:
    with pytest.raises(Usage, match="no such format: ucdp; did you mean ucdp-ged"):
        chronology.import_("ucdp", "x.csv")
    with pytest.raises(Usage, match="needs a mapping"):
        chronology.import_("csv", "x.csv")
    with pytest.raises(Usage, match="one file"):
        chronology.import_("acled", "a.csv", "b.csv", coverage="all")


# --- asking


def test_an_answer_is_rows_dicts_and_an_iterator_again_and_again(kidal) -> None:
    answer = kidal.query("select convoy, low, high, facts from injuries_by_convoy where definition is null")
    assert (answer.columns, answer.types) == (
        ["convoy", "low", "high", "facts"],
        ["VARCHAR", "BIGINT", "BIGINT", "VARCHAR[]"],
    )
    assert list(answer) == list(answer) == answer.rows()
    assert answer.rows()[0][:3] == ("kidal-gao", 39, None)
    assert answer.dicts()[0]["high"] is None
    assert (len(answer), repr(answer)) == (1, "<Answer: 1 row of convoy, low, high, facts>")


def test_two_columns_of_one_name_are_not_lost_in_a_dict(kidal) -> None:
    with pytest.raises(Refused, match="two columns are named a"):
        kidal.query("select 1 as a, 2 as a").dicts()


def test_moments_are_given_as_numbers_texts_or_of_datetime(kidal) -> None:
    assert kidal.query(INJURED, known_by=dt.date(2023, 11, 3)).rows() == [(17, None)]
    assert kidal.query(INJURED, known_by="2023-11-03").rows() == [(17, None)]
    assert kidal.query(INJURED, as_of=16).rows() == kidal.query(INJURED, as_of="16").rows() == [(22, None)]
    assert kidal.query(INJURED, as_of=dt.datetime.now(dt.UTC)).rows() == [(39, None)]
    with pytest.raises(Refused, match="a time needs its zone"):
        kidal.query(INJURED, as_of=dt.datetime(2023, 1, 1))


@pytest.mark.parametrize("limits", [{}, {"timeout": 60, "memory": "1GB"}, {"timeout": "60", "memory": 1_000_000_000}])
def test_sql_reads_the_views_and_nothing_else(kidal, limits, tmp_path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    sql = f"select * from read_csv('{secret}')"
    with pytest.raises(Refused, match="out of reach"):
        kidal.query(sql, **limits)
    assert kidal.query(sql, allow_files=True, **limits).rows() == [(1,)]
    for wrong in ("drop view figures", "select 1; select 2", "select * from figure"):
        with pytest.raises(Refused, match=r"^query: "):
            kidal.query(wrong, **limits)


def test_limits_that_are_none_and_limits_that_are_met_are_refused(kidal) -> None:
    with pytest.raises(Usage, match="--memory 1kg"):
        kidal.query("select 1", memory="1kg")
    with pytest.raises(Refused, match=r"stopped after 0\.5 s"):
        kidal.query("select sleep_ms(60000)", timeout=0.5)


def test_a_notebook_shows_a_table_in_which_nothing_acts(kidal) -> None:
    shown = kidal.query("select '<b>' as \"<i>\", range as n from range(60)")._repr_html_()
    assert "<b>" not in shown
    assert "<th>&lt;i&gt;</th>" in shown
    assert shown.count("<tr>") == 51
    assert shown.endswith("<p>and 10 more rows</p>")


def test_why_is_data_and_reads_as_the_command_line_prints_it(kidal, monkeypatch, capsys) -> None:
    from chronology.cli import run

    why = kidal.why("injuries_by_convoy", convoy="kidal-gao", definition=None)
    assert (why.rows[0].row["low"], why.found) == (39, 1)
    capsys.readouterr()
    monkeypatch.chdir(kidal.path)
    assert run(["why", "injuries_by_convoy", "convoy=kidal-gao", "definition=null"]) == 0
    assert capsys.readouterr().out == f"{why}\n"
    with pytest.raises(Refused, match="did you mean kidal-gao"):
        kidal.why("injuries_by_convoy", {"convoy": "kidal-gaa"})


def test_a_difference_and_a_series_say_what_moved_and_when(kidal) -> None:
    (change,) = kidal.diff("2023-11-03", dt.date(2023, 11, 6), "injuries_by_convoy", by_publication=True)
    assert (change.old["low"], change.new["low"]) == (17, 39)
    assert kidal.diff(kidal.head) == []
    series = kidal.series("injuries_by_convoy", convoy="kidal-gao", definition=None, until="2023-11-06")
    assert series.columns == ["known_by", "convoy", "victims", "definition", "low", "best", "high"]
    assert [(row[0].day, row[4]) for row in series] == [(1, 10), (3, 17), (6, 39)]
    assert series.types[0] == "DATE"
    with pytest.raises(Refused, match="lies before"):
        kidal.series("injuries_by_convoy", since="2023-11-06", until="2023-11-01")


def test_a_column_that_is_named_as_an_option_is_asked_for_in_a_dict(kidal) -> None:
    with pytest.raises(Refused, match="about has no column since"):
        kidal.why("about", {"since": "x"})
    assert kidal.why("about", {"as_of": None}).found == 1


# --- evidence


def test_a_log_is_verified_signed_and_proved(kidal, tmp_path, monkeypatch) -> None:
    note = tmp_path / "checkpoint.txt"
    note.write_text(kidal.checkpoint(), encoding="utf-8")
    assert kidal.verify(checkpoint=note, key=kidal.verifier_key()).entries == kidal.head
    assert kidal.prove(1).position == 1
    with pytest.raises(Usage, match="--key"):
        kidal.verify(key="no key")
    with pytest.raises(Refused, match="there is no position"):
        kidal.prove(1_000)


# --- in a notebook, and in threads


@pytest.fixture
def interrupted():
    """Run something and interrupt it, as Ctrl-C and a notebook's stop button do; the error is kept, as there."""
    kept = []

    def stop(*_):
        signal.raise_signal(signal.SIGINT)

    def run(call):
        signal.signal(signal.SIGALRM, stop)
        # Python forgets an interrupt that comes while it finalizes an object: then there is another.
        signal.setitimer(signal.ITIMER_REAL, 0.3, 5)
        with pytest.raises(KeyboardInterrupt) as error:
            call()
        signal.setitimer(signal.ITIMER_REAL, 0)
        kept.append(error)

    yield run
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


ENDLESS = "select sum(range) from range(10000000000000)"


@pytest.mark.parametrize(
    "options", [{}, {"known_by": "2023-11-03"}, {"timeout": 600}], ids=["now", "looking back", "within limits"]
)
def test_an_interrupt_ends_the_question_and_the_chronology_stays_usable(chronology, interrupted, options) -> None:
    chronology.append([CONVOY, STRIKE | {"injured": 1}])
    interrupted(lambda: chronology.query(ENDLESS, **options))
    assert chronology.query(INJURED).rows() == [(1, 1)]
    chronology.append(STRIKE | {"id": "two", "injured": 2, "incidents": ["other"]})
    assert chronology.query("select max(position) from facts").rows() == [(3,)]


def test_an_interrupt_while_views_are_written_leaves_them_free(tmp_path, interrupted) -> None:
    views = tmp_path / "views.duckdb"

    def write():
        # DuckDB says in words of its own that it was interrupted.
        with pytest.raises(RuntimeError) as error, writing(views) as connection:
            connection.execute("begin; create table numbers as " + ENDLESS)
        raise KeyboardInterrupt from error.value

    interrupted(write)
    with writing(views) as connection:
        assert connection.execute("select count(*) from duckdb_tables()").fetchone() == (0,)


def test_a_question_in_the_rows_of_another_is_refused_and_both_can_be_asked_after(kidal) -> None:
    with kidal.stream("select range from range(5000)") as found:
        assert next(found.rows) == (0,)
        with pytest.raises(Refused, match="take its rows with query"):
            kidal.query("select 1")
        assert sum(row[0] for row in found.rows) == 12497500
    assert kidal.query("select 1").rows() == [(1,)]


def test_threads_ask_and_append_at_once_and_each_sees_whole_views(chronology) -> None:
    chronology.append(CONVOY)
    wrong: list[object] = []

    def ask():
        for _ in range(5):
            counted, last = (
                Chronology.open(chronology.path).query("select count(*), max(position) from history").rows()[0]
            )
            if counted != last:
                wrong.append((counted, last))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(15):
        chronology.append(STRIKE | {"id": f"fact-{number}"})
    for thread in threads:
        thread.join()
    assert wrong == []
    assert chronology.query("select count(*) from history").rows() == [(16,)]


def test_views_that_the_same_process_has_open_by_itself_are_refreshed_all_the_same(chronology) -> None:

    chronology.append(CONVOY)
    chronology.query("select 1")
    with duckdb.connect(chronology.path / "views.duckdb", read_only=True) as own:
        chronology.append(STRIKE)
        assert chronology.query("select count(*) from history").rows() == [(2,)]
        assert own.execute("select count(*) from history").fetchall() == [(1,)]


def test_what_does_not_stop_the_work_is_a_warning_or_goes_where_it_is_wanted(chronology) -> None:
    chronology.append(STRIKE)
    projections = chronology.path / "projections"
    projections.mkdir()
    (projections / "own.sql").write_text("select nothing from nowhere", encoding="utf-8")
    with pytest.warns(UserWarning, match="left out: view own"):
        chronology.query("select 1")
    said: list[str] = []
    (projections / "other.sql").write_text("select nothing from nowhere", encoding="utf-8")
    Chronology.open(chronology.path, on_warning=said.append).query("select 1")
    assert [each.split(":")[1] for each in said] == [" view other", " view own"]


def test_a_folder_without_its_log_is_one_line(chronology) -> None:
    (chronology.path / "log.db").unlink()
    with pytest.raises(Unavailable, match=r"log\.db"):
        chronology.query("select 1")


# --- the examples of its documentation


def test_the_examples_of_the_docstrings_are_true(tmp_path, monkeypatch) -> None:
    import doctest

    from chronology.api.door import Chronology
    from chronology.api.proving import Proving

    monkeypatch.chdir(tmp_path)
    parts = (Chronology, Proving)
    found = [each for part in parts for each in doctest.DocTestFinder().find(part, "Chronology")]
    order = ["Chronology", *(f"Chronology.{name}" for part in parts for name in vars(part))]
    names: dict[str, object] = {}
    examples = sorted((each for each in found if each.examples), key=lambda each: order.index(each.name))
    assert len(examples) > 5
    runner = doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    for each in examples:
        each.globs = names
        runner.run(each, clear_globs=False)
    assert runner.summarize(verbose=False).failed == 0
    assert Path("kidal", "chronology.toml").is_file()
