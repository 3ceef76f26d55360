from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury.access import run_session
from domain.jury.changes_before_opening import remove_chair
from domain.jury.facts import ChairRemoved
from domain.ports import Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class RemoveChair:
    """Leave the jury's chair vacant before the session opens (retirer la présidence du jury). Loads the session."""

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (ChairRemoved,)
    session: SessionId

    def execute(self, log: Log) -> None:
        session = run_session(log, self.session)
        log.record(session, remove_chair(session))
