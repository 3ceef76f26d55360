"""Service accounts: programs that read reports, registered like persons (comptes de service)."""

from __future__ import annotations

from typing import Final

from adapters.database.pool import Database
from domain.ports import PersonId

ADD: Final = "insert into desk.service (person) values (%s) on conflict do nothing"
IS_ONE: Final = "select exists (select from desk.service where person = %s)"
ALL: Final = """
select s.person, s.created_at, count(t.hash) filter (where t.revoked_at is null and t.expires_at > now())
  from desk.service s left join desk.token t on t.person = s.person
 group by s.person order by s.created_at, s.person
"""


class Services:
    """The service accounts: registered like people, authenticated by tokens for reporting only."""

    def __init__(self, database: Database) -> None:
        """Use schema `desk`."""
        self._database = database

    def add(self, person: PersonId) -> None:
        """Note that this person is a service."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(ADD, (person,))

    def includes(self, person: PersonId) -> bool:
        """Return whether this person is a service."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(IS_ONE, (person,))
            return cursor.fetchone() == (True,)

    def all(self) -> list[dict[str, object]]:
        """Return every service: its id, its date of creation, and the number of its valid tokens."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(ALL)
            rows = cursor.fetchall()
        return [dict(zip(("id", "since", "tokens"), row, strict=True)) for row in rows]
