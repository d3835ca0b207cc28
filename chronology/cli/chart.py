"""The verb chart: what views hold, drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chronology.cli.limited import Memory, Timeout
from chronology.cli.options import Directory, open_chronology
from chronology.cli.output import Format, refuse_own_file, say, write_bytes, write_rows
from chronology.cli.query import AsOf, ByPolicy, KnownBy
from chronology.errors import Usage

__all__ = ["chart"]


def chart(  # noqa: PLR0917 - typer passes by name
    name: Annotated[
        str | None, typer.Argument(metavar="[CHART]", help="a chart: toll, sources, timeline, map, …")
    ] = None,
    keys: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[KEY=VALUE]…", help="only these rows: operation=kidal-gao; or a parameter: borders=true"
        ),
    ] = None,
    directory: Directory = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="write to this file: .svg, .png, .pdf, .html, .json"),
    ] = None,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    policy: ByPolicy = None,
    timeout: Timeout = None,
    memory: Memory = None,
) -> None:
    """Draw a chart of what views hold, as SVG, PNG, PDF or HTML; or list the charts.

    A chart is a Vega-Lite specification in one JSON file that names the views it draws. Those in the chronology's
    folder `charts` are found as well.
    """
    from chronology.charts.rendering import checked_suffix, library, rendered
    from chronology.cli.explain import key_of

    asked = dict(key_of(key) for key in keys or ())
    if name is None:
        with open_chronology(directory) as chronology:
            write_rows(["chart", "what it shows"], chronology.charts().items(), Format.TABLE)
        return
    if output is None:
        raise Usage(f"a chart is written to a file; expected such as: chronology chart {name} -o {name}.svg")
    suffix = checked_suffix(output)
    if suffix != ".json":
        library()
    refuse_own_file(output)
    with open_chronology(directory) as chronology:
        spec = chronology.chart(
            name, asked, as_of=as_of, known_by=known_by, policy=policy, timeout=timeout, memory=memory
        )
    write_bytes(rendered(spec, suffix), output)
    say(f"wrote {output}")
