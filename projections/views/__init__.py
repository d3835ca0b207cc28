"""Views: files with one SELECT each, the relations of the kinds, and the order they are built in."""
