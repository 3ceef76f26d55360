"""Forged facts that no command recorded: the replay must refuse each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.candidacy.facts import CandidacyResumed, CandidacyWithdrawn
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.fraud.report_fraud import ReportFraud
from domain.commands.register.enter_register import EnterRegister
from domain.fraud.facts import FraudReported
from domain.fraud.fraud import Matter
from domain.jury.deliberation import Deliberation
from domain.jury.facts import CompetenceRuled, ReleaseResumed, ReleaseWithheld, SessionReopened, SubstituteSeated
from domain.people.facts import RoleGranted, RoleWithdrawn
from domain.ports import Role
from domain.register.facts import TitleReinstated
from tests.domain.test_replay_reviews import made
from tests.given.domain.people import (
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    AS_SAMIR,
    ELSA,
    EMMA,
    JUNE,
    JURY_DAY,
    MARCH,
    MARIE,
    MARIE_VAE,
    PLANS,
    SAMIR_VAE,
    SEATS,
    actor,
    before_the_jury,
    heard,
    opened,
    planned,
    vae_filed,
    won,
)
from tests.given.domain.replayed import verdict
from tests.given.domain.scenario import At, Scenario

OTHERWISE = ["decided-otherwise"]
HERSELF = actor(MARIE, Role.REGISTRAR)
RUNS_IT_TOO = At(MARIE, (RoleGranted(role=Role.REGISTRAR),))


def test_replay_refuses_a_session_planned_twice(scenario: Scenario) -> None:
    january = date(2021, 1, 4)
    assert verdict(scenario, made("session"), PLANS[JUNE], AS_RENEE, january) is None
    scenario.given(At(made("session"), (PLANS[JUNE],)))
    assert verdict(scenario, made("session"), PLANS[JUNE], AS_RENEE, january) == OTHERWISE[0]


def test_replay_refuses_a_seat_of_a_person_without_the_juror_role(scenario: Scenario) -> None:
    (seat,) = (each for each in SEATS if each.juror == ELSA)
    others = tuple(each for each in SEATS if each.juror != ELSA)
    seated = SubstituteSeated(substitute=ELSA, replaced=EMMA, seated_on=JURY_DAY)
    gone = At(ELSA, (RoleWithdrawn(role=Role.JUROR),))
    scenario.given(planned(JUNE), planned(MARCH, seats=others))
    before = JURY_DAY.replace(day=1)
    assert scenario.forged(MARCH, seat, by=AS_RENEE, on=before) == []
    assert scenario.forged(JUNE, seated, by=AS_RENEE) == []
    scenario.given(gone)
    assert scenario.forged(MARCH, seat, by=AS_RENEE, on=before) == ["role-not-held"]
    assert scenario.forged(JUNE, seated, by=AS_RENEE) == ["role-not-held"]


def test_replay_refuses_a_withheld_release_recorded_by_the_candidate_or_on_another_session(
    scenario: Scenario,
) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), planned(MARCH), opened(MARCH), RUNS_IT_TOO)
    report = ReportFraud(candidacy=MARIE_VAE, matter=Matter(competences=(21,)), statement="x")
    scenario.when(report, by=AS_RENEE)
    reported, waits = scenario.then_recorded(FraudReported, ReleaseWithheld)
    assert isinstance(reported, FraudReported)
    stream = scenario.store.told[-2].stamp.stream
    scenario.take_back()
    again = replace(reported, case=made("fraud"))
    assert verdict(scenario, stream, again, AS_RENEE, also=[At(JUNE, (waits,))]) is None
    assert verdict(scenario, stream, again, HERSELF, also=[At(JUNE, (waits,))]) == "own-work"
    assert verdict(scenario, stream, again, AS_RENEE, also=[At(MARCH, (waits,))]) == "decided-otherwise"
    assert verdict(scenario, stream, again, AS_RENEE) == "decided-otherwise"
    known = ReleaseResumed(candidacy=MARIE_VAE)
    assert scenario.forged(JUNE, known, by=AS_RENEE) == OTHERWISE


def test_replay_refuses_a_reinstated_title_recorded_by_its_holder_or_in_part(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE), RUNS_IT_TOO)
    scenario.when(EnterRegister(candidacy=MARIE_VAE), by=AS_RENEE)
    note = NoteCourtRuling(
        session=JUNE, candidacy=MARIE_VAE, court="x", ruled_on=JURY_DAY, reference="x", annuls=True
    )
    scenario.when_annulled(note, by=AS_RENEE)
    quashes = replace(note, annuls=False, quashes=True, court="Conseil d'État")
    scenario.when(quashes, by=AS_RENEE)
    told = scenario.store.told[scenario.head :]
    assert isinstance(told[-1].fact, TitleReinstated)
    scenario.take_back()
    facts = [At(each.stamp.stream, (each.fact,)) for each in told]
    assert scenario.forged_together(*facts, by=AS_RENEE) == []
    assert scenario.forged_together(*facts, by=HERSELF) == ["own-work"]
    assert scenario.forged_together(*facts[:-1], by=AS_RENEE) == OTHERWISE
    assert scenario.forged_together(facts[-1], by=AS_RENEE) == OTHERWISE


def test_replay_refuses_a_resumption_by_another_candidate_or_on_another_day(scenario: Scenario) -> None:
    gone = CandidacyWithdrawn(withdrawn_on=JURY_DAY)
    scenario.given(*vae_filed(MARIE_VAE), At(MARIE_VAE, (gone,)))
    again = CandidacyResumed(resumed_on=JURY_DAY)
    assert scenario.forged(MARIE_VAE, again, by=AS_MARIE) == []
    assert scenario.forged(MARIE_VAE, again, by=AS_SAMIR) == ["not-found"]
    assert scenario.forged(MARIE_VAE, replace(again, resumed_on=date(2021, 1, 4)), by=AS_MARIE) == OTHERWISE


def test_replay_refuses_a_session_reopened_by_its_candidate(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE), RUNS_IT_TOO)
    again = SessionReopened(candidacy=MARIE_VAE)
    assert scenario.forged(JUNE, again, by=HERSELF) == OTHERWISE


def test_replay_refuses_a_ruling_in_the_deliberation_of_another_candidate(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *vae_filed(SAMIR_VAE), *before_the_jury(MARIE_VAE, SAMIR_VAE))
    scenario.given(heard(MARIE_VAE), heard(SAMIR_VAE))
    said = CompetenceRuled(session=JUNE, candidacy=MARIE_VAE, competence=1, acquired=True, attempt=1)
    assert scenario.forged(Deliberation.id_of(JUNE, MARIE_VAE), said, by=AS_PAUL) == []
    assert scenario.forged(Deliberation.id_of(JUNE, SAMIR_VAE), said, by=AS_PAUL) == OTHERWISE
    twice = replace(said, attempt=2)
    assert scenario.forged(Deliberation.id_of(JUNE, MARIE_VAE), twice, by=AS_PAUL) == OTHERWISE
