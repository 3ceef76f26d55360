from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final
from uuid import UUID

from domain.appeal.facts import RectificationRejected
from domain.appeal.rectification import Rectification, minutes_of
from domain.jury.deciding import before
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DeliberationReopened, JurorRecused, KeyedFromPaper, SessionReopened
from domain.jury.tainted_decision import check_unread, reopen
from domain.ports import CandidacyId, Log, Role, SessionId

SIGNED_ANEW: Final = "La délibération est rouverte : son procès-verbal sera signé de nouveau."
"""Why what was proposed to be rectified by the first minutes is rejected; nothing of who left, and why."""


@dataclass(frozen=True, kw_only=True)
class ReopenDeliberation:
    """Undo what was decided with members who are tied or have stepped out, before release (rouvrir une délibération).

    A session that was closed sits again on this candidate alone, and its minutes are to be signed anew. Loads what
    every decision of the session on this candidate relies on, the deliberation, the juries that rule on what a
    commission ruled, which have not opened, and what is proposed to be rectified; then what proposing it loads.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (SessionReopened, JurorRecused, DeliberationReopened, KeyedFromPaper, RectificationRejected)
    session: SessionId
    candidacy: CandidacyId
    reason: str

    @property
    def subject(self) -> UUID:
        """What the user was shown."""
        return Deliberation.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        """Record SessionReopened if due, a JurorRecused for each who leaves, and DeliberationReopened.

        KeyedFromPaper before them, of a session held on paper; and RectificationRejected where the minutes that
        are no longer the decision's were to be read for a rectification.
        """
        context = before(log, self.session, self.candidacy)
        session = context.session
        check_unread(log.find, session, context.candidacy)
        deliberation = log.find(Deliberation, self.subject)
        reopened = reopen(deliberation, context, self.reason)
        rectification = log.find(Rectification, Rectification.id_of(self.session, self.candidacy))
        if rectification.proposed is not None:
            minutes = minutes_of(log, self.session, self.candidacy)
            log.record(rectification, rectification.reject(minutes, SIGNED_ANEW))
        if again := session.reopen(self.candidacy):
            log.record(session, again)
            session = session.evolve(again)
        keyed = deliberation.keyed(session, self.candidacy, log.actor.who)
        log.record(deliberation, *keyed)
        for each in keyed:
            deliberation = deliberation.evolve(each)
        for juror in sorted(deliberation.took_part & set(reopened.without) - deliberation.recused):
            recused = deliberation.recuse(juror, session, context.candidacy, self.reason)
            log.record(deliberation, recused)
            deliberation = deliberation.evolve(recused)
        if deliberation.rests_on:  # rulings alone fall with the recusal
            log.record(deliberation, reopened)
