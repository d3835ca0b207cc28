"""A chronology of a conflict: every reported fact appended to a log, every figure a view of it.

`vocabulary` says what can be reported, `log` keeps it, `intake` reads it from files, `cli` is what analysts use. The
views are computed by the package `projections` beside this one.
"""

__version__ = "0.1.0"
