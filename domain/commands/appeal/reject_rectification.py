from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.appeal.facts import RectificationRejected
from domain.appeal.rectification import Rectification, minutes_of
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class RejectRectification:
    """Reject a proposed rectification, with the reason (rejeter une rectification). Loads what proposing loads."""

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (RectificationRejected,)
    session: SessionId
    candidacy: CandidacyId
    reason: str

    @property
    def subject(self) -> UUID:
        """The stream that the user was shown: the proposal."""
        return Rectification.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        minutes = minutes_of(log, self.session, self.candidacy)
        rectification = log.find(Rectification, self.subject)
        log.record(rectification, rectification.reject(minutes, self.reason))
