from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.candidacy.candidacy import AlreadyDecided
from domain.candidacy.credit import Credit
from domain.candidacy.facts import BlockSatisfied
from domain.evidence.evidence import Evidence
from domain.framework.framework import Framework
from domain.fraud.fraud import Fraud
from domain.jury.access import run
from domain.ports import CandidacyId, EvidenceId, Log, Role
from domain.register.carrying_over import granted_here, refuse_while_judged


@dataclass(frozen=True, kw_only=True)
class SatisfyBlock:
    """Count a block by another certification, under a published equivalence (reconnaître un bloc par équivalence).

    Loads the candidacy, its framework, its juries and deliberations, its credits, the proof, and the candidate's
    fraud cases.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (BlockSatisfied,)
    candidacy: CandidacyId
    block: int
    equivalence: int
    evidence: EvidenceId
    obtained_on: date

    def execute(self, log: Log) -> None:
        candidacy = run(log, self.candidacy)
        refuse_while_judged(log.find, candidacy)
        credit = log.find(Credit, Credit.id_of(self.candidacy))
        if self.block in credit.blocks | granted_here(log.find, candidacy):
            raise AlreadyDecided(self.block)
        pieces = frozenset(candidacy.evidence)
        if self.evidence in pieces and not log.find(Evidence, self.evidence).proves(candidacy):
            pieces -= {self.evidence}
        pieces -= log.find(Fraud, Fraud.id_of(candidacy.terms.candidate)).forged(self.candidacy)
        equivalence = log.load(Framework, candidacy.terms.framework).equivalence(self.equivalence)
        satisfied = credit.satisfy(
            self.candidacy,
            self.block,
            equivalence,
            pieces,
            self.evidence,
            obtained_on=self.obtained_on,
            today=log.today,
        )
        log.record(credit, satisfied)
