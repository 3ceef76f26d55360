from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.evidence.facts import SelfAssessmentFiled
from domain.evidence.self_assessment import SelfAssessment, Statement
from domain.framework.framework import Framework
from domain.jury.access import reach
from domain.ports import CandidacyId, Log, Role
from domain.streams.read_back import Again, Append, if_said


def _statements(append: Append) -> tuple[Statement, ...]:
    """Return the statement on each competence; of the comments, only their presence is known."""
    fact = append.one(SelfAssessmentFiled)
    added = if_said(fact.comments)
    return tuple(
        Statement(competence=each.competence, level=each.level, comment=None if number else added)
        for number, each in enumerate(fact.levels)
    )


@dataclass(frozen=True, kw_only=True)
class FileSelfAssessment:
    """File one's self-assessment, competence by competence, replacing the last one (s'auto-évaluer).

    Only the candidate does so, and no decision depends on it. Loads the candidacy, its framework and the last one.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE})
    records: ClassVar = (SelfAssessmentFiled,)
    again: ClassVar[Again] = {"statements": _statements}
    candidacy: CandidacyId
    statements: tuple[Statement, ...]

    def execute(self, log: Log) -> None:
        candidacy = reach(log, self.candidacy)
        framework = log.load(Framework, candidacy.terms.framework)
        before = log.find(SelfAssessment, SelfAssessment.id_of(self.candidacy))
        log.record(before, before.file(candidacy, self.statements, framework.content))
