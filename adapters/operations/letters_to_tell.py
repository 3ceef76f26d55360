"""Letters about facts for the pages: those that no server accepted, and the notices of one person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from adapters.database.pool import Database

COLUMNS: Final = (
    "id, person, kind, fact, candidacy, session, made_at, sent_at, sealed is not null, failed, told_on, told_how"
)
TO_TELL: Final = f"""
select {COLUMNS} from desk.letter
 where fact is not null and sealed is null and sent_at is null and told_on is null
   and (%(person)s::uuid is null or person = %(person)s)
   and (%(candidacy)s::uuid is null or candidacy = %(candidacy)s)
   and (%(session)s::uuid is null or session = %(session)s)
   and (%(ids)s::uuid[] is null or id = any (%(ids)s::uuid[]))
   and not person = any (%(without)s::uuid[])
 order by made_at, fact, id limit %(limit)s
"""  # noqa: S608  (constants only)
COUNT: Final = """
select count(*) from desk.letter
 where fact is not null and sealed is null and sent_at is null and told_on is null
   and not person = any (%s::uuid[])
"""
OF_A_PERSON: Final = f"""
select {COLUMNS} from desk.letter where fact is not null and person = %s order by fact desc limit %s
"""  # noqa: S608  (likewise)
OF_A_SESSION: Final = f"""
select distinct on (candidacy) {COLUMNS} from desk.letter
 where session = %s and candidacy is not null and kind = any (%s) order by candidacy, fact desc
"""  # noqa: S608  (likewise)
TOLD: Final = """
update desk.letter set told_on = %s, told_how = %s, told_by = %s
 where id = %s and sealed is null and sent_at is null and told_on is null
"""


@dataclass(frozen=True)
class LetterOfFact:
    """A letter that notifies a person of a fact: its state, or the other means by which they were notified."""

    id: UUID
    person: UUID
    kind: str
    fact: int
    candidacy: UUID | None
    session: UUID | None
    made_at: datetime
    sent_at: datetime | None
    waits: bool
    failed: str | None
    told_on: date | None
    told_how: str | None

    @property
    def to_tell(self) -> bool:
        """True if no server accepted the letter and nobody has notified the person by other means."""
        return not self.waits and self.sent_at is None and self.told_on is None


class LettersToTell:
    """The letters about facts that no server accepted, and whose recipients somebody must notify."""

    def __init__(self, database: Database) -> None:
        """Use schema `desk`."""
        self._database = database

    def waiting(
        self,
        *,
        person: UUID | None = None,
        candidacy: UUID | None = None,
        session: UUID | None = None,
        ids: Collection[UUID] | None = None,
        without: Collection[UUID] = (),
        limit: int = 200,
    ) -> list[LetterOfFact]:
        """Return the letters whose recipients are not notified yet, oldest first, except recipients in `without`."""
        given = {"person": person, "candidacy": candidacy, "session": session, "limit": limit}
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(TO_TELL, given | {"ids": None if ids is None else list(ids), "without": list(without)})
            return [LetterOfFact(*row) for row in cursor.fetchall()]

    def count(self, without: Collection[UUID] = ()) -> int:
        """Return the number of letters whose recipients are not notified yet."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(COUNT, (list(without),))
            return int(cursor.fetchall()[0][0])

    def notices(self, person: UUID, most: int) -> list[LetterOfFact]:
        """Return the letters to a person, sent or not, the newest first."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(OF_A_PERSON, (person, most))
            return [LetterOfFact(*row) for row in cursor.fetchall()]

    def of_session(self, session: UUID, kinds: Collection[str]) -> dict[UUID, LetterOfFact]:
        """Return the newest letter of these kinds to each candidate of a session, by candidacy."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(OF_A_SESSION, (session, list(kinds)))
            found = [LetterOfFact(*row) for row in cursor.fetchall()]
        return {each.candidacy: each for each in found if each.candidacy}

    def note_told(self, letter: UUID, on: date, how: str, by: UUID) -> None:
        """Note, once, that somebody notified the person: the day, and the means."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(TOLD, (on, how, by, letter))
