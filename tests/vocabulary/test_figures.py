"""Figures: the short and full forms people write, the interval each means, and what is refused."""

from datetime import UTC, date, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronology.vocabulary.figures import Category, Figure, FigureError, Figures, Measure, read_figures, short_form

LARGEST = 10**12


def read(value):
    (figure,) = read_figures(value)
    return figure


def numbers(value):
    """The interval of one figure that says nothing else."""
    figure = read(value)
    assert figure == Figure(low=figure.low, best=figure.best, high=figure.high)
    return (figure.low, figure.best, figure.high)


def problems(value):
    with pytest.raises(FigureError) as refused:
        read_figures(value)
    return refused.value.problems


def refusal(value):
    with pytest.raises(FigureError) as refused:
        read_figures(value)
    return str(refused.value)


@pytest.mark.parametrize(
    ("written", "interval"),
    [
        (8, (8, 8, 8)),
        (0, (0, 0, 0)),
        (LARGEST, (LARGEST, LARGEST, LARGEST)),
        ("8", (8, 8, 8)),
        ("0", (0, 0, 0)),
        ("1,234", (1234, 1234, 1234)),
        ("1,234,567", (1234567, 1234567, 1234567)),
        ("at least 8", (8, 8, None)),
        ("At Least 8", (8, 8, None)),
        (">=8", (8, 8, None)),
        ("  >=  8 ", (8, 8, None)),
        ("8+", (8, 8, None)),
        ("8 +", (8, 8, None)),
        ("at least 1,234", (1234, 1234, None)),
        ("more than 20", (21, 21, None)),
        (">20", (21, 21, None)),
        ("up to 9", (0, None, 9)),
        ("<=9", (0, None, 9)),
        ("less than 9", (0, None, 8)),
        ("<9", (0, None, 8)),
        ("7..9", (7, None, 9)),
        ("7 .. 9", (7, None, 9)),
        ("7 to 9", (7, None, 9)),
        ("7-9", (7, None, 9)),
        ("7 – 9", (7, None, 9)),
        ("8-8", (8, None, 8)),
        ("about 20", (None, 20, None)),
        ("some 20", (None, 20, None)),
        ("around 20", (None, 20, None)),
        ("nearly 30", (None, 30, 30)),
        ("over 50", (51, 51, None)),
        ("between 7 and 9", (7, None, 9)),
        ("no more than 9", (0, None, 9)),
        ("at most 9", (0, None, 9)),
        ("fewer than 9", (0, None, 9)),
        ("a dozen", (12, 12, 12)),
        ("~20", (None, 20, None)),
        ("none", (0, 0, 0)),
        ("No", (0, 0, 0)),
    ],
    ids=repr,
)
def test_words_become_intervals_as_the_casualty_rules_say(written, interval):
    assert numbers(written) == interval


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("not known", "not known"),
        ("unknown", "not known"),
        ("several", "several"),
        ("Many", "many"),
        ("tens", "tens"),
        ("DOZENS", "dozens"),
        ("hundreds", "hundreds"),
    ],
)
def test_vague_words_are_kept_and_stay_without_numbers(written, words):
    assert read(written) == Figure(words=words)


