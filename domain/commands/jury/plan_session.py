from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import ClassVar

from domain.framework.definition import Route
from domain.framework.framework import Framework, RouteClosed
from domain.jury.access import centre_of, run_session
from domain.jury.commission import name
from domain.jury.facts import CommissionNamed, SessionPlanned
from domain.jury.session import JurySession
from domain.organisation.venue import Venue
from domain.ports import FrameworkId, Log, OrganisationId, Role, RulebookId, SessionId
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import RemoteActivity
from domain.streams.read_back import Again, Append


def _route(append: Append) -> Route:
    """Return a route with this jury."""
    planned = append.one(SessionPlanned)
    framework = append.load(Framework, planned.framework).content
    return next(route for route in Route if (jury := framework.jury_for(route)) and jury.id == planned.jury)


@dataclass(frozen=True, kw_only=True)
class PlanSession:
    """Plan a jury session for a day, for the routes that share one jury rule (planifier une session).

    `place` is one of the sheet's, or a site of the `centre` named. `reports_to` is the jury that it reports to as an
    evaluation commission. `on_paper` means that it was already held and is to be transcribed. `starts_at` is the
    local hour at the place, `joining_link` the link to join it remotely. Loads the framework, the rulebook, that
    centre and that jury.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (SessionPlanned, CommissionNamed)
    again: ClassVar[Again] = {"route": _route}
    framework: FrameworkId
    rulebook: RulebookId
    route: Route
    held_on: date
    place: str
    places: int
    centre: OrganisationId | None = None
    remote: bool = False
    reports_to: SessionId | None = None
    on_paper: bool = False
    starts_at: time | None = None
    joining_link: str | None = None

    def execute(self, log: Log) -> None:
        """Record SessionPlanned on a new stream, and CommissionNamed on the stream of the jury it reports to."""
        rules = log.load(Rulebook, self.rulebook).content
        framework = log.load(Framework, self.framework).content
        jury = framework.jury_for(self.route)
        if jury is None:
            raise RouteClosed(self.route.value, sheet=framework.code)
        venue = Venue(place=self.place, centre=self.centre, remote=self.remote)
        venue.check(RemoteActivity.SESSION, self.held_on, framework, rules, centre_of(log, self.centre))
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
            reports_to=self.reports_to,
            on_paper=self.on_paper,
            starts_at=self.starts_at,
            joining_link=self.joining_link,
        )
        log.record(session, session.call(planned, log.today))
        if self.reports_to is not None:
            awarding = run_session(log, self.reports_to)
            log.record(awarding, name(awarding, session.id, planned))
