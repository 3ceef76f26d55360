"""How is a jury session put off?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.access import run_session
from domain.calling_off import postpone
from domain.ports import Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class PostponeSession:
    """Put a session off to a later day, before it opens (reporter une session). Loads the session."""

    roles: ClassVar = frozenset({Role.REGISTRAR})
    session: SessionId
    held_on: date
    reason: str

    def execute(self, log: Log) -> None:
        """Record SessionPostponed."""
        session = run_session(log, self.session)
        log.record(session, postpone(session, self.held_on, self.reason, by=log.actor.who, today=log.today))
