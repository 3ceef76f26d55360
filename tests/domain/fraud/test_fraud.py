"""Fraud: report, hearing, finding and sanctions, and the results that are withheld or annulled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest

from domain.appeal.facts import ComplaintGround
from domain.candidacy.candidacy import Candidacy, OwnWork, UnknownCompetence
from domain.candidacy.candidacy_life import BeingDecided, NotLapsed
from domain.candidacy.facts import (
    CandidacyLapsed,
    CandidacyResumed,
    CandidacyWithdrawn,
    CandidateSummoned,
    RouteChanged,
)
from domain.commands.appeal.request_review import RequestReview
from domain.commands.candidacy.change_route import ChangeRoute
from domain.commands.candidacy.lapse_candidacy import LapseCandidacy
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.resume_candidacy import ResumeCandidacy
from domain.commands.candidacy.withdraw_candidacy import WithdrawCandidacy
from domain.commands.deadlines.notify_result import NotifyResult
from domain.commands.fraud.hear_on_fraud import HearOnFraud
from domain.commands.fraud.question_finding import QuestionFinding
from domain.commands.fraud.tell_of_fraud import TellOfFraud
from domain.commands.jury.correct_attendance import CorrectAttendance
from domain.commands.jury.let_summons_fall import LetSummonsFall
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.pronounce_sanction import PronounceSanction
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.people.link_duplicate import LinkDuplicate
from domain.commands.register.enter_register import EnterRegister
from domain.deadlines.deadline import Duty
from domain.deadlines.due import deadlines
from domain.deadlines.facts import NotificationChannel
from domain.evidence.facts import EvidenceRedirected
from domain.fact import Fact, Personal, Retention
from domain.framework.definition import Route
from domain.fraud.facts import (
    CandidateHeardOnFraud,
    FraudDismissed,
    FraudFound,
    FraudReported,
    FraudToldToCandidate,
    Rested,
    SanctionPronounced,
)
from domain.fraud.fraud import (
    CandidateNotTold,
    CandidateUnheard,
    Excluded,
    Fraud,
    FraudUnreasoned,
    HearingMisdated,
    HearingTooSoon,
    KeyedSanction,
    Matter,
    NoFraudFound,
    NoFraudUnderWay,
    NotDecidedYet,
    NothingReported,
    NotOfThisDossier,
    NotTheBody,
    ReporterDoesNotDecide,
    UnknownSanction,
)
from domain.fraud.lifting import NothingToLift
from domain.jury.annulled_decision import Cause, DecisionNotReleased
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    Attendance,
    AttendanceCorrected,
    CandidateListed,
    CompetenceRuled,
    DecisionAnnulled,
    ReleaseResumed,
    ReleaseWithheld,
    ResultsReleased,
    SummonsFell,
    SummonsGround,
    TitleFell,
)
from domain.jury.presence import SummonsStands
from domain.jury.ruling import MarksVoid, Ruling
from domain.jury.vote import VoteOutcome
from domain.people.facts import ErasureGround, RoleGranted, RoleWithdrawn
from domain.ports import OPERATOR, SYSTEM, Actor, CandidacyId, Recorded, Request, Role, SessionId, SittingId
from domain.privacy.erasure import RetentionReason, circumstances
from domain.refusal import Forbidden, NotFound, Refused
from domain.register.facts import RegisterEntered, TitleWithdrawn
from domain.register.register import TitleNotReleased
from domain.replay.judge import replay
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.fraud_rules import FraudBody, SanctionKind
from domain.rulebook.journey_rules import JourneyRules
from domain.standing.disclosure import SUSPECTED, disclosed
from tests.given.domain.fraud_procedure import CERTIFIER, HEARING, REPORT, decide, reported, ruled_by, told_and_heard
from tests.given.domain.people import (
    AS_ASTRID,
    AS_MARC,
    AS_MARIE,
    AS_NADIA,
    AS_OSCAR,
    AS_PAUL,
    AS_RENEE,
    AS_SAMIR,
    ASTRID,
    BLOG,
    CV,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    LATER_DAY,
    MARCH,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    PAUL,
    PLANS,
    RENEE,
    RNCP31936,
    RULEBOOK,
    RULES,
    SAMIR,
    actor,
    applied,
    as_reader,
    assigned,
    before_the_jury,
    ended,
    granted,
    heard,
    marked,
    not_granted,
    opened,
    person,
    planned,
    pronounced,
    put_in,
    recused,
    registered,
    ruled,
    standing_for,
    summoned,
    vae_filed,
    won,
)
from tests.given.domain.scenario import NOON, At, Scenario, rebuilt

ZELDA = person("zelda")
AS_ZELDA = actor(ZELDA, Role.REGISTRAR)


@pytest.fixture
def scene(scenario: Scenario) -> Scenario:
    scenario.given(registered(ZELDA, Role.REGISTRAR))
    return ruled_by(scenario, CERTIFIER)


def sanctioned(case: UUID, code: str, **said: object) -> PronounceSanction:
    asked = KeyedSanction(code=code, **said)  # type: ignore[arg-type]
    return PronounceSanction(candidacy=MARIE_VAE, case=case, sanction=asked, reason="x")


def outcome(scenario: Scenario, reader: Actor) -> str:
    return standing_for(as_reader(reader), RNCP31936, RULES, scenario.store.told).outcome


def lawful(scenario: Scenario) -> list[str]:
    kinds = (*SUSPECTED, ReleaseWithheld, ReleaseResumed, DecisionAnnulled, TitleWithdrawn, TitleFell)
    ours = {told.stamp.position for told in scenario.store.told if isinstance(told.fact, kinds)}
    return [found.rule for found in replay(scenario.store.told) if found.position in ours]


def shows(scenario: Scenario, reader: Actor, *kinds: type[Fact]) -> bool:
    """Return whether this reader is shown a fact of one of these kinds."""
    return any(isinstance(told.fact, kinds) for told in disclosed(as_reader(reader), scenario.store.told))


def test_withheld_release_is_hidden_from_the_candidate_until_they_are_told_of_the_fraud(scene: Scenario) -> None:
    scene.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE))
    case = reported(scene)
    scene.given(heard(MARIE_VAE), granted(MARIE_VAE, 1, 2, 3, 4), pronounced(MARIE_VAE), ended(released=False))
    scene.when(ReleaseResults(session=JUNE), by=AS_RENEE)
    audits = actor(ZELDA, Role.AUDITOR)
    for reader in (AS_RENEE, AS_PAUL, audits):
        assert shows(scene, reader, ReleaseWithheld)
        assert shows(scene, reader, ResultsReleased)
    assert not shows(scene, AS_MARIE, ReleaseWithheld, ResultsReleased)
    assert not shows(scene, actor(MARIE, Role.AUDITOR), ReleaseWithheld, FraudReported), "nobody audits themselves"
    scene.when(TellOfFraud(candidacy=MARIE_VAE, case=case, hearing_on=HEARING), by=AS_RENEE)
    assert shows(scene, AS_MARIE, ReleaseWithheld)
    assert shows(scene, AS_MARIE, ResultsReleased)


# --- report


def test_report_states_its_matter_in_words_and_withholds_results_not_released(scene: Scenario) -> None:
    scene.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE))
    scene.when(replace(REPORT, matter=Matter(session=JUNE, competences=(22, 21, 21))), by=AS_NADIA)
    first, waits = scene.then_recorded(FraudReported, ReleaseWithheld)
    assert isinstance(first, FraudReported)
    assert (first.reported_by, first.session, first.competences) == (AS_NADIA.person, JUNE, (21, 22))
    assert first.statement == Personal("Copié.", MARIE)
    assert waits == ReleaseWithheld(candidacy=MARIE_VAE)
    assert lawful(scene) == []


@pytest.mark.parametrize(
    ("matter", "refusal"),
    [
        (Matter(), NothingReported),
        (Matter(session=MARCH), NotOfThisDossier),
        (Matter(sitting=SittingId(JUNE)), NotOfThisDossier),
        (Matter(evidence=(BLOG,)), NotOfThisDossier),
        (Matter(competences=(31,)), UnknownCompetence),
    ],
)
def test_report_must_name_something_of_this_dossier(scene: Scenario, matter: Matter, refusal: type[Refused]) -> None:
    scene.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE))
    scene.when(replace(REPORT, matter=matter), by=AS_RENEE)
    scene.then_refused(refusal)


def test_report_needs_a_statement(scene: Scenario) -> None:
    scene.given(*vae_filed(MARIE_VAE))
    scene.when(replace(REPORT, statement=" "), by=AS_RENEE)
    scene.then_refused(NothingReported)


def test_fraud_is_reported_only_by_persons_involved_in_the_dossier_and_never_by_the_candidate(
    scene: Scenario,
) -> None:
    scene.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), applied(MARIE_FI))
    scene.given(assigned(MARIE_FI, ASTRID, (1,)), At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    for who, refusal in (
        (AS_MARIE, Forbidden),
        (actor(MARIE, Role.REGISTRAR), OwnWork),
        (AS_MARC, NotFound),
        (AS_ASTRID, NotFound),
    ):
        scene.when(REPORT, by=who)
        scene.then_refused(refusal)
    scene.when(replace(REPORT, candidacy=MARIE_FI), by=AS_OSCAR)
    scene.then_refused(NotFound)
    scene.when(replace(REPORT, candidacy=MARIE_FI), by=AS_ASTRID)
    scene.then_recorded(FraudReported)
    scene.when(REPORT, by=AS_PAUL)
    scene.then_recorded(FraudReported, ReleaseWithheld)


# --- the jury decides under reserve, and the release is withheld


def test_result_is_withheld_for_the_suspected_candidate_alone_until_the_fraud_is_dismissed(scene: Scenario) -> None:
    scene.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE))
    case = reported(scene)
    scene.given(heard(MARIE_VAE), granted(MARIE_VAE, 1, 2, 3, 4), pronounced(MARIE_VAE), ended(released=False))
    scene.when(ReleaseResults(session=JUNE), by=AS_RENEE)
    scene.then_recorded(ResultsReleased)
    assert outcome(scene, AS_MARIE) == "in_progress"
    assert not any(isinstance(t.fact, CompetenceRuled) for t in disclosed(as_reader(AS_MARIE), scene.store.told))
    assert outcome(scene, AS_RENEE) == "full"
    for command, refusal in (
        (EnterRegister(candidacy=MARIE_VAE), TitleNotReleased),
        (NotifyResult(session=JUNE, candidacy=MARIE_VAE, channel=NotificationChannel.POST), DecisionNotReleased),
    ):
        scene.when(command, by=AS_RENEE)
        scene.then_refused(refusal)
    ask = RequestReview(session=JUNE, candidacy=MARIE_VAE, ground=ComplaintGround.MATERIAL, statement="x")
    scene.when(ask, by=AS_MARIE)
    scene.then_refused(DecisionNotReleased)

    # no fraud: the result is known from the day of that finding, and time limits run from it
    scene.when(decide(case, found=False), by=AS_ZELDA, on=date(2021, 7, 1))
    scene.then(
        FraudDismissed(candidacy=MARIE_VAE, case=case, body=FraudBody.CERTIFIER, reason=Personal("x", MARIE)),
        ReleaseResumed(candidacy=MARIE_VAE, released_on=date(2021, 7, 1)),
    )
    assert outcome(scene, AS_MARIE) == "full"
    scene.when(EnterRegister(candidacy=MARIE_VAE), by=AS_RENEE)
    (entered,) = scene.then_recorded(RegisterEntered)
    assert getattr(entered, "obtained_on", None) == JURY_DAY
    scene.when(ask, by=AS_MARIE, on=date(2021, 9, 1))
    scene.then_recorded(*(type(fact) for fact in getattr(scene.outcome, "facts", ())))
    assert lawful(scene) == []


def test_result_is_withheld_until_both_of_two_cases_are_decided(scene: Scenario) -> None:
    scene.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE))
    one, two = reported(scene), reported(scene)
    scene.when(decide(one, found=False), by=AS_ZELDA)
    scene.then_recorded(FraudDismissed)
    scene.when(decide(two, found=False), by=AS_ZELDA)
    assert scene.then_recorded(FraudDismissed, ReleaseResumed)[1] == ReleaseResumed(candidacy=MARIE_VAE)
    scene.given(heard(MARIE_VAE), not_granted(MARIE_VAE, 1, 2, 3, 4), ended())
    assert outcome(scene, AS_MARIE) == "none"
    assert lawful(scene) == []


def test_session_that_summons_a_suspected_candidate_withholds_their_result(scene: Scenario) -> None:
    scene.given(*vae_filed(MARIE_VAE), planned(JUNE))
    reported(scene)
    scene.when(SummonCandidate(session=JUNE, candidacy=MARIE_VAE), by=AS_RENEE)
    scene.then_recorded(CandidateListed, ReleaseWithheld, CandidateSummoned)
    assert lawful(scene) == []


def test_result_already_released_is_not_withheld_by_a_report(scene: Scenario) -> None:
    scene.given(*won(MARIE_VAE))
    scene.when(REPORT, by=AS_RENEE)
    scene.then_recorded(FraudReported)
    assert outcome(scene, AS_MARIE) == "full"


# --- notice and hearing


def test_candidate_is_told_of_the_fraud_some_days_before_the_hearing(scene: Scenario) -> None:
    scene.given(*won(MARIE_VAE))
    case = reported(scene)
    hear = HearOnFraud(candidacy=MARIE_VAE, case=case, statement="Non.")
    scene.when(hear, by=AS_RENEE)
    scene.then_refused(CandidateNotTold)
    assert not any(isinstance(t.fact, SUSPECTED) for t in disclosed(as_reader(AS_MARIE), scene.store.told))
    tell = TellOfFraud(candidacy=MARIE_VAE, case=case, hearing_on=HEARING)
    scene.when(replace(tell, hearing_on=date(2021, 6, 22)), by=AS_RENEE)
    scene.then_refused(HearingTooSoon)
    scene.when(tell, by=AS_RENEE)
    scene.then(FraudToldToCandidate(candidacy=MARIE_VAE, case=case, hearing_on=HEARING))
    assert [
        type(t.fact) for t in disclosed(as_reader(AS_MARIE), scene.store.told) if isinstance(t.fact, SUSPECTED)
    ] == [
        FraudReported,
        FraudToldToCandidate,
    ]
    for day in (date(2021, 6, 22), date(2021, 6, 24)):
        scene.when(replace(hear, heard_on=day), by=AS_RENEE, on=HEARING)
        scene.then_refused(HearingMisdated)
    scene.when(replace(hear, statement=None), by=AS_RENEE, on=HEARING)
    scene.then(CandidateHeardOnFraud(candidacy=MARIE_VAE, case=case, heard_on=HEARING, came=False))
    assert lawful(scene) == []


def test_fraud_cannot_be_found_before_the_candidate_was_heard(scene: Scenario) -> None:
    scene.given(*won(MARIE_VAE))
    case = reported(scene)
    scene.when(decide(case), by=AS_ZELDA)
    scene.then_refused(CandidateUnheard)
    told_and_heard(scene, case, statement=None)
    scene.when(decide(case), by=AS_ZELDA)
    scene.then_recorded(FraudFound)


# --- finding


def test_fraud_cannot_be_decided_by_the_person_who_reported_it(scene: Scenario) -> None:
    scene.given(*won(MARIE_VAE))
    case = reported(scene)
    told_and_heard(scene, case)
    for command in (decide(case), decide(case, found=False), sanctioned(case, "A")):
        scene.when(command, by=AS_RENEE)
        scene.then_refused(ReporterDoesNotDecide)


def test_fraud_cannot_be_decided_by_the_person_who_reported_it_under_another_file(scene: Scenario) -> None:
    scene.given(*won(MARIE_VAE))
    case = reported(scene, by=AS_PAUL)
    told_and_heard(scene, case)
    scene.when_both(LinkDuplicate(person=ZELDA, other=PAUL, reason="x"), by=AS_RENEE)
    scene.when(decide(case), by=AS_ZELDA)
    scene.then_refused(ReporterDoesNotDecide)


def test_exclusion_binds_another_file_of_the_same_person(scene: Scenario) -> None:
    case = found_out(scene)
    scene.when(sanctioned(case, "E", months=12), by=AS_ZELDA)
    scene.when_both(LinkDuplicate(person=SAMIR, other=MARIE, reason="x"), by=AS_RENEE)
    apply = OpenCandidacy(candidate=SAMIR, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.FI)
    scene.when(apply, by=AS_SAMIR)
    scene.then_refused(Excluded)


def test_fraud_is_decided_by_the_certifier_when_the_rulebook_says_so(scene: Scenario) -> None:
    scene.given(*won(MARIE_VAE))
    case = reported(scene)
    told_and_heard(scene, case)
    scene.when(decide(case), by=AS_PAUL)
    scene.then_refused(NotTheBody)
    scene.when(decide(case), by=AS_MARC)
    scene.then_refused(NotFound)
    scene.when(decide(case), by=AS_ZELDA)
    scene.then_recorded(FraudFound)
    scene.when(decide(case), by=AS_ZELDA)
    scene.then_refused(NoFraudUnderWay)


def test_fraud_is_decided_by_the_jury_through_its_chair_when_the_rulebook_says_so(scenario: Scenario) -> None:
    ruled_by(scenario, replace(CERTIFIER, decided_by=FraudBody.JURY))
    scenario.given(*won(MARIE_VAE))
    case = reported(scenario)
    told_and_heard(scenario, case)
    scenario.when(decide(case), by=AS_NADIA)
    scenario.then_refused(NotTheBody)
    scenario.given(At(RENEE, ()), registered(ZELDA, Role.REGISTRAR))
    scenario.when(decide(case), by=AS_ZELDA)
    scenario.then_refused(NotTheBody)
    scenario.when(decide(case, vote=VoteOutcome.MAJORITY), by=AS_PAUL)
    scenario.then_recorded(FraudFound)


def test_fraud_reported_by_the_chair_is_decided_by_another_member(scenario: Scenario) -> None:
    ruled_by(scenario, replace(CERTIFIER, decided_by=FraudBody.JURY))
    scenario.given(*won(MARIE_VAE))
    case = reported(scenario, by=AS_PAUL)
    told_and_heard(scenario, case)
    scenario.when(decide(case), by=AS_PAUL)
    scenario.then_refused(ReporterDoesNotDecide, PAUL)
    scenario.when(decide(case, vote=VoteOutcome.MAJORITY), by=AS_NADIA)
    scenario.then_recorded(FraudFound)


def test_decision_on_a_fraud_needs_a_reason_and_an_existing_case(scene: Scenario) -> None:
    scene.given(*won(MARIE_VAE))
    case = reported(scene)
    told_and_heard(scene, case)
    for found in (True, False):
        scene.when(decide(case, found=found, why=" "), by=AS_ZELDA)
        scene.then_refused(FraudUnreasoned)
    scene.when(decide(uuid4()), by=AS_ZELDA)
    scene.then_refused(NotFound)


def test_finding_names_what_rested_on_the_fraud_and_annuls_the_sessions_named(scene: Scenario) -> None:
    scene.given(*won(MARIE_VAE))
    scene.when(EnterRegister(candidacy=MARIE_VAE), by=AS_RENEE)
    case = reported(scene)
    told_and_heard(scene, case)
    scene.when_annulled(decide(case, withdraws=(JUNE,), why="Fabriqué."), by=AS_ZELDA)
    found, fell, withdrawn = scene.then_recorded(FraudFound, DecisionAnnulled, TitleWithdrawn)
    assert isinstance(found, FraudFound)
    assert found.rested == (Rested(session=JUNE, competences=(21, 22), blocks=(3,), title=True),)
    assert fell == DecisionAnnulled(session=JUNE, candidacy=MARIE_VAE, cause=Cause.FRAUD, annulled_on=JURY_DAY)
    assert withdrawn == TitleWithdrawn(
        number=1, candidacy=MARIE_VAE, reason=Personal("Fabriqué.", MARIE), declaration_due=True
    )
    assert outcome(scene, AS_MARIE) == "in_progress"
    assert lawful(scene) == []


def test_fraudulent_evidence_affects_its_own_and_its_redirected_competences(scene: Scenario) -> None:
    scene.given(*vae_filed(MARIE_VAE), put_in(MARIE_VAE, CV, 26))
    scene.given(At(CV, (EvidenceRedirected(candidacy=MARIE_VAE, competences=(27,)),)))
    scene.given(*before_the_jury(MARIE_VAE), heard(MARIE_VAE), ruled(MARIE_VAE, (26, 27, 28), (29, 30)))
    scene.given(granted(MARIE_VAE, 4), ended())
    case = reported(scene, replace(REPORT, matter=Matter(evidence=(CV,))))
    told_and_heard(scene, case)
    scene.when(decide(case), by=AS_ZELDA)
    (found,) = scene.then_recorded(FraudFound)
    assert getattr(found, "rested", None) == (Rested(session=JUNE, competences=(26, 27), blocks=(4,), title=False),)
    assert lawful(scene) == []


def test_finding_annuls_a_decision_in_signed_minutes_even_when_not_released(scene: Scenario) -> None:
    scene.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE))
    case = reported(scene)
    told_and_heard(scene, case)
    scene.given(heard(MARIE_VAE), granted(MARIE_VAE, 3))
    scene.when(decide(case, withdraws=(JUNE,)), by=AS_ZELDA)
    scene.then_refused(NotDecidedYet)
    scene.when(decide(case, withdraws=(MARCH,)), by=AS_ZELDA)
    scene.then_refused(NotOfThisDossier)
    scene.given(ended(released=False))
    scene.when_annulled(decide(case, withdraws=(JUNE,)), by=AS_ZELDA)
    scene.then_recorded(FraudFound, DecisionAnnulled, ReleaseResumed)
    assert lawful(scene) == []


def test_jury_deceived_by_a_fraud_may_sit_again_on_the_candidate(scene: Scenario) -> None:
    """A renewed panel is needed after a fault of the jury (ADR 16); here it was deceived."""
    scene.given(*won(MARIE_VAE))
    case = reported(scene)
    told_and_heard(scene, case)
    scene.when_annulled(decide(case, withdraws=(JUNE,)), by=AS_ZELDA)
    scene.given(planned(MARCH))
    scene.when(SummonCandidate(session=MARCH, candidacy=MARIE_VAE), by=AS_RENEE)
    listed, _ = scene.then_recorded(CandidateListed, CandidateSummoned)
    assert getattr(listed, "barred", None) == ()


# --- sanctions


def found_out(scene: Scenario) -> UUID:
    scene.given(*won(MARIE_VAE))
    case = reported(scene)
    told_and_heard(scene, case)
    scene.when(decide(case), by=AS_ZELDA)
    return case


def test_sanction_must_be_one_of_the_rulebook_within_its_limits(scene: Scenario) -> None:
    case = found_out(scene)
    for code, said in (
        ("X", {}),
        ("A", {"months": 3}),
        ("A", {"competences": (1,)}),
        ("N", {}),
        ("E", {}),
        ("E", {"months": 25}),
        ("E", {"months": -1}),
    ):
        scene.when(sanctioned(case, code, **said), by=AS_ZELDA)
        scene.then_refused(UnknownSanction)
    scene.when(sanctioned(case, "A"), by=AS_ZELDA)
    scene.then_recorded(SanctionPronounced)
    scene.when(sanctioned(case, "A"), by=AS_ZELDA)
    scene.then_refused(UnknownSanction)
    scene.when(replace(sanctioned(case, "E", months=1), reason=" "), by=AS_ZELDA)
    scene.then_refused(FraudUnreasoned)
    scene.when(sanctioned(case, "E", months=24), by=AS_ZELDA)
    scene.then_recorded(SanctionPronounced)
    assert outcome(scene, AS_MARIE) == "full", "a sanction is no ruling"


def test_voided_marks_add_up_over_sanctions_and_the_longest_exclusion_applies() -> None:
    fraud = Fraud(id=Fraud.id_of(MARIE))
    for number, until in ((1, date(2023, 6, 15)), (2, date(2022, 6, 15))):
        said = FraudReported(
            case=UUID(int=number),
            candidacy=MARIE_VAE,
            reported_by=PAUL,
            session=JUNE,
            sitting=None,
            evidence=(),
            competences=(),
            statement=Personal("x", MARIE),
        )
        fraud = fraud.evolve(said)
        sanction = SanctionPronounced(
            case=UUID(int=number),
            candidacy=MARIE_VAE,
            sanction="N",
            kind=SanctionKind.MARKS_VOID,
            competences=(number,),
            until=until,
            reason=Personal("x", MARIE),
            juries=(),
            pronounced_by=RENEE,
        )
        fraud = fraud.evolve(sanction)
    assert (fraud.voided(MARIE_VAE), fraud.until) == (frozenset({1, 2}), date(2023, 6, 15))


def test_case_without_a_finding_cannot_be_questioned(scene: Scenario) -> None:
    """See `test_fraud_found_wrongly_and_lifted.py` for the whole story."""
    scene.given(*won(MARIE_VAE))
    case = reported(scene)
    ask = QuestionFinding(candidacy=MARIE_VAE, case=case, ground=ComplaintGround.PROCEDURAL, statement="x")
    scene.when(ask, by=AS_MARIE)
    scene.then_refused(NothingToLift)


def test_sanction_needs_a_fraud_that_was_found(scene: Scenario) -> None:
    scene.given(*won(MARIE_VAE))
    case = reported(scene)
    scene.when(sanctioned(case, "A"), by=AS_ZELDA)
    scene.then_refused(NoFraudFound)
    scene.when(decide(case, found=False), by=AS_ZELDA)
    scene.when(sanctioned(case, "A"), by=AS_ZELDA)
    scene.then_refused(NoFraudFound)


def test_excluded_candidate_cannot_apply_or_be_summoned_until_the_last_day(scene: Scenario) -> None:
    case = found_out(scene)
    scene.when(sanctioned(case, "E", months=12), by=AS_ZELDA)
    assert getattr(scene.then_recorded(SanctionPronounced)[0], "until", None) == date(2022, 6, 15)
    assert lawful(scene) == []
    apply = OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.FI)
    scene.when(apply, by=AS_MARIE, on=date(2022, 6, 15))
    scene.then_refused(Excluded)
    scene.given(applied(MARIE_FI), planned(MARCH))
    scene.when(SummonCandidate(session=MARCH, candidacy=MARIE_FI), by=AS_RENEE)
    scene.then_refused(Excluded)
    assert PLANS[MARCH].held_on == LATER_DAY


def test_exclusion_cancels_the_summons_of_the_candidate(scene: Scenario) -> None:
    """The candidate was summoned before the finding; their other candidacy is found by the registrar or the jury."""
    case = found_out(scene)
    scene.given(applied(MARIE_FI), planned(MARCH), *summoned(MARCH, MARIE_VAE, MARIE_FI))
    start = len(scene.store.told)
    scene.when(sanctioned(case, "E", months=12), by=AS_ZELDA)
    _, fell = scene.then_recorded(SanctionPronounced, SummonsFell)
    exclusion = SummonsGround.EXCLUSION
    assert fell == SummonsFell(session=MARCH, candidacy=MARIE_VAE, ground=exclusion, fell_on=scene.today)
    assert scene.log.find(Deliberation, Deliberation.id_of(MARCH, MARIE_VAE)).attendance is Attendance.EXCLUDED
    scene.given(opened(MARCH))
    scene.when(OpenDeliberation(session=MARCH, candidacy=MARIE_FI), by=AS_PAUL, on=HEARING)
    scene.then_refused(Excluded)
    other = LetSummonsFall(session=MARCH, candidacy=MARIE_FI)
    scene.when(other, by=AS_RENEE, on=HEARING)
    scene.then_recorded(SummonsFell)
    scene.when(other, by=AS_RENEE, on=HEARING)
    scene.then_refused(SummonsStands)
    back = CorrectAttendance(session=MARCH, candidacy=MARIE_FI, reason="x")
    scene.when(back, by=AS_RENEE, on=HEARING)
    scene.then_refused(Excluded)
    corrected = AttendanceCorrected(session=MARCH, candidacy=MARIE_FI, reason=Personal("x", MARIE))
    there = Deliberation.id_of(MARCH, MARIE_FI)
    assert scene.forged(there, corrected, by=AS_RENEE, on=HEARING) == ["excluded"]
    ours = {told.stamp.position for told in scene.store.told[start:] if isinstance(told.fact, SummonsFell)}
    assert [found.rule for found in replay(scene.store.told) if found.position in ours] == []
    forged = [told for told in scene.store.told if not isinstance(told.fact, SanctionPronounced)]
    assert {found.rule for found in replay(forged) if found.position in ours} == {"summons-stands"}


def test_voided_mark_does_not_count_and_its_competence_cannot_be_ruled_acquired(scene: Scenario) -> None:
    fi = CandidacyId(MARIE_FI)
    scene.given(applied(fi), assigned(fi, ASTRID, (21, 22)), marked(fi, ASTRID, (21, "acquired"), (22, "acquired")))
    scene.given(*before_the_jury(fi), heard(fi))
    case = reported(scene, replace(REPORT, candidacy=fi))
    scene.when(TellOfFraud(candidacy=fi, case=case, hearing_on=HEARING), by=AS_RENEE)
    scene.when(HearOnFraud(candidacy=fi, case=case, statement="x"), by=AS_RENEE, on=HEARING)
    scene.when(replace(decide(case), candidacy=fi), by=AS_ZELDA)
    scene.when(replace(sanctioned(case, "N", competences=(31,)), candidacy=fi), by=AS_ZELDA)
    scene.then_refused(UnknownCompetence)
    scene.when_annulled(replace(sanctioned(case, "N", competences=(21,)), candidacy=fi), by=AS_ZELDA)
    scene.then_recorded(SanctionPronounced)

    def acquired() -> list[bool | None]:
        lines = standing_for(as_reader(AS_RENEE), RNCP31936, RULES, scene.store.told).competences
        return [line.acquired for line in lines if line.number in {21, 22}]

    assert acquired() == [None, True], "the mark that was filed says nothing any more"

    def rule(number: int, *, acquired: bool) -> RuleCompetences:
        ruling = Ruling(competence=number, acquired=acquired, reason="x")
        return RuleCompetences(session=JUNE, candidacy=fi, rulings=(ruling,))

    scene.when(rule(21, acquired=True), by=AS_PAUL)
    scene.then_refused(MarksVoid, 21)
    scene.when(rule(21, acquired=False), by=AS_PAUL)
    assert getattr(scene.then_recorded(CompetenceRuled)[0], "departs_from", "?") is None
    scene.when(rule(22, acquired=True), by=AS_PAUL)
    scene.then_recorded(CompetenceRuled)
    assert lawful(scene) == []
    assert acquired() == [False, True]


# --- other effects


def test_data_of_the_candidate_cannot_be_erased_during_a_fraud_procedure(scene: Scenario) -> None:
    scene.given(*won(MARIE_VAE))
    case = reported(scene)

    def why() -> set[RetentionReason | None]:
        with scene.store.attempt(
            Request(actor=OPERATOR, append_id=uuid4(), today=JURY_DAY, hour=NOON), frozenset()
        ) as attempt:
            found = circumstances(attempt, MARIE, (MARIE_VAE,), ())
        return {fate.why for fate in found.plan((Retention.PAPERS,), ErasureGround.REQUEST, JURY_DAY)}

    assert why() == {RetentionReason.QUESTIONED}
    scene.when(decide(case, found=False), by=AS_ZELDA)
    assert why() == {None}


def test_replay_finds_forged_facts_of_a_fraud(scene: Scenario) -> None:
    scene.given(*won(MARIE_VAE))
    case = reported(scene)
    told_and_heard(scene, case)
    scene.when(decide(case), by=AS_ZELDA)
    *before, last = scene.store.told

    def verdict(fact: Fact) -> list[str]:
        return [f.rule for f in replay([*before, replace(last, fact=fact)]) if f.position == last.stamp.position]

    decided = last.fact
    assert isinstance(decided, FraudFound)
    assert verdict(decided) == []
    assert verdict(replace(decided, rested=())) == ["decided-otherwise"]
    assert verdict(replace(decided, case=uuid4())) == ["not-found"]
    assert verdict(replace(decided, body=FraudBody.JURY)) == ["decided-otherwise"]
    by_reporter = replace(last, stamp=replace(last.stamp, by=RENEE))
    found = [f.rule for f in replay([*before, by_reporter]) if f.position == last.stamp.position]
    assert found == ["reporter-does-not-decide"]


# --- withheld results and the lapse of the candidacy

LAPSES = replace(RULES, fraud=CERTIFIER, journeys=JourneyRules(lapses_after_months=6))


def under_reserve(scene: Scenario) -> UUID:
    """Let a jury of June grant one block, released to all but Marie, suspected of a fraud before."""
    scene.given(At(RULEBOOK, (RulebookPublished(rules=LAPSES),)), *vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE))
    scene.given(heard(MARIE_VAE), ruled(MARIE_VAE, range(21, 26)), granted(MARIE_VAE, 3))
    case = reported(scene)
    scene.given(ended())
    return case


def running_lapse(scene: Scenario) -> list[date | None]:
    log = scene.log
    found = [each for each in deadlines(log.find(Candidacy, MARIE_VAE), log.find) if each.clock.duty is Duty.LAPSE]
    return [each.ends_on for each in found]


def test_candidacy_cannot_lapse_change_route_or_be_withdrawn_while_its_result_is_withheld(scene: Scenario) -> None:
    under_reserve(scene)
    scene.when(LapseCandidacy(candidacy=MARIE_VAE), by=SYSTEM, on=date(2022, 6, 1))
    scene.then_refused(NotLapsed)
    scene.when(ChangeRoute(candidacy=MARIE_VAE, route=Route.CL), by=AS_MARIE, on=date(2022, 6, 1))
    scene.then_refused(BeingDecided)
    scene.when(WithdrawCandidacy(candidacy=MARIE_VAE), by=AS_MARIE, on=date(2022, 6, 1))
    scene.then_refused(BeingDecided)
    assert running_lapse(scene) == []


def test_lapse_runs_from_the_day_on_which_a_withheld_result_is_released(scene: Scenario) -> None:
    case = under_reserve(scene)
    told_and_heard(scene, case)
    scene.when(decide(case, found=False), by=AS_ZELDA, on=date(2022, 6, 1))
    scene.then_recorded(FraudDismissed, ReleaseResumed)
    assert running_lapse(scene) == [date(2022, 12, 1)]
    scene.when(LapseCandidacy(candidacy=MARIE_VAE), by=SYSTEM, on=date(2022, 12, 1))
    scene.then_refused(NotLapsed)
    scene.when(LapseCandidacy(candidacy=MARIE_VAE), by=SYSTEM, on=date(2022, 12, 2))
    scene.then(CandidacyLapsed(since=date(2022, 6, 1), last_day=date(2022, 12, 1)))
    assert [found for found in replay(scene.store.told) if found.position > scene.head] == []


# Decisions of ADR 32


def before_the_chair_left(scenario: Scenario, *since: At) -> UUID:
    """Report and hear a fraud that the jury decides on; Paul chaired it, Nadia was a member."""
    ruled_by(scenario, replace(CERTIFIER, decided_by=FraudBody.JURY))
    scenario.given(*won(MARIE_VAE))
    case = reported(scenario)
    told_and_heard(scenario, case)
    scenario.given(*since)
    return case


@pytest.mark.parametrize("left", [True, False])
def test_fraud_is_decided_by_another_member_when_the_chair_lost_the_juror_role(
    scenario: Scenario, left: bool
) -> None:
    """Otherwise the case could never be decided and the result would be withheld for ever."""
    case = before_the_chair_left(scenario, *([At(PAUL, (RoleWithdrawn(role=Role.JUROR),))] if left else []))
    scenario.when(decide(case), by=AS_MARC)
    scenario.then_refused(NotFound)
    scenario.when(decide(case, vote=VoteOutcome.MAJORITY), by=AS_NADIA)
    if left:
        scenario.then_recorded(FraudFound)
        assert lawful(scenario) == []
    else:
        scenario.then_refused(NotTheBody)


def test_fraud_is_decided_by_another_member_when_the_chair_was_recused_for_the_candidate(scenario: Scenario) -> None:
    case = before_the_chair_left(scenario, recused(MARIE_VAE, PAUL))
    scenario.when(decide(case), by=AS_PAUL)
    scenario.then_refused(NotTheBody)
    scenario.when(decide(case, vote=VoteOutcome.MAJORITY), by=AS_NADIA)
    scenario.then_recorded(FraudFound)


def test_voided_marks_in_vae_bind_the_juries_called_by_then_and_no_later_one(scene: Scenario) -> None:
    """There is no mark to wait for: a later jury judges the work that the candidate shows it (ADR 32)."""
    scene.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    case = reported(scene)
    told_and_heard(scene, case)
    scene.when(decide(case), by=AS_ZELDA)
    scene.when_annulled(sanctioned(case, "N", competences=(21,)), by=AS_ZELDA)

    def rule(session: SessionId) -> RuleCompetences:
        ruling = Ruling(competence=21, acquired=True)
        return RuleCompetences(session=session, candidacy=MARIE_VAE, rulings=(ruling,))

    scene.when(rule(JUNE), by=AS_PAUL)
    scene.then_refused(MarksVoid, 21)
    scene.given(ruled(MARIE_VAE, [22, 25], [21, 23, 24]), not_granted(MARIE_VAE, 3), ended())
    scene.given(*before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    scene.when(rule(MARCH), by=AS_PAUL, on=LATER_DAY)
    scene.then_recorded(CompetenceRuled)
    last = scene.store.told[-1]
    assert last.stamp.position not in {found.position for found in replay(scene.store.told)}


def test_voided_marks_bind_the_next_jury_of_the_candidacy_but_no_other_candidacy(
    scene: Scenario,
) -> None:
    fi = CandidacyId(MARIE_FI)
    scene.given(applied(fi), assigned(fi, ASTRID, (21, 22)), marked(fi, ASTRID, (21, "acquired"), (22, "acquired")))
    scene.given(*before_the_jury(fi), heard(fi))
    case = reported(scene, replace(REPORT, candidacy=fi))
    scene.when(TellOfFraud(candidacy=fi, case=case, hearing_on=HEARING), by=AS_RENEE)
    scene.when(HearOnFraud(candidacy=fi, case=case, statement="x"), by=AS_RENEE, on=HEARING)
    scene.when(replace(decide(case), candidacy=fi), by=AS_ZELDA)
    scene.when_annulled(replace(sanctioned(case, "N", competences=(21,)), candidacy=fi), by=AS_ZELDA)
    scene.given(ruled(fi, [22], [21]), not_granted(fi, 3), ended())
    scene.given(*before_the_jury(fi, session=MARCH), heard(fi, MARCH), marked(fi, ASTRID, (21, "acquired")))
    again = RuleCompetences(session=MARCH, candidacy=fi, rulings=(Ruling(competence=21, acquired=True),))
    scene.when(again, by=AS_PAUL, on=LATER_DAY)
    scene.then_refused(MarksVoid, 21)
    fraud = rebuilt(Fraud(id=Fraud.id_of(MARIE)), scene.store.facts(Fraud.id_of(MARIE)))
    assert (fraud.voided(fi), fraud.voided(MARIE_VAE)) == (frozenset({21}), frozenset())


@pytest.mark.parametrize("route", [None, Route.FC], ids=["taken up again", "by another route"])
def test_excluded_candidate_cannot_resume_a_candidacy_or_change_route(scene: Scenario, route: Route | None) -> None:
    """Where a new application is refused, resuming or changing route is refused too."""
    case = found_out(scene)
    scene.when(sanctioned(case, "E", months=12), by=AS_ZELDA)
    scene.given(applied(MARIE_FI))
    command: ResumeCandidacy | ChangeRoute = ChangeRoute(candidacy=MARIE_FI, route=Route.FC)
    fact: Fact = RouteChanged(route=Route.FC, changed_on=JURY_DAY)
    if route is None:
        scene.given(At(MARIE_FI, (CandidacyWithdrawn(withdrawn_on=JURY_DAY),)))
        command, fact = ResumeCandidacy(candidacy=MARIE_FI), CandidacyResumed(resumed_on=JURY_DAY)
    scene.when(command, by=AS_MARIE)
    scene.then_refused(Excluded)
    assert scene.forged(MARIE_FI, fact, by=AS_MARIE) == ["excluded"]
    scene.when(command, by=AS_MARIE, on=date(2022, 6, 16))
    assert scene.wrong() == []
    assert isinstance(scene.outcome, Recorded)
