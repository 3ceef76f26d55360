"""The renewed jury after an annulment: no member or substitute of the first jury may sit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from domain.appeal.facts import ComplaintGround
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.candidacy_life import NotLapsed
from domain.candidacy.facts import CandidateSummoned
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.request_review import RequestReview
from domain.commands.candidacy.lapse_candidacy import LapseCandidacy
from domain.commands.jury.appoint_juror import AppointJuror
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.refer_candidate import ReferCandidate
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_member_in import SignMemberIn
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.register.enter_register import EnterRegister
from domain.deadlines.last_step import course
from domain.fact import Personal
from domain.framework.jury_rule import Sex
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    Attendance,
    CandidateListed,
    CandidateNotHeard,
    CandidateReferred,
    CommissionNamed,
    CompetenceRuled,
    DeliberationOpened,
    JurorAppointed,
    JurorRecused,
    ResultsReleased,
    SessionCancelled,
    SessionClosed,
    SessionOpened,
)
from domain.jury.presence import NoAttemptLeft
from domain.jury.ruling import Ruling
from domain.jury.session import PanelNotRenewed
from domain.jury.vote import VoteOutcome
from domain.ports import SYSTEM, Actor, Command, PersonId, Recorded, Request, Role, SessionId
from domain.register.facts import RegisterEntered
from domain.replay.judge import replay
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.journey_rules import JourneyRules
from domain.rulebook.rules import Rules
from domain.rulebook.session_rules import SessionRules
from domain.standing.standing import standing
from tests.given.domain.people import (
    AS_MARC,
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    CLOSED,
    ELSA,
    ENOUGH,
    JUNE,
    JURY_DAY,
    LATER_DAY,
    MARCH,
    MARIE,
    MARIE_VAE,
    NADIA,
    NINA,
    PANEL,
    RENEWED,
    RENEWED_SEATS,
    RNCP31936,
    RULEBOOK,
    RULES,
    SACHA,
    SAMIR_VAE,
    SEATS,
    SIGNED,
    actor,
    annulled,
    arrived,
    before_the_jury,
    ended,
    granted,
    heard,
    known,
    opened,
    person,
    plan,
    planned,
    registered,
    seat,
    summoned,
    vae_filed,
    won,
)
from tests.given.domain.scenario import NOON, At, Scenario

SIX_MONTHS = replace(RULES, journeys=JourneyRules(lapses_after_months=6))
CALL = SummonCandidate(session=MARCH, candidacy=MARIE_VAE)
FIRST_JURY = tuple(sorted({*PANEL, ELSA, SACHA}))
"""All who were on the first jury: five members, and two substitutes who did not sit."""


def test_candidate_wins_the_title_before_a_renewed_jury_after_an_accepted_review(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE), planned(MARCH, seats=RENEWED_SEATS))
    scenario.second_registrar()
    start = len(scenario.store.told)
    rulings = tuple(Ruling(competence=number, acquired=True) for number in ENOUGH)
    blocks = tuple(BlockDecision(block=number, granted=True) for number in (1, 2, 3, 4))
    complaint = RequestReview(
        session=JUNE, candidacy=MARIE_VAE, ground=ComplaintGround.PROCEDURAL, statement="Un juré m'a formée."
    )
    answer = AnswerReview(session=JUNE, candidacy=MARIE_VAE, accepted=True, reason="C'est exact.")
    steps: tuple[tuple[Command, Actor], ...] = (
        (EnterRegister(candidacy=MARIE_VAE), AS_RENEE),
        (complaint, AS_MARIE),
        (answer, AS_RENEE),
        (CALL, AS_RENEE),
        *((SignMemberIn(session=MARCH, juror=each), AS_RENEE) for each in RENEWED),
        (OpenSession(session=MARCH), AS_RENEE),
        (NoteCandidatePresent(session=MARCH, candidacy=MARIE_VAE), AS_RENEE),
        (OpenDeliberation(session=MARCH, candidacy=MARIE_VAE), AS_MARC),
        (RuleCompetences(session=MARCH, candidacy=MARIE_VAE, rulings=rulings), AS_MARC),
        (
            RecordDecision(outcome=VoteOutcome.UNANIMOUS, session=MARCH, candidacy=MARIE_VAE, decisions=blocks),
            AS_MARC,
        ),
        (RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=MARCH, candidacy=MARIE_VAE), AS_MARC),
        (CloseSession(session=MARCH), AS_RENEE),
        (SignMinutes(session=MARCH), AS_MARC),
        (ReleaseResults(session=MARCH), AS_RENEE),
        (EnterRegister(candidacy=MARIE_VAE), AS_RENEE),
    )
    for number, (command, who) in enumerate(steps):
        scenario.when_annulled(command, by=who, on=scenario.today if number < 4 else LATER_DAY)
        assert isinstance(scenario.outcome, Recorded), scenario.outcome
        assert scenario.store.told[scenario.head :], command
    (entered,) = scenario.then_recorded(RegisterEntered)
    assert isinstance(entered, RegisterEntered)
    assert (entered.number, entered.obtained_on) == (2, LATER_DAY)
    assert standing(RNCP31936, RULES, scenario.store.told).title_on == LATER_DAY
    unlawful = [found for found in replay(scenario.store.told) if found.position > start]
    assert unlawful == [], "the replay finds each of these facts lawful"


@pytest.mark.parametrize(
    "common",
    [seat(NADIA, Sex.F, substitute=True), seat(ELSA, Sex.F, substitute=True)],
    ids=["a member", "a substitute who never sat"],
)
def test_candidate_cannot_be_summoned_before_a_jury_with_a_member_or_substitute_of_the_first(
    scenario: Scenario, common: JurorAppointed
) -> None:
    scenario.given(*won(MARIE_VAE), annulled(MARIE_VAE))
    scenario.given(planned(MARCH, seats=(*RENEWED_SEATS, common)))
    scenario.when(CALL, by=AS_RENEE)
    scenario.then_refused(PanelNotRenewed, common.juror)


def test_listing_names_the_jurors_barred(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE), annulled(MARIE_VAE), planned(MARCH, seats=RENEWED_SEATS))
    scenario.when(CALL, by=AS_RENEE)
    assert CandidateListed(candidacy=MARIE_VAE, candidate=MARIE, barred=FIRST_JURY, renews=(JUNE,), tied=()) in [
        told.fact for told in scenario.store.told[scenario.head :]
    ]


@pytest.mark.parametrize("juror", FIRST_JURY)
@pytest.mark.parametrize("substitute", [True, False])
def test_juror_of_the_first_jury_cannot_be_appointed_after_the_summons(
    scenario: Scenario, juror: PersonId, substitute: bool
) -> None:
    scenario.given(*won(MARIE_VAE), annulled(MARIE_VAE), planned(MARCH, seats=RENEWED_SEATS[:4]))
    scenario.when(CALL, by=AS_RENEE)
    appoint = AppointJuror(session=MARCH, juror=juror, substitute=substitute)
    scenario.when(appoint, by=AS_RENEE)
    scenario.then_refused(PanelNotRenewed, juror)


def test_juror_barred_by_one_candidate_cannot_be_appointed_when_others_are_listed_too(scenario: Scenario) -> None:
    """Jurors barred by one candidate are barred from the whole session."""
    scenario.given(*won(MARIE_VAE), annulled(MARIE_VAE), *vae_filed(SAMIR_VAE))
    scenario.given(planned(MARCH, seats=RENEWED_SEATS[:4]))
    for candidacy in (MARIE_VAE, SAMIR_VAE):
        scenario.when(SummonCandidate(session=MARCH, candidacy=candidacy), by=AS_RENEE)
    scenario.when(AppointJuror(session=MARCH, juror=NADIA), by=AS_RENEE)
    scenario.then_refused(PanelNotRenewed, NADIA)


def test_decision_that_was_not_annulled_bars_no_juror(scenario: Scenario) -> None:
    """A second attempt on missing blocks may come before the same members."""
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(granted(MARIE_VAE, 1), ended(), planned(MARCH))
    scenario.when(CALL, by=AS_RENEE)
    assert CandidateListed(candidacy=MARIE_VAE, candidate=MARIE, tied=()) in [
        told.fact for told in scenario.store.told[scenario.head :]
    ]


# A decision annulled once the candidate is called before the next jury


def called_when_annulled(scenario: Scenario) -> None:
    """List Marie, who has one block, before the same members in March, then annul June's decision."""
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE), granted(MARIE_VAE, 1))
    scenario.given(ended(), planned(MARCH), *summoned(MARCH, MARIE_VAE), annulled(MARIE_VAE), opened(MARCH))


