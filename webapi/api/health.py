"""Is this process alive, and can it serve?"""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from projections.pulse import keeps_up
from webapi.api import Resource
from webapi.auth import house, public
from webapi.problems import Said, Spoken

bp = Resource("health", __name__, url_prefix="")

NOT_READY = Said(
    "unavailable",
    "The read side does not keep up: no projector is at work, or facts wait to be shown.",
    "La lecture ne suit pas : aucun projecteur n'est à l'œuvre, ou des faits attendent d'être montrés.",
)


class HealthAnswer(Schema):
    """All is well."""

    status = fields.Constant("ok")


@bp.get("/healthz")
@bp.response(200, HealthAnswer)
@public
def alive() -> ResponseReturnValue:
    """Say that this process answers; asks nobody else."""
    return {}, 200


@bp.get("/readyz")
@bp.response(200, HealthAnswer)
@public
def ready() -> ResponseReturnValue:
    """Say whether the database answers and a projector keeps up with the log."""
    if not keeps_up(house().database):
        raise Spoken(503, NOT_READY)
    return {}, 200
