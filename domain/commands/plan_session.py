"""How is a jury session called?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.access import centre_of
from domain.framework import Framework, Route, RouteClosed
from domain.jury import JurySession, SessionPlanned
from domain.ports import FrameworkId, Log, OrganisationId, Role, RulebookId, SessionId
from domain.rulebook import Held, Rulebook
from domain.venue import Venue


@dataclass(frozen=True, kw_only=True)
class PlanSession:
    """Call a jury session for a day, for the routes that share one jury rule (planifier une session).

    `place` is one of the sheet's, or a site of the `centre` named. Loads the framework, the rulebook and that centre.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    framework: FrameworkId
    rulebook: RulebookId
    route: Route
    held_on: date
    place: str
    places: int
    centre: OrganisationId | None = None
    remote: bool = False

    def execute(self, log: Log) -> None:
        """Record SessionPlanned on a new stream."""
        rules = log.load(Rulebook, self.rulebook).content
        framework = log.load(Framework, self.framework).content
        jury = framework.jury_for(self.route)
        if jury is None:
            raise RouteClosed(self.route.value)
        venue = Venue(place=self.place, centre=self.centre, remote=self.remote)
        venue.check(Held.SESSION, self.held_on, framework, rules, centre_of(log, self.centre))
        session = log.find(JurySession, SessionId(log.new_id("session")))
        planned = SessionPlanned(
            framework=self.framework,
            rulebook=self.rulebook,
            jury=jury.id,
            held_on=self.held_on,
            place=self.place,
            places=self.places,
            centre=self.centre,
            remote=self.remote,
        )
        log.record(session, session.call(planned, log.today))
