"""Replay of the roles in which facts were recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4, uuid5

import pytest

from domain.commands.people.grant_role import GrantRole
from domain.commands.people.register_person import RegisterPerson
from domain.fact import Fact, Personal, RecordedFact, Stamp
from domain.jury.facts import ResultsReleased
from domain.organisation.facts import CheckpointKeyEndorsed, Occasion
from domain.organisation.organisation import Organisation
from domain.people.facts import Registered, RoleGranted
from domain.ports import NOBODY, OPERATOR, Actor, PersonId, Role
from domain.replay.judge import ORIGINS, Unlawful, replay
from domain.streams.kinds import KINDS
from tests.given.domain.people import AS_ADA, AS_RENEE
from tests.given.domain.scenario import Scenario, newest_unlawful
from tests.given.naming import naming

REGISTERED = uuid4()
"""The append by which somebody was registered."""
ANYBODY = uuid5(REGISTERED, "person")
GIVEN = sorted(role for role in Role if role not in NOBODY)

KEY = f"acquis/3f0c9d0e-6a0b-4c58-9a2f-0d1f6c1f7a11+00000001+A{'Q' * 43}"


def told(
    fact: Fact,
    role: Role,
    *,
    by: UUID | None,
    stream: UUID = ANYBODY,
    version: int = 1,
    append_id: UUID | None = None,
) -> RecordedFact:
    return RecordedFact(
        fact=fact,
        stamp=Stamp(
            stream=stream,
            version=version,
            position=1,
            by=by,
            role=role.value,
            on=date(2021, 6, 15),
            at=datetime(2021, 6, 15, tzinfo=UTC),
            append_id=append_id or uuid4(),
            n=version - 1 if append_id else 0,
        ),
    )


def in_order(*facts: RecordedFact) -> list[RecordedFact]:
    return [replace(each, stamp=replace(each.stamp, position=n)) for n, each in enumerate(facts, 1)]


def holding_all() -> list[RecordedFact]:
    """Return the facts by which the operator registers a person with every role."""
    said: list[Fact] = [Registered(name=Personal("x", ANYBODY)), *(RoleGranted(role=role) for role in GIVEN)]
    return [told(fact, Role.OPERATOR, by=None, version=n, append_id=REGISTERED) for n, fact in enumerate(said, 1)]


def verdict(fact: Fact, role: Role, *, by: UUID | None, stream: UUID = ANYBODY) -> str | None:
    """Return the rule that this last fact breaks, or None; everything before it is lawful."""
    facts = in_order(*holding_all(), told(fact, role, by=by, stream=stream, version=len(GIVEN) + 2))
    found = next(replay(facts), None)
    if found is None:
        return None
    assert found.position == len(facts)
    return found.rule


def test_every_fact_has_an_origin() -> None:
    assert ORIGINS.keys() == KINDS.keys()
    assert all(ORIGINS.values())


def test_replay_refuses_a_fact_in_a_role_that_no_command_of_it_is_open_to() -> None:
    for kind in KINDS:
        with naming(kind):
            anything = object.__new__(kind)  # its content is not read
            for role in frozenset(Role).difference(*(command.roles for command in ORIGINS[kind])):
                assert verdict(anything, role, by=None if role in NOBODY else ANYBODY) == "role-may-not"


@pytest.mark.parametrize("by", [None, ANYBODY], ids=["a role without a person", "a person as the operator"])
@pytest.mark.parametrize("nobody", sorted(NOBODY))
def test_operator_and_system_are_the_only_roles_without_a_person(nobody: Role, by: UUID | None) -> None:
    role = nobody if by else Role.ADMIN
    assert verdict(RoleGranted(role=Role.ADMIN), role, by=by) == "role-may-not"


def test_replay_refuses_a_candidate_who_becomes_administrator_endorses_a_key_or_releases_results() -> None:
    endorsed = CheckpointKeyEndorsed(key=KEY, replaces=None, occasion=Occasion.FIRST)
    own_role = verdict(RoleGranted(role=Role.ADMIN), Role.CANDIDATE, by=ANYBODY)
    assert own_role == "decided-otherwise", "a candidate gives themself that role, by signing up, and no other"
    assert verdict(endorsed, Role.CANDIDATE, by=ANYBODY, stream=Organisation.keeper()) == "role-may-not"
    assert (
        verdict(ResultsReleased(released_on=date(2021, 6, 15)), Role.CANDIDATE, by=ANYBODY, stream=uuid4())
        == "role-may-not"
    )


@pytest.mark.parametrize("role", sorted(NOBODY))
def test_replay_refuses_the_role_of_operator_or_system_granted_to_a_person(role: Role) -> None:
    facts = in_order(*holding_all(), told(RoleGranted(role=role), Role.ADMIN, by=ANYBODY, version=10))
    assert list(replay(facts)) == [Unlawful(len(facts), "forbidden")]


# A registrar grants some roles, to a person whom they register, in that command


@pytest.mark.parametrize("actor", [AS_RENEE, AS_ADA, OPERATOR], ids=["registrar", "admin", "operator"])
def test_person_is_registered_with_their_roles_in_one_command(scenario: Scenario, actor: Actor) -> None:
    given = (Role.JUROR, Role.ASSESSOR, Role.CANDIDATE)
    scenario.when(RegisterPerson(name="Zoé Exemple", given=given), by=actor)
    scenario.then_recorded(Registered, RoleGranted, RoleGranted, RoleGranted)
    assert newest_unlawful(scenario) == set()


def test_administrator_grants_more_roles_later(scenario: Scenario) -> None:
    scenario.when(RegisterPerson(name="Zoé Exemple"), by=AS_RENEE)
    zoe = PersonId(scenario.store.told[-1].stamp.stream)
    scenario.when_both(GrantRole(person=zoe, role=Role.REGISTRAR), by=AS_ADA)
    assert newest_unlawful(scenario) == set()


@pytest.mark.parametrize("role", [Role.ADMIN, Role.REGISTRAR, Role.AUDITOR, Role.REPORTER])
def test_replay_refuses_a_role_of_the_certifier_granted_by_a_registrar(scenario: Scenario, role: Role) -> None:
    scenario.when(RegisterPerson(name="Zoé Exemple"), by=AS_RENEE)
    registered = scenario.store.told[-1]
    granted = RecordedFact(fact=RoleGranted(role=role), stamp=after(registered.stamp))
    assert Unlawful(granted.stamp.position, "decided-otherwise") in list(replay([*scenario.store.told, granted]))


def test_replay_refuses_a_role_granted_by_a_registrar_to_a_person_registered_before(scenario: Scenario) -> None:
    scenario.when(RegisterPerson(name="Zoé Exemple"), by=AS_ADA)
    registered = scenario.store.told[-1]
    by_renee = replace(after(registered.stamp), by=AS_RENEE.person, role=Role.REGISTRAR.value)
    granted = RecordedFact(fact=RoleGranted(role=Role.JUROR), stamp=by_renee)
    assert Unlawful(by_renee.position, "decided-otherwise") in list(replay([*scenario.store.told, granted]))


def after(stamp: Stamp) -> Stamp:
    return replace(stamp, position=stamp.position + 1, version=stamp.version + 1)


def test_replay_refuses_a_second_registration_whatever_its_version() -> None:
    once = told(Registered(name=Personal("x", ANYBODY)), Role.OPERATOR, by=None, append_id=REGISTERED)
    assert [each.position for each in replay(in_order(once, once))] == [2]
