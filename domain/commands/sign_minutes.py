"""How are the minutes signed?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury import JurySession
from domain.ports import Log, Role, SessionId
from domain.refusal import NotFound


@dataclass(frozen=True, kw_only=True)
class SignMinutes:
    """Sign the minutes of a closed session, as its chair (signer le procès-verbal). Loads the session."""

    roles: ClassVar = frozenset({Role.JUROR})
    session: SessionId

    @property
    def subject(self) -> SessionId:
        """What the user was shown."""
        return self.session

    def execute(self, log: Log) -> None:
        """Record MinutesSigned."""
        session = log.load(JurySession, self.session)
        if log.actor.who not in session.seats:
            raise NotFound(self.session)
        log.record(session, session.sign(log.actor.who))
