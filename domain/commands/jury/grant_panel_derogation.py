from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.framework.framework import Framework
from domain.jury.access import run_session
from domain.jury.facts import PanelDerogationGranted
from domain.jury.panel import panel
from domain.ports import Log, Role, SessionId
from domain.rulebook.law import Law


@dataclass(frozen=True, kw_only=True)
class GrantPanelDerogation:
    """Accept a shortfall of balance, with its reason and the proof of the search (déroger à la parité).

    Loads the session, its framework, the law, and the holders of the seats, as they count on its day.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (PanelDerogationGranted,)
    session: SessionId
    rule: str
    reason: str
    proof: str

    def execute(self, log: Log) -> None:
        session = run_session(log, self.session)
        law = log.load(Framework, session.planned.framework).content.jury(session.planned.jury)
        jury = panel(log.find, session, session.titulars, session.planned.held_on)
        shortfalls = law.imbalances(jury) + log.find(Law, Law.the()).imbalances(jury)
        log.record(session, session.derogate(self.rule, self.reason, self.proof, log.actor.who, shortfalls))
