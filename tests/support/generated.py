"""Facts of every kind, made at random from its class: what a field may hold is read off its type and its role."""

import unicodedata

import msgspec
from hypothesis import strategies as st

from chronology.vocabulary import KINDS, Decision, Figure, Kind, Place, Role, fields_of
from chronology.vocabulary.figures import Measure, group_of
from chronology.vocabulary.text import unprintable

DATES = [
    "2023-10-31",
    "2023-10",
    "2023",
    "../2023-10-31",
    "2023-10-31/2023-11-03",
    "2023-10-31?",
    "[2023-10-30,2023-10-31]",
    "2023-10-31T14:30Z",
]


def lines(most=40):
    """One line of any script: composed, trimmed, with nothing hidden in it."""
    return (
        st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=most)
        .map(lambda text: unicodedata.normalize("NFC", " ".join(text.split())))
        .filter(lambda text: text and len(text) <= most and not unprintable(text, prose=False))
    )


def prose():
    return (
        st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"], include_characters="\n\t\r\"'\\#[]="))
        .filter(lambda text: text and not unprintable(text, prose=True))
        .filter(lambda text: len(text) <= 1_000)
    )


def texts(field):
    match field.role:
        case Role.EDTF:
            return st.sampled_from(DATES)
        case Role.PROSE:
            return prose()
        case Role.URL:
            return st.sampled_from(["https://example.org/a?b=c#d", "http://[::1]/", "HTTPS://example.org/é"])
        case Role.ENTRY:
            return st.sampled_from(["atlas-22", "ap-39", "q7x2mk4w9a"])
        case Role.VICTIMS:
            return st.one_of(
                st.sampled_from(["all", "peacekeepers", "8 women", "none", "civilians (UN)"]), lines().map(group_of)
            )
    return lines()


@st.composite
def figures(draw):
    """A figure that says something, its numbers in order."""
    numbers = sorted(draw(st.lists(st.integers(0, 10**12) | st.integers(0, 99), min_size=3, max_size=3)))
    given = draw(st.sets(st.sampled_from(["low", "best", "high", "words"]), min_size=1))
    values = {name: number for name, number in zip(("low", "best", "high"), numbers, strict=True) if name in given}
    if draw(st.booleans()):
        values = dict.fromkeys(values, numbers[0])
    if "words" in given:
        values["words"] = draw(st.sampled_from(["several", "not known", "dozens"]) | lines())
    fields = fields_of(Figure)
    for name in draw(st.sets(st.sampled_from(["victims", "definition", "measure", "as_at", "period", "incidents"]))):
        values[name] = draw(values_of(fields[name]))
    if values.get("measure") in {Measure.RUNNING_TOTAL, Measure.RESIDUAL}:
        values["measure"] = Measure.INCREMENT
    return Figure(**values)


@st.composite
def places(draw):
    values = {}
    if draw(st.booleans()):
        values["name"] = draw(lines())
    if draw(st.booleans()):
        values["latitude"] = draw(st.floats(-90, 90))
        values["longitude"] = draw(st.floats(-180, 180))
    if draw(st.booleans()):
        values["geo_precision"] = draw(values_of(fields_of(Place)["geo_precision"]))
    return Place(**values)


def values_of(field):
    """What a field may hold, as the class holds it."""
    match field.shape:
        case "figures":
            return st.lists(figures(), min_size=1, max_size=3).map(tuple)
        case "place":
            return places()
        case "fact":
            tags = [tag for tag, kind in KINDS.items() if not issubclass(kind, Decision)]
            return st.sampled_from(tags).flatmap(facts).map(lambda fact: msgspec.Raw(msgspec.json.encode(fact)))
        case "choice":
            return st.sampled_from([msgspec.convert(choice, field.type) for choice in field.choices])
        case "integer":
            return st.integers(1, 6)
        case "number":
            return st.floats(-90, 90)
        case "boolean":
            return st.booleans()
    one = texts(field)
    return st.lists(one, min_size=2, max_size=3, unique=True).map(tuple) if field.many else one


@st.composite
def facts(draw, tag) -> Kind:
    """A fact of a kind, with any of its fields."""
    kind = KINDS[tag]
    fields = fields_of(kind)
    given = {name for name, field in fields.items() if field.required}
    given |= draw(st.sets(st.sampled_from(sorted(fields))))
    for pair in ({"latitude", "longitude"},):
        given |= pair if given & pair else set()
    if "measure" in given:
        given.add("operation")  # a total is one of an operation
    # Names that only differ in spelling are one; merges are about two at least.
    return kind(**{fields[name].attribute: draw(values_of(fields[name])) for name in sorted(given)})
