"""Is this process alive, and can it serve?"""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from adapters.desk.runs import DEADLINES, DeskRuns
from adapters.log.checkpoint import CheckpointFolder, is_late, refuse_unless_continued
from adapters.log.tree import Tree
from domain.refusal import Refused
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


class ReadyAnswer(HealthAnswer):
    """All is well, but for checkpoints that are `late` (a fact has waited for one for ten minutes) or `refused`.

    And for deadlines whose newest run `failed`, or that nobody has run for more than a day (`late`).
    """

    checkpoints = fields.String(validate=OneOf(["ok", "late", "refused"]))
    deadlines = fields.String(validate=OneOf(["ok", "late", "failed"]))


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
    """Say whether the database answers, a projector keeps up with the log, and how checkpoints and deadlines do."""
    if not keeps_up(house().database):
        raise Spoken(503, NOT_READY)
    return {"checkpoints": _checkpoints(), "deadlines": DeskRuns(house().database).last(DEADLINES).word}, 200


def _checkpoints() -> str:
    """Late checkpoints stop nobody from working; whoever looks after the machine should know."""
    tree, folder = Tree(house().database), CheckpointFolder(house().settings.checkpoint_folder)
    try:
        return "late" if is_late(tree, refuse_unless_continued(tree, folder)) else "ok"
    except Refused:
        return "refused"
