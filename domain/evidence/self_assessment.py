"""A candidate's self-assessment, competence by competence (auto-évaluation).

It is a statement in addition to their evidence: only its own command loads it, so that no decision depends on it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self, assert_never
from uuid import UUID

from domain.candidacy.candidacy import Candidacy, check_competences
from domain.evidence.facts import Mastery, SelfAssessed, SelfAssessmentFact, SelfAssessmentFiled
from domain.fact import Personal, stream_of
from domain.framework.definition import Definition
from domain.ports import CandidacyId
from domain.refusal import Refused


class StatedTwice(Refused):
    """A self-assessment says once of each competence how far its candidate has come."""

    fr = "Une auto-évaluation dit une fois de chaque compétence où en est le candidat."
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """The level that a candidate states for one competence, and their comment."""

    competence: int
    level: Mastery
    comment: str | None = None


@dataclass(frozen=True, kw_only=True)
class SelfAssessment:
    """The self-assessment of one candidacy: the last one filed replaces the others entirely."""

    id: UUID
    version: int = 0

    @staticmethod
    def id_of(candidacy: CandidacyId) -> UUID:
        """Return the stream id of a candidacy's self-assessments."""
        return stream_of("self-assessment", candidacy)

    def file(self, candidacy: Candidacy, statements: tuple[Statement, ...], of: Definition) -> SelfAssessmentFiled:
        """State the candidate's levels in competences of the candidacy's framework, replacing earlier statements."""
        check_competences(tuple(each.competence for each in statements), of)
        said = sorted(statements, key=lambda each: each.competence)
        if len({each.competence for each in said}) < len(said):
            raise StatedTwice(candidacy.id)
        comments = {str(each.competence): each.comment for each in said if each.comment}
        return SelfAssessmentFiled(
            candidacy=candidacy.id,
            levels=tuple(SelfAssessed(competence=each.competence, level=each.level) for each in said),
            comments=Personal(comments, candidacy.terms.candidate) if comments else None,
        )

    def evolve(self, fact: SelfAssessmentFact) -> Self:
        match fact:
            case SelfAssessmentFiled():
                return replace(self)
            case _:
                assert_never(fact)
