"""A fact whose body no statement can take halts the projector like any other poison: it does not try for ever."""

from __future__ import annotations

from uuid import uuid4

import pytest

from projections.engine.advance import PoisonFact
from tests.given.domain.people import MARIE_VAE, SAMIR_VAE, vae_filed
from tests.given.log.scene import Scene

BODIES = {
    "no field at all": ("CandidacyOpened", "{}"),
    "no JSON": ("CandidacyOpened", "x"),
    "an envelope alone": ("CandidacyOpened", '{"as":"operator","by":null,"on":"2021-06-15","request":null}'),
    "no candidacy where there must be one": (
        "CompetenceRuled",
        '{"as":"juror","by":null,"on":"2021-06-15","request":null}',
    ),
    "a candidacy that is no id": (
        "CompetenceRuled",
        '{"as":"juror","by":null,"candidacy":"nobody","on":"2021-06-15","request":null}',
    ),
    "a day that is none": ("CandidacyOpened", '{"as":"operator","by":null,"on":"2021-02-30","request":null}'),
    "a session that is a list": ("SessionPlanned", "[]"),
}


@pytest.mark.parametrize("poison", BODIES)
def test_86_a_body_that_cannot_be_read_halts_the_projector_at_its_fact(scene: Scene, poison: str) -> None:
    projector = scene.projector()
    scene.given(vae_filed(MARIE_VAE))
    with scene.web.connection() as connection, connection.cursor() as cursor:
        cursor.execute(
            "select (log.append(%s, array[%s], array[1::bigint], array[%s], array[%s]))[1]",
            (uuid4(), uuid4(), *BODIES[poison]),
        )
        ((position,),) = cursor.fetchall()
    scene.given(vae_filed(SAMIR_VAE))
    for _ in range(2):
        with pytest.raises(PoisonFact) as halted:
            projector.catch_up()
        assert halted.value.position == position
        assert projector.position() < position
