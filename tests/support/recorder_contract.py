"""What every recorder of a log must do, whatever it stores the log in.

A module of tests inherits `RecorderContract` and gives the fixture `store`: `open()` gives an application of the
library over the same log each time, and `run(statement)` does what somebody with the database's own client may do.
"""

import threading
from datetime import UTC, datetime

import msgspec
import pytest
from eventsourcing.persistence import StoredEvent
from log_examples import fact_of, statement

from chronology.errors import Damaged, Refused, Unavailable
from chronology.log import Entry, encode
from chronology.log.entry import canonical, content_digest, tag
from chronology.log.merkle import leaf_hash, root_of
from chronology.log.store import port
from chronology.vocabulary.kinds.curation import FactCorrected


def entry_of(fact, id_="afp-1", revision=1):
    """An entry that holds a fact; always the same for the same fact."""
    return Entry(
        format=1,
        id=id_,
        kind=tag(type(fact)),
        revision=revision,
        recorded_at=datetime(2023, 11, 6, tzinfo=UTC),
        salt=bytes(16),
        fact=msgspec.Raw(canonical(fact)[0]),
    )


def event(id_="afp-1", revision=1, about="Kidal"):
    """The stored event of a statement about something."""
    entry = entry_of(statement(about), id_, revision)
    return StoredEvent(id_, revision, entry.kind, encode(entry))


LINE = event().state
SOURCE = {"the atlas news": "The Atlas News"}


