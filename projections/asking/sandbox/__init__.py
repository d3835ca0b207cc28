"""A question in a process of its own, under limits of the operating system."""
