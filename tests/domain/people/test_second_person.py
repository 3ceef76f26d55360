"""Acts that need two people: one proposes, another confirms or rejects."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.candidacy.candidacy import OwnWork
from domain.commands.people.declare_sole_registrar import DeclareSoleRegistrar
from domain.commands.people.grant_role import GrantRole
from domain.commands.people.link_duplicate import LinkDuplicate
from domain.commands.people.register_person import RegisterPerson
from domain.commands.people.reject_link import RejectLink
from domain.commands.people.reject_role import RejectRole
from domain.commands.people.withdraw_sole_registrar import WithdrawSoleRegistrar
from domain.fact import Fact, Personal
from domain.people.facts import (
    DuplicateLinked,
    LinkProposed,
    LinkRejected,
    Registered,
    RoleGranted,
    RoleProposalRejected,
    RoleProposed,
    SoleRegistrarDeclared,
    SoleRegistrarWithdrawn,
)
from domain.people.person import Person, RoleNotHeld
from domain.people.staffing import (
    ANOTHER_REGISTRAR,
    NotDeclaredSole,
    SeveralRegistrars,
    SoleRegistrarUnchanged,
    Staffing,
    StaffingUnreasoned,
)
from domain.people.two_people import AlreadyProposed, ConfirmedAlone, NothingWaits, RejectionUnreasoned
from domain.ports import OPERATOR, Actor, PersonId, Recorded, Role
from domain.refusal import Forbidden
from tests.given.domain.people import (
    ADA,
    AS_ADA,
    AS_PAUL,
    AS_RENEE,
    JURY_DAY,
    MARIE,
    NADIA,
    PAUL,
    RENEE,
    SAMIR,
    actor,
    person,
    registered,
)
from tests.given.domain.scenario import Scenario

ADAM, RENE = person("adam"), person("rene")
AS_ADAM, AS_RENE = actor(ADAM, Role.ADMIN), actor(RENE, Role.REGISTRAR)
ADMIN, LINK = GrantRole(person=PAUL, role=Role.ADMIN), LinkDuplicate(person=MARIE, other=SAMIR, reason="x")
ALONE = DeclareSoleRegistrar(reason="Une seule personne travaille ici.", registrar=RENEE)


@pytest.fixture
def two(scenario: Scenario) -> Scenario:
    """There are two administrators and two registrars."""
    scenario.given(registered(ADAM, Role.ADMIN), registered(RENE, Role.REGISTRAR))
    return scenario


def recorded(scenario: Scenario) -> tuple[Fact, ...]:
    assert isinstance(scenario.outcome, Recorded), scenario.outcome
    return scenario.outcome.facts


def confirming(act: Any) -> Any:
    return replace(act, confirms=True)


def proves(who: Actor) -> Actor:
    return replace(who, proved=True)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.REGISTRAR])
def test_role_of_administrator_or_registrar_is_proposed_by_one_and_granted_by_another(
    two: Scenario, role: Role
) -> None:
    grant = replace(ADMIN, role=role)
    two.when(grant, by=AS_ADA)
    two.then(RoleProposed(role=role, proposed_by=ADA))
    assert two.wrong() == []
    assert role not in two.log.load(Person, PAUL).roles
    two.when(confirming(grant), by=AS_ADA)
    two.then_refused(ConfirmedAlone)
    two.when(confirming(grant), by=AS_ADAM)
    two.then(RoleGranted(role=role, proposed_by=ADA))
    assert two.wrong() == []
    assert two.log.load(Person, PAUL).roles_waiting == {}


def test_replay_finds_a_role_granted_by_one_person_alone(two: Scenario) -> None:
    assert two.forged(PAUL, RoleGranted(role=Role.ADMIN), by=AS_ADA) == ["decided-otherwise"]
    assert two.forged(PAUL, RoleGranted(role=Role.ADMIN, alone=True), by=AS_ADA) == ["not-declared-sole"]
    assert two.forged(PAUL, RoleGranted(role=Role.AUDITOR), by=AS_ADA) == []


def test_role_cannot_be_confirmed_by_the_proposer_under_another_file_or_role(two: Scenario) -> None:
    twin = person("ada again")
    two.given(registered(twin, Role.ADMIN, Role.REGISTRAR))
    two.when_both(LinkDuplicate(person=ADA, other=twin, reason="x"), by=AS_RENEE)
    two.when(ADMIN, by=AS_ADA)
    two.when(confirming(ADMIN), by=actor(twin, Role.ADMIN))
    two.then_refused(ConfirmedAlone)
    assert two.forged(PAUL, RoleGranted(role=Role.ADMIN, proposed_by=ADA), by=actor(twin, Role.ADMIN)) == [
        "confirmed-alone"
    ]


def test_registering_a_registrar_only_proposes_the_role(two: Scenario) -> None:
    two.when(RegisterPerson(name="Zoé", given=(Role.JUROR, Role.REGISTRAR)), by=AS_ADA)
    _, juror, proposed = two.then_recorded(Registered, RoleGranted, RoleProposed)
    assert (juror, proposed) == (RoleGranted(role=Role.JUROR), RoleProposed(role=Role.REGISTRAR, proposed_by=ADA))
    assert two.wrong() == []
    zoe = PersonId(two.store.told[-1].stamp.stream)
    two.when(GrantRole(person=zoe, role=Role.REGISTRAR, confirms=True), by=AS_ADAM)
    two.then_recorded(RoleGranted)


def test_operator_grants_a_role_alone(scenario: Scenario) -> None:
    scenario.when(ADMIN, by=OPERATOR)
    scenario.then(RoleGranted(role=Role.ADMIN))
    scenario.when(RegisterPerson(name="Zoé", given=(Role.ADMIN,)), by=OPERATOR)
    scenario.then_recorded(Registered, RoleGranted)


def test_proposed_role_is_rejected_with_a_reason_and_can_be_proposed_again(two: Scenario) -> None:
    reject = RejectRole(person=PAUL, role=Role.ADMIN, reason="Pas encore formé.")
    two.when(reject, by=AS_ADA)
    two.then_refused(NothingWaits)
    two.when(ADMIN, by=AS_ADA)
    two.when(replace(reject, reason=" "), by=AS_ADAM)
    two.then_refused(RejectionUnreasoned)
    two.when(reject, by=AS_ADAM)
    two.then(RoleProposalRejected(role=Role.ADMIN, reason=Personal(reject.reason, PAUL)))
    assert two.wrong() == []
    two.when(ADMIN, by=AS_ADAM)
    two.then_recorded(RoleProposed)


def test_files_are_linked_by_two_people(two: Scenario) -> None:
    two.when(LINK, by=AS_RENEE)
    two.then_recorded(LinkProposed, LinkProposed)
    assert two.wrong() == []
    assert two.log.load(Person, MARIE).same_as == frozenset()
    two.when(confirming(LINK), by=AS_RENEE)
    two.then_refused(ConfirmedAlone)
    two.when(confirming(LINK), by=AS_RENE)
    one, _ = two.then_recorded(DuplicateLinked, DuplicateLinked)
    assert one == DuplicateLinked(other=SAMIR, reason=Personal("x", MARIE), proposed_by=RENEE)
    assert two.wrong() == []


def test_proposed_link_is_rejected_on_both_files_but_not_by_one_of_the_persons_linked(two: Scenario) -> None:
    two.when(LINK, by=AS_RENEE)
    reject = RejectLink(person=SAMIR, other=MARIE, reason="Deux sœurs.")
    two.given(registered(PAUL, Role.REGISTRAR))
    two.when(replace(reject, person=MARIE, other=PAUL), by=actor(PAUL, Role.REGISTRAR))
    two.then_refused(OwnWork)
    two.when(reject, by=AS_RENE)
    two.then_recorded(LinkRejected, LinkRejected)
    assert two.wrong() == []
    assert two.log.load(Person, MARIE).links_waiting == {}
    two.when(reject, by=AS_RENE)
    two.then_refused(NothingWaits)


@pytest.mark.parametrize(("act", "who"), [(ADMIN, AS_ADA), (LINK, AS_RENEE)], ids=["role", "link"])
def test_declared_sole_registrar_confirms_alone(scenario: Scenario, act: Any, who: Actor) -> None:
    scenario.when(act, by=proves(who))
    scenario.then_refused(NotDeclaredSole)
    scenario.when(act, by=who)
    assert type(recorded(scenario)[0]) in {RoleProposed, LinkProposed}
    scenario.when(ALONE, by=AS_ADA)
    scenario.then(SoleRegistrarDeclared(declared_on=JURY_DAY, reason=ALONE.reason, registrar=RENEE))
    assert scenario.wrong() == []
    scenario.when(confirming(act), by=who)
    scenario.then_refused(ConfirmedAlone)
    scenario.when(act, by=proves(who))
    assert all(getattr(each, "alone", False) for each in recorded(scenario))
    assert scenario.wrong() == []


def test_sole_registrar_is_declared_once_with_a_reason_and_the_declaration_is_withdrawn(scenario: Scenario) -> None:
    scenario.when(replace(ALONE, reason=" "), by=AS_ADA)
    scenario.then_refused(StaffingUnreasoned)
    scenario.when(WithdrawSoleRegistrar(reason="x"), by=AS_ADA)
    scenario.then_refused(SoleRegistrarUnchanged)
    for who in (AS_RENEE, AS_PAUL):
        scenario.when(ALONE, by=who)
        scenario.then_refused(Forbidden)
    scenario.when(ALONE, by=OPERATOR)
    scenario.when(ALONE, by=AS_ADA)
    scenario.then_refused(SoleRegistrarUnchanged)
    scenario.when(WithdrawSoleRegistrar(reason="Une collègue est arrivée."), by=AS_ADA)
    scenario.then_recorded(SoleRegistrarWithdrawn)
    scenario.when(replace(ADMIN, person=NADIA), by=proves(AS_ADA))
    scenario.then_refused(NotDeclaredSole)


@pytest.mark.parametrize(("act", "who", "other"), [(ADMIN, AS_ADA, AS_ADAM), (LINK, AS_RENEE, AS_RENE)])
def test_proposing_again_does_not_confirm_a_pending_proposal(
    two: Scenario, act: Any, who: Actor, other: Actor
) -> None:
    two.when(act, by=who)
    for each in (who, other):
        two.when(act, by=each)
        two.then_refused(AlreadyProposed)


@pytest.mark.parametrize(("act", "who"), [(ADMIN, AS_ADA), (LINK, AS_RENEE)])
def test_confirmation_without_a_pending_proposal_is_refused_and_proposes_nothing(
    two: Scenario, act: Any, who: Actor
) -> None:
    two.when(confirming(act), by=who)
    two.then_refused(NothingWaits)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.REGISTRAR])
def test_sole_administrator_cannot_grant_themselves_a_role_under_any_file(scenario: Scenario, role: Role) -> None:
    twin = person("ada again")
    scenario.given(registered(twin, Role.CANDIDATE))
    scenario.when_both(LinkDuplicate(person=ADA, other=twin, reason="x"), by=AS_RENEE)
    scenario.when(ALONE, by=AS_ADA)
    for own in {ADA, twin} if role is Role.REGISTRAR else {twin}:
        scenario.when(GrantRole(person=own, role=role), by=proves(AS_ADA))
        scenario.then_refused(OwnWork)
        assert scenario.forged(own, RoleGranted(role=role, alone=True), by=AS_ADA) == ["own-work"]


def test_registrar_named_by_the_declaration_is_the_only_one_to_act_alone(two: Scenario) -> None:
    two.when(ALONE, by=AS_ADA)
    two.when(LINK, by=proves(AS_RENE))
    two.then_refused(NotDeclaredSole)
    two.when(LINK, by=proves(AS_RENEE))
    two.then_recorded(DuplicateLinked, DuplicateLinked)


def test_granting_another_person_the_role_of_registrar_ends_the_declaration(scenario: Scenario) -> None:
    scenario.when(ALONE, by=AS_ADA)
    scenario.when(replace(ADMIN, role=Role.REGISTRAR), by=proves(AS_ADA))
    scenario.then(
        RoleGranted(role=Role.REGISTRAR, alone=True),
        SoleRegistrarWithdrawn(withdrawn_on=JURY_DAY, reason=ANOTHER_REGISTRAR),
    )
    assert scenario.wrong() == []
    for who in (AS_RENEE, actor(PAUL, Role.REGISTRAR)):
        scenario.when(LINK, by=proves(who))
        scenario.then_refused(NotDeclaredSole)


@pytest.mark.parametrize(
    "command",
    [GrantRole(person=PAUL, role=Role.REGISTRAR), RegisterPerson(name="Zoé", given=(Role.REGISTRAR,))],
    ids=["granted", "registered"],
)
def test_first_registrar_is_named_by_the_declaration_and_the_second_ends_it(scenario: Scenario, command: Any) -> None:
    scenario.when(replace(ALONE, registrar=None), by=OPERATOR)
    scenario.when(command, by=OPERATOR)
    assert scenario.wrong() == []
    first = PersonId(scenario.store.told[scenario.head].stamp.stream)
    named = SoleRegistrarDeclared(declared_on=JURY_DAY, reason=ALONE.reason, registrar=first)
    assert recorded(scenario)[-1] == named
    assert scenario.log.find(Staffing, Staffing.the()).frees(Role.REGISTRAR, {first})
    scenario.when(RegisterPerson(name="Léa", given=(Role.REGISTRAR,)), by=OPERATOR)
    assert recorded(scenario)[-1] == SoleRegistrarWithdrawn(withdrawn_on=JURY_DAY, reason=ANOTHER_REGISTRAR)
    assert scenario.wrong() == []


def test_declaration_of_a_sole_registrar_names_a_person_with_the_role(scenario: Scenario) -> None:
    scenario.when(replace(ALONE, registrar=PAUL), by=AS_ADA)
    scenario.then_refused(RoleNotHeld)


def test_sole_registrar_cannot_be_declared_when_two_persons_hold_the_role() -> None:
    staffing = Staffing(id=Staffing.the())
    for holders in (0, 1):
        staffing.check_registrars(holders)
    with pytest.raises(SeveralRegistrars):
        staffing.check_registrars(2)
