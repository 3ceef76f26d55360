from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import ClassVar

from domain.jury.access import attend_session
from domain.jury.facts import MemberReturned
from domain.jury.hours import noted_at
from domain.ports import Log, PersonId, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class NoteMemberReturned:
    """Record that a member who had left has returned (revenir en séance).

    The registrar, the chair or the member does so. Loads the session.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.JUROR})
    records: ClassVar = (MemberReturned,)
    session: SessionId
    juror: PersonId
    at: time | None = None

    def execute(self, log: Log) -> None:
        session = attend_session(log, self.session, self.juror)
        after = session.hours_on(log.today, {self.juror})
        at = noted_at(session, log, self.at, after=after)
        log.record(session, session.come_back(self.juror, log.today, at))
