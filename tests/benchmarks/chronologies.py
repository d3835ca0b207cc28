"""Chronologies to measure with: real rows under new ids, and real operations among them, as many as are asked for.

The rows are UCDP GED's where `../shared/data` has them, else made up in their proportions. Among them stand the Kidal
convoy, several times under names of its own, and the daily bulletins: joint figures, periods, totals, corrections,
retractions. These are as many in every size, since what is contested does not grow with a data set.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import count, cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec

from chronology.cli import run
from chronology.intake import read_batch, read_file
from chronology.log import Draft, Folder, Log, reading
from chronology.vocabulary import KINDS, Kind

ROOT: Final = Path(__file__).parents[2]
KIDAL: Final = ROOT / "data" / "kidal"
SHARED: Final = ROOT.parent / "shared" / "data"
CONVOYS: Final = 20
"""How many Kidal convoys stand in each chronology."""


def make(path: Path, size: int) -> Folder:
    """A chronology of about `size` entries in a new folder; the same each time but for salts and times."""
    folder = Folder.create(path, "bench")
    with Log.open(folder.log_path) as log:
        log.take_in(_mixed(size))
    return folder


def _mixed(size: int) -> Iterator[Draft]:
    contested = list(_contested())
    rows = numbered_rows()
    between = max(1, (size - len(contested)) // len(contested))
    for draft in contested:
        yield from islice(rows, between)
        yield draft
    yield from islice(rows, max(0, size - len(contested) * (between + 1)))


def numbered_rows(start: int = 0) -> Iterator[Draft]:
    """The rows without end, each under an id of its own."""
    facts = cycle(real_rows() or made_up_rows())
    return (Draft(fact, f"set:{number}") for number, fact in zip(count(start), facts, strict=False))


def real_rows() -> list[Kind]:
    """The facts of every row of UCDP GED that is here; none where there are none."""
    files = sorted((SHARED / "ucdp-ged").glob("ged*.csv"))
    found: list[Kind] = []
    with TemporaryDirectory() as scratch:
        for file in files:
            folder = Folder.create(Path(scratch) / file.stem, "rows")
            assert run(["-C", str(folder.path), "import", "ucdp-ged", str(file), "--published", "2024-06-01"]) == 0
            with Log.open(folder.log_path) as log:
                facts = (reading(entry) for _, entry in log.entries() if entry.kind != "dataset_imported")
                found += facts
    return found


def made_up_rows() -> list[Kind]:
    """Rows as large data sets have them: an incident of its own each, plain numbers and no operation."""
    rng = random.Random(1)
    rows = []
    for number in range(10_000):
        dead = rng.randrange(20)
        rows.append({
            "kind": "violent_incident", "source": "a data set", "published": "2024-06-01", "country": "Mali",
            "occurred": f"{1990 + number % 30}-{1 + number % 12:02}-{1 + number % 28:02}",
            "place": {"name": f"Town {number % 5000}", "latitude": number % 90, "longitude": number % 180},
            "participants": [f"Group {number % 300}", f"Group {number % 7}"],
            "killed": [{"low": dead, "best": dead + 1, "high": dead + 3}],
            "native": [f"column{each}={'x' * 20}" for each in range(30)],
        })  # fmt: skip
    return [msgspec.convert(row, KINDS["violent_incident"]) for row in rows]


def strikes_on_a_convoy() -> Iterator[Draft]:
    """One strike after another on the first of the Kidal convoys, as a person would record them."""
    for number in count():
        strike = {
            "kind": "ied_strike", "source": "AP", "published": "2023-11-08", "occurred": "2023-11-01",
            "operation": "kidal-gao-00", "note": f"{number}", "injured": [{"low": 8, "victims": "peacekeepers"}],
        }  # fmt: skip
        yield Draft(msgspec.convert(strike, KINDS["ied_strike"]))


# --- what is contested


def _contested() -> Iterator[Draft]:
    kidal = list(_kidal())
    for number in range(CONVOYS):
        yield from _renamed(kidal, f"-{number:02}")
    yield from _read(_bulletins())


def _kidal() -> Iterator[tuple[str, Kind]]:
    with TemporaryDirectory() as scratch:
        folder = Folder.create(Path(scratch) / "kidal", "kidal")
        with Log.open(folder.log_path) as log:
            for name in ("article.toml", "reports.toml", "curation.toml"):
                batch = read_batch(read_file(str(KIDAL / name)), log)
                assert not batch.problems, batch.problems
                log.append(batch.drafts)
            for _, entry in log.entries():
                yield entry.id, reading(entry)


def _renamed(facts: list[tuple[str, Kind]], suffix: str) -> Iterator[Draft]:
    """The same facts of other convoys and incidents: every id, operation and incident with a suffix."""
    said = [(id, json.loads(msgspec.json.encode(fact))) for id, fact in facts]  # noqa: A001
    own = {id for id, _ in said}  # noqa: A001
    for _, fact in said:
        own |= {fact.get("operation")} | set(fact.get("incidents", ())) | {fact.get("incident")}
        own |= {fact["name"]} if fact["kind"] in {"operation_named", "incident_named"} else set()

    def rename(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: rename(part) for name, part in value.items()}
        if isinstance(value, list):
            return [rename(part) for part in value]
        return f"{value}{suffix}" if isinstance(value, str) and value in own else value

    for id, fact in said:  # noqa: A001
        renamed = rename(fact)
        made = msgspec.json.decode(json.dumps(renamed), type=KINDS[fact["kind"]])
        yield Draft(made, None if fact["kind"] == "fact_corrected" else f"{id}{suffix}")


def _bulletins() -> Iterable[dict[str, Any]]:
    """A thousand days of an increment and a total each, by one ministry: real ones, else made up."""
    file = SHARED / "gaza-daily" / "casualties_daily.json"
    rows = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else list(_made_up_days())
    for row in rows:
        day = date.fromisoformat(row["report_date"])
        fact: dict[str, Any] = {
            "kind": "casualty_update", "id": f"bulletin-{day}", "source": "health ministry",
            "published": day.isoformat(), "operation": "bulletins",
        }  # fmt: skip
        for category in ("killed", "injured"):
            figures = []
            if category in row and (row.get("report_period") != 0 or row[category]):
                begin = day - timedelta(days=(row.get("report_period") or 24) // 24 - 1)
                period = f"{begin}/{day}" if begin < day else f"{day}"
                figures.append({"figure": row[category], "measure": "increment", "period": period})
            if f"{category}_cum" in row:
                total = {"figure": row[f"{category}_cum"], "measure": "running_total", "as_at": day.isoformat()}
                figures.append(total)
            if figures:
                fact[category] = figures
        if "killed" in fact or "injured" in fact:
            yield fact


def _made_up_days() -> Iterator[dict[str, Any]]:
    rng = random.Random(2)
    total = 0
    for number in range(1_000):
        dead = rng.randrange(100)
        total += dead + rng.randrange(5)
        yield {"report_date": f"{date(2021, 1, 1) + timedelta(days=number)}", "killed": dead, "killed_cum": total}


def _read(facts: Iterable[dict[str, Any]]) -> Iterator[Draft]:
    with TemporaryDirectory() as scratch:
        file = Path(scratch) / "facts.jsonl"
        file.write_text("\n".join(json.dumps(fact) for fact in facts), encoding="utf-8")
        folder = Folder.create(Path(scratch) / "read", "read")
        with Log.open(folder.log_path) as log:
            batch = read_batch(read_file(str(file)), log)
            assert not batch.problems, batch.problems[:3]
            yield from batch.drafts
