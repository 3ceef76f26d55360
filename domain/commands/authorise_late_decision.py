"""How is a candidacy decided after its registration has ended?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.access import run
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class AuthoriseLateDecision:
    """Authorise, citing the ground, that a candidacy be decided after the registration's end or while suspended.

    Loads the candidacy.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    candidacy: CandidacyId
    ground: str

    def execute(self, log: Log) -> None:
        """Record LateDecisionAuthorised."""
        candidacy = run(log, self.candidacy)
        log.record(candidacy, candidacy.life.authorise_late(self.ground, log.today))
