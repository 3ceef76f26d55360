"""Routes for erasures of a person's data, and legal holds (effacement, conservations conservatoires)."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.commands.organisation.lift_legal_hold import LiftLegalHold
from domain.commands.organisation.place_legal_hold import PlaceLegalHold
from domain.fact import Retention
from domain.organisation.facts import LegalHoldPlaced
from domain.people.facts import ErasureGround, PersonErased
from domain.people.person import Person
from domain.ports import PersonId, Role
from domain.privacy.erasure import Fate
from domain.refusal import NotFound
from projections.privacy.legal_holds import holds_in_force
from projections.reading import DossierFact
from webapi.accounts.authentication import GRANTED, actor, allowed
from webapi.api import Adds, RecordedAnswer, Resource, adds, intent, send, tagged
from webapi.current import acquis
from webapi.forms import Many
from webapi.privacy.disclosure import personal, rebuilt, stream
from webapi.privacy.erasure import erase, preview_erasure, stays
from webapi.privacy.fates import fate_in_words
from webapi.requests import Body, Flag
from webapi.words.spoken import spoken

bp = Resource("erasures", __name__, url_prefix="/api/v1/persons/<uuid:person>/erasures")
holds = Resource("legal-holds", __name__, url_prefix="/api/v1/persons/<uuid:person>/legal-holds")

CLASS = fields.Enum(Retention, by_value=True)
SEE_ALL = (Role.REGISTRAR, Role.AUDITOR, Role.ADMIN)
"""The roles that see everybody's erasures; others see their own."""
PARTIAL = 202


class ErasureBody(Body):
    """What to erase (all classes by default), why, and whether only to report the expected result."""

    classes = fields.List(CLASS, load_default=lambda: list(Retention), validate=validate.Length(1, len(Retention)))
    ground = fields.Enum(ErasureGround, by_value=True, load_default=ErasureGround.REQUEST)
    dry_run = Flag(load_default=False)


class FateItem(Schema):
    """The result, or expected result, for one class."""

    retention = fields.String(required=True, data_key="class")
    erased = fields.Boolean(required=True, metadata={"description": "Whether it is erased; in a dry run, would be."})
    why = fields.String(required=True, allow_none=True, metadata={"description": "The reason to keep it."})
    until = fields.Date(required=True, allow_none=True, metadata={"description": "The end of its keeping, if known."})
    source = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The text that requires keeping it, in the rulebook's words (French)."},
    )
    sentence = fields.String(
        required=True, metadata={"description": "The result as a sentence in the reader's language."}
    )


class ErasureAnswer(Schema):
    """The result of an erasure: complete (200), or partial (202) if data stay or are still being erased."""

    status = fields.String(required=True, validate=validate.OneOf(["erasure-complete", "erasure-partial"]))
    dry_run = fields.Boolean(required=True)
    position = fields.Integer(
        required=True, metadata={"description": "Position of the last fact recorded; 0 if none was."}
    )
    classes = fields.List(fields.Nested(FateItem), required=True)


class ErasureItem(Schema):
    """An erasure that was ordered."""

    retention = fields.String(required=True, data_key="class")
    ground = fields.String(required=True)
    on = fields.Date(required=True)
    position = fields.Integer(required=True)


class ErasureList(Schema):
    """The erasures of one person's data, oldest first."""

    items = fields.List(fields.Nested(ErasureItem), required=True)


class HoldItem(Schema):
    """A legal hold in force; the ground is null once erased."""

    id = fields.UUID(required=True)
    classes = fields.List(fields.String(), required=True)
    ground = fields.String(required=True, allow_none=True)
    placed_on = fields.Date(required=True)
    position = fields.Integer(required=True)


class HoldList(Schema):
    """The legal holds in force on one person's data, oldest first."""

    items = fields.List(fields.Nested(HoldItem), required=True)


@bp.post("")
@bp.arguments(ErasureBody)
@bp.response(200, ErasureAnswer)
@bp.alt_response(
    PARTIAL, schema=ErasureAnswer, description="Partial: some data stay or are still being erased, as listed."
)
@allowed(Role.ADMIN)
@adds(Adds.ONCE)
def erase_person(body: dict[str, Any], person: UUID) -> ResponseReturnValue:
    """Erase classes of a person's data, as far as rules and law allow (effacer)."""
    who, classes, ground = PersonId(person), tuple(body["classes"]), body["ground"]
    if body["dry_run"]:
        return _answer(preview_erasure(acquis(), who, classes, ground), 0, dry_run=True)
    erased = erase(acquis(), who, classes, ground, acquis().request(intent()))
    return _answer(erased.fates, erased.recorded.position, dry_run=False)


@bp.get("")
@bp.response(200, ErasureList)
@allowed(*GRANTED)
def list_erasures(person: UUID) -> ResponseReturnValue:
    """List the erasures of a person's data, with day and ground."""
    if actor().role not in SEE_ALL and actor().person != person:
        raise NotFound(person)
    facts = stream(person)
    version = rebuilt(Person, person, facts).version
    items = [
        {
            "retention": told.fact.retention.value,
            "ground": told.fact.ground.value,
            "on": told.stamp.on,
            "position": told.stamp.position,
        }
        for told in facts
        if isinstance(told.fact, PersonErased)
    ]
    return tagged({"items": items}, version)


@holds.sends("", PlaceLegalHold, adds(Adds.MORE), classes=Many(1, len(Retention)))
def place_hold() -> None:
    """Protect classes of a person's data from erasure, for a dispute or an inquiry (conservation conservatoire)."""


@holds.post("/<uuid:hold>/lifting")
@holds.response(201, RecordedAnswer)
@allowed(Role.ADMIN)
@adds(Adds.NAMED)
def lift_hold(person: UUID, hold: UUID) -> ResponseReturnValue:
    """End a legal hold."""
    if hold not in holds_in_force(acquis().database, person):
        raise NotFound(hold)
    return send(LiftLegalHold(hold=hold))


@holds.get("")
@holds.response(200, HoldList)
@allowed(*SEE_ALL)
def list_holds(person: UUID) -> ResponseReturnValue:
    """List the legal holds in force on a person's data."""
    rebuilt(Person, person, stream(person))
    return {"items": [_held(*each) for each in holds_in_force(acquis().database, person).items()]}, 200, {}


def _held(hold: UUID, placed: DossierFact) -> dict[str, Any]:
    fact = cast("LegalHoldPlaced", placed.fact)
    return {
        "id": hold,
        "classes": [kept.value for kept in fact.classes],
        "ground": personal(placed)["ground"],
        "placed_on": placed.stamp.on,
        "position": placed.stamp.position,
    }


def _answer(fates: tuple[Fate, ...], position: int, *, dry_run: bool) -> ResponseReturnValue:
    partial = any(stays(fate) for fate in fates)
    content = {
        "status": "erasure-partial" if partial else "erasure-complete",
        "dry_run": dry_run,
        "position": position,
        "classes": [
            {
                "retention": fate.retention.value,
                "erased": fate.goes,
                "why": fate.why.value if fate.why else None,
                "until": fate.until,
                "source": fate.source or None,
                "sentence": fate_in_words(fate, spoken(plain=True)),
            }
            for fate in fates
        ],
    }
    headers = {"Acquis-Position": str(position)} if position else {}
    return content, PARTIAL if partial and not dry_run else 200, headers
