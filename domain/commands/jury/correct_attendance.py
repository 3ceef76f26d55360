from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.fraud.exclusion import check_taken_up
from domain.jury.access import run
from domain.jury.deliberation import Deliberation
from domain.jury.facts import Attendance, AttendanceCorrected
from domain.jury.presence import correct
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class CorrectAttendance:
    """Take back what was noted of a candidate's coming, and why (rectifier une présence).

    A summons that fell for an exclusion counts again once that was lifted. Loads the session, the candidacy and the
    deliberation; where the summons fell, also what was said of the candidate's cheating.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (AttendanceCorrected,)
    session: SessionId
    candidacy: CandidacyId
    reason: str

    @property
    def subject(self) -> UUID:
        """What the user was shown."""
        return Deliberation.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        session = log.load(JurySession, self.session)
        candidacy = run(log, self.candidacy)
        deliberation = log.find(Deliberation, Deliberation.id_of(self.session, self.candidacy))
        if deliberation.attendance is Attendance.EXCLUDED:
            check_taken_up(log.find, candidacy, session)
        log.record(deliberation, correct(deliberation, session, candidacy, self.reason))
