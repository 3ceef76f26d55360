"""Reading copies of pieces: encrypted files next to the pieces, and their rows in schema `desk`.

A copy is encrypted for the piece's person. It is made from its piece and can be made again, so that its loss does no
harm. A piece without a row has no copy yet, and gets one; the row of a copy that cannot be opened is deleted. Backups
hold neither copies nor rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Literal, cast
from uuid import UUID

import structlog

from adapters.files.copy_archive import BROKEN, CopyArchive
from adapters.files.store import EvidenceErased, EvidenceMissing, EvidenceStore, copied
from domain.fact import Retention

if TYPE_CHECKING:
    from adapters.database.pool import Database
    from adapters.files.reading_copy import Copied
    from adapters.files.seeking import Seekable
    from domain.ports import EvidenceId

log = structlog.get_logger(__name__)

NONE: Final = "none"
"""The kind of a copy that could not be made."""
UNREADABLE: Final = "copy-unreadable"
"""The default reason for the lack of a copy."""
COLUMNS: Final = "evidence, candidacy, person, state, reason, pages, made_at"
OF: Final = f"select {COLUMNS} from desk.reading_copy where candidacy = %s"  # noqa: S608  (constants only)
FIND: Final = f"select {COLUMNS} from desk.reading_copy where evidence = %s"  # noqa: S608  (constants only)
READY: Final = f"""
select {COLUMNS} from desk.reading_copy where state = 'ready' and (candidacy is null) = %s
"""  # noqa: S608  (constants only)
NOTE: Final = """
insert into desk.reading_copy (evidence, candidacy, person, state, reason, pages)
values (%(evidence)s, %(candidacy)s, %(person)s, %(state)s, %(reason)s, %(pages)s)
on conflict (evidence) do update set state = excluded.state, reason = excluded.reason, pages = excluded.pages,
  made_at = now()
"""
FORGET: Final = "delete from desk.reading_copy where evidence = %s"
FORGET_WHY: Final = "delete from desk.reading_copy where reason = %s"


@dataclass(frozen=True, kw_only=True)
class CopyState:
    """The state of a piece's copy: ready, or the reason why no copy can be made; its number of pages."""

    evidence: UUID
    candidacy: UUID | None
    person: UUID
    state: Literal["ready", "unavailable"]
    reason: str | None
    pages: int | None
    made_at: datetime

    @property
    def ready(self) -> bool:
        """True if the copy can be read."""
        return self.state == "ready"


class BrokenCopy(Exception):  # noqa: N818  (the web layer says that the copy is being made)
    """A reading copy cannot be opened: it is being made again."""


class ReadingCopies:
    """The reading copies: their files in the evidence store, their rows in schema `desk`."""

    def __init__(self, database: Database, files: EvidenceStore) -> None:
        """Store the copies with the pieces of this store, which are of one retention class."""
        self._database = database
        self._files = files

    def put(self, evidence: EvidenceId, candidacy: UUID | None, person: UUID, made: Path, copy: Copied) -> None:
        """Store the copy of a piece, encrypted for its person, replacing any other; or note why no copy was made.

        The file `made` is in the store's `quarantine` folder, on the same disk. A copy that cannot be read to its end
        is noted as unavailable, so that it is not made again forever. A copy whose person's key was erased meanwhile
        is not stored. Raises StorageUnavailable.
        """
        reason = (copy.reason or UNREADABLE) if copy.kind == NONE else None
        if reason is None:
            self._files.blobs.replace(copied(evidence), made)
            try:
                with self.reading(evidence, person) as archive:
                    archive.check()
            except EvidenceErased:
                self.remove(evidence)
                return
            except BrokenCopy:
                reason = UNREADABLE
        else:
            self._files.blobs.remove(copied(evidence))
        noted = {
            "evidence": evidence,
            "candidacy": candidacy,
            "person": person,
            "state": "unavailable" if reason else "ready",
            "reason": reason,
            "pages": None if reason else copy.pages,
        }
        self._run(NOTE, noted)

    def of(self, candidacy: UUID) -> dict[UUID, CopyState]:
        """Return the state of the copies of a dossier, by piece."""
        return {kept.evidence: kept for kept in self._rows(OF, candidacy)}

    def find(self, evidence: UUID) -> CopyState | None:
        """Return the state of a piece's copy; None if no copy was made yet."""
        return next(iter(self._rows(FIND, evidence)), None)

    def ready(self) -> list[CopyState]:
        """Return all copies noted as ready, of this store's class."""
        return self._rows(READY, self._files.retention is Retention.PORTFOLIO)

    def open(self, evidence: EvidenceId, person: UUID, recorded: datetime | None = None) -> Seekable:
        """Open the archive of a copy, decrypted as it is read.

        Raises EvidenceErased, StorageUnavailable, BrokenCopy.
        """
        with self.told_broken(evidence):
            return self._files.open_copy(evidence, person, recorded)

    @contextmanager
    def reading(self, evidence: EvidenceId, person: UUID, recorded: datetime | None = None) -> Iterator[CopyArchive]:
        """Yield the archive of a copy; raises BrokenCopy for any error in the block that shows it to be broken."""
        with self.open(evidence, person, recorded) as opened, self.told_broken(evidence):
            yield CopyArchive(cast("BinaryIO", opened))

    @contextmanager
    def told_broken(self, evidence: UUID) -> Iterator[None]:
        """Raise BrokenCopy for any error in the block that shows a copy to be broken, and remove the copy."""
        try:
            yield
        except (EvidenceMissing, *BROKEN) as error:
            log.warning("reading copy broken: it is made anew", evidence=str(evidence))
            self.remove(evidence)
            raise BrokenCopy(evidence) from error

    def whole(self, kept: CopyState) -> bool | None:
        """Return whether a copy can be read whole; if not, remove it. None if its person's papers were erased."""
        evidence: Any = kept.evidence
        try:
            with self.reading(evidence, kept.person) as archive:
                archive.check()
        except EvidenceErased:
            self.remove(evidence)
            return None
        except BrokenCopy:
            return False
        return True

    def remove(self, evidence: UUID) -> None:
        """Remove the copy of a piece, and its row, so that the copy is made again if the piece stays."""
        self._files.blobs.remove(copied(evidence))
        self.forget(evidence)

    def forget(self, evidence: UUID) -> None:
        """Delete the row of a copy whose file is gone."""
        self._run(FORGET, (evidence,))

    def try_again(self, reason: str) -> None:
        """Delete the notes that no copy could be made for this reason, so that the copies are tried again."""
        self._run(FORGET_WHY, (reason,))

    def _rows(self, statement: str, *values: Any) -> list[CopyState]:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return [
                CopyState(**dict(zip(CopyState.__dataclass_fields__, row, strict=True))) for row in cursor.fetchall()
            ]

    def _run(self, statement: str, values: Any) -> None:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
