"""The day on which a parcours of VAE began, on the portal or not, and the law that it chooses.

Code du travail R6412-1 and its NOTA (décret 2023-1275, art. 5): the parcours begins with the inscription on the
national portal, for a certification that is there; the former law applies to a parcours begun by 31 December
2023.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from adapters.framework_file import read_law, shipped
from domain.candidacy.beginning import BeginningKept, BegunBeforeAsked, BegunOnAnotherDay, PortalDayMissing
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import BeginningCorrected, CandidacyOpened, RouteChanged
from domain.candidacy.feasibility import DayCorrectedWithoutReason
from domain.commands.candidacy.change_route import ChangeRoute
from domain.commands.candidacy.correct_beginning import CorrectBeginning
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.framework.enter_portal import EnterPortal
from domain.framework.definition import Route
from domain.framework.facts import FrameworkPublished, PortalEntered
from domain.framework.framework import Framework
from domain.framework.registration import GroundMissing, PortalMisdated, Registration
from domain.ports import FrameworkId
from domain.rulebook.facts import RuleSetPublished
from domain.rulebook.law import Law
from domain.rulebook.rule_set import Provision
from domain.standing.law_cited import LawOverTime, cited
from tests.given.domain.people import AS_MARIE, AS_RENEE, MARIE, RNCP31936, RULEBOOK, VAE_OPENED
from tests.given.domain.scenario import At, Scenario, newest_unlawful

TODAY = date(2024, 6, 10)
ENTRY = date(2024, 5, 2)
SIGNED_UP = date(2024, 5, 20)
LATER = date(2024, 9, 2)
AFTER = FrameworkId(Framework.id_of("RNCP39999", 1))
SHEET = replace(
    RNCP31936, code="RNCP39999", version=1, registration=replace(RNCP31936.registration, ends_on=date(2028, 12, 18))
)
MARIE_AFTER = Candidacy.id_of(MARIE, AFTER, Route.VAE)
PUBLISHED = At(AFTER, (FrameworkPublished(definition=SHEET), VAE_OPENED))
ON_PORTAL = At(Registration.id_of(AFTER), (PortalEntered(framework=AFTER, entered_on=ENTRY, ground="arrêté"),))
THE_LAW = At(Law.the(), tuple(RuleSetPublished(rule_set=each) for each in read_law(shipped("law-vae.yaml"))))
APPLY = OpenCandidacy(candidate=MARIE, framework=AFTER, rulebook=RULEBOOK, route=Route.VAE)
CORRECT = CorrectBeginning(candidacy=MARIE_AFTER, began_on=SIGNED_UP, reason="Le portail donne ce jour.")


def opened(scenario: Scenario) -> CandidacyOpened:
    """Return the last application recorded."""
    return next(told.fact for told in reversed(scenario.store.told) if isinstance(told.fact, CandidacyOpened))


def law(scenario: Scenario) -> list[str]:
    """Return the ids of the rule sets cited for the dossier."""
    told = scenario.store.told
    published = LawOverTime.of(each for each in told if each.stamp.stream == Law.the())
    return [each.rule_set for each in cited(published, told)]


def test_parcours_begins_with_the_inscription_when_the_certification_is_on_the_portal(scenario: Scenario) -> None:
    """R6412-1, al. 1."""
    scenario.given(THE_LAW, PUBLISHED, ON_PORTAL)
    scenario.when(APPLY, by=AS_MARIE, on=TODAY)
    scenario.then_refused(PortalDayMissing)
    scenario.when(replace(APPLY, began_on=SIGNED_UP), by=AS_MARIE, on=TODAY)
    found = opened(scenario)
    assert (found.opened_on, found.began_on, found.portal) == (TODAY, SIGNED_UP, True)
    assert law(scenario) == ["CT-R6412-4-2024"]


def test_parcours_outside_the_portal_begins_on_the_day_stated_by_the_registrar(scenario: Scenario) -> None:
    scenario.given(THE_LAW, PUBLISHED)
    engaged = replace(APPLY, began_on=date(2023, 12, 30))
    scenario.when(engaged, by=AS_MARIE, on=TODAY)
    scenario.then_refused(BegunBeforeAsked, "2023-12-30")
    scenario.when(engaged, by=AS_RENEE, on=TODAY)
    found = opened(scenario)
    assert (found.began_on, found.portal) == (date(2023, 12, 30), False)
    assert law(scenario) == ["CE-R335-7-2019"], "begun before 2024, it stays under the former law"


def test_parcours_begun_before_the_certification_entered_the_portal_stays_outside_it(scenario: Scenario) -> None:
    """NOTA: R335-7 applies to a parcours begun before the date set for the certification."""
    scenario.given(THE_LAW, PUBLISHED, ON_PORTAL)
    scenario.when(replace(APPLY, began_on=date(2024, 5, 1)), by=AS_RENEE, on=TODAY)
    assert not opened(scenario).portal
    assert law(scenario) == ["CE-R335-7-hors-portail"]


def test_parcours_cannot_begin_after_today_before_the_registration_or_by_another_route(
    scenario: Scenario,
) -> None:
    scenario.given(PUBLISHED)
    for day in (date(2024, 6, 11), date(2018, 12, 17)):
        scenario.when(replace(APPLY, began_on=day), by=AS_MARIE, on=TODAY)
        scenario.then_refused(BegunOnAnotherDay, day.isoformat())
    scenario.when(replace(APPLY, route=Route.FI, began_on=SIGNED_UP), by=AS_MARIE, on=TODAY)
    scenario.then_refused(BegunOnAnotherDay, SIGNED_UP.isoformat())
    begun = CandidacyOpened(
        candidate=MARIE,
        framework=AFTER,
        rulebook=RULEBOOK,
        route=Route.VAE,
        opened_on=TODAY,
        began_on=SIGNED_UP,
        portal=True,
    )
    forged = scenario.forged(MARIE_AFTER, begun, by=AS_MARIE, on=TODAY)
    assert forged, "nobody is on a portal that the certification has not entered"


def test_candidate_who_changes_to_vae_must_state_the_day_of_their_inscription(scenario: Scenario) -> None:
    scenario.given(THE_LAW, PUBLISHED, ON_PORTAL)
    scenario.when(replace(APPLY, route=Route.FI), by=AS_MARIE, on=ENTRY)
    change = ChangeRoute(candidacy=Candidacy.id_of(MARIE, AFTER, Route.FI), route=Route.VAE)
    scenario.when(change, by=AS_MARIE, on=TODAY)
    scenario.then_refused(PortalDayMissing)
    scenario.when(replace(change, began_on=SIGNED_UP), by=AS_MARIE, on=TODAY)
    assert law(scenario) == ["CT-R6412-4-2024"]


def test_candidate_cannot_choose_the_law_of_an_earlier_day_for_their_parcours(scenario: Scenario) -> None:
    """R6412-1, NOTA: a parcours on the portal since May 2024 does not fall under the law of 2019 by a day typed
    in."""
    scenario.given(THE_LAW, PUBLISHED, ON_PORTAL)
    begun = CandidacyOpened(
        candidate=MARIE,
        framework=AFTER,
        rulebook=RULEBOOK,
        route=Route.VAE,
        opened_on=TODAY,
        began_on=date(2019, 9, 1),
    )
    assert scenario.forged(MARIE_AFTER, begun, by=AS_MARIE, on=TODAY) == ["begun-before-asked"]
    scenario.when(replace(APPLY, route=Route.FI), by=AS_MARIE, on=TODAY)
    change = ChangeRoute(
        candidacy=Candidacy.id_of(MARIE, AFTER, Route.FI), route=Route.VAE, began_on=date(2019, 9, 1)
    )
    for who in (AS_MARIE, AS_RENEE):
        scenario.when(change, by=who, on=TODAY)
        scenario.then_refused(BegunBeforeAsked, "2019-09-01")


@pytest.mark.parametrize("signed_up", [SIGNED_UP, None], ids=["on the portal", "outside it"])
def test_candidate_who_returns_to_vae_continues_the_parcours_that_they_left(
    scenario: Scenario, signed_up: date | None
) -> None:
    """R6412-1, NOTA: a parcours begins once, under the law of that day; the registrar corrects a wrong day."""
    scenario.given(THE_LAW, PUBLISHED, *([ON_PORTAL] if signed_up else []))
    scenario.when(replace(APPLY, began_on=signed_up), by=AS_MARIE, on=TODAY)
    before = scenario.log.find(Candidacy, MARIE_AFTER).terms
    change = ChangeRoute(candidacy=MARIE_AFTER, route=Route.FI)
    scenario.when(change, by=AS_MARIE, on=LATER)
    back = replace(change, route=Route.VAE)
    for day in (date(2024, 5, 1), LATER):
        scenario.when(replace(back, began_on=day), by=AS_MARIE, on=LATER)
        scenario.then_refused(BeginningKept, before.began_on.isoformat())
    scenario.when(back, by=AS_MARIE, on=LATER)
    scenario.then(RouteChanged(route=Route.VAE, changed_on=LATER, began_on=before.began_on, portal=before.portal))
    assert newest_unlawful(scenario) == set()
    anew = RouteChanged(route=Route.VAE, changed_on=LATER)
    scenario.when(change, by=AS_MARIE, on=LATER)
    assert scenario.forged(MARIE_AFTER, anew, by=AS_MARIE, on=LATER) == ["decided-otherwise"]
    scenario.when(back, by=AS_MARIE, on=LATER)
    scenario.when(replace(CORRECT, began_on=date(2024, 5, 1)), by=AS_RENEE, on=LATER)
    assert not scenario.log.find(Candidacy, MARIE_AFTER).terms.portal


def test_beginning_stated_wrongly_is_corrected_with_a_reason_before_a_jury(scenario: Scenario) -> None:
    scenario.given(THE_LAW, PUBLISHED, ON_PORTAL)
    scenario.when(replace(APPLY, began_on=date(2024, 5, 1)), by=AS_RENEE, on=TODAY)
    scenario.when(replace(CORRECT, reason=" "), by=AS_RENEE, on=TODAY)
    scenario.then_refused(DayCorrectedWithoutReason)
    scenario.when(replace(CORRECT, began_on=date(2024, 5, 1)), by=AS_RENEE, on=TODAY)
    scenario.then_refused(BegunOnAnotherDay, "2024-05-01")
    scenario.when(CORRECT, by=AS_RENEE, on=TODAY)
    corrected = scenario.store.told[-1].fact
    assert isinstance(corrected, BeginningCorrected)
    assert (corrected.began_on, corrected.portal) == (SIGNED_UP, True)
    assert law(scenario) == ["CT-R6412-4-2024"]


def test_beginning_can_be_corrected_only_for_a_parcours_of_vae(scenario: Scenario) -> None:
    scenario.given(PUBLISHED)
    scenario.when(replace(APPLY, route=Route.FI), by=AS_MARIE, on=TODAY)
    stream = Candidacy.id_of(MARIE, AFTER, Route.FI)
    scenario.when(replace(CORRECT, candidacy=stream), by=AS_RENEE, on=TODAY)
    scenario.then_refused(BegunOnAnotherDay, SIGNED_UP.isoformat())


def test_entry_on_the_portal_cites_its_text_and_can_be_stated_again_with_another_day(scenario: Scenario) -> None:
    scenario.given(PUBLISHED)
    enter = EnterPortal(framework=AFTER, entered_on=ENTRY, ground="arrêté")
    scenario.when(replace(enter, ground=" "), by=AS_RENEE, on=TODAY)
    scenario.then_refused(GroundMissing)
    scenario.when(replace(enter, entered_on=date(2023, 12, 31)), by=AS_RENEE, on=TODAY)
    scenario.then_refused(PortalMisdated, "2023-12-31")
    scenario.when(enter, by=AS_RENEE, on=TODAY)
    scenario.then(PortalEntered(framework=AFTER, entered_on=ENTRY, ground="arrêté"))
    scenario.when(enter, by=AS_RENEE, on=TODAY)
    scenario.then_refused(PortalMisdated, ENTRY.isoformat())
    scenario.when(replace(enter, entered_on=date(2024, 7, 1)), by=AS_RENEE, on=TODAY)
    scenario.then_recorded(PortalEntered)


def test_no_text_composes_the_jury_of_a_parcours_begun_in_2024_before_13_april() -> None:
    """L6412-3 refers to a decree, and D6412-6 binds a parcours begun from 13 April 2024: no rule applies in
    between."""
    found = Law(id=Law.the())
    for fact in THE_LAW.facts:
        assert isinstance(fact, RuleSetPublished)
        found = found.evolve(fact)
    for portal in (False, True):
        for began_on, text in (
            (date(2023, 12, 31), "CE-R335-8-2019-lu"),
            (date(2024, 1, 1), "CT-L6412-3-2024"),
            (date(2024, 4, 12), "CT-L6412-3-2024"),
            (date(2024, 4, 13), "CT-D6412-6-2024-lu"),
        ):
            provisions = found.in_force(Route.VAE, began_on=began_on, session_on=TODAY, portal=portal)
            source = provisions.source(Provision.JURY)
            assert (source.id if source else None) == text
