"""The files that facts name, from the log: their persons, sizes and digests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from adapters.database.pool import Database
from adapters.keys.vault import FieldOpener, FieldPlace, Vault
from adapters.log.codec import decode, opened, sealed
from domain.candidacy.facts import EvidenceSubmitted
from domain.evidence.facts import PieceKept
from domain.fact import Retention
from domain.jury.facts import MinutesTranscribed
from domain.ports import EvidenceId

NAMES: Final = {EvidenceSubmitted.__name__: "evidence", MinutesTranscribed.__name__: "scan"}
"""The facts that name a file, with the field that names it."""
KEPT: Final = PieceKept.__name__
"""The fact whose own stream names its file, until the piece is discarded from the portfolio."""
AT_ONCE: Final = 500
BEHIND: Final = """
  from log.fact f
 where type = any(%(types)s)
   and not exists (select from log.fact d
                    where f.type = 'PieceKept' and d.stream = f.stream and d.type = 'PieceDiscarded')
"""
NAME: Final = "coalesce(body::jsonb ->> 'evidence', body::jsonb ->> 'scan', stream::text)::uuid"
COUNT: Final = f"select count(*) {BEHIND}"
FACTS: Final = f"""
select position, recorded_at, append_id, n, stream, version, type, body {BEHIND}
   and position > %(after)s order by position limit %(most)s
"""
NAMED: Final = f"select distinct {NAME} {BEHIND}"
AMONG: Final = f"""
select named from (select {NAME} as named {BEHIND} and position > %(after)s) found where named = any(%(among)s)
"""  # noqa: S608  (constants only)
SEALED: Final = "select sealed from log.head"
TYPES: Final = [*NAMES, KEPT]


@dataclass(frozen=True, kw_only=True)
class NamedFile:
    """A file that a fact names. `digest` is None if the fact's sealed data was erased, or its key was lost."""

    evidence: EvidenceId
    person: UUID
    size: int
    digest: str | None
    recorded: datetime
    position: int
    retention: Retention


def how_many(database: Database) -> int:
    """Return the number of files that facts name."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(COUNT, {"types": TYPES})
        return int(cursor.fetchall()[0][0])


def named_files(database: Database, vault: Vault) -> Iterator[NamedFile]:
    """Yield each file that a fact names, in the order of recording."""
    after = 0
    while rows := _after(database, after):
        keys = vault.opening()
        yield from (_named(row, keys) for row in rows)
        after = rows[-1][0]


def sealed_up_to(database: Database) -> int:
    """Return the position up to which every fact is visible; facts recorded from now on get later positions."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(SEALED)
        return int(cursor.fetchall()[0][0])


def names(database: Database, among: Iterable[UUID] | None = None, after: int = 0) -> set[UUID]:
    """Return the ids of all files that facts after a position name, or of those among `among`."""
    with database.connection() as connection, connection.cursor() as cursor:
        if among is None:
            cursor.execute(NAMED, {"types": TYPES})
        else:
            cursor.execute(AMONG, {"types": TYPES, "among": list(among), "after": after})
        return {UUID(str(name)) for (name,) in cursor.fetchall()}


def _after(database: Database, position: int) -> list[tuple[Any, ...]]:
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(FACTS, {"types": TYPES, "after": position, "most": AT_ONCE})
        return cursor.fetchall()


def _named(row: tuple[Any, ...], keys: FieldOpener) -> NamedFile:
    position, recorded, append_id, n, stream, version, name, body = row
    fact: Any = decode(name, body)
    place = FieldPlace(UUID(str(append_id)), n, UUID(str(stream)), name, version, "")
    return NamedFile(
        evidence=EvidenceId(UUID(str(stream)) if name == KEPT else getattr(fact, NAMES[name])),
        person=sealed(fact)["digest"].of,
        size=fact.size,
        digest=opened(fact, place, keys)["digest"],
        recorded=recorded,
        position=position,
        retention=Retention.PORTFOLIO if name == KEPT else Retention.PAPERS,
    )
