from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.candidacy.facts import AdmissibilityReconsidered
from domain.jury.access import run
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class ReconsiderAdmissibility:
    """Take back a refusal of admissibility that was notified, to decide again (réexaminer, sur recours gracieux).

    The decision is on the same file, which counts once in its year; the certifier's time starts again. Loads the
    candidacy.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (AdmissibilityReconsidered,)
    candidacy: CandidacyId
    reason: str
    asked_on: date | None = None

    @property
    def subject(self) -> CandidacyId:
        """The stream that the user was shown: the dossier."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        candidacy = run(log, self.candidacy)
        log.record(candidacy, candidacy.reconsider_admissibility(self.asked_on, self.reason, log.today))
