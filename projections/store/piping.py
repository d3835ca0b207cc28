"""Bytes on their way into DuckDB through a pipe: while it reads some, the next are made."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from typing import Final

__all__ = ["BUFFER", "piped"]

BUFFER: Final = 4 << 20
"""Bytes that are written at once."""


@contextlib.contextmanager
def piped(parts: Iterable[bytes]) -> Iterator[str]:
    """A path from which these parts can be read, once. Raises what making them raises, after the block."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - most questions have nothing to write

    outlet, inlet = os.pipe()

    def send() -> None:
        # Where the other side has stopped reading, it says why.
        with contextlib.suppress(BrokenPipeError), os.fdopen(inlet, "wb", BUFFER) as file:
            file.writelines(parts)

    with ThreadPoolExecutor(1) as beside:
        sending = beside.submit(send)
        try:
            yield f"/dev/fd/{outlet}"
        finally:
            os.close(outlet)
    sending.result()
