"""Checks of a range of the log that is read again: lines, leaves, nodes and signed notes.

No stored hash, function of the database or file is trusted: lines are hashed in this process, and stored values are
compared with them. Nothing is written. The caller decides what to do with the findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final

from adapters.database.pool import Database
from adapters.log.aside import aside
from adapters.log.checkpoint import CheckpointFolder, CheckpointUnreadable, origin_of, rewritten, shorter
from adapters.log.doubt import LogFinding, finding
from adapters.log.line import COLUMNS, line_of
from adapters.log.merkle import Peaks, leaf_hash
from adapters.log.note import Checkpoint, VerifierKey
from adapters.log.tree import STRIDE, Tree

LEAVES: Final = """
select l.index, l.position, l.at, l.hash from log.leaf l
 where l.index >= %(first)s and l.index < %(end)s order by l.index
"""
LINES: Final = f"""
select {COLUMNS} from only log.event e where e.position > %(after)s and e.position <= %(upto)s order by e.position limit %(most)s
"""  # noqa: S608, E501  (constants only)
NODES: Final = "select level, index, hash from log.node where (level, index) in %s"
SIGNED: Final = "select size, digest from log.note where size > %s and size <= %s order by size"
HEAD: Final = "select next_index, sealed from log.head"
GHOSTS: Final = f"""
select {COLUMNS} from only log.event e
 where e.position > coalesce((select pg_sequence_last_value('log.position'::regclass)), 0)
 order by e.position limit 10
