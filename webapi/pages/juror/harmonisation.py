"""Comparison of the commissions of a jury: their rulings by competence, and candidates on whom the jury differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from adapters.log.store import PostgresAttempt
from domain.jury.commission import Tally, tally
from domain.jury.deliberation import Deliberation
from domain.jury.session import JurySession, SessionStage
from domain.ports import CandidacyId, Role, SessionId
from domain.refusal import NotFound
from webapi.accounts.authentication import allowed, reading
from webapi.pages.desk import Desk
from webapi.pages.juror import at_session
from webapi.pages.juror.at_session import AtSession
from webapi.pages.juror.board import STAGES
from webapi.privacy.minutes_reading import is_withheld, may_read

bp = Desk("harmonisation", __name__, url_prefix="/jury/<uuid:session>/harmonisation")


@dataclass(frozen=True, kw_only=True)
class Commission:
    """A commission: its proposals by competence and by candidate."""

    session: JurySession
    tallies: Mapping[int, Tally]
    said: Mapping[CandidacyId, Deliberation]


@dataclass(frozen=True, kw_only=True)
class RulingComparison:
    """A candidate: how many of the commission's proposals the jury has followed, and which it changed."""

    candidacy: CandidacyId
    name: str
    proposed: int
    followed: int
    changed: tuple[int, ...]


@bp.get("")
@allowed(Role.JUROR, Role.REGISTRAR)
def show(session: UUID) -> ResponseReturnValue:
    """Compare the commissions that report to this jury, for its members once it is open."""
    session_id = SessionId(session)
    log = reading()
    known = at_session.at(log, session_id)
    if not may_read(known.session):
        raise NotFound(session)
    commissions = _commissions(log, known)
    return render_template(
        "juror/harmonisation.html",
        known=known,
        session=known.session,
        commissions=commissions,
        compared=[each for some in commissions for each in _compared(known, some)],
        stages=STAGES,
        at="agenda.show",
    )


def _commissions(log: PostgresAttempt, known: AtSession) -> list[Commission]:
    """Return the commissions; their counts leave out the candidates whom this reader may not read."""
    sessions = log.find_all(JurySession, sorted(known.session.commissions))
    asked = [
        (each, candidacy_id)
        for each in sessions
        if each.stage is not SessionStage.PLANNED
        for candidacy_id in sorted(each.listed)
    ]
    found = log.find_all(Deliberation, [Deliberation.id_of(each.id, candidacy_id) for each, candidacy_id in asked])
    said: dict[SessionId, dict[CandidacyId, Deliberation]] = {each.id: {} for each in sessions}
    for (each, candidacy_id), deliberation in zip(asked, found, strict=True):
        deliberating = known.deliberations.get(candidacy_id)
        if not is_withheld(candidacy_id, deliberating.recused if deliberating else (), known.session):
            said[each.id][candidacy_id] = deliberation
    return [
        Commission(
            session=each,
            said=said[each.id],
            tallies={count.competence: count for count in tally(said[each.id].values())},
        )
        for each in sessions
    ]


def _compared(known: AtSession, commission: Commission) -> list[RulingComparison]:
    rows = []
    for candidacy, said in commission.said.items():
        if candidacy in known.deliberations and said.proposed:
            ruled = known.deliberations[candidacy].rulings
            both = {number: each.acquired for number, each in said.proposed.items() if number in ruled}
            changed = tuple(sorted(number for number, acquired in both.items() if ruled[number] != acquired))
            rows.append(
                RulingComparison(
                    candidacy=candidacy,
                    name=known.name_of(candidacy),
                    proposed=len(said.proposed),
                    followed=len(both) - len(changed),
                    changed=changed,
                )
            )
    return rows
