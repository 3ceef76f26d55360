from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.fraud.exclusion import check_taken_up
from domain.jury.access import conduct_session, run
from domain.jury.deciding import check_before_them
from domain.jury.deliberation import Deliberation
from domain.jury.facts import Attendance, AttendanceCorrected
from domain.jury.hours import noted_at
from domain.jury.presence import correct
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class CorrectAttendance:
    """Take back what was recorded about a candidate's attendance, with the reason (rectifier une présence).

    A summons that lapsed because of an exclusion is valid again once the exclusion is lifted. The registrar or the
    chair does so. Loads the session, the candidacy and the deliberation; where the summons lapsed, also the
    candidate's fraud cases.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.JUROR})
    records: ClassVar = (AttendanceCorrected,)
    session: SessionId
    candidacy: CandidacyId
    reason: str

    @property
    def subject(self) -> UUID:
        """The stream that the user was shown, whose version is checked."""
        return Deliberation.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        session = conduct_session(log, self.session)
        if log.actor.role is Role.JUROR:
            check_before_them(log, session, self.candidacy)
        candidacy = run(log, self.candidacy)
        deliberation = log.find(Deliberation, Deliberation.id_of(self.session, self.candidacy))
        if deliberation.attendance is Attendance.EXCLUDED:
            check_taken_up(log.find, candidacy, session)
        at = noted_at(session, log, None)
        log.record(deliberation, correct(deliberation, session, candidacy, self.reason, today=log.today, at=at))