def test_members_of_the_annulled_jury_cannot_open_a_deliberation(scenario: Scenario) -> None:
    called_when_annulled(scenario)
    scenario.when(OpenDeliberation(session=MARCH, candidacy=MARIE_VAE), by=AS_PAUL)
    scenario.then_refused(PanelNotRenewed, *sorted(PANEL))


def test_members_of_the_annulled_jury_cannot_continue_a_deliberation(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE), granted(MARIE_VAE, 1))
    scenario.given(ended(), planned(MARCH), *summoned(MARCH, MARIE_VAE), opened(MARCH), heard(MARIE_VAE, MARCH))
    ruling = (Ruling(competence=10, acquired=True),)
    scenario.when(RuleCompetences(session=MARCH, candidacy=MARIE_VAE, rulings=ruling), by=AS_PAUL)
    scenario.then_recorded(*[type(told.fact) for told in scenario.store.told[scenario.head :]])
    scenario.given(annulled(MARIE_VAE))
    scenario.when(RuleCompetences(session=MARCH, candidacy=MARIE_VAE, rulings=ruling), by=AS_PAUL)
    scenario.then_refused(PanelNotRenewed, *sorted(PANEL))


def test_members_of_the_annulled_jury_can_refer_the_candidate_and_the_session_closes(scenario: Scenario) -> None:
    called_when_annulled(scenario)
    scenario.when(ReferCandidate(session=MARCH, candidacy=MARIE_VAE), by=AS_PAUL)
    scenario.then_recorded(CandidateReferred)
    scenario.when(CloseSession(session=MARCH), by=AS_RENEE)
    scenario.then_recorded(SessionClosed)


