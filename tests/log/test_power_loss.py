"""The power is cut while a chronology is made and appended to: what was acknowledged is there, and the log is whole."""

import io
import os
import shutil
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout, suppress
from textwrap import dedent

import pytest
from log_examples import statement
from power_loss import images, whole
from syscalls import Say, Sync, recorded

from chronology.cli import run
from chronology.errors import ChronologyError, Damaged
from chronology.log import Draft, Folder, Log
from chronology.log.evidence.checkpoints import key_file
from chronology.log.store import sqlite

SCRIPT = dedent("""
    import os
    import sys
    from pathlib import Path
    from log_examples import statement
    from syscalls import be_traced
    from chronology.cli import run
    from chronology.log import Draft, Folder, Log
    from chronology.log.store import sqlite
    sqlite._TO_WRITE.update(eval(sys.argv[2]))
    folder = Path(sys.argv[1]) / "made" / "kidal"
    be_traced()
    run(["init", str(folder)])
    number = 0
    with Log.open(folder / "log.db") as log:
        for count in (1, 3, 1, 50, 1, 3):
            drafts = [Draft(statement(f"{number}-{each}", note="x" * 600)) for each in range(count)]
            os.write(1, b"%d appended\\n" % log.append(drafts)[-1].position)
            number += 1
    for args in (
        ["append", "shelling", "--source", "AFP"],
        ["append", sys.argv[3]],
        ["checkpoint"],
        ["append", "shelling", "--source", "AP"],
    ):
        assert run([*args, "-C", str(folder)]) == 0
""")
FIFTY = "".join(f'{{"kind": "shelling", "source": "Reuters", "note": "{number}"}}\n' for number in range(50))
HEADS = [0, 1, 4, 5, 55, 56, 59, 60, 110, 111]


def acknowledged(said):
    """How many entries were acknowledged by what was printed; None before the chronology was."""
    last = [int(word) for line in said.splitlines() if (word := line.split(" ")[0]).isdigit()]
    return max(last, default=0) if said else None


class Recording:
    """What was done to make a chronology and append to it, and the lines it had in the end."""

    def __init__(self, place, settings):
        facts = place.with_name("fifty.jsonl")
        facts.write_text(FIFTY)
        place.mkdir()
        self.place, self.folder = place, place / "made" / "kidal"
        self.calls = recorded(SCRIPT, place, repr(settings), str(facts))
        self.really = {
            str(path.relative_to(place)): path.read_bytes() if path.is_file() else None for path in place.rglob("*")
        }
        with Log.open(self.folder / "log.db", read_only=True) as log:
            self.lines, self.origin = [line for _, line in log.lines()], log.origin
        assert len(self.lines) == HEADS[-1]

    def judged(self, image):
        """What became of the log in an image, laid out where it was made."""
        shutil.rmtree(self.place)
        image.write(self.place)
        there = acknowledged(image.said)
        if there is None:
            # As if it had not been made, and can be; or it was made.
            with suppress(ChronologyError):
                Folder.create(self.folder)
        try:
            with Log.open(Folder.find(self.folder).log_path) as log:
                lines = [line for _, line in log.lines()]
                if len(lines) < (there or 0):
                    return "lost"
                if lines != self.lines[: len(lines)] or len(lines) not in HEADS:
                    return "corrupt: other lines, or a part of an append"
                if log.append([Draft(statement("afterwards"))])[0].position != len(lines) + 1:
                    return "corrupt: the next position is another"
        except Damaged as error:
            return f"corrupt: {error}"
        except ChronologyError as error:
            return f"corrupt: {error}" if there is None else f"lost: {error}"
        if "— chronology/" in image.said and not key_file(self.origin, os.environ).exists():
            return "lost: the key that signed"
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            code = run(["verify", "-C", str(self.folder)])
        return "whole" if code == 0 else f"corrupt: {said.getvalue()}"


def counted(recording, count):
    """How many images came to what, by its first word; the first of each that is not whole is printed."""
    found = Counter()
    for image in images(recording.place, recording.calls, count):
        said = recording.judged(image)
        word = said.split(":")[0]
        if word != "whole" and word not in found:
            print(f"image {image.seed}, after {recording.calls[image.call]!r:.200}: {said}")
        found[word] += 1
    assert found.total() == count
    return found


@pytest.fixture
def recording(tmp_path, monkeypatch):
    """Record the calls with some settings of SQLite changed; keys and what was seen are on the same disk."""

    def recording(**settings):
        place = tmp_path / f"disk {len(list(tmp_path.iterdir()))}"
        monkeypatch.setenv("XDG_CONFIG_HOME", str(place / "config"))
        monkeypatch.setenv("XDG_STATE_HOME", str(place / "state"))
        if settings.get("journal_mode") == "wal":  # beside a log of ours there never is one, and it would be refused
            monkeypatch.setattr(sqlite, "check_file", lambda _: None)
        return Recording(place, settings)

    return recording


def test_every_write_is_recorded(recording):
    made = recording()
    assert whole(made.place, made.calls) == made.really
    said = "".join(call.text for call in made.calls if isinstance(call, Say))
    assert acknowledged(said) == HEADS[-1]


def test_an_append_is_acknowledged_when_all_of_it_is_synced(recording):
    made = recording()
    for before, call in zip(made.calls, made.calls[1:], strict=False):
        if isinstance(call, Say) and call.text.endswith("appended\n"):
            assert isinstance(before, Sync)


def test_nothing_acknowledged_is_lost_when_the_power_is_cut(recording):
    assert counted(recording(), 90) == {"whole": 90}


@pytest.mark.parametrize(
    ("settings", "becomes"),
    [
        ({"journal_mode": "wal", "synchronous": 1}, "lost"),
        ({"synchronous": 1}, "lost"),
        ({"synchronous": 0}, "corrupt"),
    ],
)
def test_with_less_care_some_of_it_would_be(recording, settings, becomes):
    assert counted(recording(**settings), 90)[becomes]


@pytest.mark.torture
def test_nothing_acknowledged_is_lost_in_2000_power_cuts(recording):
    found = counted(recording(), 2_000)
    less = counted(recording(journal_mode="wal", synchronous=1), 2_000)
    print(f"2,000 power cuts: {dict(found)}; with WAL and synchronous=NORMAL: {dict(less)}")
    assert found == {"whole": 2_000}
    assert less["lost"]
