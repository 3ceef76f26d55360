"""Where are the reading copies of the pieces, and which pieces have one? Beside the piece, and a row on the desk.

A copy is encrypted for the piece's person. It is made from its piece and can be made again: nothing is lost with it.
So a piece without a row has none yet, and is given one; a copy that does not open has its row taken away; and no
backup holds either.
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
"""Why there is no copy, where whoever made one does not say."""
COLUMNS: Final = "evidence, candidacy, person, state, reason, pages, made_at"
OF: Final = f"select {COLUMNS} from desk.reading_copy where candidacy = %s"  # noqa: S608  (our own words)
FIND: Final = f"select {COLUMNS} from desk.reading_copy where evidence = %s"  # noqa: S608  (our own words)
READY: Final = f"""
select {COLUMNS} from desk.reading_copy where state = 'ready' and (candidacy is null) = %s
"""  # noqa: S608  (our own words)
NOTE: Final = """
insert into desk.reading_copy (evidence, candidacy, person, state, reason, pages)
values (%(evidence)s, %(candidacy)s, %(person)s, %(state)s, %(reason)s, %(pages)s)
on conflict (evidence) do update set state = excluded.state, reason = excluded.reason, pages = excluded.pages,
  made_at = now()
"""
FORGET: Final = "delete from desk.reading_copy where evidence = %s"
FORGET_WHY: Final = "delete from desk.reading_copy where reason = %s"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What is known of the copy of a piece: that it is there, or why there can be none; how many pages it has."""

    evidence: UUID
    candidacy: UUID | None
    person: UUID
    state: Literal["ready", "unavailable"]
    reason: str | None
    pages: int | None
    made_at: datetime

    @property
    def ready(self) -> bool:
        """Whether it can be read."""
        return self.state == "ready"


class BrokenCopy(Exception):  # noqa: N818  (the way in says that the copy is being made)
    """A reading copy does not open as it was written: it is being made anew."""


class ReadingCopies:
    """The reading copies: their files in the evidence store, their rows on the desk."""

    def __init__(self, database: Database, files: EvidenceStore) -> None:
        """Keep them with the pieces of this store, which are of one class."""
        self._database = database
        self._files = files

    def put(self, evidence: EvidenceId, candidacy: UUID | None, person: UUID, made: Path, copy: Copied) -> None:
        """Keep the copy of a piece, encrypted for its person, in place of the one before; or note why there is none.

        It was made in the store's folder of what is aside (`quarantine`), on the same disk. One that does not read to
        its end is noted as unavailable, rather than made anew for ever; one whose person's key was erased meanwhile
        is not kept. Raises StorageUnavailable.
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

    def of(self, candidacy: UUID) -> dict[UUID, Kept]:
        """What is known of the copies of a dossier, by piece."""
        return {kept.evidence: kept for kept in self._rows(OF, candidacy)}

    def find(self, evidence: UUID) -> Kept | None:
        """What is known of the copy of a piece; None where none was made yet."""
        return next(iter(self._rows(FIND, evidence)), None)

    def ready(self) -> list[Kept]:
        """All copies that are said to be there, of this store's class."""
        return self._rows(READY, self._files.retention is Retention.PORTFOLIO)

    def open(self, evidence: EvidenceId, person: UUID, recorded: datetime | None = None) -> Seekable:
        """Open the archive of a copy, in clear as it is read.

        Raises EvidenceErased, StorageUnavailable, BrokenCopy.
        """
        with self.told_broken(evidence):
            return self._files.open_copy(evidence, person, recorded)

    @contextmanager
    def reading(self, evidence: EvidenceId, person: UUID, recorded: datetime | None = None) -> Iterator[CopyArchive]:
        """The same for the block, in which whatever shows that the copy is broken is BrokenCopy."""
        with self.open(evidence, person, recorded) as opened, self.told_broken(evidence):
            yield CopyArchive(cast("BinaryIO", opened))

    @contextmanager
    def told_broken(self, evidence: UUID) -> Iterator[None]:
        """Whatever shows in the block that a copy is broken is BrokenCopy: it is removed, so that it is made anew."""
        try:
            yield
        except (EvidenceMissing, *BROKEN) as error:
            log.warning("reading copy broken: it is made anew", evidence=str(evidence))
            self.remove(evidence)
            raise BrokenCopy(evidence) from error

    def whole(self, kept: Kept) -> bool | None:
        """Whether a copy reads to its end, else it is removed; None where its person's papers were erased."""
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
        """Remove the copy of a piece, and what is known of it; where the piece stays, it is made anew."""
        self._files.blobs.remove(copied(evidence))
        self.forget(evidence)

    def forget(self, evidence: UUID) -> None:
        """Forget what is known of a copy whose file is gone."""
        self._run(FORGET, (evidence,))

    def try_again(self, reason: str) -> None:
        """Forget that none could be made for this reason, which is over: they are made now."""
        self._run(FORGET_WHY, (reason,))

    def _rows(self, statement: str, *values: Any) -> list[Kept]:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return [Kept(**dict(zip(Kept.__dataclass_fields__, row, strict=True))) for row in cursor.fetchall()]

    def _run(self, statement: str, values: Any) -> None:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
