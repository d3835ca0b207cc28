"""Movement: who leaves, where a convoy is, who holds a site."""

from __future__ import annotations

import enum
from typing import Annotated, ClassVar

from msgspec import Meta

from chronology.vocabulary.entries import Report
from chronology.vocabulary.text import Actors, Edtf, PlaceName

__all__ = [
    "ConvoyArrived",
    "ConvoyDeparted",
    "ConvoyLocated",
    "SiteStatus",
    "SiteStatusChanged",
    "WithdrawalAnnounced",
    "WithdrawalCompleted",
]

Site = Annotated[PlaceName, Meta(description="the base, camp or town in question")]
Forces = Annotated[Actors, Meta(description="who moves or holds: the forces concerned")]
Origin = Annotated[PlaceName, Meta(description="where it set out from")]
Destination = Annotated[PlaceName, Meta(description="where it is bound for")]
Strength = Annotated[int, Meta(ge=0, le=2**31, description="people on the move, as stated")]
Vehicles = Annotated[int, Meta(ge=0, le=2**31, description="vehicles, as stated")]


class WithdrawalAnnounced(Report, frozen=True, kw_only=True):
    """A force said that it will leave a site. Nobody has left yet: for that, withdrawal_completed."""

    example: ClassVar[str] = """
source = "The Atlas News"
published = "2023-11-06"
occurred = "2023-10-30"
site = "Kidal"
forces = ["MINUSMA"]
planned = "2023-10-31"
"""

    site: Site
    forces: Forces = ()
    destination: Destination | None = None
    planned: Annotated[Edtf, Meta(description="when it is to be complete, as announced")] | None = None


class WithdrawalCompleted(Report, frozen=True, kw_only=True):
    """A force has left a site: the site counts as evacuated from then on."""

    example: ClassVar[str] = """
source = "The Atlas News"
published = "2023-11-06"
occurred = "../2023-10-31"
site = "Kidal"
forces = ["MINUSMA"]
"""

    site: Site
    forces: Forces = ()
    destination: Destination | None = None


class ConvoyDeparted(Report, frozen=True, kw_only=True):
    """A convoy set out. The convoy is the operation; origin and destination are places."""

    example: ClassVar[str] = """
source = "UN Note to Correspondents"
published = "2023-11-08"
occurred = "2023-10-31"
operation = "kidal-gao"
origin = "Kidal"
destination = "Gao"
strength = 848
vehicles = 143
"""

    forces: Forces = ()
    origin: Origin | None = None
    destination: Destination | None = None
    strength: Strength | None = None
    vehicles: Vehicles | None = None


class ConvoyLocated(Report, frozen=True, kw_only=True):
    """A convoy was somewhere, or on its way: `place` says where, so far as the source does."""

    example: ClassVar[str] = """
source = "The Atlas News"
published = "2023-11-06"
occurred = "2023-11-06"
operation = "kidal-gao"
destination = "Gao"
"""

    forces: Forces = ()
    origin: Origin | None = None
    destination: Destination | None = None
    strength: Strength | None = None
    vehicles: Vehicles | None = None


class ConvoyArrived(Report, frozen=True, kw_only=True):
    """A convoy reached the end of its way."""

    example: ClassVar[str] = """
source = "UN Note to Correspondents"
published = "2023-11-08"
occurred = "2023-11-07"
operation = "kidal-gao"
destination = "Gao"
strength = 848
"""

    forces: Forces = ()
    origin: Origin | None = None
    destination: Destination | None = None
    strength: Strength | None = None
    vehicles: Vehicles | None = None


class SiteStatus(enum.StrEnum):
    """The state of a site."""

    OCCUPIED = "occupied"
    EVACUATED = "evacuated"
    HANDED_OVER = "handed_over"
    CONTESTED = "contested"


class SiteStatusChanged(Report, frozen=True, kw_only=True):
    """A site was occupied, evacuated, handed over or contested. Not a whole territory: territory_changed."""

    example: ClassVar[str] = """
source = "AFP"
published = "2023-11-01"
occurred = "2023-10-31"
site = "Kidal"
status = "evacuated"
forces = ["MINUSMA"]
"""

    site: Site
    status: Annotated[SiteStatus, Meta(description="what the site is from then on")]
    forces: Forces = ()
