"""Routes for annulments: what waits for a second person, its consequences, confirmation and rejection."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.appeal.annulment import Annulments
from domain.appeal.facts import AnnulmentConfirmed, AnnulmentProposed, AnnulmentRejected, Effect
from domain.commands.appeal.confirm_annulment import ConfirmAnnulment
from domain.commands.appeal.reject_annulment import RejectAnnulment
from domain.jury.annulled_decision import Cause
from domain.jury.vote import VoteOutcome
from domain.ports import CandidacyId, Role
from projections.appeal import annulments as proposals
from projections.reading import DossierFact
from webapi.accounts.authentication import allowed, reader
from webapi.api import Resource, signs, tagged
from webapi.current import acquis
from webapi.edge.paging import PageQuery
from webapi.privacy.disclosure import page, personal, unread, view

bp = Resource("annulments", __name__, url_prefix="/api/v1/candidacies/<uuid:candidacy>/annulments")
lists = Resource("annulment-list", __name__, url_prefix="/api/v1/annulments")

OVERSEE = (Role.REGISTRAR, Role.AUDITOR)
FACTS = (AnnulmentProposed, AnnulmentConfirmed, AnnulmentRejected)


class AnnulmentConsequenceItem(Schema):
    """A consequence: blocks or competences in `numbers`, the register's `number` of a title."""

    effect = fields.String(required=True, validate=validate.OneOf(list(Effect)))
    candidacy = fields.UUID(required=True)
    session = fields.UUID(required=True, allow_none=True)
    numbers = fields.List(fields.Integer(), required=True)
    number = fields.Integer(required=True, allow_none=True)


class WaitingAnnulmentItem(Schema):
    """An annulment that waits, of a session's decision or a fraud case, with all its consequences."""

    about = fields.UUID(required=True, metadata={"description": "The session or the case: the id of this annulment."})
    session = fields.UUID(required=True, allow_none=True)
    case = fields.UUID(required=True, allow_none=True)
    cause = fields.String(required=True, validate=validate.OneOf(list(Cause)))
    proposed_by = fields.UUID(required=True)
    consequences = fields.List(fields.Nested(AnnulmentConsequenceItem), required=True)
    court = fields.String(required=True, allow_none=True)
    ruled_on = fields.Date(required=True, allow_none=True)
    sanction = fields.String(required=True, allow_none=True)
    vote = fields.String(required=True, allow_none=True, validate=validate.OneOf(list(VoteOutcome)))


class AnnullingItem(Schema):
    """A proposal, its confirmation or its rejection, with decrypted personal fields."""

    position = fields.Integer(required=True)
    fact = fields.String(required=True, validate=validate.OneOf([each.__name__ for each in FACTS]))
    about = fields.UUID(required=True)
    on = fields.Date(required=True)
    by = fields.UUID(required=True, allow_none=True)
    personal = fields.Dict(
        required=True, metadata={"description": "Its personal fields, decrypted; null once erased."}
    )
    unread = fields.Dict(required=True, metadata={"description": "Fields that cannot be decrypted, with the reason."})


class AnnulmentsAnswer(Schema):
    """The annulments of one candidacy; a confirmation repeats the ETag."""

    id = fields.UUID(required=True)
    candidacy = fields.UUID(required=True)
    version = fields.Integer(required=True)
    waiting = fields.List(fields.Nested(WaitingAnnulmentItem), required=True)
    items = fields.List(fields.Nested(AnnullingItem), required=True)


class AnnulmentItem(Schema):
    """An annulment that waits, without texts."""

    candidacy = fields.UUID(required=True)
    about = fields.UUID(required=True)
    session = fields.UUID(required=True, allow_none=True)
    case = fields.UUID(required=True, allow_none=True)
    cause = fields.String(required=True, validate=validate.OneOf(list(Cause)))
    proposed_by = fields.UUID(required=True)


class AnnulmentPage(Schema):
    """Annulments that wait, oldest first."""

    items = fields.List(fields.Nested(AnnulmentItem), required=True)
    next = fields.String(required=True, allow_none=True)


@lists.get("")
@lists.arguments(PageQuery, location="query")
@lists.response(200, AnnulmentPage)
@allowed(*OVERSEE)
def list_annulments(query: dict[str, Any]) -> ResponseReturnValue:
    """List the annulments that wait for a second person (annulations à confirmer).

    The caller's own dossiers are left out.
    """
    return page(_listed, query)


def _listed(after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    found = proposals.annulments(acquis().database, files=sorted(reader().files), after=after, limit=limit)
    return [(each.proposed_at, vars(each)) for each in found]


@bp.get("")
@bp.response(200, AnnulmentsAnswer)
@allowed(*OVERSEE)
def show_annulments(candidacy: UUID) -> ResponseReturnValue:
    """Show the annulments that wait in this candidacy, with all consequences, and the earlier ones."""
    read, stream = view(candidacy), Annulments.id_of(CandidacyId(candidacy))
    found = read.so_far(Annulments, stream)
    content = {
        "id": stream,
        "candidacy": candidacy,
        "version": found.version,
        "waiting": [_waiting(about, each) for about, each in found.waiting.items()],
        "items": [_item(told) for told in read.shown(stream)],
    }
    return tagged(content, found.version)


def _waiting(about: UUID, proposed: AnnulmentProposed) -> dict[str, Any]:
    return {
        "about": about,
        "session": proposed.session,
        "case": proposed.case,
        "cause": proposed.cause,
        "proposed_by": proposed.proposed_by,
        "consequences": [vars(each) for each in proposed.consequences],
        "court": proposed.court,
        "ruled_on": proposed.ruled_on,
        "sanction": proposed.sanction,
        "vote": proposed.vote,
    }


def _item(told: DossierFact) -> dict[str, Any]:
    fact: Any = told.fact
    return {
        "position": told.stamp.position,
        "fact": type(fact).__name__,
        "about": fact.about,
        "on": told.stamp.on,
        "by": told.stamp.by,
        "personal": personal(told),
        "unread": unread(told),
    }


@bp.sends("/<uuid:about>/confirmation", ConfirmAnnulment, signs)
def confirm_annulment() -> None:
    """Confirm, as a second registrar, the annulment that another one proposed; If-Match: the version."""


@bp.sends("/<uuid:about>/rejection", RejectAnnulment, signs)
def reject_annulment() -> None:
    """Reject an annulment with a reason, or withdraw your own proposal; If-Match: the version."""
