"""Routes for a jury to compare the rulings of its evaluation commissions by competence."""

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
    """A competence: the number of candidates ruled on, and of those who acquired it."""

    competence = fields.Integer(required=True)
    acquired = fields.Integer(required=True)
    ruled = fields.Integer(required=True)


class CommissionItem(Schema):
    """A commission that reports to this jury."""

    id = fields.UUID(required=True)
    stage = fields.String(required=True)
    listed = fields.Integer(required=True, metadata={"description": "The number of its candidates."})
    competences = fields.List(fields.Nested(TallyItem), required=True)


class CommissionsAnswer(Schema):
    """The commissions of a jury, with their provisional rulings."""

    items = fields.List(fields.Nested(CommissionItem), required=True)


@bp.get("")
@bp.response(200, CommissionsAnswer)
@allowed(Role.JUROR, Role.REGISTRAR, Role.AUDITOR)
def show_commissions(session: UUID) -> ResponseReturnValue:
    """Show each commission's rulings: to the jury once it is open, to the registrar; to the auditor once released."""
    jury = rebuilt(JurySession, SessionId(session), stream(session))
    if not may_read(jury):
        raise NotFound(session)
    withheld = frozenset(each for each in jury.listed if is_withheld(each, _recused(jury.id, each), jury))
    items = [_commission(each, withheld) for each in sorted(jury.commissions)]
    return tagged({"items": items}, jury.version)


def _recused(session: SessionId, candidacy: CandidacyId) -> frozenset[PersonId]:
    return deliberation(acquis().database, session, candidacy).recused


def _commission(session: SessionId, withheld: frozenset[CandidacyId]) -> dict[str, object]:
    """Return a commission's rulings; the counts leave out candidates whose decision is hidden from this reader."""
    found = rebuilt(JurySession, session, stream(session))
    listed = [] if found.stage is SessionStage.PLANNED else sorted(found.listed - withheld)
    heard = [deliberation(acquis().database, session, each) for each in listed]
    rows = [vars(each) for each in tally(heard)]
    return {"id": session, "stage": found.stage.value, "listed": len(found.listed), "competences": rows}
