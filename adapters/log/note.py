"""Checkpoints and signed notes in the C2SP formats, with Ed25519 signatures.

https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint and, for a witness's signature,
https://c2sp.org/tlog-cosignature. Parsing is strict: text that does not follow these exactly is rejected.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519, COSIGNATURE = b"\x01", b"\x04"
"""The kinds of keys: one signs the note's text, the other (a witness's) the text with a time."""

PRIVATE = "PRIVATE+KEY+"
MOST_SIGNATURES = 100
LARGEST = 1_000_000  # bytes
SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
KEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")
LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)")
TIME = re.compile(r"time (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)")
ERASURES = re.compile(r"erasures ([1-9][0-9]{0,17})")
TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
HASH = 32  # bytes


class MalformedNote(ValueError):  # noqa: N818  (named after what happened)
    """This is not a signed note, not a checkpoint or not a key, as C2SP writes them."""


@dataclass(frozen=True)
class VerifierKey:
    """A public key under its name, `name+id+base64(kind, key)`."""

    name: str
    public: bytes
    kind: bytes = ED25519

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key from its line; raises MalformedNote."""
        written = KEY.fullmatch(text.removesuffix("\n"))
        if written is None:
            raise MalformedNote("not a verifier key")
        raw = _unbase64(written[3])
        key = cls(_text(written[1]), raw[1:], raw[:1])
        if key.kind not in {ED25519, COSIGNATURE} or len(key.public) != HASH or key.id.hex() != written[2]:
            raise MalformedNote("not an Ed25519 verifier key, or not under its own id")
        return key

    def __str__(self) -> str:
        """Return the key's line, without its newline."""
        return f"{self.name}+{self.id.hex()}+{_base64(self.kind + self.public)}"

    @property
    def id(self) -> bytes:
        """The four bytes that distinguish the keys of one name, without proving anything."""
        return _key_id(self.name, self.kind + self.public)

    def verifies(self, text: str, signature: Signature) -> bool:
        """Return whether this is the key's own signature under the text."""
        if (signature.name, signature.key_id) != (self.name, self.id):
            return False
        signed, raw = text.encode(), signature.raw
        if self.kind == COSIGNATURE:
            signed, raw = f"cosignature/v1\ntime {int.from_bytes(raw[:8])}\n{text}".encode(), raw[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(raw, signed)
        except InvalidSignature:
            return False
        return True


class Signer:
    """A private key under its name."""

    def __init__(self, name: str, private: Ed25519PrivateKey, kind: bytes = ED25519) -> None:
        """Sign as `name`."""
        if not re.fullmatch(r"[^\s+]+", name):
            raise MalformedNote("a key's name holds neither spaces nor plus signs")
        self._private = private
        self.key = VerifierKey(name, private.public_key().public_bytes_raw(), kind)

    @classmethod
    def generate(cls, name: str) -> Self:
        """Generate a new key."""
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key as Go's `note` package writes it, `PRIVATE+KEY+name+id+base64(kind, seed)`."""
        written = KEY.fullmatch(text.removesuffix("\n").removeprefix(PRIVATE)) if text.startswith(PRIVATE) else None
        if written is None:
            raise MalformedNote("not a private key")
        raw = _unbase64(written[3])
        if raw[:1] != ED25519 or len(raw) != 1 + HASH:
            raise MalformedNote("not an Ed25519 private key")
        signer = cls(written[1], Ed25519PrivateKey.from_private_bytes(raw[1:]))
        if signer.key.id.hex() != written[2]:
            raise MalformedNote("a private key under another key's id")
        return signer

    def secret(self) -> str:
        """Return the line that `parse` reads, without its newline. It must stay secret."""
        key = self.key
        return f"{PRIVATE}{key.name}+{key.id.hex()}+{_base64(ED25519 + self._private.private_bytes_raw())}"

    def sign(self, text: str) -> Signature:
        """Sign a note's text."""
        return Signature(self.key.name, self.key.id, self._private.sign(text.encode()))


@dataclass(frozen=True)
class Signature:
    """One signature line of a note."""

    name: str
    key_id: bytes
    raw: bytes

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read a line, without its end; raises MalformedNote."""
        written = LINE.fullmatch(line)
        raw = _unbase64(written[2]) if written else b""
        if written is None or len(raw) <= 4:  # noqa: PLR2004  (an id and nothing)
            raise MalformedNote("not a signature line")
        return cls(written[1], raw[:4], raw[4:])

    def __str__(self) -> str:
        """Return the signature line, without its newline."""
        return f"— {self.name} {_base64(self.key_id + self.raw)}"


@dataclass(frozen=True)
class SignedNote:
    """A text, which ends with a newline, and the signatures under it."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, written: str | bytes) -> Self:
        """Read a note; raises MalformedNote."""
        note = _text(written)
        text, found, below = note.rpartition("\n\n")
        lines = below.removesuffix("\n").split("\n")
        if not found or not below.endswith("\n") or len(lines) > MOST_SIGNATURES:
            raise MalformedNote("a note is a text, an empty line and 1 to 100 signature lines")
        return cls(text + "\n", tuple(Signature.parse(line) for line in lines))

    def __str__(self) -> str:
        """Return the note as it is stored and sent."""
        return self.text + "\n" + "".join(f"{signature}\n" for signature in self.signatures)


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A signed statement: at `size` leaves, the log `origin` had this root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()

    @classmethod
    def parse(cls, written: str | bytes) -> Self:
        """Read a checkpoint from its signed note; raises MalformedNote."""
        note = SignedNote.parse(written)
        lines = note.text.removesuffix("\n").split("\n")
        if len(lines) < 3 or not all(lines) or not SIZE.fullmatch(lines[1]):  # noqa: PLR2004  (origin, size, root)
            raise MalformedNote("a checkpoint is an origin, a size, a root and extension lines, none of them empty")
        root = _unbase64(lines[2])
        if len(root) != HASH:
            raise MalformedNote("a root is 32 bytes in base64")
        return cls(
            origin=lines[0], size=int(lines[1]), root=root, extensions=tuple(lines[3:]), signatures=note.signatures
        )

    def __str__(self) -> str:
        """Return the signed note."""
        return str(self.note)

    @property
    def text(self) -> str:
        """The text that is signed."""
        return "\n".join([self.origin, str(self.size), _base64(self.root), *self.extensions, ""])

    @property
    def note(self) -> SignedNote:
        """The checkpoint as a note."""
        return SignedNote(self.text, self.signatures)

    @property
    def at(self) -> datetime | None:
        """The time of its making, by its maker's clock, if an extension line gives it."""
        told = next((found[1] for line in self.extensions if (found := TIME.fullmatch(line))), None)
        return None if told is None else datetime.strptime(told, TIME_FORMAT).replace(tzinfo=UTC)

    def signed(self, signer: Signer) -> Self:
        """Add a signature, as the last one."""
        return self.with_signatures(signer.sign(self.text))

    def with_signatures(self, *more: Signature) -> Self:
        """Add signatures, except those that the checkpoint has already."""
        new = (each for each in dict.fromkeys(more) if each not in self.signatures)
        return replace(self, signatures=(*self.signatures, *new))


def time_line(at: datetime) -> str:
    """Return the extension line that gives the time of a checkpoint."""
    return "time " + at.astimezone(UTC).strftime(TIME_FORMAT)


def erasures_line(lines: int) -> str:
    """Return the extension line that gives the number of lines in the register of erasures."""
    return f"erasures {lines}"


def erasures_told(checkpoint: Checkpoint) -> int:
    """Return the number of lines in the register of erasures that a checkpoint gives; 0 if it gives none."""
    return next((int(found[1]) for line in checkpoint.extensions if (found := ERASURES.fullmatch(line))), 0)


def _text(written: str | bytes) -> str:
    try:
        note = written.decode() if isinstance(written, bytes) else written
        raw = note.encode()
    except UnicodeError:
        raise MalformedNote("a note is UTF-8") from None
    if len(raw) > LARGEST or any(character < " " and character != "\n" for character in note):
        raise MalformedNote("a note holds no control characters and is no larger than 1 MB")
    return note


def _key_id(name: str, key: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + key).digest()[:4]


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _unbase64(text: str) -> bytes:
    """Decode base64; raises MalformedNote unless the text is the canonical encoding of its bytes."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedNote("not base64") from None
    if _base64(raw) != text:
        raise MalformedNote("not base64 in its one form")
    return raw
