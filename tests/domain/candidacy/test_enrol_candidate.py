"""Enrolment of an unknown person: registration, role and candidacy in one append."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import uuid4

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import CandidacyOpened
from domain.commands.candidacy.enrol_candidate import EnrolCandidate
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.fact import Personal
from domain.framework.definition import Route
from domain.framework.framework import RouteClosed
from domain.organisation.facts import HabilitationGranted, Purpose
from domain.organisation.institution import CentreTrainsNotForIt, NotOfThisCentre
from domain.people.facts import AffiliationStated, OrganisationLink, Registered, RoleGranted
from domain.ports import OPERATOR, Actor, PersonId, Role
from domain.refusal import Forbidden
from tests.given.domain.centres import GRANTED, HABILITATED, IMCI, LYON
from tests.given.domain.people import AS_MARIE, AS_RENEE, FRAMEWORK, MARIE, RENEE, RULEBOOK, actor, known, registered
from tests.given.domain.scenario import At, Scenario

CELESTE = PersonId(known("celeste"))
TRAINS = replace(GRANTED, habilitation=known("training"), purpose=Purpose.TRAIN, sites=())
WORKS = AffiliationStated(
    organisation=LYON, link=OrganisationLink.EMPLOYMENT, since=date(2020, 1, 1), stated_by=RENEE
)
ALIX = EnrolCandidate(
    name="Alix Exemple",
    email="alix@exemple.example",
    born="1er mars 1980, Lyon",
    framework=FRAMEWORK,
    rulebook=RULEBOOK,
    route=Route.FC,
    blocks=(2, 1),
)


def test_registrar_or_operator_registers_a_person_and_opens_their_candidacy_in_one_append(scenario: Scenario) -> None:
    for by in (AS_RENEE, OPERATOR):
        scenario.when(ALIX, by=by)
        registered, granted, opened = scenario.then_recorded(Registered, RoleGranted, CandidacyOpened)
        assert isinstance(registered, Registered)
        assert isinstance(opened, CandidacyOpened)
        assert granted == RoleGranted(role=Role.CANDIDATE)
        said = (Personal("Alix Exemple", opened.candidate), Personal("1er mars 1980, Lyon", opened.candidate))
        assert (registered.name, registered.born) == said
        assert (opened.blocks, opened.route) == ((1, 2), Route.FC)


def test_person_whose_candidacy_is_refused_is_not_registered(scenario: Scenario) -> None:
    scenario.when(replace(ALIX, route=Route.CA), by=AS_RENEE)
    scenario.then_refused(RouteClosed)


def test_candidate_cannot_enrol_another_person(scenario: Scenario) -> None:
    scenario.when(ALIX, by=AS_MARIE)
    scenario.then_refused(Forbidden)


def test_operator_opens_a_candidacy_for_a_person_already_registered(scenario: Scenario) -> None:
    scenario.when(OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.FC), by=OPERATOR)
    scenario.then_recorded(CandidacyOpened)


def at_a_centre(scenario: Scenario, *stated: AffiliationStated, grant: HabilitationGranted = TRAINS) -> Actor:
    """Register Céleste with the centre's role, a centre in Lyon, and the affiliations stated; return her as an
    actor."""
    scenario.given(*HABILITATED, At(LYON, (grant,)), registered(CELESTE, Role.CENTRE))
    scenario.given(At(CELESTE, stated))
    return actor(CELESTE, Role.CENTRE)


def test_training_centre_enrols_candidates_for_a_certification_that_it_trains_for(scenario: Scenario) -> None:
    celeste = at_a_centre(scenario, WORKS)
    scenario.when(replace(ALIX, centre=LYON), by=celeste)
    opened = scenario.then_recorded(Registered, RoleGranted, CandidacyOpened)[2]
    assert isinstance(opened, CandidacyOpened)
    assert opened.centre == LYON
    scenario.when(replace(ALIX, centre=LYON), by=AS_RENEE)
    scenario.then_recorded(Registered, RoleGranted, CandidacyOpened)


def test_person_of_a_centre_enrols_only_for_a_centre_where_they_work_that_day(scenario: Scenario) -> None:
    celeste = at_a_centre(scenario, replace(WORKS, until=date(2021, 1, 3)))
    for centre in (None, LYON, IMCI):
        scenario.when(replace(ALIX, centre=centre), by=celeste)
        scenario.then_refused(NotOfThisCentre)


def test_person_of_a_centre_cannot_enrol_on_an_affiliation_that_they_stated_themselves(scenario: Scenario) -> None:
    celeste = at_a_centre(scenario, replace(WORKS, stated_by=CELESTE))
    scenario.when(replace(ALIX, centre=LYON), by=celeste)
    scenario.then_refused(NotOfThisCentre)


def test_centre_not_habilitated_to_train_for_the_certification_cannot_enrol(scenario: Scenario) -> None:
    for_it = replace(TRAINS, habilitation=known("another"), certification="RNCP99999")
    celeste = at_a_centre(scenario, WORKS, grant=for_it)
    for by in (celeste, AS_RENEE, OPERATOR):
        scenario.when(replace(ALIX, centre=LYON), by=by)
        scenario.then_refused(CentreTrainsNotForIt)


def test_replay_finds_a_candidate_enrolled_by_a_centre_that_does_not_train_for_it(scenario: Scenario) -> None:
    celeste = at_a_centre(scenario, WORKS, grant=replace(TRAINS, certification="RNCP99999"))
    append = uuid4()
    person = PersonId(uuid4())
    opened = CandidacyOpened(
        candidate=person,
        framework=FRAMEWORK,
        rulebook=RULEBOOK,
        route=Route.FC,
        opened_on=scenario.today,
        centre=LYON,
    )
    candidacy = Candidacy.id_of(person, FRAMEWORK, Route.FC)
    given = (Registered(name=Personal("x", person)), RoleGranted(role=Role.CANDIDATE))
    forged = (At(person, given), At(candidacy, (opened,)))
    assert scenario.forged_together(*forged, by=celeste, append_id=append) == ["centre-trains-not-for-it"]


def test_replay_finds_a_candidacy_opened_for_a_new_person_without_the_candidate_role(scenario: Scenario) -> None:
    append = uuid4()
    person = PersonId(uuid4())
    opened = CandidacyOpened(
        candidate=person, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.FC, opened_on=scenario.today
    )
    candidacy = Candidacy.id_of(person, FRAMEWORK, Route.FC)
    forged = (At(person, (Registered(name=Personal("x", person)),)), At(candidacy, (opened,)))
    assert scenario.forged_together(*forged, by=AS_RENEE, append_id=append) == ["decided-otherwise"]
