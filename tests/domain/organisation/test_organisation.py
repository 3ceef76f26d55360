"""The register keeper's stream: checkpoint keys, exports and legal holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.fact import Personal, Retention
from domain.organisation.facts import AuditExported, ExportScope, LegalHoldPlaced, Occasion
from domain.organisation.organisation import (
    HoldNamesNoClass,
    KeyAlreadyEndorsed,
    NoKeyToReplace,
    NoSuchHold,
    Organisation,
    ScopeIncomplete,
)
from domain.ports import PersonId, Role

KEEPER = Organisation(id=Organisation.keeper())
FIRST, SECOND, THIRD = (f"acquis/3f0c9d0e-6a0b-4c58-9a2f-0d1f6c1f7a11+0000000{n}+A{'Q' * 42}{n}" for n in (1, 2, 3))
ALIX = PersonId(UUID("00000000-0000-4000-8000-0000000000a1"))
HOLD = UUID("00000000-0000-4000-8000-0000000000b1")
DAY = date(2022, 5, 2)


def with_key() -> Organisation:
    return KEEPER.evolve(KEEPER.endorse(FIRST, None, Occasion.FIRST))


def held(*classes: Retention) -> Organisation:
    return KEEPER.evolve(KEEPER.place_hold(HOLD, ALIX, classes, "Contentieux en cours"))


def export(**given: Any) -> AuditExported:
    empty = {"scope": ExportScope.ALL, "subject": None, "first_day": None, "last_day": None, "unreleased": False}
    return AuditExported(**{**empty, "size": 9, "root": "AA==", "facts": 9, **given})


def test_checkpoint_key_is_endorsed_once() -> None:
    with pytest.raises(KeyAlreadyEndorsed):
        with_key().endorse(FIRST, None, Occasion.FIRST)


@pytest.mark.parametrize(
    ("keeper", "key", "replaces", "occasion"),
    [
        (KEEPER, FIRST, None, Occasion.ROTATION),
        (KEEPER, FIRST, SECOND, Occasion.FIRST),
        (with_key(), SECOND, None, Occasion.FIRST),
        (with_key(), SECOND, None, Occasion.LOSS),
        (with_key(), SECOND, THIRD, Occasion.ROTATION),
    ],
)
def test_first_key_replaces_none_and_any_other_key_replaces_an_endorsed_one(
    keeper: Organisation, key: str, replaces: str | None, occasion: Occasion
) -> None:
    with pytest.raises(NoKeyToReplace):
        keeper.endorse(key, replaces, occasion)


def test_second_key_replaces_the_first_by_rotation_or_after_its_loss() -> None:
    for occasion in (Occasion.ROTATION, Occasion.LOSS):
        assert with_key().evolve(with_key().endorse(SECOND, FIRST, occasion)).keys == (FIRST, SECOND)


@pytest.mark.parametrize(
    "given",
    [
        {"scope": ExportScope.CANDIDACY},
        {"scope": ExportScope.ALL, "subject": HOLD},
        {"scope": ExportScope.PERIOD, "first_day": DAY},
        {"scope": ExportScope.PERIOD, "last_day": DAY},
        {"scope": ExportScope.SESSION, "subject": HOLD, "last_day": DAY},
        {"scope": ExportScope.PERIOD, "first_day": DAY, "last_day": date(2022, 5, 1)},
    ],
)
def test_export_must_state_its_scope_completely(given: dict[str, Any]) -> None:
    with pytest.raises(ScopeIncomplete):
        KEEPER.export(export(**given), Role.AUDITOR.value)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"scope": ExportScope.CANDIDACY, "subject": HOLD},
        {"scope": ExportScope.PERIOD, "first_day": DAY, "last_day": DAY},
    ],
)
def test_exports_of_everything_of_a_dossier_and_of_a_day_are_recorded(given: dict[str, Any]) -> None:
    assert KEEPER.export(export(**given), Role.AUDITOR.value) == export(**given)
    assert KEEPER.evolve(export(**given)) == KEEPER


def test_legal_hold_keeps_the_classes_it_names_until_it_is_lifted() -> None:
    with pytest.raises(HoldNamesNoClass):
        KEEPER.place_hold(HOLD, ALIX, (), "Contentieux en cours")
    keeper = held(Retention.PAPERS, Retention.DECISION, Retention.PAPERS)
    assert keeper.held(ALIX) == {Retention.PAPERS, Retention.DECISION}
    assert keeper.held(PersonId(HOLD)) == frozenset()
    assert keeper.evolve(keeper.lift_hold(HOLD)).held(ALIX) == frozenset()


def test_ground_of_a_legal_hold_is_personal_data_of_the_person() -> None:
    placed = KEEPER.place_hold(HOLD, ALIX, (Retention.PAPERS,), "Contentieux en cours")
    assert placed == LegalHoldPlaced(
        hold=HOLD, person=ALIX, classes=(Retention.PAPERS,), ground=Personal("Contentieux en cours", ALIX)
    )


def test_legal_hold_that_is_not_in_force_cannot_be_lifted() -> None:
    with pytest.raises(NoSuchHold):
        replace(held(Retention.PAPERS), holds={}).lift_hold(HOLD)
