from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury.access import run_session
from domain.jury.changes_before_opening import remove_juror
from domain.jury.facts import JurorRemoved
from domain.ports import Log, PersonId, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class RemoveJuror:
    """Remove a member's seat before the session opens, for a reason (retirer un membre du jury).

    Loads the session.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (JurorRemoved,)
    session: SessionId
    juror: PersonId
    reason: str

    def execute(self, log: Log) -> None:
        session = run_session(log, self.session)
        log.record(session, remove_juror(session, self.juror, self.reason))
