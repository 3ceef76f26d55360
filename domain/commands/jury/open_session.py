from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import ClassVar

from domain.framework.framework import Framework
from domain.jury.access import centre_of, conduct_session, holding
from domain.jury.commission import check_ready, reporting
from domain.jury.connection import Connections
from domain.jury.deliberation import MemberCutOff
from domain.jury.facts import SessionOpened
from domain.jury.hours import noted_at
from domain.jury.panel import judged_at_opening, panel, seated_twice
from domain.ports import Log, PersonId, Role, SessionId
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import RemoteActivity


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """Open a session with the members who signed in (ouvrir la session); the registrar or the chair does so.

    `presides` is the member whom the panel chose in the absence of its chair, where the rulebook allows it. Loads the
    session, its commissions with their candidates whom it does not list, its connections, its framework and rulebook,
    and the centre at whose site it sits. Loads each member present, who must still be a juror, with their other files
    and where they work on that day; all who hold a seat, where the rulebook checks those.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.JUROR})
    records: ClassVar = (SessionOpened,)
    session: SessionId
    presides: PersonId | None = None
    at: time | None = None

    def execute(self, log: Log) -> None:
        """Record SessionOpened, if the panel is lawful."""
        session = conduct_session(log, self.session)
        plan, present = session.planned, tuple(sorted(session.signed_in))
        framework = log.load(Framework, plan.framework).content
        rules = log.load(Rulebook, plan.rulebook).content
        today = rules.journeys.calendar.still(plan.held_on, log.today)
        on = plan.held_on if plan.on_paper else today
        members = judged_at_opening(session, present, rules)
        opened = session.open(
            present,
            framework.jury(plan.jury),
            today,
            panel(log.find, session, members, on),
            chairing=rules.chair,
            presides=self.presides,
            double=seated_twice(log.find, {*present, *members}),
            at=noted_at(session, log, self.at, after=session.hours_on(log.today, session.signed_in.keys())),
        )
        check_ready(log.find, session, reporting(log, session))
        # the venue was authorised at planning; check it again for the day
        plan.venue.check(RemoteActivity.SESSION, opened.opened_on, framework, rules, centre_of(log, plan.centre))
        connections = log.find(Connections, Connections.id_of(self.session))
        if away := connections.lost & set(opened.present):
            raise MemberCutOff(*sorted(away))
        connections.check_seen(session, opened.present, log.today)
        for juror in opened.present:
            holding(log, juror, Role.JUROR)
        log.record(session, opened)
