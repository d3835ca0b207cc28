"""Writing an answer as Parquet, without opening the file system to the SQL that gave it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from chronology.errors import Unavailable
from projections.literals import first_line, identifier, quoted

__all__ = ["write_parquet"]


def write_parquet(columns: Sequence[str], types: Sequence[str], rows: Iterable[Sequence[Any]], out: Path) -> None:
    """Write rows as a Parquet file, which appears whole or not at all. Raises `Unavailable` where it cannot.

    The rows come out of a locked connection, and go in by another that has seen no SQL of the user's.
    """
    encode = msgspec.json.Encoder(enc_hook=str).encode
    with tempfile.TemporaryDirectory(prefix="chronology-") as folder:
        lines = Path(folder) / "rows.ndjson"
        with lines.open("wb") as file:
            for row in rows:
                file.write(encode({f"c{n}": value for n, value in enumerate(row)}) + b"\n")
        # A device or a pipe is written to as it is; of a link, the file it leads to is replaced.
        special = out.exists() and not out.is_file()
        target = out.resolve() if out.is_file() else out
        whole = Path(folder) / "whole" if special else target.with_name(f".{target.name}.{os.getpid()}.part")
        named = ", ".join(f"c{n} as {identifier(name)}" for n, name in enumerate(columns))
        typed = ", ".join(f"'c{n}': {quoted(type_)}" for n, type_ in enumerate(types))
        try:
            with duckdb.connect(":memory:") as connection:
                connection.execute("set timezone = 'UTC'")
                connection.execute(
                    f"copy (select {named} from read_json({quoted(lines)}, columns = {{{typed}}}, "
                    f"format = 'newline_delimited')) to {quoted(whole)} (format parquet)"
                )
            if special:
                with whole.open("rb") as made, out.open("wb") as stream:
                    shutil.copyfileobj(made, stream)
            else:
                whole.replace(target)
        except (duckdb.IOException, OSError) as error:
            raise Unavailable(f"cannot write {out}: {first_line(error)}; name another file with -o") from error
        finally:
            whole.unlink(missing_ok=True)