def test_other_candidates_of_the_session_are_deliberated_by_all_members(scenario: Scenario) -> None:
    called_when_annulled(scenario)
    scenario.given(*vae_filed(SAMIR_VAE), *summoned(MARCH, SAMIR_VAE), arrived(SAMIR_VAE, MARCH))
    scenario.when(OpenDeliberation(session=MARCH, candidacy=SAMIR_VAE), by=AS_PAUL)
    scenario.then_recorded(DeliberationOpened)


def test_two_annulments_bar_the_members_of_both_juries(scenario: Scenario) -> None:
    third = replace(RENEWED_SEATS[1], juror=NINA)
    scenario.given(*won(MARIE_VAE), annulled(MARIE_VAE), planned(MARCH, seats=RENEWED_SEATS))
    scenario.given(*summoned(MARCH, MARIE_VAE), opened(MARCH, RENEWED), heard(MARIE_VAE, MARCH, RENEWED))
    scenario.given(ended(MARCH), annulled(MARIE_VAE, MARCH))
    for juror in (third, SEATS[1]):
        session = SummonCandidate(session=_called(scenario, juror), candidacy=MARIE_VAE)
        scenario.when(session, by=AS_RENEE)
        scenario.then_refused(PanelNotRenewed, juror.juror)


def _called(scenario: Scenario, *seats: JurorAppointed) -> SessionId:
    session = SessionId(uuid4())
    scenario.given(At(session, (plan(LATER_DAY), *seats)))
    return session


