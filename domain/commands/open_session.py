"""How does a jury session open?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.access import holding, run_session
from domain.framework import Framework
from domain.ports import Log, PersonId, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """Open a session with the members who signed in (ouvrir la session).

    Loads the session, its framework, and each member present, who must still be a juror.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    session: SessionId
    present: tuple[PersonId, ...]

    def execute(self, log: Log) -> None:
        """Record SessionOpened, if the panel is lawful."""
        session = run_session(log, self.session)
        law = log.load(Framework, session.planned.framework).content.jury(session.planned.jury)
        opened = session.open(self.present, law, log.today)
        for juror in opened.present:
            holding(log, juror, Role.JUROR)
        log.record(session, opened)
