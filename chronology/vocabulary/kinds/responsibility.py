"""Responsibility: who says it was them, who says it was not, and whom others name."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from chronology.vocabulary.entries import Report
from chronology.vocabulary.text import ActorName

__all__ = ["ResponsibilityAttributed", "ResponsibilityClaimed", "ResponsibilityDenied"]


class ResponsibilityClaimed(Report, frozen=True, kw_only=True):
    """An actor says it did it. The source only relays that, and `perpetrators` stays what the source itself says."""

    example: ClassVar[str] = """
source = "The Atlas News"
published = "2023-11-06"
operation = "kidal-gao"
incidents = ["ied-1", "ied-2"]
actor = "JNIM"
"""

    actor: Annotated[ActorName, Meta(description="who claims it")]


class ResponsibilityDenied(Report, frozen=True, kw_only=True):
    """An actor says it did not do it."""

    example: ClassVar[str] = """
source = "AFP"
published = "2023-11-04"
incidents = ["ied-3"]
actor = "CSP-PSD"
"""

    actor: Annotated[ActorName, Meta(description="who denies it")]


class ResponsibilityAttributed(Report, frozen=True, kw_only=True):
    """Somebody else names an actor: `attributed_to` (or the source) says so, `actor` is the one named."""

    example: ClassVar[str] = """
source = "AFP"
published = "2023-11-04"
attributed_to = "Malian government"
incidents = ["ied-3"]
actor = "JNIM"
"""

    actor: Annotated[ActorName, Meta(description="whom they name")]