@pytest.mark.parametrize(
    ("written", "figure"),
    [
        ("8 peacekeepers", Figure(low=8, best=8, high=8, victims="peacekeepers")),
        (">=8 peacekeepers", Figure(low=8, best=8, victims="peacekeepers")),
        ("8+  Chadian   peacekeepers ", Figure(low=8, best=8, victims="Chadian peacekeepers")),
        ("7 to 9 women and children", Figure(low=7, high=9, victims="women and children")),
        ("no peacekeepers", Figure(low=0, best=0, high=0, victims="peacekeepers")),
        ("several civilians", Figure(words="several", victims="civilians")),
        ("dozens of civilians", Figure(words="dozens", victims="civilians")),
        ("unknown soldiers", Figure(words="not known", victims="soldiers")),
        ("1,234 civils d'Anéfis", Figure(low=1234, best=1234, high=1234, victims="civils d'Anéfis")),
        ("1 civilian", Figure(low=1, best=1, high=1, victims="civilians")),
        ("2 women", Figure(low=2, best=2, high=2, victims="women")),
        ("1 children", Figure(low=1, best=1, high=1, victims="children")),
        ("1 soldier of A", Figure(low=1, best=1, high=1, victims="soldiers of A")),
        ("52 people", Figure(low=52, best=52, high=52)),
        (">=3 persons", Figure(low=3, best=3)),
        ("+1", Figure(low=1, best=1, high=1, measure=Measure.ADDITIONAL)),
        ("+2 civilians", Figure(low=2, best=2, high=2, measure=Measure.ADDITIONAL, victims="civilians")),
        ("8 مدنيين", Figure(low=8, best=8, high=8, victims="مدنيين")),
        ("eight peacekeepers", Figure(low=8, best=8, high=8, victims="peacekeepers")),
        ("One civilian", Figure(low=1, best=1, high=1, victims="civilians")),
        ("at least twenty-two", Figure(low=22, best=22)),
        ("seven to 9", Figure(low=7, high=9)),
        ("8 or 9", Figure(low=8, high=9)),
        ("2 or 3 women", Figure(low=2, high=3, victims="women")),
        ("8 or more", Figure(low=8, best=8)),
        ("3 or fewer", Figure(low=0, high=3)),
        ("no fewer than 3", Figure(low=3, best=3)),
        ("≥3", Figure(low=3, best=3)),
        ("≤ 9 children", Figure(low=0, high=9, victims="children")),
        ("2 dozen", Figure(low=24, best=24, high=24)),
        ("1 234", Figure(low=1234, best=1234, high=1234)),
        ("?", Figure(words="not known")),
        ("n/a", Figure(words="not known")),
        ("8 non-combatants", Figure(low=8, best=8, high=8, victims="non-combatants")),
    ],
)
def test_victims_stand_behind_the_number(written, figure):
    assert read(written) == figure


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "peacekeepers",
        "8 or so",
        "eightish",
        "one or so",
        "8 12",
        "two hundred",
        "8 to",
        "8 peacekeepers or more",
        "8 peacekeepers at least",
        "8 and 9",
        "8 peacekeepers, 3 civilians",
        "8, 9",
        "8 9",
        "8 >9",
        "8.5",
        "8 .. ",
        "8 ..x",
        "8peacekeepers",
        "8+peacekeepers",
        "8k",
        "8 k",
        "8 hundred",
        "22 more",
        "22 injured",
        "8 killed",
        "39 in total",
        "8 of the convoy",
        "8 peacekeepers?",
        "8 ½",
        "several or many",
        "hundreds of thousands",
        "no data",
        "no information",
        "none reported",
        "no one",
        "no casualties",
        "not confirmed",
        "at least",
        "more than",
        ">=",
        "=> 8",
        "==8",
        "-8",
        "--8",
        "12,34",
        "1234,567",
        "08",
        "1_000",
        "1e3",
        "٨",
        "8 ٨",
        "８",  # noqa: RUF001
        "at lea\u017ft 8",
        "8 peace\u202ekeepers",
        "8\0",
        "8 peacekeepers\0",
        "8 " + "x" * 101,
        "9" * 5_000,
    ],
)
def test_what_is_no_short_form_is_refused_with_the_forms(written):
    ((path, value, expected),) = problems(written)
    assert (path, value) == ("", written)
    assert expected.startswith("8, at least 8 (>=8, 8+), more than 20 (>20), up to 9 (<=9), less than 9 (<9), 7..9")


@pytest.mark.parametrize("written", [-1, LARGEST + 1, str(LARGEST + 1), f">{LARGEST}", "<0"], ids=repr)
def test_a_number_is_neither_negative_nor_beyond_a_million_millions(written):
    assert problems(written)[0].expected == "a whole number from 0 to 1000000000000"
    assert len(refusal(written)) < 100


def test_a_number_too_long_to_print_is_refused_as_any_other():
    # Not among the cases above: pytest would print it as the name of the case.
    assert refusal([8, 10**5_000]).startswith("[1] an enormous number: expected a whole number from 0 to")


@pytest.mark.parametrize("written", [True, False, 8.0, None, b"8", {8}, date(2023, 11, 6), [[8]], [None]])
def test_only_numbers_short_forms_and_full_forms_are_figures(written):
    assert problems(written)[0].expected.startswith("a number, a short form such as")


