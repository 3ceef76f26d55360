"""Erasure of a person's data: the classes erased, those kept, until when and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import months_after
from domain.candidacy.facts import CandidacyWithdrawn
from domain.commands.people.erase_person import ErasePerson
from domain.fact import Personal, Retention
from domain.jury.facts import ResultsReleased, SessionCancelled, SessionOpened
from domain.organisation.facts import LegalHoldLifted, LegalHoldPlaced
from domain.organisation.organisation import Organisation
from domain.people.facts import ErasureGround, PersonErased, RoleWithdrawn
from domain.people.person import Person
from domain.ports import OPERATOR, Actor, CandidacyId, PersonId, Request, Role, RulebookId, SessionId
from domain.privacy.erasure import Circumstances, Fate, Involvement, RetentionReason, circumstances
from domain.refusal import Forbidden, NotFound
from domain.replay.judge import Unchecked, replay, replay_in_part
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Keeping, PeriodStart
from tests.given.domain.people import (
    ADA,
    AS_ADA,
    AS_MARIE,
    AS_RENEE,
    CLOSED,
    JUNE,
    JURY_DAY,
    LATER_DAY,
    MARCH,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    PANEL,
    PAUL,
    PLANS,
    RENEE,
    RULES,
    SAMIR,
    SAMIR_VAE,
    SIGNED,
    applied,
    before_the_jury,
    ended,
    known,
    planned,
    put_in,
    summoned,
    vae_filed,
)
from tests.given.domain.scenario import NOON, At, Scenario

REQUEST, PERIOD_OVER = ErasureGround.REQUEST, ErasureGround.PERIOD_OVER
PAPERS, DECISION, IDENTITY, CIVIL = Retention.PAPERS, Retention.DECISION, Retention.IDENTITY, Retention.CIVIL_PROOF
EVERY = tuple(Retention)
HOLD = uuid4()
HUNG = SessionId(known("a session that hangs"))


def keeping(
    retention: Retention, months: int | None, *, law: bool = False, after: PeriodStart = PeriodStart.LAST_DECISION
) -> Keeping:
    return Keeping(retention=retention, months=months, after=after, kept_by_law=law, source=f"for {retention.value}")


KEPT = (
    keeping(IDENTITY, None, law=True),
    keeping(CIVIL, 0, after=PeriodStart.OPENING),
    keeping(PAPERS, 24),
    keeping(DECISION, 60, law=True),
)
STATED = RulebookId(Rulebook.id_of("IMCI", 3))
STATES = At(STATED, (RulebookPublished(rules=replace(RULES, version=3, retention=KEPT)),))
DECIDED = (
    STATES,
    *vae_filed(MARIE_VAE, STATED),
    *before_the_jury(MARIE_VAE, plan=None),
    ended(JUNE),
)
"""Marie's candidacy under a rulebook that states its periods, decided by the session of June 2021."""


def erase(
    *classes: Retention,
    ground: ErasureGround = REQUEST,
    candidacies: Iterable[CandidacyId] = (MARIE_VAE,),
    person: PersonId = MARIE,
    seats: Iterable[SessionId] = (),
    there: Iterable[Retention] = EVERY,
) -> ErasePerson:
    return ErasePerson(
        person=person,
        classes=classes,
        ground=ground,
        candidacies=tuple(candidacies),
        seats=tuple(seats),
        there=frozenset(there),
    )


def found(scenario: Scenario, command: ErasePerson) -> Circumstances:
    request = Request(actor=OPERATOR, append_id=uuid4(), today=scenario.today, hour=NOON)
    with scenario.store.attempt(request, frozenset()) as log:
        return circumstances(log, command.person, command.candidacies, command.seats)


def fate(scenario: Scenario, retention: Retention, *, on: date = LATER_DAY, ground: ErasureGround = REQUEST) -> Fate:
    return found(scenario, erase(retention)).fate(retention, ground, on)


def unlawful_erasures(scenario: Scenario) -> list[int]:
    """Return the positions of the erasures that the replay refuses."""
    erased = {told.stamp.position for told in scenario.store.told if isinstance(told.fact, PersonErased)}
    return [each.position for each in replay(scenario.store.told) if each.position in erased]


def test_request_erases_the_evidence_but_the_law_keeps_the_decision(scenario: Scenario) -> None:
    """RGPD art. 17(3)."""
    scenario.given(*DECIDED)
    scenario.when(erase(PAPERS, DECISION), by=AS_ADA, on=LATER_DAY)
    scenario.then(PersonErased(retention=PAPERS, ground=REQUEST))
    assert fate(scenario, DECISION) == Fate(
        retention=DECISION, why=RetentionReason.KEPT_BY_LAW, until=date(2026, 6, 15), source="for decision"
    )
    assert unlawful_erasures(scenario) == []
    *_, last = replay_in_part(scenario.store.told, {ADA})
    assert last == Unchecked(len(scenario.store.told), MARIE), "where they applied elsewhere is not there"