"""  # noqa: S608  (constants only)


@dataclass(frozen=True)
class Passage:
    """The progress of a reading from the first leaf on, and its state for the next range."""

    peaks: Peaks = field(default_factory=Peaks)
    position: int = 0
    """The position of the last fact read."""
    at: datetime | None = None
    """The time of the last leaf: the greatest `recorded_at` so far."""

    @property
    def size(self) -> int:
        """The number of leaves read."""
        return self.peaks.size


def read_on(database: Database, passage: Passage, count: int) -> tuple[Passage, list[LogFinding]]:
    """Read up to `count` leaves after a passage, hash their lines again, and compare leaves and nodes with them.

    Returns the new passage and the findings; the same passage at the end of the log. If a line differs from its leaf,
    that is a finding, and the tree continues with the leaf's hash, so that nodes and notes show changes of leaves. At
    the end of the log, facts beyond the last leaf are checked too.
    """
    first = passage.size
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(HEAD)
        ((end, sealed),) = cursor.fetchall()
        if end < first:
            return passage, [finding("log-shorter", f"leaf {end}", end)]
        cursor.execute(LEAVES, {"first": first, "end": min(first + count, end)})
        leaves = cursor.fetchall()
        last = not leaves or first + count >= end
        upto = sealed if last else max(leaves[-1][1], passage.position)
        cursor.execute(LINES, {"after": passage.position, "upto": upto, "most": count + 1000})
        rows = cursor.fetchall()
        reading = _Range(passage, {row[0]: row for row in rows})
        reading.found.extend(
            finding("fact-twice", f"position {one[0]}", line_of(one), line_of(other))
            for one, other in pairwise(rows)
            if one[0] == other[0]
        )
        for leaf in leaves:
            reading.leaf(*leaf)
        if last:
            reading.gone(end)
        reading.left_over()
        grown, completed = passage.peaks.with_leaves(reading.hashes)
        reading.found.extend(_nodes(cursor, completed))
    return Passage(
        grown, max(upto, passage.position) if reading.hashes else passage.position, reading.at
    ), reading.found


class _Range:
    """Comparison of the leaves of a range with the lines of its facts."""

    def __init__(self, passage: Passage, lines: dict[int, tuple[Any, ...]]) -> None:
        self.found: list[LogFinding] = []
        self.hashes: list[bytes] = []
        self.at = passage.at
        self._next = passage.size
        self._position = passage.position
        self._lines = lines

    def leaf(self, index: int, position: int, at: datetime, kept: bytes) -> None:
        self.gone(index)
        self._next = index + 1
        self.hashes.append(bytes(kept))
        if position <= self._position:
            self.found.append(finding("leaf-moved", f"leaf {index}", position))
        self._position = max(position, self._position)
        row = self._lines.pop(position, None)
        if row is None:
            self.found.append(finding("fact-missing", f"position {position}", bytes(kept)))
            return
        line, recorded_at = line_of(row), row[7]
        if leaf_hash(line) != bytes(kept):
            self.found.append(finding("line-changed", f"position {position}", line, bytes(kept)))
            recorded_at = at  # even if it was changed: the facts after it must not get findings because of it
        self.at = max(self.at, recorded_at) if self.at else recorded_at
        if at != self.at:
            self.found.append(finding("leaf-time", f"leaf {index}", at, self.at))

    def gone(self, index: int) -> None:
        """Report the leaves missing before this index, and add an empty hash to the tree for each."""
        if self._next < index:
            self.found.append(finding("leaf-missing", f"leaf {self._next}", index))
            self.hashes.extend(bytes(32) for _ in range(index - self._next))
            self._next = index

    def left_over(self) -> None:
        """Report the facts of the range that no leaf names."""
        self.found.extend(
            finding("fact-without-leaf", f"position {position}", line_of(row))
            for position, row in self._lines.items()
        )


def _nodes(cursor: Any, completed: Iterable[tuple[int, int, bytes]]) -> Iterator[LogFinding]:
    wanted = {(level, index): hash_ for level, index, hash_ in completed if level % STRIDE == 0}
    if not wanted:
        return
    cursor.execute(NODES, (tuple(wanted),))
    for level, index, kept in cursor.fetchall():  # a missing node is no finding: it is computed when it is needed
        if bytes(kept) != wanted[level, index]:
            yield finding("node-changed", f"node {level}/{index}", bytes(kept), wanted[level, index])


def notes_between(
    database: Database, folder: CheckpointFolder, keys: Sequence[VerifierKey], before: Passage, after: Passage
) -> list[LogFinding]:
    """Check each stored note over a range that was just read, and report missing notes.

    `before` and `after` are the passages around the range; `keys` may sign notes. The leaves of the range are read
    once more if a note ends inside it.
    """
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(SIGNED, (before.size, after.size))
        begun = folder.begun_at()  # the notes signed before are in a lost folder
        rows = [(size, digest) for size, digest in cursor.fetchall() if size > begun]
        lost = {digest_of(each) for each in aside(folder, (size for size, _ in rows))}
        signed = {size: digest for size, digest in rows if digest not in lost}
        kept = folder.sizes_between(before.size, after.size)
        found = [
            finding("note-missing", f"note {size}", digest) for size, digest in signed.items() if size not in kept
        ]
        peaks = before.peaks
        for size in kept:
            cursor.execute(LEAVES, {"first": peaks.size, "end": size})
            peaks, _ = peaks.with_leaves(bytes(row[3]) for row in cursor.fetchall())
            found.extend(note_of(folder, size, peaks, keys, signed.get(size)))
    return found


def note_of(
    folder: CheckpointFolder, size: int, peaks: Peaks, keys: Sequence[VerifierKey], signed: str | None = None
) -> Iterator[LogFinding]:
    """Yield the findings about the stored note of a size, given the tree of that size and its `signed` digest."""
    place = f"note {size}"
    try:
        note = folder.of(size)
    except CheckpointUnreadable:
        yield finding("note-unreadable", place)
        return
    if signed is not None and digest_of(note) != signed:
        yield finding("note-changed", place, note.text, signed)
    if not any(key.verifies(note.text, each) for key in keys for each in note.signatures):
        yield finding("note-unsigned", place, note.text)
    if peaks.size != size or peaks.root() != note.root:
        yield finding("note-differs", place, note.root, peaks.root())


def newest_note(database: Database, folder: CheckpointFolder, keys: Sequence[VerifierKey]) -> list[LogFinding]:
    """Return the findings about the newest note before another one continues it: signature, size, computed root.

    Raises CheckpointUnreadable if it is not a note of this log.
    """
    tree = Tree(database)
    note = folder.newest()
    if note is None or note.origin != origin_of(tree):
        return []
    if behind := shorter(tree, note):
        return [behind]
    with suppress(LookupError):
        return list(note_of(folder, note.size, tree.peaks(note.size), keys))
    return [each for each in [rewritten(tree, note)] if each]


def ghosts(database: Database) -> list[LogFinding]:
    """Return findings for the first ten facts at positions that the sequence has not given."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(GHOSTS)
        return [finding("ghost-fact", f"position {row[0]}", line_of(row)) for row in cursor.fetchall()]


def digest_of(note: Checkpoint) -> str:
    """Return the digest of a signed note as the database stores it: of its text, without signatures."""
    return sha256(note.text.encode()).hexdigest()
