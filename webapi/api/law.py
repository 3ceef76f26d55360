"""Routes for the law: published texts, and the texts that apply to a parcours."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Response
from flask.typing import ResponseReturnValue
from marshmallow import fields

from domain.framework.definition import Route
from webapi.accounts.authentication import GRANTED, allowed
from webapi.api import Resource, tagged
from webapi.api.openapi import SCHEMAS
from webapi.privacy.disclosure import law as published
from webapi.requests import Body, Day, StrictBoolean

bp = Resource("law", __name__, url_prefix="/api/v1/law")


class LawQuery(Body):
    """The parcours: its route, its beginning, whether on the portal, and its jury's day if known."""

    route = fields.Enum(Route, by_value=True, required=True)
    began_on = Day(required=True)
    session_on = Day(load_default=None)
    portal = StrictBoolean(
        load_default=False, metadata={"description": "Whether it began on the national portal of VAE."}
    )


@bp.get("")
@bp.response(
    200, {"type": "object", "properties": {"items": {"type": "array", "items": {"$ref": f"{SCHEMAS}RuleSet"}}}}
)
@allowed(*GRANTED)
def list_law() -> ResponseReturnValue:
    """List the texts of law published as rules, in the order of their publication."""
    law = published()
    return _json({"items": list(law.sets.values())}, law.version)


@bp.get("/in-force")
@bp.arguments(LawQuery, location="query")
@bp.response(200, {"type": "object", "additionalProperties": {"$ref": f"{SCHEMAS}RuleSet"}})
@allowed(*GRANTED)
def in_force(query: dict[str, Any]) -> ResponseReturnValue:
    """Show the text that applies to each provision of a parcours; provisions without a text are left out."""
    law = published()
    route, portal = query["route"], query["portal"]
    found = law.in_force(route, began_on=query["began_on"], session_on=query["session_on"], portal=portal)
    return _json(dict(found.sets), law.version)


def _json(said: Any, version: int) -> ResponseReturnValue:
    return tagged(Response(msgspec.json.encode(said), mimetype="application/json"), version)
