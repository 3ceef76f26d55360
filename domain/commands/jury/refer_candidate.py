from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury.deciding import before
from domain.jury.deliberation import Deliberation
from domain.jury.facts import CandidateReferred, KeyedFromPaper
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class ReferCandidate:
    """Refer a candidate on whom this jury cannot lawfully decide to another jury (renvoyer devant un autre jury).

    A member present does so, even one who stepped out; for a session held on paper, the registrar who transcribes it.
    Loads what every decision of the session on this candidate relies on, and the deliberation.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (CandidateReferred, KeyedFromPaper)
    session: SessionId
    candidacy: CandidacyId

    def execute(self, log: Log) -> None:
        """Record CandidateReferred, with the rule that prevents a decision.

        For a session held on paper, KeyedFromPaper before it.
        """
        context = before(log, self.session, self.candidacy)
        deliberation = log.find(Deliberation, Deliberation.id_of(self.session, self.candidacy))
        log.record(
            deliberation,
            *deliberation.keyed(context.session, self.candidacy, log.actor.who),
            deliberation.refer(context),
        )
