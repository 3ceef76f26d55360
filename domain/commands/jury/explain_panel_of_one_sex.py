from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury.access import run_session
from domain.jury.facts import PanelOfOneSexExplained
from domain.jury.session import NotTheChair
from domain.ports import Log, Role, SessionId
from domain.refusal import NotFound


@dataclass(frozen=True, kw_only=True)
class ExplainPanelOfOneSex:
    """Record, for the minutes, why a panel consists of women only, or of men only (motiver un jury d'un seul sexe).

    The registrar or the chair does so, before the session or while it sits. Loads the session.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.JUROR})
    records: ClassVar = (PanelOfOneSexExplained,)
    session: SessionId
    reason: str

    def execute(self, log: Log) -> None:
        session = run_session(log, self.session)
        if log.actor.role is Role.JUROR and log.actor.person not in session.seats:
            raise NotFound(self.session)
        if log.actor.role is Role.JUROR and log.actor.person != session.chair:
            raise NotTheChair(log.actor.who)
        log.record(session, session.explain_one_sex(self.reason, log.actor.who))
