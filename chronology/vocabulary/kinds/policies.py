"""Policies: by which rules a chronology makes its figures, so that a look-back knows which were in force."""

from __future__ import annotations

import enum
from typing import Annotated, ClassVar

from msgspec import Meta

from chronology.vocabulary.entries import Decision
from chronology.vocabulary.text import Title

__all__ = ["PolicyAdopted", "PolicyChoice"]


class PolicyChoice(enum.StrEnum):
    """The choice of a policy where sources cannot all be right (docs/casualties.md, rule 3)."""

    SPAN = "span"
    MAJORITY = "majority"
    ASSESSED = "assessed"
    LATEST = "latest"


class PolicyAdopted(Decision, frozen=True, kw_only=True):
    """From here on the figures of this chronology are made by another policy, until the next such entry.

    `name` is one of the built-in policies (cautious-2, majority-1, assessed-1, latest-1), or a name of your own with
    `choice` and the words it puts numbers to.
    """

    always_passes: ClassVar[bool] = True
    example: ClassVar[str] = """
name = "majority-1"
reason = "we publish what most independent sources agree on"
"""

    name: Annotated[Title, Meta(description="the policy: cautious-2, majority-1, assessed-1, latest-1, or your own")]
    choice: (
        Annotated[PolicyChoice, Meta(description="where sources disagree: span, majority, assessed, latest")] | None
    ) = None
    words: Annotated[
        tuple[Title, ...], Meta(max_length=50, description='numbers for words, as "several=2" or "scores=40"')
    ] = ()
