"""Identities at other providers linked to people, and pending redirects to providers."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from psycopg2.errors import UniqueViolation

from adapters.database.pool import Database
from adapters.oidc.refusals import IdentityAlreadyLinked, IdentityTaken, LastWayIn
from adapters.operations.accounts import insert
from adapters.operations.erasures import ERASED, WayInErased
from adapters.operations.one_time_codes import TAKE, OneTimeCode, hash_of, opened_by, sealed_under
from adapters.operations.sessions import LASTS
from domain.ports import Actor, PersonId
from domain.refusal import Refused

AWAY: Final = timedelta(minutes=10)
"""How long somebody may stay at a provider."""
SEND: Final = f"""
insert into desk.errand (state, browser, provider, nonce, verifier, why, person, next, expires_at)
select %(state)s, %(browser)s, %(provider)s, %(nonce)s, %(verifier)s, %(why)s, %(person)s, %(next)s, now() + %(away)s
 where not {ERASED}
"""
BACK: Final = """
delete from desk.errand where state = %s and browser = %s and provider = %s and expires_at > now()
returning nonce, verifier, why, person::text, next
"""
FORGET: Final = "delete from desk.errand where expires_at < now()"
WHOSE: Final = "select person from desk.identity where provider = %s and sub = %s"
LINK: Final = f"""
insert into desk.identity (provider, sub, person) select %(provider)s, %(sub)s, %(person)s where not {ERASED}
returning person
"""
HOLD: Final = "lock table desk.identity in row exclusive mode"
"""Run before any row of the table is locked: an erasure locks in this order."""
WAYS: Final = """
select i.provider, exists (select from desk.account a where a.person = i.person and a.password is not null)
  from desk.identity i where i.person = %s order by i.provider for update of i
"""
"""Locks the rows until one is deleted, so that of two concurrent unlinkings the second counts the remaining ones."""
UNLINK: Final = "delete from desk.identity where person = %s and provider = %s"
END: Final = """
delete from desk.session s using desk.came_by c where c.session = s.hash and s.person = %s and c.provider = %s
"""
HELD: Final = """
select provider, sub, created_at, used_on from desk.identity where person = %s order by created_at, provider
"""
USE: Final = """
update desk.identity i set used_on = current_date
 where provider = %s and sub = %s and person = %s
   and not (%s and exists (select from desk.second_factor f where f.person = i.person and f.confirmed_at is not null))
