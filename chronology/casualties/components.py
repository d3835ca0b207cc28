"""Components: entries that can touch one another's figures, kept up as entries come (union-find)."""

from __future__ import annotations

from collections.abc import Iterable

from chronology.casualties.standing import Entry, links

__all__ = ["Components"]

Key = tuple[str, str]


class Components:
    """Entries grouped by what they share: an operation tree, an incident, a supersession or an `included_in`.

    Keys are those of `links`. Two operations that a merge or a parent joins become one component.
    """

    def __init__(self) -> None:
        self._above: dict[Key, Key] = {}

    def find(self, key: Key) -> Key:
        """Return the key that stands for the component of `key`, which is added where it is new."""
        root = key
        while (above := self._above.setdefault(root, root)) != root:
            root = above
        while self._above[key] != root:
            self._above[key], key = root, self._above[key]
        return root

    def add(self, entry: Entry) -> Key:
        """Add an entry, join what it joins, and return the key of its component."""
        return self.join(links(entry))

    def join(self, keys: Iterable[Key]) -> Key:
        """Make one component of those of all keys, and return its key. The smallest key stands for it."""
        roots = {self.find(key) for key in keys}
        least = min(roots)
        for root in roots:
            self._above[root] = least
        return least
