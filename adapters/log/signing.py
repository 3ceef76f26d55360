"""How is a checkpoint made? The newest is verified, what follows it is hashed anew, and that root is signed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, Protocol

from adapters.database.pool import DURABLE, Database
from adapters.erasures import NAME, lines_of
from adapters.log import doubt
from adapters.log.aside import put_aside
from adapters.log.checkpoint import CheckpointFolder, origin_of, refuse_unless_continued
from adapters.log.checkpoint_key import endorsed
from adapters.log.note import Checkpoint, Signer, VerifierKey, erasures_line, time_line
from adapters.log.tree import Tree
from adapters.log.watch import Passage, digest_of, ghosts, newest_note, read_on

BATCH: Final = 2000  # leaves read at once
LAST: Final = "select position, at from log.leaf where index = %s"
REMEMBER: Final = "insert into log.note values (%s, %s) on conflict do nothing"
ACCEPTED: Final = {
    "what": "The log was shorter than its newest checkpoint, and that was accepted (acquis doubt accept). "
    "Le journal était plus court que son dernier point de contrôle, et cela fut accepté (acquis doubt accept).",
}

log = logging.getLogger(__name__)


class Told(Protocol):
    """Somebody outside who is shown each new checkpoint: a witness, a time-stamping authority."""

    def tell(self, checkpoint: Checkpoint, tree: Tree, folder: CheckpointFolder) -> None:
        """Show it and keep what they answer; whatever it raises is logged."""
        ...


class Checkpointer:
    """Makes a log's checkpoints."""

    def __init__(self, tree: Tree, signer: Signer, folder: CheckpointFolder, told: Sequence[Told] = ()) -> None:
        """Sign as `signer`, under role acquis_projector; `told` are shown each checkpoint after it is kept."""
        self._tree = tree
        self._database = tree.database
        self._signer = signer
        self._folder = folder
        self._told = told

    def make(self) -> Checkpoint | None:
        """Sign for what is sealed and keep it; None when there is nothing new.

        The note before is verified, and every line after it is hashed here: what is signed is that note's root,
        continued by lines. Raises LogDoubted where something is not as it was, LogRegressed,
        CheckpointsOfAnotherLog, CheckpointUnreadable.
        """
        self._tree.grow()
        found = newest_note(self._database, self._folder, trusted(self._database, self._folder, self._signer))
        doubt.add(self._database, found)
        newest = refuse_unless_continued(self._tree, self._folder)
        doubt.refuse(self._database, ghosts(self._database))
        if newest and newest.size > (size := self._tree.size()):  # which was accepted
            put_aside(self._folder, size, lambda ahead: ACCEPTED | {"size": size, "lost_up_to": max(ahead)})
            newest = self._folder.newest()
        before = newest.size if newest else 0
        if newest:
            self._remember(newest)
        passage = self._read(before)
        if passage.size <= before:
            return None
        unsigned = Checkpoint(
            origin=origin_of(self._tree),
            size=passage.size,
            root=passage.peaks.root(),
            extensions=(time_line(datetime.now(UTC)), *self._erasures()),
        )
        checkpoint = unsigned.signed(self._signer)
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(DURABLE)  # a standby that takes over is never behind it
        self._folder.add(str(checkpoint))
        self._remember(checkpoint)
        self._tell(checkpoint)
        return checkpoint

    def _erasures(self) -> list[str]:
        """Tell how many lines the register of erasures has, if any: a restore then knows one that is older."""
        lines = len(lines_of(self._folder.path / NAME))
        return [erasures_line(lines)] if lines else []

    def _read(self, before: int) -> Passage:
        """Read on from a size that was signed to the last leaf; raises LogDoubted."""
        size = self._tree.size()
        if before >= size:
            return Passage()
        passage = begun_at(self._database, before)
        while passage.size < size:
            after, found = read_on(self._database, passage, min(BATCH, size - passage.size))
            doubt.refuse(self._database, found)
            if after.size == passage.size:
                break
            passage = after
        return passage

    def _remember(self, checkpoint: Checkpoint) -> None:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(REMEMBER, (checkpoint.size, digest_of(checkpoint)))

    def _tell(self, checkpoint: Checkpoint) -> None:
        for each in self._told:
            try:
                each.tell(checkpoint, self._tree, self._folder)
            except Exception as error:  # noqa: BLE001  (somebody else's server: whatever it does, the checkpoint stands)
                log.warning("%s did not take checkpoint %s: %s", type(each).__name__, checkpoint.size, error)


def begun_at(database: Database, size: int) -> Passage:
    """A passage that has come to a size, over the subtrees that are kept: to be held against a note's root."""
    if not size:
        return Passage()
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(LAST, (size - 1,))
        ((position, at),) = cursor.fetchall()
    return Passage(Tree(database).peaks(size), position, at)


def trusted(database: Database, folder: CheckpointFolder, signer: Signer | None) -> list[VerifierKey]:
    """By which keys a note of this folder may be signed: those endorsed and kept beside it, and our own."""
    kept = folder.keys()
    own = [signer.key] if signer else []
    return own + [key for key in endorsed(database) if key in kept]
