"""How is an accommodation asked for and answered over HTTP, and who sees what of it?"""

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
    """A part of the time stated."""

    numerator = fields.Integer(required=True)
    denominator = fields.Integer(required=True)


class MeasuresItem(Schema):
    """What holds now; breaks in minutes."""

    extra_time = fields.Nested(ShareItem, required=True, allow_none=True)
    reader = fields.Boolean(required=True)
    breaks = fields.Integer(required=True)
    remote = fields.Boolean(required=True)


class AccommodationItem(Schema):
    """A request or an answer; what was written is shown to the candidate and the disability officer."""

    position = fields.Integer(required=True)
    fact = fields.String(
        required=True,
        validate=validate.OneOf(["AccommodationRequested", "AccommodationGranted", "AccommodationRefused"]),
    )
    on = fields.Date(required=True)
    personal = fields.Dict(required=True, metadata={"description": "Its personal fields, opened; null once erased."})
    unread = fields.Dict(
        required=True,
        metadata={"description": "Those that do not open, and why: `erased`, or `lost` with their key."},
    )


class AccommodationAnswer(Schema):
    """What was granted. Whether a request waits, and what was written, is null or empty for all but the two."""

    candidacy = fields.UUID(required=True)
    version = fields.Integer(required=True)
    measures = fields.Nested(MeasuresItem, required=True)
    waits = fields.Boolean(required=True, allow_none=True)
    items = fields.List(fields.Nested(AccommodationItem), required=True)


class AskedItem(Schema):
    """A candidacy that asked for an accommodation."""

    candidacy = fields.UUID(required=True)
    waits = fields.Boolean(required=True)


class AskedPage(Schema):
    """Candidacies that asked, in that order."""

    items = fields.List(fields.Nested(AskedItem), required=True)
    next = fields.String(required=True, allow_none=True)


class AskedQuery(PageQuery):
    """Which page; those that wait for an answer, those that do not, or all."""

    waits = StrictBoolean(load_default=None)


@lists.get("")
@lists.arguments(AskedQuery, location="query")
@lists.response(200, AskedPage)
@allowed(Role.DISABILITY_OFFICER)
def list_accommodations(query: dict[str, Any]) -> ResponseReturnValue:
    """List the requests for an accommodation (demandes d'aménagement)."""
    return page(partial(_listed, query["waits"]), query)


def _listed(waits: bool | None, after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    found = asking.accommodations(acquis().database, waits=waits, after=after, limit=limit)
    return [(each.asked_at, vars(each)) for each in found]


@bp.get("")
@bp.response(200, AccommodationAnswer)
@allowed(*READERS, Role.DISABILITY_OFFICER)
def show_accommodation(candidacy: UUID) -> ResponseReturnValue:
    """Show what was granted (aménagement); the reason to the candidate and the disability officer only."""
    of = Accommodation.id_of(CandidacyId(candidacy))
    told = stream(of)
    if actor().role is Role.DISABILITY_OFFICER:
        if not told:
            raise NotFound(candidacy)
        confided = True
    else:
        confided = view(candidacy).ties.candidate == actor().person
    found = rebuilt_or_new(Accommodation, of, told)
    granted = sum(isinstance(each.fact, AccommodationGranted) for each in told)
    version = found.version if confided else granted  # how often one asked is not for all to count
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
    """Ask for an accommodation (demander un aménagement)."""


@bp.sends("/grant", GrantAccommodation, signs, breaks=number(0, 10_000))
def grant_accommodation() -> None:
    """Grant measures to who asked (accorder un aménagement); If-Match: the version of what was asked."""


@bp.sends("/refusal", RefuseAccommodation, signs, reason=text(8000))
def refuse_accommodation() -> None:
    """Grant nothing, with a reason for the candidate (refuser un aménagement); If-Match: the same."""
