from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.facts import CandidacyResumed, PlaceTaken
from domain.commands.candidacy.admission import admit
from domain.jury.access import reach
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class ResumeCandidacy:
    """Resume a candidacy that was withdrawn or lapsed, while its route admits (reprendre une candidature).

    Also after the registration's end, if the candidate has the right to go on (L6113-9 al. 2). Loads the candidacy
    and what its admission relies on.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    records: ClassVar = (CandidacyResumed, PlaceTaken)
    candidacy: CandidacyId

    def execute(self, log: Log) -> None:
        """Record CandidacyResumed, and PlaceTaken if the year's places are counted."""
        candidacy = reach(log, self.candidacy)
        resumed = candidacy.life.resume(log.today)
        admit(log, candidacy.id, candidacy.terms, candidacy)
        log.record(candidacy, resumed)
