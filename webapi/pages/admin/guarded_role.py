"""Review of a role that two people grant: what the role permits, who proposed it, and who confirms it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from domain.commands.people.grant_role import GrantRole
from domain.commands.people.reject_role import RejectRole
from domain.people.person import Person
from domain.people.staffing import Staffing
from domain.people.two_people import GUARDED
from domain.ports import Recorded, Role
from webapi.accounts.authentication import allowed, reader, reading
from webapi.pages.desk import Desk
from webapi.pages.second_person import addresses, asked_of_sender, confirmation, proof_asked, prove, prove_sender
from webapi.privacy.disclosure import loaded, names
from webapi.words import phrase

bp = Desk("guarded_role", __name__, url_prefix="/admin/people/<uuid:person>/role/<role>")
LETS: Final = {
    Role.ADMIN: (
        phrase("Accorder et retirer tout rôle, inviter, révoquer des jetons, fermer des connexions."),
        phrase("Désactiver la double authentification d'une autre personne, effacer des données."),
        phrase("Voir l'état de l'installation et qui y est connecté."),
    ),
    Role.REGISTRAR: (
        phrase("Lire tous les dossiers de candidats, sauf le sien."),
        phrase("Décider de la recevabilité, composer les jurys, convoquer, publier les résultats."),
        phrase("Inscrire au registre, éditer les parchemins, répondre aux demandes de réexamen."),
    ),
}


@bp.get("")
@allowed(Role.ADMIN)
def show(person: UUID, role: str) -> ResponseReturnValue:
    """Show what the role permits, and how far the grant has got."""
    wanted = _guarded(role)
    found = loaded(Person, person)
    ids: dict[str, Any] = {"person": person, "role": wanted.value}
    return render_template(
        "admin/guarded_role.html",
        person=found,
        name=names([person])[person],
        role=wanted,
        lets=LETS[wanted],
        c=confirmation(found.roles_waiting.get(wanted)),
        own=reader().is_one_of([found.id]),
        ends_sole=wanted is Role.REGISTRAR and _is_another_registrar(person),
        urls=addresses("guarded_role", **ids),
        proof=proof_asked(url_for("guarded_role.show", **ids)),
        asked_of_both=asked_of_sender(),
    )


def _is_another_registrar(person: UUID) -> bool:
    """Return whether a sole registrar is declared and named, and this person is not the one."""
    named = reading().find(Staffing, Staffing.the()).registrar
    return named is not None and named != person


def _guarded(role: str) -> Role:
    found = next((each for each in GUARDED if each.value == role), None)
    return found or abort(404)


def _to_person(_: Recorded | None, person: UUID, role: str) -> str:
    del role
    return url_for("accounts.show", person=person)


def _granting(role: str, *, confirms: bool = False) -> dict[str, Any]:
    return {"role": _guarded(role), "confirms": confirms}


@bp.act(
    "/proposal",
    GrantRole,
    show,
    done="Rôle proposé : un autre administrateur le confirme.",
    lead=_to_person,
    without=("role", "confirms"),
)
def propose(person: UUID, role: str) -> dict[str, Any]:
    """Propose to grant the role, after a proof of identity."""
    del person
    prove_sender()
    return _granting(role)


@bp.act("/confirmation", GrantRole, show, done="Rôle accordé.", lead=_to_person, without=("role", "confirms"))
def confirm(person: UUID, role: str) -> dict[str, Any]:
    """Grant the role that another administrator proposed, after a proof of identity."""
    del person
    prove_sender()
    return _granting(role, confirms=True)


@bp.act("/alone", GrantRole, show, done="Rôle accordé.", lead=_to_person, without=("role", "confirms"))
def confirm_alone(person: UUID, role: str) -> dict[str, Any]:
    """Grant the role alone, after a proof of identity, if the certifier has one registrar only."""
    del person
    prove()
    return _granting(role)


@bp.act("/rejection", RejectRole, show, done="La proposition est écartée.", lead=_to_person, without=("role",))
def reject(person: UUID, role: str) -> dict[str, Any]:
    """Reject the proposal."""
    del person
    return {"role": _guarded(role)}
