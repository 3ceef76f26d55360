"""Opening of a deliberation on a candidate, and the members who deliberate."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.candidacy.candidacy import AlreadyDecided
from domain.candidacy.ties import ConflictOfInterest
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.framework.facts import FrameworkPublished
from domain.framework.jury_rule import PanelShare, Sex
from domain.jury.facts import CandidateNotHeard, DeliberationOpened
from domain.jury.lawful_panel import QuorumNotMet
from domain.jury.ruling import NotReady
from domain.jury.session import NotOnThePanel, SessionNotOpen
from domain.jury.vote import VoteOutcome
from domain.people.facts import RoleGranted, Tie
from domain.ports import Role
from domain.refusal import NotFound
from tests.given.domain.people import (
    AS_ELSA,
    AS_NADIA,
    AS_PAUL,
    AS_RENEE,
    EMMA,
    ENOUGH,
    FRAMEWORK,
    GENTLE_RULEBOOK,
    HOUSE,
    J1,
    JUNE,
    JURY_DAY,
    KARIM,
    LUC,
    MARIE,
    MARIE_VAE,
    NADIA,
    PANEL,
    PAUL,
    RNCP31936,
    SAMIR,
    SEATS,
    VAE_OPENED,
    actor,
    admissible,
    applied,
    before_the_jury,
    heard,
    opened,
    person,
    plan,
    planned,
    recused,
    registered,
    ruled,
    seat,
    summoned,
    tied,
    vae_filed,
)
from tests.given.domain.scenario import NOON, At, Scenario

OPEN = OpenDeliberation(session=JUNE, candidacy=MARIE_VAE)
CALLED = (*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE))


def test_members_present_take_up_the_candidate(scenario: Scenario) -> None:
    scenario.given(*CALLED)
    scenario.when(OPEN, by=AS_PAUL)
    panel = tuple(sorted(PANEL))
    scenario.then(
        DeliberationOpened(
            session=JUNE,
            candidacy=MARIE_VAE,
            panel=panel,
            sought=(1, 2, 3, 4),
            heard_on=JURY_DAY,
            at=NOON,
        )
    )


@pytest.mark.parametrize("tie", list(Tie))
def test_juror_tied_to_the_candidate_cannot_deliberate(scenario: Scenario, tie: Tie) -> None:
    """Code de l'éducation R335-8, Code du travail D6412-6."""
    scenario.given(*CALLED, tied(KARIM, MARIE, tie))
    scenario.when(OPEN, by=AS_PAUL)
    scenario.then_refused(ConflictOfInterest, KARIM)


def test_juror_tied_to_another_candidate_deliberates(scenario: Scenario) -> None:
    scenario.given(*CALLED, tied(KARIM, SAMIR))
    scenario.when(OPEN, by=AS_PAUL)
    scenario.then_recorded(DeliberationOpened)


def test_rulebook_that_lets_trainers_rule_waives_that_tie_and_no_other(scenario: Scenario) -> None:
    gentle = plan(rulebook=GENTLE_RULEBOOK)
    scenario.given(*vae_filed(MARIE_VAE, GENTLE_RULEBOOK), *before_the_jury(MARIE_VAE, plan=gentle))
    scenario.given(tied(KARIM, MARIE, Tie.TRAINED))
    scenario.when(OPEN, by=AS_PAUL)
    scenario.then_recorded(DeliberationOpened)
    scenario.given(tied(KARIM, MARIE, Tie.ADVISED), ruled(MARIE_VAE, ENOUGH))
    decide = RecordDecision(
        outcome=VoteOutcome.UNANIMOUS,
        session=JUNE,
        candidacy=MARIE_VAE,
        decisions=(BlockDecision(block=3, granted=True),),
    )
    scenario.when(decide, by=AS_PAUL)
    scenario.then_refused(ConflictOfInterest, KARIM)


