"""Routes for accommodations: request, answer, and reading by role."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.commands.exam.grant_accommodation import GrantAccommodation
from domain.commands.exam.refuse_accommodation import RefuseAccommodation
from domain.commands.exam.request_accommodation import RequestAccommodation
from domain.exam.accommodation import Accommodation
from domain.exam.facts import AccommodationGranted
from domain.ports import CandidacyId, Role
from domain.refusal import NotFound
from projections.exam import accommodations as asking
from projections.reading import DossierFact
from webapi.accounts.authentication import READERS, actor, allowed
from webapi.api import Adds, Resource, adds, signs, tagged
from webapi.current import acquis
from webapi.edge.paging import PageQuery
from webapi.forms import number, text
from webapi.privacy.disclosure import page, personal, rebuilt_or_new, stream, unread, view
from webapi.requests import StrictBoolean

bp = Resource("accommodation", __name__, url_prefix="/api/v1/candidacies/<uuid:candidacy>/accommodation")
lists = Resource("accommodation-list", __name__, url_prefix="/api/v1/accommodations")


class ShareItem(Schema):
    """A share of the scheduled time, as a fraction."""

    numerator = fields.Integer(required=True)
    denominator = fields.Integer(required=True)


class MeasuresItem(Schema):
    """The measures in force; breaks in minutes."""

    extra_time = fields.Nested(ShareItem, required=True, allow_none=True)
    reader = fields.Boolean(required=True)
    breaks = fields.Integer(required=True)
    remote = fields.Boolean(required=True)


class AccommodationItem(Schema):
    """A request or an answer; its texts are shown to the candidate and the disability officer."""

    position = fields.Integer(required=True)
    fact = fields.String(
        required=True,
        validate=validate.OneOf(["AccommodationRequested", "AccommodationGranted", "AccommodationRefused"]),
    )
    on = fields.Date(required=True)
    personal = fields.Dict(
        required=True, metadata={"description": "Its personal fields, decrypted; null once erased."}
    )
    unread = fields.Dict(
        required=True,
        metadata={
            "description": "Fields that cannot be decrypted, with the reason: `erased`, or `lost` with the key."
        },
    )


class AccommodationAnswer(Schema):
    """The measures granted.

    `waits` and `items` are for the candidate and the disability officer; null or empty for others.
    """

    candidacy = fields.UUID(required=True)
    version = fields.Integer(required=True)
    measures = fields.Nested(MeasuresItem, required=True)
    waits = fields.Boolean(required=True, allow_none=True)
    items = fields.List(fields.Nested(AccommodationItem), required=True)


class AskedItem(Schema):
    """A candidacy with a request for an accommodation."""

    candidacy = fields.UUID(required=True)
    waits = fields.Boolean(required=True)


class AskedPage(Schema):
    """Candidacies with requests, in the order of the requests."""

    items = fields.List(fields.Nested(AskedItem), required=True)
    next = fields.String(required=True, allow_none=True)


class AskedQuery(PageQuery):
    """The page; only requests that wait for an answer, only those answered, or all."""

    waits = StrictBoolean(load_default=None)


@lists.get("")
@lists.arguments(AskedQuery, location="query")
@lists.response(200, AskedPage)
@allowed(Role.DISABILITY_OFFICER)
def list_accommodations(query: dict[str, Any]) -> ResponseReturnValue:
    """List the requests for accommodation (demandes d'aménagement)."""
    return page(partial(_listed, query["waits"]), query)


def _listed(waits: bool | None, after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    found = asking.accommodations(acquis().database, waits=waits, after=after, limit=limit)
    return [(each.asked_at, vars(each)) for each in found]


@bp.get("")
@bp.response(200, AccommodationAnswer)
@allowed(*READERS, Role.DISABILITY_OFFICER)
def show_accommodation(candidacy: UUID) -> ResponseReturnValue:
    """Show the measures granted (aménagement); the reason to the candidate and the disability officer only."""
    stream_id = Accommodation.id_of(CandidacyId(candidacy))
    told = stream(stream_id)
    if actor().role is Role.DISABILITY_OFFICER:
        if not told:
            raise NotFound(candidacy)
        confided = True
    else:
        confided = view(candidacy).ties.candidate == actor().person
    found = rebuilt_or_new(Accommodation, stream_id, told)
    granted = sum(isinstance(each.fact, AccommodationGranted) for each in told)
    version = found.version if confided else granted  # the full version would show how often the candidate asked
    content = {
        "candidacy": candidacy,
        "version": version,
        "measures": found.measures,
        "waits": found.waits if confided else None,
        "items": [_item(each) for each in told] if confided else [],
    }
    return tagged(content, version)


def _item(told: DossierFact) -> dict[str, Any]:
    return {
        "position": told.stamp.position,
        "fact": type(told.fact).__name__,
        "on": told.stamp.on,
        "personal": personal(told),
        "unread": unread(told),
    }


@bp.sends("", RequestAccommodation, adds(Adds.ONCE), reason=text(8000))
def request_accommodation() -> None:
    """Request an accommodation (demander un aménagement)."""


@bp.sends("/grant", GrantAccommodation, signs, breaks=number(0, 10_000))
def grant_accommodation() -> None:
    """Grant measures (accorder un aménagement); If-Match: the request's version."""


@bp.sends("/refusal", RefuseAccommodation, signs, reason=text(8000))
def refuse_accommodation() -> None:
    """Refuse, with a reason for the candidate (refuser un aménagement); If-Match: the request's version."""
