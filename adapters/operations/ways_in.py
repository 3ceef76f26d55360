"""How people sign in (accounts, providers, services), and pending invitations (comptes, invitations)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from adapters.database.pool import Database

OF: Final = """
select p.person, array (select i.provider from desk.identity i where i.person = p.person order by i.provider),
       exists (select from desk.service s where s.person = p.person),
       a.login, a.created_at, coalesce(a.password is not null, false),
       (select f.confirmed_at from desk.second_factor f where f.person = p.person)
  from unnest(%s::uuid[]) p (person) left join desk.account a on a.person = p.person
"""
INVITED: Final = """
select * from (
  select distinct on (l.person) l.person, l.made_at, l.sent_at, l.sealed is not null, l.failed,
         (select max(t.expires_at) from desk.ticket t
           where t.person = l.person and t.kind = 'invitation' and t.expires_at > now())
    from desk.letter l
   where l.kind = 'invitation' and l.person is not null and (%(of)s::uuid is null or l.person = %(of)s)
     and not exists (select from desk.account a where a.person = l.person)
   order by l.person, l.made_at desc) newest
 order by made_at desc limit %(most)s
"""
"""Finds invitations by their letters, which are deleted a month after sending, accepted or not."""
SIGNED_IN: Final = """
select person, role, created_at, seen_at, browser from desk.session
 where expires_at > now() and seen_at > now() - interval '2 hours'
 order by seen_at desc, person limit %s
"""


@dataclass(frozen=True)
class WayIn:
    """The ways in which one person signs in: an account and its protection, identity providers, or as a service."""

    person: UUID
    providers: tuple[str, ...]
    service: bool
    login: str | None
    since: datetime | None
    has_password: bool
    factor_since: datetime | None


@dataclass(frozen=True)
class Invitation:
    """The newest invitation of a person without an account: its letter, and the end of its link's validity."""

    person: UUID
    made_at: datetime
    sent_at: datetime | None
    waits: bool
    failed: str | None
    valid_until: datetime | None

    @property
    def state(self) -> str:
        """The state: `waiting`, `retried` after a failure, `lost`, `kept`, `sent`, or `over` (the link expired).

        `kept`: no mail server is configured, and the letter is in the machine's folder.
        """
        if self.waits:
            return "retried" if self.failed else "waiting"
        if self.sent_at is None:
            return ("kept" if self.valid_until else "over") if self.failed == "NoServer" else "lost"
        return "sent" if self.valid_until else "over"


@dataclass(frozen=True)
class SignedIn:
    """A person signed in with a browser: their role, the time of the sign-in, and the family of browser."""

    person: UUID
    role: str
    since: datetime
    seen_at: datetime
    browser: str


def ways_in(database: Database, persons: Collection[UUID]) -> dict[UUID, WayIn]:
    """Return the ways in which each of these people signs in, in one query."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(OF, (list(persons),))
        rows = cursor.fetchall()
    return {person: WayIn(person, tuple(providers), service, *said) for person, providers, service, *said in rows}


def invitations(database: Database, *, of: UUID | None = None, most: int = 200) -> list[Invitation]:
    """Return the invitations of people who have no account yet, the newest first; of one person if given."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(INVITED, {"of": of, "most": most})
        return [Invitation(*row) for row in cursor.fetchall()]


def signed_in(database: Database, most: int = 100) -> list[SignedIn]:
    """Return the people signed in with a browser, the last seen first."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(SIGNED_IN, (most,))
        return [SignedIn(*row) for row in cursor.fetchall()]
