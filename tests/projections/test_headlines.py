"""The timeline's headlines, read aloud: a line of plain English for each kind of report."""

import pytest
from given import Given

EXAMPLES = [
    ("statement_made", 'actor = "UN"; about = "the mandate"', "statement made · UN: the mandate"),
    (
        "statement_made",
        'actor = "UN"; stance = "calls_for"; about = "a truce"',
        "statement made · UN calls for a truce",
    ),
    (
        "mandate_changed",
        'mission = "MINUSMA"; change = "ended"; instrument = "resolution 2690"',
        "mandate changed · MINUSMA: ended by resolution 2690",
    ),
    ("protest", 'about = "prices"', "protest · over prices"),
    ("ied_strike", 'injured = "1 peacekeepers"', "IED strike · 1 peacekeeper injured"),
    (
        "airstrike",
        'perpetrators = ["A"]; killed = "several children"; modality = "denied"',
        "denied: airstrike · by A · several children killed",
    ),
    (
        "territory_changed",
        'territory = "Kidal"; gained_by = ["A"]; lost_by = ["B"]',
        "territory changed · gained by A, lost by B",
    ),
    ("agreement_reached", 'parties = ["A", "B"]; instrument = "Accord"', "agreement reached · Accord, between A and B"),
    ("arrests", "count = 1", "arrests · 1 person"),
    ("arrests", 'count = 12; participants = ["A"]', "arrests · 12 people; A"),
    ("force_changed", 'actors = ["A"]; change = "formed"', "force changed · A: formed"),
    ("convoy_departed", 'origin = "Kidal"; destination = "Gao"', "convoy departed · from Kidal to Gao"),
    ("convoy_located", 'destination = "Gao"', "convoy located · bound for Gao"),
    ("convoy_arrived", 'origin = "Kidal"; destination = "Gao"', "convoy arrived · in Gao from Kidal"),
    ("site_status_changed", 'site = "Kidal"; status = "handed_over"', "site status changed · handed over"),
    ("outcome_reported", 'from = "injured"; to = "killed"; count = 1', "outcome reported · 1 killed · of the injured"),
    ("responsibility_claimed", 'actor = "A"; incidents = ["x", "y"]', "responsibility claimed · by A, for x, y"),
]


@pytest.fixture(scope="module")
def headlines(tmp_path_factory):
    given = Given(tmp_path_factory.mktemp("headlines") / "kidal")
    for n, (kind, fields, _) in enumerate(EXAMPLES):
        lines = "\n".join(fields.split("; "))
        given.append(f'[[{kind}]]\nid = "fact-{n}"\nsource = "AP"\n{lines}\n')
    return dict(given.rows("select fact, headline from timeline"))


@pytest.mark.parametrize(("n", "example"), list(enumerate(EXAMPLES)), ids=[headline for _, _, headline in EXAMPLES])
def test_a_headline_reads_as_english(headlines, n, example):
    assert headlines[f"fact-{n}"] == example[-1]


def test_what_another_fact_replaced_says_so(tmp_path):
    given = Given(tmp_path / "kidal")
    given.append("""
        [[ied_strike]]
        id = "first"
        source = "AFP"
        attributed_to = "MINUSMA"
        injured = 8
        [[ied_strike]]
        id = "later"
        source = "AFP"
        supersedes = ["first"]
        injured = 9
    """)
    asked = "select fact, speaker, superseded_by from timeline order by fact"
    assert given.rows(asked) == [("first", "MINUSMA", ["later"]), ("later", "AFP", [])]
    assert given.rows(asked, as_of="1") == [("first", "MINUSMA", [])]
