"""Invitations, sign-ups and password resets, shared by the pages, the API and the command line.

A person and their roles are facts, recorded by commands. An account is not a fact: it is made when the user proves
that they can read the mail of its address.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from adapters.log.codec import opened
from adapters.operations.account_events import What
from adapters.operations.accounts import LoginTaken
from adapters.operations.erasures import WayInErased
from adapters.operations.identities import Identity
from adapters.operations.one_time_codes import OneTimeCode, ValidCode
from adapters.operations.rate_limits import RateLimitKey
from domain.commands.people.grant_role import GrantRole
from domain.commands.people.register_person import GIVEN_BY_REGISTRAR, RegisterPerson
from domain.commands.people.sign_up import SignUp
from domain.fact import stream_of
from domain.people.facts import AddressStated, Registered
from domain.people.person import Person
from domain.ports import Actor, PersonId, Recorded, Request, Role
from domain.refusal import Forbidden, Refused
from projections.told import committed
from webapi.accounts.throttling import LETTERS_TO
from webapi.intent import Intent
from webapi.wiring import App

INVITE: Final = (Role.ADMIN, Role.REGISTRAR)


class AddressUnknown(Refused):
    """An invitation needs an address, and none is known of this person."""

    fr = "Une invitation demande une adresse, et aucune n'est connue de cette personne."


class AccountThere(Refused):
    """Who has an account already needs no invitation."""

    fr = "Qui a déjà un compte n'a pas besoin d'invitation."


@dataclass(frozen=True, kw_only=True)
class Invited:
    """The person who was invited, and what was recorded; nothing if they already had the roles."""

    person: PersonId
    recorded: Recorded | None


def invite(acquis: App, request: Request, command: RegisterPerson, language: str) -> Invited:
    """Register a person and invite them to open an account; raises Refused, LoginTaken, RateLimited.

    The same request sent again records nothing more, but queues the letter again.
    """
    to = (command.email or "").strip().lower()
    if not to:
        raise AddressUnknown
    who = PersonId(uuid5(request.append_id, "person"))  # the command derives the same id
    if acquis.accounts.known_by(to) not in {None, who}:
        raise LoginTaken
    _spend(acquis, to)
    recorded = acquis.execute(command, request)
    _write(acquis, request.actor, who, command.given, language)
    return Invited(person=who, recorded=recorded)


def invite_known(
    acquis: App, request: Request, who: PersonId, role: Role | None, language: str, *, key: str | None = None
) -> Invited:
    """Invite a registered person, at the address on file, to their present roles and to `role`.

    No second letter is queued while one waits, or for a form of the same `key`.

    A registrar may invite only people whose roles are all among those that registrars give: otherwise the reader of
    that mailbox would get more rights than a registrar may give.
    """
    with acquis.store.attempt(request, frozenset()) as attempt:
        person = attempt.load(Person, who)
    if request.actor.role is Role.REGISTRAR and not person.roles | person.roles_waiting.keys() <= GIVEN_BY_REGISTRAR:
        raise Forbidden(request.actor.role.value)
    if acquis.accounts.held(who):
        raise AccountThere(who)
    to = address_of(acquis, who)
    _spend(acquis, to)
    recorded = None
    if role is not None and role not in person.roles:
        recorded = acquis.execute(GrantRole(person=who, role=role), request)
    roles = person.roles | ({role} if role else set())
    _write(acquis, request.actor, who, roles, language, key=key)
    return Invited(person=who, recorded=recorded)


def invite_enrolled(acquis: App, by: Actor, who: PersonId, to: str) -> None:
    """Invite a candidate whom an import registered, in French, once, unless they have an account."""
    address = to.strip().lower()
    if acquis.accounts.held(who) or acquis.accounts.known_by(address):
        return
    _write(acquis, by, who, (Role.CANDIDATE,), "fr", key="enrolled")


def address_of(acquis: App, who: PersonId) -> str:
    """Return a person's latest address on file; raises AddressUnknown."""
    opening = acquis.vault.opening()
    for each in reversed(committed(acquis.database, who, [Registered.__name__, AddressStated.__name__])):
        if email := opened(each.fact, each.place, opening).get("email"):
            return str(email).strip().lower()
    raise AddressUnknown(who)


