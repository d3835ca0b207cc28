"""Facts written as TOML read back to the very same; templates can be read as they are."""

import datetime as dt
import io
import tomllib

import msgspec
import pytest
from generated import facts
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chronology.intake import InputFormat, read_batch, read_stream
from chronology.intake.facts import _careful, _quick, read_fact
from chronology.intake.raw import Raw
from chronology.intake.rules import broken_rules
from chronology.intake.writing import template, to_toml
from chronology.vocabulary import KINDS, Figure, Place, fields_of

EVERY_KIND = pytest.mark.parametrize("tag", KINDS)


def read_back(text):
    """The one fact of a text, and its problems."""
    (raw,) = read_stream(io.BytesIO(text.encode()), "in", InputFormat.TOML)
    return read_fact(raw)


def same(one, other):
    """Whether two facts are the same; of corrections, whatever the spaces in `now`."""
    return msgspec.json.encode(one, order="deterministic") == msgspec.json.encode(other, order="deterministic")


def example_of(tag):
    fact, problems = read_back(f"[{tag}]\n{KINDS[tag].example.replace('[now]', f'[{tag}.now]')}")
    assert problems == []
    return fact


@EVERY_KIND
def test_the_example_of_every_kind_is_read_and_written_back(tag):
    fact = example_of(tag)
    again, problems = read_back(to_toml(fact))
    assert problems == []
    assert same(again, fact)


