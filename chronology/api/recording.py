"""Recording: a batch goes into the log, or a release, once the log is found to be the one last seen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from chronology.errors import Usage
from chronology.log import Draft, DraftRefused, Log, Outcome
from chronology.vocabulary.kinds.curation import FactRetracted
from chronology.vocabulary.near import did_you_mean

if TYPE_CHECKING:
    from chronology.importers import Asked, Format, Summary
    from chronology.intake import Batch

__all__ = [
    "BY_MAPPING",
    "Appended",
    "Progress",
    "check_import",
    "format_of",
    "imported",
    "keep_seen",
    "part_of",
    "recorded",
    "recorder",
]

Progress: TypeAlias = Callable[[int, int], object]
"""Called with how much is done, and of how much."""

BY_MAPPING: Final = "csv"
"""Any table by a mapping; all others are data sets that are known by name."""


class Appended(NamedTuple):
    """The result of an append: an outcome for each fact, in order: position, id, kind, and whether it was known.

    `notes` are names that are new and other remarks; `warnings` are what looks wrong and was appended all the same.
    """

    outcomes: list[Outcome]
    notes: list[str]
    warnings: list[str]

    @property
    def new(self) -> list[Outcome]:
        """The facts that were appended."""
        return [each for each in self.outcomes if not each.known]

    @property
    def known(self) -> list[Outcome]:
        """The facts that were in the log already, and their positions."""
        return [each for each in self.outcomes if each.known]


def recorded(  # noqa: PLR0913 - the options of every verb that writes
    log: Log, batch: Batch, *, by: str | None, dry_run: bool, progress: Progress | None, warn: Callable[[str], None]
) -> Appended:
    """Append a batch, or only check it.

    Raises Rejected with every problem of the batch, or with what the log refuses; then nothing is appended. Raises
    Damaged where the log is not the one last seen.
    """
    from chronology.log.evidence import rollback

    batch.checked()
    rollback.check_seen(log, os.environ)
    write = log.check if dry_run else log.append
    try:
        outcomes = write(
            _with_restated(log, batch.drafts), by=recorder(by), progress=part_of(len(batch.drafts), progress)
        )
    except DraftRefused as error:
        raise batch.rejected_by(error) from error
    if not dry_run:
        keep_seen(log, warn)
    return Appended(outcomes, batch.notes, batch.warnings)


def _with_restated(log: Log, drafts: list[Draft]) -> Iterable[Draft]:
    """The drafts, and what is to be written behind those that undo an import."""
    retractions = [draft for draft in drafts if isinstance(draft.fact, FactRetracted)]
    if not retractions:
        return drafts
    from chronology.importers.undoing import restated

    # Of a few, what is behind them is made from the log as it is before them, within the transaction that writes.
    behind = restated(log, retractions)
    return chain(drafts, behind if len(drafts) < 50 else list(behind))


def keep_seen(log: Log, warn: Callable[[str], None]) -> None:
    """Remember the log as it is now. Where there is no place for that, it is said, and nothing else."""
    from chronology.log.evidence import rollback
    from chronology.log.evidence.last_seen import state_folder

    if not rollback.keep_seen(log, os.environ):
        warn(f"{state_folder(os.environ)} cannot be written: an older copy of this log would not be noticed")


def recorder(by: str | None) -> str | None:
    """The name of the one who records: `by`, else CHRONOLOGY_BY; never one from the operating system."""
    return by if by is not None else os.environ.get("CHRONOLOGY_BY") or None


def part_of(total: int, progress: Progress | None) -> Callable[[int], None] | None:
    """Make of a progress one that is told only how much is done."""
    if progress is None:
        return None

    def tell(done: int) -> None:
        progress(done, total)

    return tell


def check_import(  # noqa: PLR0913 - the options of the command
    dataset: str, files: Sequence[object], mapping: object, release: str | None, published: str | None, *, alone: bool
) -> None:
    """Raise Usage for options of an import that do not fit; `alone` says that some speak of one file."""
    from chronology.importers import datasets
    from chronology.vocabulary.dates import DateError, bounds

    known = (*datasets(), BY_MAPPING)
    if dataset not in known:
        there = f"there are {', '.join(known)}"
        raise Usage(f"no such format: {dataset}; {did_you_mean(dataset, known, there)}")
    if dataset != BY_MAPPING and mapping is not None:
        raise Usage(f"{dataset} needs no mapping; only csv does")
    if dataset == BY_MAPPING and mapping is None:
        raise Usage("csv needs a mapping; chronology import csv FILE --suggest prints one to start from")
    if len(files) > 1 and alone:
        raise Usage("--coverage and --rejects speak of one file; import the files one by one")
    if release is not None and not 1 <= len(release) <= 300:
        raise Usage("--release has 1 to 300 characters")
    if published is not None:
        try:
            bounds(published)
        except DateError as error:
            raise Usage(f"--published: {error}") from error


def format_of(dataset: str, mapping: str | os.PathLike[str] | None, log: Log, new_names: Sequence[str]) -> Format:
    """The reader of the files of a data set. Raises Rejected for a mapping with problems, Refused."""
    from chronology.importers import Mapped, datasets, read_mapping

    if mapping is None:
        return datasets()[dataset]
    return Mapped(read_mapping(Path(mapping), log, tuple(new_names)))


def imported(  # noqa: PLR0913 - what every import is made of
    log: Log,
    file: str,
    asked: Asked,
    progress: Progress | None,
    warn: Callable[[str], None],
    *,
    max_size: int | None = None,
    shape: Mapping[str, object],
) -> Summary:
    """Take one file in, whole or not at all. Raises Usage for a shape that is none, and what the import raises."""
    from chronology.importers import import_release, opened, shape_of
    from chronology.intake.reading import MOST_BYTES

    with opened(file, MOST_BYTES if max_size is None else max_size, shape_of(shape)) as source:
        size = os.fstat(source.stream.fileno()).st_size
        summary = import_release(log, source, asked._replace(progress=part_of(size, progress)))
    if not asked.dry_run:
        keep_seen(log, warn)
    return summary
