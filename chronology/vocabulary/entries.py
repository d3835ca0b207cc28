"""The bases of every kind: reports, names and decisions, and the place they speak of.

A kind is one class. Its docstring says what it means in the world and when to use it; its fields carry their own
descriptions; `example` is a valid instance in TOML. Everything else (decoder, tag, options, template, JSON Schema,
typed relation) derives from the class. Fields are only ever added, with defaults.
"""

from __future__ import annotations

import enum
import re
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from chronology.vocabulary.text import (
    Country,
    Edtf,
    EntryRefs,
    Incidents,
    Native,
    OperationName,
    PlaceName,
    Prose,
    SourceName,
    Title,
    Url,
)

__all__ = ["Decision", "GeoPrecision", "Kind", "Modality", "Naming", "Place", "Report", "tag_of"]


def tag_of(class_name: str) -> str:
    """`IedStrike` → `ied_strike`: the tag of a kind is its class name in snake case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", class_name).lower()


class Modality(enum.StrEnum):
    """The claim a source makes. Only what is asserted counts in figures; a withdrawal announced is not a withdrawal."""

    ASSERTED = "asserted"
    DENIED = "denied"
    ANNOUNCED = "announced"
    HYPOTHETICAL = "hypothetical"
    HISTORICAL = "historical"


class GeoPrecision(enum.StrEnum):
    """Precision of coordinates, in the steps that UCDP GED (`where_prec` 1–7) and ACLED share."""

    EXACT = "exact"
    NEAR = "near"
    DISTRICT = "district"
    PROVINCE = "province"
    AREA = "area"
    COUNTRY = "country"
    SEA_OR_AIR = "sea_or_air"


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A place: a name, and coordinates where the source gives them. Degrees, WGS 84."""

    name: PlaceName | None = None
    latitude: Annotated[float, Meta(ge=-90, le=90, description="degrees north, -90 to 90")] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180, description="degrees east, -180 to 180")] | None = None
    geo_precision: (
        Annotated[GeoPrecision, Meta(description="how exactly the place is known: exact, near (25 km), district, …")]
        | None
    ) = None


class Kind(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="kind",
    tag=tag_of,
):
    """Anything the log can hold. `example` is TOML that reads back to a valid instance."""

    example: ClassVar[str] = ""


class Report(Kind, frozen=True, kw_only=True):
    """One thing one source reported. Never true or false here: said, by someone, on some day."""

    source: SourceName
    published: (
        Annotated[Edtf, Meta(description="when the source said it; without it, no --known-by sees it")] | None
    ) = None
    occurred: Annotated[Edtf, Meta(description="when it happened, as uncertain as the source leaves it")] | None = None
    place: Annotated[Place, Meta(description="where: a name, or {name, latitude, longitude, geo_precision}")] | None = (
        None
    )
    country: Country | None = None
    operation: OperationName | None = None
    incidents: Annotated[
        Incidents, Meta(description="the incidents it reports; several where one statement covers several")
    ] = ()
    attributed_to: (
        Annotated[
            SourceName, Meta(description="who said it, where the source relays somebody: three papers, one spokesman")
        ]
        | None
    ) = None
    url: Url | None = None
    quote: Annotated[Prose, Meta(description="the words of the source, short")] | None = None
    locator: Annotated[Title, Meta(description="where in the source: page, paragraph, minute")] | None = None
    modality: Annotated[
        Modality, Meta(description="how the source puts it: asserted, denied, announced, hypothetical, historical")
    ] = Modality.ASSERTED
    supersedes: Annotated[EntryRefs, Meta(description="facts whose figures this one replaces, by its own word")] = ()
    note: Annotated[Prose, Meta(description="our own remark; never part of what the source said")] | None = None
    cites: Annotated[
        tuple[SourceName, ...], Meta(max_length=200, description="the sources it names for what it says: a data set's")
    ] = ()
    native: Annotated[Native, Meta(description="the row of a data set as it came: name=value of each column")] = ()


class Naming(Kind, frozen=True, kw_only=True):
    """The meaning of a name. Of two entries for one name the later holds; aliases add up."""

    note: Annotated[Prose, Meta(description="our own remark")] | None = None


class Decision(Kind, frozen=True, kw_only=True):
    """A decision about entries, never about the world: always with a reason, always undone by `retract`."""

    always_passes: ClassVar[bool] = False
    """Whether `--known-by` sees it from the first day on: how we look at reports, and no news about them."""

    reason: Annotated[Prose, Meta(description="why, in a sentence a reader can check")]
    because: Annotated[EntryRefs, Meta(description="the facts it rests on")] = ()
    published: (
        Annotated[Edtf, Meta(description="when it became public, where it did; else that of the facts it rests on")]
        | None
    ) = None
