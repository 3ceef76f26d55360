"""Pages of erasures and legal holds (effacements, conservations)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from adapters.keys.lost_keys import missing_keys
from adapters.operations.erasures import DeskErasures
from domain.commands.organisation.lift_legal_hold import LiftLegalHold
from domain.commands.organisation.place_legal_hold import PlaceLegalHold
from domain.commands.people.erase_person import ErasePerson
from domain.fact import Retention
from domain.organisation.facts import LegalHoldPlaced
from domain.people.facts import ErasureGround, PersonErased
from domain.people.person import Person
from domain.ports import PersonId, Recorded, Role
from domain.refusal import NotFound
from projections.privacy.legal_holds import holds_in_force
from projections.reading import DossierFact
from webapi.accounts.authentication import allowed
from webapi.api.erasures import ErasureBody
from webapi.current import acquis
from webapi.pages.desk import Desk
from webapi.pages.filled import FilledForm, InvalidForm, intent, read
from webapi.privacy.disclosure import loaded, names, personal, stream
from webapi.privacy.erasure import erase, preview_erasure
from webapi.privacy.fates import WHY
from webapi.words import phrase

bp = Desk("erasing", __name__, url_prefix="/admin")
bp.entry(Role.ADMIN, 60, phrase("Effacements"), "trash", "list_all")
GROUNDS: dict[ErasureGround, str] = {
    ErasureGround.REQUEST: phrase("La personne le demande (RGPD, art. 17)"),
    ErasureGround.PERIOD_OVER: phrase("La durée de conservation est passée"),
}
UNREAD = ("Confirm that you have read what goes for good.", "Confirmez que vous avez lu ce qui part pour toujours.")


@bp.get("/erasures")
@allowed(Role.ADMIN)
def list_all() -> ResponseReturnValue:
    """Show the erasures that are not complete, and all legal holds in force."""
    held = [_held(*each) for each in holds_in_force(acquis().database).items()]
    pending = DeskErasures(acquis().database).pending()
    called = names({*(each["person"] for each in held), *(each.person for each in pending)})
    return render_template("admin/erasures.html", holds=held, pending=pending, called=called)


@bp.get("/people/<uuid:person>/erasure")
@allowed(Role.ADMIN)
def show(person: UUID) -> ResponseReturnValue:
    """Show which of a person's data can be erased today, which cannot and why, and the legal holds on them."""
    who = loaded(Person, person)
    told = stream(person)
    lost = missing_keys(acquis().database, acquis().vault, person)
    return render_template(
        "admin/erasure.html",
        person=person,
        name=names([person])[person],
        fates=preview_erasure(acquis(), who.id, tuple(Retention), ErasureGround.REQUEST, lost),
        over=preview_erasure(acquis(), who.id, tuple(Retention), ErasureGround.PERIOD_OVER, lost),
        done=[each for each in told if isinstance(each.fact, PersonErased)],
        pending=[each.retention for each in DeskErasures(acquis().database).pending() if each.person == person],
        holds=[_held(*each) for each in holds_in_force(acquis().database, person).items()],
        classes=list(Retention),
        grounds=GROUNDS,
        why=WHY,
    )


@bp.form("/people/<uuid:person>/erasure", show, Role.ADMIN, done="Effacement ordonné : voyez ce qu'il en est.")
def order(sent: FilledForm, person: UUID) -> Recorded:
    """Order the erasure of the chosen classes, and carry it out."""
    given = read(ErasureBody(only=("classes", "ground")), sent)
    if not sent.value("read"):
        raise InvalidForm({"read": UNREAD})
    who, classes, ground = PersonId(person), tuple(given["classes"]), given["ground"]
    asked = intent(sent, ErasePerson(person=who, classes=classes, ground=ground), signs=False)
    return erase(acquis(), who, classes, ground, acquis().request(asked)).recorded


@bp.act("/people/<uuid:person>/legal-holds", PlaceLegalHold, show, done="Conservation décidée.", only=Role.ADMIN)
def hold(person: UUID) -> None:
    """Place a legal hold, which keeps classes of the person's data from erasure."""


@bp.act("/people/<uuid:person>/legal-holds/<uuid:hold>/lifting", LiftLegalHold, show, done="Conservation levée.")
def lift(person: UUID, hold: UUID) -> None:
    """Lift a legal hold."""
    if hold not in holds_in_force(acquis().database, person):
        raise NotFound(hold)


def _held(hold: UUID, placed: DossierFact) -> dict[str, Any]:
    fact = placed.fact
    if not isinstance(fact, LegalHoldPlaced):
        raise TypeError(fact)
    ground = personal(placed)["ground"]
    return {"id": hold, "person": fact.person, "classes": fact.classes, "ground": ground, "on": placed.stamp.on}