@pytest.mark.parametrize(
    ("written", "figure"),
    [
        ({"low": 8}, Figure(low=8)),
        ({"low": 7, "best": 8, "high": 9}, Figure(low=7, best=8, high=9)),
        ({"words": " scores "}, Figure(words="scores")),
        ({"best": 8, "victims": None, "incidents": None, "figure": None}, Figure(best=8)),
        ({"words": "several", "low": None}, Figure(words="several")),
        ({"best": 8, "victims": " peacekeepers "}, Figure(best=8, victims="peacekeepers")),
        (
            {"figure": ">=22 peacekeepers", "measure": "running_total"},
            Figure(low=22, best=22, victims="peacekeepers", measure=Measure.RUNNING_TOTAL),
        ),
        ({"figure": 8, "victims": "civilians"}, Figure(low=8, best=8, high=8, victims="civilians")),
        ({"best": 8, "as_at": "2023-11-06"}, Figure(best=8, as_at="2023-11-06")),
        ({"best": 8, "total_as_of": date(2023, 11, 6)}, Figure(best=8, as_at="2023-11-06")),
        ({"best": 8, "as_at": datetime(2023, 11, 6, 9, tzinfo=UTC)}, Figure(best=8, as_at="2023-11-06T09:00:00Z")),
        ({"best": 8, "period": date(2023, 11, 6)}, Figure(best=8, period="2023-11-06")),
        ({"best": 8, "period": "2023-10-31/2023-11-03"}, Figure(best=8, period="2023-10-31/2023-11-03")),
        ({"best": 8, "incidents": ["ied-3", "ied-4"]}, Figure(best=8, incidents=("ied-3", "ied-4"))),
        (
            {"best": 8, "definition": "required medical attention"},
            Figure(best=8, definition="required medical attention"),
        ),
    ],
)
def test_a_full_form_says_what_a_short_one_cannot(written, figure):
    assert read(written) == figure


def test_a_list_holds_figures_in_any_form():
    assert read_figures([8, "several civilians", {"low": 3, "victims": "police"}]) == (
        Figure(low=8, best=8, high=8),
        Figure(words="several", victims="civilians"),
        Figure(low=3, victims="police"),
    )
    assert read_figures((8, "8")) == (Figure(low=8, best=8, high=8), Figure(low=8, best=8, high=8))
    assert read_figures([]) == ()


def test_sixty_four_figures_are_enough():
    assert len(read_figures([1] * 64)) == 64
    assert "expected at most 64 figures, not 65" in refusal([1] * 65)