def test_class_kept_by_law_is_erased_on_request_once_its_period_is_over(scenario: Scenario) -> None:
    scenario.given(*DECIDED)
    scenario.when(erase(DECISION), by=AS_ADA, on=date(2026, 6, 14))
    scenario.then()
    scenario.when(erase(DECISION), by=AS_ADA, on=date(2026, 6, 15))
    scenario.then(PersonErased(retention=DECISION, ground=REQUEST))


def test_class_is_erased_without_a_request_only_once_its_period_is_over(scenario: Scenario) -> None:
    scenario.given(*DECIDED)
    scenario.when(erase(*EVERY, ground=PERIOD_OVER), by=OPERATOR, on=date(2023, 6, 14))
    scenario.then(PersonErased(retention=CIVIL, ground=PERIOD_OVER))
    scenario.when(erase(*EVERY, ground=PERIOD_OVER, there=(PAPERS, DECISION)), by=OPERATOR, on=date(2023, 6, 15))
    scenario.then(PersonErased(retention=PAPERS, ground=PERIOD_OVER))
    assert fate(scenario, DECISION, ground=PERIOD_OVER).why is RetentionReason.KEPT_BY_LAW
    assert unlawful_erasures(scenario) == []


def test_evidence_is_kept_while_a_jury_has_still_to_release_its_results(scenario: Scenario) -> None:
    scenario.given(*DECIDED, planned(MARCH), *summoned(MARCH, MARIE_VAE))
    scenario.when(erase(PAPERS), by=AS_ADA, on=date(2031, 1, 1))
    scenario.then()
    assert fate(scenario, PAPERS).why is RetentionReason.UNDER_WAY


def test_candidacy_that_no_jury_decided_is_under_way_until_its_period_is_over(scenario: Scenario) -> None:
    scenario.given(STATES, applied(MARIE_VAE, STATED), put_in(MARIE_VAE, known("cv")))  # type: ignore[arg-type]
    scenario.when(erase(PAPERS), by=AS_ADA, on=date(2023, 1, 3))
    scenario.then()
    assert fate(scenario, PAPERS) == Fate(
        retention=PAPERS, why=RetentionReason.UNDER_WAY, until=date(2023, 1, 4), source="for papers"
    )
    scenario.when(erase(PAPERS), by=AS_ADA, on=date(2023, 1, 4))
    scenario.then(PersonErased(retention=PAPERS, ground=REQUEST))


def test_withdrawn_candidacy_is_over_on_the_day_of_the_withdrawal(scenario: Scenario) -> None:
    withdrawn = CandidacyWithdrawn(withdrawn_on=date(2021, 3, 1))
    scenario.given(STATES, *vae_filed(MARIE_VAE, STATED), At(MARIE_VAE, (withdrawn,)))
    scenario.when(erase(PAPERS), by=AS_ADA, on=date(2021, 3, 2))
    scenario.then(PersonErased(retention=PAPERS, ground=REQUEST))
    assert fate(scenario, DECISION).until == date(2026, 3, 1)


def test_civil_proof_is_erased_while_the_candidacy_is_under_way(scenario: Scenario) -> None:
    scenario.given(STATES, *vae_filed(MARIE_VAE, STATED))
    scenario.when(erase(CIVIL, PAPERS), by=AS_ADA)
    scenario.then(PersonErased(retention=CIVIL, ground=REQUEST))


def test_class_is_kept_as_long_as_the_candidacy_that_keeps_it_longest(scenario: Scenario) -> None:
    scenario.given(*DECIDED, applied(MARIE_FI, STATED))
    scenario.when(erase(PAPERS, candidacies=(MARIE_VAE, MARIE_FI)), by=AS_ADA)
    scenario.then()


def test_rulebook_without_periods_keeps_all_but_the_papers_and_the_portfolio(scenario: Scenario) -> None:
    scenario.given(*vae_filed(SAMIR_VAE), *before_the_jury(SAMIR_VAE), ended(JUNE))
    command = erase(*EVERY, person=SAMIR, candidacies=(SAMIR_VAE,))
    scenario.when(replace(command, ground=PERIOD_OVER), by=AS_ADA, on=date(2099, 1, 1))
    scenario.then()
    scenario.when(command, by=AS_ADA)
    facts = scenario.then_recorded(*[PersonErased] * 4)
    assert {fact.retention for fact in facts if isinstance(fact, PersonErased)} == {
        PAPERS,
        CIVIL,
        Retention.ACCESSIBILITY,
        Retention.PORTFOLIO,
    }


