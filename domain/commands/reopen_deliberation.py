"""How is a decision undone that rests on a member who may not decide on the candidate?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.deliberation import Deliberation, before
from domain.jury import JurySession, SessionNotPlanned, Stage
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.sound import reopen


@dataclass(frozen=True, kw_only=True)
class ReopenDeliberation:
    """Undo what was decided with members who are tied or have stepped out, before release (rouvrir une délibération).

    A session that was closed sits again on this candidate alone, and its minutes are to be signed anew. Loads what
    every decision of the session on this candidate relies on, the deliberation, and the jury that a commission
    reports to, which has not opened.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    session: SessionId
    candidacy: CandidacyId
    reason: str

    @property
    def subject(self) -> UUID:
        """What the user was shown."""
        return Deliberation.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        """Record SessionReopened if due, a JurorRecused for each who leaves, and DeliberationReopened."""
        hearing = before(log, self.session, self.candidacy)
        session = hearing.session
        if session.planned.reports_to is not None:
            jury = log.load(JurySession, session.planned.reports_to)
            if jury.stage is not Stage.PLANNED:
                raise SessionNotPlanned(jury.id)
        deliberation = log.find(Deliberation, self.subject)
        reopened = reopen(deliberation, hearing, self.reason)
        if again := session.reopen(self.candidacy):
            log.record(session, again)
            session = session.evolve(again)
        for juror in sorted(deliberation.took_part & set(reopened.without) - deliberation.recused):
            recused = deliberation.recuse(juror, session, hearing.candidacy, self.reason)
            log.record(deliberation, recused)
            deliberation = deliberation.evolve(recused)
        if deliberation.rests_on:  # rulings alone fall with the recusal
            log.record(deliberation, reopened)
