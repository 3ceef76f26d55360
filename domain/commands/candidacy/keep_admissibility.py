from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.facts import AdmissibilityKept, KeptFor
from domain.jury.access import run
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class KeepAdmissibility:
    """Accept a legitimate reason, or a step done elsewhere, that keeps an admissibility (maintenir la recevabilité).

    Before or after it lapses, while no new file was submitted. Loads the candidacy.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (AdmissibilityKept,)
    candidacy: CandidacyId
    ground: KeptFor
    reason: str

    @property
    def subject(self) -> CandidacyId:
        """The stream that the user was shown: the dossier."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        candidacy = run(log, self.candidacy)
        log.record(candidacy, candidacy.keep_admissibility(self.ground, self.reason, log.today))
