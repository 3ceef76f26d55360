"""Rules for giving the roles of administrator and registrar, and for tokens that could give them.

No token gives such a role, because a program that copied the token could give it too. On a page, the administrator
proves their identity again. Every administrator is notified by letter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from domain.commands.people.grant_role import GrantRole
from domain.commands.people.register_person import RegisterPerson
from domain.people.two_people import GUARDED
from domain.ports import Actor, Command, PersonId, Role
from domain.refusal import Refused
from projections.people.person_directory import persons
from webapi.accounts.token_scopes import opens
from webapi.wiring import App

GIVES_ACCESS: Final = "persons:write"
"""The scope of the routes that give roles, invite and declare a sole registrar."""


class GivenOnPage(Refused):
    """The role of administrator or registrar is given on its page, by who proves again who they are; by no token."""

    fr = "Le rôle d'administrateur ou de gestionnaire s'accorde sur sa page, identité prouvée ; jamais par un jeton."
    kind = "forbidden"


def refuse_guarded_by_token(actor: Actor, roles: Iterable[Role]) -> None:
    """Raise GivenOnPage when an administrator's token requests one of the roles that two people must give.

    No other role may give them: the commands refuse that.
    """
    if actor.role is Role.ADMIN and (guarded := GUARDED & set(roles)):
        raise GivenOnPage(*guarded)


def given_roles(command: Command) -> tuple[Role, ...]:
    """Return the roles that a command gives or proposes."""
    match command:
        case GrantRole(role=role):
            return (role,)
        case RegisterPerson(given=given):
            return given
        case _:
            return ()


def can_give_access(role: Role, scopes: Collection[str]) -> bool:
    """Return whether a token with this role and these scopes can give roles."""
    return role is Role.ADMIN and opens(scopes, GIVES_ACCESS)


def tell_administrators(
    acquis: App, kind: str, details: Mapping[str, str], *, but: UUID | None = None, fact: int | None = None
) -> None:
    """Queue a letter of a kind to every administrator who has an account, except `but`.

    `fact`: the position of the fact that the letter is about; reading it again queues no second letter.
    """
    for each in persons(acquis.database, role=Role.ADMIN.value, limit=200):
        who = PersonId(each.person)
        if who != but and (to := acquis.accounts.held(who).get("login")):
            once = uuid4() if fact is None else uuid5(NAMESPACE_URL, f"acquis:fact:{fact}:{who}")
            acquis.letters.put(kind, to, "fr", person=who, about=details, once=once)
