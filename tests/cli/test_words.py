"""What a newcomer is told: the option that was meant, the name that was meant, the field that is too long."""

import pytest
from given import KIDAL


@pytest.fixture
def kidal(cli):
    cli("append", KIDAL / "article.toml")
    return cli


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (
            ("append", "operation_named", "--source", "X"),
            2,
            "No such option: --source; see chronology append operation_named --help",
        ),
        (("append", "nosuch.toml", "--bogus"), 2, "No such option: --bogus; see chronology append --help"),
        (("diff", "99", "now"), 1, "99: the log holds positions 1 to 16; expected one of them, or a time"),
        (
            ("diff", "x", "now"),
            1,
            "'x': expected a position such as 17, or a time such as 2026-11-22T14:30Z",
        ),
        (
            ("diff", "--known-by", "x", "now"),
            1,
            "'x': x is not a date; expected a date such as 2023-10-31, 2023-10, ../2023-10-31",
        ),
        (
            ("query", "select 1", "--as-of", "99"),
            1,
            "--as-of 99: the log holds positions 1 to 16; expected one of them, or a time",
        ),
        (
            ("timeline", "--operation", "kidal-goa"),
            1,
            "--operation kidal-goa: there is no such operation; did you mean kidal-gao?",
        ),
        (
            ("timeline", "--operation", "nosuch"),
            1,
            '--operation nosuch: there is no such operation; `chronology query "from operations"` lists them',
        ),
        (
            ("series", "injuries_by_convoy", "convoy=kidal-goa"),
            1,
            "injuries_by_convoy has no convoy kidal-goa; did you mean kidal-gao?",
        ),
        (("series", "injuries_by_convoy", "convoy=x"), 1, "injuries_by_convoy has no convoy x; there are kidal-gao"),
    ],
)
def test_a_mistake_is_told_in_the_words_it_was_made_in(kidal, args, code, said):
    assert kidal(*args) == (code, [], [f"chronology: {said}"])


def test_a_series_of_days_without_figures_says_so(kidal):
    assert kidal("series", "injuries_by_convoy", "--to", "1999", "--format", "csv").err == [
        "chronology: injuries_by_convoy has no figures on these days"
    ]


def test_the_timeline_of_an_operation_goes_by_any_of_its_names(kidal):
    kidal("append", "-", stdin='[[operation_named]]\nname = "kidal-gao"\naliases = ["the long convoy"]')
    whole = kidal("timeline", "--operation", "kidal-gao")
    assert len(whole.out) > 5
    assert kidal("timeline", "--operation", "The Long Convoy") == whole


def test_the_timeline_of_an_operation_holds_its_parts(cli):
    cli("append", "operation_named", "--name", "war")
    cli("append", "operation_named", "--name", "siege", "--parent", "war")
    cli("append", "shelling", "--source", "AFP", "--operation", "siege", "--id", "shells")
    assert [line.split()[-1] for line in cli("timeline", "--operation", "WAR").out[1:]] == ["shells"]
    cli("append", "shelling", "--source", "AFP", "--operation", "war", "--id", "of-the-whole")
    assert [line.split()[-1] for line in cli("timeline", "--operation", "siege").out[1:]] == ["shells"]


@pytest.mark.parametrize("verb", [("timeline",), ("series", "injuries_by_convoy")], ids=lambda verb: verb[0])
def test_a_time_that_ends_before_it_begins_is_a_slip(kidal, verb):
    found = kidal(*verb, "--from", "2023-11", "--to", "2023-10-30")
    said = "chronology: --to 2023-10-30 lies before --from 2023-11; give the earlier day to --from"
    assert (found.code, found.out, found.err) == (1, [], [said])
    assert kidal(*verb, "--from", "2023-11", "--to", "2023-11").code == 0


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select 1; select 2", "expected one SELECT, found 2 statements; ask them one by one"),
        ("/* nothing yet */", "is empty; expected one SELECT, such as: select * from figures"),
        ("drop table mirror", "expected a SELECT, found DROP; a query reads and never changes anything"),
        ("select * from facs", "there is no view facs; did you mean facts?"),
        (
            "figures",
            'Parser Error: syntax error at or near "figures"; expected one SELECT, such as: select * from figures',
        ),
    ],
)
def test_a_question_in_a_file_is_named_by_its_file(kidal, folder, sql, said):
    (folder.path / "q.sql").write_text(sql, encoding="utf-8")
    assert kidal("query", "--file", "q.sql").err == [f"chronology: q.sql: {said}"]
    assert kidal("query", "--file", "q.sql", "--timeout", "60").err == [f"chronology: q.sql: {said}"]
    assert kidal("query", sql).err == [f"chronology: query: {said}"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (
            b'[[shelling]]\nsource = "A\x00B"\n',
            "in:2: holds a NUL, so it is not text in UTF-8; expected TOML or JSON Lines",
        ),
        (
            '[[shelling]]\nsource = "A"\n'.encode("utf-16"),
            "in: is text in UTF-16; expected TOML or JSON Lines in UTF-8",
        ),
    ],
)
def test_what_is_no_text_is_told_with_its_line(read, data, problem):
    assert [str(each) for each in read(data).problems] == [problem]


def test_of_a_fact_that_is_too_long_the_largest_field_is_named(read):
    columns = ", ".join(f'"c{n}={"y" * 15_000}"' for n in range(5))
    (problem,) = read(f'[[shelling]]\nsource = "AFP"\nnative = [{columns}]\nnote = "x"').problems
    assert str(problem).endswith("expected at most 65,000; shorten its native, which takes 75,031")


# --- tables


def test_numbers_stand_below_each_other_and_an_open_bound_is_said(kidal):
    kidal(
        "append",
        "-",
        stdin="""
            [[shelling]]
            id = "one"
            source = "AFP"
            place = "Kidal"
            injured = ">=8 civilians"
            [[shelling]]
            id = "two"
            source = "AFP"
            killed = "12 civilians"
            [[shelling]]
            id = "three"
            source = "AFP"
            killed = "not known"
        """,
    )
    sql = "select fact, low, high from figures where fact in ('one', 'two', 'three') order by low nulls last"
    assert kidal("query", sql).out == [
        "fact   low  high",
        "one      8  open",
        "two     12    12",
        "three",
    ]
    assert kidal("query", sql, "--format", "csv").out == ["fact,low,high", "one,8,", "two,12,12", "three,,"]
