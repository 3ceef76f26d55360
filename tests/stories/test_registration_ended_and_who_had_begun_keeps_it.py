"""RNCP 31936 ends on 18 December 2023: candidates admissible or in training by then continue as of right (L6113-9).

Code du travail L6113-9 al. 2 (LEGIARTI000046774788); for a suspension, R6113-17-3 II (LEGIARTI000039797127). They
need no authorisation; later candidates are refused, as are those whom the texts do not mention.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from adapters.framework_file import read_law, shipped
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.candidacy_life import Expired
from domain.candidacy.facts import AdmissibilityDecided, AdmissibilityKept, AdmissibilityLapsed, KeptFor
from domain.commands.candidacy.authorise_late_decision import AuthoriseLateDecision
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.resume_candidacy import ResumeCandidacy
from domain.commands.candidacy.state_training_entry import StateTrainingEntry
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.candidacy.withdraw_candidacy import WithdrawCandidacy
from domain.commands.framework.end_registration import EndRegistration
from domain.commands.framework.suspend_registration import SuspendRegistration
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.plan_session import PlanSession
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.register.enter_register import EnterRegister
from domain.commands.register.issue_certificate import IssueCertificate
from domain.commands.rulebook.publish_rule_set import PublishRuleSet
from domain.fact import Personal
from domain.framework.definition import Route
from domain.framework.framework import OutsideRegistration
from domain.framework.registration import LateCause
from domain.jury.facts import DeliberationOpened
from domain.ports import OPERATOR, CandidacyId, SessionId
from domain.rulebook.facts import LawFact
from domain.rulebook.rule_set import Provision
from domain.standing.law_cited import LawOverTime, cited
from domain.standing.standing import Outcome, standing
from tests.given.domain.people import (
    AS_MARIE,
    AS_PAUL,
    ENOUGH,
    FRAMEWORK,
    MARIE,
    PANEL,
    RNCP31936,
    RULEBOOK,
    RULES,
    SEATS,
)
from tests.given.domain.scenario import rebuilt
from tests.given.stories.acts import Stage, appointing

OPENED, LAST_DAY = date(2023, 11, 6), date(2023, 12, 18)
ADMISSIBLE = date(2023, 12, 17)
RESUMED, JURY = date(2024, 1, 15), date(2024, 3, 12)
LATER = LAST_DAY.replace(day=19)
VAE = Candidacy.id_of(MARIE, FRAMEWORK, Route.VAE)


def stage_of_law() -> Stage:
    """Return a stage with the shipped texts on who keeps the benefit of a registration."""
    stage = Stage(OPENED)
    for text in read_law(shipped("law-enregistrement.yaml")):
        stage.on(OPENED, PublishRuleSet(rule_set=text), OPERATOR)
    return stage


def admissible_on(day: date, stage: Stage) -> CandidacyId:
    """Apply as Marie while the registration runs, find her admissible on that day, and file."""
    stage.on(
        OPENED, OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.VAE), AS_MARIE
    )
    stage.on(day, DecideAdmissibility(candidacy=VAE, admissible=True, file_received_on=OPENED))
    piece = stage.puts_in(day, VAE)
    stage.on(day, SubmitValidationFile(candidacy=VAE, evidence=(piece,)), AS_MARIE)
    return VAE


def before_a_jury(stage: Stage, candidacy: CandidacyId, held_on: date = JURY, route: Route = Route.VAE) -> SessionId:
    """Open a jury of that day, to which the candidate was called."""
    plan = PlanSession(framework=FRAMEWORK, rulebook=RULEBOOK, route=route, held_on=held_on, place="Paris", places=10)
    stage.on(held_on, plan)
    session = SessionId(stage.facts[-1].stamp.stream)
    for seat in SEATS:
        stage.on(held_on, appointing(session, seat))
    stage.on(held_on, SummonCandidate(session=session, candidacy=candidacy))
    stage.opens_with(held_on, session, PANEL)
    stage.comes(held_on, session, candidacy)
    return session


def taken_up(stage: Stage) -> DeliberationOpened:
    return next(told.fact for told in reversed(stage.facts) if isinstance(told.fact, DeliberationOpened))


def test_candidate_admissible_before_the_end_is_certified_as_of_right_l6113_9() -> None:
    stage = stage_of_law()
    candidacy = admissible_on(ADMISSIBLE, stage)
    session = stage.jury(JURY, JURY)
    stage.decides(JURY, session, candidacy, RNCP31936, ENOUGH, title=True)
    assert taken_up(stage).benefit == ("CT-L6113-9-2022",)
    found = standing(RNCP31936, RULES, stage.dossier(candidacy, session))
    assert (found.outcome, found.title_on) == (Outcome.FULL, JURY)
    stage.on(JURY, EnterRegister(candidacy=candidacy))
    stage.on(JURY, IssueCertificate(candidacy=candidacy))
    assert stage.unlawful == []
    law = LawOverTime.of(told for told in stage.facts if isinstance(told.fact, LawFact))
    texts = cited(law, stage.dossier(candidacy, session))
    (text,) = (each for each in texts if each.provides is Provision.BENEFIT_END)
    assert (text.session, "L6113-9, alinéa 2 (LEGIARTI000046774788" in text.reference) == (session, True)


@pytest.mark.parametrize(("day", "kept"), [(LAST_DAY, True), (LATER, False)])
def test_benefit_depends_on_the_day_of_admissibility_and_not_of_application_l6113_9(day: date, kept: bool) -> None:
    stage = stage_of_law()
    candidacy = admissible_on(day, stage)
    session = before_a_jury(stage, candidacy)
    take_up = OpenDeliberation(session=session, candidacy=candidacy)
    if kept:
        stage.on(JURY, take_up, AS_PAUL)
        return
    stage.scene.when(take_up, by=AS_PAUL, on=JURY)
    stage.scene.then_refused(Expired)
    stage.on(JURY, AuthoriseLateDecision(candidacy=candidacy, cause=LateCause.END, ground="décision du 11 mars 2024"))
    stage.on(JURY, take_up, AS_PAUL)
    assert (taken_up(stage).benefit, stage.unlawful) == ((), [])


def test_late_decision_needs_an_authorisation_when_the_text_is_not_published() -> None:
    stage = Stage(OPENED)
    candidacy = admissible_on(ADMISSIBLE, stage)
    session = before_a_jury(stage, candidacy)
    stage.scene.when(OpenDeliberation(session=session, candidacy=candidacy), by=AS_PAUL, on=JURY)
    stage.scene.then_refused(Expired)
    stage.on(JURY, AuthoriseLateDecision(candidacy=candidacy, cause=LateCause.END, ground="L6113-9"))
    stage.takes_up(JURY, session, candidacy, AS_PAUL)
    for text in read_law(shipped("law-enregistrement.yaml")):
        stage.on(JURY, PublishRuleSet(rule_set=text), OPERATOR)
    assert stage.unlawful == [], "it was decided under the law that was known then"


def test_benefit_is_lost_by_a_lapse_and_restored_from_its_first_day_l6113_9() -> None:
    stage = stage_of_law()
    admissible = stage.scene.log.load(Candidacy, admissible_on(ADMISSIBLE, stage))
    lapsed = AdmissibilityLapsed(since=ADMISSIBLE, last_day=date(2024, 6, 30), rule_set="CT-R6412-4-2024")
    kept = AdmissibilityKept(ground=KeptFor.REASON, kept_on=date(2024, 7, 8), reason=Personal("x", MARIE))
    anew = AdmissibilityDecided(admissible=True, file_received_on=JURY, decided_on=JURY)
    days = [rebuilt(admissible, facts).in_time_from for facts in ((lapsed,), (lapsed, kept), (lapsed, anew))]
    assert days == [None, ADMISSIBLE, JURY]


@pytest.mark.parametrize(("admissible", "kept"), [(ADMISSIBLE, True), (LATER, False)])
def test_candidacy_resumed_after_the_end_keeps_its_benefit_l6113_9(admissible: date, kept: bool) -> None:
    stage = stage_of_law()
    candidacy = admissible_on(admissible, stage)
    stage.on(RESUMED, WithdrawCandidacy(candidacy=candidacy), AS_MARIE)
    resume = ResumeCandidacy(candidacy=candidacy)
    if not kept:
        stage.scene.when(resume, by=AS_MARIE, on=RESUMED)
        stage.scene.then_refused(OutsideRegistration)
        return
    stage.on(RESUMED, resume, AS_MARIE)
    stage.decides(JURY, stage.jury(JURY, JURY), candidacy, RNCP31936, ENOUGH, title=True)
    assert taken_up(stage).benefit == ("CT-L6113-9-2022",)
    anew = OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.FI)
    stage.scene.when(anew, by=AS_MARIE, on=JURY)
    stage.scene.then_refused(OutsideRegistration)
    assert stage.unlawful == []


def in_training(stage: Stage, route: Route = Route.FC) -> CandidacyId:
    candidacy = Candidacy.id_of(MARIE, FRAMEWORK, route)
    stage.on(OPENED, OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=route), AS_MARIE)
    return candidacy


def test_trainee_who_entered_before_the_end_can_be_decided_after_it_l6113_9() -> None:
    stage = stage_of_law()
    candidacy = in_training(stage)
    session = before_a_jury(stage, candidacy, route=Route.FC)
    take_up = OpenDeliberation(session=session, candidacy=candidacy)
    stage.scene.when(take_up, by=AS_PAUL, on=JURY)
    stage.scene.then_refused(Expired)
    stage.on(JURY, StateTrainingEntry(candidacy=candidacy, entered_on=LAST_DAY))
    stage.on(JURY, take_up, AS_PAUL)
    assert (taken_up(stage).benefit, stage.unlawful) == (("CT-L6113-9-2022",), [])


def test_benefit_is_lost_when_a_later_record_ends_the_registration_before_the_entry() -> None:
    stage = stage_of_law()
    candidacy = in_training(stage)
    stage.on(ADMISSIBLE, StateTrainingEntry(candidacy=candidacy, entered_on=ADMISSIBLE))
    stage.on(
        ADMISSIBLE,
        EndRegistration(framework=FRAMEWORK, ends_on=date(2023, 12, 1), ground="arrêté", confirms_past=True),
    )
    session = before_a_jury(stage, candidacy, route=Route.FC)
    stage.scene.when(OpenDeliberation(session=session, candidacy=candidacy), by=AS_PAUL, on=JURY)
    stage.scene.then_refused(Expired)


SUSPENDED = SuspendRegistration(
    framework=FRAMEWORK,
    suspended_on=date(2023, 12, 4),
    ground="décision de France compétences",
    awards_undeclared=True,
)
HELD = date(2023, 12, 12)


@pytest.mark.parametrize(
    ("suspend", "admissible", "kept"),
    [
        (SUSPENDED, date(2023, 12, 3), True),
        (SUSPENDED, date(2023, 12, 4), False),
        (replace(SUSPENDED, awards_undeclared=False), date(2023, 12, 3), False),
    ],
    ids=["for undeclared awards", "admissible since", "for another cause"],
)
def test_suspension_for_undeclared_awards_spares_candidates_admissible_before_r6113_17_3(
    suspend: SuspendRegistration, admissible: date, kept: bool
) -> None:
    """R6113-17-3 II; no text says so for another suspension (R6113-14, for the safety of candidates)."""
    stage = stage_of_law()
    candidacy = admissible_on(admissible, stage)
    stage.on(HELD, suspend)
    session = before_a_jury(stage, candidacy, HELD)
    stage.scene.when(OpenDeliberation(session=session, candidacy=candidacy), by=AS_PAUL, on=HELD)
    if kept:
        assert taken_up(stage).benefit == ("CT-R6113-17-3-2021",)
        assert stage.unlawful == []
    else:
        stage.scene.then_refused(Expired)
