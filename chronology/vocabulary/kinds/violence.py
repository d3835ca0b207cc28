"""Violence: what was done, by whom, against whom, and the figures the report gives of it.

The figures are increments of the fact's incidents; a fact that names none is an incident of its own.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from chronology.vocabulary.entries import Report
from chronology.vocabulary.figures import Figures
from chronology.vocabulary.text import Actors, Title

__all__ = [
    "Abduction",
    "Airstrike",
    "ArmedAttack",
    "ArmedClash",
    "ChemicalAttack",
    "GrenadeAttack",
    "IedStrike",
    "PropertyDestroyed",
    "Riot",
    "SexualViolence",
    "Shelling",
    "SuicideBombing",
    "ViolentIncident",
]

Perpetrators = Annotated[Actors, Meta(description="who did it, so far as the source says; empty is unknown")]
Targets = Annotated[Actors, Meta(description="against whom it was directed")]
Killed = Annotated[Figures, Meta(description='fatalities: 8, ">=8 peacekeepers", "7..9", "~20", "several civilians"')]
Injured = Annotated[Figures, Meta(description='wounded or hurt: 8, ">=8 peacekeepers", "7..9", "~20", "several"')]
Missing = Annotated[Figures, Meta(description="unaccounted for")]
Abducted = Annotated[Figures, Meta(description="taken away against their will")]
Captured = Annotated[Figures, Meta(description="combatants taken prisoner")]


class Violence(Report, frozen=True, kw_only=True):
    """The fields of all violence: perpetrators, targets, and figures."""

    perpetrators: Perpetrators = ()
    targets: Targets = ()
    killed: Killed = ()
    injured: Injured = ()
    missing: Missing = ()
    abducted: Abducted = ()
    captured: Captured = ()
    participants: Annotated[
        Actors, Meta(description="who took part, where the source does not say who did it to whom")
    ] = ()


class IedStrike(Violence, frozen=True, kw_only=True):
    """An improvised explosive device or a mine went off. A device found and cleared is not one."""

    example: ClassVar[str] = """
source = "The Atlas News"
published = "2023-11-06"
occurred = "2023-10-31"
operation = "kidal-gao"
incidents = ["ied-1", "ied-2"]
perpetrators = ["JNIM"]
targets = ["MINUSMA"]
injured = ">=8 peacekeepers"
"""

    devices: Annotated[int, Meta(ge=1, le=2**31, description="how many went off, as stated")] | None = None


class Airstrike(Violence, frozen=True, kw_only=True):
    """Something was struck from the air, by aircraft, helicopter or drone."""

    example: ClassVar[str] = """
source = "The Atlas News"
published = "2023-11-06"
occurred = "../2023-11-03"
place = "Kidal"
perpetrators = ["Malian Armed Forces"]
targets = ["JNIM"]
"""

    aircraft: Annotated[Title, Meta(description="what flew, as stated: drone, helicopter, jet")] | None = None


class Shelling(Violence, frozen=True, kw_only=True):
    """Artillery, mortar, rocket or missile fire at a distance."""

    example: ClassVar[str] = """
source = "AFP"
published = "2023-11-01"
occurred = "2023-10-21"
place = "Tessalit"
targets = ["MINUSMA"]
"""

    munition: Annotated[Title, Meta(description="what was fired, as stated: mortar, rocket, missile")] | None = None


class ArmedAttack(Violence, frozen=True, kw_only=True):
    """One side attacked with arms, and the other side's answer is not the story. Both fighting: armed_clash."""

    example: ClassVar[str] = """
source = "The Atlas News"
published = "2023-11-06"
occurred = "2023-10-22"
place = "Tessalit"
targets = ["MINUSMA"]
"""

    weapon: Annotated[Title, Meta(description="what with, as stated: small arms, knives")] | None = None


class ArmedClash(Violence, frozen=True, kw_only=True):
    """Two armed sides fought. Sides stand in perpetrators and targets as the source orders them; neither is blamed."""

    example: ClassVar[str] = """
source = "AFP"
published = "2023-10-07"
occurred = "2023-10-06"
place = "Kidal"
perpetrators = ["CSP-PSD"]
targets = ["Malian Armed Forces"]
"""


class ViolentIncident(Violence, frozen=True, kw_only=True):
    """Violence of any other sort, or of a sort the source leaves open."""

    example: ClassVar[str] = """
source = "The Atlas News"
published = "2023-11-06"
occurred = "2023-11-02"
operation = "kidal-gao"
perpetrators = ["JNIM"]
"""

    form: Annotated[Title, Meta(description="what sort, as stated")] | None = None


class SuicideBombing(Violence, frozen=True, kw_only=True):
    """Somebody blew themselves up, on foot or in a vehicle. Whether the bomber is among the killed is the source's."""

    example: ClassVar[str] = """
source = "Reuters"
published = "2017-01-18"
occurred = "2017-01-18"
place = "Gao"
perpetrators = ["al-Mourabitoun"]
targets = ["Malian Armed Forces"]
killed = ">=60"
"""


class GrenadeAttack(Violence, frozen=True, kw_only=True):
    """A grenade was thrown by hand, or fired from a launcher held in the hand."""

    example: ClassVar[str] = """
source = "AFP"
published = "2023-10-15"
occurred = "2023-10-14"
place = "Gao"
injured = 2
"""


class ChemicalAttack(Violence, frozen=True, kw_only=True):
    """A chemical weapon was used. Of tear gas against a crowd: protest or riot."""

    example: ClassVar[str] = """
source = "OPCW"
published = "2018-07-06"
occurred = "2018-04-07"
place = "Douma"
"""

    agent: Annotated[Title, Meta(description="what was used, as stated: chlorine, sarin")] | None = None


class Abduction(Violence, frozen=True, kw_only=True):
    """People were taken against their will, or made to disappear. By an authority that says so: arrests."""

    example: ClassVar[str] = """
source = "AFP"
published = "2023-10-20"
occurred = "2023-10-19"
place = "Menaka"
abducted = "3 civilians"
"""


class SexualViolence(Violence, frozen=True, kw_only=True):
    """Sexual violence against people, by an armed actor or a mob. Never a name of anybody it was done to."""

    example: ClassVar[str] = """
source = "UN Human Rights Office"
published = "2023-05-12"
occurred = "2022-03"
place = "Moura"
"""


class PropertyDestroyed(Violence, frozen=True, kw_only=True):
    """Property was destroyed, burnt or looted, and that is the story: houses, crops, a market, a convoy's trucks."""

    example: ClassVar[str] = """
source = "AFP"
published = "2023-11-03"
occurred = "2023-11-02"
place = "Kidal"
what = "equipment left in the camp"
"""

    what: Annotated[Title, Meta(description="what was destroyed or taken, as stated")] | None = None


class Riot(Violence, frozen=True, kw_only=True):
    """A crowd did violence: a violent demonstration, or a mob. A crowd that did none: protest."""

    example: ClassVar[str] = """
source = "AFP"
published = "2022-07-26"
occurred = "2022-07-25"
place = "Goma"
participants = ["Protesters"]
targets = ["MONUSCO"]
"""

    about: Annotated[Title, Meta(description="what it was about, in a few words")] | None = None
