"""How is a jury session put off?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.access import centre_of, run_session
from domain.calling_off import postpone
from domain.framework import Framework
from domain.ports import Log, Role, SessionId
from domain.rulebook import Held, Rulebook


@dataclass(frozen=True, kw_only=True)
class PostponeSession:
    """Put a session off to a later day, before it opens (reporter une session).

    Loads the session, its framework and rulebook, and the centre at whose site it sits.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    session: SessionId
    held_on: date
    reason: str

    def execute(self, log: Log) -> None:
        """Record SessionPostponed."""
        session = run_session(log, self.session)
        plan = session.planned
        if plan.venue:
            framework, rules = log.load(Framework, plan.framework).content, log.load(Rulebook, plan.rulebook).content
            plan.venue.check(Held.SESSION, self.held_on, framework, rules, centre_of(log, plan.centre))
        log.record(session, postpone(session, self.held_on, self.reason, by=log.actor.who, today=log.today))
