"""`views.duckdb`: the mirror of the log, what stands, and the views, built and kept at the head of the log."""
