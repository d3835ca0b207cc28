"""One sentence for every incident and operation (docs/casualties.md, rule 12)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chronology.casualties.consistent_groups import Answer, Voice
from chronology.vocabulary.groups import counted

__all__ = ["in_words", "interval"]

MOST_NAMED = 3
"""So many of those who disagree are named."""


def interval(low: int | None, high: int | None) -> str:
    """An interval as one says it: 8, at least 8, 51 to 64, up to 9."""
    if low is None:
        return "a number not known" if high is None else f"up to {high}"
    if high is None:
        return f"at least {low}"
    return f"{low}" if low == high else f"{low} to {high}" if low else f"up to {high}"


def in_words(
    numbers: tuple[int | None, int | None, int | None], series: tuple[str, str, str | None],
    answers: Sequence[tuple[Sequence[Voice], Answer]],
) -> str:  # fmt: skip
    """Say the figure, how many agree on what, and who disagrees: "51 to 64 killed; at least 49 by 2 sources"."""
    low, best, high = numbers
    category, victims, definition = series
    said = f"{_amount(low, best, high, victims)} {category}{f' ({definition})' if definition else ''}"
    if best is not None and best not in {low, high} and (low or high):
        said += f", best {best}"
    parts = [said]
    # Of people who are so at a moment, the moment that decides.
    for voices, answer in [each for each in answers if each[1].low == low][-1:] or answers[-1:]:
        parts += [*_agreed(voices, low, high), *_disputed(voices, answer)]
    return "; ".join(parts)


def _amount(low: int | None, best: int | None, high: int | None, victims: str) -> str:
    """So many of whom: 8, at least 1 civilian, no soldiers."""
    if high is None and not low:
        if not best:
            return "an unknown number" + ("" if victims == "all" else f" of {victims}")
        number, last = f"about {best}", best
    elif high == 0:
        return "none" if victims == "all" else f"no {victims}"
    else:
        number, last = interval(low, high), (low or 0) if high is None else high
    return number if victims == "all" else f"{number} {counted(victims, 2 if low and low != last else last)}"


def _agreed(voices: Sequence[Voice], low: int | None, high: int | None) -> Iterable[str]:
    """The most on which two speakers agree, where there are two."""
    own: dict[str, int] = {}
    for voice in voices:
        if voice.low and not voice.one.lifted:
            own[voice.one.speaker] = max(voice.low, own.get(voice.one.speaker, 0))
    if len(own) > 1:
        least = sorted(own.values())[-2]
        many = sum(each >= least for each in own.values())
        yield f"{many} sources say so" if low == high == least else f"at least {least} by {many} sources"


def _disputed(voices: Sequence[Voice], answer: Answer) -> Iterable[str]:
    """The speakers who disagree: the side that has fewer of them; both sides if they are as many."""
    above, below = ({pair[side] for pair in answer.pairs} for side in (0, 1))
    sizes = [len({voices[n].one.speaker for n in side}) for side in (above, below)]
    some = {n for side, size in zip((above, below), sizes, strict=True) if size == min(sizes) for n in side}
    says: dict[str, list[str]] = {}
    for voice in (voices[n] for n in sorted(some)):
        who = "" if not voice.one.lifted else f" {voice.one.group}"
        number = "none" if voice.high == 0 else interval(voice.low, voice.high)
        says.setdefault(voice.one.speaker, []).append(number + who)
    if says:
        named = [f"{speaker} says {' and '.join(dict.fromkeys(each))}" for speaker, each in says.items()]
        more = [f"{len(named) - MOST_NAMED} more"] if len(named) > MOST_NAMED else []
        yield "disputed: " + ", ".join(named[:MOST_NAMED] + more)
