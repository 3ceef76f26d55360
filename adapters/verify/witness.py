"""A witness's signatures under the checkpoints (C2SP tlog-cosignature).

A witness signs only continuations of what it signed before, so that a history rewritten for one reader has no
signature of the witness. The signatures are checked only if the reader gives `--witness-key`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from adapters.verify.proof import CheckpointNote, Finding, Malformed, signed, unbase64
from adapters.verify.report import VerificationReport

COSIGNATURE = 4
INSTANT = 8  # bytes before the signature: the time of the witness's signature


@dataclass(frozen=True)
class WitnessKey:
    """A witness's verifier key: its name, its id, its Ed25519 public key."""

    name: str
    id: bytes
    public: bytes

    @classmethod
    def read(cls, text: str) -> WitnessKey:
        """Parse a key; raises Malformed."""
        name, _, rest = text.strip().partition("+")
        number, _, encoded = rest.partition("+")
        raw = unbase64(encoded, 33)
        known = sha256(name.encode("utf-8", "surrogatepass") + b"\n" + raw).digest()[:4]
        if not re.fullmatch(r"[^\s+]+", name) or raw[0] != COSIGNATURE or number != known.hex():
            raise Malformed("not a witness's key")
        return cls(name, known, raw[1:])

    def signed(self, note: CheckpointNote) -> bool | None:
        """Return whether the witness signed a checkpoint; None if its name is missing there."""
        theirs = [raw for name, number, raw in note.signatures if (name, number) == (self.name, self.id)]
        return any(self._holds(note, raw) for raw in theirs) if theirs else None

    def _holds(self, note: CheckpointNote, raw: bytes) -> bool:
        at = int.from_bytes(raw[:INSTANT], "big")
        return signed(self.public, b"cosignature/v1\ntime %d\n" % at + note.signed_text, raw[INSTANT:])


def look_for(witness: WitnessKey, notes: Sequence[CheckpointNote], report: VerificationReport) -> None:
    """Report how many of these notes the witness signed; an invalid signature under its name is a finding."""
    said = [witness.signed(note) for note in notes]
    report.witness, report.witnessed = witness.name, said.count(True)
    report.findings += [
        Finding(kind="bad-signature", file=note.file, detail=witness.name)
        for note, holds in zip(notes, said, strict=True)
        if holds is False
    ]
