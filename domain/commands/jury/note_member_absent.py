from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import ClassVar

from domain.jury.access import conduct_session
from domain.jury.facts import MemberNotedAbsent
from domain.jury.hours import noted_at
from domain.ports import Log, PersonId, Role, SessionId
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class NoteMemberAbsent:
    """Record that a member of a jury did not come, excused or not (constater l'absence d'un membre).

    The registrar or the chair does so. Loads the session and its rulebook.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.JUROR})
    records: ClassVar = (MemberNotedAbsent,)
    session: SessionId
    juror: PersonId
    excused: bool = False
    at: time | None = None

    def execute(self, log: Log) -> None:
        session = conduct_session(log, self.session)
        calendar = log.load(Rulebook, session.planned.rulebook).content.journeys.calendar
        today = calendar.still(session.planned.held_on, log.today)
        at = noted_at(session, log, self.at)
        log.record(session, session.note_absent(self.juror, today, at, excused=self.excused))
