from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.appeal.facts import RectificationApproved
from domain.appeal.rectification import Rectification, RectificationUnreasoned, minutes_of
from domain.appeal.refold import FOLLOWS, Since, refold
from domain.jury.access import oneself
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DecisionRectified
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.register.facts import RegisterEntered
from domain.register.register import Register


@dataclass(frozen=True, kw_only=True)
class ApproveRectification:
    """Approve, after reading the signed minutes, that a decision was keyed wrongly (approuver une rectification).

    The registrar or the chair does so, as another person than its proposer. Loads what `minutes_of` loads, the
    proposal and what `refold` reads. A title that the minutes give is entered in the register at once if the results
    are released.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (RectificationApproved, DecisionRectified, RegisterEntered, *FOLLOWS)
    session: SessionId
    candidacy: CandidacyId
    reason: str

    @property
    def subject(self) -> UUID:
        """The stream that the user was shown: the proposal."""
        return Rectification.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        """Record RectificationApproved, DecisionRectified and the consequences.

        If due, these are TitleFell, TitleWithdrawn, CreditFell, TitleRestored, TitleReinstated or RegisterEntered.
        """
        if not self.reason.strip():
            raise RectificationUnreasoned(self.subject)
        minutes = minutes_of(log, self.session, self.candidacy)
        rectification = log.find(Rectification, self.subject)
        approved = rectification.approve(minutes, oneself(log))
        rectified = minutes.rectified(rectification.to_settle(), self.reason, log.today)
        log.record(rectification, approved)
        since, terms = Since(log), minutes.candidacy.terms
        since.record(minutes.deliberation, rectified)
        refold(since, [minutes.candidacy], self.reason)
        obtained_on = minutes.session.opened_on
        if rectified.title and obtained_on and minutes.session.released_to(self.candidacy):
            register = since.find(Register, Register.id_of(terms.framework))
            if self.candidacy not in register.entries:
                called = minutes.candidacy.called(self.session)
                option = since.find(Deliberation, minutes.deliberation.id).option_title(called, minutes.framework)
                entered = register.enter(self.candidacy, terms.candidate, terms.framework, obtained_on, option)
                log.record(register, entered)
