"""Query for the pieces that are the same file as a quarantined piece, and are not in quarantine yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from adapters.database.pool import Database
from domain.ports import CandidacyId, EvidenceId

INFECTED: Final = """
with finding as (
  select f.position, f.stream, f.body::jsonb ->> 'finding' as finding, f.body::jsonb ->> 'scanner' as scanner,
         case when f.type = 'PieceQuarantined' then f.stream else (
           select (e.body::jsonb ->> 'from_piece')::uuid from log.fact e
            where e.stream = (f.body::jsonb ->> 'candidacy')::uuid and e.type = 'EvidenceSubmitted'
              and e.body::jsonb ->> 'evidence' = f.stream::text) end as piece
    from log.fact f
   where f.type in ('EvidenceQuarantined', 'PieceQuarantined') and f.position > %(after)s
), same as (
  select finding.*, null::uuid as candidacy, k.stream as evidence, k.position as since,
         (k.body::jsonb -> 'sealed' -> 'digest' ->> 'of')::uuid as person
    from finding join log.fact k on k.stream = finding.piece and k.type = 'PieceKept'
  union all
  select finding.*, e.stream, (e.body::jsonb ->> 'evidence')::uuid, e.position,
         (e.body::jsonb -> 'sealed' -> 'digest' ->> 'of')::uuid
    from finding
    join log.fact e on e.type = 'EvidenceSubmitted' and e.body ~ ('"from_piece":"' || finding.piece || '"')
)
select distinct on (evidence) candidacy, evidence, person, scanner, finding
  from same
  left join lateral (
    select v.type, v.position from log.fact v
     where v.stream = same.evidence
       and v.type in ('EvidenceCleared', 'EvidenceQuarantined', 'EvidenceRejected',
                      'PieceCleared', 'PieceQuarantined', 'PieceRejected', 'PieceDiscarded')
     order by v.version desc limit 1) said on true
 where evidence <> same.stream and since < same.position
   and coalesce(said.position, 0) < same.position
   and coalesce(said.type, '') not in
       ('EvidenceQuarantined', 'EvidenceRejected', 'PieceQuarantined', 'PieceRejected', 'PieceDiscarded')
 order by evidence, same.position
"""
"""Uses the newest verdict: a finding does not affect a piece submitted or scanned after it."""
HEAD: Final = "select sealed from log.head"


@dataclass(frozen=True, kw_only=True)
class Infected:
    """A piece (of a portfolio if it has no candidacy), and the finding in another piece that is the same file."""

    candidacy: CandidacyId | None
    evidence: EvidenceId
    person: UUID
    scanner: str
    finding: str


def infected(database: Database, after: int) -> list[Infected]:
    """Return the infected pieces, according to the findings after a position."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(INFECTED, {"after": after})
        return [
            Infected(
                candidacy=candidacy and CandidacyId(candidacy),
                evidence=EvidenceId(evidence),
                person=person,
                scanner=scanner,
                finding=finding,
            )
            for candidacy, evidence, person, scanner, finding in cursor.fetchall()
        ]


def head(database: Database) -> int:
    """Return the position up to which every finding is visible."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(HEAD)
        return int(cursor.fetchall()[0][0])
