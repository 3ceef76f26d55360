from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury.access import conduct_session, run
from domain.jury.deciding import check_before_them
from domain.jury.deliberation import Deliberation
from domain.jury.facts import Attendance, CandidateNotHeard, KeyedFromPaper
from domain.jury.hours import noted_at
from domain.jury.presence import note_absence
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.rulebook.rulebook import Rulebook
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class NoteAbsence:
    """Record that a candidate did not come, excused or not (constater une absence).

    `reason` is why they are excused. The registrar or the chair does so. Loads the session and its rulebook, the
    candidacy and the deliberation.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.JUROR})
    records: ClassVar = (CandidateNotHeard, KeyedFromPaper)
    again: ClassVar[Again] = {
        "excused": lambda append: append.one(CandidateNotHeard).attendance is Attendance.EXCUSED
    }
    session: SessionId
    candidacy: CandidacyId
    excused: bool = False
    reason: str | None = None

    def execute(self, log: Log) -> None:
        """Record CandidateNotHeard; for a session held on paper, KeyedFromPaper before it."""
        session = conduct_session(log, self.session)
        if log.actor.role is Role.JUROR:
            check_before_them(log, session, self.candidacy)
        candidacy = run(log, self.candidacy)
        deliberation = log.find(Deliberation, Deliberation.id_of(self.session, self.candidacy))
        attendance = Attendance.EXCUSED if self.excused else Attendance.ABSENT
        rules = log.load(Rulebook, session.planned.rulebook).content
        noted = note_absence(
            deliberation,
            session,
            candidacy,
            rules,
            attendance=attendance,
            reason=self.reason,
            today=log.today,
            at=noted_at(session, log, None),
            by=log.actor.who,
        )
        log.record(deliberation, *deliberation.keyed(session, self.candidacy, log.actor.who), noted)
