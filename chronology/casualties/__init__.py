"""The rules of docs/casualties.md, in plain Python, over one component of entries at a time.

Pure functions of entries, names and policy: no database, no file. `reckon` gives the rows of the views; a `Ledger`
carries over what a change of the entries does not touch, and `reckon_changed` gives the same rows from it.
"""

from __future__ import annotations

from chronology.casualties.components import Components
from chronology.casualties.ledger import Ledger
from chronology.casualties.policy import CAUTIOUS, POLICIES, Policy, adopted, explain, read_policy, write_policy
from chronology.casualties.reckon import reckon, reckon_changed
from chronology.casualties.results import Result
from chronology.casualties.standing import CATEGORIES, Entry, Names, links, names_of

__all__ = [
    "CATEGORIES", "CAUTIOUS", "POLICIES", "Components", "Entry", "Ledger", "Names", "Policy", "Result", "adopted",
    "explain", "links", "names_of", "read_policy", "reckon", "reckon_changed", "write_policy",
]  # fmt: skip
