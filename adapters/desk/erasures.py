"""Which ordered erasures have not been carried out to the end, and what of a person does the desk hold?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from adapters.database.pool import Database
from adapters.log.codec import decode
from domain.fact import Retention
from domain.person import ErasureGround, PersonErased
from domain.ports import PersonId

PENDING: Final = """
select position, stream, body, recorded_at from log.event e
 where type = 'PersonErased' and not exists (select from desk.erasure d where d.position = e.position)
 order by position
"""
DONE: Final = "insert into desk.erasure (position) values (%s) on conflict do nothing"
PURGE: Final = (
    "delete from desk.session where person = %s",
    "delete from desk.token where person = %s",
    "delete from desk.account where person = %s",
)


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """An erasure that stands in the log: at which position, whose data, of which class, when recorded."""

    position: int
    person: PersonId
    retention: Retention
    ground: ErasureGround
    at: datetime


class DeskErasures:
    """What of erasures stands on the desk: which are done, and whose account goes."""

    def __init__(self, database: Database) -> None:
        """Use schema `desk`, beside the log."""
        self._database = database

    def pending(self) -> list[Ordered]:
        """The erasures ordered that are not carried out to the end, in order of position."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(PENDING)
            rows = cursor.fetchall()
        return [_ordered(*row) for row in rows]

    def done(self, position: int) -> None:
        """Note that an erasure was carried out to the end."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(DONE, (position,))

    def purge(self, person: PersonId) -> None:
        """Take a person's account, sessions and tokens."""
        with self._database.transaction() as cursor:
            for statement in PURGE:
                cursor.execute(statement, (person,))


def _ordered(position: int, stream: PersonId, body: str, at: datetime) -> Ordered:
    fact = cast("PersonErased", decode(PersonErased.__name__, body))
    return Ordered(position=position, person=stream, retention=fact.retention, ground=fact.ground, at=at)
