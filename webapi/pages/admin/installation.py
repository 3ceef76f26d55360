"""State of the installation, what waits for an administrator, and who is signed in."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from adapters.operations.erasures import DeskErasures
from adapters.operations.ways_in import invitations, signed_in
from domain.commands.people.withdraw_sole_registrar import WithdrawSoleRegistrar
from domain.people.facts import SoleRegistrarDeclared, SoleRegistrarWithdrawn
from domain.people.staffing import Staffing
from domain.ports import Recorded, Role
from projections.people.person_proposals import roles_waiting
from webapi.accounts.authentication import allowed, reader, reading
from webapi.accounts.sole_registrar import declaration
from webapi.current import acquis
from webapi.pages.account.account import BY, WHAT
from webapi.pages.admin.people import without_factor
from webapi.pages.desk import Desk
from webapi.pages.filled import FilledForm, InvalidForm
from webapi.pages.registrar.several import send_each
from webapi.pages.second_person import asked_of_sender, proof_asked, prove_again, prove_sender
from webapi.privacy.disclosure import names, stream
from webapi.upkeep import doubt
from webapi.upkeep.alarms import alarms
from webapi.upkeep.clock import acceptance
from webapi.upkeep.state import figures
from webapi.words import phrase

bp = Desk("installation", __name__, url_prefix="/admin", only=Role.ADMIN)
bp.entry(Role.ADMIN, 10, phrase("Installation"), "activity", "show")
bp.entry(Role.ADMIN, 50, phrase("Connexions"), "history", "sign_ins")
SHOWN: Final = 100
CHANGED: Final = (
    "What is in doubt has changed since this page was shown: read it again.",
    "Ce qui est mis en doute a changé depuis que cette page est affichée : relisez-le.",
)


class SoleRegistrarDeclaration(NamedTuple):
    """A declaration of a sole registrar or its withdrawal: day, author (None: the operator), reason."""

    declared: bool
    on: date
    by: str | None
    reason: str


@bp.get("")
@allowed(Role.ADMIN)
def show() -> ResponseReturnValue:
    """Show the alarms, as `acquis doctor` and `/readyz` report them, and what waits for an administrator."""
    house = acquis()
    invited, proposed = invitations(house.database), roles_waiting(house.database)
    sole = reading().find(Staffing, Staffing.the())
    people = {person for each in proposed for person in (each.person, each.proposed_by)}
    doubts = doubt.open_doubts(house)
    return render_template(
        "admin/installation.html",
        alarms=alarms(house),
        state=figures(house),
        files=house.jobs.waiting(),
        invited=invited,
        stuck=[each for each in invited if each.state in {"lost", "over"}],
        unlocked=without_factor(most=SHOWN),
        proposed=proposed,
        doubts=doubts,
        doubts_left=doubts.left_for(reader().files),
        asked_of_both=asked_of_sender(),
        called=names(people | doubts.people | ({sole.registrar} if sole.registrar else set())),
        sole=sole,
        declarations=_declarations(),
        proof=proof_asked(url_for("installation.show")),
        pending=DeskErasures(house.database).pending(),
    )


def _declarations() -> list[SoleRegistrarDeclaration]:
    """Return the declarations of a sole registrar and their withdrawals, the newest first."""
    told = stream(Staffing.the())
    called = names({each.stamp.by for each in told if each.stamp.by})
    found: list[SoleRegistrarDeclaration] = []
    for each in reversed(told):
        by = called.get(each.stamp.by) if each.stamp.by else None
        match each.fact:
            case SoleRegistrarDeclared(declared_on=on, reason=reason):
                found.append(SoleRegistrarDeclaration(declared=True, on=on, by=by, reason=reason))
            case SoleRegistrarWithdrawn(withdrawn_on=on, reason=reason):
                found.append(SoleRegistrarDeclaration(declared=False, on=on, by=by, reason=reason))
            case _:
                pass
    return found


@bp.form("/sole-registrar", show, Role.ADMIN, done="Gestionnaire unique déclaré.")
def declare_sole(sent: FilledForm) -> Recorded | None:
    """Declare that the certifier has one registrar only, after a proof of identity."""
    prove_again()
    return send_each(sent, [declaration(acquis(), sent.value("reason"))])


@bp.form("/clock", show, Role.ADMIN, done="Horloge déclarée juste.")
def accept_clock(sent: FilledForm) -> Recorded | None:
    """Declare that the clock is right, and why."""
    return send_each(sent, [acceptance(acquis(), sent.value("reason"))])


@bp.form("/doubt", show, Role.ADMIN, done="Accepté : cela compte dès que deux personnes l'ont fait.")
def accept_doubt(sent: FilledForm) -> Recorded | None:
    """Accept the integrity alerts shown, with a reason, after a proof of identity; a second person confirms."""
    prove_sender()
    found = doubt.open_doubts(acquis())
    if found.shown != sent.value("shown"):
        raise InvalidForm({"reason": CHANGED})
    accepted = found.left_for(reader().files)
    recorded = send_each(sent, [doubt.acceptance(accepted, sent.value("reason"))])
    doubt.write_of_acceptance(acquis(), accepted)
    return recorded


@bp.act("/sole-registrar/withdrawal", WithdrawSoleRegistrar, show, done="Déclaration retirée.")
def withdraw_sole() -> None:
    """Declare that the certifier has several registrars again."""


@bp.get("/sign-ins")
@allowed(Role.ADMIN)
def sign_ins() -> ResponseReturnValue:
    """Show who is signed in now, and the events of accounts, the newest first."""
    here, happened = signed_in(acquis().database, SHOWN), acquis().account_events.newest(SHOWN)
    called = names({*(each.person for each in here), *(person for person, _ in happened)})
    return render_template("admin/sign_ins.html", here=here, happened=happened, called=called, what=WHAT, by=BY)
