"""What an append says though nothing is wrong: names that look alike, days to come, totals without a measure."""

import pytest

from chronology.vocabulary.lookalikes import mixed_letters, skeleton

KNOWN = """
[[ied_strike]]
source = "AFP"
operation = "kidal-gao"
perpetrators = ["JNIM"]
place = "Kidal"
"""


def strike(**fields):
    values = "\n".join(f"{name} = {value}" for name, value in fields.items())
    return f'[[ied_strike]]\nid = "one"\nsource = "AFP"\n{values}'


# --- look-alikes


@pytest.mark.parametrize(
    ("fields", "warning"),
    [
        (
            {"perpetrators": '["JNІM"]'},
            "actor JNІM looks like JNIM: it holds І (Cyrillic, U+0406); if it is JNIM, correct it",
        ),
        (
            {"perpetrators": '["ЈΝІМ"]'},
            "actor ЈΝІМ looks like JNIM: it holds Ν (Greek, U+039D); if it is JNIM, correct it",
        ),
        (
            {"place": '"Кidal"'},
            "place Кidal looks like Kidal: it holds К (Cyrillic, U+041A); if it is Kidal, correct it",
        ),
        (
            {"place": '"Timbuсtu"'},
            "place Timbuсtu mixes alphabets in a word: it holds с (Cyrillic, U+0441); if that is a slip, correct it",
        ),
    ],
)
def test_a_name_that_looks_like_a_known_one_is_warned_of(recorded, read, fields, warning):
    recorded(KNOWN)
    batch = read(strike(**fields))
    assert batch.warnings == [warning]
    assert batch.problems == []


def test_a_latin_name_that_looks_like_a_known_cyrillic_one_is_warned_of(recorded, read):
    recorded(strike(perpetrators='["СОВА"]'))
    assert read(strike(perpetrators='["COBA"]', killed="1")).warnings == [
        "actor COBA looks like СОВА, in letters of another alphabet; if it is СОВА, correct it"
    ]


def test_two_look_alikes_of_one_file_are_warned_of_once(read):
    assert len(read(strike(perpetrators='["JNIM", "JNІM", "JNІM"]')).warnings) == 1


@pytest.mark.parametrize(
    "name",
    [
        "Wagner (Вагнер)",
        "Вагнер / Wagner",
        "ЧВК Wagner",
        "Tu-95МС",
        "Δημοκρατία",
        "Сахара",
        "Al-Qaïda",
        "Naïf's №1",
        "المرابطون",
        "日本",
        "IT-армия",
        "5 µg",
    ],
)
def test_real_names_in_several_alphabets_are_fine(recorded, read, name):
    recorded(KNOWN)
    assert read(strike(perpetrators=f'["{name}"]')).warnings == []
    assert mixed_letters(name) is None


def test_the_skeleton_of_plain_latin_is_its_key():
    assert skeleton("  Kidal   Gao ") == "kidal gao"
    assert skeleton("ＪＮＩＭ") == skeleton("ЈΝІМ") == "jnim"


def test_a_warning_is_printed_apart_from_what_was_appended(cli):
    cli("append", "-", stdin=KNOWN)
    ran = cli("append", "-", stdin=strike(perpetrators='["JNІM"]'))
    assert (ran.code, ran.out) == (0, ["2  ied_strike  one", "new actor: JNІM"])
    assert ran.err == [
        "chronology: actor JNІM looks like JNIM: it holds І (Cyrillic, U+0406); if it is JNIM, correct it"
    ]


# --- aliases


def test_an_alias_is_no_new_name(read):
    batch = read('[[actor_named]]\nname = "JNIM"\naliases = ["GSIM", "Nusrat"]\n' + strike(perpetrators='["GSIM"]'))
    assert "new actor: JNIM" in batch.notes
    assert not any("GSIM" in note for note in batch.notes)


# --- days to come


@pytest.mark.parametrize(
    ("published", "warned"),
    [("2999-01-01", True), ("2999", True), ("2023-11-06", False), ("../2999-01-01", False), ("2023-11~", False)],
)
def test_a_day_of_publication_that_is_to_come_is_warned_of(read, published, warned):
    expected = [f"one: published {published} lies in the future; if that is a slip, edit the fact"] if warned else []
    batch = read(strike(published=f'"{published}"'))
    assert (batch.warnings, batch.problems) == (expected, [])


# --- totals without a measure


@pytest.mark.parametrize(
    ("more", "hinted"),
    [
        ("", True),
        ('measure = "running_total"', False),
        ('incidents = ["ied-1"]', False),
    ],
)
def test_a_total_without_a_measure_is_hinted_at(read, more, hinted):
    batch = read(f'[[casualty_update]]\nsource = "AFP"\noperation = "kidal-gao"\ninjured = 22\n{more}')
    hint = "in:1: counts nowhere until its measure is known: running_total, increment or residual"
    assert (hint in batch.notes) is hinted


