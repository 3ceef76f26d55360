from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from domain.candidacy.facts import CalledToSitting
from domain.commands.exam.eligible_blocks import served
from domain.exam.facts import CandidateExpected
from domain.exam.sitting import Sitting, WrongModality
from domain.framework.framework import Framework
from domain.jury.access import run, run_sitting
from domain.people.one_person import files_of
from domain.ports import CandidacyId, Log, Role, SittingId
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class CallToSitting:
    """Call a candidate to the sitting of an épreuve that still has a place (convoquer à une épreuve).

    Loads the sitting, the candidacy, its candidate's files, its framework and rulebook, the sittings to which it was
    called before, and what determines which of the sitting's blocks they still lack
    (`domain.commands.exam.eligible_blocks`). The call is recorded on both streams: the sitting's list says who may
    sign in, the candidacy's is what a decision on it may rely on.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (CandidateExpected, CalledToSitting)
    sitting: SittingId
    candidacy: CandidacyId

    def execute(self, log: Log) -> None:
        """Record CandidateExpected on the sitting and CalledToSitting on the candidacy."""
        sitting = run_sitting(log, self.sitting)
        candidacy = run(log, self.candidacy)
        modality = log.load(Framework, sitting.planned.framework).modality(sitting.planned.modality)
        if modality is None:
            raise WrongModality(self.candidacy)
        rules = log.load(Rulebook, candidacy.terms.rulebook).content
        candidacy.enrolment.check_accepted(rules.enrolment)
        held_on, delay = sitting.planned.held_on, rules.enrolment.sitting_summons
        candidacy.enrolment.check_summons(sitting.id, held_on, delay, log.today)
        others = tuple(log.load(Sitting, other) for other in candidacy.sittings)
        names = files_of(log.find, candidacy.terms.candidate)
        expected = sitting.expect(candidacy, modality, others, names)
        blocks = served(log.find, candidacy, modality, rules, held_on)
        log.record(sitting, replace(expected, blocks=blocks))
        log.record(candidacy, CalledToSitting(sitting=self.sitting))
