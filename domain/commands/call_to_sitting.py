"""How is a candidate called to an épreuve?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.access import run, run_sitting
from domain.candidacy import CalledToSitting
from domain.framework import Framework
from domain.one_person import files_of
from domain.ports import CandidacyId, Log, Role, SittingId
from domain.rulebook import Rulebook
from domain.sitting import Sitting, WrongModality


@dataclass(frozen=True, kw_only=True)
class CallToSitting:
    """Call a candidate to the sitting of an épreuve that still has a place (convoquer à une épreuve).

    Loads the sitting, the candidacy, its candidate's files, its framework, and the sittings to which it was called
    before. The call is written on both: the sitting's list is who may sign in, the candidacy's is what a decision
    on it may rely on.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    sitting: SittingId
    candidacy: CandidacyId

    def execute(self, log: Log) -> None:
        """Record CandidateExpected on the sitting and CalledToSitting on the candidacy."""
        sitting = run_sitting(log, self.sitting)
        candidacy = run(log, self.candidacy)
        modality = log.load(Framework, sitting.planned.framework).modality(sitting.planned.modality)
        if modality is None:
            raise WrongModality(self.candidacy)
        candidacy.enrolment.check_accepted(log.load(Rulebook, candidacy.terms.rulebook).content.enrolment)
        others = tuple(log.load(Sitting, other) for other in candidacy.sittings)
        names = files_of(log.find, candidacy.terms.candidate)
        log.record(sitting, sitting.expect(candidacy, modality, others, names))
        log.record(candidacy, CalledToSitting(sitting=self.sitting))