def _sits(session: SessionId, present: tuple[PersonId, ...]) -> At:
    return At(session, (SessionOpened(present=present, opened_on=LATER_DAY),))


# Two decisions of one candidacy, each annulled: blocks 1 and 2 in June, blocks 3 and 4 in March

THIRD_SEATS = tuple(replace(each, juror=person(f"third {place}")) for place, each in enumerate(RENEWED_SEATS))
THIRD = tuple(each.juror for each in THIRD_SEATS)


def half_each(scenario: Scenario) -> None:
    """Let the jury of June grant two blocks, and another jury of March the other two."""
    scenario.given(At(RULEBOOK, (RulebookPublished(rules=SIX_MONTHS),)), *vae_filed(MARIE_VAE))
    scenario.given(*before_the_jury(MARIE_VAE), heard(MARIE_VAE), granted(MARIE_VAE, 1, 2), ended())
    scenario.given(planned(MARCH, seats=RENEWED_SEATS), *summoned(MARCH, MARIE_VAE), opened(MARCH, RENEWED))
    scenario.given(heard(MARIE_VAE, MARCH, RENEWED), granted(MARIE_VAE, 3, 4, session=MARCH), ended(MARCH))
    scenario.given(*(registered(juror, Role.JUROR) for juror in THIRD))


