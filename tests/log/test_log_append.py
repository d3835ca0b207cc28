"""What `append` says: new, known, or refused, and then nothing is kept."""

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_examples import correction, drafts_of_all_sorts, fact_of, retraction, statement

from chronology.errors import Refused
from chronology.log import Draft, DraftRefused, Log, Outcome, now, reading
from chronology.log.retractions import Retraction, Retractions
from chronology.vocabulary import KINDS


@pytest.fixture
def log(tmp_path):
    with Log.create(tmp_path / "log.db") as log:
        yield log


def positions(log):
    return [position for position, _ in log.lines()]


def refused(log, *drafts):
    """What append says to drafts it refuses; that nothing was kept; and that a dry run says the same."""
    before = list(log.lines())
    with pytest.raises(DraftRefused) as dry:
        log.check(drafts)
    with pytest.raises(DraftRefused) as error:
        log.append(drafts)
    assert list(log.lines()) == before
    assert str(dry.value) == str(error.value)
    return str(error.value)


# --- new and known


def test_a_fact_is_appended_at_the_next_position_under_a_random_id(log):
    first, second = log.append([Draft(statement("one")), Draft(statement("two"))], by="ana")
    assert (first.position, second.position, log.head) == (1, 2, 2)
    assert (first.revision, first.kind, first.known, first.retracted_at) == (1, "statement_made", False, None)
    assert len(first.id) == 10
    assert set(first.id) <= set("abcdefghijklmnopqrstuvwxyz234567")
    assert first.id != second.id
    assert log.at(1).recorded_by == "ana"


def test_the_same_fact_again_is_known_and_not_appended(log):
    (first,) = log.append([Draft(statement())])
    assert log.append([Draft(statement())], by="somebody else") == [first._replace(known=True)]
    assert positions(log) == [1]


def test_the_second_of_two_equal_facts_in_one_append_is_known(log):
    first, other, second = log.append([Draft(statement()), Draft(statement("other")), Draft(statement())])
    assert second == first._replace(known=True)
    assert (other.position, positions(log)) == (2, [1, 2])


def test_a_fact_with_an_id_of_its_own_is_appended_though_its_words_are_known(log):
    log.append([Draft(statement())])
    one, two = log.append([Draft(statement(), id="afp-1"), Draft(statement(), id="afp-2")])
    assert [(one.id, one.known), (two.id, two.known)] == [("afp-1", False), ("afp-2", False)]


def test_a_fact_with_an_id_is_known_by_the_words_under_this_id(log):
    (first,) = log.append([Draft(statement(), id="afp-1")])
    log.append([correction("afp-1", "Gao")])
    assert log.append([Draft(statement(), id="afp-1")]) == [first._replace(known=True)]


def test_other_words_under_an_id_that_is_there_are_refused_as_a_change(log):
    log.append([Draft(statement(), id="afp-1")])
    log.append([correction("afp-1", "Gao")])
    assert refused(log, Draft(statement("Tessalit"), id="afp-1")) == (
        "afp-1 is at revision 2 with other content; a change is a correction: chronology edit afp-1"
    )


def test_a_report_stays_known_though_it_was_retracted(log):
    log.append([Draft(statement(), id="afp-1"), retraction("afp-1")])
    assert log.append([Draft(statement(), id="afp-1")])[0] == Outcome(1, "afp-1", 1, "statement_made", True, 2)
    assert log.append([Draft(statement())])[0].retracted_at == 2


def test_of_two_twins_the_one_that_stands_is_the_known_one(log):
    log.append([Draft(statement(), id="afp-1"), Draft(statement(), id="afp-2"), retraction("afp-1")])
    assert log.append([Draft(statement())]) == [Outcome(2, "afp-2", 1, "statement_made", True, None)]


def test_a_decision_that_was_undone_is_taken_anew(log):
    merge = Draft(fact_of("incidents_merged"))
    (first,) = log.append([merge])
    assert log.append([merge])[0].known
    log.append([retraction(first.id)])
    (again,) = log.append([merge])
    assert (again.known, again.position) == (False, 3)
    assert log.append([merge])[0] == again._replace(known=True)


@pytest.mark.parametrize("given", ["", "x" * 201, "17", "a b", "a\tb", "a@2", "a\u200bb", "a\x00b", "١٢"])
def test_an_id_that_could_be_mistaken_is_refused(log, given):
    assert "id" in refused(log, Draft(statement(), id=given))


@pytest.mark.parametrize("given", ["ucdp-ged:209222", "x", "дело-17", "x" * 200, "Ω1"])
def test_an_id_of_any_script_is_taken(log, given):
    assert log.append([Draft(statement(), id=given)])[0].id == given


