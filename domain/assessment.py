"""What did this assessor think of this candidate's competences? An opinion for the jury."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, Self, assert_never
from uuid import UUID

from domain.candidacy import Candidacy, OwnWork, UnknownCompetence
from domain.fact import Fact, Personal, Retention, stream_of
from domain.framework import Definition
from domain.ports import CandidacyId, PersonId
from domain.refusal import Refused
from domain.rulebook import Rulebook


class NotAssigned(Refused):
    """Only the assessor assigned to a competence of this candidate assesses it."""

    fr = "Seul l'évaluateur désigné pour une compétence de ce candidat l'évalue."
    kind = "forbidden"


class AssessmentAlreadyFiled(Refused):
    """A filed assessment is the jury's to read: it no longer changes."""

    fr = "Une évaluation déposée appartient au jury : elle ne change plus."


class NothingAssessed(Refused):
    """An assessment is filed once it holds at least one mark; the absence of a mark is not a mark."""

    fr = "Une évaluation se dépose avec au moins une appréciation ; l'absence d'appréciation n'en est pas une."


@dataclass(frozen=True, kw_only=True)
class CompetenceAssessed(Fact):
    """The assessor gave a mark of the rulebook's scale for a competence; a later one replaces it until filing."""

    candidacy: CandidacyId
    assessor: PersonId
    competence: int
    mark: str
    comment: Annotated[Personal[str], Retention.PAPERS] | None = None


@dataclass(frozen=True, kw_only=True)
class AssessmentFiled(Fact):
    """The assessor handed the assessment to the jury."""

    candidacy: CandidacyId
    assessor: PersonId


AssessmentFact = CompetenceAssessed | AssessmentFiled


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """One assessor's marks for one candidacy (évaluation)."""

    id: UUID
    version: int = 0
    marks: dict[int, str] = field(default_factory=dict)
    filed: bool = False

    @staticmethod
    def id_of(candidacy: CandidacyId, assessor: PersonId) -> UUID:
        """The stream of an assessment: unique by candidacy and assessor."""
        return stream_of("assessment", candidacy, assessor)

    def assess(
        self,
        candidacy: Candidacy,
        competence: int,
        mark: str,
        *,
        by: PersonId,
        comment: str | None,
        of: Definition,
        rules: Rulebook,
    ) -> CompetenceAssessed:
        """Give a mark for a competence: by the assigned assessor, before filing, never on one's own work."""
        if by not in candidacy.assessors:
            raise NotAssigned(by)
        if by == candidacy.terms.candidate or candidacy.put_in_by(by):
            raise OwnWork(by)
        if competence not in of.numbers:
            raise UnknownCompetence(competence)
        if competence not in candidacy.assessors[by]:
            raise NotAssigned(by, competence)
        if self.filed:
            raise AssessmentAlreadyFiled(self.id)
        rules.acquired(mark)
        return CompetenceAssessed(
            candidacy=candidacy.id,
            assessor=by,
            competence=competence,
            mark=mark,
            comment=Personal(comment, candidacy.terms.candidate) if comment else None,
        )

    def file(self, candidacy: Candidacy, by: PersonId) -> AssessmentFiled:
        """Hand the marks to the jury, once."""
        if by not in candidacy.assessors:
            raise NotAssigned(by)
        if self.filed:
            raise AssessmentAlreadyFiled(self.id)
        if not self.marks:
            raise NothingAssessed(self.id)
        return AssessmentFiled(candidacy=candidacy.id, assessor=by)

    def evolve(self, fact: AssessmentFact) -> Self:
        match fact:
            case CompetenceAssessed(competence=competence, mark=mark):
                return replace(self, marks={**self.marks, competence: mark})
            case AssessmentFiled():
                return replace(self, filed=True)
            case _:
                assert_never(fact)
