"""Export of a part of the log for an auditor."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from domain.commands.organisation.export_audit import ExportAudit
from domain.fact import Personal
from domain.organisation.facts import AuditExported, ExportScope
from domain.organisation.organisation import NotHandedOut, Organisation, ScopeIncomplete
from domain.people.facts import Registered, RoleGranted
from domain.ports import OPERATOR, Actor, PersonId, Role
from domain.refusal import Forbidden, NotFound
from domain.replay.judge import replay
from tests.given.domain.people import AS_RENEE, JUNE, before_the_jury
from tests.given.domain.scenario import At, Scenario

SACHA = PersonId(uuid4())
AS_SACHA = Actor(person=SACHA, role=Role.AUDITOR)
AN_AUDITOR = At(SACHA, (Registered(name=Personal("Sacha Exemple", SACHA)), RoleGranted(role=Role.AUDITOR)))
WHOLE = ExportAudit(scope=ExportScope.ALL, size=12, root="r" * 43 + "=", facts=12)


def test_export_to_an_auditor_is_recorded_with_its_scope_size_and_root(scenario: Scenario) -> None:
    scenario.given(AN_AUDITOR)
    scenario.when(WHOLE, by=AS_SACHA)
    scenario.then(
        AuditExported(
            scope=ExportScope.ALL,
            subject=None,
            first_day=None,
            last_day=None,
            size=12,
            root=WHOLE.root,
            facts=12,
            unreleased=False,
        )
    )
    assert scenario.store.facts(Organisation.keeper())
    newest = scenario.store.told[-1].stamp.position
    assert newest not in {unlawful.position for unlawful in replay(scenario.store.told)}


def test_export_is_possible_for_the_operator_but_not_for_a_registrar(scenario: Scenario) -> None:
    scenario.given(*before_the_jury())
    scenario.when(replace(WHOLE, scope=ExportScope.SESSION, subject=JUNE), by=OPERATOR)
    scenario.then_recorded(AuditExported)
    scenario.when(WHOLE, by=AS_RENEE)
    scenario.then_refused(Forbidden)


def test_unreleased_facts_are_exported_only_by_the_operator(scenario: Scenario) -> None:
    scenario.given(AN_AUDITOR)
    everything = replace(WHOLE, unreleased=True)
    scenario.when(everything, by=AS_SACHA)
    scenario.then_refused(NotHandedOut)
    scenario.when(everything, by=OPERATOR)
    scenario.then_recorded(AuditExported)
    told = scenario.store.told
    forged = replace(told[-1], stamp=replace(told[-1].stamp, by=SACHA, role=Role.AUDITOR.value))
    last = told[-1].stamp.position
    assert last not in {each.position for each in replay(told)}
    assert "not-handed-out" in {each.rule for each in replay([*told[:-1], forged]) if each.position == last}


def test_person_without_the_auditor_role_cannot_export(scenario: Scenario) -> None:
    scenario.given(At(SACHA, AN_AUDITOR.facts[:1]))
    scenario.when(WHOLE, by=AS_SACHA)
    scenario.then_refused(Forbidden)


def test_export_of_a_candidacy_or_session_that_does_not_exist_is_not_found(scenario: Scenario) -> None:
    scenario.given(AN_AUDITOR)
    for scope in (ExportScope.CANDIDACY, ExportScope.SESSION):
        scenario.when(replace(WHOLE, scope=scope, subject=uuid4()), by=AS_SACHA)
        scenario.then_refused(NotFound)


@pytest.mark.parametrize(
    "about",
    [
        {"scope": ExportScope.CANDIDACY},
        {"scope": ExportScope.ALL, "subject": uuid4()},
        {"scope": ExportScope.PERIOD, "first_day": date(2021, 1, 1)},
        {"scope": ExportScope.PERIOD, "first_day": date(2021, 2, 1), "last_day": date(2021, 1, 1)},
    ],
)
def test_export_must_state_its_scope_completely(scenario: Scenario, about: dict[str, object]) -> None:
    scenario.given(AN_AUDITOR)
    scenario.when(replace(WHOLE, **about), by=AS_SACHA)  # type: ignore[arg-type]
    scenario.then_refused(ScopeIncomplete)
