"""E-mail addresses of people: set by a registrar, told to the old one, confirmed by the owner of the account.

The owner follows the link that was sent to the new address, signed in to their account.
"""

from __future__ import annotations

from uuid import UUID

from adapters.operations.account_events import What
from adapters.operations.accounts import LoginTaken
from adapters.operations.one_time_codes import OneTimeCode, ValidCode
from adapters.operations.rate_limits import RateLimitKey
from domain.commands.people.register_person import GIVEN_BY_REGISTRAR
from domain.commands.people.state_address import StateAddress
from domain.jury.access import of_another
from domain.ports import SYSTEM, PersonId, Recorded, Request
from domain.refusal import Forbidden
from webapi.accounts.invitations import AddressUnknown, address_of
from webapi.accounts.throttling import LETTERS_TO
from webapi.intent import Intent
from webapi.notifications.from_log import send_again
from webapi.wiring import App


def set_address(acquis: App, request: Request, who: PersonId, email: str) -> Recorded | None:
    """Set the address of somebody; the old one is told, and who has an account confirms the new one first.

    Links of invitations that went to the old address serve no more.

    Raises LoginTaken (which does not say whose it is), Forbidden, OwnWork and RateLimited. None where
    nothing is recorded yet: the address is theirs once they follow the link.
    """
    to = email.strip().lower()
    _check(acquis, request, who, to)
    acquis.rate_limits.spend(RateLimitKey(LETTERS_TO, f"address {to}"))
    if (acquis.accounts.held(who).get("login") or _on_file(acquis, who)) == to:
        return None
    acquis.one_time_codes.end(OneTimeCode.INVITATION, who)
    login = acquis.accounts.held(who).get("login")  # after that: the link to the old address opens nothing any more
    old = login or _on_file(acquis, who)
    if login is None:
        recorded = acquis.execute(StateAddress(person=who, email=to), request)
        _tell_old(acquis, who, old, "address_changed")
        _write_again(acquis, who)
        return recorded
    about = {"by": str(request.actor.person)} if request.actor.person else {}
    acquis.letters.put("address_confirm", to, "fr", person=who, about=about)
    _tell_old(acquis, who, old, "address_asked")
    return None


def confirm_address(acquis: App, secret: str, held: ValidCode, *, here: str) -> bool:
    """Make the address that a link proves the login of its account; False when the link serves no more.

    Sessions end but the one `here`. The fact comes after: whoever sends letters reads the account first.

    Raises LoginTaken, which the registrar then sees on the person's page.
    """
    who, email = PersonId(UUID(str(held.person))), held.about["email"]
    old = acquis.accounts.held(who).get("login")
    try:
        if not acquis.accounts.move(who, email, secret, here=here):
            return False
    except LoginTaken:
        acquis.letters.note_address_taken(who)
        raise
    acquis.account_events.note(who, What.ADDRESS_CHANGED)
    request = acquis.request(Intent(actor=SYSTEM, way="address", key=held.id))
    acquis.execute(StateAddress(person=who, email=email), request)
    _tell_old(acquis, who, old, "address_changed")
    _write_again(acquis, who)
    return True


def _check(acquis: App, request: Request, who: PersonId, to: str) -> None:
    with acquis.store.attempt(request, frozenset()) as attempt:
        person = of_another(attempt, who)
    if not person.roles | person.roles_waiting.keys() <= GIVEN_BY_REGISTRAR:
        raise Forbidden(request.actor.role.value)
    if acquis.accounts.known_by(to) not in {None, who}:
        raise LoginTaken


def _on_file(acquis: App, who: PersonId) -> str | None:
    try:
        return address_of(acquis, who)
    except AddressUnknown:
        return None


def _tell_old(acquis: App, who: PersonId, old: str | None, kind: str) -> None:
    if old is not None:
        acquis.letters.put(kind, old, "fr", person=who)


def _write_again(acquis: App, who: PersonId) -> None:
    """Have what no server took sent to the new address."""
    for letter in acquis.letters_to_tell.waiting(person=who):
        send_again(acquis, letter)
