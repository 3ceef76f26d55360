"""What did each evaluation commission rule, competence by competence, for its jury to compare over HTTP?"""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from domain.jury.commission import tally
from domain.jury.session import JurySession, SessionStage
from domain.ports import CandidacyId, PersonId, Role, SessionId
from domain.refusal import NotFound
from webapi.accounts.authentication import allowed
from webapi.api import Resource, tagged
from webapi.current import acquis
from webapi.privacy.disclosure import deliberation, rebuilt, stream
from webapi.privacy.minutes_reading import is_withheld, may_read

bp = Resource("commissions", __name__, url_prefix="/api/v1/jury-sessions/<uuid:session>/commissions")


class TallyItem(Schema):
    """One competence: ruled for how many candidates, acquired for how many."""

    competence = fields.Integer(required=True)
    acquired = fields.Integer(required=True)
    ruled = fields.Integer(required=True)


class CommissionItem(Schema):
    """One commission that reports to this jury."""

    id = fields.UUID(required=True)
    stage = fields.String(required=True)
    listed = fields.Integer(required=True, metadata={"description": "How many candidates it was called for."})
    competences = fields.List(fields.Nested(TallyItem), required=True)


class CommissionsAnswer(Schema):
    """The commissions of a jury, and how each ruled, provisionally."""

    items = fields.List(fields.Nested(CommissionItem), required=True)


@bp.get("")
@bp.response(200, CommissionsAnswer)
@allowed(Role.JUROR, Role.REGISTRAR, Role.AUDITOR)
def show_commissions(session: UUID) -> ResponseReturnValue:
    """Show how each commission ruled: to the jury once it is open, the registrar; the auditor once released."""
    jury = rebuilt(JurySession, SessionId(session), stream(session))
    if not may_read(jury):
        raise NotFound(session)
    withheld = frozenset(each for each in jury.listed if is_withheld(each, _recused(jury.id, each), jury))
    items = [_commission(each, withheld) for each in sorted(jury.commissions)]
    return tagged({"items": items}, jury.version)


def _recused(session: SessionId, candidacy: CandidacyId) -> frozenset[PersonId]:
    return deliberation(acquis().database, session, candidacy).recused


def _commission(session: SessionId, withheld: frozenset[CandidacyId]) -> dict[str, object]:
    """How a commission ruled: counts too leave out the candidates of whom this reader is told nothing."""
    found = rebuilt(JurySession, session, stream(session))
    listed = [] if found.stage is SessionStage.PLANNED else sorted(found.listed - withheld)
    heard = [deliberation(acquis().database, session, each) for each in listed]
    rows = [vars(each) for each in tally(heard)]
    return {"id": session, "stage": found.stage.value, "listed": len(found.listed), "competences": rows}
