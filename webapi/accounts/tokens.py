"""Who gets which API token, and how is it made worthless? One rule for the pages, the API and the command line."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from adapters.operations.account_events import By, What
from adapters.operations.tokens import EVERYTHING, Bearer, MadeToken
from domain.people.person import Person, RoleNotHeld
from domain.ports import OPERATOR, Actor, PersonId, Role
from domain.refusal import Refused
from webapi.accounts.guarded_access import can_give_access, tell_administrators
from webapi.accounts.owner_letters import tell_owner
from webapi.accounts.token_scopes import PERSONAL, within
from webapi.wiring import App


class ServiceReportsOnly(Refused):
    """A service gets tokens for reporting only; what acts in another role is somebody's own."""

    fr = "Un compte de service n'a de jetons que pour les rapports ; ce qui agit dans un autre rôle est à quelqu'un."


class TokenOfAnother(Refused):
    """Nobody acts in another's name: a person's tokens are made by themselves, a service's by an administrator."""

    fr = "Nul n'agit au nom d'autrui : chacun fait ses propres jetons, et un administrateur ceux d'un service."
    kind = "forbidden"


class WiderThanItsMaker(Refused):
    """A token makes no token that may do more than itself, or that outlives it."""

    fr = "Un jeton n'en fait aucun qui puisse plus que lui, ni qui dure plus que lui."
    kind = "forbidden"


class MadeOnPage(Refused):
    """An administrator's token that may write on people is made on the page of one's tokens, by no other token."""

    fr = (
        "Un jeton d'administrateur qui peut écrire sur les personnes se fait sur la page des jetons, identité "
        "prouvée ; aucun autre jeton ne le fait."
    )
    kind = "forbidden"


class PersonalByOperator(Refused):
    """What the feed tells of people goes to a token that the machine's operator makes at the terminal, no other."""

    fr = "Les données personnelles du flux ne vont qu'à un jeton créé au terminal par l'exploitant du serveur."
    kind = "forbidden"


@dataclass(frozen=True, kw_only=True)
class TokenAsked:
    """A token that somebody asks for: for whom in which role, what for, until when, with which scopes."""

    holder: Actor
    label: str
    expires_at: datetime
    scopes: Collection[str] = EVERYTHING


def in_days(days: int) -> datetime:
    """When a token ends that is asked for now, for so many days."""
    return datetime.now(UTC) + timedelta(days=days)


def issue(acquis: App, asked: TokenAsked, *, by: PersonId | None, through: Bearer | None = None) -> MadeToken:
    """Make a token for a role that its holder has now, and tell them; `through`: the token by which it is asked for.

    Every administrator is told by letter of a token that opens what gives roles. Raises NotFound, RoleNotHeld,
    TokenOfAnother, ServiceReportsOnly, WiderThanItsMaker, TooManyTokens, WayInErased, PersonalByOperator, MadeOnPage.
    """
    holder = asked.holder
    if by is not None and PERSONAL in asked.scopes:
        raise PersonalByOperator(holder.who)
    service = acquis.services.includes(holder.who)
    with acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as attempt:
        if holder.role not in attempt.load(Person, holder.who).roles:
            raise RoleNotHeld(holder.who, holder.role.value)
    if by not in {None, holder.who} and not service:
        raise TokenOfAnother(holder.who)
    if holder.role is not Role.REPORTER and service:
        raise ServiceReportsOnly(holder.who)
    gives_access = can_give_access(holder.role, asked.scopes)
    if gives_access and through is not None:
        raise MadeOnPage(holder.who)
    until = asked.expires_at if through is None else _until(asked, through, service=service)
    made = acquis.tokens.make(holder, asked.label, until, issued_by=by, scopes=asked.scopes)
    if not service:
        acquis.account_events.note(holder.who, What.TOKEN_MADE, _whose_doing(by, holder.who))
        tell_owner(acquis, holder.who, "token_made", role=holder.role.value)
    if gives_access:
        tell_administrators(acquis, "access_token_made", {"path": f"/admin/people/{holder.who}"}, but=holder.who)
    return made


def revoke(acquis: App, holder: PersonId, token: UUID, *, by: PersonId | None) -> bool:
    """Make one of somebody's tokens worthless, and note it for them; whether they have such a token.

    One that was worthless already stays as it was.
    """
    if not acquis.tokens.revoke_held(holder, token):
        return any(each.id == token for each in acquis.tokens.held(holder))
    _note_revoked(acquis, holder, by)
    return True


def revoke_secret(acquis: App, secret: str, *, by: PersonId | None) -> None:
    """The same of the token with this secret, if there is one."""
    if (holder := acquis.tokens.revoke(secret)) is not None:
        _note_revoked(acquis, holder, by)


def revoke_all(acquis: App) -> int:
    """The same of everybody's tokens, by the machine's operator; gives how many opened something."""
    holders = acquis.tokens.revoke_all()
    for holder in sorted(set(holders)):
        _note_revoked(acquis, holder, None)
    return len(holders)


def _note_revoked(acquis: App, holder: PersonId, by: PersonId | None) -> None:
    if not acquis.services.includes(holder):
        acquis.account_events.note(holder, What.TOKEN_REVOKED, _whose_doing(by, holder))


def _whose_doing(by: PersonId | None, holder: PersonId) -> By:
    """Nobody but an administrator does it for somebody else, or the machine's operator, who is None."""
    if by is None:
        return By.OPERATOR
    return By.PERSON if by == holder else By.ADMINISTRATOR


def _until(asked: TokenAsked, maker: Bearer, *, service: bool) -> datetime:
    """When a token ends that is made by another, and never after it; raises WiderThanItsMaker.

    An administrator's token makes a service's last as long as it needs, within its own scopes all the same. Days are
    counted from now: as many as its maker has left are those that end a moment later.
    """
    if not within(asked.scopes, maker.scopes):
        raise WiderThanItsMaker(asked.holder.who)
    if service and maker.actor.role is Role.ADMIN:
        return asked.expires_at
    if asked.holder != maker.actor or asked.expires_at > maker.expires_at + timedelta(minutes=1):
        raise WiderThanItsMaker(asked.holder.who)
    return min(asked.expires_at, maker.expires_at)
