"""The changes of a revision, column by column, in words for its reason."""

from __future__ import annotations

from typing import Final

import msgspec

__all__ = ["changes"]

MOST: Final = 40
MOST_COLUMNS: Final = 60


class _Native(msgspec.Struct):
    native: list[str] = []


_decode: Final = msgspec.json.Decoder(_Native).decode


def changes(before: bytes, after: bytes, *, back: bool) -> str:
    """`best 3 → 4, high 5 → 6; added code_status, relid; removed iso3`, from the JSON of two facts."""
    earlier, later = _decode(before).native, _decode(after).native
    same = set(earlier) & set(later)
    old = dict(each.split("=", 1) for each in earlier if each not in same)
    new = dict(each.split("=", 1) for each in later if each not in same)
    differing = [f"{key} {_short(old[key])} → {_short(new[key])}" for key in new if key in old]
    parts = [
        "back again" if back else "",
        ", ".join(differing[:MOST_COLUMNS]),
        _listed("added", [key for key in new if key not in old]),
        _listed("removed", [key for key in old if key not in new]),
    ]
    return "; ".join(part for part in parts if part) or "the same columns, read otherwise"


def _listed(what: str, names: list[str]) -> str:
    return f"{what} {', '.join(name[:MOST] for name in names[:MOST_COLUMNS])}" if names else ""


def _short(value: str) -> str:
    line = " ".join(value.split())
    return line if len(line) <= MOST else f"{line[: MOST - 1]}…"
