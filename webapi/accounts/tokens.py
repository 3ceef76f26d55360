"""Making and revoking API tokens, for the pages, the API and the command line."""

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
    """A requested token: holder and role, label, end, scopes."""

    holder: Actor
    label: str
    expires_at: datetime
    scopes: Collection[str] = EVERYTHING


def in_days(days: int) -> datetime:
    """Return the end of a token requested now for this many days."""
    return datetime.now(UTC) + timedelta(days=days)


def issue(acquis: App, asked: TokenAsked, *, by: PersonId | None, through: Bearer | None = None) -> MadeToken:
    """Make a token for a role that its holder has now, and notify them.

    `through`: the token that makes it, if any. Every administrator is notified by letter of a token that can give
    roles. Raises NotFound, RoleNotHeld, TokenOfAnother, ServiceReportsOnly, WiderThanItsMaker, TooManyTokens,
    WayInErased, PersonalByOperator, MadeOnPage.
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
        acquis.account_events.note(holder.who, What.TOKEN_MADE, _actor_kind(by, holder.who))
        tell_owner(acquis, holder.who, "token_made", role=holder.role.value)
    if gives_access:
        tell_administrators(acquis, "access_token_made", {"path": f"/admin/people/{holder.who}"}, but=holder.who)
    return made


def revoke(acquis: App, holder: PersonId, token: UUID, *, by: PersonId | None) -> bool:
    """Revoke one of a person's tokens and note it on their account; return whether they have such a token.

    A token that is already revoked or expired does not change.
    """
    if not acquis.tokens.revoke_held(holder, token):
        return any(each.id == token for each in acquis.tokens.held(holder))
    _note_revoked(acquis, holder, by)
    return True


def revoke_secret(acquis: App, secret: str, *, by: PersonId | None) -> None:
    """Revoke the token with this secret, if there is one."""
    if (holder := acquis.tokens.revoke(secret)) is not None:
        _note_revoked(acquis, holder, by)


def revoke_all(acquis: App) -> int:
    """Revoke everybody's tokens for the operator; return how many were valid."""
    holders = acquis.tokens.revoke_all()
    for holder in sorted(set(holders)):
        _note_revoked(acquis, holder, None)
    return len(holders)


def _note_revoked(acquis: App, holder: PersonId, by: PersonId | None) -> None:
    if not acquis.services.includes(holder):
        acquis.account_events.note(holder, What.TOKEN_REVOKED, _actor_kind(by, holder))


def _actor_kind(by: PersonId | None, holder: PersonId) -> By:
    """Return who acted: the operator (None), the holder, or an administrator."""
    if by is None:
        return By.OPERATOR
    return By.PERSON if by == holder else By.ADMINISTRATOR


def _until(asked: TokenAsked, maker: Bearer, *, service: bool) -> datetime:
    """Return the end of a token made through another, never later than that one; raises WiderThanItsMaker.

    An administrator's token may make a service's token of any duration, within its own scopes. A duration in days
    counts from now: a new token of as many days as its maker has left would end a moment later, which is accepted.
    """
    if not within(asked.scopes, maker.scopes):
        raise WiderThanItsMaker(asked.holder.who)
    if service and maker.actor.role is Role.ADMIN:
        return asked.expires_at
    if asked.holder != maker.actor or asked.expires_at > maker.expires_at + timedelta(minutes=1):
        raise WiderThanItsMaker(asked.holder.who)
    return min(asked.expires_at, maker.expires_at)
