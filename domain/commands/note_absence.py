"""How is an absent candidate noted?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.access import run
from domain.deliberation import Attendance, Deliberation
from domain.jury import JurySession
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class NoteAbsence:
    """Note that a candidate did not come, excused or not (constater une absence).

    Loads the session, the candidacy and the deliberation.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    session: SessionId
    candidacy: CandidacyId
    excused: bool = False

    def execute(self, log: Log) -> None:
        """Record CandidateNotHeard."""
        session = log.load(JurySession, self.session)
        candidacy = run(log, self.candidacy)
        deliberation = log.find(Deliberation, Deliberation.id_of(self.session, self.candidacy))
        attendance = Attendance.EXCUSED if self.excused else Attendance.ABSENT
        log.record(deliberation, deliberation.note_absence(session, candidacy, attendance))
