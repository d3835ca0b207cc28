"""ACLED's own codes: event types with their sub types, the types before 2019, and what an actor is (`inter1`)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from chronology.vocabulary import Report
from chronology.vocabulary.kinds.politics import (
    AgreementReached,
    Arrests,
    DevelopmentReported,
    ForceChanged,
    Protest,
    TerritoryChanged,
)
from chronology.vocabulary.kinds.violence import (
    Abduction,
    Airstrike,
    ArmedAttack,
    ArmedClash,
    ChemicalAttack,
    GrenadeAttack,
    IedStrike,
    PropertyDestroyed,
    Riot,
    SexualViolence,
    Shelling,
    SuicideBombing,
    ViolentIncident,
)

__all__ = ["EARLY_TYPES", "INTER", "RIOTS_OR_PROTESTS", "TYPES", "Meaning", "code_key"]


class Meaning(NamedTuple):
    """The kind of fact that a code becomes, with what the code itself says of it (`form`, `change`, `about`)."""

    kind: type[Report]
    says: Mapping[str, str] = MappingProxyType({})


_FORM: Final = "form"
_CHANGE: Final = "change"
_ABOUT: Final = "about"

TYPES: Final[dict[str, dict[str, Meaning]]] = {
    "Battles": {
        "Armed clash": Meaning(ArmedClash),
        "Government regains territory": Meaning(ArmedClash),
        "Non-state actor overtakes territory": Meaning(ArmedClash),
    },
    "Explosions/Remote violence": {
        "Chemical weapon": Meaning(ChemicalAttack),
        "Air/drone strike": Meaning(Airstrike),
        "Suicide bomb": Meaning(SuicideBombing),
        "Shelling/artillery/missile attack": Meaning(Shelling),
        "Remote explosive/landmine/IED": Meaning(IedStrike),
        "Grenade": Meaning(GrenadeAttack),
    },
    "Violence against civilians": {
        "Sexual violence": Meaning(SexualViolence),
        "Attack": Meaning(ArmedAttack),
        "Abduction/forced disappearance": Meaning(Abduction),
    },
    "Protests": {
        "Peaceful protest": Meaning(Protest),
        "Protest with intervention": Meaning(Protest),
        "Excessive force against protesters": Meaning(ViolentIncident, {_FORM: "excessive force against protesters"}),
    },
    "Riots": {
        "Violent demonstration": Meaning(Riot),
        "Mob violence": Meaning(Riot),
    },
    "Strategic developments": {
        "Agreement": Meaning(AgreementReached),
        "Arrests": Meaning(Arrests),
        "Change to group/activity": Meaning(ForceChanged, {_CHANGE: "change to group or activity"}),
        "Disrupted weapons use": Meaning(ForceChanged, {_CHANGE: "weapons use disrupted"}),
        "Headquarters or base established": Meaning(ForceChanged, {_CHANGE: "headquarters or base established"}),
        "Looting/property destruction": Meaning(PropertyDestroyed),
        "Non-violent transfer of territory": Meaning(TerritoryChanged),
        "Other": Meaning(DevelopmentReported),
    },
}
"""Since 2019: event type → sub event type → what it becomes."""

RIOTS_OR_PROTESTS: Final = "Riots/Protests"

EARLY_TYPES: Final[dict[str, Meaning]] = {
    "Battle-No change of territory": Meaning(ArmedClash),
    "Battle-Government regains territory": Meaning(ArmedClash),
    "Battle-Non-state actor overtakes territory": Meaning(ArmedClash),
    "Battle-Non-state actors overtake territory": Meaning(ArmedClash),
    "Headquarters or base established": Meaning(ForceChanged, {_CHANGE: "headquarters or base established"}),
    "Strategic development": Meaning(DevelopmentReported, {_ABOUT: "strategic development"}),
    "Strategic developments": Meaning(DevelopmentReported, {_ABOUT: "strategic development"}),
    "Non-violent transfer of territory": Meaning(TerritoryChanged),
    "Violence against civilians": Meaning(ViolentIncident, {_FORM: "violence against civilians"}),
    "Remote violence": Meaning(ViolentIncident, {_FORM: "remote violence"}),
}
"""Before 2019 there were no sub types. `Riots/Protests` is told apart by what `actor1` is."""

INTER: Final = {
    "0": "",
    "1": "State forces",
    "2": "Rebel group",
    "3": "Political militia",
    "4": "Identity militia",
    "5": "Rioters",
    "6": "Protesters",
    "7": "Civilians",
    "8": "External/Other forces",
}
"""What an actor is: the numbers of before 2024, and the words since."""


def code_key(text: str) -> str:
    """The form in which codes are compared: case, spaces and those around a dash or a stroke vary from year to year."""
    words = " ".join(text.split()).lower()
    for mark in "-/":
        words = words.replace(f" {mark}", mark).replace(f"{mark} ", mark)
    return words
