"""Acceptance of professional secrecy (Code du travail L6421-4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.candidacy.candidacy import OwnWork
from domain.commands.people.accept_secrecy import AcceptSecrecy
from domain.commands.people.link_duplicate import LinkDuplicate
from domain.fact import Personal
from domain.people.facts import DuplicateLinked, RoleGranted, SecrecyAccepted
from domain.people.one_person import one_person
from domain.people.person import RoleNotHeld
from domain.people.secrecy import SWORN, TEXT, SecrecyMisstated, SecrecyNotAccepted, check_accepted
from domain.ports import OPERATOR, Actor, PersonId, Role
from domain.refusal import NotFound
from tests.given.domain.people import (
    ADA,
    ADELE,
    AS_ASTRID,
    AS_NADIA,
    AS_PAUL,
    AS_RENEE,
    ASTRID,
    JURY_DAY,
    LUC,
    MARIE,
    NADIA,
    PAUL,
    RENEE,
    actor,
)
from tests.given.domain.scenario import At, Scenario, newest_unlawful

EARLIER = date(2021, 3, 1)
ACCEPTED = SecrecyAccepted(secrecy_text=TEXT, accepted_on=EARLIER, on_paper=False)


@pytest.mark.parametrize(("who", "by"), [(PAUL, AS_PAUL), (ASTRID, AS_ASTRID), (ADELE, actor(ADELE, Role.ADVISOR))])
def test_juror_assessor_or_advisor_accepts_secrecy_themselves(scenario: Scenario, who: PersonId, by: Actor) -> None:
    scenario.when(AcceptSecrecy(person=who, secrecy_text=TEXT), by=by)
    scenario.then_recorded(SecrecyAccepted)
    assert newest_unlawful(scenario) == set()


def test_acceptance_of_secrecy_on_paper_is_keyed_by_a_registrar_or_the_operator(scenario: Scenario) -> None:
    for who, by in ((PAUL, AS_RENEE), (ASTRID, OPERATOR)):
        scenario.when(AcceptSecrecy(person=who, secrecy_text=TEXT, signed_on=EARLIER), by=by)
        (fact,) = scenario.then_recorded(SecrecyAccepted)
        assert fact == SecrecyAccepted(secrecy_text=TEXT, accepted_on=EARLIER, on_paper=True)
        assert newest_unlawful(scenario) == set()


@pytest.mark.parametrize(
    ("command", "by", "why"),
    [
        (AcceptSecrecy(person=PAUL, secrecy_text=TEXT), AS_RENEE, "donne le jour du papier"),
        (AcceptSecrecy(person=PAUL, secrecy_text=TEXT, signed_on=EARLIER), AS_PAUL, "sans papier"),
        (AcceptSecrecy(person=PAUL, secrecy_text=TEXT + 1), AS_PAUL, f"porte le numéro {TEXT}"),
        (AcceptSecrecy(person=PAUL, secrecy_text=0), AS_PAUL, f"porte le numéro {TEXT}"),
        (AcceptSecrecy(person=PAUL, secrecy_text=TEXT, signed_on=date(2021, 6, 16)), AS_RENEE, "pas encore venu"),
    ],
    ids=["for another without a paper", "oneself by a paper", "no such text", "none", "a paper of a day to come"],
)
def test_acceptance_of_secrecy_for_another_of_another_text_or_in_the_future_is_refused(
    scenario: Scenario, command: AcceptSecrecy, by: Actor, why: str
) -> None:
    scenario.when(command, by=by, on=JURY_DAY)
    (failed,) = scenario.then_refused(SecrecyMisstated).violations
    assert why in failed.fr


def test_registrar_who_is_a_juror_cannot_key_their_own_paper_l6421_4(scenario: Scenario) -> None:
    scenario.given(At(RENEE, (RoleGranted(role=Role.JUROR),)))
    command = AcceptSecrecy(person=RENEE, secrecy_text=TEXT, signed_on=EARLIER)
    scenario.when(command, by=AS_RENEE)
    scenario.then_refused(OwnWork)
    by_paper = replace(ACCEPTED, on_paper=True)
    assert scenario.forged(RENEE, by_paper, by=AS_RENEE) == [OwnWork.slug()]
    scenario.when(AcceptSecrecy(person=RENEE, secrecy_text=TEXT), by=actor(RENEE, Role.JUROR))
    scenario.then_recorded(SecrecyAccepted)


def test_registrar_cannot_key_the_paper_of_a_duplicate_file_of_theirs(scenario: Scenario) -> None:
    linked = (DuplicateLinked(other=LUC, reason=Personal("x", RENEE)),)
    scenario.given(At(RENEE, linked), At(LUC, (DuplicateLinked(other=RENEE, reason=Personal("x", LUC)),)))
    scenario.when(AcceptSecrecy(person=LUC, secrecy_text=TEXT, signed_on=EARLIER), by=AS_RENEE)
    scenario.then_refused(OwnWork)


@pytest.mark.parametrize("by", [AS_RENEE, OPERATOR], ids=["registrar", "operator"])
def test_secrecy_cannot_be_accepted_by_a_person_whose_roles_give_no_dossier(scenario: Scenario, by: Actor) -> None:
    """A candidate or an administrator of accounts: L6421-4 binds a person who holds what a candidate
    communicates."""
    for who in (MARIE, ADA):
        scenario.when(AcceptSecrecy(person=who, secrecy_text=TEXT, signed_on=EARLIER), by=by)
        scenario.then_refused(RoleNotHeld)


def test_secrecy_cannot_be_accepted_twice(scenario: Scenario) -> None:
    scenario.given(At(PAUL, (ACCEPTED,)))
    scenario.when(AcceptSecrecy(person=PAUL, secrecy_text=TEXT), by=AS_PAUL)
    (failed,) = scenario.then_refused(SecrecyMisstated).violations
    assert failed.fr == "Il est déjà accepté."
    assert scenario.forged(PAUL, ACCEPTED, by=AS_PAUL) == [SecrecyMisstated.slug()]


def test_file_of_another_juror_is_not_found_when_accepting_secrecy(scenario: Scenario) -> None:
    scenario.when(AcceptSecrecy(person=PAUL, secrecy_text=TEXT), by=AS_NADIA)
    scenario.then_refused(NotFound)


def test_secrecy_accepted_under_one_file_counts_under_a_duplicate(scenario: Scenario) -> None:
    scenario.given(At(PAUL, (ACCEPTED,)))
    scenario.when_both(LinkDuplicate(person=LUC, other=PAUL, reason="x"), by=AS_RENEE)
    assert one_person(scenario.log.find, LUC).secrecy == TEXT
    assert one_person(scenario.log.find, NADIA).secrecy == 0


def test_secrecy_must_be_accepted_only_by_roles_that_read_dossiers() -> None:
    """A candidate reads their own dossier; those who run dossiers for the certifier are bound by the article
    itself."""
    for role in Role:
        check_accepted(role, TEXT)
        if role in SWORN:
            with pytest.raises(SecrecyNotAccepted):
                check_accepted(role, 0)
        else:
            check_accepted(role, 0)
