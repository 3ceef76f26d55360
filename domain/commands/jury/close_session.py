from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.framework.framework import Framework
from domain.jury.access import run_session
from domain.jury.deliberation import NotAllDecided
from domain.jury.facts import SessionClosed
from domain.jury.minutes import decided, signatories
from domain.jury.tainted_decision import check_sound
from domain.jury.undecided import undecided
from domain.ports import Log, Role, SessionId
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class CloseSession:
    """Close a session in which nothing is left hanging (clore la session).

    Loads the session, its framework and rulebook, the deliberation of each candidacy on its list, what `check_sound`
    finds and, where too many have stepped out for one, what `hanging` does.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (SessionClosed,)
    session: SessionId

    def execute(self, log: Log) -> None:
        session = run_session(log, self.session)
        rules = log.load(Rulebook, session.planned.rulebook).content
        closed = session.close(signatories(session, rules.sessions))
        framework = log.load(Framework, session.planned.framework).content
        said = decided(log, session)
        check_sound(log.find, session, said)
        if left := undecided(log.find, session, said, framework):
            raise NotAllDecided(*left)
        log.record(session, closed)
