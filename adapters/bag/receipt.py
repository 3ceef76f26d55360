"""What does a person take away that proves, years later, what was recorded of them and when at the latest?

A receipt holds the line of one fact, its leaf's index, an inclusion proof in the tree of a checkpoint, the checkpoint
and the key that signed it. It holds nothing else: it is checked without the log.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from adapters.bag.checkpoints import signer
from adapters.database.pool import Database
from adapters.log.checkpoint import CheckpointFolder
from adapters.log.line import COLUMNS, line_of
from adapters.log.tree import Tree

FORMAT = "acquis-receipt/1"
FACTS = (
    f"select {COLUMNS}, l.index"  # noqa: S608  (our own words)
    " from log.event e join log.leaf l using (position) where e.position = any(%s)"
)


@dataclass(frozen=True, kw_only=True)
class Receipts:
    """Makes receipts from the log, its tree and its checkpoints."""

    database: Database
    checkpoints: CheckpointFolder

    def covered(self, positions: Sequence[int]) -> dict[int, bool]:
        """Whether a checkpoint covers each of these sealed facts yet."""
        newest = self.checkpoints.newest()
        size = newest.size if newest else 0
        return {row[0]: row[8] < size for row in self._rows(positions)}

    def of(self, position: int, person: UUID) -> dict[str, Any] | None:
        """The receipt of one fact for a person; None while no checkpoint covers it."""
        rows = self._rows([position])
        checkpoint = self.checkpoints.at_least(rows[0][8] + 1) if rows else None
        if checkpoint is None:
            return None
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
            "key": signer(checkpoint, self.checkpoints.keys()),
            "person": str(person),
        }

    def _rows(self, positions: Sequence[int]) -> list[tuple[Any, ...]]:
        with self.database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(FACTS, (list(positions),))
            return cursor.fetchall()
