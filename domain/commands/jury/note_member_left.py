from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import ClassVar

from domain.framework.framework import Framework
from domain.jury.access import attend_session
from domain.jury.facts import MemberLeft, MemberLeftDeliberation
from domain.jury.hours import noted_at
from domain.jury.minutes import decided
from domain.ports import Log, PersonId, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class NoteMemberLeft:
    """Record that a member leaves the sitting (quitter la séance); the registrar, the chair or the member does so.

    The member is removed from each deliberation that is not concluded, and its vote is void. Loads the session, its
    framework and the deliberation of each candidacy on its list.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.JUROR})
    records: ClassVar = (MemberLeft, MemberLeftDeliberation)
    session: SessionId
    juror: PersonId
    at: time | None = None

    def execute(self, log: Log) -> None:
        """Record MemberLeft, and MemberLeftDeliberation for each candidate on whom the member was deliberating."""
        session = attend_session(log, self.session, self.juror)
        after = session.hours_on(log.today, {self.juror})
        at = noted_at(session, log, self.at, after=after)
        left = session.leave(self.juror, log.today, at)
        framework = log.load(Framework, session.planned.framework).content
        log.record(session, left)
        for candidacy, said in decided(log, session).items():
            if self.juror in (said.panel or ()) and not said.concluded(framework, session, 0):
                log.record(said, said.without(self.juror, session, candidacy, log.today, left.at))
