"""Signed notes and checkpoints, as C2SP describes them (signed-note, tlog-checkpoint): text, then Ed25519 signatures.

Any program that reads such checkpoints can check ours. The key of a chronology is called as its origin is.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import Final, NamedTuple

from chronology.errors import Damaged
from chronology.log.merkle import HASH

__all__ = ["Checkpoint", "Key", "new_key", "opened_note", "read_key", "signed"]

_ED25519: Final = b"\1"
_DASH: Final = "— "

_LOW_ORDER: Final = frozenset(
    bytes.fromhex(y)
    for y in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
)
"""The points of curve25519 that eight times themselves are nothing, in every encoding, without the sign of x.

Anyone can make a signature that holds for any text under such a key. (0, 1, the two of order 8, -1, and p and p + 1 for
0 and 1.)
"""


class Checkpoint(NamedTuple):
    """The number of lines of a log, and their root; `more` is a line of text that may follow."""

    origin: str
    size: int
    root: bytes
    more: str = ""

    def __str__(self) -> str:
        text = f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"
        return f"{text}{self.more}\n" if self.more else text

    @classmethod
    def read(cls, text: str) -> Checkpoint:
        """The checkpoint of a text; lines behind the fourth are let be. Raises Damaged if it is none."""
        origin, size, root, more, *_ = [*text.split("\n"), "", "", "", ""]
        hashed = _bytes(root)
        if not origin or not (size.isascii() and size.isdigit() and len(size) < 19) or len(hashed) != HASH:
            msg = f"not a checkpoint: {text[:60]!a}; expected origin, size and root, each on its line"
            raise Damaged(msg)
        if str(int(size)) != size:
            msg = f"not a checkpoint: its size is {size}; expected {int(size)}"
            raise Damaged(msg)
        return cls(origin, int(size), hashed, more)


class Key(NamedTuple):
    """A key by its name: `public` checks signatures; `seed`, where it is known, makes them."""

    name: str
    public: bytes
    seed: bytes | None = None

    @property
    def id(self) -> bytes:
        """The four bytes a signature says whose it is by."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    @property
    def verifier(self) -> str:
        """The line others need to check signatures: name, id and public key, to be published."""
        return f"{self.name}+{self.id.hex()}+{b64encode(_ED25519 + self.public).decode()}"

    @property
    def secret(self) -> str:
        """The line that is kept secret. Only of a key that can sign."""
        return f"PRIVATE+KEY+{self.name}+{self.id.hex()}+{b64encode(_ED25519 + (self.seed or b'')).decode()}"


def new_key(name: str) -> Key:
    """A new random key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415  only to sign

    return _of_seed(name, Ed25519PrivateKey.generate().private_bytes_raw())


def _of_seed(name: str, seed: bytes) -> Key:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415  only to sign

    return Key(name, Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw(), seed)


def read_key(text: str) -> Key:
    """The key of a line, public or secret. Raises Damaged if it is none."""
    line = text.strip()
    secret = line.startswith("PRIVATE+KEY+")
    name, _, rest = line.removeprefix("PRIVATE+KEY+").partition("+")
    id_, _, encoded = rest.partition("+")
    said = _bytes(encoded)
    if not name or len(said) != 33 or said[:1] != _ED25519:
        msg = "not a key; expected one line: name+id+key, as `chronology checkpoint --key` prints it"
        raise Damaged(msg)
    key = _of_seed(name, said[1:]) if secret else Key(name, said[1:])
    if key.public[:-1] + bytes([key.public[-1] & 0x7F]) in _LOW_ORDER:
        msg = f"the key of {name[:100]} is a point of low order: anyone could sign with it; expected a key of Ed25519"
        raise Damaged(msg)
    if key.id.hex() != id_:
        msg = f"the key of {name[:100]} has the id {id_[:8]!a}; expected {key.id.hex()}"
        raise Damaged(msg)
    return key


def signed(checkpoint: Checkpoint, *keys: Key) -> str:
    """The checkpoint as a note that each of `keys` signed."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415  only to sign

    text = str(checkpoint)
    lines = []
    for key in keys:
        signature = Ed25519PrivateKey.from_private_bytes(key.seed or b"").sign(text.encode())
        lines.append(f"{_DASH}{key.name} {b64encode(key.id + signature).decode()}\n")
    return "".join([text, "\n", *lines])


def opened_note(note: str, key: Key | None) -> Checkpoint:
    """The checkpoint of a note; its signature is checked, if there is a key. Raises Damaged where it does not hold."""
    text, found, signatures = note.rpartition("\n\n")
    if not found or not signatures.endswith("\n"):
        msg = "not a signed checkpoint; expected its text, an empty line, and signatures"
        raise Damaged(msg)
    text += "\n"
    checkpoint = Checkpoint.read(text)
    if key is None:
        return checkpoint
    if not any(_holds(text, line, key) for line in signatures.splitlines()):
        msg = f"the checkpoint of {checkpoint.size} lines is not signed by the key {key.verifier}"
        raise Damaged(msg)
    return checkpoint


def _holds(text: str, line: str, key: Key) -> bool:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415  only to check a signature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    said = _bytes(encoded)
    if not line.startswith(_DASH) or name != key.name or said[:4] != key.id:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(said[4:], text.encode())
    except InvalidSignature:
        return False
    return True


def _bytes(encoded: str) -> bytes:
    """The bytes that base64 encodes; nothing if it is not base64."""
    try:
        return b64decode(encoded.encode(), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return b""
