"""How does a jury session open?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.framework import Framework
from domain.jury import JurySession
from domain.ports import Log, PersonId, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """Open a session with the members who signed in (ouvrir la session). Loads the session and its framework."""

    roles: ClassVar = frozenset({Role.REGISTRAR})
    session: SessionId
    present: tuple[PersonId, ...]

    def execute(self, log: Log) -> None:
        """Record SessionOpened, if the panel is lawful."""
        session = log.load(JurySession, self.session)
        law = log.load(Framework, session.planned.framework).content.jury(session.planned.jury)
        log.record(session, session.open(self.present, law, log.today))
