"""The candidate's self-assessment, and its effect."""

from __future__ import annotations

from domain.candidacy.candidacy import UnknownCompetence
from domain.candidacy.candidacy_life import CandidacyEnded
from domain.candidacy.facts import AdvisorNamed, CandidacyWithdrawn
from domain.commands.evidence.file_self_assessment import FileSelfAssessment
from domain.evidence.facts import Mastery, SelfAssessed, SelfAssessmentFiled
from domain.evidence.self_assessment import StatedTwice, Statement
from domain.fact import Personal, RecordedFact
from domain.ports import CandidacyId, Role
from domain.refusal import Forbidden, NotFound
from domain.standing.disclosure import disclosed
from domain.standing.standing import CompetenceState, standing
from tests.given.domain.people import (
    ADELE,
    AS_ASTRID,
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    AS_SAMIR,
    ASTRID,
    JUNE,
    MARIE,
    MARIE_FI,
    RNCP31936,
    RULES,
    SAMIR_VAE,
    actor,
    applied,
    as_reader,
    assigned,
    before_the_jury,
)
from tests.given.domain.scenario import At, Scenario

SAID = FileSelfAssessment(
    candidacy=MARIE_FI,
    statements=(
        Statement(competence=7, level=Mastery.NOT_YET),
        Statement(competence=4, level=Mastery.MASTERED, comment="Deux ans en poste."),
    ),
)


def said(*numbers: int) -> FileSelfAssessment:
    statements = tuple(Statement(competence=number, level=Mastery.UNDER_WAY) for number in numbers)
    return FileSelfAssessment(candidacy=MARIE_FI, statements=statements)


def test_candidate_states_levels_of_some_competences_and_a_later_statement_replaces_them(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI))
    scenario.when(SAID, by=AS_MARIE)
    scenario.then(
        SelfAssessmentFiled(
            candidacy=MARIE_FI,
            levels=(
                SelfAssessed(competence=4, level=Mastery.MASTERED),
                SelfAssessed(competence=7, level=Mastery.NOT_YET),
            ),
            comments=Personal({"4": "Deux ans en poste."}, MARIE),
        )
    )
    scenario.when(said(1), by=AS_MARIE)
    scenario.then_recorded(SelfAssessmentFiled)


def test_self_assessment_states_each_competence_of_the_framework_at_most_once(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI))
    for numbers in ((31,), ()):
        scenario.when(said(*numbers), by=AS_MARIE)
        scenario.then_refused(UnknownCompetence)
    scenario.when(said(4, 4), by=AS_MARIE)
    scenario.then_refused(StatedTwice)


def test_self_assessment_cannot_be_filed_for_another_or_once_the_candidacy_is_over(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), applied(SAMIR_VAE))
    scenario.when(SAID, by=AS_SAMIR)
    scenario.then_refused(NotFound)
    scenario.when(SAID, by=AS_RENEE)
    scenario.then_refused(Forbidden)
    scenario.given(At(MARIE_FI, (CandidacyWithdrawn(withdrawn_on=scenario.today),)))
    scenario.when(SAID, by=AS_MARIE)
    scenario.then_refused(CandidacyEnded)


def test_self_assessment_does_not_count_as_evidence_and_is_hidden_from_assessors_and_jurors(
    scenario: Scenario,
) -> None:
    named = At(MARIE_FI, (AdvisorNamed(advisor=ADELE, named_on=scenario.today),))
    scenario.given(applied(MARIE_FI), assigned(MARIE_FI, ASTRID, [4]), named, *before_the_jury(MARIE_FI))
    scenario.when(SAID, by=AS_MARIE)
    facts = concerning(scenario, MARIE_FI)
    assert standing(RNCP31936, RULES, facts, provisional=True).competences[3].state is CompetenceState.NO_EVIDENCE
    readers = {AS_MARIE: True, actor(ADELE, Role.ADVISOR): True, AS_RENEE: True, AS_ASTRID: False, AS_PAUL: False}
    for who, reads in readers.items():
        seen = [told.fact for told in disclosed(as_reader(who), facts)]
        assert any(isinstance(fact, SelfAssessmentFiled) for fact in seen) is reads, who


def concerning(scenario: Scenario, candidacy: CandidacyId) -> list[RecordedFact]:
    """Return the facts of a dossier: its own, those that name it, and those of the session."""
    streams = {candidacy, JUNE}
    return [
        told
        for told in scenario.store.told
        if told.stamp.stream in streams or getattr(told.fact, "candidacy", None) == candidacy
    ]
