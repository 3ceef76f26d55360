"""Change of route, and blocks sought, within a candidacy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from domain.calendar import PARIS
from domain.candidacy.candidacy import Candidacy, CandidacyAlreadyOpen, NotAdmissible
from domain.candidacy.candidacy_life import BeingDecided, BlockNotSought, RouteUnchanged, TitleStands
from domain.candidacy.facts import (
    AdmissibilityDecided,
    BeginningCorrected,
    BlocksSought,
    CandidacyOpened,
    FeasibilityFileSubmitted,
    FileCounted,
    FilingChannel,
    RouteChanged,
    ValidationFileSubmitted,
)
from domain.candidacy.feasibility import SilenceNotOver
from domain.candidacy.seeking import NoSuchBlock
from domain.commands.candidacy.change_route import ChangeRoute
from domain.commands.candidacy.correct_beginning import CorrectBeginning
from domain.commands.candidacy.imply_admissibility import ImplyAdmissibility
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.seek_blocks import SeekBlocks
from domain.commands.candidacy.submit_feasibility_file import SubmitFeasibilityFile
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.jury.free_candidate import FreeCandidate
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.deadlines.deadline import Duty
from domain.deadlines.due import deadlines
from domain.fact import Personal
from domain.framework.definition import Route
from domain.framework.framework import OutsideRegistration, RouteClosed
from domain.jury.deliberation import Deliberation
from domain.jury.facts import BlockGranted, CandidateListed, DeliberationOpened, TitlePronounced
from domain.jury.granting import BlocksMissing
from domain.jury.ruling import NotReady, Ruling
from domain.jury.vote import VoteOutcome
from domain.ports import SYSTEM
from domain.refusal import NotFound
from domain.rulebook.facts import RuleSetPublished
from domain.rulebook.law import Law
from domain.rulebook.rule_set import RuleSetDate
from domain.standing.law_cited import LawOverTime, cited
from tests.given.domain.law import R335_7, THE_LAW
from tests.given.domain.people import (
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    AS_SAMIR,
    CV,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    LATER_DAY,
    MARCH,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    PANEL,
    RULEBOOK,
    admissible,
    applied,
    before_the_jury,
    ended,
    filed,
    granted,
    heard,
    opened,
    planned,
    put_in,
    ruled,
    summoned,
    unanimous,
    vae_filed,
    won,
)
from tests.given.domain.scenario import At, Scenario, newest_unlawful, rebuilt


def test_candidate_changes_to_another_open_route_under_the_same_id(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(ChangeRoute(candidacy=MARIE_VAE, route=Route.FC), by=AS_MARIE)
    scenario.then(RouteChanged(route=Route.FC, changed_on=JURY_DAY))
    assert newest_unlawful(scenario) == set()


def test_change_of_route_sets_the_route_and_the_beginning_of_the_new_journey() -> None:
    begun = rebuilt(Candidacy(id=MARIE_FI), applied(MARIE_FI).facts)
    assert (begun.terms.route, begun.terms.began_on) == (Route.FI, date(2021, 1, 4))
    changed = begun.evolve(RouteChanged(route=Route.VAE, changed_on=JURY_DAY))
    assert (changed.terms.route, changed.terms.began_on) == (Route.VAE, JURY_DAY)
    assert changed.terms.opened_on == date(2021, 1, 4)


def test_change_to_a_closed_route_is_refused(scenario: Scenario) -> None:
    """The sheet closes apprenticeship (A19)."""
    scenario.given(applied(MARIE_VAE))
    scenario.when(ChangeRoute(candidacy=MARIE_VAE, route=Route.CA), by=AS_MARIE)
    scenario.then_refused(RouteClosed)


def test_change_of_route_is_refused_to_the_same_route_or_after_the_registration_ended(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(ChangeRoute(candidacy=MARIE_VAE, route=Route.VAE), by=AS_MARIE)
    scenario.then_refused(RouteUnchanged)
    scenario.when(ChangeRoute(candidacy=MARIE_VAE, route=Route.FC), by=AS_MARIE, on=date(2023, 12, 19))
    scenario.then_refused(OutsideRegistration)


def test_candidacy_of_another_person_is_not_found_when_changing_its_route(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(ChangeRoute(candidacy=MARIE_VAE, route=Route.FC), by=AS_SAMIR)
    scenario.then_refused(NotFound)


def test_route_cannot_be_changed_while_a_jury_is_to_decide(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE), *summoned(JUNE, MARIE_VAE))
    scenario.when(ChangeRoute(candidacy=MARIE_VAE, route=Route.FC), by=AS_MARIE)
    scenario.then_refused(BeingDecided)


def test_route_cannot_be_changed_once_the_title_is_won(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(ChangeRoute(candidacy=MARIE_VAE, route=Route.FC), by=AS_RENEE)
    scenario.then_refused(TitleStands)


def test_route_cannot_be_changed_to_that_of_another_candidacy_of_the_same_person(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), applied(MARIE_FI))
    scenario.when(ChangeRoute(candidacy=MARIE_VAE, route=Route.FI), by=AS_MARIE)
    scenario.then_refused(CandidacyAlreadyOpen)


def test_second_candidacy_cannot_be_opened_by_the_route_that_the_first_changed_to(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE_VAE, (RouteChanged(route=Route.FI, changed_on=JURY_DAY),)))
    opening = OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.FI)
    scenario.when(opening, by=AS_MARIE)
    scenario.then_refused(CandidacyAlreadyOpen)


def test_blocks_granted_by_the_first_route_count_before_the_jury_of_the_second(scenario: Scenario) -> None:
    first = (heard(MARIE_VAE), ruled(MARIE_VAE, range(21, 26)), granted(MARIE_VAE, 3), ended())
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), *first)
    scenario.when(ChangeRoute(candidacy=MARIE_VAE, route=Route.FC), by=AS_MARIE)
    scenario.given(planned(MARCH), *summoned(MARCH, MARIE_VAE), opened(MARCH), heard(MARIE_VAE, MARCH))
    scenario.given(ruled(MARIE_VAE, (*range(1, 21), *range(26, 31)), session=MARCH))
    scenario.given(granted(MARIE_VAE, 1, 2, 4, session=MARCH))
    scenario.when(
        RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=MARCH, candidacy=MARIE_VAE),
        by=AS_PAUL,
        on=LATER_DAY,
    )
    scenario.then(unanimous(MARIE_VAE, MARCH), TitlePronounced(session=MARCH, candidacy=MARIE_VAE))


def test_jury_after_a_change_of_route_is_the_one_that_the_sheet_states_for_the_new_route(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI))
    scenario.when(ChangeRoute(candidacy=MARIE_FI, route=Route.FC), by=AS_MARIE)
    scenario.given(planned(JUNE))
    scenario.when(SummonCandidate(session=JUNE, candidacy=MARIE_FI), by=AS_RENEE)
    assert any(isinstance(told.fact, CandidateListed) for told in scenario.store.told[scenario.head :])


# Blocks sought


def seeking(*blocks: int) -> At:
    (opening,) = applied(MARIE_VAE).facts
    assert isinstance(opening, CandidacyOpened)
    return At(MARIE_VAE, (replace(opening, blocks=blocks),))


def before_the_jury_for(*blocks: int) -> tuple[At, ...]:
    return (seeking(*blocks), *vae_filed(MARIE_VAE)[1:], *before_the_jury(MARIE_VAE), heard(MARIE_VAE))


def test_candidate_applies_for_some_blocks_only(scenario: Scenario) -> None:
    apply = OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.VAE, blocks=(3, 1, 3))
    scenario.when(apply, by=AS_MARIE)
    (fact,) = scenario.then_recorded(CandidacyOpened)
    assert isinstance(fact, CandidacyOpened)
    assert fact.blocks == (1, 3)
    assert newest_unlawful(scenario) == set()


def test_candidate_cannot_apply_for_a_block_outside_the_framework(scenario: Scenario) -> None:
    apply = OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.VAE, blocks=(5,))
    scenario.when(apply, by=AS_MARIE)
    scenario.then_refused(NoSuchBlock, 5)


def test_jury_cannot_rule_on_or_decide_a_block_that_is_not_sought(scenario: Scenario) -> None:
    """Code du travail L6313-5: the validation of experience aims at a certification, or at a block of it."""
    scenario.given(*before_the_jury_for(3))
    rule = RuleCompetences(session=JUNE, candidacy=MARIE_VAE, rulings=(Ruling(competence=1, acquired=True),))
    scenario.when(rule, by=AS_PAUL)
    scenario.then_refused(BlockNotSought, 1)
    for granted_ in (True, False):
        decision = BlockDecision(block=1, granted=granted_, reason="x")
        scenario.when(
            RecordDecision(outcome=VoteOutcome.UNANIMOUS, session=JUNE, candidacy=MARIE_VAE, decisions=(decision,)),
            by=AS_PAUL,
        )
        scenario.then_refused(BlockNotSought, 1)


def test_jury_grants_the_blocks_sought_but_they_alone_do_not_make_the_title(scenario: Scenario) -> None:
    scenario.given(*before_the_jury_for(3), ruled(MARIE_VAE, range(21, 26)))
    decision = BlockDecision(block=3, granted=True)
    scenario.when(
        RecordDecision(outcome=VoteOutcome.UNANIMOUS, session=JUNE, candidacy=MARIE_VAE, decisions=(decision,)),
        by=AS_PAUL,
    )
    scenario.then(unanimous(MARIE_VAE, JUNE), BlockGranted(session=JUNE, candidacy=MARIE_VAE, block=3))
    assert newest_unlawful(scenario) == set()
    scenario.when(
        RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=JUNE, candidacy=MARIE_VAE), by=AS_PAUL
    )
    scenario.then_refused(BlocksMissing)


def test_title_is_pronounced_on_blocks_sought_later_with_those_won_before(scenario: Scenario) -> None:
    first = (ruled(MARIE_VAE, range(1, 26)), granted(MARIE_VAE, 1, 2, 3), ended())
    scenario.given(*before_the_jury_for(1, 2, 3), *first)
    scenario.when(SeekBlocks(candidacy=MARIE_VAE, blocks=(1, 2, 3, 4)), by=AS_MARIE)
    scenario.then(BlocksSought(blocks=(1, 2, 3, 4), sought_on=JURY_DAY, anew=True))
    scenario.given(admissible(MARIE_VAE))
    scenario.given(planned(MARCH), *summoned(MARCH, MARIE_VAE), opened(MARCH), heard(MARIE_VAE, MARCH))
    scenario.given(ruled(MARIE_VAE, range(26, 31), session=MARCH), granted(MARIE_VAE, 4, session=MARCH))
    scenario.when(
        RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=MARCH, candidacy=MARIE_VAE),
        by=AS_PAUL,
        on=LATER_DAY,
    )
    scenario.then(unanimous(MARIE_VAE, MARCH), TitlePronounced(session=MARCH, candidacy=MARIE_VAE))


@pytest.mark.parametrize("blocks", [(3,), (1,), (3, 9)], ids=["the same", "another instead", "unknown"])
def test_candidate_cannot_seek_fewer_other_or_unknown_blocks(scenario: Scenario, blocks: tuple[int, ...]) -> None:
    scenario.given(seeking(3))
    scenario.when(SeekBlocks(candidacy=MARIE_VAE, blocks=blocks), by=AS_MARIE)
    scenario.then_refused(NoSuchBlock)


def test_candidate_for_the_whole_certification_cannot_narrow_it_to_some_blocks(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    for blocks in ((3,), ()):
        scenario.when(SeekBlocks(candidacy=MARIE_VAE, blocks=blocks), by=AS_MARIE)
        scenario.then_refused(NoSuchBlock)


def test_candidate_for_some_blocks_can_seek_the_whole_certification(scenario: Scenario) -> None:
    scenario.given(seeking(3))
    scenario.when(SeekBlocks(candidacy=MARIE_VAE, blocks=()), by=AS_MARIE)
    scenario.then(BlocksSought(blocks=(), sought_on=JURY_DAY))
    assert newest_unlawful(scenario) == set()


def test_candidate_cannot_seek_more_blocks_while_a_jury_deliberates_on_them(scenario: Scenario) -> None:
    scenario.given(*before_the_jury_for(3))
    scenario.when(SeekBlocks(candidacy=MARIE_VAE, blocks=()), by=AS_MARIE)
    scenario.then_refused(BeingDecided)
    more = BlocksSought(blocks=(), sought_on=JURY_DAY)
    assert scenario.forged(MARIE_VAE, more, by=AS_MARIE) == ["being-decided"]


def test_beginning_of_a_parcours_cannot_be_corrected_while_the_candidate_is_called(scenario: Scenario) -> None:
    """R6412-1, NOTA: panel and notice fall under one law; a freed candidate may be called under another."""
    correct = CorrectBeginning(candidacy=MARIE_VAE, began_on=date(2019, 12, 20), reason="x")
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE), *summoned(JUNE, MARIE_VAE))
    scenario.when(correct, by=AS_RENEE)
    scenario.then_refused(BeingDecided)
    wrong = BeginningCorrected(began_on=date(2019, 12, 20), portal=False, reason=Personal("x", MARIE))
    assert scenario.forged(MARIE_VAE, wrong, by=AS_RENEE) == ["being-decided"]
    scenario.when(FreeCandidate(session=JUNE, candidacy=MARIE_VAE, reason="x"), by=AS_RENEE)
    scenario.when(correct, by=AS_RENEE)
    scenario.then_recorded(BeginningCorrected)
    assert newest_unlawful(scenario) == set()


def test_candidate_cannot_seek_more_blocks_once_the_registration_has_ended(scenario: Scenario) -> None:
    scenario.given(seeking(3))
    scenario.when(SeekBlocks(candidacy=MARIE_VAE, blocks=()), by=AS_MARIE, on=date(2023, 12, 19))
    scenario.then_refused(OutsideRegistration)
    late = BlocksSought(blocks=(), sought_on=date(2023, 12, 19))
    found = scenario.forged(MARIE_VAE, late, by=AS_MARIE, on=date(2023, 12, 19))
    assert found == ["outside-registration"]


def test_texts_cited_for_a_dossier_are_those_of_its_present_route(scenario: Scenario) -> None:
    scenario.given(THE_LAW, applied(MARIE_FI))
    law = LawOverTime.of(each for each in scenario.store.told if each.stamp.stream == Law.the())
    assert cited(law, scenario.store.told) == ()
    scenario.when(ChangeRoute(candidacy=MARIE_FI, route=Route.VAE), by=AS_MARIE)
    assert [each.rule_set for each in cited(law, scenario.store.told)] == ["CE-R335-7-2019"]


def test_deadline_of_a_decision_keeps_the_law_of_the_route_in_which_it_was_taken(
    scenario: Scenario,
) -> None:
    """A result is notified within fifteen days of the jury, whatever route the candidate takes afterwards."""
    notice = replace(R335_7, id="N", admissibility=None, notice_within_days=15)
    scenario.given(At(Law.the(), (RuleSetPublished(rule_set=notice),)), *vae_filed(MARIE_VAE))
    scenario.given(*before_the_jury(MARIE_VAE), heard(MARIE_VAE), ruled(MARIE_VAE, range(21, 26)))
    scenario.given(granted(MARIE_VAE, 3), ended())
    scenario.given(At(MARIE_VAE, (RouteChanged(route=Route.CL, changed_on=JURY_DAY),)))
    log = scenario.log
    found = deadlines(log.find(Candidacy, MARIE_VAE), log.find)
    assert [each.ends_on for each in found if each.clock.duty is Duty.NOTICE] == [date(2021, 6, 30)]


def test_deadline_of_a_decision_follows_the_law_of_the_jurys_day_when_the_text_says_so(
    scenario: Scenario,
) -> None:
    notice = replace(
        R335_7, id="N", first=JURY_DAY, chosen_by=RuleSetDate.SESSION, admissibility=None, notice_within_days=15
    )
    scenario.given(At(Law.the(), (RuleSetPublished(rule_set=notice),)), *vae_filed(MARIE_VAE))
    scenario.given(*before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    log = scenario.log
    found = deadlines(log.find(Candidacy, MARIE_VAE), log.find)
    assert [each.ends_on for each in found if each.clock.duty is Duty.NOTICE] == [date(2021, 6, 30)]


def test_feasibility_file_left_by_a_change_of_route_does_not_admit_by_silence(scenario: Scenario) -> None:
    """Code du travail R335_7-2: the certifier could not decide while another route was followed."""
    received = FeasibilityFileSubmitted(received_on=date(2021, 1, 5), channel=FilingChannel.PORTAL)
    away = RouteChanged(route=Route.FC, changed_on=date(2021, 1, 6))
    scenario.given(THE_LAW, applied(MARIE_VAE), At(MARIE_VAE, (received, away)))
    scenario.when(ChangeRoute(candidacy=MARIE_VAE, route=Route.VAE), by=AS_MARIE)
    noon = datetime.combine(JURY_DAY, time(12), ZoneInfo(PARIS))
    scenario.when(ImplyAdmissibility(candidacy=MARIE_VAE, at=noon), by=SYSTEM)
    scenario.then_refused(SilenceNotOver)
    scenario.when(SubmitFeasibilityFile(candidacy=MARIE_VAE), by=AS_MARIE)
    scenario.then_recorded(FileCounted, FeasibilityFileSubmitted)
    assert newest_unlawful(scenario) == set()


@pytest.mark.parametrize("admissible", [True, False])
def test_admissibility_survives_another_route_and_back_but_a_refusal_may_be_decided_again(
    admissible: bool,
) -> None:
    decided = AdmissibilityDecided(
        admissible=admissible, file_received_on=date(2021, 1, 5), decided_on=date(2021, 1, 5)
    )
    begun = rebuilt(Candidacy(id=MARIE_VAE), [*applied(MARIE_VAE).facts, decided])
    for route in (Route.FC, Route.VAE):
        begun = begun.evolve(RouteChanged(route=route, changed_on=JURY_DAY))
    assert begun.admissible is (True if admissible else None)


# A file filed by another route does not count in VAE


def test_file_of_another_route_does_not_let_a_vae_candidate_come_before_a_jury(scenario: Scenario) -> None:
    """Code du travail R335_7-2: in VAE a candidate comes before a jury once the candidacy is admissible."""
    scenario.given(applied(MARIE_FI), put_in(MARIE_FI, CV), filed(MARIE_FI, CV), planned(JUNE))
    scenario.given(At(MARIE_FI, (RouteChanged(route=Route.VAE, changed_on=JURY_DAY),)))
    scenario.when(SummonCandidate(session=JUNE, candidacy=MARIE_FI), by=AS_RENEE)
    scenario.then_refused(NotAdmissible)
    listed = CandidateListed(candidacy=MARIE_FI, candidate=MARIE)
    assert scenario.forged(JUNE, listed, by=AS_RENEE) == ["not-admissible"]
    scenario.given(*before_the_jury(MARIE_FI)[1:])
    scenario.when(OpenDeliberation(session=JUNE, candidacy=MARIE_FI), by=AS_PAUL)
    scenario.then_refused(NotAdmissible)
    taken_up = DeliberationOpened(session=JUNE, candidacy=MARIE_FI, panel=tuple(sorted(PANEL)))
    where = Deliberation.id_of(JUNE, MARIE_FI)
    assert scenario.forged(where, taken_up, by=AS_PAUL) == ["not-admissible"]


def test_file_of_another_route_must_be_filed_again_even_once_the_vae_candidacy_is_admissible(
    scenario: Scenario,
) -> None:
    """The same pieces may be filed; the jury's time runs from then, not from the file of the other route."""
    within = replace(R335_7, id="J", admissibility=None, jury_within_months=3)
    scenario.given(At(Law.the(), (RuleSetPublished(rule_set=within),)), applied(MARIE_FI), put_in(MARIE_FI, CV))
    scenario.given(At(MARIE_FI, (ValidationFileSubmitted(evidence=(CV,), filed_on=date(2021, 1, 5)),)))
    scenario.given(At(MARIE_FI, (RouteChanged(route=Route.VAE, changed_on=date(2021, 2, 1)),)), admissible(MARIE_FI))
    scenario.given(*before_the_jury(MARIE_FI))
    scenario.when(OpenDeliberation(session=JUNE, candidacy=MARIE_FI), by=AS_PAUL)
    scenario.then_refused(NotReady)
    log = scenario.log
    assert Duty.JURY not in {each.clock.duty for each in deadlines(log.find(Candidacy, MARIE_FI), log.find)}
    scenario.when(SubmitValidationFile(candidacy=MARIE_FI, evidence=(CV,)), by=AS_MARIE)
    scenario.then(ValidationFileSubmitted(evidence=(CV,), filed_on=JURY_DAY))
    assert scenario.wrong() == []
    scenario.when(OpenDeliberation(session=JUNE, candidacy=MARIE_FI), by=AS_PAUL)
    scenario.then_recorded(DeliberationOpened)
    assert scenario.wrong() == []


