"""Cosigning of checkpoints by a witness, which signs only continuations of the last checkpoint that it signed.

https://c2sp.org/tlog-witness: the client sends the checkpoint with a proof that it continues the last one that the
witness knows, and receives signature lines.
"""

from __future__ import annotations

import base64
import re
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from adapters.log.checkpoint import CheckpointFolder
from adapters.log.note import SIZE, Checkpoint, MalformedNote, Signature, VerifierKey
from adapters.log.tree import Tree

PATIENCE = 10.0  # seconds
LONGEST = 100_000  # bytes of an answer
CONFLICT = 409


class WitnessRefused(RuntimeError):  # noqa: N818  (named after what happened)
    """The witness did not sign, or not with the key that was expected."""


class Witness:
    """A witness at a URL, and the key it signs with, if known."""

    def __init__(self, url: str, key: VerifierKey | None) -> None:
        """Send to `url` + /add-checkpoint."""
        self._url = url.rstrip("/") + "/add-checkpoint"
        self._key = key
        self._seen = 0

    def tell(self, checkpoint: Checkpoint, tree: Tree, folder: CheckpointFolder) -> None:
        """Have the checkpoint signed, and store the signatures that the known key verifies.

        Raises WitnessRefused and OSError.
        """
        try:
            answer = self._send(checkpoint, tree, self._seen)
        except HTTPError as refused:
            self._seen = self._size_it_knows(refused, checkpoint)
            answer = self._send(checkpoint, tree, self._seen)
        self._seen = checkpoint.size
        if self._key is not None:
            folder.cosign(checkpoint.size, *self._theirs(answer, checkpoint, self._key))

    def _send(self, checkpoint: Checkpoint, tree: Tree, old: int) -> str:
        proof = [base64.b64encode(step).decode("ascii") for step in tree.consistency(old, checkpoint.size)]
        body = "".join(f"{line}\n" for line in (f"old {old}", *proof, "")) + str(checkpoint)
        request = Request(self._url, body.encode(), {"Content-Type": "text/plain; charset=utf-8"})  # noqa: S310  (http or https: Settings)
        with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310  (likewise)
            told: bytes = answer.read(LONGEST)
        return told.decode()

    @staticmethod
    def _size_it_knows(refused: HTTPError, checkpoint: Checkpoint) -> int:
        """Return the size that the witness signed last, if its refusal gives it."""
        with refused:
            told = refused.read(100).decode("ascii", "replace").removesuffix("\n")
        known = int(told) if refused.code == CONFLICT and re.fullmatch(SIZE, told) else None
        if known is None or known > checkpoint.size:
            raise WitnessRefused(f"{refused.code}: {told!r}")
        return known

    @staticmethod
    def _theirs(answer: str, checkpoint: Checkpoint, key: VerifierKey) -> list[Signature]:
        try:
            signatures = [Signature.parse(line) for line in answer.removesuffix("\n").split("\n")]
        except MalformedNote as error:
            raise WitnessRefused("no signature lines") from error
        found = [each for each in signatures if key.verifies(checkpoint.text, each)]
        if not found:
            raise WitnessRefused(f"no signature of {key.name}")
        return found
