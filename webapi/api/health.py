"""Is this process alive, and can it serve?"""

from __future__ import annotations

from typing import Final

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from domain.refusal import Violation
from webapi.alarms import alarms
from webapi.api import Resource
from webapi.auth import house, public
from webapi.problems import Said, Spoken

bp = Resource("health", __name__, url_prefix="")

NOT_READY: Final = Said(
    "unavailable",
    "Acquis is not ready: `acquis doctor` says what to do about each alarm.",
    "Acquis n'est pas prêt : `acquis doctor` dit que faire pour chaque alarme.",
)


class HealthAnswer(Schema):
    """All is well."""

    status = fields.Constant("ok")


class ReadyAnswer(HealthAnswer):
    """It serves. What somebody should look at all the same, by name; `acquis doctor` says what to do about each."""

    alarms = fields.List(fields.String())


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
    found = alarms(house())
    if any(each.unready for each in found):
        raise Spoken(503, NOT_READY, [Violation(each.slug, each.slug, each.slug, "") for each in found])
    return {"alarms": [each.slug for each in found]}, 200
