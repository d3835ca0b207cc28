"""One sentence for every incident and operation (docs/casualties.md, rule 12)."""

from __future__ import annotations

from collections.abc import Sequence

from chronology.casualties.consistent_groups import Answer, Voice

__all__ = ["in_words", "interval"]


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
    """Say the figure, who stands behind its low, and who disagrees: "51 to 64 killed; at least 49 by 2 sources"."""
    low, best, high = numbers
    category, victims, definition = series
    who = "" if victims == "all" else f" {victims}"
    only_best = best is not None and low is None and high is None
    number = f"about {best}" if only_best else interval(low, high)
    said = f"{number}{who} {category}{f' ({definition})' if definition else ''}"
    if best is not None and best not in {low, high} and not only_best:
        said += f", best {best}"
    parts = [said]
    for voices, answer in answers[-1:]:
        own = {voice.one.speaker for voice in voices if not voice.one.lifted}
        if low is not None and len(own) > 1:
            behind = len({voice.one.speaker for voice in voices if voice.low is not None and voice.low >= low})
            parts.append(f"at least {low} by {behind} source{'' if behind == 1 else 's'}")
        if answer.pairs:
            against = [voices[m] for m in sorted({m for _, m in answer.pairs})]
            parts.append(
                "disputed: "
                + ", ".join(
                    f"{voice.one.speaker} says {'none' if voice.high == 0 else interval(voice.low, voice.high)}"
                    for voice in against[:3]
                )
            )
    return "; ".join(parts)
