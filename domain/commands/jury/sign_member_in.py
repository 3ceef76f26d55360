from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import ClassVar

from domain.jury.access import attend_session, holding
from domain.jury.connection import Connections
from domain.jury.facts import MemberSignedIn
from domain.jury.hours import noted_at
from domain.people.one_person import files_of
from domain.ports import Log, PersonId, Role, SessionId
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class SignMemberIn:
    """Sign in as a member of a jury, or record that a member signed on paper (émarger).

    Members sign in themselves; the registrar or the chair records a member who signed on paper. This happens on the
    day, before the opening or later: a member who comes late deliberates on the candidates started afterwards. Loads
    the session and its rulebook, and the member under each of their files; for an open session held remotely, the
    members who have joined it.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.JUROR})
    records: ClassVar = (MemberSignedIn,)
    session: SessionId
    juror: PersonId
    at: time | None = None

    def execute(self, log: Log) -> None:
        session = attend_session(log, self.session, self.juror)
        themselves = log.actor.role is Role.JUROR and log.actor.who == self.juror
        calendar = log.load(Rulebook, session.planned.rulebook).content.journeys.calendar
        today = calendar.still(session.planned.held_on, log.today)
        at = noted_at(session, log, self.at, after=session.hours_on(log.today, frozenset()))
        names = files_of(log.find, self.juror)
        signed = session.sign_in(self.juror, names, today, at, on_paper=not themselves)
        holding(log, self.juror, Role.JUROR)
        if session.opened_on is not None:
            connections = log.find(Connections, Connections.id_of(self.session))
            connections.check_seen(session, (self.juror,), log.today)
        log.record(session, signed)