returning person
"""
"""Locks the identity until the session is inserted, so that an erasure of the identity finds the session."""
BEGIN: Final = """
insert into desk.session (hash, person, role, expires_at, browser) values (%s, %s, %s, now() + %s, %s)
"""
CAME_BY: Final = "insert into desk.came_by (session, provider, id_token, authenticated_at) values (%s, %s, %s, %s)"
JUST_CAME: Final = "select exists (select from desk.came_by where session = %s and authenticated_at > now() - %s)"
LEAVES: Final = "select provider, id_token from desk.came_by where session = %s"


class SignInPurpose(StrEnum):
    """The purpose for which somebody is sent to a provider."""

    SIGN_IN = "sign_in"
    AGAIN = "again"
    LINK = "link"
    JOIN = "join"


@dataclass(frozen=True, kw_only=True)
class Errand:
    """The state stored while a user is at a provider; `person`: their id in Acquis, if known."""

    nonce: str
    verifier: str
    why: SignInPurpose
    person: PersonId | None
    next: str


@dataclass(frozen=True, kw_only=True)
class Identity:
    """The name of a person at a provider; no other data from the provider is stored."""

    provider: str
    sub: str


@dataclass(frozen=True, kw_only=True)
class Came:
    """A sign-in by an identity, with its ID token, and the time of the sign-in at the provider if it matters.

    `alone`: without a second factor, either a code here or both factors at the provider.
    """

    identity: Identity
    id_token: str
    authenticated_at: datetime | None = None
    alone: bool = False


@dataclass(frozen=True, kw_only=True)
class HeldIdentity:
    """An identity as its owner may see it."""

    provider: str
    sub: str
    created_at: datetime
    used_on: date | None


class Identities:
    """Identities linked to people, and the state of those who are at a provider."""

    def __init__(self, database: Database) -> None:
        """Use schema `desk`."""
        self._database = database

    def send(self, state: str, browser: str, provider: str, errand: Errand) -> None:
        """Store the state of a user who is sent to a provider, and delete the state of users who did not return.

        Nothing is stored about a person whose identity was erased.
        """
        sent = {"state": hash_of(state), "browser": hash_of(browser), "provider": provider, "away": AWAY}
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(FORGET)
            cursor.execute(SEND, sent | vars(errand) | {"next": _sealed(state, errand.next)})

    def back(self, state: str, browser: str, provider: str) -> Errand | None:
        """Return and delete the state stored for a user who returns with this state, browser and provider."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(BACK, (hash_of(state), hash_of(browser), provider))
            row = cursor.fetchone()
        if row is None:
            return None
        nonce, verifier, why, person, following = row
        known = PersonId(UUID(person)) if person else None
        return Errand(
            nonce=nonce, verifier=verifier, why=SignInPurpose(why), person=known, next=_opened(state, following)
        )

    def whose(self, identity: Identity) -> PersonId | None:
        """Return the person that an identity is linked to, or None."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(WHOSE, (identity.provider, identity.sub))
            row = cursor.fetchone()
        return PersonId(row[0]) if row else None

    def link(self, identity: Identity, person: PersonId) -> bool:
        """Link an identity to a person; return False if it was linked to them already.

        Raises IdentityTaken, IdentityAlreadyLinked, WayInErased.
        """
        try:
            with self._database.connection() as connection, connection.cursor() as cursor:
                cursor.execute(LINK, vars(identity) | {"person": person})
                linked = cursor.fetchone() is not None
        except UniqueViolation as error:
            if self.whose(identity) == person:
                return False
            raise self._refusal(identity, person) from error
        if not linked:
            raise WayInErased(person)
        return True

    def join(self, identity: Identity, person: PersonId, login: str, invitation: str) -> bool:
        """Create the account of an invited person, with an identity and no password; False for an invalid link.

        The change is atomic. Raises LoginTaken, ServiceWithPassword, WayInErased, and the exceptions of `link`.
        """
        try:
            with self._database.transaction() as cursor:
                cursor.execute(HOLD)
                cursor.execute(TAKE, (hash_of(invitation), OneTimeCode.INVITATION.value))
                if cursor.fetchone() is None:
                    return False
                insert(cursor, person, login, None)
                cursor.execute(LINK, vars(identity) | {"person": person})
                if cursor.fetchone() is None:
                    raise WayInErased(person)
        except UniqueViolation as error:
            raise self._refusal(identity, person) from error
        return True

    def _refusal(self, identity: Identity, person: PersonId) -> Refused:
        another = self.whose(identity) not in {None, person}
        return IdentityTaken(person) if another else IdentityAlreadyLinked(person)

    def unlink(self, person: PersonId, provider: str) -> bool:
        """Delete a person's identity at a provider and the sessions begun by it; return whether there was one.

        Raises LastWayIn.
        """
        with self._database.transaction() as cursor:
            cursor.execute(HOLD)
            cursor.execute(WAYS, (person,))
            ways = dict(cursor.fetchall())
            if provider not in ways:
                return False
            if len(ways) == 1 and not ways[provider]:
                raise LastWayIn(person)
            cursor.execute(UNLINK, (person, provider))
            cursor.execute(END, (person, provider))
        return True

    def held(self, person: PersonId) -> list[HeldIdentity]:
        """Return the identities that are linked to a person."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(HELD, (person,))
            return [
                HeldIdentity(provider=provider, sub=sub, created_at=since, used_on=used)
                for provider, sub, since, used in cursor.fetchall()
            ]

    def begin(self, actor: Actor, came: Came, browser: str) -> str | None:
        """Begin a browser session by an identity; None if it is no longer this person's, or does not suffice alone.

        The ID token is stored as long as the session, to end the session at the provider too; so is the time of the
        sign-in there.
        """
        session, provider = secrets.token_urlsafe(32), came.identity.provider
        with self._database.transaction() as cursor:
            cursor.execute(USE, (provider, came.identity.sub, actor.who, came.alone))
            if cursor.fetchone() is None:
                return None
            cursor.execute(BEGIN, (hash_of(session), actor.who, actor.role.value, LASTS, browser))
            cursor.execute(CAME_BY, (hash_of(session), provider, came.id_token, came.authenticated_at))
        return session

    def just_came(self, session: str, within: timedelta) -> bool:
        """Return whether a session's person signed in at the identity provider within this time.

        The provider states the time of its own sign-in, which may be hours before it sent the person back.
        """
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(JUST_CAME, (hash_of(session), within))
            return cursor.fetchone() == (True,)

    def leaves(self, session: str) -> tuple[str, str] | None:
        """Return the provider of a session's sign-in, and the ID token to sign out there; None for other sessions."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(LEAVES, (hash_of(session),))
            row = cursor.fetchone()
        return (row[0], row[1]) if row else None


def _sealed(state: str, following: str) -> str:
    """Encrypt the address to continue at, which may contain a searched name. Only the hash of `state` is stored."""
    return base64.b64encode(sealed_under(state, {"next": following})).decode()


def _opened(state: str, sealed: str) -> str:
    return opened_by(state, base64.b64decode(sealed))["next"]