@pytest.mark.parametrize("by", ["", " ana", "x" * 201, "a\nb", "a\u202eb"])
def test_a_name_that_hides_something_cannot_record(log, by):
    with pytest.raises(Refused, match="cannot name who records"):
        log.append([Draft(statement())], by=by)


def test_an_id_that_is_taken_is_drawn_again(tmp_path):
    ids = iter(["aaaa", "aaaa", "bbbb", "bbbb", "cccc"])
    with Log.create(tmp_path / "log.db", new_id=lambda: next(ids)) as log:
        log.append([Draft(statement("one"))])
        outcomes = log.append([Draft(statement("two")), Draft(statement("three"))])
    assert [outcome.id for outcome in outcomes] == ["bbbb", "cccc"]


def test_all_is_kept_or_nothing_and_the_refused_draft_is_numbered(log):
    drafts = [*(Draft(statement(f"{number}")) for number in range(1_200)), Draft(statement(), id="7")]
    with pytest.raises(DraftRefused) as error:
        log.append(drafts)
    assert error.value.index == 1_200
    assert (log.head, log.names("source")) == (0, {})
    assert log.append([Draft(statement())])[0].position == 1


def test_drafts_are_taken_as_they_come_and_progress_is_told(log):
    taken, told = [], []

    def drafts():
        for number in range(1_200):
            taken.append(number)
            yield Draft(statement(f"{number}"))

    log.append(drafts(), progress=lambda done: told.append((done, len(taken))))
    assert told == [(500, 500), (1_000, 1_000), (1_200, 1_200)]
    assert positions(log) == list(range(1, 1_201))


def test_whoever_gives_the_drafts_may_ask_the_log_meanwhile(log):
    def drafts():
        for number in range(600):
            yield Draft(statement(f"{number}"), id=f"afp-{number}")
        assert log.resolve("afp-3").position == 4
        assert log.names("actor") == {"mnla": "MNLA"}

    log.append(drafts())


def test_what_was_seen_in_an_append_that_failed_was_never_there(log):
    log.append([Draft(statement(), id="afp-1")])

    def drafts():
        yield from (Draft(statement(f"{number}")) for number in range(499))
        yield retraction("afp-1")
        assert (log.retracted("afp-1"), log.head) == (501, 501)
        yield Draft(statement(), id="7")

    with pytest.raises(DraftRefused):
        log.append(drafts())
    assert (log.retracted("afp-1"), log.head) == (None, 1)


def test_an_error_of_whoever_gives_the_drafts_is_theirs_and_nothing_is_kept(log):
    def drafts():
        yield Draft(statement())
        raise OSError("the pipe broke")

    with pytest.raises(OSError, match="the pipe broke"):
        log.append(drafts())
    assert log.head == 0


def test_a_dry_run_says_what_append_would_say_and_keeps_nothing(log):
    log.append([Draft(statement(), id="afp-1")])
    drafts = [Draft(statement("new"), id="new"), correction("afp-1", "Gao"), retraction("new"), retraction("afp-1")]
    said = [outcome._replace(id="") for outcome in log.check(drafts)]
    assert (log.head, log.retracted("afp-1"), log.retracted("new")) == (1, None, None)
    assert [outcome._replace(id="") for outcome in log.append(drafts)] == said
    assert log.retracted("new") == 4


def test_only_kinds_of_the_vocabulary_are_recorded(log):
    other = type("StatementMade", (KINDS["statement_made"],), {}, kw_only=True)
    assert "is not a kind of fact" in refused(log, Draft(other(source="AFP", actor="x", about="y")))


# --- corrections


@pytest.fixture
def afp(log):
    log.append([Draft(statement("Kidal"), id="afp-1")])
    return log


def test_a_correction_is_the_next_revision_of_the_fact(afp):
    (made,) = afp.append([correction("afp-1", "Gao", expects=1)])
    assert made == Outcome(2, "afp-1", 2, "fact_corrected", False, None)
    assert [entry.revision for _, entry in afp.stream("afp-1")] == [1, 2]
    assert now(reading(afp.at(2))).about == "Gao"
    standing = afp.standing("afp-1")
    assert (standing.position, standing.revision, standing.fact.about) == (2, 2, "Gao")


def test_two_who_correct_the_same_revision_cannot_overwrite_each_other(afp):
    afp.append([correction("afp-1", "Gao", expects=1)])
    assert refused(afp, correction("afp-1", "Tessalit", expects=1)) == (
        "afp-1 is at revision 2, you sent 2; read it with `chronology show afp-1` and send 3"
    )
    assert afp.append([correction("afp-1", "Tessalit", expects=2)])[0].revision == 3


def test_a_correction_sent_again_is_known_though_it_was_retracted_since(afp):
    (made,) = afp.append([correction("afp-1", "Gao", expects=1)])
    (undone,) = afp.append([retraction("afp-1", revision=2)])
    (again,) = afp.append([correction("afp-1", "Gao", expects=1)])
    assert again == made._replace(known=True, retracted_at=undone.position)


