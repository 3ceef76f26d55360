from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.facts import AdmissibilityCorrected, DecisionError, FileDiscounted
from domain.commands.candidacy.yearly_count import discount_file
from domain.jury.access import run
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class CorrectAdmissibility:
    """Take back a decision on admissibility not notified yet, for an error (corriger la décision de recevabilité).

    The candidacy waits for its decision again, on the same file and within the same time. A file of another person is
    removed: the candidacy waits for its own, and the other is not counted for the candidate. Loads the candidacy, and
    the candidate's filings.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (AdmissibilityCorrected, FileDiscounted)
    candidacy: CandidacyId
    error: DecisionError
    reason: str

    @property
    def subject(self) -> CandidacyId:
        """The stream that the user was shown: the dossier."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        candidacy = run(log, self.candidacy)
        corrected = candidacy.correct_admissibility(self.error, self.reason, log.today)
        if self.error is DecisionError.FILE:
            discount_file(log, candidacy)
        log.record(candidacy, corrected)
