"""The verbs `assess` and `separate`: what they record, and what they refuse."""

import pytest

STRIKES = """
{"kind": "ied_strike", "source": "AFP", "id": "afp-1", "incidents": ["ied-one"], "injured": 8}
{"kind": "ied_strike", "source": "AFP", "id": "afp-2", "incidents": ["blast"], "injured": 7}
"""


@pytest.fixture
def strikes(cli):
    assert cli("append", "-", stdin=STRIKES).code == 0
    return cli


def asked(cli, sql):
    return cli("query", sql, "--format", "csv").out[1:]


def test_a_fact_is_assessed_by_its_credibility(strikes):
    assert strikes("assess", "afp-1", "--credibility", "2", "--reason", "two witnesses").code == 0
    assert asked(strikes, "select credibility from fact_assessed") == ["2"]


def test_a_source_is_assessed_by_its_reliability(strikes):
    assert strikes("assess", "--source", "AFP", "--reliability", "B", "--reason", "long record").code == 0
    assert asked(strikes, "select reliability from sources where name = 'AFP'") == ["B"]


def test_an_assessment_of_nothing_or_of_both_is_refused(strikes):
    assert strikes("assess", "--reason", "none").code != 0
    assert strikes("assess", "afp-9", "--credibility", "2", "--reason", "none").code == 1
    assert strikes("status").code == 0
    assert asked(strikes, "select count(*) from history") == ["2"]


def test_incidents_are_separated_by_name_and_the_reason_is_kept(strikes):
    ran = strikes("separate", "ied-one", "blast", "--reason", "an hour apart")
    assert (ran.code, "incidents_separated" in ran.out[0]) == (0, True)
    assert asked(strikes, "select reason from incidents_separated") == ["an hour apart"]


def test_one_incident_alone_cannot_be_separated(strikes):
    assert strikes("separate", "blast", "--reason", "alone").code != 0
    assert asked(strikes, "select count(*) from history") == ["2"]
