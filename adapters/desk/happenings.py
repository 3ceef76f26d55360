"""What became of this account, and when: passwords, second factors, sessions? For its owner, and administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from adapters.desk.erasures import ERASED

if TYPE_CHECKING:
    from adapters.database.pool import Database
    from domain.ports import PersonId

NOTE: Final = f"""
insert into desk.account_event (person, what, by) select %(person)s, %(what)s, %(by)s where not {ERASED}
"""
OF: Final = "select at, what, by from desk.account_event where person = %s order by at desc limit %s"
RECENT: Final = "select person, at, what, by from desk.account_event order by at desc limit %s"
PURGE: Final = "delete from desk.account_event where at < now() - interval '1 year'"
SHOWN: Final = 20


class What(StrEnum):
    """What is worth knowing when it was not oneself."""

    OPENED = "opened"
    NEW_BROWSER = "new_browser"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  (what happened)
    PASSWORD_RESET = "password_reset"  # noqa: S105  (likewise)
    ADDRESS_CHANGED = "address_changed"
    SESSIONS_ENDED = "sessions_ended"
    FACTOR_ON = "factor_on"
    FACTOR_OFF = "factor_off"
    RECOVERY_USED = "recovery_used"
    RECOVERY_RENEWED = "recovery_renewed"
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"
    TOKEN_MADE = "token_made"  # noqa: S105  (likewise)
    TOKEN_REVOKED = "token_revoked"  # noqa: S105  (likewise)


class By(StrEnum):
    """Who did it."""

    PERSON = "person"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Happening:
    """When something happened, what, and who did it."""

    at: datetime
    what: str
    by: str


class Happenings:
    """What became of accounts."""

    def __init__(self, database: Database) -> None:
        """Use schema `desk`."""
        self._database = database

    def note(self, person: PersonId, what: What, by: By = By.PERSON) -> None:
        """Note what the person has just done, or somebody for them; nothing of whose identity was erased."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(NOTE, {"person": person, "what": what.value, "by": by.value})

    def of(self, person: PersonId, most: int = SHOWN) -> list[Happening]:
        """The newest first."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(OF, (person, most))
            return [Happening(*row) for row in cursor.fetchall()]

    def newest(self, most: int) -> list[tuple[PersonId, Happening]]:
        """What became of anybody's account, the newest first."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(RECENT, (most,))
            return [(person, Happening(*said)) for person, *said in cursor.fetchall()]

    def purge(self) -> None:
        """Take what is over a year old."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(PURGE)
