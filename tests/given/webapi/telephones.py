"""Telephones of people with a second factor, which an administrator needs to sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyotp

from adapters.operations import second_factor

if TYPE_CHECKING:
    from domain.ports import PersonId
    from webapi.wiring import App

SECRETS: dict[tuple[str | None, PersonId], str] = {}
"""The secret of each telephone, by the town's database and the person."""
ALL_UNUSED = "update desk.second_factor set last_step = 0 where person = %s"


def give_telephone(acquis: App, person: PersonId) -> None:
    """Switch on a second factor for a person, unless it is on."""
    if acquis.factors.on(person) is not None:
        return
    secret = acquis.factors.begin(person)
    assert secret is not None
    keep_secret(acquis, person, secret)
    assert acquis.factors.accepts(person, _shown_now(secret), proved=False)


def keep_secret(acquis: App, person: PersonId, secret: str) -> None:
    """Store the secret that a page showed to a telephone."""
    SECRETS[acquis.settings.database_url, person] = secret


def code_of(acquis: App, person: PersonId) -> str:
    """Return the code that the telephone shows now, even if it was already used."""
    with acquis.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(ALL_UNUSED, (person,))
    return _shown_now(SECRETS[acquis.settings.database_url, person])


def _shown_now(secret: str) -> str:
    """Return the present code, by the application's clock."""
    clock: Any = second_factor
    return pyotp.TOTP(secret).at(int(clock.time.time()))
