"""Queries for a person's candidacies and jury seats, as committed at this moment.

The tables answer up to their position, the log answers for the facts after it: the decision on an erasure must not
depend on tables that lag.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class, lower-case in psycopg2)

from adapters.database.pool import Database
from domain.ports import CandidacyId, EvidenceId, SessionId
from domain.privacy.erasure import MOST_SESSIONS
from projections.engine.statements import statements
from projections.tables import NAME

ASK = statements("involvements")


@dataclass(frozen=True, kw_only=True)
class Involvements:
    """A person's candidacies, and the sessions in which they have a seat, in the order of recording."""

    candidacies: tuple[CandidacyId, ...]
    seats: tuple[SessionId, ...]


def involvements(database: Database, person: UUID) -> Involvements:
    """Return all of a person's candidacies, and their latest seats, at most `MOST_SESSIONS`."""
    with database.connection() as connection, connection.cursor() as cursor:
        return involvements_by(cursor, person)


def involvements_by(cursor: Cursor, person: UUID) -> Involvements:
    """Do the same through an open cursor."""
    given = {"person": person, "name": NAME}
    cursor.execute(ASK["has_tables"])
    rows = []
    if cursor.fetchall() == [(True,)]:
        cursor.execute(ASK["of_read_models"], given)
        rows = cursor.fetchall()
    after = max((position for kind, _, position in rows if kind == "at"), default=0)
    cursor.execute(ASK["of_log"], given | {"after": after})
    rows += cursor.fetchall()
    found: dict[str, dict[UUID, int]] = {"candidacy": {}, "seat": {}, "at": {}}
    for kind, stream, position in sorted(rows, key=lambda row: row[2]):
        found[kind].setdefault(stream, position)
    return Involvements(
        candidacies=tuple(CandidacyId(each) for each in found["candidacy"]),
        seats=tuple(SessionId(each) for each in found["seat"])[-MOST_SESSIONS:],
    )


def pieces_before(
    database: Database, candidacies: Iterable[CandidacyId], position: int
) -> list[tuple[EvidenceId, datetime]]:
    """Return the evidence submitted to some candidacies before a position, with the time of each recording."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(ASK["pieces"], {"candidacies": list(candidacies), "before": position})
        return [(EvidenceId(evidence), recorded) for evidence, recorded in cursor.fetchall()]


def kept_before(database: Database, person: UUID, position: int) -> list[tuple[EvidenceId, datetime]]:
    """Return the pieces that a person put in their portfolio before a position, with the time of each recording."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(ASK["kept"], {"person": person, "before": position})
        return [(EvidenceId(piece), recorded) for piece, recorded in cursor.fetchall()]


def put_in_from(database: Database, candidacies: Iterable[CandidacyId]) -> list[tuple[UUID, UUID, UUID]]:
    """Return the submissions to these candidacies from a portfolio: piece, candidacy and resulting evidence."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(ASK["copies"], {"candidacies": list(candidacies)})
        return [(piece, candidacy, evidence) for piece, candidacy, evidence in cursor.fetchall()]
