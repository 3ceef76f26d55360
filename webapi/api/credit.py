"""Which blocks count in a candidacy that were won elsewhere?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from domain.commands.carry_over_blocks import CarryOverBlocks
from domain.commands.satisfy_block import SatisfyBlock
from domain.commands.withdraw_credit import WithdrawCredit
from domain.ports import CandidacyId, EvidenceId, Role
from webapi.api import Adds, RecordedAnswer, Resource, adds, send, signs
from webapi.auth import allowed
from webapi.requests import Body, Day, Id, Text

bp = Resource("credit", __name__, url_prefix="/api/v1/candidacies/<uuid:candidacy>")


class SatisfiedBody(Body):
    """A block, the number of the published equivalence, the piece that proves it, the day of that certification."""

    block = fields.Integer(required=True, strict=True, validate=validate.Range(1, 9999))
    equivalence = fields.Integer(required=True, strict=True, validate=validate.Range(1, 9999))
    evidence = Id(required=True)
    obtained_on = Day(required=True)


class MistakenBody(Body):
    """Why a block should never have counted."""

    reason = Text(1, 4000, required=True)


@bp.post("/carried-blocks")
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.MORE)
def carry_over(candidacy: UUID) -> ResponseReturnValue:
    """Count the blocks of earlier candidacies that lead here and do not count yet (reprendre des blocs)."""
    return send(CarryOverBlocks(candidacy=CandidacyId(candidacy)))


@bp.post("/satisfied-blocks")
@bp.arguments(SatisfiedBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.MORE)
def satisfy(body: dict[str, Any], candidacy: UUID) -> ResponseReturnValue:
    """Count a block by another certification, under a published equivalence (reconnaître par équivalence)."""
    evidence = EvidenceId(body.pop("evidence"))
    return send(SatisfyBlock(candidacy=CandidacyId(candidacy), evidence=evidence, **body))


@bp.post("/credited-blocks/<int:block>/withdrawal")
@bp.arguments(MistakenBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@signs
def withdraw(body: dict[str, Any], candidacy: UUID, block: int) -> ResponseReturnValue:
    """Take off a block that counted from elsewhere by mistake (retirer un acquis); If-Match, the dossier's."""
    return send(WithdrawCredit(candidacy=CandidacyId(candidacy), block=block, **body))