def test_vae_file_still_counts_after_another_route_and_back(scenario: Scenario) -> None:
    away, back = (RouteChanged(route=route, changed_on=date(2021, 2, 1)) for route in (Route.FC, Route.VAE))
    scenario.given(*vae_filed(MARIE_VAE), At(MARIE_VAE, (away, back)), *before_the_jury(MARIE_VAE))
    scenario.when(OpenDeliberation(session=JUNE, candidacy=MARIE_VAE), by=AS_PAUL)
    scenario.then_recorded(DeliberationOpened)
    assert scenario.wrong() == []


def test_inadmissible_candidate_cannot_return_to_vae_with_the_file_of_another_route(
    scenario: Scenario,
) -> None:
    away, back = (RouteChanged(route=route, changed_on=date(2021, 2, 1)) for route in (Route.FC, Route.VAE))
    refused = AdmissibilityDecided(admissible=False, file_received_on=date(2021, 1, 5), decided_on=date(2021, 1, 5))
    scenario.given(applied(MARIE_VAE), put_in(MARIE_VAE, CV), At(MARIE_VAE, (refused, away)))
    scenario.given(filed(MARIE_VAE, CV), At(MARIE_VAE, (back,)), planned(JUNE))
    scenario.when(SummonCandidate(session=JUNE, candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.then_refused(NotAdmissible)
