"""The tie-out of views with the log, which names each difference."""

from __future__ import annotations

import pytest

from adapters.database.pool import Database
from domain.fact import Personal
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DecisionTakenBack
from projections.reporting.tie_out import COUNTED, ReportsDoNotTie, check, tie_out
from tests.given.domain.people import (
    JUNE,
    MARCH,
    MARIE,
    MARIE_VAE,
    SAMIR_VAE,
    annulled,
    before_the_jury,
    ended,
    granted,
    heard,
    pronounced,
    ruled,
    vae_filed,
)
from tests.given.domain.scenario import NOON, At
from tests.given.log.scene import Scene

OFF = "update projection.{table} set {column} where ctid = (select min(ctid) from projection.{table} where {only})"
SPOILED = (
    ("candidacies", "reported_candidacies", "valid_to = 1", "valid_to is null"),
    ("sexes", "reported_people", "sex = null", "sex is not null and valid_to is null"),
    ("sessions", "reported_sessions", "valid_to = 1", "valid_to is null"),
    ("sessions_opened", "reported_juries", "valid_to = 1", "valid_to is null"),
    ("sessions_released", "reported_sessions", "stage = 'held'", "stage = 'released' and valid_to is null"),
    ("hearings", "reported_hearings", "valid_to = 1", "valid_to is null"),
    ("presences", "reported_hearings", "attendance = 'absent'", "attendance = 'present' and valid_to is null"),
    ("blocks", "reported_hearings", "blocks_granted = 0", "blocks_granted > 0 and valid_to is null"),
    ("titles", "reported_candidacies", "title_on = null", "title_on is not null and valid_to is null"),
    ("evidence", "reported_evidence", "submitted = submitted + 1", "valid_to is null"),
    ("evidence_bytes", "reported_evidence", "size = size - 1", "valid_to is null"),
    ("registered", "reported_register", "in_register = false", "in_register and valid_to is null"),
    ("papers", "reported_register", "papers = papers + 1", "valid_to is null"),
)


def test_the_demonstration_ties_out_and_a_row_that_was_changed_is_found(projecting: Database) -> None:
    position, found = tie_out(projecting)
    assert position > 400
    assert [each for each in found if not each.agrees] == []
    said = {each.counted.name: each.log for each in found}
    none = {"papers", "appeals", "frauds"}
    assert {name for name, count in said.items() if not count} == none
    check(projecting)
    for name, table, column, only in SPOILED:
        with projecting.connection() as connection, connection.cursor() as sql:
            sql.execute(f"create table projection.aside as select * from projection.{table}")  # noqa: S608  (our own names)
            sql.execute(OFF.format(table=table, column=column, only=only))
            assert sql.rowcount == 1, name
        differing = [each.counted.name for each in tie_out(projecting)[1] if not each.agrees]
        assert name in differing, differing
        with pytest.raises(ReportsDoNotTie):
            check(projecting)
        with projecting.connection() as connection, connection.cursor() as sql:
            sql.execute(f"delete from projection.{table}")  # noqa: S608  (our own names)
            sql.execute(f"insert into projection.{table} select * from projection.aside")  # noqa: S608  (our own names)
            sql.execute("drop table projection.aside")
    check(projecting)
    assert {name for name, *_ in SPOILED} | {"appeals", "frauds"} == {each.name for each in COUNTED}


@pytest.mark.parametrize(("blocks", "left"), [((), 0), ((2, 3), 2)], ids=["the whole", "two blocks"])
def test_a_decision_taken_back_is_counted_by_no_side(scene: Scene, blocks: tuple[int, ...], left: int) -> None:
    """The title falls with its blocks; the rest of the decision is released."""
    scene.given(vae_filed(MARIE_VAE), before_the_jury(MARIE_VAE), heard(MARIE_VAE), ruled(MARIE_VAE, range(1, 31)))
    scene.given(granted(MARIE_VAE, 1, 2, 3, 4), pronounced(MARIE_VAE))
    back = DecisionTakenBack(
        session=JUNE, candidacy=MARIE_VAE, blocks=blocks, title=True, reason=Personal("x", MARIE), at=NOON
    )
    scene.given(At(Deliberation.id_of(JUNE, MARIE_VAE), (back,)), ended())
    scene.projector().catch_up()
    _, found = tie_out(scene.web)
    counted = {each.counted.name: (each.log, each.views) for each in found}
    assert counted["blocks"] == (left, left)
    assert counted["titles"] == (0, 0)


def test_fallen_withheld_and_unreleased_results_count_on_neither_side(scene: Scene) -> None:
    scene.given(vae_filed(MARIE_VAE), vae_filed(SAMIR_VAE), before_the_jury(MARIE_VAE, SAMIR_VAE))
    for candidacy in (MARIE_VAE, SAMIR_VAE):
        scene.given(heard(candidacy), ruled(candidacy, range(1, 31)), granted(candidacy, 1, 2, 3, 4))
        scene.given(pronounced(candidacy))
    scene.projector().catch_up()
    check(scene.web)
    scene.given(ended(), annulled(MARIE_VAE))
    scene.given(
        before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH), granted(MARIE_VAE, 1, session=MARCH)
    )
    scene.projector().catch_up()
    _, found = tie_out(scene.web)
    assert {each.counted.name: (each.log, each.views) for each in found if each.log} == {
        "candidacies": (2, 2),
        "sessions": (2, 2),
        "sessions_opened": (2, 2),
        "sessions_released": (1, 1),
        "hearings": (2, 2),
        "presences": (2, 2),
        "blocks": (4, 4),
        "titles": (1, 1),
        "evidence": (2, 2),
        "evidence_bytes": (2, 2),
    }
