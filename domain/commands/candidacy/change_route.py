from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from domain.candidacy.beginning import BeginningKept, beginning
from domain.candidacy.facts import PlaceTaken, RouteChanged
from domain.commands.candidacy.admission import admit
from domain.deadlines.last_step import course
from domain.framework.definition import Route
from domain.framework.registration import Registration
from domain.jury.access import reach
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class ChangeRoute:
    """Continue by another route that is open, keeping what was granted (changer de voie).

    A candidate who returns to VAE continues the parcours begun there. Loads the candidacy, its juries, and what an
    admission by the new route relies on. The stream's id does not change.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    records: ClassVar = (RouteChanged, PlaceTaken)
    candidacy: CandidacyId
    route: Route
    began_on: date | None = None

    @property
    def subject(self) -> CandidacyId:
        """The stream that the user was shown, whose version is checked."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        """Record RouteChanged, and PlaceTaken if the year's places are counted."""
        candidacy = reach(log, self.candidacy)
        changed = candidacy.life.change_route(candidacy.terms.route, self.route, course(log, candidacy), log.today)
        framework = admit(log, candidacy.id, replace(candidacy.terms, route=self.route))
        registration = log.find(Registration, Registration.id_of(candidacy.terms.framework))
        kept = candidacy.left if self.route is Route.VAE else None
        if kept and self.began_on not in {None, kept.began_on}:
            raise BeginningKept(str(kept.began_on))
        began = kept or beginning(
            self.route, self.began_on, log.today, framework.content, registration, outside_from=log.today
        )
        log.record(candidacy, replace(changed, began_on=began.began_on, portal=began.portal))
