"""The checked pieces of evidence that no virus scanner has found clean, from the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from adapters.database.pool import Database
from domain.ports import CandidacyId, EvidenceId

AT_ONCE: Final = 500
FOUND: Final = """
  from log.fact e
  cross join lateral (
    select e.body::jsonb as said, v.type ~ 'Quarantined$' as quarantined,
           v.type ~ 'Cleared$' and v.body ~ '"scanner":"' as clean, v.type as verdict
      from log.fact v
     where v.stream = coalesce((e.body::jsonb ->> 'evidence')::uuid, e.stream)
       and v.type in ('EvidenceCleared', 'EvidenceRejected', 'EvidenceQuarantined',
                      'PieceCleared', 'PieceRejected', 'PieceQuarantined', 'PieceDiscarded')
     order by v.version desc limit 1
  ) piece
 where e.type in ('EvidenceSubmitted', 'PieceKept') and e.position > %(after)s
   and verdict not in ('EvidenceRejected', 'PieceRejected', 'PieceDiscarded')
   and (%(every)s or not (quarantined or clean))
"""
"""Finds the files that were checked and not refused, with the scanner's last verdict."""
COUNT: Final = f"select count(*) {FOUND}"
PIECES: Final = f"""
select e.position, case when e.type = 'EvidenceSubmitted' then e.stream end, e.recorded_at,
       coalesce(said ->> 'evidence', e.stream::text), (said ->> 'size')::bigint,
       said -> 'sealed' -> 'digest' ->> 'of', quarantined, clean
{FOUND} order by e.position limit %(most)s
"""


@dataclass(frozen=True, kw_only=True)
class ToScan:
    """A submitted file and its last verdict: clean, quarantined, or neither.

    Without a candidacy it is in its person's portfolio.
    """

    candidacy: CandidacyId | None
    evidence: EvidenceId
    person: UUID
    size: int
    recorded: datetime
    clean: bool
    quarantined: bool


def how_many_to_scan(database: Database, *, every: bool) -> int:
    """Return the number of files to scan: `every` file, or only those without a verdict."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(COUNT, {"every": every, "after": 0})
        return int(cursor.fetchall()[0][0])


def to_scan(database: Database, *, every: bool) -> Iterator[ToScan]:
    """Yield the files to scan, in the order of submission."""
    after = 0
    given = {"every": every, "most": AT_ONCE}
    while True:
        with database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(PIECES, given | {"after": after})
            rows = cursor.fetchall()
        if not rows:
            return
        for position, candidacy, recorded, evidence, size, person, quarantined, clean in rows:
            after = position
            yield ToScan(
                candidacy=candidacy and CandidacyId(UUID(str(candidacy))),
                evidence=EvidenceId(UUID(evidence)),
                person=UUID(person),
                size=size,
                recorded=recorded,
                clean=clean,
                quarantined=quarantined,
            )
