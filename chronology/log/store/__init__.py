"""What the log is stored in: all SQL of the log, behind methods with names."""
