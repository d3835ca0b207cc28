"""The demo: an article and then the other reports, from empty folder to honest figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from chronology.api import Chronology
from chronology.cli.output import Format, say, warn, write_bytes, write_rows
from chronology.errors import Unavailable

__all__ = ["demo"]

INJURED: Final = (
    "select definition, low, best, high, itemised_low, stated_total_low, not_itemised "
    "from injuries_by_convoy where convoy = 'kidal-gao' order by definition nulls first"
)
CLAIMS: Final = (
    "select day, incident, actor, stance, array_to_string(said_by, ', ') as said_by, contested "
    "from claims order by day, incident"
)
TRY_NEXT: Final = (
    "log --limit 5",
    'query "select fact, low, high, counted, reason from figures"',
    "timeline --known-by 2023-11-03",
)


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="a new folder to make the chronology in")],
) -> None:
    """Build the Kidal chronology in a folder, and show what it answers."""
    from chronology.cli.query import timeline_sql, timeline_table

    chronology = Chronology.create(folder, name="kidal", on_warning=warn)
    _paragraph("A UN convoy leaves Kidal for Gao, on 31 October 2023. First, what one article says, on 6 November.")
    _append(chronology, "article.toml")
    _paragraph("Injured peacekeepers of the convoy, by the article alone:")
    before = _injured(chronology)
    _tell_injured(before)
    _paragraph("What happened, in order:")
    write_rows(*timeline_table(chronology.query(timeline_sql())), Format.TABLE)
    _paragraph("Who claimed what:")
    claims = chronology.query(CLAIMS)
    write_rows(claims.columns, claims, Format.TABLE)
    _paragraph("Now the other reports, of agencies, papers and the UN itself.")
    _append(chronology, "reports.toml")
    _paragraph("Injured peacekeepers of the convoy, by all of them:")
    after = _injured(chronology)
    _tell_injured(after)
    _paragraph("What changed:")
    for line in _changes(before, after):
        say(f"  {line}")
    _paragraph("What was known on 3 November, by the public record of that day:")
    _tell_injured(_injured(chronology, known_by="2023-11-03"))
    _paragraph("Nothing was overwritten. Try next:")
    for command in TRY_NEXT:
        say(f"  chronology -C {folder} {command}")
    _show_page(chronology, folder)


def _show_page(chronology: Chronology, folder: Path) -> None:
    """Write the page of the case into the folder, and say to open it; without what draws it, how to get that."""
    page = folder / "kidal.html"
    try:
        made = chronology.page(title="The convoy from Kidal to Gao", command=f"chronology page {page.name}")
    except Unavailable as error:
        _paragraph(f"There is no page to open: {error}")
        return
    write_bytes(made.encode(), page)
    _paragraph(f"And open this in a browser, move the slider, and ask a number why: {page.resolve().as_uri()}")


def _paragraph(text: str) -> None:
    print()
    say(text)
    print()


def _append(chronology: Chronology, name: str) -> None:
    outcomes = chronology.append(_data(name)).outcomes
    say(
        f"  chronology append {name}: {len(outcomes)} entries, positions {outcomes[0].position}–{outcomes[-1].position}"
    )


def _data(name: str) -> Path:
    """A file of the Kidal data: in the installed package, or in the checkout it is run from."""
    package = Path(__file__).parents[1]
    for place in (package / "data" / "kidal", package.parent / "data" / "kidal"):
        if (place / name).is_file():
            return place / name
    msg = f"data/kidal/{name} is missing from this installation; install chronology again"
    raise Unavailable(msg)


def _injured(chronology: Chronology, known_by: str | None = None) -> dict[str | None, dict[str, int | None]]:
    """The figures of the convoy by definition; None is the plain word."""
    rows = chronology.query(INJURED, known_by=known_by).dicts()
    return {row.pop("definition"): row for row in rows}


def _tell_injured(figures: dict[str | None, dict[str, int | None]]) -> None:
    for definition, figure in figures.items():
        what = "injured" if definition is None else f"injured ({definition})"
        say(f"  {what}: {_interval(figure)}")
        say(
            f"    itemised {_number(figure['itemised_low'])} · stated total {_number(figure['stated_total_low'])}"
            f" · not itemised {_number(figure['not_itemised'])}"
        )


def _interval(figure: dict[str, int | None]) -> str:
    low, best, high = figure["low"], figure["best"], figure["high"]
    if low is None:
        return "not known"
    if high is None:
        return f"at least {low}" if best in {None, low} else f"at least {low}, best {best}"
    return f"{low}" if low == high else f"{low} to {high}, best {best}"


def _number(value: int | None) -> str:
    return "–" if value is None else str(value)


def _changes(
    before: dict[str | None, dict[str, int | None]], after: dict[str | None, dict[str, int | None]]
) -> list[str]:
    lines = []
    for definition, figure in after.items():
        what = "injured" if definition is None else f"injured ({definition})"
        if definition not in before:
            lines.append(f"{what}: new, {_interval(figure)}")
            continue
        old = before[definition]
        moved = [
            f"{column.removesuffix('_low').replace('_', ' ')} {_number(old[column])} → {_number(value)}"
            for column, value in figure.items()
            if old[column] != value
        ]
        lines.append(f"{what}: {', '.join(moved) or 'as before'}")
    return lines
