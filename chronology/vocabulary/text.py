"""The kinds of text a fact is made of, each with its bounds and what it is checked for.

A type says what a string *is*: `ActorName`, `OperationName`, `Edtf`. Its `role` (in `extra`) is what intake checks
and completes it by, what the log indexes names by, and what projections gather columns by; nothing else repeats it.
"""

from __future__ import annotations

import enum
import unicodedata
from typing import Annotated, Final

from msgspec import Meta

from chronology.vocabulary.hidden import unprintable

__all__ = [
    "ActorName",
    "Actors",
    "Country",
    "DefinitionName",
    "Edtf",
    "EntryRef",
    "EntryRefs",
    "IncidentName",
    "Incidents",
    "Native",
    "OperationName",
    "PlaceName",
    "Prose",
    "Role",
    "SourceName",
    "Title",
    "Url",
    "VictimsName",
    "can_be_name",
    "name_key",
    "unprintable",
]


class Role(enum.StrEnum):
    """The meaning of a piece of text. The first seven are names that are matched with those already in the log."""

    ACTOR = "actor"
    PLACE = "place"
    SOURCE = "source"
    OPERATION = "operation"
    INCIDENT = "incident"
    VICTIMS = "victims"
    DEFINITION = "definition"
    ENTRY = "entry"
    EDTF = "edtf"
    TITLE = "title"
    PROSE = "prose"
    URL = "url"
    COUNTRY = "country"
    NOW = "now"

    @property
    def is_name(self) -> bool:
        """True if text of this role is a name: matched by `name_key`, indexed in the log, free of hidden characters."""
        return self in NAME_ROLES

    @property
    def is_guarded(self) -> bool:
        """True if a near miss of a known name is refused rather than taken for a new one."""
        return self in GUARDED_ROLES


NAME_ROLES: Final = frozenset(
    {Role.ACTOR, Role.PLACE, Role.SOURCE, Role.OPERATION, Role.INCIDENT, Role.VICTIMS, Role.DEFINITION}
)
GUARDED_ROLES: Final = frozenset({Role.OPERATION, Role.INCIDENT, Role.VICTIMS, Role.DEFINITION})


def _role(role: Role, most: int, description: str, *, least: int = 1, **schema: str) -> Meta:
    return Meta(
        min_length=least,
        max_length=most,
        description=description,
        extra={"role": role},
        extra_json_schema=schema or None,
    )


ActorName = Annotated[str, _role(Role.ACTOR, 200, "an armed group, force, government or body, by a name it goes by")]
PlaceName = Annotated[str, _role(Role.PLACE, 200, "a town, site or area, by a name it goes by")]
SourceName = Annotated[str, _role(Role.SOURCE, 200, "who published it: a news desk, a ministry, a data set")]
OperationName = Annotated[
    str, _role(Role.OPERATION, 200, "an undertaking whose figures are counted together: a convoy, a siege, a campaign")
]
IncidentName = Annotated[str, _role(Role.INCIDENT, 200, "one thing that happened on the ground, by our own short name")]
VictimsName = Annotated[str, _role(Role.VICTIMS, 100, "the group counted: peacekeepers, civilians, or all")]
DefinitionName = Annotated[
    str, _role(Role.DEFINITION, 200, "what was counted, where it is not the plain word: required medical attention")
]
EntryRef = Annotated[
    str, _role(Role.ENTRY, 200, "a fact or another entry: its id, a unique beginning of it, or its position")
]
Edtf = Annotated[
    str,
    _role(
        Role.EDTF,
        100,
        "a date or time in EDTF (ISO 8601-2), as uncertain as it is: 2023-10-31, 2023-10, ../2023-11-03, 2023-10-31?",
        format="edtf",
    ),
]
Title = Annotated[str, _role(Role.TITLE, 300, "a few words on one line")]
Prose = Annotated[str, _role(Role.PROSE, 10_000, "free text")]
Url = Annotated[str, _role(Role.URL, 2_000, "an address, as http:// or https://", format="uri")]
Country = Annotated[str, _role(Role.COUNTRY, 100, "a country, by name or ISO 3166 code")]

Actors = Annotated[tuple[ActorName, ...], Meta(max_length=200)]
Incidents = Annotated[tuple[IncidentName, ...], Meta(max_length=200)]
EntryRefs = Annotated[tuple[EntryRef, ...], Meta(max_length=200)]
Native = Annotated[
    tuple[Annotated[str, _role(Role.PROSE, 20_000, "one column of a data set, as name=value")], ...],
    Meta(max_length=200),
]


def name_key(name: str) -> str:
    """The form by which names are matched: NFC, trimmed, inner spaces single, lower case.

    `Kidal-Gao` and ` kidal-gao ` are one name. Lower case rather than full case folding, so that SQL says the same.
    """
    if name.isascii() and name.isprintable() and " " not in name:
        return name.lower()
    return " ".join(unicodedata.normalize("NFC", name).split()).lower()


def can_be_name(text: str) -> bool:
    """True if somebody or something can be called so: 1 to 200 characters, none hidden, no spaces around."""
    return 1 <= len(text) <= 200 and text == text.strip() and unprintable(text, prose=False) is None