def _spend(acquis: App, to: str) -> None:
    """Count an invitation of this address before anything is recorded; raises RateLimited."""
    acquis.rate_limits.spend(RateLimitKey(LETTERS_TO, f"invitation {to}"))


def _write(
    acquis: App,
    by: Actor,
    who: PersonId,
    roles: Iterable[Role],
    language: str,
    *,
    key: str | None = None,
) -> None:
    """Queue an invitation unless one waits; it is sent to the address on file at that time."""
    last, waits = acquis.letters.last_invitation(who)
    if waits:
        return
    once = uuid5(NAMESPACE_URL, f"acquis:invitation:{who}:{key or last}")
    about = {"roles": " ".join(sorted(roles))} | ({"by": str(by.person)} if by.person else {})
    acquis.letters.put("invitation", "", language, person=who, about=about, once=once)


def accept(acquis: App, secret: str, held: ValidCode, password: str, *known: str) -> bool:
    """Open the account of an invited person; return False when the link is no longer valid.

    The link was used, the person was erased, or the address on file has changed.
    """
    who = PersonId(UUID(str(held.person)))
    if not _is_on_file(acquis, who, held.about["email"]):
        return False
    try:
        if not acquis.accounts.open(who, held.about["email"], password, secret, *known):
            return False
    except WayInErased:
        return False
    acquis.account_events.note(who, What.OPENED)
    return True


def _is_on_file(acquis: App, who: PersonId, email: str) -> bool:
    """Return whether an address is still the one on file of a person."""
    try:
        return address_of(acquis, who) == email
    except AddressUnknown:
        return False


def accept_by(acquis: App, secret: str, held: ValidCode, identity: Identity) -> bool:
    """Open an invited person's account with an identity; return False when the link is no longer valid (`accept`).

    Raises IdentityTaken, LoginTaken: the link then stays valid.
    """
    who = PersonId(UUID(str(held.person)))
    if not _is_on_file(acquis, who, held.about["email"]):
        return False
    try:
        if not acquis.identities.join(identity, who, held.about["email"], secret):
            return False
    except WayInErased:
        return False
    acquis.account_events.note(who, What.OPENED)
    acquis.account_events.note(who, What.IDENTITY_LINKED)
    return True


def sign_up(acquis: App, secret: str, held: ValidCode, password: str) -> bool:
    """Open the account of a person who signed up and proved their address; return False if they were erased since.

    Raises LoginTaken, WeakPassword.

    The account is made first, as in `acquis person add`: an address that is taken leaves nothing in the log. A form
    sent twice, or again after a lost answer, acts once: the person's id follows from the code, and the latest
    password counts. An account without a recorded person belongs to nobody and is removed when erasures are next
    settled; it is not removed here, because the same form may have been sent twice and the other request may be
    recording the person.
    """
    who, email, name = PersonId(stream_of("sign-up", held.id)), held.about["email"], held.about["name"]
    try:
        if acquis.accounts.held(who):
            acquis.accounts.renew(who, password, email, name)
        else:
            acquis.accounts.add(who, email, password, name)
    except WayInErased:
        return False
    actor = Actor(person=who, role=Role.CANDIDATE)
    request = acquis.request(Intent(actor=actor, way="sign-up", key=held.id))
    acquis.execute(SignUp(name=name, email=email), request)
    if acquis.one_time_codes.take(OneTimeCode.SIGN_UP, secret):
        acquis.account_events.note(who, What.OPENED)
    return True


def reset(acquis: App, secret: str, held: ValidCode, password: str, *known: str) -> bool:
    """Give a person a new password and end their sessions; return False when the link was already used."""
    who = PersonId(UUID(str(held.person)))
    if not acquis.accounts.reset(who, secret, password, *known):
        return False
    acquis.account_events.note(who, What.PASSWORD_RESET)
    return True
