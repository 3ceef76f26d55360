from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from domain.candidacy.facts import PlaceTaken, RouteChanged
from domain.commands.candidacy.admission import admit
from domain.deadlines.last_step import course
from domain.framework.definition import Route
from domain.jury.access import reach
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class ChangeRoute:
    """Go on by another route that is open, keeping what was granted (changer de voie).

    Loads the candidacy, its juries, and what an admission by the new route relies on. The stream's id stays.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    records: ClassVar = (RouteChanged, PlaceTaken)
    candidacy: CandidacyId
    route: Route

    @property
    def subject(self) -> CandidacyId:
        """What the user was shown."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        """Record RouteChanged, and PlaceTaken where the year's places are counted."""
        candidacy = reach(log, self.candidacy)
        changed = candidacy.life.change_route(candidacy.terms.route, self.route, course(log, candidacy), log.today)
        admit(log, candidacy.id, replace(candidacy.terms, route=self.route))
        log.record(candidacy, changed)
