"""Absence of a candidate from a jury session."""

from __future__ import annotations

from domain.candidacy.candidacy import AlreadyDecided
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.rule_competences import RuleCompetences
from domain.jury.facts import Attendance, CandidateNotHeard
from domain.jury.ruling import NotReady, Ruling
from domain.standing.standing import standing
from tests.given.domain.people import (
    AS_PAUL,
    AS_RENEE,
    JUNE,
    MARIE_VAE,
    RENEE,
    RNCP31936,
    RULES,
    before_the_jury,
    heard,
    vae_filed,
)
from tests.given.domain.scenario import NOON, Scenario

ABSENT = NoteAbsence(session=JUNE, candidacy=MARIE_VAE)


def test_absence_of_a_candidate_is_noted_and_no_ruling_is_possible(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE, came=False))
    scenario.when(ABSENT, by=AS_RENEE)
    absent = CandidateNotHeard(
        session=JUNE, candidacy=MARIE_VAE, attendance=Attendance.ABSENT, at=NOON, noted_by=RENEE
    )
    scenario.then(absent)
    assert standing(RNCP31936, RULES, scenario.store.told).outcome == "in_progress"
    rule = RuleCompetences(session=JUNE, candidacy=MARIE_VAE, rulings=(Ruling(competence=1, acquired=True),))
    scenario.when(rule, by=AS_PAUL)
    scenario.then_refused(NotReady)


def test_candidate_who_was_heard_cannot_be_noted_absent(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.when(ABSENT, by=AS_RENEE)
    scenario.then_refused(AlreadyDecided)
