"""Routes for rulebooks: a certifier's rules where the sheet and the law leave a choice."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from flask import Response
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from domain.rulebook.rulebook import Rulebook
from webapi.accounts.authentication import GRANTED, allowed
from webapi.api import Resource, tagged
from webapi.api.openapi import SCHEMAS
from webapi.edge.paging import PageQuery
from webapi.privacy.disclosure import loaded, page, rulebooks

bp = Resource("rulebooks", __name__, url_prefix="/api/v1/rulebooks")


class RulebookItem(Schema):
    """A published version of a certifier's rules."""

    id = fields.UUID(required=True)
    certifier = fields.String(required=True)
    version = fields.Integer(required=True)
    title = fields.String(required=True)


class RulebookPage(Schema):
    """Rulebooks, by certifier and version."""

    items = fields.List(fields.Nested(RulebookItem), required=True)
    next = fields.String(required=True, allow_none=True)


@bp.get("")
@bp.arguments(PageQuery, location="query")
@bp.response(200, RulebookPage)
@allowed(*GRANTED)
def list_rulebooks(query: dict[str, Any]) -> ResponseReturnValue:
    """List the published rulebooks (règlements de certification)."""
    return page(rulebooks, query)


@bp.get("/<uuid:rulebook>")
@bp.response(200, {"$ref": SCHEMAS + "Rules"})
@allowed(*GRANTED)
def show_rulebook(rulebook: UUID) -> ResponseReturnValue:
    """Show a rulebook: scale of marks, quorum, required reasons."""
    found = loaded(Rulebook, rulebook)
    return tagged(Response(msgspec.json.encode(found.content), mimetype="application/json"), found.version)