@pytest.mark.parametrize("common", [SEATS[1], RENEWED_SEATS[1]], ids=["of the one", "of the other"])
def test_renewed_jury_for_two_annulled_decisions_must_share_no_member_with_either(
    scenario: Scenario, common: JurorAppointed
) -> None:
    half_each(scenario)
    scenario.given(annulled(MARIE_VAE), annulled(MARIE_VAE, MARCH))
    shared = _called(scenario, *THIRD_SEATS, common)
    scenario.when(SummonCandidate(session=shared, candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.then_refused(PanelNotRenewed, common.juror)
    third = _called(scenario, *THIRD_SEATS)
    start = len(scenario.store.told)
    scenario.when(SummonCandidate(session=third, candidacy=MARIE_VAE), by=AS_RENEE)
    (listed, _) = scenario.then_recorded(CandidateListed, CandidateSummoned)
    assert isinstance(listed, CandidateListed)
    assert listed.renews == tuple(sorted((JUNE, MARCH)))
    assert not _owed(scenario)
    assert [found for found in replay(scenario.store.told) if found.position > start] == []
    scenario.given(_sits(third, THIRD), heard(MARIE_VAE, third, THIRD))
    blocks = tuple(Ruling(competence=number, acquired=True) for number in ENOUGH)
    ruling = RuleCompetences(session=third, candidacy=MARIE_VAE, rulings=blocks)
    scenario.when(ruling, by=actor(THIRD[0], Role.JUROR), on=LATER_DAY)
    assert {told.fact for told in scenario.store.told[scenario.head :]} == {
        CompetenceRuled(session=third, candidacy=MARIE_VAE, competence=number, acquired=True, attempt=1)
        for number in ENOUGH
    }


def test_jury_called_for_one_annulled_decision_does_not_renew_one_annulled_since(scenario: Scenario) -> None:
    """Otherwise the candidacy would lapse on the next day, with half of it never decided again."""
    half_each(scenario)
    scenario.given(annulled(MARIE_VAE))
    third = _called(scenario, *THIRD_SEATS)
    scenario.when(SummonCandidate(session=third, candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.given(_sits(third, THIRD), heard(MARIE_VAE, third, THIRD), granted(MARIE_VAE, 1, 2, session=third))
    scenario.given(At(third, (CLOSED, SIGNED, ResultsReleased(released_on=LATER_DAY))))
    assert not _owed(scenario)
    scenario.given(annulled(MARIE_VAE, MARCH))
    assert _owed(scenario)
    scenario.when(LapseCandidacy(candidacy=MARIE_VAE), by=SYSTEM, on=date(2030, 1, 2))
    scenario.then_refused(NotLapsed)
    fourth = _called(scenario)
    scenario.when(SummonCandidate(session=fourth, candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.then_recorded(CandidateListed, CandidateSummoned)
    assert not _owed(scenario)


def test_jury_called_before_a_second_annulment_decides_both_without_members_of_either(scenario: Scenario) -> None:
    half_each(scenario)
    scenario.given(annulled(MARIE_VAE))
    mixed = _called(scenario, *THIRD_SEATS, RENEWED_SEATS[1])
    scenario.when(SummonCandidate(session=mixed, candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.then_recorded(CandidateListed, CandidateSummoned)
    common = RENEWED_SEATS[1].juror
    scenario.given(annulled(MARIE_VAE, MARCH), _sits(mixed, (*THIRD, common)))
    opens = OpenDeliberation(session=mixed, candidacy=MARIE_VAE)
    scenario.when(opens, by=actor(THIRD[0], Role.JUROR), on=LATER_DAY)
    scenario.then_refused(PanelNotRenewed, common)
    scenario.when(RecuseJuror(session=mixed, candidacy=MARIE_VAE, juror=common, reason="x"), by=AS_RENEE)
    scenario.then_recorded(JurorRecused)
    came = NoteCandidatePresent(session=mixed, candidacy=MARIE_VAE)
    for step in (came, opens):
        scenario.when(step, by=actor(THIRD[0], Role.JUROR), on=LATER_DAY)
    scenario.then_recorded(DeliberationOpened)


def _both_juries() -> tuple[PersonId, ...]:
    return tuple(sorted({*FIRST_JURY, *(each.juror for each in RENEWED_SEATS)}))


def _owed(scenario: Scenario) -> bool:
    """Return whether the domain finds that a renewed jury is owed."""
    request = Request(actor=SYSTEM, append_id=uuid4(), today=LATER_DAY, hour=NOON)
    with scenario.store.attempt(request, frozenset()) as log:
        return course(log, log.load(Candidacy, MARIE_VAE)).owed


# Annulment of an absence noted wrongly


def absent(scenario: Scenario, rules: Rules = SIX_MONTHS) -> None:
    """Note Marie absent in June, and annul it by a court: she had never been called."""
    scenario.given(At(RULEBOOK, (RulebookPublished(rules=rules),)), *vae_filed(MARIE_VAE))
    missed = CandidateNotHeard(session=JUNE, candidacy=MARIE_VAE, attendance=Attendance.ABSENT)
    scenario.given(
        *before_the_jury(MARIE_VAE, came=False), At(Deliberation.id_of(JUNE, MARIE_VAE), (missed,)), ended()
    )
    scenario.given(annulled(MARIE_VAE))


def test_members_who_only_noted_an_absence_may_sit_on_the_candidate_again(scenario: Scenario) -> None:
    """A renewed panel is needed after a jury that formed an opinion; this one never heard her."""
    absent(scenario)
    scenario.given(planned(MARCH))
    start = len(scenario.store.told)
    scenario.when(CALL, by=AS_RENEE)
    listed, _ = scenario.then_recorded(CandidateListed, CandidateSummoned)
    assert listed == CandidateListed(candidacy=MARIE_VAE, candidate=MARIE, renews=(JUNE,), tied=())
    assert [found for found in replay(scenario.store.told) if found.position > start] == []
    scenario.given(opened(MARCH), arrived(MARIE_VAE, MARCH))
    scenario.when(OpenDeliberation(session=MARCH, candidacy=MARIE_VAE), by=AS_PAUL, on=LATER_DAY)
    scenario.then_recorded(DeliberationOpened)


def test_annulled_absence_still_gives_the_right_to_a_jury(scenario: Scenario) -> None:
    """It was not her fault that she missed the first."""
    absent(scenario)
    assert _owed(scenario)
    scenario.when(LapseCandidacy(candidacy=MARIE_VAE), by=SYSTEM, on=date(2030, 1, 2))
    scenario.then_refused(NotLapsed)
    scenario.given(planned(MARCH))
    scenario.when(CALL, by=AS_RENEE)
    assert not _owed(scenario)


@pytest.mark.parametrize("undone", [True, False])
def test_annulled_absence_does_not_count_as_an_attempt(scenario: Scenario, *, undone: bool) -> None:
    once = replace(RULES, sessions=SessionRules(attempts=1, absence_counts=True))
    if undone:
        absent(scenario, once)
    else:
        scenario.given(At(RULEBOOK, (RulebookPublished(rules=once),)), *vae_filed(MARIE_VAE))
        missed = CandidateNotHeard(session=JUNE, candidacy=MARIE_VAE, attendance=Attendance.ABSENT)
        scenario.given(*before_the_jury(MARIE_VAE), At(Deliberation.id_of(JUNE, MARIE_VAE), (missed,)), ended())
    scenario.given(planned(MARCH, seats=RENEWED_SEATS))
    scenario.when(CALL, by=AS_RENEE)
    if undone:
        scenario.then_recorded(CandidateListed, CandidateSummoned)
    else:
        scenario.then_refused(NoAttemptLeft)


def test_member_of_a_commission_behind_the_annulled_decision_is_barred_too(scenario: Scenario) -> None:
    commission, member = SessionId(known("may commission")), RENEWED_SEATS[2]
    scenario.given(
        *vae_filed(MARIE_VAE), planned(JUNE), planned(commission, replace(plan(), reports_to=JUNE), (member,))
    )
    scenario.given(At(JUNE, (CommissionNamed(commission=commission),)), *summoned(commission, MARIE_VAE))
    scenario.given(*summoned(JUNE, MARIE_VAE), heard(MARIE_VAE, commission, (member.juror,)))
    scenario.given(opened(JUNE), heard(MARIE_VAE), granted(MARIE_VAE, 1), ended(), annulled(MARIE_VAE))
    sat = SessionOpened(present=(member.juror,), opened_on=JURY_DAY)
    scenario.given(At(commission, (sat, CLOSED, SIGNED, ResultsReleased(released_on=JURY_DAY))))
    renewed = _called(scenario, *RENEWED_SEATS)
    scenario.when(SummonCandidate(session=renewed, candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.then_refused(PanelNotRenewed, member.juror)
    without = tuple(replace(each, juror=person("another")) if each == member else each for each in RENEWED_SEATS)
    scenario.given(registered(person("another"), Role.JUROR))
    lawful = _called(scenario, *without)
    scenario.when(SummonCandidate(session=lawful, candidacy=MARIE_VAE), by=AS_RENEE)
    listed, _ = scenario.then_recorded(CandidateListed, CandidateSummoned)
    assert isinstance(listed, CandidateListed)
    assert (member.juror in listed.barred, listed.renews) == (True, (JUNE,))
    gone = tuple(sorted(set(listed.barred) - {member.juror}))
    other = _called(scenario, *without)
    scenario.given(At(lawful, (SessionCancelled(reason=Personal("x", MARIE)),)))
    called = At(MARIE_VAE, (CandidateSummoned(session=other),))
    assert scenario.forged_together(At(other, (listed,)), called, by=AS_RENEE) == []
    without_them = At(other, (replace(listed, barred=gone),))
    assert scenario.forged_together(without_them, called, by=AS_RENEE) == ["decided-otherwise"]
    seated = _called(scenario, *RENEWED_SEATS)
    scenario.given(At(seated, (replace(listed, barred=gone),)))
    scenario.given(At(MARIE_VAE, (CandidateSummoned(session=seated),)))
    scenario.given(_sits(seated, tuple(each.juror for each in RENEWED_SEATS)))
    take_up = OpenDeliberation(session=seated, candidacy=MARIE_VAE)
    scenario.when(take_up, by=actor(RENEWED_SEATS[0].juror, Role.JUROR))
    scenario.then_refused(PanelNotRenewed, member.juror)
