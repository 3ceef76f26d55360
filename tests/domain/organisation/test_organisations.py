"""Organisations, certifiers and habilitations of centres."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import PastUnconfirmed
from domain.commands.organisation.end_habilitation import EndHabilitation
from domain.commands.organisation.grant_habilitation import GrantHabilitation
from domain.commands.organisation.name_certifier import NameCertifier
from domain.commands.organisation.register_organisation import RegisterOrganisation
from domain.commands.organisation.resume_habilitation import ResumeHabilitation
from domain.commands.organisation.suspend_habilitation import SuspendHabilitation
from domain.fact import Fact
from domain.organisation.certifiers import CertifierAlreadyNamed, NotACertifier, OneKeepsTheRegister
from domain.organisation.facts import (
    CertifierNamed,
    HabilitationEnded,
    HabilitationGranted,
    HabilitationResumed,
    HabilitationSuspended,
    OrganisationRegistered,
    Purpose,
)
from domain.organisation.institution import (
    HabilitationMisdated,
    HabilitationWithoutSite,
    Institution,
    NoSuchHabilitation,
    NotASiret,
    OrganisationAlreadyRegistered,
)
from domain.organisation.siret import sound
from domain.ports import OPERATOR, OrganisationId
from domain.refusal import NotFound
from domain.replay.judge import replay
from tests.domain.test_replay_reviews import made
from tests.given.domain.centres import (
    CERTIFIER,
    CERTIFIERS,
    GRANTED,
    HABILITATED,
    IMCI,
    LYON,
    LYON_SIRET,
    REGISTERED,
    SITE,
)
from tests.given.domain.people import AS_RENEE, known
from tests.given.domain.replayed import verdict
from tests.given.domain.scenario import At, Scenario

HABILITATION = GRANTED.habilitation
HABILITATE = GrantHabilitation(
    organisation=LYON,
    certification="RNCP31936",
    granted_by=IMCI,
    purpose=Purpose.BOTH,
    sites=(SITE,),
    first_day=date(2021, 1, 1),
)


def test_organisation_is_registered_once_by_its_siret(scenario: Scenario) -> None:
    scenario.when(RegisterOrganisation(legal_name="Centre de Lyon", siret=LYON_SIRET), by=AS_RENEE)
    scenario.then(OrganisationRegistered(legal_name="Centre de Lyon", siret=LYON_SIRET))
    scenario.when(RegisterOrganisation(legal_name="Un autre nom", siret=LYON_SIRET), by=AS_RENEE)
    scenario.then_refused(OrganisationAlreadyRegistered)
    assert scenario.log.find(Institution, Institution.id_of(LYON_SIRET)).legal_name == "Centre de Lyon"


def test_foreign_organisation_is_registered_without_a_siret(scenario: Scenario) -> None:
    for name in ("Centre de Namur", "Centre de Liège"):
        scenario.when(RegisterOrganisation(legal_name=name), by=OPERATOR)
        scenario.then(OrganisationRegistered(legal_name=name, siret=None))


@pytest.mark.parametrize(
    "siret", ["", "99999999900018", "9999999990001", "９" * 14, "9999999990001 ", "356000000000491"]
)
def test_number_that_cannot_be_a_siret_is_refused(scenario: Scenario, siret: str) -> None:
    """Code de commerce R123-221, not read: fourteen digits, the last of which checks the others."""
    scenario.when(RegisterOrganisation(legal_name="x", siret=siret), by=AS_RENEE)
    scenario.then_refused(NotASiret)


def test_siret_is_valid_when_its_luhn_sum_is_a_multiple_of_ten() -> None:
    """732 829 320 00074 is the example in the article on the formula."""
    assert sound("73282932000074")
    assert not sound("73282932000047")


def test_siret_of_la_poste_has_its_own_check() -> None:
    assert sound("35600000049837")
    assert not sound("35600000049836")


@given(st.integers(0, 10**13 - 1), st.integers(0, 12), st.integers(1, 9))
def test_single_wrong_digit_in_a_siret_is_always_detected(stem: int, place: int, off: int) -> None:
    number = next(f"{stem:013}{digit}" for digit in range(10) if sound(f"{stem:013}{digit}"))
    wrong = f"{number[:place]}{(int(number[place]) + off) % 10}{number[place + 1 :]}"
    assert not sound(wrong) or "356000000" in {number[:9], wrong[:9]}


def test_second_certifier_is_named_once_without_keeping_the_register(scenario: Scenario) -> None:
    scenario.given(*CERTIFIER, REGISTERED)
    scenario.when(NameCertifier(certification="RNCP31936", organisation=LYON), by=AS_RENEE)
    scenario.then(CertifierNamed(certification="RNCP31936", organisation=LYON, keeps_register=False))
    scenario.when(NameCertifier(certification="RNCP31936", organisation=LYON), by=AS_RENEE)
    scenario.then_refused(CertifierAlreadyNamed)


@pytest.mark.parametrize(("code", "keeps"), [("RNCP31936", True), ("RNCP38138", False)])
def test_certification_must_have_exactly_one_certifier_that_keeps_its_register(
    scenario: Scenario, code: str, keeps: bool
) -> None:
    scenario.given(*CERTIFIER, REGISTERED)
    scenario.when(NameCertifier(certification=code, organisation=LYON, keeps_register=keeps), by=AS_RENEE)
    scenario.then_refused(OneKeepsTheRegister)


def test_certifier_must_be_a_registered_organisation(scenario: Scenario) -> None:
    scenario.when(NameCertifier(certification="RNCP31936", organisation=LYON, keeps_register=True), by=AS_RENEE)
    scenario.then_refused(NotFound)


def test_certifier_grants_a_habilitation_to_a_centre(scenario: Scenario) -> None:
    scenario.given(*CERTIFIER, REGISTERED)
    scenario.when(HABILITATE, by=AS_RENEE)
    (fact,) = scenario.then_recorded(HabilitationGranted)
    assert isinstance(fact, HabilitationGranted)
    assert fact == replace(GRANTED, habilitation=fact.habilitation, purpose=Purpose.BOTH, last_day=None)


@pytest.mark.parametrize(
    "command",
    [replace(HABILITATE, granted_by=LYON), replace(HABILITATE, certification="RNCP38138")],
)
def test_habilitation_can_be_granted_only_by_a_certifier_of_the_certification(
    scenario: Scenario, command: GrantHabilitation
) -> None:
    scenario.given(*CERTIFIER, REGISTERED)
    scenario.when(command, by=AS_RENEE)
    scenario.then_refused(NotACertifier)


def test_habilitation_to_organise_needs_a_site(scenario: Scenario) -> None:
    scenario.given(*CERTIFIER, REGISTERED)
    scenario.when(replace(HABILITATE, sites=()), by=AS_RENEE)
    scenario.then_refused(HabilitationWithoutSite)


def test_habilitation_cannot_end_before_it_begins(scenario: Scenario) -> None:
    scenario.given(*CERTIFIER, REGISTERED)
    scenario.when(replace(HABILITATE, last_day=date(2020, 12, 31)), by=AS_RENEE)
    scenario.then_refused(HabilitationMisdated)


def test_habilitation_to_train_needs_no_site(scenario: Scenario) -> None:
    scenario.given(*CERTIFIER, REGISTERED)
    scenario.when(replace(HABILITATE, purpose=Purpose.TRAIN, sites=()), by=AS_RENEE)
    scenario.then_recorded(HabilitationGranted)


SUSPEND = SuspendHabilitation(
    organisation=LYON,
    habilitation=HABILITATION,
    first_day=date(2021, 6, 1),
    last_day=date(2021, 6, 30),
    ground="audit",
)
RESUME = ResumeHabilitation(organisation=LYON, habilitation=HABILITATION, resumed_on=date(2021, 6, 10))
END = EndHabilitation(
    organisation=LYON, habilitation=HABILITATION, last_day=date(2021, 6, 14), ground="fin", confirms_past=True
)
SUSPENDED = HabilitationSuspended(
    habilitation=HABILITATION, first_day=date(2021, 6, 1), last_day=date(2021, 6, 30), ground="audit"
)
ENDED = HabilitationEnded(habilitation=HABILITATION, last_day=date(2021, 6, 14), ground="fin")


def test_habilitation_is_suspended_resumed_and_ended(scenario: Scenario) -> None:
    scenario.given(*HABILITATED)
    scenario.when(SUSPEND, by=AS_RENEE)
    scenario.then(SUSPENDED)
    scenario.when(RESUME, by=AS_RENEE)
    scenario.then(HabilitationResumed(habilitation=HABILITATION, resumed_on=date(2021, 6, 10)))
    scenario.when(END, by=AS_RENEE)
    scenario.then(ENDED)
    assert [each for each in replay(scenario.store.told) if each.position > len(scenario.store.told) - 3] == []


def test_end_of_a_habilitation_can_be_changed_until_it_has_passed_within_the_days_granted(scenario: Scenario) -> None:
    scenario.given(*HABILITATED)
    scenario.when(replace(END, last_day=date(2021, 6, 14), confirms_past=False), by=AS_RENEE)
    scenario.then_refused(PastUnconfirmed, "2021-06-14")
    scenario.when(replace(END, last_day=date(2021, 6, 20), confirms_past=False), by=AS_RENEE)
    scenario.when(replace(END, last_day=date(2021, 7, 31)), by=AS_RENEE, on=date(2021, 6, 20))
    scenario.then(replace(ENDED, last_day=date(2021, 7, 31)))
    assert scenario.wrong() == []
    scenario.when(replace(END, last_day=date(2023, 12, 19)), by=AS_RENEE)
    scenario.then_refused(HabilitationMisdated)
    scenario.when(replace(END, last_day=date(2021, 9, 30)), by=AS_RENEE, on=date(2021, 8, 1))
    scenario.then_refused(NoSuchHabilitation)
    assert scenario.forged(LYON, ENDED, by=AS_RENEE, on=date(2021, 8, 1)) == ["no-such-habilitation"]


@pytest.mark.parametrize("command", [SUSPEND, RESUME, END])
@pytest.mark.parametrize("unknown", [True, False])
def test_unknown_or_ended_habilitation_cannot_be_suspended_resumed_or_ended(
    scenario: Scenario, command: SuspendHabilitation | ResumeHabilitation | EndHabilitation, unknown: bool
) -> None:
    scenario.given(*HABILITATED)
    if not unknown:
        scenario.given(At(LYON, (ENDED,)))
    habilitation = known("another") if unknown else HABILITATION
    scenario.when(replace(command, habilitation=habilitation), by=AS_RENEE)
    scenario.then_refused(NoSuchHabilitation, habilitation)


@pytest.mark.parametrize(
    "command",
    [
        replace(SUSPEND, first_day=date(2020, 12, 31)),
        replace(SUSPEND, last_day=date(2021, 5, 31)),
        replace(SUSPEND, last_day=date(2023, 12, 19)),
        replace(RESUME, resumed_on=date(2021, 5, 31)),
        replace(RESUME, resumed_on=date(2021, 7, 1)),
        replace(END, last_day=date(2023, 12, 19)),
        replace(END, last_day=date(2020, 12, 31)),
    ],
)
def test_days_of_a_habilitation_out_of_order_are_refused(
    scenario: Scenario, command: SuspendHabilitation | ResumeHabilitation | EndHabilitation
) -> None:
    scenario.given(*HABILITATED, At(LYON, (SUSPENDED,)))
    scenario.when(command, by=AS_RENEE)
    scenario.then_refused(HabilitationMisdated)


days = st.dates(date(2020, 12, 1), date(2024, 1, 31))


@given(days, days, days, days)
def test_habilitation_is_valid_from_its_first_to_its_last_day_except_while_suspended(
    on: date, first: date, resumed: date, last: date
) -> None:
    """A day is valid when it is within the habilitation and in no suspension, whatever was recorded."""
    centre = Institution(id=LYON).evolve(GRANTED)
    suspended = HabilitationSuspended(habilitation=HABILITATION, first_day=first, last_day=None, ground="x")
    centre = centre.evolve(suspended)
    centre = centre.evolve(HabilitationResumed(habilitation=HABILITATION, resumed_on=resumed))
    centre = centre.evolve(replace(ENDED, last_day=last))
    shut = first <= on and not first <= resumed <= on
    assert centre.may(Purpose.ORGANISE, "RNCP31936", on, SITE) == (GRANTED.first_day <= on <= last and not shut)


@pytest.mark.parametrize(
    ("purpose", "code", "site", "may"),
    [
        (Purpose.ORGANISE, "RNCP31936", SITE, True),
        (Purpose.ORGANISE, "RNCP31936", None, True),
        (Purpose.TRAIN, "RNCP31936", SITE, False),
        (Purpose.ORGANISE, "RNCP38138", SITE, False),
        (Purpose.ORGANISE, "RNCP31936", "ailleurs", False),
    ],
)
def test_habilitation_is_valid_only_for_its_purpose_certification_and_sites(
    purpose: Purpose, code: str, site: str | None, may: bool
) -> None:
    assert Institution(id=LYON).evolve(GRANTED).may(purpose, code, date(2021, 6, 15), site) == may
    both = Institution(id=LYON).evolve(replace(GRANTED, purpose=Purpose.BOTH))
    assert both.may(Purpose.TRAIN, "RNCP31936", date(2021, 6, 15), SITE)


@pytest.mark.parametrize(
    ("stream", "fact", "rule"),
    [
        (LYON, replace(GRANTED, habilitation=made("habilitation")), None),
        (LYON, replace(GRANTED, habilitation=known("another's")), "decided-otherwise"),
        (LYON, GRANTED, "decided-otherwise"),
        (LYON, replace(GRANTED, habilitation=made("habilitation"), granted_by=LYON), "not-a-certifier"),
        (OrganisationId(known("nobody")), GRANTED, "not-found"),
        (LYON, ENDED, None),
        (LYON, replace(ENDED, last_day=date(2020, 12, 31)), "habilitation-misdated"),
        (LYON, replace(SUSPENDED, habilitation=known("new")), "no-such-habilitation"),
        (known("x"), OrganisationRegistered(legal_name="x", siret="99999999900033"), "decided-otherwise"),
        (made("organisation"), OrganisationRegistered(legal_name="x", siret=None), None),
        (LYON, OrganisationRegistered(legal_name="x", siret=None), "decided-otherwise"),
        (LYON, OrganisationRegistered(legal_name="x", siret=LYON_SIRET), "organisation-already-registered"),
        (CERTIFIERS, CertifierNamed(certification="RNCP31936", organisation=LYON, keeps_register=False), None),
        (known("x"), CertifierNamed(certification="X", organisation=LYON, keeps_register=True), "decided-otherwise"),
        (
            CERTIFIERS,
            CertifierNamed(
                certification="RNCP31936", organisation=OrganisationId(known("nobody")), keeps_register=False
            ),
            "not-found",
        ),
    ],
)
def test_replay_judges_the_facts_of_organisations_and_certifiers(
    scenario: Scenario, stream: UUID, fact: Fact, rule: str | None
) -> None:
    scenario.given(*HABILITATED)
    assert verdict(scenario, stream, fact, AS_RENEE) == rule
