"""The log keeps the example of every kind."""

import pytest
from log_examples import fact_of, statement

from chronology.log import Draft, Log, decode, is_canonical, reading
from chronology.vocabulary import KINDS


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
