"""Accommodations: requests, grants, their limits, and their effect on the time of an épreuve."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.candidacy.candidacy import OwnWork
from domain.commands.exam.grant_accommodation import GrantAccommodation
from domain.commands.exam.refuse_accommodation import RefuseAccommodation
from domain.commands.exam.request_accommodation import RequestAccommodation
from domain.exam.accommodation import Accommodation, AccommodationUnderWay, NoAccommodationUnderWay
from domain.exam.facts import AccommodationGranted, AccommodationRefused, AccommodationRequested
from domain.exam.measures import ExactFraction, MeasureNotProvided, Measures, NoSuchMeasure
from domain.fact import Fact, Personal
from domain.framework.jury_rule import PanelShare as Part
from domain.people.facts import DuplicateLinked, RoleGranted
from domain.ports import Actor, Role
from domain.refusal import Forbidden, NotFound
from domain.replay.judge import replay
from domain.rulebook.accommodation_rules import AccommodationRules, Measure
from domain.rulebook.facts import RulebookPublished
from tests.given.domain.epreuves import (
    A_THIRD,
    AS_DINA,
    AS_INES,
    CASES,
    CASES_RULES,
    DINA,
    EPREUVES,
    INES,
    INES_CL,
    asked,
    granted,
)
from tests.given.domain.people import AS_MARIE, AS_RENEE, actor
from tests.given.domain.replayed import verdict
from tests.given.domain.scenario import At, Scenario

REQUEST = RequestAccommodation(candidacy=INES_CL, reason="Dyslexie, certificat du 3 mai.")
GRANT = GrantAccommodation(candidacy=INES_CL, measures=A_THIRD)
REFUSE = RefuseAccommodation(candidacy=INES_CL, reason="Certificat périmé.")


@pytest.fixture
def epreuves(scenario: Scenario) -> Scenario:
    scenario.given(*EPREUVES)
    return scenario


def test_candidate_requests_an_accommodation_and_the_disability_officer_grants_it(epreuves: Scenario) -> None:
    epreuves.when(REQUEST, by=AS_INES)
    epreuves.then(AccommodationRequested(candidacy=INES_CL, reason=Personal(REQUEST.reason, INES)))
    epreuves.when(GRANT, by=AS_DINA)
    epreuves.then(AccommodationGranted(candidacy=INES_CL, measures=A_THIRD))
    assert [each for each in replay(epreuves.store.told) if each.position > len(epreuves.store.told) - 2] == []


def test_accommodation_is_refused_with_a_reason_for_the_candidate(epreuves: Scenario) -> None:
    epreuves.given(asked(INES_CL, INES))
    epreuves.when(REFUSE, by=AS_DINA)
    epreuves.then(AccommodationRefused(candidacy=INES_CL, reason=Personal(REFUSE.reason, INES)))


@pytest.mark.parametrize("by", [AS_RENEE, AS_INES, actor(INES, Role.JUROR)])
@pytest.mark.parametrize("command", [GRANT, REFUSE])
def test_accommodation_cannot_be_answered_by_a_registrar_a_juror_or_the_candidate(
    epreuves: Scenario, command: GrantAccommodation | RefuseAccommodation, by: Actor
) -> None:
    """The registrar runs the sessions and must not learn the reason."""
    epreuves.given(asked(INES_CL, INES))
    epreuves.when(command, by=by)
    epreuves.then_refused(Forbidden)


def test_disability_officer_cannot_answer_their_own_request(epreuves: Scenario) -> None:
    epreuves.given(asked(INES_CL, INES), At(INES, (RoleGranted(role=Role.DISABILITY_OFFICER),)))
    epreuves.when(GRANT, by=actor(INES, Role.DISABILITY_OFFICER))
    epreuves.then_refused(OwnWork)


def test_disability_officer_cannot_answer_their_own_request_under_another_file(epreuves: Scenario) -> None:
    epreuves.given(asked(INES_CL, INES), At(DINA, (DuplicateLinked(other=INES, reason=Personal("x", INES)),)))
    for command in (GRANT, REFUSE):
        epreuves.when(command, by=AS_DINA)
        epreuves.then_refused(OwnWork)
    granted_to_herself = AccommodationGranted(candidacy=INES_CL, measures=GRANT.measures)
    assert verdict(epreuves, Accommodation.id_of(INES_CL), granted_to_herself, AS_DINA) == "own-work"


def test_candidacy_of_another_person_is_not_found_when_requesting_an_accommodation(epreuves: Scenario) -> None:
    epreuves.when(REQUEST, by=AS_MARIE)
    epreuves.then_refused(NotFound)


def test_accommodation_cannot_be_requested_again_before_the_answer(epreuves: Scenario) -> None:
    epreuves.given(asked(INES_CL, INES))
    epreuves.when(REQUEST, by=AS_INES)
    epreuves.then_refused(AccommodationUnderWay)
    epreuves.given(granted(INES_CL))
    epreuves.when(REQUEST, by=AS_INES)
    epreuves.then_recorded(AccommodationRequested)


@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize("command", [GRANT, REFUSE])
def test_accommodation_that_was_not_requested_cannot_be_answered(
    epreuves: Scenario, command: GrantAccommodation | RefuseAccommodation, answered: bool
) -> None:
    if answered:
        epreuves.given(asked(INES_CL, INES), granted(INES_CL))
    epreuves.when(command, by=AS_DINA)
    epreuves.then_refused(NoAccommodationUnderWay)


@pytest.mark.parametrize(
    "measures",
    [
        Measures(),
        Measures(extra_time=ExactFraction(numerator=0, denominator=3)),
        Measures(extra_time=ExactFraction(numerator=4, denominator=3)),
        Measures(extra_time=ExactFraction(numerator=1, denominator=0)),
        Measures(extra_time=ExactFraction(numerator=-1, denominator=-3)),
        Measures(breaks=-1),
        Measures(breaks=601),
    ],
)
def test_accommodation_must_grant_a_possible_measure(epreuves: Scenario, measures: Measures) -> None:
    epreuves.given(asked(INES_CL, INES))
    epreuves.when(GrantAccommodation(candidacy=INES_CL, measures=measures), by=AS_DINA)
    epreuves.then_refused(NoSuchMeasure)


@pytest.mark.parametrize(
    "measures",
    [Measures(extra_time=ExactFraction(numerator=1, denominator=1)), Measures(breaks=600)],
    ids=["double", "breaks"],
)
def test_accommodation_grants_at_most_double_time_and_ten_hours_of_breaks(
    epreuves: Scenario, measures: Measures
) -> None:
    epreuves.given(asked(INES_CL, INES))
    epreuves.when(GrantAccommodation(candidacy=INES_CL, measures=measures), by=AS_DINA)
    epreuves.then(AccommodationGranted(candidacy=INES_CL, measures=measures))


@pytest.mark.parametrize(
    ("stated", "share", "minutes"),
    [
        (120, (1, 3), 160),
        (20, (1, 3), 27),
        (100, (1, 3), 134),
        (1, (1, 60), 2),
        (120, (1, 1), 240),
        (50, (1, 10), 55),
    ],
)
def test_extra_time_is_exact_and_rounded_up_to_the_minute(stated: int, share: tuple[int, int], minutes: int) -> None:
    measures = Measures(extra_time=ExactFraction(numerator=share[0], denominator=share[1]))
    assert measures.minutes(stated) == minutes


@given(st.integers(1, 10_000), st.integers(1, 500), st.integers(1, 500))
def test_extra_time_is_less_than_a_minute_above_the_exact_time(stated: int, numerator: int, denominator: int) -> None:
    minutes = Measures(extra_time=ExactFraction(numerator=numerator, denominator=denominator)).minutes(stated)
    exact = stated * (1 + Fraction(numerator, denominator))
    assert 0 <= minutes - exact < 1


@given(st.integers(1, 10_000), st.booleans(), st.integers(0, 600), st.booleans())
def test_other_measures_leave_the_working_time_unchanged(
    stated: int, reader: bool, breaks: int, remote: bool
) -> None:
    assert Measures(reader=reader, breaks=breaks, remote=remote).minutes(stated) == stated


def test_later_grant_replaces_the_earlier_one_and_a_refusal_does_not() -> None:
    more = Measures(extra_time=ExactFraction(numerator=1, denominator=2), reader=True)
    refused = AccommodationRefused(candidacy=INES_CL, reason=Personal("x", INES))
    facts: tuple[tuple[Fact, Measures], ...] = (
        (AccommodationGranted(candidacy=INES_CL, measures=A_THIRD), A_THIRD),
        (refused, A_THIRD),
        (AccommodationGranted(candidacy=INES_CL, measures=more), more),
    )
    now = Accommodation(id=Accommodation.id_of(INES_CL))
    for fact, measures in facts:
        now = now.evolve(fact)  # type: ignore[arg-type]
        assert now.measures == measures


def test_replay_judges_who_requested_and_who_answered_an_accommodation(epreuves: Scenario) -> None:
    stream = Accommodation.id_of(INES_CL)
    request = AccommodationRequested(candidacy=INES_CL, reason=Personal("x", INES))
    grant = AccommodationGranted(candidacy=INES_CL, measures=A_THIRD)
    assert verdict(epreuves, stream, request, AS_INES) is None
    assert verdict(epreuves, stream, request, AS_MARIE) == "not-found"
    assert verdict(epreuves, INES, request, AS_INES) == "decided-otherwise"
    assert verdict(epreuves, stream, grant, AS_DINA) == "no-accommodation-under-way"
    epreuves.given(asked(INES_CL, INES))
    assert verdict(epreuves, stream, grant, AS_DINA) is None
    assert verdict(epreuves, stream, grant, AS_RENEE) == "role-may-not"
    nothing = AccommodationGranted(candidacy=INES_CL, measures=Measures())
    assert verdict(epreuves, stream, nothing, AS_DINA) == "no-such-measure"


A_QUARTER_AND_BREAKS = AccommodationRules(
    measures=(Measure.EXTRA_TIME, Measure.BREAKS),
    source="règlement, art. 12",
    extra_time=Part(parts=1, of=4),
    breaks=20,
)


def provided(scenario: Scenario, rules: AccommodationRules) -> None:
    published = At(CASES, (RulebookPublished(rules=replace(CASES_RULES, accommodations=rules)),))
    scenario.given(*(published if at.stream == CASES else at for at in EPREUVES), asked(INES_CL, INES))


@pytest.mark.parametrize(
    ("measures", "refused"),
    [
        (Measures(extra_time=ExactFraction(numerator=1, denominator=4), breaks=20), ()),
        (Measures(extra_time=ExactFraction(numerator=25, denominator=100)), ()),
        (Measures(breaks=20), ()),
        (Measures(extra_time=ExactFraction(numerator=26, denominator=100)), ("extra_time",)),
        (Measures(breaks=21), ("breaks",)),
        (Measures(reader=True, remote=True, breaks=5), ("reader", "remote")),
    ],
)
def test_accommodation_is_limited_to_the_measures_that_the_rulebook_provides_for(
    scenario: Scenario, measures: Measures, refused: tuple[str, ...]
) -> None:
    provided(scenario, A_QUARTER_AND_BREAKS)
    granting = AccommodationGranted(candidacy=INES_CL, measures=measures)
    said = verdict(scenario, Accommodation.id_of(INES_CL), granting, AS_DINA)
    scenario.when(replace(GRANT, measures=measures), by=AS_DINA)
    if refused:
        scenario.then_refused(MeasureNotProvided, *refused)
        assert said == "measure-not-provided"
    else:
        scenario.then(granting)
        assert said is None


def test_accommodation_without_a_limit_in_the_rulebook_has_that_of_an_epreuve(scenario: Scenario) -> None:
    provided(scenario, AccommodationRules(measures=tuple(Measure), source="règlement, art. 12"))
    most = Measures(extra_time=ExactFraction(numerator=1, denominator=1), reader=True, breaks=600, remote=True)
    scenario.when(replace(GRANT, measures=most), by=AS_DINA)
    scenario.then(AccommodationGranted(candidacy=INES_CL, measures=most))