def test_a_correction_ahead_of_the_fact_is_refused(afp):
    assert "is at revision 1, you sent 6" in refused(afp, correction("afp-1", "Gao", expects=5))


@pytest.mark.parametrize("expects", [1, None])
def test_the_same_correction_sent_again_is_known(afp, expects):
    (made,) = afp.append([correction("afp-1", "Gao", expects=expects)])
    assert afp.append([correction("afp-1", "Gao", expects=expects)]) == [made._replace(known=True)]
    assert afp.head == 2


def test_a_correction_sent_again_is_known_after_it_was_corrected_itself(afp):
    (made,) = afp.append([correction("afp-1", "Gao", expects=1)])
    afp.append([correction("afp-1", "Tessalit", expects=2)])
    assert afp.append([correction("afp-1", "Gao", expects=1)]) == [made._replace(known=True)]


def test_correcting_there_and_back_and_there_again_is_three_revisions(afp):
    for expects, about in enumerate(["Gao", "Kidal", "Gao", "Kidal"], 1):
        (made,) = afp.append([correction("afp-1", about, expects=expects)])
        assert (made.known, made.revision) == (False, expects + 1)


def test_a_correction_to_what_stands_is_refused(afp):
    assert refused(afp, correction("afp-1", "Kidal")) == (
        "the correction changes nothing: afp-1 reads so since position 1"
    )
    afp.append([correction("afp-1", "Gao")])
    assert "changes nothing" in refused(afp, correction("afp-1", "Gao", reason="another reason"))


def test_a_correction_whose_revision_was_retracted_may_be_made_again(afp):
    afp.append([correction("afp-1", "Gao"), retraction("afp-1", revision=2)])
    assert afp.standing("afp-1").fact.about == "Kidal"
    (again,) = afp.append([correction("afp-1", "Gao")])
    assert (again.known, again.revision) == (False, 3)
    assert afp.standing("afp-1").fact.about == "Gao"


def test_a_retracted_fact_cannot_be_corrected_before_that_is_undone(afp):
    afp.append([retraction("afp-1")])
    assert refused(afp, correction("afp-1", "Gao")) == (
        "afp-1 was retracted at position 2; undo that first: chronology retract 2"
    )
    afp.append([retraction(afp.at(2).id)])
    assert not afp.append([correction("afp-1", "Gao")])[0].known


def test_what_is_not_there_cannot_be_corrected(log):
    assert "nothing in the log has the id afp-9" in refused(log, correction("afp-9", "Gao"))


def test_a_decision_is_not_corrected_but_taken_anew(log):
    log.append([Draft(fact_of("incidents_merged"), id="merge-1")])
    assert "merge-1 is a decision (incidents_merged); retract it" in refused(log, correction("merge-1", "Gao"))


def test_a_name_is_corrected_as_a_report_is(log):
    log.append([Draft(fact_of("source_named"), id="ap")])
    now_ = {"kind": "source_named", "name": "AP", "country": "US"}
    log.append([Draft(fact_of("fact_corrected", fact="ap", now=now_))])
    assert log.standing("ap").fact.country == "US"


def test_a_fact_may_turn_out_to_be_of_another_kind(afp):
    strike = fact_of("ied_strike")
    afp.append([Draft(fact_of("fact_corrected", fact="afp-1", now={"kind": "ied_strike", "source": "AFP"}))])
    assert type(afp.standing("afp-1").fact) is type(strike)


def test_a_correction_has_no_id_of_its_own_and_nothing_else_expects_a_revision(afp):
    draft = correction("afp-1", "Gao")
    assert "cannot have the id other" in refused(afp, Draft(draft.fact, id="other"))
    assert "only a correction expects a revision" in refused(afp, Draft(statement("x"), expects=1))
    assert afp.append([Draft(draft.fact, id="afp-1")])[0].revision == 2


# --- retractions


def test_a_retraction_takes_a_fact_back_and_is_undone_by_another(afp):
    (taken,) = afp.append([retraction("afp-1")])
    assert (afp.retracted("afp-1"), afp.standing("afp-1")) == (2, None)
    afp.append([retraction(taken.id)])
    assert (afp.retracted("afp-1"), afp.standing("afp-1").position) == (None, 1)
    assert [each.position for each in afp.retractions()] == [3]


def test_what_is_retracted_already_is_refused_with_the_position(afp):
    afp.append([retraction("afp-1")])
    assert refused(afp, retraction("afp-1", reason="again")) == (
        "afp-1 is retracted already, at position 2; to undo that: chronology retract 2"
    )


