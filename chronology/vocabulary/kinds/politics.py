"""Politics and order: what was said, what was decided, who governs where."""

from __future__ import annotations

import enum
from typing import Annotated, ClassVar

from msgspec import Meta

from chronology.vocabulary.entries import Report
from chronology.vocabulary.text import ActorName, Actors, Edtf, PlaceName, Title

__all__ = [
    "AgreementReached",
    "Arrests",
    "DevelopmentReported",
    "ForceChanged",
    "MandateChange",
    "MandateChanged",
    "Protest",
    "Stance",
    "StatementMade",
    "TerritoryChanged",
]


class Stance(enum.StrEnum):
    """The attitude of the speaker to what is spoken of."""

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
    """The change made to the mandate."""

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


class AgreementReached(Report, frozen=True, kw_only=True):
    """Sides agreed: a ceasefire, a peace accord, a truce, an exchange. Talks without one: statement_made."""

    example: ClassVar[str] = """
source = "UN Note to Correspondents"
published = "2015-06-20"
occurred = "2015-06-20"
place = "Bamako"
parties = ["Government of Mali", "Coordination of Azawad Movements"]
instrument = "Agreement for Peace and Reconciliation in Mali"
"""

    parties: Annotated[Actors, Meta(description="who agreed")] = ()
    instrument: Annotated[Title, Meta(description="the agreement, by name")] | None = None


class Protest(Report, frozen=True, kw_only=True):
    """A crowd protested without violence of its own. Force used on it that hurt people is violent_incident."""

    example: ClassVar[str] = """
source = "AFP"
published = "2023-09-12"
occurred = "2023-09-12"
place = "Kidal"
about = "the end of the mission's mandate"
"""

    participants: Annotated[Actors, Meta(description="who took part, or stood against it")] = ()
    about: Annotated[Title, Meta(description="what it was about, in a few words")] | None = None


class Arrests(Report, frozen=True, kw_only=True):
    """An authority, or whoever acts as one, arrested people. Taken without saying where to: abduction."""

    example: ClassVar[str] = """
source = "AFP"
published = "2023-10-11"
occurred = "2023-10-10"
place = "Gao"
participants = ["Malian Armed Forces"]
"""

    participants: Annotated[Actors, Meta(description="who arrested, and who was arrested, as the source has them")] = ()
    count: Annotated[int, Meta(ge=0, le=2**31, description="how many people, as stated")] | None = None


class ForceChanged(Report, frozen=True, kw_only=True):
    """A force or group changed: formed, split, merged, renamed, moved, reinforced, set up a base, lost its arms."""

    example: ClassVar[str] = """
source = "AFP"
published = "2021-05-07"
occurred = "2021-05-06"
actors = ["CSP-PSD"]
change = "formed"
"""

    actors: Annotated[Actors, Meta(description="whose force it is")] = ()
    change: Annotated[Title, Meta(description="what became of it, in a few words")] | None = None


class DevelopmentReported(Report, frozen=True, kw_only=True):
    """Something of note in a conflict that none of the other kinds is: a coup, a curfew, people displaced."""

    example: ClassVar[str] = """
source = "AFP"
published = "2020-08-19"
occurred = "2020-08-18"
place = "Bamako"
participants = ["Malian Armed Forces"]
about = "soldiers detain the president"
"""

    participants: Annotated[Actors, Meta(description="who took part, or whom it concerns")] = ()
    about: Annotated[Title, Meta(description="what it was about, in a few words")] | None = None
