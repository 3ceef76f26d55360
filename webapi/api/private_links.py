"""How does somebody show a selection of their portfolio to whom has no account, by a private link, over HTTP?"""

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
    GivePrivateLink, pieces=Many(1, MOST_PIECES, Id), for_whom=text(200, "For whom it is: read by its giver only.")
)


class SecretAnswer(RecordedAnswer):
    """The same, with the secret of the link, which is told this once."""

    secret = fields.String(required=True, metadata={"description": "Opens it at /private-links/shown/{secret}."})


class UseItem(Schema):
    """That a link was opened."""

    at = fields.DateTime(required=True, metadata={"description": "In which minute."})
    piece = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The piece that was read; null: the selection."}
    )


class LinkItem(Schema):
    """A private link, as the person who gave it sees it."""

    id = fields.UUID(required=True)
    for_whom = fields.String(required=True, allow_none=True)
    pieces = fields.List(fields.UUID(), required=True)
    given_on = fields.Date(required=True)
    ends_on = fields.Date(required=True, metadata={"description": "The last day on which it opens."})
    revoked_on = fields.Date(required=True, allow_none=True)
    opens = fields.Boolean(required=True)
    uses = fields.List(fields.Nested(UseItem), required=True, metadata={"description": "The newest first."})


class LinkList(Schema):
    """The links that one has given, in that order."""

    items = fields.List(fields.Nested(LinkItem), required=True)


class ShownPiece(Schema):
    """A piece as whoever has the link is shown it; its content is its reading copy."""

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
    """What a private link shows, and until when; `person_name` is null once erased."""

    person_name = fields.String(required=True, allow_none=True)
    ends_on = fields.Date(required=True)
    pieces = fields.List(fields.Nested(ShownPiece), required=True)


@bp.get("")
@bp.response(200, LinkList)
@allowed(Role.CANDIDATE)
def list_links() -> dict[str, Any]:
    """List the private links that one has given, with the log of their use."""
    return {"items": given()}


@bp.post("")
@bp.arguments(GIVEN)
@bp.response(201, SecretAnswer)
@allowed(Role.CANDIDATE)
@adds(Adds.MORE)
def give_link(body: dict[str, Any]) -> ResponseReturnValue:
    """Show some pieces of one's portfolio to whoever has a link, up to a day (donner un lien privé).

    Its secret is told this once; asked again under the same Idempotency-Key it is another one, and the first opens
    nothing any more.
    """
    recorded, secret = give(filled(GivePrivateLink, body), intent())
    content, status, headers = answer(recorded)
    return content | {"secret": secret}, status, headers


@bp.sends("/<uuid:link>/revocation", RevokePrivateLink, adds(Adds.ONCE))
def revoke_link() -> None:
    """End a private link before its day (révoquer): from now on it opens nothing."""


@bp.get("/shown/<secret>")
@bp.response(200, ShownSelection)
@public
def show_selection(secret: str) -> SharedPortfolio:
    """Show what a private link shows, to whoever has it; 404 where it opens nothing, or no more."""
    return opened(secret)


@bp.get("/shown/<secret>/pieces/<uuid:piece>/copy")
@bp.response(200, CopyItem)
@public
@also(410)
def show_shown_copy(secret: str, piece: UUID) -> reading_copies.CopyShown:
    """Show what the reading copy of a piece holds; its original is handed out by no link."""
    return reading_copies.shown(piece_shown(secret, piece))


@bp.get("/shown/<secret>/pieces/<uuid:piece>/copy/pages/<int:page>")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="image/webp")
@public
@also(410)
def show_shown_page(secret: str, piece: UUID, page: int) -> ResponseReturnValue:
    """Show a page of the reading copy as a picture; pages are counted from 1, and 404 is one that it has not."""
    return reading_copies.page_picture(piece_shown(secret, piece), page)


@bp.get("/shown/<secret>/pieces/<uuid:piece>/copy/media")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="*/*")  # what it was re-encoded to
@bp.alt_response(206, schema={"type": "string", "format": "binary"}, content_type="*/*")
@public
@also(410)
def play_shown_copy(secret: str, piece: UUID) -> ResponseReturnValue:
    """Play film or sound as it was re-encoded; Range is served; 404 of a piece that is neither."""
    return reading_copies.media(piece_shown(secret, piece))
