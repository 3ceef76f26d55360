"""Routes for health checks: the process runs; the application can serve."""

from __future__ import annotations

from typing import Final

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from domain.refusal import Violation
from webapi.accounts.authentication import public
from webapi.api import Resource
from webapi.current import acquis
from webapi.problems import Answered, Message
from webapi.upkeep.alarms import alarms
from webapi.upkeep.doubt import watch_state

bp = Resource("health", __name__, url_prefix="")

NOT_READY: Final = Message(
    "unavailable",
    "Acquis is not ready: `acquis doctor` says what to do about each alarm.",
    "Acquis n'est pas prêt : `acquis doctor` dit que faire pour chaque alarme.",
)


class HealthAnswer(Schema):
    """The process runs."""

    status = fields.Constant("ok")


class WatchAnswer(Schema):
    """Progress of the log's verification: facts read in this round, and results of the last complete round."""

    read = fields.Integer(required=True)
    facts = fields.Integer(required=True)
    round_at = fields.DateTime(required=True, allow_none=True)
    round_facts = fields.Integer(required=True, allow_none=True)
    per_second = fields.Float(required=True, allow_none=True)
    still = fields.Boolean(required=True)


class ReadyAnswer(HealthAnswer):
    """The application serves. `alarms` names what the operator should check; `acquis doctor` says what to do."""

    alarms = fields.List(fields.String())
    watch = fields.Nested(WatchAnswer)


@bp.get("/healthz")
@bp.response(200, HealthAnswer)
@public
def alive() -> ResponseReturnValue:
    """Answer that this process runs, without asking any other."""
    return {}, 200


@bp.get("/readyz")
@bp.response(200, ReadyAnswer)
@public
def ready() -> ResponseReturnValue:
    """Check everything the application needs, like `acquis doctor`: 503 names what fails."""
    found = alarms(acquis())
    if any(each.unready for each in found):
        raise Answered(503, NOT_READY, [Violation(each.slug, each.slug, each.slug, "") for each in found])
    return {"alarms": [each.slug for each in found], "watch": watch_state(acquis())}, 200
