"""Names: what the names in reports stand for. Aliases live here, so that yesterday's answer can be had again."""

from __future__ import annotations

import enum
from typing import Annotated, ClassVar

from msgspec import Meta

from chronology.vocabulary.entries import GeoPrecision, Naming
from chronology.vocabulary.text import (
    ActorName,
    Actors,
    Country,
    Edtf,
    IncidentName,
    Incidents,
    OperationName,
    PlaceName,
    SourceName,
    Title,
    Url,
)

__all__ = [
    "ActorNamed",
    "ActorType",
    "IncidentNamed",
    "OperationNamed",
    "OperationType",
    "PlaceNamed",
    "SourceNamed",
]


class SourceNamed(Naming, frozen=True, kw_only=True):
    """A source: who publishes. Two papers of one house, or a wire and its reprint, are one source by alias."""

    example: ClassVar[str] = """
name = "AP"
aliases = ["Associated Press"]
url = "https://apnews.com"
"""

    name: SourceName
    aliases: Annotated[tuple[SourceName, ...], Meta(max_length=200, description="other names it goes by")] = ()
    title: Annotated[Title, Meta(description="its name in full")] | None = None
    url: Url | None = None
    country: Country | None = None


class ActorType(enum.StrEnum):
    """The type of an actor, in the order of ACLED's `inter` codes 1–8, with missions and bodies apart."""

    STATE_FORCES = "state_forces"
    REBEL_GROUP = "rebel_group"
    POLITICAL_MILITIA = "political_militia"
    IDENTITY_MILITIA = "identity_militia"
    RIOTERS = "rioters"
    PROTESTERS = "protesters"
    CIVILIANS = "civilians"
    EXTERNAL_FORCES = "external_forces"
    PEACEKEEPING_MISSION = "peacekeeping_mission"
    GOVERNMENT = "government"
    ORGANISATION = "organisation"


class ActorNamed(Naming, frozen=True, kw_only=True):
    """An armed group, force, government, mission or body, with the other names it goes by."""

    example: ClassVar[str] = """
name = "MNLA"
aliases = ["MLNA"]
title = "National Movement for the Liberation of Azawad"
type = "rebel_group"
"""

    name: ActorName
    aliases: Annotated[Actors, Meta(description="other names and spellings it goes by")] = ()
    title: Annotated[Title, Meta(description="its name in full")] | None = None
    type: Annotated[ActorType, Meta(description="what it is")] | None = None
    parent: Annotated[ActorName, Meta(description="the larger body it belongs to")] | None = None
    country: Country | None = None


class PlaceNamed(Naming, frozen=True, kw_only=True):
    """A place: the coordinates and other names of a town, base or area. Degrees, WGS 84."""

    example: ClassVar[str] = """
name = "Kidal"
aliases = ["Kidal town"]
latitude = 18.44
longitude = 1.41
geo_precision = "near"
country = "Mali"
"""

    name: PlaceName
    aliases: Annotated[tuple[PlaceName, ...], Meta(max_length=200, description="other names and spellings")] = ()
    latitude: Annotated[float, Meta(ge=-90, le=90, description="degrees north, -90 to 90")] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180, description="degrees east, -180 to 180")] | None = None
    geo_precision: Annotated[GeoPrecision, Meta(description="how exactly the coordinates are known")] | None = None
    country: Country | None = None
    within: Annotated[PlaceName, Meta(description="the larger place it lies in")] | None = None


class OperationType(enum.StrEnum):
    """The type of an operation. Injuries per convoy are those of operations of type convoy."""

    CONVOY = "convoy"
    SIEGE = "siege"
    OFFENSIVE = "offensive"
    CAMPAIGN = "campaign"
    MISSION = "mission"
    CONFLICT = "conflict"
    OTHER = "other"


class OperationNamed(Naming, frozen=True, kw_only=True):
    """An undertaking whose figures are counted together: from `baseline` on, with those of its children."""

    example: ClassVar[str] = """
name = "kidal-gao"
type = "convoy"
title = "MINUSMA convoy from Kidal to Gao"
baseline = "2023-10-31"
actors = ["MINUSMA"]
"""

    name: OperationName
    aliases: Annotated[tuple[OperationName, ...], Meta(max_length=200, description="other names it goes by")] = ()
    type: Annotated[OperationType, Meta(description="convoy, siege, offensive, campaign, …")] | None = None
    title: Annotated[Title, Meta(description="what it is, in a line")] | None = None
    parent: Annotated[OperationName, Meta(description="the operation it is part of")] | None = None
    baseline: Annotated[Edtf, Meta(description="from when its running totals count")] | None = None
    actors: Annotated[Actors, Meta(description="whose undertaking it is")] = ()


class IncidentNamed(Naming, frozen=True, kw_only=True):
    """An incident: what happened on the ground, by a short name of our own, with what is known of it in general."""

    example: ClassVar[str] = """
name = "ied-1"
title = "first of two devices after leaving Kidal"
operation = "kidal-gao"
occurred = "2023-10-31"
place = "Kidal"
"""

    name: IncidentName
    aliases: Annotated[Incidents, Meta(description="other names it goes by")] = ()
    title: Annotated[Title, Meta(description="what it was, in a line")] | None = None
    operation: OperationName | None = None
    occurred: Edtf | None = None
    place: PlaceName | None = None
