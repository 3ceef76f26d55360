"""How is a shortfall of balance accepted?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.access import run_session
from domain.framework import Framework
from domain.ports import Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class GrantPanelDerogation:
    """Accept a shortfall of balance, with its reason and the proof of the search (dérogation à la parité).

    Loads the session and its framework.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    session: SessionId
    rule: str
    reason: str
    proof: str

    def execute(self, log: Log) -> None:
        """Record PanelDerogationGranted."""
        session = run_session(log, self.session)
        law = log.load(Framework, session.planned.framework).content.jury(session.planned.jury)
        log.record(session, session.derogate(self.rule, self.reason, self.proof, log.actor.who, law))
