"""Routes for the receipts of a candidacy, which can be checked without Acquis."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from webapi.accounts.authentication import allowed
from webapi.api import Resource
from webapi.explain.receipts import HOLDERS, handed_out, receivable

bp = Resource("receipts", __name__, url_prefix="/api/v1/candidacies/<uuid:candidacy>/receipts")


class ReceiptItem(Schema):
    """A fact with a receipt: the filing of a validation file, or the release of results."""

    position = fields.Integer(required=True)
    fact = fields.String(required=True)
    on = fields.Date(required=True)
    pending = fields.Boolean(
        required=True, metadata={"description": "Whether no checkpoint covers the fact yet; wait a minute."}
    )


class ReceiptList(Schema):
    """The receipts of a candidacy, in the order of the log."""

    items = fields.List(fields.Nested(ReceiptItem), required=True)


@bp.get("")
@bp.response(200, ReceiptList)
@allowed(*HOLDERS)
def list_receipts(candidacy: UUID) -> ResponseReturnValue:
    """List the receipts of a candidacy (reçus)."""
    return {"items": receivable(candidacy)}


@bp.get("/<int:position>")
@bp.response(200, {"type": "object", "additionalProperties": True}, content_type="application/json")
@allowed(*HOLDERS)
def download_receipt(candidacy: UUID, position: int) -> ResponseReturnValue:
    """Download a receipt, as an attachment; 503 while no checkpoint covers its fact."""
    return handed_out(candidacy, position)
