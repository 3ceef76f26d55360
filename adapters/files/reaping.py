"""What is left of uploads that came to nothing, and who removes it? What is older than a day and nobody names.

A file is kept before its fact is recorded: one whose process died in between stays, and may yet be named by the same
request, sent again. So each is asked about once more, and removed, while that request would have to wait.
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
    """Files are removed when no fact names them, but not when that is most of what is kept: is this their log?"""

    fr = (
        "Un fichier que nul fait ne nomme est supprimé, mais pas quand c'est le cas de la plupart : "
        "est-ce bien leur journal ?"
    )


@dataclass(frozen=True, kw_only=True)
class Reaped:
    """How many files were removed: received and never kept; kept and never recorded; parts of ended uploads.

    `waiting`: how many stay until the next time, because somebody was at work on them.
    """

    aside: int
    unnamed: int
    parts: int
    waiting: int = 0


@dataclass(frozen=True, kw_only=True)
class Reaper:
    """Removes what nobody names.

    `named` says which of some files are named by facts after a position, `sealed` after which one more may come: each
    file is asked about again among those only. `live` says the uploads whose parts count, `ended` those whose parts
    count no more, whatever their age. `held` keeps a request that would name a file from being recorded meanwhile, or
    says that it could not.
    """

    store: EvidenceStore
    named: Callable[[Collection[UUID], int], Collection[UUID]]
    sealed: Callable[[], int]
    live: Callable[[], Collection[UUID]]
    ended: Callable[[], Collection[UUID]]
    held: Callable[[UUID], AbstractContextManager[bool]]

    def reap(self, now: datetime, *, most: bool = False) -> Reaped:
        """Remove what is older than a day at this instant; raises MostFilesUnnamed, unless `most` may go.

        What was never kept, and old parts, have gone then: in another's log they cost an upload sent again at most.
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
        """Whether it was removed, if it was named by nobody up to there; None where somebody is at work on it."""
        with self.held(evidence) as mine:
            return (not self.named([evidence], sealed) and self.store.blobs.remove(blob.name)) if mine else None

    def _aside(self, now: datetime) -> int:
        gone = 0
        for path in self.store.quarantine.glob("*"):
            with suppress(FileNotFoundError):  # whoever received it has just ended
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
