"""References: by id, by position, forwards in the same file; to one revision; never in a circle."""

import pytest

from chronology.errors import Rejected
from chronology.log import DraftRefused

TWO = """
[[shelling]]
id = "afp-first"
source = "AFP"

[[shelling]]
id = "afp-second"
source = "AFP"
killed = 2
"""


def correction(of, place):
    return f"""
        [[fact_corrected]]
        fact = "{of}"
        nature = "entry"
        reason = "x"
        [fact_corrected.now]
        kind = "shelling"
        source = "AFP"
        place = "{place}"
        """


@pytest.mark.parametrize("written", ['"afp-second"', '"afp-s"', "2", '"2"'])
def test_a_reference_becomes_the_full_id(recorded, read, written):
    recorded(TWO)
    (draft,) = read(f'[[fact_disputed]]\nfact = {written}\nreason = "x"').drafts
    assert draft.fact.fact == "afp-second"


def test_a_fact_further_down_in_the_same_file_can_be_named(read):
    later, _ = read('[[shelling]]\nsource = "AP"\nsupersedes = "b"\n[[shelling]]\nid = "b"\nsource = "AP"').drafts
    assert later.fact.supersedes == ("b",)


def test_a_fact_of_the_same_file_can_be_corrected(recorded):
    outcomes = recorded(TWO + correction("afp-second", "Kidal"))
    assert [(each.id, each.revision) for each in outcomes[1:]] == [("afp-second", 1), ("afp-second", 2)]


@pytest.mark.parametrize(
    ("written", "revision"),
    [('"afp-first"', None), ("1", None), ("3", 2), ('"afp-first@2"', 2), ('"afp-first@1"', 1)],
)
def test_a_retraction_of_one_revision_says_which(recorded, read, written, revision):
    recorded(TWO)
    recorded(correction("afp-first", "Kidal"))
    (draft,) = read(f'[[fact_retracted]]\nfact = {written}\nreason = "x"').drafts
    assert (draft.fact.fact, draft.fact.revision) == ("afp-first", revision)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ('"afp-frist"', '2: fact: "afp-frist"; expected an entry: nothing in the log has the id afp-frist; did you'),
        ("99", '2: fact: "99"; expected an entry: there is no position 99; the log ends at 2'),
        ('"afp-"', '2: fact: "afp-"; expected an entry: afp- begins several ids: afp-first, afp-second'),
        ("true", "2: fact: true; expected an entry by its id"),
    ],
)
def test_a_reference_to_nothing_is_a_problem(recorded, problems, written, problem):
    recorded(TWO)
    assert problems(f'[[fact_disputed]]\nfact = {written}\nreason = "x"')[0].startswith(problem)


def test_a_fact_that_is_wrong_itself_can_still_be_named(read):
    batch = read('[[shelling]]\nid = "a"\n[[shelling]]\nsource = "AP"\nsupersedes = "a"')
    assert [(problem.line, problem.path) for problem in batch.problems] == [(1, "source")]


def test_a_decision_about_itself_is_a_problem(problems):
    (said,) = problems('[[fact_disputed]]\nid = "d"\nfact = "d"\nreason = "x"')
    assert said == '3: fact: "d" is this one itself; expected another entry'


def test_facts_that_supersede_each_other_in_a_circle_are_a_problem(problems):
    text = "".join(
        f'[[shelling]]\nid = "{one}"\nsource = "AP"\nsupersedes = "{other}"\n'
        for one, other in ("ab", "bc", "ca", "da")
    )
    assert problems(text) == ["4: supersedes: goes in a circle: a → b → c → a; expected facts that do not rest on it"]


def test_a_fact_that_supersedes_itself_is_a_problem(problems):
    (said,) = problems('[[shelling]]\nid = "a"\nsource = "AP"\nsupersedes = "a"')
    assert said == "4: supersedes: is the fact itself; expected facts that do not rest on it"


def test_a_correction_that_closes_a_circle_through_the_log_is_a_problem(recorded, problems):
    recorded('[[shelling]]\nid = "aaaa"\nsource = "AP"\n[[shelling]]\nid = "bbbb"\nsource = "AP"\nsupersedes = "aaaa"')
    said = problems("""
        [[fact_corrected]]
        fact = "aaaa"
        nature = "entry"
        reason = "x"
        [fact_corrected.now]
        kind = "shelling"
        source = "AP"
        supersedes = ["bbbb"]
        """)
    assert said == [
        "9: now.supersedes: goes in a circle: aaaa → bbbb → aaaa; expected facts that do not rest on it",
    ]


@pytest.mark.parametrize("written", ["17", "a b", "a@2", "", "a\\u202eb"])
def test_an_id_that_cannot_be_one_is_a_problem(problems, written):
    (said,) = problems(f'[[shelling]]\nsource = "AP"\nid = "{written}"')
    assert said.startswith("3: id: ")
    assert said.endswith("; expected one such as report-17")


def test_two_facts_of_one_id_are_a_problem_but_one_fact_twice_is_not(read, problems):
    assert problems('[[shelling]]\nid = "a"\nsource = "AP"\n[[shelling]]\nid = "a"\nsource = "AFP"') == [
        '5: id: "a" is taken: in has it on line 1; expected an id of its own'
    ]
    assert len(read('[[shelling]]\nid = "a"\nsource = "AP"\n' * 2).drafts) == 2


def test_what_the_log_refuses_is_said_with_the_line_it_came_from(recorded, log, read):
    recorded(TWO)
    batch = read('[[shelling]]\nsource = "AP"\n\n[[shelling]]\nid = "afp-first"\nsource = "AP"')
    with pytest.raises(DraftRefused) as refused:
        log.append(batch.drafts)
    error = batch.rejected_by(refused.value)
    assert isinstance(error, Rejected)
    assert str(error.problems[0]).startswith("in:4: afp-first is at revision 1 with other content; ")


def test_an_import_written_by_hand_is_refused_as_taking_it_back_would_take_back_what_others_wrote(recorded, problems):
    recorded(TWO)
    (problem,) = problems(
        '[[dataset_imported]]\ndataset = "x"\nfile = "x.csv"\nsha256 = "00"\nentries = 2\nreason = "by hand"'
    )
    assert problem.startswith("1: kind: ")
    assert "recorded by `chronology import`" in problem
