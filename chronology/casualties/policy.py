"""Policies: the few choices by which figures are made, as data (docs/casualties.md, "Policies")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from chronology.vocabulary.kinds.policies import PolicyAdopted, PolicyChoice

__all__ = ["CAUTIOUS", "POLICIES", "Policy", "adopted", "explain", "read_policy", "write_policy"]

WORDS: Final[dict[str, tuple[int, int | None]]] = {
    "several": (2, None),
    "many": (3, None),
    "tens": (20, 20),
    "dozens": (24, 24),
    "scores": (40, 40),
    "hundreds": (200, 200),
}
"""For each word the low it stands for, and the best where it has one. The high is always open."""


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By which choices figures are made: what to do where sources cannot all be right, and what vague words mean."""

    name: str
    choice: PolicyChoice = PolicyChoice.SPAN
    words: dict[str, tuple[int, int | None]] = msgspec.field(default_factory=lambda: dict(WORDS))


CAUTIOUS: Final = Policy(name="cautious-2")
POLICIES: Final[Mapping[str, Policy]] = {
    policy.name: policy
    for policy in (
        CAUTIOUS,
        Policy(name="majority-1", choice=PolicyChoice.MAJORITY),
        Policy(name="assessed-1", choice=PolicyChoice.ASSESSED),
        Policy(name="latest-1", choice=PolicyChoice.LATEST),
    )
}


def adopted(entry: PolicyAdopted) -> Policy:
    """Return the policy that an entry adopts, built-in or one's own. Raises ValueError for a word without a number."""
    known = POLICIES.get(entry.name, Policy(name=entry.name))
    words = dict(known.words)
    for pair in entry.words:
        word, equals, number = pair.partition("=")
        if not equals or not number.strip().isdigit():
            msg = f"{pair!r} in policy {entry.name}: expected a word and a number, such as several=2"
            raise ValueError(msg)
        words[word.strip().lower()] = (int(number), None)
    return Policy(name=entry.name, choice=entry.choice or known.choice, words=words)


def read_policy(text: str | bytes) -> Policy:
    """Return the policy written as JSON. Raises msgspec.ValidationError that names the field that is wrong."""
    return msgspec.json.decode(text, type=Policy)


def write_policy(policy: Policy) -> bytes:
    """Return the policy as JSON, which `read_policy` reads back."""
    return msgspec.json.format(msgspec.json.encode(policy))


_CHOICES: Final = {
    PolicyChoice.SPAN: "the figure spans what each group of sources that can be right together leaves: from the lowest "
    "to the highest of their answers. The program does not decide who is right.",
    PolicyChoice.MAJORITY: "the figure is that of the group of sources with the most independent speakers. Where two "
    "groups have as many, it spans both.",
    PolicyChoice.ASSESSED: "the figure is that of the group of sources which our assessments (credibility of the "
    "report, then reliability of the source) rank first. Where they rank none first, it spans all.",
    PolicyChoice.LATEST: "the figure is that of the group of sources that has the newest word.",
}


def explain(policy: Policy) -> str:
    """Return a page, in Markdown, that tells readers of a publication how its figures are made by this policy."""
    words = "\n".join(
        f"- “{word}” counts as at least {low}, where nobody gives a number" for word, (low, _) in policy.words.items()
    )
    return f"""# How the figures are made: policy {policy.name}

Each figure is what one speaker said about some people: of an incident, of several together, of an operation over some
days, or of an operation up to a moment. We keep it as an interval: “at least 8” has no upper bound, “up to 9” no lower.

- Nobody is counted twice. A total is never added to what it already holds; a later strike adds to an earlier total.
- Speakers count, not papers: three papers that relay one spokesman are one voice.
- Where all sources can be right together, the figure is what makes them all right.
- Where they cannot, {_CHOICES[policy.choice]}
- Of the killed, a later and higher number is growth and no contradiction: people die, and bodies are found.
- A figure of one group, such as civilians, is a lower bound for everybody.
- A best figure is given only where the sources leave one.

Vague words:

{words}

Sums of lower and of upper bounds are envelopes, not confidence intervals. Every contradiction is listed.
"""
