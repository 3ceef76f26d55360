"""How is a jury session called?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.framework import Framework, Route, RouteClosed
from domain.jury import JurySession, SessionPlanned
from domain.ports import FrameworkId, Log, Role, RulebookId, SessionId
from domain.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class PlanSession:
    """Call a jury session for a day, for the routes that share one jury rule (planifier une session).

    Loads the framework and the rulebook.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    framework: FrameworkId
    rulebook: RulebookId
    route: Route
    held_on: date
    place: str
    places: int

    def execute(self, log: Log) -> None:
        """Record SessionPlanned on a new stream."""
        log.load(Rulebook, self.rulebook)
        jury = log.load(Framework, self.framework).content.jury_for(self.route)
        if jury is None:
            raise RouteClosed(self.route.value)
        session = log.find(JurySession, SessionId(log.new_id("session")))
        planned = SessionPlanned(
            framework=self.framework,
            rulebook=self.rulebook,
            jury=jury.id,
            held_on=self.held_on,
            place=self.place,
            places=self.places,
        )
        log.record(session, session.call(planned, log.today))
