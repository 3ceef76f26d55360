"""A person's receipt, which proves years later what was recorded about them, and the latest date of the recording.

A receipt holds the line of one fact, its leaf's index, an inclusion proof in the tree of a checkpoint, the
checkpoint, the key that signed it, and the endorsements from its earlier keys. It is verified without the log. It
does not name its owner: only the line says what it is about.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from adapters.bag.checkpoints import signer
from adapters.database.pool import Database
from adapters.log.checkpoint import CheckpointFolder
from adapters.log.line import COLUMNS, line_of
from adapters.log.merkle import leaf_hash
from adapters.log.tree import Tree

FORMAT = "acquis-receipt/1"
FACTS = (
    f"select {COLUMNS}, l.index, l.hash"  # noqa: S608  (constants only)
    " from log.fact e join log.leaf l using (position) where e.position = any(%s)"
)


class SealState(StrEnum):
    """The state of a fact's seal, checked now."""

    VERIFIED = "verified"
    """Its digest equals its leaf, which a checkpoint covers."""
    PENDING = "pending"
    """Its digest equals its leaf, which no checkpoint covers yet."""
    CHANGED = "changed"
    """Its digest differs from its leaf."""


@dataclass(frozen=True, kw_only=True)
class Receipts:
    """Maker of receipts from the log, its tree and its checkpoints."""

    database: Database
    checkpoints: CheckpointFolder

    def covered(self, positions: Sequence[int]) -> dict[int, bool]:
        """Return whether a checkpoint covers each of these sealed facts yet."""
        newest = self.checkpoints.newest()
        size = newest.size if newest else 0
        return {row[0]: row[8] < size for row in self._rows(positions)}

    def sealed(self, positions: Sequence[int]) -> dict[int, SealState]:
        """Return the state of each fact's seal, in one query; facts without a leaf are left out."""
        newest = self.checkpoints.newest()
        size = newest.size if newest else 0
        return {row[0]: _seal(row, size) for row in self._rows(positions)}

    def of(self, position: int) -> dict[str, Any] | None:
        """Return the receipt of one fact; None while no checkpoint covers it.

        It holds the first checkpoint that covers the fact. If an earlier key signed that checkpoint, it holds the
        newest one instead: a receipt must be verifiable with the current key, and through the endorsements with an
        earlier one.
        """
        rows = self._rows([position])
        first = self.checkpoints.at_least(rows[0][8] + 1) if rows else None
        newest = self.checkpoints.newest()
        if first is None or newest is None:
            return None
        keys = self.checkpoints.keys()
        checkpoint = first if signer(first, keys) == signer(newest, keys) else newest
        index = rows[0][8]
        proof = Tree(self.database).inclusion(index, checkpoint.size)
        return {
            "format": FORMAT,
            "log": checkpoint.origin.partition("/")[2],
            "line": line_of(rows[0]).decode(),
            "index": index,
            "size": checkpoint.size,
            "proof": [base64.b64encode(step).decode("ascii") for step in proof],
            "checkpoint": str(checkpoint),
            "key": signer(checkpoint, keys),
            "endorsed": [vouched.decode() for vouched in self.checkpoints.endorsements().values()],
        }

    def _rows(self, positions: Sequence[int]) -> list[tuple[Any, ...]]:
        with self.database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(FACTS, (list(positions),))
            return cursor.fetchall()


def _seal(row: tuple[Any, ...], size: int) -> SealState:
    index, sealed = row[8], bytes(row[9])
    if leaf_hash(line_of(row)) != sealed:
        return SealState.CHANGED
    return SealState.VERIFIED if index < size else SealState.PENDING
