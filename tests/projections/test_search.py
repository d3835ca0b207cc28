"""Full text: what is found in whatever script and spelling, where, and at which moment."""

import duckdb
import msgspec
import pytest
from given import Given
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from chronology.errors import Usage
from projections.asking.opening import open_session
from projections.literals import quoted
from projections.searching.folded import folded, phrases_of
from projections.searching.search import search


@pytest.fixture(scope="module")
def duck():
    with duckdb.connect() as connection:
        yield connection


def may_hold(duck, text, phrase):
    """Whether DuckDB would look at an entry with this text."""
    body = quoted(msgspec.json.encode({"note": text}).decode())
    return all(
        duck.sql(f"select regexp_matches(strip_accents(lower({body})), {quoted(pattern)})").fetchall() == [(True,)]
        for pattern in phrase.in_json
    )


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("lodz", "Łódź"),
        ("ŁÓDŹ", "lodz"),
        ("safak", "Yeni Şafak"),
        ("istanbul", "İstanbul ve Iğdır"),
        ("igdir", "İstanbul ve Iğdır"),
        ("kyiv", "Kyїv"),
        ("jama'at", "Jama’at Nusrat al-Islam"),
        ("nusra", "Jama'at Nusrat al-Islam"),
        ("al-islam", "Jama'at Nusrat al-Islam"),
        ("ОДЕССА", "Одесса"),
        ("ежи", "Ёжи"),
        ("οδος", "ΟΔΟΣ"),
        ("قتل", "قُتِل ثلاثة"),
        ("احمد", "لأحمد"),
        ("غزه", "غـــزة"),
        ("کرکوك", "كركوك"),
        ("حماس", "وحماس"),
        ("ירושלים", "בירושלים"),
        ("北京", "在北京市"),
        ("กรุงเทพ", "ในกรุงเทพมหานคร"),
        ("စစ်ကိုင်း", "မြန်မာ စစ်ကိုင်းတိုင်း"),
        ("दिल्ली", "नई दिल्ली में"),
        ("서울", "서울에서"),
        ("39", "a total of 39, he said"),
        ("kidal", "first line\nKidal"),
        ("kidal", 'he said "Kidal"'),
        ('"convoy from kidal"', "the convoy\nfrom  Kidal left"),
    ],
)
def test_a_word_is_found_in_any_case_accent_and_spelling(duck, words, text):
    (phrase,) = phrases_of(words)
    if text == "Kyїv":
        assert phrase.start_in(folded(text)) is None  # another letter is another letter
        return
    assert phrase.start_in(folded(text)) is not None
    assert may_hold(duck, text, phrase)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("men", "the government"),
        ("39", "1939 and 390"),
        ('"from convoy"', "convoy from Kidal"),
        ("กิน", "กาน"),
        ("दिल्ली", "दलाल"),
        (".*", "anything"),
    ],
)
def test_what_is_not_there_is_not_found(words, text):
    assert [phrase for phrase in phrases_of(words) if phrase.start_in(folded(text)) is not None] == []


@settings(max_examples=200)
@examples(
    st.text(st.sampled_from("aŁłé'’ßİıσς \n\"\\-_1٣اأٱةهـ\u200c\u064eہ北กุิจမ်ြदिन्е́ёЙ서É\u0301"), max_size=12), st.data()
)
def test_what_python_finds_duckdb_looks_at(duck, text, data):
    start = data.draw(st.integers(0, len(text)))
    for phrase in phrases_of(text[start : data.draw(st.integers(start, len(text)))].replace('"', " ")):
        if phrase.start_in(folded(text)) is not None:
            assert may_hold(duck, text, phrase)


FACTS = """
    [[actor_named]]
    name = "JNIM"
    aliases = ["GSIM", "نصرة الإسلام"]

    [[shelling]]
    id = "anefis"
    source = "AFP"
    published = "2023-11-02"
    perpetrators = ["JNIM"]
    place = "Anefis"
    quote = "Le convoi a été visé près d'Anéfis"
    injured = ">=8 peacekeepers"

    [[statement_made]]
    id = "welcome"
    source = "AP"
    published = "2023-11-05"
    actor = "GSIM"
    about = "the withdrawal"
"""


@pytest.fixture(scope="module")
def chronology(tmp_path_factory):
    made = Given(tmp_path_factory.mktemp("shared") / "kidal")
    made.append(FACTS)
    made.append('[[fact_retracted]]\nfact = "anefis"\nreason = "printed by mistake"\npublished = "2023-11-08"\n')
    return made


@pytest.fixture
def found(chronology):
    def found(words, limit=None, **look_back):
        with open_session(chronology.folder, say=print, **look_back) as session:
            return list(search(session, words, limit).rows)

    return found


def test_an_entry_is_found_by_its_texts_names_and_headline_with_where_they_are(found):
    assert found("pres anefis", as_of="3") == [
        (2, "anefis", "shelling", "quote, place.name", "Le convoi a été visé près d'Anéfis")
    ]
    assert found('"at least 8"', as_of="3") == [
        (2, "anefis", "shelling", "headline", "shelling · by JNIM · at least 8 peacekeepers injured")
    ]


def test_a_name_finds_what_goes_by_any_name_of_the_same(found):
    assert [row[1:3] for row in found("gsim", as_of="3")][1:] == [("welcome", "statement_made"), ("anefis", "shelling")]
    assert [row[2:4] for row in found("نصرة الاسلام", as_of="3")] == [
        ("actor_named", "aliases"), ("statement_made", "headline, actor"), ("shelling", "headline, perpetrators")
    ]  # fmt: skip


def test_what_was_withdrawn_is_not_found_but_was(found):
    assert [row[1] for row in found("visé")] == []
    assert [row[1] for row in found("visé", as_of="3")] == ["anefis"]
    assert [row[1] for row in found("visé", known_by="2023-11-07")] == ["anefis"]
    assert [row[1] for row in found("visé", known_by="2023-11-01")] == []
    assert [row[2:] for row in found("mistake")] == [("fact_retracted", "reason", "printed by mistake")]


def test_no_more_than_the_limit_is_given_names_first_then_the_newest(found):
    assert [row[0] for row in found("jnim", as_of="3")] == [1, 3, 2]
    assert [row[0] for row in found("jnim", limit=2, as_of="3")] == [1, 3]


@pytest.mark.parametrize("words", ["", "…", "'; drop table facts; --)", '"'])
def test_words_are_never_sql(found, words):
    if any(char.isalpha() for char in words):
        assert found(words) == []
        return
    with pytest.raises(Usage, match="expected a word of letters or digits, such as: chronology search Kidal"):
        found(words)


def test_the_verb_prints_what_it_found_and_says_what_it_left_out(cli):
    cli("append", "-", stdin="".join(f'[[shelling]]\nsource = "AFP"\nnote = "near Kidal {n}"\n' for n in range(22)))
    ran = cli("search", "kidal")
    assert (len(ran.out), ran.err) == (21, ["chronology: the first 20; --limit 0 shows all"])
    assert ran.out[1].split()[0] == "22"
    assert len(cli("search", "kidal", "--limit", "0").out) == 23
    assert cli("search", "near kidal 7", "--format", "csv").out[1].endswith(",shelling,note,near Kidal 7")
    assert cli("search", "kidal", "-o", "found.parquet").code == 0
    assert duckdb.sql("select count(*) from 'found.parquet'").fetchall() == [(22,)]
    assert cli("search", "gao").err == [
        "chronology: nothing in force at that moment contains gao; fewer words, or only their beginning, find more"
    ]
