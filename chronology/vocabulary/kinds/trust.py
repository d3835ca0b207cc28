"""Trust: what the log says of itself, so that others can go on checking it."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from chronology.vocabulary.entries import Decision
from chronology.vocabulary.text import Prose, Title

__all__ = ["KeyReplaced"]


class KeyReplaced(Decision, frozen=True, kw_only=True):
    """Another key signs the checkpoints from here on, and the key before says so itself.

    `chronology checkpoint --new-key` writes it. To retract it brings no key back.
    """

    example: ClassVar[str] = """
key = "chronology/5d0c4f0e8a6b2c19+1f2e3d4c+AdB4oMzs1vC6n0hWvYf0lq9c3rJk2mXb7eTtUu5iPz8Q"
replaces = "chronology/5d0c4f0e8a6b2c19+a1b2c3d4+ATq8Kk2n5pRr7sVvXx9zBb1dFf3hJj5lNn7pRr9tVv1X"
handover = "a checkpoint that the key before has signed, with the new key as its fourth line"
reason = "the laptop that held the key was stolen"
"""

    key: Annotated[Title, Meta(description="the key that signs from here on, as checkpoint --key prints it")]
    replaces: Annotated[Title, Meta(description="the key that signed until here")]
    handover: Annotated[Prose, Meta(description="a checkpoint by the key before, which names the new one")]
