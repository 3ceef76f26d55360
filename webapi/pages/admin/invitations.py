"""Invitations to open an account."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from adapters.operations.ways_in import invitations
from domain.commands.people.register_person import RegisterPerson
from domain.people.two_people import GUARDED
from domain.ports import Recorded, Role
from webapi.accounts.authentication import GRANTED, allowed
from webapi.accounts.invitations import invite
from webapi.api.accounts import InvitationBody
from webapi.current import acquis
from webapi.pages.account.confirm_identity import asking
from webapi.pages.desk import Desk
from webapi.pages.filled import FilledForm, intent, read
from webapi.pages.second_person import asked_of_sender, prove_sender
from webapi.privacy.disclosure import names
from webapi.words import phrase

bp = Desk("inviting", __name__, url_prefix="/admin/invitations")
bp.entry(Role.ADMIN, 30, phrase("Invitations"), "mail", "show")


@bp.get("")
@allowed(Role.ADMIN)
def show() -> ResponseReturnValue:
    """Show the invitations that were not accepted yet, and a form to invite somebody."""
    found = invitations(acquis().database)
    return render_template(
        "admin/invitations.html",
        invitations=found,
        called=names([each.person for each in found]),
        all_roles=GRANTED,
        proof_asked=asked_of_sender(),
        **asking(url_for("inviting.show")),
    )


@bp.form("", show, Role.ADMIN, done="L'invitation part : cette page dit quand un serveur de courrier l'a prise.")
def send(sent: FilledForm) -> Recorded | None:
    """Register a person, grant them roles, and send the invitation.

    To invite an administrator or a registrar, the sender proves their identity again.
    """
    given = read(InvitationBody(exclude=("person", "role")), sent)
    if GUARDED & set(given["roles"]):
        prove_sender()
    command = RegisterPerson(name=given["name"], email=given["email"], given=tuple(given["roles"]))
    request = acquis().request(intent(sent, command, signs=False))
    return invite(acquis(), request, command, given["language"]).recorded
