"""The storage of the log: all its SQL, behind methods with names."""