def test_all_mistakes_are_named_at_once_with_their_path():
    written = [8, {"low": -3, "best": True, "hihg": 9}, "few", {"best": 8, "as_at": "2023-02-30"}]
    assert [(path, value) for path, value, _ in problems(written)] == [
        ("[1].low", -3),
        ("[1].best", True),
        ("[1].hihg", 9),
        ("[2]", "few"),
        ("[3].as_at", "2023-02-30"),
    ]
    with pytest.raises(FigureError) as refused:
        read_figures(written)
    assert refused.value.path == "[1].low"
    assert refused.value.message == "-3: expected a whole number from 0 to 1000000000000"
    assert "[3].as_at '2023-02-30': expected a date or time such as 2023-11-06, but" in str(refused.value)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"low": 9, "high": 7}, "low 9 is above high 7"),
        ({"low": 9, "best": 7}, "low 9 is above best 7"),
        ({"best": 9, "high": 7}, "best 9 is above high 7"),
        ("9..7", "'9..7': expected low, best and high in order, but low 9 is above high 7"),
        ({"figure": "9-7"}, ".figure '9-7': expected low, best and high in order"),
    ],
)
def test_low_best_and_high_stand_in_order(written, message):
    assert message in refusal(written)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            {"best": 8, "victim": "police"},
            ".victim 'police': expected one of the fields low, best, high, words, victims, ",
        ),
        ({"best": 8, "victim": "police"}, "(did you mean victims?)"),
        ({"best": 8, "total_asof": "2023"}, "(did you mean total_as_of?)"),
        ({"best": 8, 5: 6}, ".5 6: expected one of the fields"),
        ({"best": 8, "a\nb": 6}, r".'a\nb' 6: expected one of the fields"),
        ({"low": 8.0}, ".low 8.0: expected a whole number"),
        ({"low": "8"}, ".low '8': expected a whole number"),
        ({"low": LARGEST + 1}, ".low 1000000000001: expected a whole number"),
        (
            {"best": 8, "measure": "total"},
            "expected one of increment, running_total, residual, additional, breakdown, unspecified",
        ),
        ({"best": 8, "victims": ""}, ".victims '': expected a group of people"),
        ({"best": 8, "victims": "x" * 101}, "expected a group of people, at most 100 characters"),
        ({"best": 8, "victims": "a\u200bb"}, "without the hidden character U+200B"),
        ({"best": 8, "definition": "a\0"}, "without the hidden character U+0000"),
        ({"best": 8, "definition": "  "}, ".definition '  ': expected what was counted"),
        ({"words": "x" * 101}, "expected what was said in place of a number, at most 100 characters"),
        ({"best": 8, "definition": "x" * 201}, "at most 200 characters"),
        (
            {"best": 8, "incidents": "ied-1"},
            """.incidents 'ied-1': expected a list of at most 64 incidents such as ["ied-1\"""",
        ),
        ({"best": 8, "incidents": ["i"] * 65}, "expected a list of at most 64 incidents"),
        ({"best": 8, "excludes": ["a\0"]}, "without the hidden character U+0000"),
        ({"best": 8, "as_at": datetime(2023, 11, 6)}, "2023-11-06 00:00:00: expected a date or time"),
        ({"best": 8, "as_at": datetime(2023, 11, 6)}, "has no zone"),
        ({"best": 8, "period": "../.."}, "but '../..' says nothing"),
        ({"best": 8, "part_of": date(2023, 11, 6)}, ".part_of 2023-11-06: expected the victims of another figure"),
        ({"figure": "8", "low": 7}, ".low 7: expected either figure or low, not both"),
        ({"low": 7, "figure": "8"}, ".figure '8': expected either figure or low, not both"),
        ({"figure": "8 police", "victims": "civilians"}, "expected either figure or victims, not both"),
        ({"best": 8, "as_at": "2023", "total_as_of": "2024"}, "expected either as_at or total_as_of, not both"),
        (
            {"figure": {"low": 8}},
            """.figure {'low': 8}: expected a number or a short form such as ">=8 peacekeepers\"""",
        ),
        ({}, "{}: expected a number (low, best, high or figure) or the words used in place of one"),
        ({"victims": "peacekeepers", "low": None}, "expected a number (low, best, high or figure) or the words"),
    ],
)
def test_a_wrong_field_is_refused_with_what_was_expected(written, message):
    assert message in refusal(written)


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (Figure(low=8, best=8, high=8), "8"),
        (Figure(low=0, best=0, high=0), "0"),
        (Figure(low=8, best=8, victims="peacekeepers"), "8+ peacekeepers"),
        (Figure(low=0, best=0), "0+"),
        (Figure(low=0, high=9), "<=9"),
        (Figure(low=7, high=9), "7-9"),
        (Figure(best=20), "~20"),
        (Figure(words="several", victims="civilians"), "several civilians"),
        (Figure(words="not known"), "unknown"),
        (Figure(low=8), None),
        (Figure(low=7, best=8), None),
        (Figure(low=7, best=8, high=9), None),
        (Figure(low=9, high=7), None),
        (Figure(words="scores"), "scores"),
        (Figure(low=1, best=1, high=1, measure=Measure.ADDITIONAL), "+1"),
        (Figure(words="8"), None),
        (Figure(low=8, best=8, high=8, words="several"), None),
        (Figure(low=8, best=8, high=8, victims="8 to 9"), None),
        (Figure(low=8, best=8, high=8, victims=" police"), None),
        (Figure(low=8, best=8, high=8, measure=Measure.INCREMENT), None),
        (Figure(victims="peacekeepers"), None),
        (Figure(), None),
    ],
)
def test_a_figure_has_a_short_form_when_that_says_all_of_it(figure, text):
    assert short_form(figure) == text


def test_every_field_of_a_figure_is_described():
    properties = msgspec.json.schema(Figure)["$defs"]["Figure"]["properties"]
    assert list(properties) == list(Figure.__struct_fields__)
    for name, schema in properties.items():
        (described, *_) = schema.get("anyOf", [schema])
        assert described.get("description"), name


def test_the_log_holds_no_unknown_fields_and_no_numbers_out_of_bounds():
    for line in (b'[{"low":8,"lwo":8}]', b'[{"low":-1}]', b'[{"best":1000000000001}]', b'[{"high":true}]'):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(line, type=Figures)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b"[" + b",".join([b"{}"] * 65) + b"]", type=Figures)


def test_the_log_keeps_bounds_that_cross_as_a_data_set_published_them():
    assert msgspec.json.decode(b'[{"low":9,"high":7}]', type=Figures) == (Figure(low=9, high=7),)


