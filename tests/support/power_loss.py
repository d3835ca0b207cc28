"""Disks as a power cut may leave them, from what a program did: what was synced is there, of the rest anything may be.

A write that was not synced is there, is not there, or is torn at sectors of 512 bytes; one that made the file longer
may have left its length without its bytes. A name that was made, changed or removed is so on the disk once its folder
was synced; until then it may be or not. So writes and names may seem to have happened in another order.
"""

import random
from pathlib import Path
from typing import NamedTuple

from syscalls import Link, Make, MakeFolder, Remove, Rename, Say, Sync, Truncate, Write

SECTOR = 512


class _File:
    def __init__(self):
        self.synced = b""
        self.pending = []

    def sync(self):
        self.synced, self.pending = self.content(random.Random(0), 1), []

    def content(self, rng, kept):
        """The bytes on the disk: of each pending change, a share of `kept`, from none (0) to all (1)."""
        found = bytearray(self.synced)
        for change in self.pending:
            if isinstance(change, Truncate):
                if rng.random() < kept:
                    _lengthen(found, change.size, bytes)
                    del found[change.size :]
                continue
            end = change.offset + len(change.data)
            if kept < 1 and rng.random() < kept:
                _lengthen(found, end, rng.choice([bytes, rng.randbytes]))  # what stood there before, on some disks
            at = change.offset
            while at < end:
                upto = min(at - at % SECTOR + SECTOR, end)
                if rng.random() < kept:
                    _lengthen(found, at, bytes)
                    found[at:upto] = change.data[at - change.offset : upto - change.offset]
                at = upto
        return bytes(found)


def _lengthen(content, size, filled):
    if size > len(content):
        content += filled(size - len(content))


class _Folder:
    def __init__(self):
        self.synced = {}
        self.pending = []  # each some names and what they are then, all of it or nothing

    def sync(self):
        self.synced, self.pending = self.names(random.Random(0), 1), []

    def names(self, rng, kept):
        found = dict(self.synced)
        for names in self.pending:
            if rng.random() < kept:
                found |= names
        return {name: node for name, node in found.items() if node is not None}


class Disk:
    """A folder on a disk, as the calls of a program make it."""

    def __init__(self, folder):
        self._root = _Folder()
        self._nodes = {str(folder): self._root}

    def do(self, call):
        """Take in the next thing that was done."""
        match call:
            case Make(path):
                self._name(path, _File())
            case MakeFolder(path):
                self._name(path, _Folder())
            case Write(path) | Truncate(path):
                self._nodes[path].pending.append(call)
            case Sync(path):
                self._nodes[path].sync()
            case Remove(path):
                self._name(path, None)
            case Link(path, to):
                self._name(to, self._nodes[path])
            case Rename(path, to):
                above, name = _parts(path)
                assert _parts(to)[0] == above, "a move between folders is not one change on every disk"
                self._nodes[to] = node = self._nodes.pop(path)
                self._nodes[above].pending.append({name: None, _parts(to)[1]: node})
            case Say():
                pass
            case _:
                raise AssertionError(call)

    def _name(self, path, node):
        above, name = _parts(path)
        self._nodes[above].pending.append({name: node})
        if node is None:
            del self._nodes[path]
        else:
            self._nodes[path] = node

    def image(self, rng, kept):
        """The files on the disk, by their path below the folder; folders are None."""
        return dict(_walk(self._root, "", rng, kept))


def _parts(path):
    return str(Path(path).parent), Path(path).name


def _walk(folder, above, rng, kept):
    for name, node in folder.names(rng, kept).items():
        if isinstance(node, _Folder):
            yield f"{above}{name}", None
            yield from _walk(node, f"{above}{name}/", rng, kept)
        else:
            yield f"{above}{name}", node.content(rng, kept)


class Image(NamedTuple):
    """A disk after a power cut. `call` is the number of the last thing done, `said` what was printed until then."""

    call: int
    seed: str
    said: str
    files: dict

    def write(self, to):
        """Lay it out in a new folder."""
        to.mkdir()
        for path, content in self.files.items():
            if content is None:
                (to / path).mkdir()
            else:
                (to / path).write_bytes(content)


def images(folder, calls, count, seed=0):
    """`count` images, spread evenly over everything that was done; the same ones for the same seed.

    At each moment the first is what is surely there and nothing else; others keep anything between none and all.
    """
    disk, said, given, last = Disk(folder), "", 0, len(calls)
    for number, call in enumerate(calls):
        if isinstance(call, Say):
            said += call.text
        disk.do(call)
        due = count * (number + 1) // last - given
        for turn in range(due):
            name = f"{seed}-{number}-{turn}"
            rng = random.Random(name)
            kept = 0 if (number + turn) % 4 == 0 else rng.choice([0.1, 0.5, 0.5, 0.9, 1])
            yield Image(number, name, said, disk.image(rng, kept))
        given += due


def whole(folder, calls):
    """The files when all is done and nothing is lost: what must really be there, if nothing was missed."""
    disk = Disk(folder)
    for call in calls:
        disk.do(call)
    return disk.image(random.Random(0), 1)
