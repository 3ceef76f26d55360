"""Making of checkpoints: the newest is verified, the leaves after it are hashed again, and the new root is signed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, Protocol

from adapters.database.pool import DURABLE, Database
from adapters.keys.erasures import NAME, lines_of
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


class CheckpointRecipient(Protocol):
    """Recipient of each new checkpoint: a witness or a time-stamping authority."""

    def tell(self, checkpoint: Checkpoint, tree: Tree, folder: CheckpointFolder) -> None:
        """Send the checkpoint and store the answer; the caller logs any exception."""
        ...


class Checkpointer:
    """Maker of a log's checkpoints."""

    def __init__(
        self, tree: Tree, signer: Signer, folder: CheckpointFolder, told: Sequence[CheckpointRecipient] = ()
    ) -> None:
        """Sign as `signer`, with role acquis_projector; each stored checkpoint is sent to `told`."""
        self._tree = tree
        self._database = tree.database
        self._signer = signer
        self._folder = folder
        self._told = told

    def make(self) -> Checkpoint | None:
        """Sign and store a checkpoint of the sealed log; return it, or None if nothing is new.

        The previous note is verified, and every line after it is hashed here: the signed root continues that note's
        root over these lines. Raises LogDoubted if something differs from the recorded log, LogRegressed,
        CheckpointsOfAnotherLog, CheckpointUnreadable.
        """
        self._tree.grow()
        found = newest_note(self._database, self._folder, trusted(self._database, self._folder, self._signer))
        doubt.add(self._database, found)
        newest = refuse_unless_continued(self._tree, self._folder)
        doubt.refuse(self._database, ghosts(self._database))
        if newest and newest.size > (size := self._tree.size()):  # an accepted loss
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
            cursor.execute(DURABLE)  # so that a standby that takes over is never behind the checkpoint
        self._folder.add(str(checkpoint))
        self._remember(checkpoint)
        self._tell(checkpoint)
        return checkpoint

    def _erasures(self) -> list[str]:
        """Return the extension line with the length of the register of erasures, if any.

        A restore then detects an older register.
        """
        lines = len(lines_of(self._folder.path / NAME))
        return [erasures_line(lines)] if lines else []

    def _read(self, before: int) -> Passage:
        """Read from a signed size to the last leaf; raises LogDoubted."""
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
            except Exception as error:  # noqa: BLE001  (any error of an outside server: the checkpoint is kept)
                log.warning("%s did not take checkpoint %s: %s", type(each).__name__, checkpoint.size, error)


def begun_at(database: Database, size: int) -> Passage:
    """Return a passage at this size, made from the stored subtrees; its root is yet to be compared with a note's."""
    if not size:
        return Passage()
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(LAST, (size - 1,))
        ((position, at),) = cursor.fetchall()
    return Passage(Tree(database).peaks(size), position, at)


def trusted(database: Database, folder: CheckpointFolder, signer: Signer | None) -> list[VerifierKey]:
    """Return the keys that may sign a note of this folder: those endorsed and stored in it, and the signer's own."""
    kept = folder.keys()
    own = [signer.key] if signer else []
    return own + [key for key in endorsed(database) if key in kept]
