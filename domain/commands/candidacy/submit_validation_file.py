from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.facts import ValidationFileSubmitted
from domain.deadlines.last_step import course
from domain.evidence.evidence import Evidence, withdrawn_of
from domain.jury.access import reach
from domain.ports import CandidacyId, EvidenceId, Log, Role
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class SubmitValidationFile:
    """File the validation file with the evidence it lists, which freezes it (déposer le dossier de validation).

    Loads the candidacy, its rulebook, its juries, none of which may have started, and each piece listed: a piece that
    was withdrawn, refused, or is in quarantine, cannot be filed; a piece under check can.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    records: ClassVar = (ValidationFileSubmitted,)
    candidacy: CandidacyId
    evidence: tuple[EvidenceId, ...]

    @property
    def subject(self) -> CandidacyId:
        """The stream that the user was shown, whose version is checked."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        candidacy = reach(log, self.candidacy)
        listed = [log.find(Evidence, evidence) for evidence in self.evidence if evidence in candidacy.evidence]
        filed = candidacy.file(self.evidence, withdrawn_of(listed), course(log, candidacy), log.today)
        candidacy.enrolment.check_accepted(log.load(Rulebook, candidacy.terms.rulebook).content.enrolment)
        log.record(candidacy, filed)
