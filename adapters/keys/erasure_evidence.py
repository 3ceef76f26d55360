"""Evidence of an erasure: its PersonErased, an inclusion proof, and a checkpoint signed by a key of this log.

A line of the register without valid evidence destroys no key, and is ignored. A line is verified by its own content
and by the keys that the log endorses: the log need not hold the fact any more, as after a restore.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from adapters.database.pool import Database
from adapters.keys.erasures import Erasure, ErasureEvidence, Order
from adapters.log.checkpoint import CheckpointFolder, CheckpointUnreadable, origin_of
from adapters.log.checkpoint_key import endorsed
from adapters.log.codec import UNREADABLE, decode
from adapters.log.merkle import leaf_hash
from adapters.log.note import Checkpoint, MalformedNote, SignedNote, VerifierKey
from adapters.log.tree import Tree
from adapters.verify.proof import included
from domain.people.facts import PersonErased

REACH: Final = timedelta(hours=1)
"""The longest time from a checkpoint to the date of an erasure: clocks differ, and the disk may have been full."""
NEVER: Final = datetime.min.replace(tzinfo=UTC)
INDEX: Final = "select index from log.leaf where position = %s"


def prove(database: Database, folder: CheckpointFolder, order: Order) -> ErasureEvidence | None:
    """Return the evidence that the log orders this erasure; None while no checkpoint covers it.

    It uses the newest checkpoint that the log has reached, which allows the latest date. Raises
    CheckpointUnreadable.
    """
    tree = Tree(database)
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(INDEX, (order.position,))
        found = cursor.fetchall()
    if not found:
        return None
    index = found[0][0]
    sizes = folder.sizes_between(index, tree.size())
    if not sizes:
        return None
    note = folder.of(sizes[-1])
    return ErasureEvidence(
        fact=order.fact, index=index, proof=tuple(tree.inclusion(index, note.size)), note=str(note)
    )


class Judge:
    """Verifier of the register's lines; loads the endorsed keys from the log again for a note by an unknown key."""

    def __init__(self, folder: Path, log: Callable[[], Database]) -> None:
        """Start without keys. `folder` holds the checkpoints; `log` opens the log's database, which this closes."""
        self._folder = CheckpointFolder(folder)
        self._log = log
        self._origin = ""
        self._keys: list[VerifierKey] = []

    def __call__(self, erasure: Erasure) -> bool:
        """Return whether a line's evidence proves what it states."""
        evidence = erasure.evidence
        if evidence is None or not _says(evidence.fact, erasure):
            return False
        try:
            note = Checkpoint.parse(evidence.note)
        except MalformedNote:
            return False
        leaf = leaf_hash(evidence.fact.encode())
        covers = included(leaf, evidence.index, note.size, evidence.proof, note.root)
        return covers and erasure.at <= latest(note) and self._signed(note)

    def _signed(self, note: Checkpoint) -> bool:
        if self._by_known(note):
            return True
        self._learn()
        return self._by_known(note)

    def _by_known(self, note: Checkpoint) -> bool:
        return note.origin == self._origin and any(
            key.verifies(note.text, each) for key in self._keys for each in note.signatures
        )

    def _learn(self) -> None:
        """Load the keys that the log endorses and the folder stores, and their successors by signed rotations.

        Both conditions are needed: anybody who may append can endorse a key, and anybody who may write to the folder
        can add one.
        """
        with closing(self._log()) as database:
            self._origin = origin_of(Tree(database))
            known = endorsed(database)
        try:
            kept = self._folder.keys()
        except CheckpointUnreadable:
            kept = []
        self._keys = _followed([key for key in known if key in kept], kept, self._folder.endorsements().values())


def latest(note: Checkpoint) -> datetime:
    """Return the latest date of an erasure that a checkpoint can prove; the earliest time if it has no date."""
    return NEVER if note.at is None else note.at + REACH


def _says(line: str, erasure: Erasure) -> bool:
    """Return whether a fact's line is the PersonErased that a line of the register states."""
    try:
        told = json.loads(line)
        fact = decode(told["type"], told["body"])
        recorded = datetime.fromisoformat(told["recorded_at"])
        place = told["stream"], told["position"]
    except (*UNREADABLE, ValueError, KeyError, TypeError, msgspec.MsgspecError):
        return False
    return (
        isinstance(fact, PersonErased)
        and place == (str(erasure.person), erasure.position)
        and (fact.retention, fact.ground) == (erasure.retention, erasure.ground)
        and recorded <= erasure.at
    )


def _followed(keys: list[VerifierKey], kept: list[VerifierKey], notes: Iterable[bytes]) -> list[VerifierKey]:
    """Add the keys that replaced known ones, each endorsed by its predecessor."""
    vouched = []
    for written in notes:
        with suppress(MalformedNote):
            vouched.append(SignedNote.parse(written))
    while added := [
        key
        for note in vouched
        for key in kept
        if key not in keys
        and f"\n{key}\nreplaces " in note.text
        and any(old.verifies(note.text, each) for old in keys for each in note.signatures)
    ]:
        keys = [*keys, *added]
    return keys
