"""One person's roles, account and ways to sign in, for an administrator."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from adapters.operations.account_events import By
from adapters.operations.ways_in import invitations, ways_in
from domain.commands.people.grant_role import GrantRole
from domain.commands.people.withdraw_role import WithdrawRole
from domain.people.person import Person
from domain.people.two_people import GUARDED
from domain.ports import PersonId, Recorded, Role
from domain.refusal import NotFound
from webapi.accounts import tokens as issuing
from webapi.accounts.authentication import GRANTED, actor, allowed, reader
from webapi.accounts.invitations import invite_known
from webapi.accounts.lost_access import end_sessions, reset_factor
from webapi.accounts.required_factor import roles_that_require_factor
from webapi.current import acquis
from webapi.pages.account.account import BY, WHAT
from webapi.pages.account.confirm_identity import asking, unproved
from webapi.pages.desk import Desk
from webapi.pages.filled import KEY, FilledForm, InvalidForm
from webapi.pages.second_person import asked_of_sender, prove_sender
from webapi.privacy.disclosure import loaded, names
from webapi.problems import language

bp = Desk("accounts", __name__, url_prefix="/admin/people/<uuid:person>")
NOT_SURE: Final = (
    "Make sure of who asks before you switch it off.",
    "Assurez-vous de qui demande avant de la désactiver.",
)
BY_TWO: Final = (
    "Two people give this role: propose it on its page.",
    "Ce rôle s'accorde à deux : proposez-le sur sa page.",
)
NOT_PROVED: Final = ("Prove that it is you.", "Prouvez que c'est vous.")


@bp.get("")
@allowed(Role.ADMIN)
def show(person: UUID) -> ResponseReturnValue:
    """Show roles, account, sessions, second factor, tokens and history of the account."""
    who, now = loaded(Person, person), datetime.now(UTC)
    held = acquis().tokens.held(who.id)[::-1]
    ended = {each.id for each in held if each.revoked_at is not None or each.expires_at <= now}
    return render_template(
        "admin/person.html",
        person=person,
        name=names([person])[person],
        held=sorted(who.roles),
        free=[(role.value, role.said[language() == "en"]) for role in GRANTED if role not in who.roles | GUARDED],
        guarded=[role for role in GRANTED if role in GUARDED - who.roles],
        waiting=sorted(who.roles_waiting),
        proof_of_invitation=asked_of_sender() if GUARDED & _held_or_waiting(person) else "",
        erased=sorted(who.erased | acquis().vault.register.classes_of(person)),
        way=ways_in(acquis().database, [person])[person],
        asks=roles_that_require_factor(acquis().settings),
        invited=next(iter(invitations(acquis().database, of=person)), None),
        tokens=sorted(held, key=lambda each: each.id in ended),
        ended=ended,
        happenings=acquis().account_events.of(who.id),
        what=WHAT,
        by=BY,
        own=reader().is_one_of([who.id]),
        sessions=acquis().sessions.sessions(who.id),
        error=g.get("unproved"),
        **asking(url_for("accounts.show", person=person)),
    )


@bp.act("/roles", GrantRole, show, done="Rôle accordé.")
def grant(person: UUID) -> None:
    """Grant a role that needs one administrator; a role that needs two is proposed on its own page."""
    del person
    if request.form.get("role") in GUARDED:
        raise InvalidForm({"role": BY_TWO})


@bp.act("/roles/withdrawals", WithdrawRole, show, done="Rôle retiré.")
def withdraw(person: UUID) -> None:
    """Withdraw a role from the person."""


@bp.form(
    "/invitation",
    show,
    Role.ADMIN,
    done="L'invitation part de nouveau : cette page dit quand un serveur de courrier l'a prise.",
)
def invite_again(sent: FilledForm, person: UUID) -> Recorded | None:
    """Send the invitation again, to the address that the person was registered with."""
    if GUARDED & _held_or_waiting(person):
        prove_sender()
    spoken = sent.value("language", language())
    return invite_known(
        acquis(), acquis().request_of(actor()), PersonId(person), None, spoken, key=sent.values.get(KEY)
    ).recorded


@bp.form("/tokens/<uuid:token>/revocation", show, Role.ADMIN, done="Jeton révoqué.", lead=lambda _, **ids: _back(ids))
def revoke_token(sent: FilledForm, person: UUID, token: UUID) -> None:
    """Revoke one of the person's tokens."""
    del sent
    if not issuing.revoke(acquis(), PersonId(person), token, by=actor().who):
        raise NotFound(token)


@bp.form("/sessions/end", show, Role.ADMIN, done="Connexions fermées.")
def sign_out(sent: FilledForm, person: UUID) -> None:
    """End all of the person's sessions in browsers."""
    del sent
    end_sessions(acquis(), _other(person), By.ADMINISTRATOR, actor().who)


@bp.form("/second-factor/reset", show, Role.ADMIN, done="Double authentification désactivée.")
def reset(sent: FilledForm, person: UUID) -> None:
    """Switch off the second factor of a person who lost it.

    The administrator is sure who asks, and proves their own identity.
    """
    who = _other(person)
    if acquis().factors.on(who) is None:
        return
    if not sent.ticked("sure", "true"):
        raise InvalidForm({"sure": NOT_SURE})
    g.unproved = unproved()
    if g.unproved is not None:
        raise InvalidForm({"again": NOT_PROVED})
    reset_factor(acquis(), who, By.ADMINISTRATOR, actor().who)


def _held_or_waiting(person: UUID) -> set[Role]:
    """Return the roles that the person holds, or that wait for a second person."""
    who = loaded(Person, person)
    return {*who.roles, *who.roles_waiting}


def _other(person: UUID) -> PersonId:
    """Return the id of a person other than the administrator; raise NotFound for the administrator's own.

    Users do this for themselves on their own account, where more proof is asked for.
    """
    if reader().is_one_of([PersonId(person)]):
        raise NotFound(person)
    return loaded(Person, person).id


def _back(ids: dict[str, UUID]) -> str:
    """Return the page that showed the token: the person's page or that of services."""
    if request.form.get("back") == "services":
        return url_for("services.show")
    return url_for("accounts.show", person=ids["person"])
