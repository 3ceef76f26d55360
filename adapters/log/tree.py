"""The log's Merkle tree: its root at each size, and the proofs that a fact or an older log is part of it.

The database stores the leaves and, at every fourth level, the nodes over them. The nodes are a cache: a missing one
is computed from the leaves below it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from adapters.database.pool import Database
from adapters.log.merkle import Peaks, Span, consistency_spans, inclusion_spans, joined, pieces, root
from domain.organisation.organisation import Organisation

STRIDE = 4
"""The number of levels from one stored level to the next."""

GROW = "select log.grow()"
SIZE = "select next_index from log.head"
WAITS = """
select from log.leaf l join log.fact e using (position)
 where l.index = %s and e.recorded_at < clock_timestamp() - make_interval(secs => %s)
"""
ENDORSES = """
select exists (select from log.fact e join log.leaf l using (position)
                where e.stream = %s and e.type = 'CheckpointKeyEndorsed')
"""
IDENTITY = "select id from log.identity"
# one look-up each, whatever the planner estimates: a join would read all of log.node for a proof. A node that the
# watch found changed counts as missing, accepted or not: otherwise a root signed over it would differ from the leaves
HASHES = """
select level, index, (select n.hash from log.node n
                       where n.level = w.level and n.index = w.index and not exists (
                             select from log.doubt d where d.slug = 'node-changed'
                                and d.place = format('node %%s/%%s', w.level, w.index)))
  from unnest(%s::smallint[], %s::bigint[]) w(level, index)
union all
select 0, index, (select l.hash from log.leaf l where l.index = w.index) from unnest(%s::bigint[]) w(index)
"""

Place = tuple[int, int]
"""A complete subtree: its level (0: a leaf) and its index on that level."""


class Tree:
    """The Merkle tree over the sealed facts (RFC 9162)."""

    def __init__(self, database: Database) -> None:
        """Read with this database's role; growing needs acquis_projector."""
        self.database = database

    def log_id(self) -> UUID:
        """Return the log's id, which its checkpoints contain."""
        found: UUID = self._one(IDENTITY)
        return found

    def endorses(self) -> bool:
        """Return whether a sealed fact endorses a key that signs checkpoints."""
        found: bool = self._one(ENDORSES, (Organisation.keeper(),))
        return found

    def grow(self) -> int:
        """Store the nodes over the sealed leaves, and return how many were added."""
        added = 0
        while more := self._one(GROW):
            added += more
        return added

    def size(self) -> int:
        """Return the number of sealed leaves."""
        found: int = self._one(SIZE)
        return found

    def waits(self, index: int, seconds: float) -> bool:
        """Return whether the leaf of this index exists and its fact was recorded more than `seconds` ago."""
        with self.database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(WAITS, (index, seconds))
            return cursor.fetchone() is not None

    def root(self, size: int | None = None) -> bytes:
        """Return the root of the first `size` leaves, all by default; raises ValueError if there are fewer."""
        return self._hashes([(0, self._sealed(size))])[0]

    def peaks(self, size: int) -> Peaks:
        """Return the complete subtrees over the first `size` leaves, as stored; LookupError if leaves are missing."""
        places = list(pieces(0, self._sealed(size)))
        found = self._subtrees(set(places))
        return Peaks(size, tuple(found[place] for place in places))

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Prove that the leaf of this index is in the tree of `size` leaves; raises ValueError if it is not."""
        return self._hashes(inclusion_spans(index, self._sealed(size)))

    def inclusions(self, indexes: Iterable[int], size: int) -> list[list[bytes]]:
        """Prove many leaves at once, in one query."""
        self._sealed(size)
        spans = [inclusion_spans(index, size) for index in indexes]
        found = iter(self._hashes([span for each in spans for span in each]))
        return [[next(found) for _ in each] for each in spans]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Prove that the tree of `new` leaves continues that of `old`; raises ValueError if it cannot."""
        return self._hashes(consistency_spans(old, self._sealed(new)))

    def _sealed(self, size: int | None) -> int:
        sealed = self.size()
        if size is None:
            return sealed
        if not 0 <= size <= sealed:
            raise ValueError(f"{size} leaves are not sealed, but {sealed}")
        return size

    def _hashes(self, spans: Sequence[Span]) -> list[bytes]:
        """Return the hash of each span, from the complete subtrees that make it up."""
        subtrees = [list(pieces(first, end)) for first, end in spans]
        found = self._subtrees({place for each in subtrees for place in each})
        return [joined(found[place] for place in each) for each in subtrees]

    def _subtrees(self, wanted: set[Place]) -> dict[Place, bytes]:
        """Return the roots of complete subtrees, from the nodes and leaves stored at and below their level."""
        below = {place: _kept_below(place) for place in wanted}
        found = self._kept({place for each in below.values() for place in each})
        missing = {place for each in below.values() for place in each if place not in found}
        if missing:
            covered = {place: [(place[0] - STRIDE, place[1] * 16 + n) for n in range(16)] for place in missing}
            deeper = self._subtrees({place for each in covered.values() for place in each})
            found |= {place: root([deeper[under] for under in each]) for place, each in covered.items()}
        return {place: root([found[under] for under in each]) for place, each in below.items()}

    def _kept(self, wanted: Iterable[Place]) -> dict[Place, bytes]:
        by_level: dict[int, list[int]] = defaultdict(list)
        for level, index in wanted:
            by_level[level].append(index)
        leaves = by_level.pop(0, [])
        levels = [level for level, indexes in by_level.items() for _ in indexes]
        nodes = [index for indexes in by_level.values() for index in indexes]
        with self.database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(HASHES, (levels, nodes, leaves))
            found = {(level, index): bytes(kept) for level, index, kept in cursor.fetchall() if kept is not None}
        if gone := [index for index in leaves if (0, index) not in found]:
            raise LookupError(f"leaf {min(gone)} is gone from the log")
        return found

    def _one(self, question: str, given: tuple[Any, ...] = ()) -> Any:
        with self.database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(question, given)
            ((answer,),) = cursor.fetchall()
        return answer


def _kept_below(place: Place) -> list[Place]:
    """Return the stored subtrees that make up a subtree: those at the next stored level down, or itself."""
    level, index = place
    up = level % STRIDE
    return [(level - up, (index << up) + n) for n in range(1 << up)]