@EVERY_KIND
@settings(max_examples=settings.default.max_examples // 10)
@given(data=st.data())
def test_what_is_written_reads_back_to_the_very_same_fact(tag, data):
    fact = data.draw(facts(tag))
    assume(not any("as the fact says of" in breach.expected for breach in broken_rules(fact)))
    again, problems = read_back(to_toml(fact, id="a-1"))
    assert [problem for problem in problems if "expected two different" not in problem.expected] == []
    assert same(again, fact)


# There is no quick way for corrections: the fact inside is read by itself.
@pytest.mark.parametrize("tag", [tag for tag in KINDS if tag != "fact_corrected"])
@settings(max_examples=settings.default.max_examples // 10)
@given(data=st.data())
def test_the_quick_way_and_the_careful_way_give_the_same_fact(tag, data):
    fact = data.draw(facts(tag))
    (raw,) = read_stream(io.BytesIO(msgspec.json.encode(fact)), "in")
    careful, problems = _careful(type(fact), raw)
    assert problems == []
    assert _quick(type(fact), raw.values) == careful == fact


TYPED = {
    "source": ["AP", " AP", "A  P", "\uff21", "é", "e\u0301", "", 7, None],
    "published": ["2023-11-02", dt.date(2023, 11, 2), dt.time(3), "soon", 2023, True],
    "occurred": ["2023-10", dt.datetime(2023, 10, 1), dt.datetime(2023, 10, 1, tzinfo=dt.UTC)],
    "place": ["Gao", " Gao", {"name": "Gao", "latitude": 1}, {"name": None}, {"latitude": 1}, {"x": 1}, 4, ["Gao"]],
    "latitude": [17, 17.5, "17"],
    "incidents": ["a", ["a", "b"], ["a", "a"], [], ["a", 1], ["a", ""], {"a": 1}, (), "x" * 201],
    "supersedes": [17, ["ap-1", 17], "ap-1", True],
    "modality": ["asserted", "Asserted", "asserted ", "no", 1],
    "killed": [
        0, 8, True, False, -1, 1.0, "8", ">=8 peacekeepers", "51, including 20 children", "some 8", "", [], [1, "2"],
        {"low": 1}, {"figure": 3, "measure": "increment"}, [{"low": 1, "victims": "a"}, 4], [[1]], [["8", 1]],
        {"low": 3, "high": 1}, 10**30, None, {"low": 1, "words": None}, [None], "1 women", {"victims": "Women "},
        {"low": 1, "victims": "Women "}, {"low": 1, "incidents": ["a", "a"]}, [[]], [{}], {"low": True}, [1] * 65,
    ],
    "note": ["a\nb", "\u202e", "x" * 10_001, " a "],
    "url": ["https://a.b", "a.b", " https://a.b"],
    "nothing": [1, None],
    "id": ["ap-1", 7],
}  # fmt: skip


@pytest.mark.parametrize("name", TYPED)
def test_what_is_taken_the_quick_way_is_taken_the_careful_way_without_a_problem(name):
    for value in TYPED[name]:
        values = {"kind": "ied_strike", "source": "AP", name: value}
        fact = _quick(KINDS["ied_strike"], values)
        careful, problems = _careful(KINDS["ied_strike"], Raw("in", 1, "ied_strike", values))
        if fact is not None:
            assert (careful, problems) == (fact, [])


def test_what_people_type_is_taken_the_quick_way():
    values = {
        "kind": "ied_strike", "id": "ap-1", "source": "AP", "published": dt.date(2023, 11, 2), "occurred": "2023-10",
        "place": "Gao", "incidents": "ied-1", "perpetrators": ["JNIM"], "note": None,
        "injured": ["8+ peacekeepers", 3, {"figure": "~20", "victims": "civilians"}],
    }  # fmt: skip
    assert _quick(KINDS["ied_strike"], values).published == "2023-11-02"


@pytest.mark.parametrize(
    ("fields", "written"),
    [
        ({"place": Place(name="Kidal")}, 'place = "Kidal"'),
        ({"place": Place(name="K", latitude=1.5, longitude=2.0)}, 'place = "K"\nlatitude = 1.5\nlongitude = 2.0'),
        ({"killed": (Figure(low=3, best=3, high=3),)}, "killed = 3"),
        ({"killed": (Figure(low=8, best=8, victims="peacekeepers"),)}, 'killed = "8+ peacekeepers"'),
        ({"killed": (Figure(low=3, best=3, high=3), Figure(words="several"))}, 'killed = [3, "several"]'),
        (
            {"injured": (Figure(low=22, best=22, high=22, measure="increment"),)},
            'injured = { figure = "22", measure = "increment" }',
        ),
        ({"killed": (Figure(low=1, best=2, high=3),)}, "killed = { low = 1, best = 2, high = 3 }"),
        ({"incidents": ("ied-1", "ied-2")}, 'incidents = ["ied-1", "ied-2"]'),
        ({"note": 'a "b"\n\\c'}, 'note = """\na \\"b\\"\n\\\\c"""'),
        ({"modality": "asserted"}, ""),
    ],
)
def test_facts_are_written_as_people_would(fields, written):
    fact = KINDS["ied_strike"](source="AP", **fields)
    assert to_toml(fact) == "\n".join(filter(None, ["[[ied_strike]]", 'source = "AP"', written])) + "\n"


@EVERY_KIND
def test_a_template_can_be_read_as_it_is(tag):
    text = template(KINDS[tag])
    _, problems = read_back(text)
    assert problems == []
    required = {name for name, field in fields_of(KINDS[tag]).items() if field.required}
    assert required == set(tomllib.loads(text)[tag][0])


@EVERY_KIND
def test_a_template_names_every_field_and_all_of_it_can_be_read(tag):
    text = template(KINDS[tag])
    assert all(
        f"\n{name} = " in text or f"\n# {name} = " in text or f"[{tag}.{name}]" in text
        for name in fields_of(KINDS[tag])
    )
    filled = "\n".join(
        line.removeprefix("# ") if line.startswith(tuple(f"# {name} = " for name in fields_of(KINDS[tag]))) else line
        for line in text.splitlines()
    )
    _, problems = read_back(filled)
    assert problems == []


def test_a_fact_of_the_log_reads_back_through_the_whole_intake(log):
    text = to_toml(example_of("ied_strike"), id="atlas-1")
    batch = read_batch(read_stream(io.BytesIO(text.encode()), "in"), log)
    assert (batch.drafts[0].id, batch.drafts[0].fact) == ("atlas-1", example_of("ied_strike"))
