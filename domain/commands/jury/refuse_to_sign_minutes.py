from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury.access import run_session
from domain.jury.facts import MinutesSignatureRefused
from domain.jury.minutes import refuse
from domain.ports import Log, PersonId, Role, SessionId
from domain.refusal import NotFound
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class RefuseToSignMinutes:
    """Record that a member present does not sign the minutes, and why (refuser de signer).

    The member does so, or the registrar for a member who is prevented. Loads the session and its rulebook.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (MinutesSignatureRefused,)
    session: SessionId
    juror: PersonId
    reason: str

    def execute(self, log: Log) -> None:
        if log.actor.role is Role.JUROR and log.actor.person != self.juror:
            raise NotFound(self.juror)
        session = run_session(log, self.session)
        if log.actor.role is Role.JUROR and self.juror not in session.seats:
            raise NotFound(self.session)
        rules = log.load(Rulebook, session.planned.rulebook).content
        log.record(session, refuse(session, self.juror, self.reason, rules.sessions))
