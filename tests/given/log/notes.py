"""Signed notes for the tests: reading signatures, and signing as a witness; the reverse of the product's code."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.log.note import Checkpoint, Signature, SignedNote, Signer, VerifierKey


class BadSignature(ValueError):  # noqa: N818  (it names what was met)
    """A signature has the name and id of a known key, but was not made by it."""


def signed_by(note: SignedNote | Checkpoint, keys: Iterable[VerifierKey]) -> list[VerifierKey]:
    """Return which of these keys signed the note, ignoring other signatures; raises BadSignature."""
    found = []
    for key in keys:
        theirs = [each for each in note.signatures if (each.name, each.key_id) == (key.name, key.id)]
        if not all(key.verifies(note.text, each) for each in theirs):
            raise BadSignature(f"{key.name}+{key.id.hex()}")
        if theirs:
            found.append(key)
    return found


def cosign(witness: Signer, text: str, at: int) -> Signature:
    """Return the signature of a checkpoint's text as a witness makes it, at a POSIX time."""
    signed = witness.sign(f"cosignature/v1\ntime {at}\n{text}")
    return Signature(signed.name, signed.key_id, at.to_bytes(8) + signed.raw)
