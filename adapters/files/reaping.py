"""Removal of orphaned files: those older than a day that no fact names.

A file is stored before its fact is recorded. If the process died in between, the file remains, and a repetition of
the request may still name it. Therefore each file is looked up once more, and removed, under a lock that makes such a
request wait.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from adapters.files.blobs import SEGMENTS, Blob
from adapters.files.scrub import UNDER_WAY, evidence_of, kept_blobs
from adapters.files.store import EvidenceStore, upload_of
from domain.refusal import Refused

FEW: Final = 10


class MostFilesUnnamed(Refused):
    """Files that no fact names are not removed when they are most of the files: this may be another log."""

    fr = (
        "Un fichier que nul fait ne nomme est supprimé, mais pas quand c'est le cas de la plupart : "
        "est-ce bien leur journal ?"
    )


@dataclass(frozen=True, kw_only=True)
class Reaped:
    """The numbers of removed files: received and never stored; stored and never recorded; parts of ended uploads.

    `waiting`: the number of files left for the next time, because a request is using them.
    """

    aside: int
    unnamed: int
    parts: int
    waiting: int = 0


@dataclass(frozen=True, kw_only=True)
class Reaper:
    """Removes the files that no fact names.

    `named` returns which of some files are named by facts after a position, and `sealed` the position after which new
    facts may come: the second look-up of each file searches only those. `live` returns the uploads whose parts are
    needed, `ended` those whose parts are not, of any age. `held` locks a file against a request that would name it,
    and yields whether it got the lock.
    """

    store: EvidenceStore
    named: Callable[[Collection[UUID], int], Collection[UUID]]
    sealed: Callable[[], int]
    live: Callable[[], Collection[UUID]]
    ended: Callable[[], Collection[UUID]]
    held: Callable[[UUID], AbstractContextManager[bool]]

    def reap(self, now: datetime, *, most: bool = False) -> Reaped:
        """Remove files older than a day at `now`; raises MostFilesUnnamed, unless `most` may be removed.

        Files never stored, and old parts, are removed before that check: if the log is another installation's by
        mistake, at most some uploads have to be sent again.
        """
        aside, parts = self._aside(now), self._parts(now)
        old = [blob for blob in kept_blobs(self.store) if now - blob.at > UNDER_WAY]
        ids = {found for blob in old if (found := evidence_of(blob))}
        sealed = self.sealed()
        unnamed = ids - set(self.named(ids, 0))
        if len(unnamed) > max(FEW, len(ids) // 2) and not most:
            raise MostFilesUnnamed(len(unnamed))
        removed = [
            self._remove(blob, evidence, sealed)
            for blob in old
            if (evidence := evidence_of(blob)) is not None and evidence in unnamed
        ]
        gone, waiting = removed.count(True), removed.count(None)
        return Reaped(aside=aside, unnamed=gone, parts=parts, waiting=waiting)

    def _remove(self, blob: Blob, evidence: UUID, sealed: int) -> bool | None:
        """Return whether a file that no fact names was removed; None if a request is using it."""
        with self.held(evidence) as mine:
            return (not self.named([evidence], sealed) and self.store.blobs.remove(blob.name)) if mine else None

    def _aside(self, now: datetime) -> int:
        gone = 0
        for path in self.store.quarantine.glob("*"):
            with suppress(FileNotFoundError):  # the request that received it has just ended
                if now - datetime.fromtimestamp(path.stat().st_mtime, UTC) > UNDER_WAY:
                    path.unlink()
                    gone += 1
        return gone

    def _parts(self, now: datetime) -> int:
        self.store.blobs.sweep()
        parts = list(self.store.blobs.all(f"{SEGMENTS}/"))
        if not parts:
            return 0
        ended, live = set(self.ended()), set(self.live())
        gone = 0
        for part in parts:
            upload = upload_of(part)
            if upload is None:
                continue
            if upload in ended or (upload not in live and now - part.at > UNDER_WAY):
                gone += self.store.blobs.remove(part.name)
        return gone
