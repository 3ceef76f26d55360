from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.facts import LateDecisionAuthorised
from domain.framework.registration import LateCause
from domain.jury.access import run
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class AuthoriseLateDecision:
    """Authorise a late decision on a candidacy, or its late certificate (autoriser une décision tardive).

    On a ground, for one cause at a time: the current suspension, the registration's end, or the last day of issuance.
    Loads the candidacy.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (LateDecisionAuthorised,)
    candidacy: CandidacyId
    cause: LateCause
    ground: str

    def execute(self, log: Log) -> None:
        candidacy = run(log, self.candidacy)
        log.record(candidacy, candidacy.life.authorise_late(self.ground, self.cause, log.today))