def test_juror_who_is_the_candidate_cannot_deliberate(scenario: Scenario) -> None:
    members = (PAUL, NADIA, LUC, EMMA, MARIE)
    seats = (*SEATS, seat(MARIE, Sex.M))
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE, seats=seats), *summoned(JUNE, MARIE_VAE))
    scenario.given(opened(JUNE, members), At(MARIE, (RoleGranted(role=Role.JUROR),)))
    scenario.when(OPEN, by=AS_PAUL)
    scenario.then_refused(ConflictOfInterest, MARIE)


def test_other_members_deliberate_when_the_tied_juror_has_stepped_out(scenario: Scenario) -> None:
    scenario.given(*CALLED, tied(KARIM, MARIE), recused(MARIE_VAE, KARIM))
    scenario.when(OPEN, by=AS_PAUL)
    (fact,) = scenario.then_recorded(DeliberationOpened)
    assert isinstance(fact, DeliberationOpened)
    assert set(fact.panel) == {PAUL, NADIA, LUC, EMMA}


def test_deliberation_cannot_open_below_the_quorum(scenario: Scenario) -> None:
    scenario.given(*CALLED, recused(MARIE_VAE, KARIM), recused(MARIE_VAE, EMMA))
    scenario.when(OPEN, by=AS_PAUL)
    scenario.then_refused(QuorumNotMet)


def test_quorum_that_the_sheet_states_as_a_share_counts_the_whole_jury(scenario: Scenario) -> None:
    """The rulebook asks for four of five, the sheet for all: four members cannot deliberate."""
    all_of_them = replace(J1, quorum=PanelShare(parts=1, of=1))
    sheet = replace(RNCP31936, juries=(all_of_them,))
    bare = Scenario(today=scenario.today)
    bare.given([step for step in HOUSE if not (isinstance(step, At) and step.stream == FRAMEWORK)])
    bare.given(At(FRAMEWORK, (FrameworkPublished(definition=sheet), VAE_OPENED)), *CALLED)
    bare.when(OPEN, by=AS_PAUL)
    bare.then_recorded(DeliberationOpened)
    bare.take_back()
    bare.given(recused(MARIE_VAE, NADIA))
    bare.when(OPEN, by=AS_PAUL)
    bare.then_refused(QuorumNotMet)


def test_deliberation_cannot_be_opened_by_an_unseated_substitute_or_a_recused_member(scenario: Scenario) -> None:
    scenario.given(*CALLED, recused(MARIE_VAE, NADIA))
    for by in (AS_ELSA, AS_NADIA):
        scenario.when(OPEN, by=by)
        scenario.then_refused(NotOnThePanel)


def test_deliberation_is_not_found_by_a_juror_of_another_jury(scenario: Scenario) -> None:
    scenario.given(registered(person("ines"), Role.JUROR), *CALLED)
    scenario.when(OPEN, by=actor(person("ines"), Role.JUROR))
    scenario.then_refused(NotFound)


def test_candidate_who_was_not_called_cannot_be_taken_up(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury())
    scenario.when(OPEN, by=AS_PAUL)
    scenario.then_refused(NotFound)


def test_deliberation_cannot_open_before_the_session(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE), *summoned(JUNE, MARIE_VAE))
    scenario.when(OPEN, by=AS_PAUL)
    scenario.then_refused(SessionNotOpen)


def test_candidate_cannot_be_taken_up_twice(scenario: Scenario) -> None:
    scenario.given(*CALLED, heard(MARIE_VAE))
    scenario.when(OPEN, by=AS_PAUL)
    scenario.then_refused(AlreadyDecided)


def test_vae_candidate_without_a_validation_file_can_only_be_noted_absent(scenario: Scenario) -> None:
    """Nothing could be ruled on such a candidate, and the session could never close."""
    scenario.given(applied(MARIE_VAE), admissible(MARIE_VAE), *before_the_jury(MARIE_VAE, came=False))
    scenario.when(OpenDeliberation(session=JUNE, candidacy=MARIE_VAE), by=AS_PAUL)
    scenario.then_refused(NotReady)
    scenario.when(NoteAbsence(session=JUNE, candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.then_recorded(CandidateNotHeard)
