"""Ordered erasures and their completion, and the purge of a person's rows in schema `desk`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast

from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class, lower-case in psycopg2)

from adapters.database.pool import Database
from adapters.keys.erasures import Order
from adapters.log.codec import decode
from adapters.log.line import COLUMNS, line_of
from domain.fact import Retention
from domain.people.facts import ErasureGround, PersonErased
from domain.ports import PersonId
from domain.refusal import Refused

ORDERED: Final = f"""
select {COLUMNS} from log.fact e
 where type = 'PersonErased' and (%(person)s::uuid is null or stream = %(person)s)
   and exists (select from desk.erasure d where d.position = e.position) = %(done)s
 order by position
"""  # noqa: S608  (constants only)
DONE: Final = "insert into desk.erasure (position) values (%s) on conflict do nothing"
OF_A_PERSON: Final = (
    "account",
    "identity",
    "errand",
    "session",
    "token",
    "service",
    "second_factor",
    "recovery_code",
    "ticket",
    "letter",
    "account_event",
    "draft",
    "private_link",
    "comment",
    "notices_read",
    "statistic",
)
"""The tables of schema `desk` that hold data of a person. Account and identity come first: a session, or a link to
choose another password, holds them while it is made (BrowserSessions.begin, OneTimeCodes.for_login)."""
ERASED: Final = """
exists (select from log.fact e
         where e.stream = %(person)s and e.type = 'PersonErased' and e.body::json ->> 'retention' = 'identity')
"""
"""Condition in each statement that inserts a row about a person: the log has the order before the purge."""
GONE: Final = f"select {ERASED}"
MADE: Final = (
    "desk.token, desk.identity, desk.account, desk.errand, desk.second_factor, desk.letter, desk.account_event,"
    " desk.draft, desk.comment, desk.private_link, desk.notices_read, desk.statistic"
)
"""The tables into which rows are inserted by statements that hold no row of another table yet: the purge waits for
the inserts under way, and the next inserts wait for the purge. Tickets are not among them, since they are used up
by statements that hold the account: making one locks the table of accounts instead (OneTimeCodes.make)."""
HOLDS: Final = " union all ".join(f"select from desk.{table} where person = %(person)s" for table in OF_A_PERSON)
PURGE: Final = (
    f"lock table {MADE} in share row exclusive mode",
    *(f"delete from desk.{table} where person = %(person)s" for table in OF_A_PERSON),  # noqa: S608  (our tables)
    "delete from desk.upload where sender = %(person)s",  # the store deletes its bytes a day later
)
NOBODYS: Final = """
delete from desk.account a
 where created_at < now() - interval '1 hour' and not exists (select from log.fact e where e.stream = a.person)
returning person
"""
UNSAID: Final = """
delete from desk.statistic s
 where noted_at < now() - interval '1 hour'
   and not exists (select from log.fact e where e.append_id = s.append_id and e.n = 0)
"""
"""Deletes statistics noted for a fact that was never recorded."""


class WayInErased(Refused):
    """Who had their identity erased is let in by nothing any more."""

    fr = "Qui a fait effacer son identité n'entre plus par rien."


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """An erasure ordered in the log: the order, the person, the retention class and the ground."""

    order: Order
    person: PersonId
    retention: Retention
    ground: ErasureGround


class DeskErasures:
    """The state of erasures in schema `desk`: those carried out, and the purge of accounts."""

    def __init__(self, database: Database) -> None:
        """Use schema `desk`, in the log's database."""
        self._database = database

    def pending(self) -> list[Ordered]:
        """Return the ordered erasures not yet carried out completely, in order of position."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            return ordered_by(cursor, done=False)

    def carried_out(self) -> list[Ordered]:
        """Return the erasures carried out completely, in order of position."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            return ordered_by(cursor, done=True)

    def done(self, position: int) -> None:
        """Note that an erasure was carried out completely."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(DONE, (position,))

    def ordered(self, person: PersonId) -> bool:
        """Return whether the erasure of a person's identity was ordered, carried out or not."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(GONE, {"person": person})
            return cursor.fetchone() == (True,)

    def holds(self, person: PersonId) -> bool:
        """Return whether schema `desk` holds data of a person that is deleted with their identity."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(HOLDS, {"person": person})
            return bool(cursor.fetchall())

    def purge(self, person: PersonId) -> None:
        """Delete all rows of a person in schema `desk`, including those inserted at this moment."""
        with self._database.transaction() as cursor:
            for statement in PURGE:
                cursor.execute(statement, {"person": person})

    def purge_nobodys(self) -> int:
        """Delete the accounts made over an hour ago for people unknown to the log; return how many.

        An account is made before its person is registered: a process killed in between leaves an address and a
        password hash that no erasure reaches, since the log names nobody. No session and no token is made for them.
        Statistics noted for a fact that was not recorded are deleted too.
        """
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(UNSAID)
            cursor.execute(NOBODYS)
            return len(cursor.fetchall())


def ordered_by(cursor: Cursor, *, done: bool, person: PersonId | None = None) -> list[Ordered]:
    """Return the ordered erasures, of one person if given, on an open connection."""
    cursor.execute(ORDERED, {"person": person, "done": done})
    return [_ordered(row) for row in cursor.fetchall()]


def _ordered(row: tuple[Any, ...]) -> Ordered:
    position, stream, _, _, body, _, _, at = row
    fact = cast("PersonErased", decode(PersonErased.__name__, body))
    order = Order(position, at, line_of(row).decode())
    return Ordered(order=order, person=stream, retention=fact.retention, ground=fact.ground)
