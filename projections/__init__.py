"""Views of a chronology: SQL over a mirror of its log, kept in a DuckDB file that may be deleted at any time."""
