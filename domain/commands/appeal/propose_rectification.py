from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.appeal.facts import RectificationProposed
from domain.appeal.rectification import Minuted, Rectification, minutes_of
from domain.jury.deliberation import Deliberation
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class ProposeRectification:
    """Propose what the signed minutes say where something else was keyed (proposer une rectification).

    The registrar does so, or the chair who signed. Loads what `minutes_of` loads, and the pending proposal.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (RectificationProposed,)
    session: SessionId
    candidacy: CandidacyId
    minuted: Minuted
    reason: str

    @property
    def subject(self) -> UUID:
        """The stream that the user was shown: the decision."""
        return Deliberation.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        minutes = minutes_of(log, self.session, self.candidacy)
        rectification = log.find(Rectification, Rectification.id_of(self.session, self.candidacy))
        log.record(rectification, rectification.propose(minutes, self.minuted, self.reason, log.actor.who))
