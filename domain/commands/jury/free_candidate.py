from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.commands.jury.postponement import free, titled_again
from domain.jury.access import run, run_session
from domain.jury.facts import CandidateFreed
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class FreeCandidate:
    """Free a candidate so that another jury can call them, for a reason (dessaisir une session d'un candidat).

    Before the session opens; later, only a candidate who holds the title again. A commission also may once its
    minutes are signed. Loads the session, the jury that a commission reports to, the candidacy, the rulebook and,
    while the session sits, each jury's deliberation on the candidacy.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (CandidateFreed,)
    session: SessionId
    candidacy: CandidacyId
    reason: str

    def execute(self, log: Log) -> None:
        session = run_session(log, self.session)
        candidacy = run(log, self.candidacy)
        awarding = session.planned.reports_to
        jury = log.load(JurySession, awarding) if awarding else None
        rules = log.load(Rulebook, session.planned.rulebook).content.sessions
        titled = titled_again(log.find, session, candidacy)
        log.record(session, free(session, jury, candidacy, self.reason, rules, titled=titled))