# --- disputes


def test_a_dispute_is_of_figures_that_the_fact_has(recorded, read):
    recorded(strike(injured="3"))
    batch = read('[[fact_disputed]]\nfact = "one"\ncategory = "killed"\nreason = "no other source has a death"')
    assert [str(problem) for problem in batch.problems] == [
        'in:3: category: "killed" is none of the figures of one; expected injured, or no category'
    ]
    assert read('[[fact_disputed]]\nfact = "one"\ncategory = "injured"\nreason = "no"').problems == []


def test_a_dispute_of_a_fact_of_the_same_file_is_held_to_its_figures(read):
    dispute = '[[fact_disputed]]\nfact = "one"\ncategory = "injured"\nreason = "no"'
    assert read(strike(injured="3") + "\n" + dispute).problems == []
    assert len(read(strike(killed="3") + "\n" + dispute).problems) == 1


# --- near misses of names that are only warned of


@pytest.mark.parametrize(
    ("fields", "warning"),
    [
        ({"perpetrators": '["JNIN"]'}, "actor JNIN is new, and nearly JNIM"),
        ({"place": '"Kiddal"'}, "place Kiddal is new, and nearly Kidal"),
        ({"attributed_to": '"Reuterz"'}, "source Reuterz is new, and nearly Reuters"),
    ],
)
def test_a_near_miss_of_an_actor_place_or_source_is_taken_and_warned_of(recorded, read, fields, warning):
    recorded(KNOWN + '\nattributed_to = "Reuters"')
    batch = read(strike(**fields))
    meant = warning.split()[-1]
    assert batch.warnings == [f"{warning}; if it is {meant}, correct it; if not, --new-name says so"]
    assert batch.problems == []


def test_a_name_near_a_known_one_that_is_meant_or_declared_is_not_warned_of(recorded, read):
    recorded(KNOWN)
    assert read(strike(perpetrators='["JNIN"]'), new_names=["JNIN"]).warnings == []
    assert read('[[actor_named]]\nname = "JNIN"').warnings == []


@pytest.mark.parametrize("name", ["AP", "JNIM-2", "Kidal Sud", "Ménaka"])
def test_a_name_that_is_near_no_other_is_not_warned_of(recorded, read, name):
    recorded(KNOWN)
    assert read(strike(perpetrators=f'["{name}"]')).warnings == []


# --- what can hardly be, or will not count


def casualties(kind, text):
    return f'[[{kind}]]\nid = "one"\nsource = "AFP"\n{text}'


@pytest.mark.parametrize(
    ("written", "warning"),
    [
        (
            casualties("shelling", 'occurred = "2023-11-09"\npublished = "2023-11-06"'),
            (
                "one: occurred 2023-11-09 lies after published 2023-11-06: both cannot be right; "
                "edit the fact, and give occurred or published as the source has it"
            ),
        ),
        (
            casualties("shelling", 'occurred = "2999-01"'),
            "one: occurred 2999-01 lies in the future; if that is a slip, edit the fact",
        ),
        (
            casualties("outcome_reported", 'incidents = ["ied-3"]\nfrom = "injured"\nto = "killed"\ncount = 1'),
            (
                "one: adds to no low without the day of death: give occurred, "
                "or included_in where a figure holds them already"
            ),
        ),
        (
            casualties("outcome_reported", 'occurred = "2023-11-08"\nfrom = "injured"\nto = "killed"\ncount = 1'),
            "one: counts nowhere: give incidents, or operation",
        ),
        (
            casualties("outcome_reported", 'operation = "kidal-gao"\nfrom = "missing"\nto = "found"\ncount = 1'),
            "one: is of no incident: give incidents, where it is known which",
        ),
    ],
)
def test_what_can_hardly_be_or_will_not_count_is_warned_of_with_the_field_that_settles_it(read, written, warning):
    batch = read(written)
    assert (batch.warnings, batch.problems) == ([warning], [])


@pytest.mark.parametrize(
    "written",
    [
        casualties("shelling", 'occurred = "2023-11"\npublished = "2023-11-06"'),
        casualties("shelling", 'occurred = "2023-11-06T23:00Z"\npublished = "2023-11-06"'),
        casualties(
            "outcome_reported",
            'occurred = "2023-11-08"\nincidents = ["ied-3"]\nfrom = "injured"\nto = "killed"\ncount = 1',
        ),
    ],
)
def test_what_can_be_is_not_warned_of(read, written):
    assert read(written).warnings == []
