"""Security events of an account (passwords, second factors, sessions), for its owner and the administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from adapters.operations.erasures import ERASED

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
    """The kinds of events that an owner should know about if somebody else caused them."""

    OPENED = "opened"
    NEW_BROWSER = "new_browser"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  (an event's name)
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
    """The kind of actor that caused an event."""

    PERSON = "person"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class AccountEvent:
    """An event: its time, its kind, and who caused it."""

    at: datetime
    what: str
    by: str


class AccountEvents:
    """The security events of accounts."""

    def __init__(self, database: Database) -> None:
        """Use schema `desk`."""
        self._database = database

    def note(self, person: PersonId, what: What, by: By = By.PERSON) -> None:
        """Note an event of a person's account; do nothing if the person's identity was erased."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(NOTE, {"person": person, "what": what.value, "by": by.value})

    def of(self, person: PersonId, most: int = SHOWN) -> list[AccountEvent]:
        """Return a person's events, the newest first."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(OF, (person, most))
            return [AccountEvent(*row) for row in cursor.fetchall()]

    def newest(self, most: int) -> list[tuple[PersonId, AccountEvent]]:
        """Return the events of all accounts, the newest first."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(RECENT, (most,))
            return [(person, AccountEvent(*said)) for person, *said in cursor.fetchall()]

    def purge(self) -> None:
        """Delete events over a year old."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(PURGE)
