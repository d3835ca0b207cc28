"""Facts for the tests of the log, from the example each kind carries; and that the log keeps every one of them."""

import tomllib

import msgspec
import pytest

from chronology.log import Draft, Log, decode, is_canonical, reading
from chronology.vocabulary import KINDS, fields_of
from chronology.vocabulary.figures import read_figures


def plain(tag, said):
    """What the intake will do, as far as the examples need it: figures in full, a place as a table."""
    shapes = {name: field.shape for name, field in fields_of(KINDS[tag]).items()}
    full = {"kind": tag}
    for name, value in said.items():
        match shapes.get(name):
            case "figures":
                full[name] = msgspec.to_builtins(read_figures(value))
            case "place" if isinstance(value, str):
                full[name] = {"name": value}
            case "fact":
                full[name] = plain(value["kind"], {key: each for key, each in value.items() if key != "kind"})
            case _:
                full[name] = value
    return full


def fact_of(tag, **changes):
    """The example of a kind, with some fields as given."""
    said = {**tomllib.loads(KINDS[tag].example), **changes}
    return msgspec.json.decode(msgspec.json.encode(plain(tag, said)), type=KINDS[tag])


def statement(about="the withdrawal from Kidal", **changes):
    return fact_of("statement_made", about=about, **changes)


def correction(of, about, expects=None, reason="mistyped", **changes):
    """A draft that makes a statement read `about`."""
    now = msgspec.to_builtins(statement(about, **changes))
    return Draft(fact_of("fact_corrected", fact=of, nature="entry", reason=reason, now=now), expects=expects)


def retraction(of, reason="entered twice", revision=None):
    changes = {} if revision is None else {"revision": revision}
    return Draft(fact_of("fact_retracted", fact=of, nature="entry", reason=reason, **changes))


@pytest.mark.parametrize("tag", [tag for tag in KINDS if not tag.startswith(("fact_", "record_"))])
def test_the_example_of_every_kind_is_kept_and_read_back(tmp_path, tag):
    with Log.create(tmp_path / "log.db") as log:
        (outcome,) = log.append([Draft(fact_of(tag))])
        ((_, line),) = log.lines()
    entry = decode(line)
    assert outcome.kind == entry.kind == tag
    assert reading(entry) == fact_of(tag)
    assert is_canonical(line, entry, reading(entry))


@pytest.mark.parametrize("tag", ["fact_assessed", "fact_disputed"])
def test_a_decision_is_about_an_entry_that_is_there(tmp_path, tag):
    with Log.create(tmp_path / "log.db") as log:
        log.append([Draft(statement(), id="afp-1")])
        (outcome,) = log.append([Draft(fact_of(tag, fact="afp-1"))])
        assert reading(log.at(outcome.position)) == fact_of(tag, fact="afp-1")
