"""Is this process alive, and can it serve?"""

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
    """All is well."""

    status = fields.Constant("ok")


class WatchAnswer(Schema):
    """How far the log has been read again: facts of the present round, and how the last whole one went."""

    read = fields.Integer(required=True)
    facts = fields.Integer(required=True)
    round_at = fields.DateTime(required=True, allow_none=True)
    round_facts = fields.Integer(required=True, allow_none=True)
    per_second = fields.Float(required=True, allow_none=True)
    still = fields.Boolean(required=True)


class ReadyAnswer(HealthAnswer):
    """It serves. What somebody should look at all the same, by name; `acquis doctor` says what to do about each."""

    alarms = fields.List(fields.String())
    watch = fields.Nested(WatchAnswer)


@bp.get("/healthz")
@bp.response(200, HealthAnswer)
@public
def alive() -> ResponseReturnValue:
    """Say that this process answers; asks nobody else."""
    return {}, 200


@bp.get("/readyz")
@bp.response(200, ReadyAnswer)
@public
def ready() -> ResponseReturnValue:
    """Say whether all that it needs is well, as `acquis doctor` does: 503 names what is not."""
    found = alarms(acquis())
    if any(each.unready for each in found):
        raise Answered(503, NOT_READY, [Violation(each.slug, each.slug, each.slug, "") for each in found])
    return {"alarms": [each.slug for each in found], "watch": watch_state(acquis())}, 200
