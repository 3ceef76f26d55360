from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury.access import holding, run_session
from domain.jury.changes_before_opening import name_chair
from domain.jury.facts import ChairNamed
from domain.ports import Log, PersonId, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class NameChair:
    """Appoint a titular member as the jury's chair, in place of any other (nommer à la présidence du jury).

    Before the session opens. Loads the session and the person, who must still be a juror.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (ChairNamed,)
    session: SessionId
    juror: PersonId

    def execute(self, log: Log) -> None:
        session = run_session(log, self.session)
        named = name_chair(session, self.juror)
        holding(log, self.juror, Role.JUROR)
        log.record(session, named)
