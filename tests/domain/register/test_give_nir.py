"""Collection of the national number (NIR) and its validation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.candidacy.candidacy import OwnWork
from domain.commands.organisation.decide_nir_collection import DecideNirCollection
from domain.commands.register.give_nir import GiveNir
from domain.fact import Personal
from domain.organisation.certifiers import NirCollectionUnchanged
from domain.organisation.facts import NirCollectionDecided
from domain.people.facts import DuplicateLinked
from domain.ports import OPERATOR, Actor, Role
from domain.refusal import Forbidden, NotFound
from domain.register.facts import NirGiven
from domain.register.national_number import (
    EXAMPLE,
    NO_DECISION,
    NO_TEXT,
    NationalNumber,
    NirNotCollected,
    NirUnsound,
    sound,
)
from domain.replay.judge import replay
from domain.standing.disclosure import disclosed
from tests.given.domain.centres import CERTIFIER, CERTIFIERS
from tests.given.domain.law import CPF
from tests.given.domain.people import (
    ADA,
    AS_ADA,
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    AS_SAMIR,
    MARIE,
    MARIE_VAE,
    RENEE,
    actor,
    as_reader,
    before_the_jury,
    vae_filed,
)
from tests.given.domain.replayed import verdict
from tests.given.domain.scenario import At, Scenario

CODE, NEW_YEAR, EVE = "RNCP31936", date(2025, 1, 1), date(2024, 12, 31)
ON = DecideNirCollection(certification=CODE, collected=True, ground="Analyse d'impact du 3 février 2025")
DECIDED = At(CERTIFIERS, (NirCollectionDecided(certification=CODE, collected=True, ground="x"),))
GIVE = GiveNir(candidacy=MARIE_VAE, number="2 55 08 14 168 025 38")
GIVEN = NirGiven(candidacy=MARIE_VAE, nir=Personal("255081416802538", MARIE))


@pytest.fixture
def collecting(scenario: Scenario) -> Scenario:
    scenario.given(CPF, *CERTIFIER, DECIDED, *vae_filed(MARIE_VAE))
    return scenario


def test_nir_is_collected_only_while_the_certifier_has_decided_so(scenario: Scenario) -> None:
    scenario.given(CPF, *CERTIFIER, *vae_filed(MARIE_VAE))
    scenario.when(GIVE, by=AS_MARIE, on=NEW_YEAR)
    assert scenario.then_refused(NirNotCollected).violations == (NO_DECISION,)
    scenario.when(GIVE, by=AS_MARIE, on=EVE)
    assert scenario.then_refused(NirNotCollected).violations == (NO_TEXT, NO_DECISION)
    scenario.when(ON, by=AS_ADA)
    scenario.then(NirCollectionDecided(certification=CODE, collected=True, ground=ON.ground))
    scenario.when(ON, by=OPERATOR)
    scenario.then_refused(NirCollectionUnchanged, CODE)
    scenario.when(GIVE, by=AS_MARIE, on=NEW_YEAR)
    scenario.then(GIVEN)
    scenario.when(replace(ON, collected=False), by=AS_ADA)
    scenario.then_recorded(NirCollectionDecided)
    scenario.when(GIVE, by=AS_MARIE, on=NEW_YEAR)
    scenario.then_refused(NirNotCollected)
    assert not [each for each in replay(scenario.store.told) if each.position > scenario.head]


def test_collection_of_nirs_is_decided_for_a_certifiers_certification_and_not_by_a_registrar(
    scenario: Scenario,
) -> None:
    scenario.when(replace(ON, certification="RNCP38138"), by=AS_ADA)
    scenario.then_refused(NirCollectionUnchanged)
    scenario.when(ON, by=AS_RENEE)
    scenario.then_refused(Forbidden)


@pytest.mark.parametrize(
    ("law", "day", "given_so"), [(True, NEW_YEAR, True), (True, EVE, False), (False, NEW_YEAR, False)]
)
def test_nir_cannot_be_given_before_2025_or_without_a_text(
    scenario: Scenario, law: bool, day: date, given_so: bool
) -> None:
    """R6113-17-1: « à l'exception du » NIR until 31 December 2024, « y compris » since; L6113-8."""
    scenario.given(*((CPF,) if law else ()), *CERTIFIER, DECIDED, *vae_filed(MARIE_VAE))
    scenario.when(GIVE, by=AS_MARIE, on=day)
    if given_so:
        scenario.then(GIVEN)
    else:
        assert scenario.then_refused(NirNotCollected).violations == (NO_TEXT,)