def test_the_categories_and_measures_are_those_of_the_casualty_rules():
    assert [*Category] == ["killed", "injured", "missing", "abducted", "captured"]
    assert [*Measure] == ["increment", "running_total", "residual", "additional", "breakdown", "unspecified"]


COUNTS = st.none() | st.integers(0, 30) | st.integers(0, LARGEST)
NAMES = st.sampled_from(["all", "peacekeepers", "women and children", "8 to 9", "no", "of x", "or"]) | st.text(
    st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=100
)
WORDS = st.none() | st.sampled_from(["several", "dozens", "not known", "none", "scores"])
TYPED = st.sampled_from(
    [
        *"0123456789",
        *"<>=~+-., ",
        "..",
        " to ",
        "at least ",
        "up to ",
        "no",
        "none",
        "several",
        " of ",
        "peacekeepers",
        "½",
    ]
)


@st.composite
def figures(draw):
    """Any figure that a person could write in full: something is said, in order."""
    known = sorted(draw(st.lists(st.integers(0, LARGEST), min_size=3, max_size=3)))
    low, best, high = (number if draw(st.booleans()) else None for number in known)
    return Figure(
        low=low,
        best=best,
        high=high,
        words=draw(WORDS) if any(number is not None for number in (low, best, high)) else "several",
        victims=draw(NAMES),
        measure=draw(st.none() | st.sampled_from(Measure)),
        as_at=draw(st.sampled_from([None, "2023-11-06"])),
        incidents=tuple(draw(st.lists(st.sampled_from(["ied-1", "ied-2"]), max_size=2))),
    )


@given(st.builds(Figure, low=COUNTS, best=COUNTS, high=COUNTS, words=WORDS, victims=NAMES))
def test_a_short_form_reads_back_to_the_same_figure(figure):
    text = short_form(figure)
    if text is not None:
        assert read_figures(text) == (figure,)


@given(st.lists(st.integers(0, LARGEST) | st.text() | st.lists(TYPED, max_size=8).map("".join), max_size=4))
def test_what_was_read_has_its_numbers_in_order_and_reads_back_from_json(written):
    try:
        read = read_figures(written)
    except FigureError:
        return
    for figure in read:
        known = [number for number in (figure.low, figure.best, figure.high) if number is not None]
        assert known == sorted(known)
        assert known or figure.words
    assert msgspec.json.decode(msgspec.json.encode(read), type=Figures) == read


@given(st.lists(figures(), max_size=3))
def test_the_full_form_of_a_figure_reads_back_to_the_same_figure(some):
    assert read_figures(msgspec.to_builtins(some)) == tuple(some)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*Figure.__struct_fields__, "figure", "total_as_of"]) | st.text(), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@given(ANYTHING)
def test_anything_at_all_is_figures_or_a_figure_error(written):
    try:
        read_figures(written)
    except FigureError as error:
        assert error.problems  # noqa: PT017
        assert "\n" not in str(error)  # noqa: PT017


CHILDREN = Figure(low=20, best=20, high=20, victims="children", measure=Measure.BREAKDOWN)


@pytest.mark.parametrize(
    ("written", "figures"),
    [
        ("51, including 20 children", (Figure(low=51, best=51, high=51), CHILDREN)),
        ("at least 51 people Including 20 children", (Figure(low=51, best=51), CHILDREN)),
        ("several, including 20 children", (Figure(words="several"), CHILDREN)),
        (
            "30 civilians, including 20 children and at least 5 women",
            (
                Figure(low=30, best=30, high=30, victims="civilians"),
                Figure(low=20, best=20, high=20, victims="children", measure=Measure.BREAKDOWN, part_of="civilians"),
                Figure(low=5, best=5, victims="women", measure=Measure.BREAKDOWN, part_of="civilians"),
            ),
        ),
        (
            "30, including 7 women and children",
            (
                Figure(low=30, best=30, high=30),
                Figure(low=7, best=7, high=7, victims="women and children", measure=Measure.BREAKDOWN),
            ),
        ),
    ],
)
def test_a_whole_including_its_parts_is_a_figure_and_its_breakdown(written, figures):
    assert read_figures(written) == read_figures([written]) == figures


@pytest.mark.parametrize(
    "written",
    [
        "51, including children",
        "51 including",
        "including 20 children",
        "51, including 20",
        "51, including 20 people",
        "51, including +2 children",
        "51, including 20 children, including 3 girls",
    ],
)
def test_what_is_included_is_a_number_of_another_group(written):
    with pytest.raises(FigureError):
        read_figures(written)
