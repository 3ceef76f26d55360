from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury.access import run
from domain.jury.deliberation import Deliberation
from domain.jury.facts import Attendance, CandidateNotHeard, KeyedFromPaper
from domain.jury.presence import note_absence
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.replay.read_back import Again
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class NoteAbsence:
    """Note that a candidate did not come, excused or not (constater une absence).

    `reason` is why they are excused. Loads the session and its rulebook, the candidacy and the deliberation.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (CandidateNotHeard, KeyedFromPaper)
    again: ClassVar[Again] = {
        "excused": lambda append: append.one(CandidateNotHeard).attendance is Attendance.EXCUSED
    }
    session: SessionId
    candidacy: CandidacyId
    excused: bool = False
    reason: str | None = None

    def execute(self, log: Log) -> None:
        """Record CandidateNotHeard; KeyedFromPaper before it, of a session held on paper."""
        session = log.load(JurySession, self.session)
        candidacy = run(log, self.candidacy)
        deliberation = log.find(Deliberation, Deliberation.id_of(self.session, self.candidacy))
        attendance = Attendance.EXCUSED if self.excused else Attendance.ABSENT
        rules = log.load(Rulebook, session.planned.rulebook).content
        noted = note_absence(deliberation, session, candidacy, rules, attendance=attendance, reason=self.reason)
        log.record(deliberation, *deliberation.keyed(session, self.candidacy, log.actor.who), noted)
