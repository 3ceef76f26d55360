"""How far have the juries of a candidacy got?"""

from __future__ import annotations

from collections.abc import Iterable

from domain.attendance import Attendance
from domain.candidacy import Candidacy
from domain.candidacy_life import Course
from domain.deliberation import Deliberation
from domain.jury import JurySession, owed
from domain.ports import CandidacyId, Log


def course(log: Log, candidacy: Candidacy) -> Course:
    """Load the sessions before which a candidacy was called, and what they decided."""
    return course_of(
        candidacy.id,
        (
            (log.load(JurySession, session), log.find(Deliberation, Deliberation.id_of(session, candidacy.id)))
            for session in candidacy.sessions
        ),
    )


def course_of(candidacy: CandidacyId, juries: Iterable[tuple[JurySession, Deliberation]]) -> Course:
    """How far they have got, from each session and its deliberation; what waits for a procedure is not known yet."""
    called = tuple(juries)
    waiting = [said for session, said in called if not session.over_for(candidacy)]
    return Course(
        waits=bool(waiting),
        taken_up=any(said.attendance is Attendance.PRESENT for said in waiting),
        titled=any(said.title for _, said in called),
        owed=owed(
            (session.id for session, said in called if said.blamed),
            (session.renewal_for(candidacy) for session, said in called if not said.annulled),
        ),
        last_day=max(
            (
                day
                for session, _ in called
                for day in (session.opened_on, session.resumed.get(candidacy))
                if day is not None
            ),
            default=None,
        ),
    )
