"""Names as entries spell them: each spelling once, with the key it is matched by, kept up as entries come.

A few spellings stand for a great many mentions. What each goes under is asked of these alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projections.store.inserting import create_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["add_spellings"]

_COLUMNS: Final = {"role": "VARCHAR", "spelling": "VARCHAR", "key": "VARCHAR"}
_MENTIONS: Final = {
    "actor": "unnest(actors)",
    "place": "unnest(places)",
    "source": "unnest([source, speaker])",
    "operation": "operation",
    "incident": "unnest(incidents)",
}


def add_spellings(connection: DuckDBPyConnection, after: int) -> None:
    """Add the spellings that come first in entries above position `after`; of 0, to a table made anew."""
    if after == 0:
        create_table(connection, "spelled", _COLUMNS)
    mentions = " union ".join(
        f"select '{role}' as role, {name} as spelling from mirror where position > {after:d}"
        for role, name in _MENTIONS.items()
    )
    connection.execute(f"""
        insert into spelled
        select role, spelling, name_key(spelling)
        from ({mentions}) as mentioned
        anti join spelled using (role, spelling)
        where spelling is not null
    """)
