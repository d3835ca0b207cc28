"""Proofs about a chronology: that its log is whole, what it held when, and whose key signed that."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from chronology.api.handle import Handle
from chronology.api.recording import Progress, keep_seen, part_of, recorder
from chronology.errors import Unavailable
from chronology.log import Log

if TYPE_CHECKING:
    from chronology.log.evidence.checkpoints import Consistency, Inclusion
    from chronology.log.evidence.verify import Verified

__all__ = ["Proving"]


class Proving(Handle):
    """The part of a chronology that checks and proves its log."""

    def verify(
        self,
        *,
        quick: bool = False,
        checkpoint: str | os.PathLike[str] | None = None,
        key: str | None = None,
        progress: Progress | None = None,
    ) -> Verified:
        """Check the log from its lines up, and against what was last seen of it: how many entries, and their root.

        `quick` compares hashes only; `checkpoint` is a file it must agree with, signed by `key`, else by our own.
        Raises Damaged, naming the first position that is wrong.

        >>> chronology.verify().entries
        2
        """
        from chronology.log.evidence.agreement import Agreement, given_key

        file = None if checkpoint is None else Path(checkpoint)
        agreement = Agreement(file, given_key(key), warn=self._warn)
        with self._log(read_only=True) as log:
            found = agreement.of_log(log, quick=quick, progress=part_of(log.head, progress))
            keep_seen(log, self._warn)
        return found

    def checkpoint(self, *, new_key_because: str | None = None, by: str | None = None, accept: bool = False) -> str:
        """A signed note of how long the log is and what it holds, to be kept elsewhere.

        `new_key_because` makes a new key, for a reason that the log keeps; `accept` goes on with this log although
        another copy of it is longer. Raises Refused of an empty log, Damaged, Unavailable.
        """
        from chronology.log.evidence.checkpoints import checkpointed
        from chronology.log.evidence.key_rotation import replace_key

        with self._signing(accept=accept) as log:
            if new_key_because is None:
                return checkpointed(log, os.environ)[0]
            return replace_key(log, new_key_because, os.environ, by=recorder(by))[0]

    def verifier_key(self, *, accept: bool = False) -> str:
        """The key that others check our checkpoints with; publish it. Raises as `checkpoint`."""
        from chronology.log.evidence.checkpoints import own_key

        with self._signing(accept=accept) as log:
            return own_key(log, os.environ).verifier

    def prove(self, position: int, later: int | None = None) -> Inclusion | Consistency:
        """Prove that an entry is in the log; with `later`, that nothing up to `position` was changed until then.

        Raises Refused where there are no such positions, and as `checkpoint`.
        """
        from chronology.log.evidence import rollback
        from chronology.log.evidence.checkpoints import prove_consistency, prove_inclusion

        with self._log() as log:
            rollback.check_seen(log, os.environ)
            made = (
                prove_inclusion(log, position, os.environ)
                if later is None
                else prove_consistency(log, position, later, os.environ)
            )
            keep_seen(log, self._warn)
        return made

    @contextlib.contextmanager
    def _signing(self, *, accept: bool) -> Iterator[Log]:
        from chronology.log.evidence import rollback
        from chronology.log.evidence.key_rotation import finish
        from chronology.log.evidence.last_seen import state_folder

        with self._log() as log:
            if accept and not rollback.accept(log, os.environ):
                where = state_folder(os.environ)
                raise Unavailable(f"{where} cannot be written, so nothing was accepted; make it writable")
            rollback.check_seen(log, os.environ)
            finish(log, os.environ)
            yield log
            keep_seen(log, self._warn)
