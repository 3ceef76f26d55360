from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.facts import AdvisorReleased
from domain.jury.access import reach
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class ReleaseAdvisor:
    """End the accompaniment of a candidate (mettre fin à l'accompagnement). Loads the candidacy."""

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    records: ClassVar = (AdvisorReleased,)
    candidacy: CandidacyId

    @property
    def subject(self) -> CandidacyId:
        """The stream that the user was shown, whose version is checked."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        candidacy = reach(log, self.candidacy)
        log.record(candidacy, candidacy.life.release_advisor(log.today))
