"""A chronology that all tests of exporters read, with its views made once."""

import pytest
from exported import chronology_of


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The chronology, and the homes in which its views are known to be ours."""
    home = tmp_path_factory.mktemp("home")
    homes = {"XDG_CONFIG_HOME": str(home / "config"), "XDG_STATE_HOME": str(home / "state")}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in homes.items():
            patch.setenv(name, value)
        chronology = chronology_of(home / "published")
        chronology.refresh()
    return chronology, homes


@pytest.fixture
def chronology(made, monkeypatch):
    """The chronology of `exported.FACTS`: to be read, not to be changed."""
    chronology, homes = made
    for name, value in homes.items():
        monkeypatch.setenv(name, value)
    return chronology
