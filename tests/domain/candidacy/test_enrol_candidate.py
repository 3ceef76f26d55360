"""Who is enrolled that nobody knew yet: as a person and a candidate at once, or not at all?"""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import CandidacyOpened
from domain.commands.candidacy.enrol_candidate import EnrolCandidate
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.fact import Personal
from domain.framework.definition import Route
from domain.framework.framework import RouteClosed
from domain.people.facts import Registered, RoleGranted
from domain.ports import OPERATOR, PersonId, Role
from domain.refusal import Forbidden
from tests.given.domain.people import AS_MARIE, AS_RENEE, FRAMEWORK, MARIE, RULEBOOK
from tests.given.domain.scenario import At, Scenario

ALIX = EnrolCandidate(
    name="Alix Exemple",
    email="alix@exemple.example",
    born="1er mars 1980, Lyon",
    framework=FRAMEWORK,
    rulebook=RULEBOOK,
    route=Route.FC,
    blocks=(2, 1),
)


def test_a_person_is_registered_as_a_candidate_and_applies_in_one_append(scenario: Scenario) -> None:
    for by in (AS_RENEE, OPERATOR):
        scenario.when(ALIX, by=by)
        registered, granted, opened = scenario.then_recorded(Registered, RoleGranted, CandidacyOpened)
        assert isinstance(registered, Registered)
        assert isinstance(opened, CandidacyOpened)
        assert granted == RoleGranted(role=Role.CANDIDATE)
        said = (Personal("Alix Exemple", opened.candidate), Personal("1er mars 1980, Lyon", opened.candidate))
        assert (registered.name, registered.born) == said
        assert (opened.blocks, opened.route) == ((1, 2), Route.FC)


def test_whoever_is_not_admitted_is_not_registered_either(scenario: Scenario) -> None:
    scenario.when(replace(ALIX, route=Route.CA), by=AS_RENEE)
    scenario.then_refused(RouteClosed)


def test_a_candidate_enrols_nobody(scenario: Scenario) -> None:
    scenario.when(ALIX, by=AS_MARIE)
    scenario.then_refused(Forbidden)


def test_the_operator_opens_a_candidacy_for_somebody_who_is_known(scenario: Scenario) -> None:
    scenario.when(OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.FC), by=OPERATOR)
    scenario.then_recorded(CandidacyOpened)


def test_the_replay_finds_a_candidacy_opened_with_a_person_who_was_given_no_role(scenario: Scenario) -> None:
    append = uuid4()
    person = PersonId(uuid4())
    opened = CandidacyOpened(
        candidate=person, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.FC, opened_on=scenario.today
    )
    candidacy = Candidacy.id_of(person, FRAMEWORK, Route.FC)
    forged = (At(person, (Registered(name=Personal("x", person)),)), At(candidacy, (opened,)))
    assert scenario.forged_together(*forged, by=AS_RENEE, append_id=append) == ["decided-otherwise"]