class RecorderContract:
    @pytest.fixture
    def recorder(self, store):
        with store.open() as application:
            yield application.recorder

    @pytest.fixture
    def other(self, store):
        """Another recorder of the same log, as another process has it."""
        with store.open() as application:
            yield application.recorder

    # --- what is inserted

    def test_positions_follow_one_another_from_1(self, recorder, other):
        assert (recorder.head(), recorder.max_notification_id()) == (0, None)
        assert recorder.insert_events([event("afp-1"), event("afp-2")]) == [1, 2]
        assert other.insert_events([event("afp-3")]) == [3]
        assert recorder.insert_events([]) == []
        assert recorder.insert_events([event("afp-1", 2)]) == [4]
        assert (other.head(), other.max_notification_id(), other.checked_head()) == (4, 4, 4)

    def test_a_line_comes_back_as_it_was_whatever_is_in_it(self, recorder):
        said = "tab\t, backslash \\N, \"quotes\", 'quote', {braces}, %s ?, line\nbreak, NUL-less, سلام, 𐎀"
        events = [event(f"afp-{said.count(' ')}-{number}", about=said) for number in range(3)]
        recorder.insert_events(events)
        found = recorder.select_notifications(1, 10)
        assert [(each.originator_id, each.topic, each.state) for each in found] == [
            (each.originator_id, each.topic, each.state) for each in events
        ]
        assert recorder.names("source") == SOURCE

    def test_a_revision_is_taken_once_and_what_is_refused_leaves_nothing(self, recorder):
        recorder.insert_events([event("afp-1")])
        with pytest.raises(Refused):
            recorder.insert_events([event("afp-2"), event("afp-1")])
        assert (recorder.head(), recorder.tree_size(), recorder.stored_as("afp-2", 1)) == (1, 1, None)
        assert recorder.insert_events([event("afp-2")]) == [2]

    @pytest.mark.parametrize(
        "bad",
        [
            StoredEvent("afp-1", 1, "os:system", LINE),
            StoredEvent("afp-1", 1, "statement_made", b"{}"),
            StoredEvent("afp-2", 1, "statement_made", LINE),
            StoredEvent("afp-1", 2, "statement_made", LINE),
        ],
    )
    def test_an_event_that_is_not_an_entry_is_refused(self, recorder, bad):
        with pytest.raises(Damaged):
            recorder.insert_events([bad])
        assert recorder.head() == 0

    @pytest.mark.parametrize(
        "statement",
        [
            "update stored_events set topic = 'other'",
            "delete from stored_events",
            "delete from stored_events where 1=1",
        ],
    )
    def test_the_store_itself_refuses_to_change_or_delete_an_entry(self, store, recorder, statement):
        recorder.insert_events([event()])
        with pytest.raises(store.error, match="is never"):
            store.run(statement)
        assert recorder.select_notifications(1, 1)[0].state == LINE

    # --- transactions

    def test_within_a_transaction_all_is_seen_and_outside_nothing_before_its_end(self, recorder, other):
        with recorder.writing() as last:
            assert last == 0
            recorder.insert_events([event("afp-1")])
            recorder.insert_events([event("afp-2")])
            assert (recorder.head(), recorder.tree_size()) == (2, 2)
            assert recorder.names("source") == SOURCE
            assert other.head() == 0
        assert (other.head(), other.names("source")) == (2, SOURCE)

    def test_what_is_not_to_be_kept_was_never_there(self, recorder, other):
        with recorder.writing(keep=False):
            recorder.insert_events([event("afp-1"), event("afp-2")])
        for each in (recorder, other):
            assert (each.head(), each.tree_size(), each.names("source")) == (0, 0, {})
        assert recorder.insert_events([event("afp-3")]) == [1]

    def test_an_error_undoes_the_transaction_it_happens_in(self, recorder):
        def insert_twice():
            with recorder.writing():
                recorder.insert_events([event("afp-1")])
                recorder.insert_events([event("afp-1")])

        with pytest.raises(Refused):
            insert_twice()
        assert (recorder.head(), recorder.tree_size(), recorder.names("source")) == (0, 0, {})
        assert recorder.insert_events([event("afp-1")]) == [1]

    def test_of_two_who_write_one_waits_for_the_other(self, recorder, other):
        found = []
        waiting = threading.Thread(target=lambda: found.extend(other.insert_events([event("afp-2")])))
        with recorder.writing():
            waiting.start()
            assert recorder.insert_events([event("afp-1")]) == [1]
        waiting.join()
        assert found == [2]

    def test_what_may_only_be_read_is_not_written(self, store, recorder):
        recorder.insert_events([event()])
        with store.open(read_only=True) as application:
            assert application.recorder.head() == 1
            with pytest.raises(Unavailable):
                application.recorder.insert_events([event("afp-2")])
        assert recorder.head() == 1

    def test_what_is_closed_says_so(self, store):
        application = store.open()
        application.close()
        application.close()
        with pytest.raises(Unavailable, match="was closed"):
            application.recorder.head()

    # --- how entries are read

    def test_notifications_are_selected_by_place_limit_and_topic(self, recorder):
        recorder.insert_events([event(f"afp-{number}") for number in range(1, 6)])

        def ids(*given, **named):
            return [each.id for each in recorder.select_notifications(*given, **named)]

        assert ids(None, 10) == [1, 2, 3, 4, 5]
        assert ids(2, 2) == [2, 3]
        assert ids(2, 10, 4, inclusive_of_start=False) == [3, 4]
        assert ids(1, 10, topics=["statement_made"]) == [1, 2, 3, 4, 5]
        assert ids(1, 10, topics=["ied_strike", "airstrike"]) == []
        (first,) = recorder.select_notifications(1, 1)
        assert (first.originator_id, first.originator_version, first.topic) == ("afp-1", 1, "statement_made")
        assert [each.id for each in recorder.of_kinds(["statement_made"], 3)] == [4, 5]

    def test_revisions_are_selected_by_range_and_direction(self, recorder):
        recorder.insert_events([event("afp-1", revision, f"{revision}") for revision in (1, 2, 3, 4)])
        recorder.insert_events([event("afp-2")])

        def revisions(**named):
            return [each.originator_version for each in recorder.select_events("afp-1", **named)]

        assert revisions() == [1, 2, 3, 4]
        assert revisions(gt=1, lte=3) == [2, 3]
        assert revisions(desc=True, limit=2) == [4, 3]
        assert list(recorder.select_events("afp-9")) == []
        found = [(each.originator_id, each.originator_version) for each in recorder.streams(["afp-2", "afp-1", "x"])]
        assert found == [("afp-1", 1), ("afp-1", 2), ("afp-1", 3), ("afp-1", 4), ("afp-2", 1)]

    def test_all_entries_come_some_at_a_time_from_either_end(self, recorder, monkeypatch):
        monkeypatch.setattr(port, "CHUNK", 3)
        recorder.insert_events([event(f"afp-{number}") for number in range(1, 9)])

        def ids(*given, **named):
            return [[each.id for each in found] for found in recorder.notifications(*given, **named)]

        assert ids(0, None) == [[1, 2, 3], [4, 5, 6], [7, 8]]
        assert ids(0, None, newest_first=True) == [[8, 7, 6], [5, 4, 3], [2, 1]]
        assert ids(6, None) == ids(6, 99) == [[7, 8]]
        assert ids(-5, 2) == [[1, 2]]
        assert ids(8, None) == ids(5, 5) == []

    def test_what_is_stored_is_known_without_reading_it(self, recorder):
        recorder.insert_events([event("afp-1"), event("afp-2", about="Gao"), event("afp-1", 2, "Tessalit")])
        assert recorder.stored_at(2)[:4] == (2, "afp-2", 1, "statement_made")
        assert recorder.stored_at(4) is recorder.stored_at(2**70) is recorder.stored_as("afp-2", 2) is None
        assert recorder.stored_as("afp-1", 2).position == 3
        assert [each.position for each in recorder.stored_under(["afp-1", "afp-9"])] == [1, 3]
        assert recorder.stored_under([]) == recorder.stored_with([]) == recorder.streams([]) == []
        digests = [recorder.stored_at(position).digest for position in (1, 2)]
        assert [each.position for each in recorder.stored_with([*digests, bytes(32)])] == [1, 2]
        assert len(recorder.stored_under([f"afp-{number}" for number in range(3_000)])) == 3

    def test_ids_come_in_the_order_of_their_characters(self, recorder):
        given = ["AP-1", "ap-1", "ap-10", "ap-2", "äp-1", "ap-é", "a%-1", "a_-1"]
        recorder.insert_events([event(each) for each in given] + [event("ap-1", 2)])
        assert recorder.ids("", "", 99) == sorted(given)
        assert recorder.ids("ap-", "ap-", 99) == ["ap-1", "ap-10", "ap-2", "ap-é"]
        assert recorder.ids("ap-", "ap-1", 2) == ["ap-10", "ap-2"]
        assert recorder.ids("a%", "", 9) == ["a%-1"]
        assert sorted(recorder.ids_of_length("a", 5, 6, 9)) == ["ap-10"]

    # --- names

    def test_a_name_is_as_it_was_first_written_where_it_was_first_written(self, recorder):
        facts = [fact_of("statement_made", source=name, actor="UN") for name in ("AFP", "Afp", "Le Monde", "AFP")]
        made = [entry_of(fact, f"afp-{number}") for number, fact in enumerate(facts)]
        now = msgspec.Raw(canonical(fact_of("statement_made", source="Reuters", actor="MINUSMA"))[0])
        made.append(entry_of(FactCorrected(fact="afp-0", nature="entry", reason="misread", now=now), "afp-0", 2))
        events = [StoredEvent(each.id, each.revision, each.kind, encode(each)) for each in made]
        recorder.insert_events(events[:2])
        recorder.insert_events(events[2:])
        said = bytes(made[-1].fact)
        assert recorder.stored_as("afp-0", 1).digest == content_digest(bytes(made[0].fact))
        assert recorder.stored_as("afp-0", 2).digest == content_digest(said, corrects=("afp-0", 2))
        assert recorder.names("source") == {"afp": "AFP", "le monde": "Le Monde", "reuters": "Reuters"}
        assert [recorder.position_of_name("source", key) for key in ("afp", "le monde", "reuters", "ap")] == [
            1,
            3,
            5,
            None,
        ]
        assert recorder.names_of_length("source", 3, 7) == {"afp": "AFP", "reuters": "Reuters"}
        assert sorted(recorder.names_upto(1)) == [("actor", "un", "UN", 1), ("source", "afp", "AFP", 1)]
        assert recorder.name_beyond(5) is None
        assert recorder.name_beyond(4)[2] == 5

    def test_names_are_found_by_key_and_by_what_they_are_filed_under(self, recorder):
        facts = [
            fact_of("statement_made", source="AP", actor=name) for name in ("Katiba 01", "Ansar Dine", "JNI\u041c")
        ]
        recorder.insert_events(
            [
                StoredEvent(each.id, 1, each.kind, encode(each))
                for each in (entry_of(fact, f"ap-{number}") for number, fact in enumerate(facts))
            ]
        )
        assert recorder.names_among("actor", ["katiba 01", "ansar dine", "ansar", "ap"]) == {
            "katiba 01": "Katiba 01", "ansar dine": "Ansar Dine",
        }  # fmt: skip
        assert recorder.names_among("actor", []) == {}
        signs = ["=katiba 1", "~jnim", "10.0.ans", "10.1.ar ", "8.0.ka", "10.0.xxx"]
        assert sorted(recorder.names_signed("actor", signs)) == [
            ("10.0.ans", "ansar dine"), ("10.1.ar ", "ansar dine"), ("8.0.ka", "katiba 0"), ("=katiba 1", "katiba 01"),
            ("~jnim", "jni\u043c"),
        ]  # fmt: skip
        assert recorder.names_signed("source", signs) == []

    # --- the tree

    def test_the_tree_is_that_of_the_lines_however_they_came(self, recorder):
        events = [event(f"afp-{number}", about=f"{number}") for number in range(11)]
        lines = [each.state for each in events]
        for begin, end in ((0, 1), (1, 4), (4, 4), (4, 11)):
            recorder.insert_events(events[begin:end])
            assert recorder.frontier(end).root() == root_of(lines[:end])
        assert recorder.subtree(0, 3) == leaf_hash(lines[2])
        assert recorder.tree_size() == 11
        assert recorder.ends(7) == (7, 11, 11)
        with pytest.raises(Damaged, match="lacks its hash at position 12"):
            recorder.subtree(0, 12)

    def test_all_there_is_of_an_entry_is_read_at_once(self, recorder):
        recorder.insert_events([event("afp-1"), event("afp-2")])
        one, two = recorder.whole(1, 9)
        assert one[:4] == (1, "afp-1", 1, "statement_made")
        assert (bytes(one[5]), bytes(one[6])) == (LINE, leaf_hash(LINE))
        assert (two[0], len(two[6])) == (2, 64)
        assert recorder.whole(3, 9) == []

    # --- what another program did

    def test_a_sound_store_is_found_to_be_whole(self, recorder):
        recorder.insert_events([event("afp-1"), event("afp-2")])
        for quick in (True, False):
            recorder.check_structure(quick=quick)

    def test_an_entry_that_was_taken_out_is_missed(self, store, recorder):
        recorder.insert_events([event(f"afp-{number}") for number in range(1, 5)])
        store.take_out(2)
        with pytest.raises(Damaged, match="position 2 is missing"):
            list(recorder.notifications(0, None))
        store.take_out(4)
        with pytest.raises(Damaged):
            recorder.checked_head()
        with pytest.raises(Damaged):
            recorder.insert_events([event("afp-5")])
        with pytest.raises(Damaged):
            store.open()
