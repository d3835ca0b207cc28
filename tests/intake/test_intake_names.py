"""Names typed by hand: known ones in any spelling, new ones said, near misses refused."""

import pytest

from chronology.vocabulary.slips import Guard

KNOWN = """
[[ied_strike]]
source = "AFP"
operation = "kidal-gao"
incidents = ["ied-1"]
injured = { figure = "8 peacekeepers", definition = "required medical care" }
"""


def strike(**fields):
    values = "\n".join(f"{name} = {value}" for name, value in fields.items())
    return f'[[ied_strike]]\nsource = "AFP"\n{values}'


def test_new_names_are_said_role_by_role(read):
    assert read(KNOWN).notes == [
        "new source: AFP",
        "new operation: kidal-gao",
        "new incident: ied-1",
        "new victims: peacekeepers",
        "new definition: required medical care",
    ]


def test_many_new_names_are_said_in_short(read):
    names = ", ".join(f'"ied-{number}"' for number in range(1, 21))
    assert read(strike(incidents=f"[{names}]")).notes[1] == (
        "20 new incidents: ied-1, ied-2, ied-3, ied-4, ied-5, ied-6, ied-7, ied-8 and 12 more"
    )


def test_another_spelling_of_a_known_name_becomes_that_and_is_said(recorded, read):
    recorded(KNOWN)
    batch = read(strike(operation='"Kidal-Gao"', incidents='["IED-1", "ied-1"]', injured='"1 Peacekeepers"'))
    (fact,) = (draft.fact for draft in batch.drafts)
    assert (fact.operation, fact.incidents, fact.injured[0].victims) == ("kidal-gao", ("ied-1",), "peacekeepers")
    assert batch.notes == [
        "operation Kidal-Gao read as kidal-gao",
        "incident IED-1 read as ied-1",
        "victims Peacekeepers read as peacekeepers",
    ]


def test_a_source_stays_as_it_is_spelt(recorded, read):
    recorded(KNOWN)
    (draft,) = read('[[shelling]]\nsource = "afp"').drafts
    assert draft.fact.source == "afp"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        (
            {"operation": '"kidal-goa"'},
            (
                '3: operation: "kidal-goa"; expected a known operation: did you mean kidal-gao? '
                'If it is another, declare it with operation_named, or pass --new-name "kidal-goa"'
            ),
        ),
        (
            {"incidents": '"iad-1"'},
            (
                '3: incidents[0]: "iad-1"; expected a known incident: did you mean ied-1? '
                'If it is another, declare it with incident_named, or pass --new-name "iad-1"'
            ),
        ),
        (
            {"injured": '"8 peacekeeprs"'},
            (
                '3: injured[0].victims: "peacekeeprs"; expected a known group of victims: did you mean peacekeepers? '
                'If it is another, pass --new-name "peacekeeprs"'
            ),
        ),
        (
            {"injured": '{ figure = 8, definition = "requiredd medicl care" }'},
            (
                '3: injured[0].definition: "requiredd medicl care"; expected a known definition: '
                'did you mean required medical care? If it is another, pass --new-name "requiredd medicl care"'
            ),
        ),
    ],
)
def test_a_near_miss_of_a_known_name_is_refused(recorded, problems, fields, problem):
    recorded(KNOWN)
    assert problems(strike(**fields)) == [problem]


def test_a_near_miss_of_a_name_earlier_in_the_file_is_refused(problems):
    text = '[[shelling]]\nsource = "AP"\noperation = "kidal-gao"\n[[shelling]]\nsource = "AP"\noperation = "kidal-goa"'
    (said,) = problems(text)
    assert said.startswith('6: operation: "kidal-goa"; expected a known operation: did you mean kidal-gao?')


def test_a_name_that_is_declared_is_taken_though_it_is_near(recorded, read):
    recorded(KNOWN)
    declared = '[[operation_named]]\nname = "kidal-goa"\naliases = ["kidal-gaa"]\n'
    assert read(f"{strike(operation=chr(34) + 'kidal-gaa' + chr(34))}\n{declared}").problems == []
    assert read(strike(operation='"kidal-goa"'), new_names=["Kidal-Goa"]).problems == []


def test_the_group_of_all_is_known_always(read):
    assert read(strike(injured='"8 ALL"')).drafts[0].fact.injured[0].victims == "all"


def test_an_alias_leads_to_one_name(recorded, problems, read):
    recorded('[[actor_named]]\nname = "MNLA"\naliases = ["MLNA"]')
    (said,) = problems('[[actor_named]]\nname = "GATIA"\naliases = ["mlna"]')
    assert said == '3: aliases[0]: "mlna" is MNLA or an alias of it already; expected a name of GATIA alone'
    assert read('[[actor_named]]\nname = "mnla"\naliases = ["MLNA", "Azawad"]').problems == []


def test_an_alias_that_was_taken_back_is_free(recorded, read):
    (outcome,) = recorded('[[actor_named]]\nname = "MNLA"\naliases = ["MLNA"]')
    recorded(f'[[fact_retracted]]\nfact = {outcome.position}\nreason = "no"')
    assert read('[[actor_named]]\nname = "GATIA"\naliases = ["MLNA"]').problems == []


@pytest.mark.parametrize(
    ("known", "written", "near"),
    [
        ("kidal-gao", "kidal-goa", True),  # a swap is one letter
        ("kidal-gao", "kidalgao", True),
        ("kidal-gao", "xkidal-gao", True),
        ("kidal-gao", "kydel-gao", True),
        ("kidal-gao", "kydelgao", False),
        ("kidal-gao", "kidal-niamey", False),
        ("ied-1", "ied-2", False),  # numbers tell things apart
        ("ied-1", "ied-11", False),
        ("ied-1", "ied-01", True),  # but not the way they are written
        ("ied-1", "iad-1", True),
        ("ied-1", "iad-2", False),
        ("row-12", "row-13", False),
        ("row-12", "rwo-12", True),
        ("men", "man", False),  # short words are all near
        ("male", "females", False),
        ("peacekeepers", "peacekeeper", True),
        ("required medical attention", "requred medical atention", True),
    ],
)
def test_what_is_a_slip_and_what_another_name(known, written, near):
    assert Guard([known]).nearest(written) == (known if near else None)


def test_a_guard_of_many_names_is_quick():
    guard = Guard(f"incident {number} at place-{number % 7}" for number in range(20_000))
    assert guard.nearest("incdent 12 at place-5") == "incident 12 at place-5"
