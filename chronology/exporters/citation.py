"""Citations of a state of a chronology: whoever reads one can tell whether they have the same."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

import chronology
from chronology.exporters.state import About

__all__ = ["CITED_AS", "as_bibtex", "as_csl_json", "as_text"]

_BIBTEX: Final = str.maketrans(
    {char: f"\\{char}" for char in "#$%&_{}"} | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}"}
    | {"^": r"\textasciicircum{}"}
)  # fmt: skip


def as_text(about: About) -> str:
    """The citation as a sentence for people."""
    return f"{_title(about)} ({about.recorded.isoformat()}). {_note(about)}."


def as_bibtex(about: About) -> str:
    """The citation as an entry of BibTeX; `misc` is what every style knows."""
    fields = {
        "title": f"{{{_title(about).translate(_BIBTEX)}}}",
        "year": str(about.recorded.year),
        "month": str(about.recorded.month),
        "date": about.recorded.isoformat(),
        "version": str(about.entries),
        "note": _note(about).translate(_BIBTEX),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{_key(about)},", *lines, "}"])


def as_csl_json(about: About) -> str:
    """The citation as CSL-JSON, which Zotero and pandoc read."""
    day = about.recorded
    item: dict[str, Any] = {
        "id": _key(about),
        "type": "dataset",
        "title": _title(about),
        "issued": {"date-parts": [[day.year, day.month, day.day]]},
        "version": str(about.entries),
        "note": _note(about),
    }
    return msgspec.json.format(msgspec.json.encode([item])).decode()


CITED_AS: Final = {"text": as_text, "bibtex": as_bibtex, "csl-json": as_csl_json}
"""The forms of a citation, by name."""


def _title(about: About) -> str:
    of = "" if about.operation is None else f": {about.operation}"
    return f"{about.name}{of}, a chronology of {about.entries:,} entries"


def _note(about: About) -> str:
    known = "" if about.known_by is None else f", as the public record stood on {about.known_by.isoformat()}"
    return (
        f"Figures by policy {about.policy}{known}; log {about.origin}, head {about.entries}, root {about.root}; "
        f"chronology {chronology.__version__}"
    )


def _key(about: About) -> str:
    """A key of letters, digits and hyphens, as BibTeX takes it."""
    name = re.sub("[^a-z0-9]+", "-", about.name.lower()).strip("-") or "chronology"
    known = "" if about.known_by is None else f"-{about.known_by.isoformat()}"
    return f"{name}-{about.entries}{known}"