def test_legal_hold_keeps_the_classes_it_names_until_it_is_lifted(scenario: Scenario) -> None:
    placed = LegalHoldPlaced(hold=HOLD, person=MARIE, classes=(PAPERS,), ground=Personal("litige", MARIE))
    scenario.given(*DECIDED, At(Organisation.keeper(), (placed,)))
    scenario.when(erase(PAPERS, CIVIL), by=AS_ADA)
    scenario.then(PersonErased(retention=CIVIL, ground=REQUEST))
    assert fate(scenario, PAPERS).why is RetentionReason.HELD
    scenario.given(At(Organisation.keeper(), (LegalHoldLifted(hold=HOLD),)))
    scenario.when(erase(PAPERS), by=AS_ADA)
    scenario.then_recorded(PersonErased)


def test_person_who_never_applied_is_erased_only_on_request(scenario: Scenario) -> None:
    scenario.when(erase(IDENTITY, candidacies=(), ground=PERIOD_OVER), by=AS_ADA)
    scenario.then()
    scenario.when(erase(IDENTITY, candidacies=()), by=AS_ADA)
    scenario.then(PersonErased(retention=IDENTITY, ground=REQUEST))


def test_person_with_a_role_of_the_certifier_keeps_their_name(scenario: Scenario) -> None:
    juror = erase(IDENTITY, person=PAUL, candidacies=())
    scenario.when(juror, by=AS_ADA)
    scenario.then()
    assert found(scenario, juror).fate(IDENTITY, REQUEST, LATER_DAY).why is RetentionReason.IN_SERVICE
    scenario.given(At(PAUL, (RoleWithdrawn(role=Role.JUROR),)))
    scenario.when(juror, by=AS_ADA)
    scenario.then(PersonErased(retention=IDENTITY, ground=REQUEST))


def test_name_of_a_juror_is_kept_as_the_rulebook_of_their_session_says(scenario: Scenario) -> None:
    scenario.given(*before_the_jury(), At(PAUL, (RoleWithdrawn(role=Role.JUROR),)))
    juror = erase(IDENTITY, person=PAUL, candidacies=(), seats=(JUNE,))
    scenario.when(juror, by=AS_ADA)
    scenario.then()
    assert found(scenario, juror).fate(IDENTITY, REQUEST, LATER_DAY).why is RetentionReason.UNDER_WAY
    scenario.given(STATES, planned(HUNG, replace(PLANS[JUNE], rulebook=STATED)))
    hung = found(scenario, erase(PAPERS, person=PAUL, candidacies=(), seats=(HUNG,)))
    assert hung.fate(PAPERS, REQUEST, date(2040, 1, 1)).why is RetentionReason.UNDER_WAY  # never released: never over
    scenario.given(ended(JUNE))
    kept = found(scenario, juror).fate(IDENTITY, REQUEST, LATER_DAY)
    assert (kept.why, kept.source) == (RetentionReason.KEPT_BY_LAW, "no period published")
    scenario.given(At(PAUL, (PersonErased(retention=IDENTITY, ground=REQUEST),)))
    assert len(unlawful_erasures(scenario)) == 1


def test_period_of_a_juror_runs_from_the_day_on_which_the_session_sat(scenario: Scenario) -> None:
    sat_on = PLANS[JUNE].held_on + timedelta(days=30)
    sat = (SessionOpened(present=PANEL, opened_on=sat_on), CLOSED, SIGNED, ResultsReleased(released_on=sat_on))
    scenario.given(STATES, planned(HUNG, replace(PLANS[JUNE], rulebook=STATED)), At(HUNG, sat))
    juror = found(scenario, erase(DECISION, person=PAUL, candidacies=(), seats=(HUNG,)))
    assert juror.fate(DECISION, PERIOD_OVER, LATER_DAY).until == date(2026, 7, 15)


def test_cancelled_session_is_no_longer_under_way_for_its_jurors(scenario: Scenario) -> None:
    off = SessionCancelled(reason=Personal("Jury incomplet.", RENEE))
    scenario.given(STATES, planned(HUNG, replace(PLANS[JUNE], rulebook=STATED)))
    scenario.given(At(HUNG, (off,)), At(PAUL, (RoleWithdrawn(role=Role.JUROR),)))
    juror = found(scenario, erase(PAPERS, person=PAUL, candidacies=(), seats=(HUNG,)))
    assert juror.fate(PAPERS, REQUEST, LATER_DAY).goes
    assert juror.fate(IDENTITY, REQUEST, LATER_DAY).why is RetentionReason.KEPT_BY_LAW


def test_class_without_sealed_values_is_not_erased(scenario: Scenario) -> None:
    scenario.given(*DECIDED)
    scenario.when(erase(PAPERS, CIVIL, there=(PAPERS,)), by=AS_ADA)
    scenario.then(PersonErased(retention=PAPERS, ground=REQUEST))