@pytest.mark.parametrize("who", [AS_MARIE, AS_RENEE])
def test_nir_is_given_by_the_candidate_or_keyed_by_the_registrar_and_the_last_one_counts(
    collecting: Scenario, who: Actor
) -> None:
    provisional = "785081416802564"
    for number in (provisional, GIVE.number):
        collecting.when(replace(GIVE, number=number), by=who, on=NEW_YEAR)
        collecting.then(replace(GIVEN, nir=Personal(number.replace(" ", ""), MARIE)))
    assert not [each for each in replay(collecting.store.told) if each.position > collecting.head]


def test_nir_cannot_be_given_by_another_candidate_or_by_a_registrar_for_themselves(collecting: Scenario) -> None:
    collecting.when(GIVE, by=AS_SAMIR, on=NEW_YEAR)
    collecting.then_refused(NotFound)
    collecting.when(GIVE, by=actor(ADA, Role.ADMIN), on=NEW_YEAR)
    collecting.then_refused(Forbidden)
    collecting.given(At(RENEE, (DuplicateLinked(other=MARIE, reason=Personal("x", RENEE)),)))
    collecting.when(GIVE, by=AS_RENEE, on=NEW_YEAR)
    collecting.then_refused(OwnWork)


def test_replay_finds_a_nir_given_before_its_collection(collecting: Scenario) -> None:
    stream = NationalNumber.id_of(MARIE_VAE)
    assert verdict(collecting, stream, GIVEN, AS_MARIE, NEW_YEAR) is None
    assert verdict(collecting, stream, GIVEN, AS_MARIE, EVE) == "nir-not-collected"


def test_nir_is_shown_only_to_its_candidate(collecting: Scenario) -> None:
    collecting.given(*before_the_jury(MARIE_VAE))
    collecting.when(GIVE, by=AS_RENEE, on=NEW_YEAR)
    linked = as_reader(actor(ADA, Role.CANDIDATE), MARIE)
    facts = [told for told in collecting.store.told if told.stamp.stream != CERTIFIERS]
    for reader, sees in (
        (as_reader(AS_MARIE), True),
        (as_reader(AS_RENEE), False),
        (as_reader(AS_PAUL), False),
        (as_reader(OPERATOR), False),
        (as_reader(actor(ADA, Role.AUDITOR)), False),
    ):
        assert (NirGiven in {type(told.fact) for told in disclosed(reader, facts)}) is sees, reader.role
    with pytest.raises(NotFound):
        disclosed(linked, facts)


@pytest.mark.parametrize(
    "number",
    [
        EXAMPLE,
        "1 85 05 78 006 084 91",
        "2 85 05 2A 006 084 82",
        "2 85 05 2b 006 084 12",
        "785081416802564",
    ],
)
def test_valid_nir_is_normalised_without_spaces(number: str) -> None:
    assert sound(number) == "".join(number.split()).upper()


@pytest.mark.parametrize(
    "number",
    [
        "",
        "2550814168025",
        "255081416802539",
        "555081416802538",
        "2 85 05 2C 006 084 82",
        "2 85 05 2A 006 084 12",
        "25508141680253٨",
        "2550814168025380",
    ],
)
def test_invalid_nir_is_refused_without_repeating_it(number: str) -> None:
    with pytest.raises(NirUnsound) as refused:
        sound(number)
    assert refused.value.about == ()


@given(st.integers(10**12, 3 * 10**12 - 1), st.integers(0, 12), st.integers(1, 9))
def test_single_wrong_digit_in_a_nir_is_always_detected(stem: int, place: int, off: int) -> None:
    """97 is prime and divides no product of a digit and a power of ten."""
    text = f"{stem}{97 - stem % 97:02}"
    assert sound(text) == text
    wrong = f"{text[:place]}{(int(text[place]) + off) % 10}{text[place + 1 :]}"
    with pytest.raises(NirUnsound):
        sound(wrong)
