from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.facts import FeasibilityFileFoundIncomplete
from domain.candidacy.silence import silence
from domain.jury.access import run
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class FindFileIncomplete:
    """Ask for the pieces that a feasibility file lacks, which stops the certifier's time (demander des pièces).

    Loads the candidacy, its rulebook and the law.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (FeasibilityFileFoundIncomplete,)
    candidacy: CandidacyId
    missing: str

    @property
    def subject(self) -> CandidacyId:
        """The stream that the user was shown: the dossier."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        candidacy = run(log, self.candidacy)
        log.record(candidacy, candidacy.find_incomplete(self.missing, silence(log, candidacy), log.today))
