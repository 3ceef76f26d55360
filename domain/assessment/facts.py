"""Facts of an assessor's work on a candidacy: marks given, filed, returned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from domain.fact import Fact, Personal, Retention
from domain.ports import CandidacyId, PersonId


@dataclass(frozen=True, kw_only=True)
class CompetenceAssessed(Fact):
    """The assessor gave a mark of the rulebook's scale for a competence; a later one replaces it until filing.

    `attempt` is which attempt at its block it is for: one more than the juries that have refused it.
    """

    fr = "L'évaluateur a donné une appréciation ; une plus récente la remplace jusqu'au dépôt."
    said_fr = "La compétence {competence} a été évaluée : {mark:mark} (note pour le jury)."
    said_en = "Competence {competence} was assessed: {mark:mark} (a mark for the jury)."
    candidacy: CandidacyId
    assessor: PersonId
    competence: int
    mark: str
    comment: Annotated[Personal[str], Retention.PAPERS] | None = None
    attempt: int = 1


@dataclass(frozen=True, kw_only=True)
class AssessmentFiled(Fact):
    """The assessor handed the assessment to the jury."""

    fr = "L'évaluateur a remis son évaluation au jury."
    said_fr = "L'évaluation a été remise au jury."
    said_en = "The assessment was handed to the jury."
    candidacy: CandidacyId
    assessor: PersonId


@dataclass(frozen=True, kw_only=True)
class AssessmentReopened(Fact):
    """The registrar handed the assessment back before a jury had decided on it; it counts again once filed again."""

    fr = "L'évaluation a été rouverte, avec son motif, avant qu'un jury ait décidé sur elle."
    said_fr = "L'évaluation a été rouverte : elle comptera de nouveau une fois remise."
    said_en = "The assessment was reopened: it counts again once handed in again."
    candidacy: CandidacyId
    assessor: PersonId
    reason: Annotated[Personal[str], Retention.DECISION]


AssessmentFact = CompetenceAssessed | AssessmentFiled | AssessmentReopened
