from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import ClassVar

from domain.commands.jury.postponement import past_retakes, postpone
from domain.framework.framework import Framework
from domain.jury.access import centre_of, run_session
from domain.jury.facts import SessionPostponed
from domain.ports import Log, Role, SessionId
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import RemoteActivity


@dataclass(frozen=True, kw_only=True)
class PostponeSession:
    """Postpone a session to a later day, before it opens (reporter une session).

    `past_retakes` confirms candidates whose time to return will be over by then. Without `starts_at`, the hour is
    kept. Loads the session, its framework and rulebook, the centre at whose site it sits and, where the rulebook
    limits the time to return, the earlier juries' deliberations on each candidate on its list.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (SessionPostponed,)
    session: SessionId
    held_on: date
    reason: str
    past_retakes: bool = False
    starts_at: time | None = None

    @property
    def subject(self) -> SessionId:
        """The stream that the user was shown, whose version is checked."""
        return self.session

    def execute(self, log: Log) -> None:
        session = run_session(log, self.session)
        plan = session.planned
        rules = log.load(Rulebook, plan.rulebook).content
        framework = log.load(Framework, plan.framework).content
        plan.venue.check(RemoteActivity.SESSION, self.held_on, framework, rules, centre_of(log, plan.centre))
        past = past_retakes(log.find, session, rules.retakes, self.held_on)
        put_off = postpone(
            session,
            self.held_on,
            self.reason,
            by=log.actor.who,
            today=log.today,
            past=past,
            said=self.past_retakes,
            starts_at=self.starts_at,
        )
        log.record(session, put_off)
