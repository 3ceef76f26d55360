"""Sex and age band in reports: counted from the day they were stated, and nowhere after the identity is erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from adapters.operations.erasures import DeskErasures
from domain.commands.people.correct_identity import CorrectIdentity
from domain.commands.people.state_birth_and_sex import StateBirthAndSex
from domain.fact import Personal, Retention
from domain.framework.jury_rule import Sex
from domain.people.facts import ErasureGround, PersonErased, Registered
from projections.engine.rebuild import rebuild
from projections.reporting.tie_out import check
from projections.tables import digest
from tests.given.domain.people import (
    APPLIED_ON,
    AS_MARIE,
    AS_RENEE,
    MARIE,
    MARIE_VAE,
    SAMIR,
    SAMIR_VAE,
    admissible,
    applied,
)
from tests.given.domain.scenario import At
from tests.given.log.scene import Scene

NOW = "select sex, age_band from reporting.v1_candidacies where candidacy = %s and valid_to_position is null"
THEN = """
select sex, age_band from reporting.v1_candidacies
 where candidacy = %s and valid_from_position <= %s and (valid_to_position is null or valid_to_position > %s)
"""
EVERY = "select sex, age_band from reporting.v1_candidacies where candidacy = %s order by valid_from_position"
STATED = "select sex, birth_year from desk.statistic order by append_id"
BIRTH = f"12 mars {APPLIED_ON.year - 30} à Lyon"
ERASED = PersonErased(retention=Retention.IDENTITY, ground=ErasureGround.REQUEST)


def now(scene: Scene, candidacy: UUID = MARIE_VAE) -> list[Any]:
    scene.projector().catch_up()
    check(scene.web)
    live = digest(scene.backstage)
    rebuild(scene.backstage)
    assert digest(scene.backstage) == live
    return scene.rows(NOW, str(candidacy))


def edition(scene: Scene) -> object:
    ((found,),) = scene.rows("select edition from reporting.v1_position")
    return found


def test_statement_of_a_candidate_counts_from_its_position(scene: Scene) -> None:
    opened = scene.given(applied(MARIE_VAE), applied(SAMIR_VAE))
    assert now(scene) == [(None, None)]
    stated = scene.do(StateBirthAndSex(person=MARIE, sex=Sex.F, born=BIRTH), AS_MARIE).position
    moved = scene.given(admissible(MARIE_VAE))
    unstated = scene.do(StateBirthAndSex(person=MARIE, sex=Sex.UNSTATED), AS_MARIE).position
    assert now(scene) == [(None, "30_39")], "to state none is an answer; the birth stays"
    assert now(scene, SAMIR_VAE) == [(None, None)]
    for position, found in ((opened, None), (stated, "f"), (moved, "f"), (unstated, None)):
        band = "30_39" if position >= stated else None
        assert scene.rows(THEN, str(MARIE_VAE), position, position) == [(found, band)], position
    assert len(scene.rows(EVERY, str(MARIE_VAE))) == 4


def test_a_correction_by_a_document_counts_and_leaves_what_it_does_not_say(scene: Scene) -> None:
    scene.given(applied(MARIE_VAE))
    scene.do(StateBirthAndSex(person=MARIE, sex=Sex.F, born=BIRTH), AS_RENEE)
    corrected = CorrectIdentity(person=MARIE, name="Marie Modèle", document="Passeport")
    scene.do(corrected, AS_RENEE)
    assert now(scene) == [("f", "30_39")]
    scene.do(replace(corrected, born=f"12 mars {APPLIED_ON.year - 29}", sex=Sex.M), AS_RENEE)
    assert now(scene) == [("m", "25_29")]


@pytest.mark.parametrize(
    ("years", "band"),
    [
        (24, "under_25"), (25, "25_29"), (29, "25_29"), (30, "30_39"), (39, "30_39"), (40, "40_49"), (49, "40_49"),
        (50, "50_and_over"), (80, "50_and_over"),
    ],
)  # fmt: skip
def test_the_age_is_that_which_is_reached_in_the_year_of_the_opening(scene: Scene, years: int, band: str) -> None:
    """A person who turns 25 on 31 December counts as 25 for the whole year."""
    scene.given(applied(MARIE_VAE))
    born = Personal(f"31 décembre {APPLIED_ON.year - years}", MARIE)
    scene.given(At(MARIE, (Registered(name=Personal("x", MARIE), born=born),)))
    scene.projector().catch_up()
    assert scene.rows(NOW, str(MARIE_VAE)) == [(None, band)]


def test_a_birth_without_a_day_that_can_be_read_has_no_band(scene: Scene) -> None:
    scene.given(applied(MARIE_VAE))
    scene.do(StateBirthAndSex(person=MARIE, born="au printemps, à Lyon"), AS_RENEE)
    assert now(scene) == [(None, None)]
    assert scene.rows(STATED) == []


def test_with_the_identity_it_goes_from_every_reading_and_copies_begin_again(scene: Scene) -> None:
    scene.given(applied(MARIE_VAE), applied(SAMIR_VAE))
    for who in (MARIE, SAMIR):
        scene.do(StateBirthAndSex(person=who, sex=Sex.F, born=BIRTH), AS_RENEE)
    assert now(scene) == [("f", "30_39")]
    scene.projector().catch_up()
    before = edition(scene)
    scene.given(At(MARIE, (replace(ERASED, retention=Retention.PAPERS),)))
    scene.projector().catch_up()
    assert (edition(scene), scene.rows(NOW, str(MARIE_VAE))) == (before, [("f", "30_39")]), "that was another class"
    scene.given(At(MARIE, (ERASED,)))
    scene.projector().catch_up()
    assert edition(scene) != before
    assert {*scene.rows(EVERY, str(MARIE_VAE))} == {(None, None)}, "from the order on, while the desk holds it"
    DeskErasures(scene.web).purge(MARIE)
    assert now(scene) == [(None, None)]
    assert len(scene.rows(STATED)) == 1, "another's stays"
    scene.do(StateBirthAndSex(person=MARIE, sex=Sex.M), AS_RENEE)
    assert len(scene.rows(STATED)) == 1, "nothing more is noted of her"
    assert now(scene) == [(None, None)]
    assert now(scene, SAMIR_VAE) == [("f", "30_39")]


def test_statistic_of_a_fact_never_recorded_is_purged_after_an_hour(scene: Scene) -> None:
    scene.do(StateBirthAndSex(person=MARIE, sex=Sex.F), AS_RENEE)
    lost = (
        "insert into desk.statistic (append_id, n, person, sex, noted_at) values (gen_random_uuid(), 0, %s, 'm', %s)"
    )
    with scene.web.connection() as connection, connection.cursor() as sql:
        sql.execute(lost, (str(SAMIR), date(2020, 1, 1)))
    DeskErasures(scene.web).purge_nobodys()
    assert scene.rows(STATED) == [("f", None)]
