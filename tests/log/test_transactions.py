"""How often the log is asked: what belongs together is one transaction."""

from contextlib import contextmanager

import pytest
from log_examples import statement

from chronology.log import Draft, Log
from chronology.log.store.sqlite import Datastore


@pytest.fixture
def transactions(monkeypatch):
    """Whether each transaction with a log was one that writes, in their order."""
    begun = []
    begin = Datastore.transaction

    @contextmanager
    def counted(self, *, commit):
        begun.append("write" if commit else "read")
        with begin(self, commit=commit) as cursor:
            yield cursor

    monkeypatch.setattr(Datastore, "transaction", counted)
    return begun


def test_an_append_of_one_fact_is_a_few_transactions(cli, transactions):
    line = '{"kind": "statement_made", "source": "AFP", "actor": "UN", "about": "the withdrawal from Kidal"}'
    assert cli("append", "-", stdin=line).code == 0
    transactions.clear()
    assert cli("append", "-", stdin=line.replace("AFP", "AP")).code == 0
    # The file is looked at; the names are looked up; it is held against what was seen; the append; what is there now is
    # remembered.
    assert transactions == ["read", "read", "read", "write", "read"]


def test_a_question_with_nothing_new_is_two_transactions(cli, transactions):
    line = '{"kind": "statement_made", "source": "AFP", "actor": "UN", "about": "the withdrawal from Kidal"}'
    assert cli("append", "-", stdin=line).code == 0
    assert cli("query", "select count(*) from facts").code == 0
    transactions.clear()
    assert cli("query", "select count(*) from facts").code == 0
    # The file is looked at; the views are held against its head.
    assert transactions == ["read", "read"]


def test_what_is_asked_while_reading_is_asked_of_one_moment(tmp_path, transactions):
    with Log.create(tmp_path / "log.db") as log:
        log.append([Draft(statement("one"), id="afp-1")])
        transactions.clear()
        with log.reading():
            assert (log.head, len(log.stream("afp-1")), log.at(1).id) == (1, 1, "afp-1")
            assert log.root() == log.root(1)
        assert transactions == ["read"]
