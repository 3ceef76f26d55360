"""How are results made known?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.access import run_session
from domain.commission import released_with, reporting
from domain.ports import Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class ReleaseResults:
    """Make the results of a signed session known (communiquer les résultats). Loads the session."""

    roles: ClassVar = frozenset({Role.REGISTRAR})
    session: SessionId

    def execute(self, log: Log) -> None:
        """Record ResultsReleased."""
        session = run_session(log, self.session)
        released = session.release(log.today)
        log.record(session, released)
        for commission in reporting(log, session):
            if theirs := released_with(session.evolve(released), commission, log.today):
                log.record(commission, theirs)
