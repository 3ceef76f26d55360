"""How are results made known?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.access import run_session
from domain.ports import Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class ReleaseResults:
    """Make the results of a signed session known (communiquer les résultats). Loads the session."""

    roles: ClassVar = frozenset({Role.REGISTRAR})
    session: SessionId

    def execute(self, log: Log) -> None:
        """Record ResultsReleased."""
        session = run_session(log, self.session)
        log.record(session, session.release(log.today))
