from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury.deciding import before
from domain.jury.deliberation import Deliberation
from domain.jury.facts import CandidateReferred, KeyedFromPaper
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class ReferCandidate:
    """Send a candidate on, whom this jury cannot lawfully decide on (renvoyer devant un autre jury).

    A member present says it, stepped out or not; of a session held on paper, the registrar who transcribes it.

    Loads what every decision of the session on this candidate relies on, and the deliberation.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (CandidateReferred, KeyedFromPaper)
    session: SessionId
    candidacy: CandidacyId

    def execute(self, log: Log) -> None:
        """Record CandidateReferred, with the rule that stands in the way.

        KeyedFromPaper before it, of a session held on paper.
        """
        context = before(log, self.session, self.candidacy)
        deliberation = log.find(Deliberation, Deliberation.id_of(self.session, self.candidacy))
        log.record(
            deliberation,
            *deliberation.keyed(context.session, self.candidacy, log.actor.who),
            deliberation.refer(context),
        )