def test_class_named_twice_is_erased_once(scenario: Scenario) -> None:
    scenario.given(*DECIDED)
    scenario.when(erase(PAPERS, PAPERS), by=AS_ADA)
    scenario.then_recorded(PersonErased)


@pytest.mark.parametrize("actor", [AS_RENEE, AS_MARIE], ids=["registrar", "candidate"])
def test_erasure_cannot_be_ordered_by_a_registrar_or_the_candidate(scenario: Scenario, actor: Actor) -> None:
    scenario.when(erase(PAPERS), by=actor)
    scenario.then_refused(Forbidden)


def test_erasure_cannot_name_a_candidacy_or_seat_of_another_person(scenario: Scenario) -> None:
    scenario.given(*DECIDED)
    scenario.when(erase(PAPERS, person=SAMIR), by=AS_ADA)
    scenario.then_refused(NotFound, MARIE_VAE)
    scenario.when(erase(PAPERS, person=SAMIR, candidacies=(), seats=(JUNE,)), by=AS_ADA)
    scenario.then_refused(NotFound, JUNE)


@pytest.mark.parametrize(("retention", "on"), [(DECISION, LATER_DAY), (IDENTITY, LATER_DAY), (PAPERS, JURY_DAY)])
def test_replay_refuses_an_erasure_that_the_plan_does_not_allow(
    scenario: Scenario, retention: Retention, on: date
) -> None:
    steps = DECIDED if retention is not PAPERS else DECIDED[:-1]
    scenario.given(*steps)
    scenario.today = on
    scenario.given(At(MARIE, (PersonErased(retention=retention, ground=REQUEST),)))
    assert unlawful_erasures(scenario) == [len(scenario.store.told)]


def involved(*rows: Keeping, decided_on: date | None = JURY_DAY) -> Involvement:
    return Involvement(
        rules=replace(RULES, retention=rows), opened_on=date(2021, 1, 4), decided_on=decided_on, pending=False
    )


def test_period_counted_from_the_opening_is_not_moved_by_a_decision() -> None:
    since = involved(keeping(CIVIL, 6, after=PeriodStart.OPENING))
    assert since.fate(CIVIL, PERIOD_OVER, date(2021, 7, 3)).until == date(2021, 7, 4)
    assert since.fate(CIVIL, PERIOD_OVER, date(2021, 7, 4)).goes


def test_reason_without_an_end_is_given_before_one_with_an_end() -> None:
    limited, unlimited = involved(keeping(DECISION, 60, law=True)), involved(keeping(DECISION, None, law=True))
    for order in ((limited, unlimited), (unlimited, limited)):
        who = Circumstances(person=Person(id=MARIE), held=frozenset(), involvements=order)
        assert who.fate(DECISION, REQUEST, LATER_DAY).until is None


days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
involvements = st.builds(
    Involvement,
    rules=st.lists(
        st.builds(
            Keeping,
            retention=st.sampled_from(EVERY),
            months=st.none() | st.integers(0, 100),
            after=st.sampled_from(PeriodStart),
            kept_by_law=st.booleans(),
            source=st.just("a text"),
        ),
        max_size=7,
        unique_by=lambda each: each.retention,
    ).map(lambda rows: replace(RULES, retention=tuple(rows))),
    opened_on=days,
    decided_on=st.none() | days,
    pending=st.booleans(),
)


@given(st.lists(involvements, max_size=3), involvements, st.sampled_from(EVERY), days)
def test_erasure_due_is_also_granted_on_request_and_another_candidacy_never_erases_more(
    some: list[Involvement], another: Involvement, retention: Retention, today: date
) -> None:
    def plan(those: Iterable[Involvement], ground: ErasureGround) -> Fate:
        who = Circumstances(person=Person(id=MARIE), held=frozenset(), involvements=tuple(those))
        return who.fate(retention, ground, today)

    due, asked = plan(some, PERIOD_OVER), plan(some, REQUEST)
    assert asked.goes or not due.goes
    assert plan([*some, another], REQUEST).goes <= asked.goes
    if some and not due.goes and due.until:
        assert due.until > today
    if some:
        assert plan([*some, another], PERIOD_OVER).goes <= due.goes


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2021, 6, 15), 24, date(2023, 6, 15)),
        (date(2021, 8, 31), 6, date(2022, 2, 28)),
        (date(2020, 2, 29), 12, date(2021, 2, 28)),
        (date(2021, 12, 1), 0, date(2021, 12, 1)),
        (date(2021, 12, 1), 1, date(2022, 1, 1)),
    ],
)
def test_months_of_a_period_are_calendar_months(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later
