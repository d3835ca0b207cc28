"""The log: what was recorded, in the order it was recorded, and never changed."""

from chronology.log.entry import FORMAT, MAX_LINE, Entry, content_digest, decode, encode, is_canonical, now, reading
from chronology.log.entry_refs import Target
from chronology.log.folder import Folder
from chronology.log.judge import Draft, DraftRefused, Outcome
from chronology.log.log import Log
from chronology.log.retractions import Retraction, Standing

__all__ = [
    "FORMAT",
    "MAX_LINE",
    "Draft",
    "DraftRefused",
    "Entry",
    "Folder",
    "Log",
    "Outcome",
    "Retraction",
    "Standing",
    "Target",
    "content_digest",
    "decode",
    "encode",
    "is_canonical",
    "now",
    "reading",
]
