"""Politics and order: what was said, what was decided, who governs where."""

from __future__ import annotations

import enum
from typing import Annotated, ClassVar

from msgspec import Meta

from chronology.vocabulary.entries import Report
from chronology.vocabulary.text import ActorName, Actors, Edtf, PlaceName, Title

__all__ = ["MandateChange", "MandateChanged", "Stance", "StatementMade", "TerritoryChanged"]


class Stance(enum.StrEnum):
    """How the one who speaks stands to what is spoken of."""

    WELCOMES = "welcomes"
    CONDEMNS = "condemns"
    CALLS_FOR = "calls_for"
    DENIES = "denies"
    EXPLAINS = "explains"


class StatementMade(Report, frozen=True, kw_only=True):
    """An actor said something of note. Who did it: the responsibility kinds; how many were hurt: casualty_update."""

    example: ClassVar[str] = """
source = "The Atlas News"
published = "2023-11-06"
actor = "MNLA"
stance = "welcomes"
about = "the withdrawal from Kidal"
"""

    actor: Annotated[ActorName, Meta(description="who said it")]
    about: Annotated[Title, Meta(description="what it was about, in a few words")]
    stance: Annotated[Stance, Meta(description="how they stand to it")] | None = None


class MandateChange(enum.StrEnum):
    """What was done to the mandate."""

    ESTABLISHED = "established"
    EXTENDED = "extended"
    AMENDED = "amended"
    ENDED = "ended"


class MandateChanged(Report, frozen=True, kw_only=True):
    """A body established, extended, amended or ended the mandate of a mission. `occurred` is the day of decision."""

    example: ClassVar[str] = """
source = "The Atlas News"
published = "2023-11-06"
occurred = "2023-06-30"
mission = "MINUSMA"
change = "ended"
instrument = "Security Council resolution 2690"
decided_by = ["UN Security Council"]
"""

    mission: Annotated[ActorName, Meta(description="whose mandate it is")]
    change: Annotated[MandateChange, Meta(description="what was done to it")]
    instrument: Annotated[Title, Meta(description="the resolution, law or order")] | None = None
    decided_by: Annotated[Actors, Meta(description="who decided")] = ()
    effective: Annotated[Edtf, Meta(description="from when it holds, where that is another day")] | None = None


class TerritoryChanged(Report, frozen=True, kw_only=True):
    """Control over a territory passed from one actor to another, by force or without."""

    example: ClassVar[str] = """
source = "AFP"
published = "2023-11-14"
occurred = "2023-11-14"
territory = "Kidal"
gained_by = ["Malian Armed Forces"]
lost_by = ["CSP-PSD"]
"""

    territory: Annotated[PlaceName, Meta(description="the town or area")]
    gained_by: Annotated[Actors, Meta(description="who holds it now")] = ()
    lost_by: Annotated[Actors, Meta(description="who held it before")] = ()
