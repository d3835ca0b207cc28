"""Facts for the tests of the log, from the example each kind carries."""

import tomllib

import msgspec
from hypothesis import strategies as st

from chronology.log import Draft
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


drafts_of_all_sorts = st.lists(
    st.one_of(
        st.builds(lambda n: Draft(statement(f"{n}")), st.integers(0, 5)),
        st.builds(lambda n: Draft(statement(f"{n}"), id=f"id-{n}"), st.integers(0, 5)),
        st.builds(lambda n: Draft(fact_of("actor_named", name=f"actor {n}")), st.integers(0, 5)),
    ),
    max_size=12,
)
"""Lists of drafts: facts with ids and without, some of them twice, and names."""
