"""How is a candidate called before a jury?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.access import run
from domain.candidacy import CandidateSummoned
from domain.framework import Framework
from domain.jury import JurySession
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class SummonCandidate:
    """Call a candidate before a jury session that still has a place (convoquer).

    Loads the session, the candidacy, its framework and the sessions it was called before. The summons is written on
    both: the session's list is what it must decide, the candidacy's list is what a decision on it relies on.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    session: SessionId
    candidacy: CandidacyId

    def execute(self, log: Log) -> None:
        """Record CandidateListed on the session and CandidateSummoned on the candidacy."""
        session = log.load(JurySession, self.session)
        candidacy = run(log, self.candidacy)
        earlier = tuple(log.load(JurySession, other) for other in candidacy.sessions)
        law = log.load(Framework, candidacy.terms.framework).content.jury_for(candidacy.terms.route)
        log.record(session, session.summon(candidacy, earlier, law))
        log.record(candidacy, CandidateSummoned(session=self.session))
