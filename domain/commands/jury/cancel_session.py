from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.commands.jury.postponement import cancel
from domain.jury.access import run_session
from domain.jury.commission import check_stand_alone, reporting
from domain.jury.facts import SessionCancelled
from domain.ports import Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class CancelSession:
    """Cancel a session before it opens (annuler une session). Loads the session and its commissions.

    The candidates on its list may then be called before another.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (SessionCancelled,)
    session: SessionId
    reason: str

    def execute(self, log: Log) -> None:
        session = run_session(log, self.session)
        check_stand_alone(reporting(log, session))
        log.record(session, cancel(session, self.reason, by=log.actor.who))
