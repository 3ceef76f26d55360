from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import ClassVar

from domain.framework.framework import Framework
from domain.jury.access import conduct_session
from domain.jury.deliberation import NotAllDecided, NotConfirmed
from domain.jury.facts import SessionClosed
from domain.jury.hours import noted_at
from domain.jury.minutes import decided, signatories
from domain.jury.tainted_decision import check_sound
from domain.jury.undecided import undecided
from domain.ports import Log, Role, SessionId
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class CloseSession:
    """Close a session in which nothing is left to decide (clore la session); the registrar or the chair does so.

    Loads the session, its framework and rulebook, the deliberation of each candidacy on its list, what `check_sound`
    reads and, where too many members stepped out for a candidate, what `undecided` reads.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.JUROR})
    records: ClassVar = (SessionClosed,)
    session: SessionId
    at: time | None = None

    def execute(self, log: Log) -> None:
        session = conduct_session(log, self.session)
        rules = log.load(Rulebook, session.planned.rulebook).content
        framework = log.load(Framework, session.planned.framework).content
        said = decided(log, session)
        hours = session.hours_on(log.today, session.present)
        if log.today == session.opened_on:  # on a later day, these hours may be those of an earlier day
            hours += tuple(hour for found in said.values() for hour in (found.coming.at, found.last_hour))
        at = noted_at(session, log, self.at, after=hours)
        closed = session.close(signatories(session, rules.sessions), log.today, at)
        check_sound(log.find, session, said)
        if left := undecided(log.find, session, said, framework):
            raise NotAllDecided(*left)
        if waiting := [each for each, found in said.items() if not found.is_settled(session, rules.sessions)]:
            raise NotConfirmed(*waiting)
        log.record(session, closed)