def test_the_same_retraction_again_is_known_and_after_its_undoing_new(afp):
    (taken,) = afp.append([retraction("afp-1")])
    assert afp.append([retraction("afp-1")]) == [taken._replace(known=True)]
    afp.append([retraction(taken.id)])
    assert afp.append([retraction("afp-1")])[0].position == 4
    assert afp.retracted("afp-1") == 4


def test_one_revision_is_retracted_and_the_one_before_stands_again(afp):
    afp.append([correction("afp-1", "Gao"), retraction("afp-1", revision=2)])
    assert (afp.retracted("afp-1"), afp.retracted("afp-1", 2), afp.retracted("afp-1", 1)) == (None, 3, None)
    assert afp.standing("afp-1").fact.about == "Kidal"
    assert "afp-1@2 is retracted already" in refused(afp, retraction("afp-1", reason="again", revision=2))
    afp.append([retraction("afp-1", revision=1)])
    assert afp.standing("afp-1") is None
    assert "was retracted at position 3" in refused(afp, correction("afp-1", "Tessalit"))


def test_what_is_not_there_cannot_be_retracted(afp):
    assert "nothing in the log has the id nothing" in refused(afp, retraction("nothing"))
    assert refused(afp, retraction("afp-1", revision=2)) == "afp-1 has no revision 2; it is at 1"


def test_a_decision_about_nothing_is_refused(log):
    assert "has the id q7x2" in refused(log, Draft(fact_of("fact_disputed", fact="q7x2")))


@given(st.lists(st.integers(0, 30), max_size=30))
def test_a_retraction_stands_unless_a_later_one_that_stands_takes_it_back(targets):
    retractions = Retractions()
    made = [Retraction(at, f"r{at}", f"r{target % at}", None) for at, target in enumerate(targets, 1)]
    for each in made:
        retractions.add(each)
    standing = set()
    for each in reversed(made):
        if not any(other.about == each.id for other in made if other.position in standing):
            standing.add(each.position)
    assert set(retractions.standing) == standing


def test_what_one_append_retracts_counts_for_the_rest_of_it(afp):
    assert "retracted already, at position 2" in refused(afp, retraction("afp-1"), retraction("afp-1", reason="again"))
    drafts = [retraction("afp-1"), Draft(statement("Kidal")), correction("afp-1", "Gao")]
    assert "was retracted at position 2" in refused(afp, *drafts)
    assert afp.append(drafts[:2])[1] == Outcome(1, "afp-1", 1, "statement_made", True, 2)


def test_retractions_that_take_each_other_back_in_a_circle_come_to_an_end():
    retractions = Retractions()
    for made in (Retraction(1, "itself", "itself", None), Retraction(2, "a", "b", None), Retraction(3, "b", "a", None)):
        retractions.add(made)
    assert set(retractions.standing) == {1, 3}


# --- properties


def log_of(path, seed, drafts=()):
    """A log whose ids, salts and clock come from a seed."""
    dice = random.Random(seed)
    path.unlink(missing_ok=True)
    log = Log.create(
        path,
        clock=lambda: datetime(2023, 11, 6, tzinfo=UTC),
        new_id=lambda: f"r{dice.getrandbits(40)}",
        new_salt=lambda: dice.randbytes(16),
    )
    log.append(drafts)
    return log


@settings(max_examples=settings.default.max_examples // 4)
@given(drafts=drafts_of_all_sorts)
def test_appending_twice_is_appending_once(tmp_path_factory, drafts):
    path = tmp_path_factory.getbasetemp() / "twice.db"
    with log_of(path, 1, drafts) as log:
        once = list(log.lines())
        again = log.append(drafts)
        assert list(log.lines()) == once
        assert all(outcome.known for outcome in again)


@settings(max_examples=settings.default.max_examples // 4)
@given(drafts=drafts_of_all_sorts, cut=st.integers(0, 12))
def test_the_log_tells_the_same_of_facts_appended_at_once_or_one_by_one(tmp_path_factory, drafts, cut):
    path = tmp_path_factory.getbasetemp() / "cut.db"
    with log_of(path, 2, drafts) as log:
        at_once = [(entry.kind, bytes(entry.fact)) for _, entry in log.entries()]
    with log_of(path, 2) as log:
        for draft in drafts:
            log.append([draft])
        assert [(entry.kind, bytes(entry.fact)) for _, entry in log.entries()] == at_once
        assert positions(log) == list(range(1, log.head + 1))


def test_the_same_seed_gives_the_same_log(tmp_path):
    drafts = [Draft(statement("a")), Draft(statement("b"), id="b"), correction("b", "c")]
    with log_of(tmp_path / "1.db", 7, drafts) as one, log_of(tmp_path / "2.db", 7, drafts) as two:
        assert list(one.lines()) == list(two.lines())
