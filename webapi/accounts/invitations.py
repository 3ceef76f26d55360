"""How does somebody come to have an account: invited by a registrar, signed up by themself, a password chosen anew?

No page and no rule: what the pages, the API and the command line share. A person and their roles are facts, recorded
by commands; an account is not, and is made by whoever proves to read the mail of its address.
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
    """Who was invited, and what was recorded of it: nothing where they were known, in all those roles."""

    person: PersonId
    recorded: Recorded | None


def invite(acquis: App, request: Request, command: RegisterPerson, language: str) -> Invited:
    """Register somebody and have them invited to open an account; raises Refused, LoginTaken, RateLimited.

    Sent again, the same request records nothing more, and has the letter written anew.
    """
    to = (command.email or "").strip().lower()
    if not to:
        raise AddressUnknown
    who = PersonId(uuid5(request.append_id, "person"))  # the id that the command will give
    if acquis.accounts.known_by(to) not in {None, who}:
        raise LoginTaken
    _spend(acquis, to)
    recorded = acquis.execute(command, request)
    _write(acquis, request.actor, who, command.given, language)
    return Invited(person=who, recorded=recorded)


def invite_known(
    acquis: App, request: Request, who: PersonId, role: Role | None, language: str, *, key: str | None = None
) -> Invited:
    """Invite somebody who is registered, by the address that they were registered with, to what they do or will do.

    While an invitation waits to be sent, and for a form of the same `key`, no second letter is written.

    A registrar invites only people whose every role is one that registrars give: else whoever reads that address
    would become more than a registrar may make of anybody.
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
    """Invite a candidate whom a file registered, in French, once; nobody whose account is there already."""
    address = to.strip().lower()
    if acquis.accounts.held(who) or acquis.accounts.known_by(address):
        return
    _write(acquis, by, who, (Role.CANDIDATE,), "fr", key="enrolled")


def address_of(acquis: App, who: PersonId) -> str:
    """The address on file of somebody, as it was said last; raises AddressUnknown."""
    opening = acquis.vault.opening()
    for each in reversed(committed(acquis.database, who, [Registered.__name__, AddressStated.__name__])):
        if email := opened(each.fact, each.place, opening).get("email"):
            return str(email).strip().lower()
    raise AddressUnknown(who)


def _spend(acquis: App, to: str) -> None:
    """Count one invitation of this address, before anything is recorded; raises RateLimited."""
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
    """Queue an invitation, unless one waits; the sender looks the address up, which may be corrected meanwhile."""
    last, waits = acquis.letters.last_invitation(who)
    if waits:
        return
    once = uuid5(NAMESPACE_URL, f"acquis:invitation:{who}:{key or last}")
    about = {"roles": " ".join(sorted(roles))} | ({"by": str(by.person)} if by.person else {})
    acquis.letters.put("invitation", "", language, person=who, about=about, once=once)


def accept(acquis: App, secret: str, held: ValidCode, password: str, *known: str) -> bool:
    """Open the account that somebody was invited to; False when the link serves no more.

    It was used meanwhile, the person was erased, or another address than the link's is on file now.
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
    """Open the account of who was invited with an identity; False when the link serves no more, as in `accept`.

    Raises IdentityTaken, LoginTaken: then the link serves still.
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
    """Open the account of somebody who signed up and now proves the address; False when they were erased since.

    Raises LoginTaken, WeakPassword.

    The account first, as `acquis person add` does: an address that is taken leaves nothing in the log. Sent twice, or
    again after a lost answer, it is done once: who they are follows from the ticket; the password is the newest.
    An account for whom nothing is recorded in the end is nobody's, and goes when erasures are next settled; it is not
    taken here, as the same form may have been sent twice, and the other be just recorded.
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
    """Give somebody another password and end their sessions; False when the link was used meanwhile."""
    who = PersonId(UUID(str(held.person)))
    if not acquis.accounts.reset(who, secret, password, *known):
        return False
    acquis.account_events.note(who, What.PASSWORD_RESET)
    return True
