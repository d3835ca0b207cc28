"""Columns that stay out of the log: left out, or only a keyed hash of what stands in them.

Done as rows are read, so that nothing after it can hold, print or set aside what is withheld.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

from chronology.errors import Refused
from chronology.files import read_input
from chronology.importers.tables import Row

__all__ = ["read_secret", "withheld"]

_LEAST: Final = 16
_LENGTH: Final = 20


def read_secret(path: Path) -> bytes:
    """The secret that hashes are made with. Raises Refused where there is none, or one that can be guessed."""
    make = f"make one with: openssl rand -hex 32 > {path}"
    if not path.exists():
        raise Refused(f"{path} is not there; it holds the secret that names are hashed with: {make}")
    secret = read_input(path, 1 << 16).strip()
    if len(secret) < _LEAST:
        raise Refused(f"{path} holds {len(secret)} bytes; expected a secret of at least {_LEAST}: {make}")
    return secret


def withheld(
    rows: Iterator[Row], columns: Sequence[str], left_out: Collection[str], hashed: Collection[str], secret: bytes
) -> Iterator[Row]:
    """The rows without what is withheld; `digest` still tells those apart that differ in nothing else."""
    empty = [at for at, name in enumerate(columns) if name in left_out]
    hidden = [at for at, name in enumerate(columns) if name in hashed]
    for row in rows:
        if row.unreadable is not None:
            yield row._replace(values=[])
            continue
        digest = hash(tuple(row.values))
        values = row.values
        for at in empty:
            values[at] = ""
        for at in hidden:
            text = values[at].strip()
            values[at] = hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:_LENGTH] if text else ""
        yield row._replace(values=values, digest=digest)
