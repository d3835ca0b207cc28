"""A suggested mapping is right or silent; whatever the table, the program takes what it prints."""

from __future__ import annotations

import csv
import io
import json
import random

import pytest
from imports import counts

from chronology.errors import Refused, Rejected
from chronology.importers import opened, suggest


def suggested(imports, table, name="table.csv"):
    path = imports.folder.path / name
    path.write_bytes(table if isinstance(table, bytes) else table.encode())
    with opened(str(path)) as source:
        return suggest(source)


def figures_of(mapping):
    return [line.strip().rstrip(",") for line in mapping.splitlines() if line.startswith("  {")]


@pytest.mark.parametrize(
    ("columns", "wanted"),
    [
        ("Killed Min,Killed Max", '{ low = "{killed min}", high = "{killed max}" }'),
        (
            "deaths_low,deaths_best,deaths_high",
            '{ low = "{deaths_low}", best = "{deaths_best}", high = "{deaths_high}" }',
        ),
        ("max killed,killed,min killed", '{ low = "{min killed}", best = "{killed}", high = "{max killed}" }'),
        ("fatalities", '{ figure = "{fatalities}" }'),
    ],
)
def test_bounds_of_one_number_are_paired(imports, columns, wanted):
    ordered = [int(each) for each in ("1", "2", "3")[: columns.count(",") + 1]]
    if columns.startswith("max"):
        ordered.reverse()
    table = (
        f"id,date,{columns}\na,2023-10-31,{','.join(map(str, ordered))}\nb,2023-11-01,{','.join(map(str, ordered))}\n"
    )
    mapping = suggested(imports, table)
    assert figures_of(mapping) == [wanted]
    assert counts(imports.take_in(table, mapping)) == (2, 0, 0, 0, 0)


def test_the_day_is_that_of_the_incident_and_not_of_the_row(imports):
    head = "id,created_at,updated,incident_date,killed"
    table = f"{head}\n1,2024-01-01,2024-01-02,31/10/2023,1\n2,2024-01-01,2024-01-03,01/11/2023,2\n"
    assert 'occurred = "{incident_date}"' in suggested(imports, table)
    parts = "eventid,iyear,imonth,iday,nkill\n1,1970,7,0,1\n2,1971,0,0,2\n"
    mapping = suggested(imports, parts)
    assert 'occurred = "{iyear}-{imonth}-{iday}"  # 0 and 99 are not known' in mapping
    assert figures_of(mapping) == ['{ figure = "{nkill}" }']


def test_names_of_people_are_left_out_and_never_the_key(imports):
    table = "Name,Date,Age\nAda Example,2023-09-19,24\nBen Example,2023-09-20,30\n"
    mapping = suggested(imports, table)
    assert 'key = "{row}"  # nothing tells each row from all others: import it with --new-history' in mapping
    assert 'leave_out = ["name"]  # names and the like: the log never forgets' in mapping
    assert "Example" not in mapping
    found = imports.take_in(table, mapping, new_history=True)
    assert counts(found) == (2, 0, 0, 0, 0)
    grouped = "incident_id,full name,sex,town\na,Ada,f,Gao\na,Ben,m,Gao\nb,Cid,m,Kidal\n"
    mapping = suggested(imports, grouped, name="list.csv")
    assert {'key = "{incident_id}"', "group = true  # rows of one incident are one record, and are counted"} <= set(
        mapping.splitlines()
    )
    assert counts(imports.take_in(grouped, mapping, name="list.csv"))[:1] == (2,)


def test_a_list_of_sources_is_what_is_cited(imports):
    table = 'id,date,source,killed\n1,2023-10-31,"Radio A; Paper B",1\n2,2023-11-01,Site C,2\n'
    mapping = suggested(imports, table)
    assert {'cites = "{source}"', 'split = ";"', 'source = "table"  # who published it'} <= set(mapping.splitlines())


def test_what_does_not_read_is_left_out_with_a_remark(imports):
    table = f"id,source,url,killed\n1,{'x' * 250},not an address,1\n2,AP,ftp://x,2\n"
    mapping = suggested(imports, table)
    assert "# url is left out, as url does not read: expected an address that begins with http" in mapping
    assert counts(imports.take_in(table, mapping)) == (2, 0, 0, 0, 0)


# --- whatever the table

NAMES = (
    "id", "ID", "", "date", "Date of event", "event date", "town", "name", "victim name", "age", "source", "sources",
    "url", "killed", "killed", "Killed Min", "killed max", "deaths_best", "injured", "wounded_total", "latitude", "lon",
    "lat", "country", "notes", "year", "month", "day", "iyear", "a.b", "x=y", "{brace}", 'quo"te', "back\\slash",
    "type", "new\nline", "ünï", "row", "fact", "low", "best", "high", "record[1]", "#tag", "=1+1", "\u202eodd",
)  # fmt: skip
CELLS = (
    "", "1", "2", "3.0", "1,234", "?", "n/a", "None", "NaN", "-", ">=3", "2 or 3", "18.4", "-1.5", "200", "18,44", "x",
    "2023-10-31", "31/10/2023", "2023-10-31 12:00:00", "October 2023", "1970", "0", "99", "Kidal", "Ada Example",
    "A; B", "http://x.org", "not an address", "y" * 250, "a\nb", '"', "{x}", "\\", "\u202e", "\ufffd", "1e5", "07",
    "9" * 20, "2023-02-30", "no one", "a|b",
)  # fmt: skip


def a_table(chance):
    names = chance.sample(NAMES, chance.randint(1, 8))
    some = [chance.choices(CELLS, k=chance.choice((1, 2, 4))) for _ in names]
    rows = [[chance.choice(each) for each in some] for _ in range(chance.randint(1, 6))]
    if chance.randrange(4) == 0:
        return json.dumps([dict(zip(names, row, strict=True)) for row in rows]).encode()
    text = io.StringIO()
    csv.writer(text, delimiter=chance.choice(",,;\t|")).writerows([names, *rows])
    return text.getvalue().encode()


def taken(imports, seed):
    """Whether what is suggested for a table at random is accepted for it; it may be refused as no table."""
    table = a_table(random.Random(seed))
    try:
        mapping = suggested(imports, table)
    except Refused:
        return False
    try:
        found = imports.take_in(table, mapping, new_history=True, dry_run=True)
    except Rejected as error:
        pytest.fail(f"seed {seed}: {table!r}\n{mapping}\n{'; '.join(map(str, error.problems))}")
    assert found.rejected == 0
    return True


def test_what_is_suggested_is_accepted_whatever_the_table(imports):
    assert sum(taken(imports, seed) for seed in range(150)) > 100


@pytest.mark.torture
def test_what_is_suggested_is_accepted_for_five_thousand_tables(imports):
    assert sum(taken(imports, seed) for seed in range(5_000)) > 3_000
