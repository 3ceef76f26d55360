"""Routes for private links, which show a selection of a portfolio to people without an account."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from domain.commands.evidence.give_private_link import GivePrivateLink
from domain.commands.evidence.revoke_private_link import RevokePrivateLink
from domain.evidence.private_link import MOST_PIECES
from domain.ports import Role
from domain.rulebook.evidence_rules import PieceForm
from webapi.accounts.authentication import allowed, public
from webapi.api import Adds, RecordedAnswer, Resource, adds, answer, intent
from webapi.api.evidence import CopyItem
from webapi.api.openapi import also
from webapi.api.portfolio import ServesItem
from webapi.evidence import reading_copies
from webapi.evidence.private_links import SharedPortfolio, give, given, opened, piece_shown
from webapi.forms import Many, filled, form, text
from webapi.requests import Id

bp = Resource("private-links", __name__, url_prefix="/api/v1/private-links")

GIVEN = form(
    GivePrivateLink, pieces=Many(1, MOST_PIECES, Id), for_whom=text(200, "The recipient; only the giver sees this.")
)


class SecretAnswer(RecordedAnswer):
    """A recorded answer with the link's secret, which is shown only once."""

    secret = fields.String(required=True, metadata={"description": "Opens it at /private-links/shown/{secret}."})


class UseItem(Schema):
    """A use of a link."""

    at = fields.DateTime(required=True, metadata={"description": "The minute of the use."})
    piece = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The piece that was opened; null: the selection."}
    )


class LinkItem(Schema):
    """A private link, as its giver sees it."""

    id = fields.UUID(required=True)
    for_whom = fields.String(required=True, allow_none=True)
    pieces = fields.List(fields.UUID(), required=True)
    given_on = fields.Date(required=True)
    ends_on = fields.Date(required=True, metadata={"description": "The last day on which it can be opened."})
    revoked_on = fields.Date(required=True, allow_none=True)
    opens = fields.Boolean(required=True)
    uses = fields.List(fields.Nested(UseItem), required=True, metadata={"description": "The newest first."})


class LinkList(Schema):
    """The links that the caller has given, in order."""

    items = fields.List(fields.Nested(LinkItem), required=True)


class ShownPiece(Schema):
    """A piece as the link's recipient sees it; its content is its reading copy."""

    id = fields.UUID(required=True, attribute="file.id")
    title = fields.String(required=True)
    dated = fields.Date(required=True, allow_none=True)
    employer = fields.String(required=True, allow_none=True)
    mission = fields.String(required=True, allow_none=True)
    reflection = fields.String(required=True, allow_none=True)
    serves = fields.List(fields.Nested(ServesItem), required=True)
    form = fields.Enum(PieceForm, by_value=True, required=True, attribute="file.form")
    media_type = fields.String(required=True, attribute="file.media_type")


class ShownSelection(Schema):
    """The selection that a private link shows, and its last day; `person_name` is null once erased."""

    person_name = fields.String(required=True, allow_none=True)
    ends_on = fields.Date(required=True)
    pieces = fields.List(fields.Nested(ShownPiece), required=True)


@bp.get("")
@bp.response(200, LinkList)
@allowed(Role.CANDIDATE)
def list_links() -> dict[str, Any]:
    """List the caller's private links, with their uses."""
    return {"items": given()}


@bp.post("")
@bp.arguments(GIVEN)
@bp.response(201, SecretAnswer)
@allowed(Role.CANDIDATE)
@adds(Adds.MORE)
def give_link(body: dict[str, Any]) -> ResponseReturnValue:
    """Give a link that shows some pieces of the caller's portfolio, up to a day (donner un lien privé).

    Its secret is shown only once. The same Idempotency-Key gets a new secret, and the first one stops working.
    """
    recorded, secret = give(filled(GivePrivateLink, body), intent())
    content, status, headers = answer(recorded)
    return content | {"secret": secret}, status, headers


@bp.sends("/<uuid:link>/revocation", RevokePrivateLink, adds(Adds.ONCE))
def revoke_link() -> None:
    """Revoke a private link before its day (révoquer)."""


@bp.get("/shown/<secret>")
@bp.response(200, ShownSelection)
@public
def show_selection(secret: str) -> SharedPortfolio:
    """Show the selection of a private link; 404 if the link is invalid or has ended."""
    return opened(secret)


@bp.get("/shown/<secret>/pieces/<uuid:piece>/copy")
@bp.response(200, CopyItem)
@public
@also(410)
def show_shown_copy(secret: str, piece: UUID) -> reading_copies.CopyShown:
    """Show the content of a piece's reading copy; no link gives access to the original."""
    return reading_copies.shown(piece_shown(secret, piece))


@bp.get("/shown/<secret>/pieces/<uuid:piece>/copy/pages/<int:page>")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="image/webp")
@public
@also(410)
def show_shown_page(secret: str, piece: UUID, page: int) -> ResponseReturnValue:
    """Show a page of the reading copy as an image; pages count from 1; 404 for a page that does not exist."""
    return reading_copies.page_picture(piece_shown(secret, piece), page)


@bp.get("/shown/<secret>/pieces/<uuid:piece>/copy/media")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="*/*")  # the re-encoded type
@bp.alt_response(206, schema={"type": "string", "format": "binary"}, content_type="*/*")
@public
@also(410)
def play_shown_copy(secret: str, piece: UUID) -> ResponseReturnValue:
    """Play film or sound, re-encoded; supports Range; 404 for any other piece."""
    return reading_copies.media(piece_shown(secret, piece))
