"""The last fact whose notice each person has read on the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from adapters.operations.erasures import ERASED

if TYPE_CHECKING:
    from adapters.database.pool import Database
    from domain.ports import PersonId

READ: Final = "select position from desk.notices_read where person = %s"
NOTE: Final = f"""
insert into desk.notices_read (person, position) select %(person)s, %(position)s where not {ERASED}
on conflict (person) do update set position = greatest(notices_read.position, excluded.position)
"""


class NoticesRead:
    """The reading marks, one for each person."""

    def __init__(self, database: Database) -> None:
        """Use schema `desk`."""
        self._database = database

    def up_to(self, person: PersonId) -> int:
        """Return the position of the last fact read; 0 if the person has read none."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(READ, (person,))
            found = cursor.fetchone()
            return int(found[0]) if found else 0

    def note(self, person: PersonId, position: int) -> None:
        """Move the mark forward to this position; do nothing for a person whose identity was erased."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(NOTE, {"person": person, "position": position})
