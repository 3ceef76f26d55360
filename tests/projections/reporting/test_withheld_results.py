"""What reporters read of a candidacy whose result is withheld for a suspicion of fraud."""

from __future__ import annotations

from typing import Any

from domain.jury.facts import ReleaseResumed, ReleaseWithheld
from projections.tables import PROJECTIONS
from tests.given.domain.keyed_wrongly import LACKING
from tests.given.domain.people import (
    ENOUGH,
    JUNE,
    JURY_DAY,
    MARIE_VAE,
    SAMIR_VAE,
    before_the_jury,
    ended,
    granted,
    heard,
    ruled,
    vae_filed,
)
from tests.given.domain.scenario import At
from tests.given.log.scene import Scene


def of_candidacy(scene: Scene, candidacy: object) -> dict[str, list[Any]]:
    """Return the current rows of the reporting tables on a candidacy."""
    scene.projector().catch_up()
    found = {}
    with scene.web.connection() as connection, connection.cursor() as sql:
        for table in sorted(each.name for each in PROJECTIONS if each.name.startswith("reported_")):
            sql.execute(
                "select from pg_attribute where attrelid = %s::regclass and attname = 'candidacy'",
                (f"projection.{table}",),
            )
            if sql.fetchone() is not None:
                columns = "to_jsonb(t) - 'valid_from' - 'from_day'"
                query = f"select {columns} from projection.{table} t where candidacy = %s and valid_to is null"  # noqa: S608
                sql.execute(query, (str(candidacy),))
                found[table] = sorted((row for (row,) in sql.fetchall()), key=str)
    return found


def test_a_withheld_result_reads_as_a_result_that_is_not_released(scene: Scene) -> None:
    scene.given(vae_filed(MARIE_VAE), vae_filed(SAMIR_VAE), before_the_jury(MARIE_VAE, SAMIR_VAE))
    for candidacy in (MARIE_VAE, SAMIR_VAE):
        scene.given(heard(candidacy), ruled(candidacy, ENOUGH, LACKING), granted(candidacy, 1, 2, 3))
    before = of_candidacy(scene, MARIE_VAE)
    scene.given(At(JUNE, (ReleaseWithheld(candidacy=MARIE_VAE),)), ended())
    assert of_candidacy(scene, MARIE_VAE) == before
    assert str(JUNE) not in str(before)
    assert {"called", "jury_held", "results_released"}.isdisjoint(row["stage"] for row in before["reported_stages"])
    released = {row["stage"] for row in of_candidacy(scene, SAMIR_VAE)["reported_stages"]}
    assert {"called", "jury_held", "results_released"} <= released
    scene.given(At(JUNE, (ReleaseResumed(candidacy=MARIE_VAE, released_on=JURY_DAY),)))
    assert released == {row["stage"] for row in of_candidacy(scene, MARIE_VAE)["reported_stages"]}
