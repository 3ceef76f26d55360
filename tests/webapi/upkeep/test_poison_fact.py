"""What if a fact in the log cannot be applied? The read side halts before it, the API serves, and the lag shows."""

from __future__ import annotations

import json
from contextlib import closing
from uuid import uuid4

import psycopg2
import pytest
from click.testing import CliRunner

from projections.engine import pulse
from projections.engine.advance import PoisonFact
from tests.given.servers.databases import as_url
from tests.given.webapi.whole_path import apply
from webapi.cli.main import program

POISON = """
select (log.append(%s::uuid, array[%s]::uuid[], '{1}', '{CandidacyOpened}',
                   array[%s]))[1]
"""


def test_86_a_fact_that_cannot_be_applied_halts_the_read_side_and_the_api_serves_with_the_lag_in_sight(
    world, monkeypatch
):
    candidacy = apply(world, world.marie)
    reached = world.projector.catch_up()
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(POISON, (str(uuid4()), str(uuid4()), "{}"))
        ((poison,),) = cursor.fetchall()
    for _ in range(2):  # asked again it halts again, at the same place
        with pytest.raises(PoisonFact) as halted:
            world.projector.catch_up()
        assert halted.value.position == poison
        assert world.projector.position() == reached < poison
    client = world.app.test_client()
    body = {"framework": str(world.framework), "rulebook": str(world.rulebook), "route": "FC"}
    later = world.nadia.post("/api/v1/candidacies", body)
    assert later.status_code == 201, "the write side goes on"
    hidden = client.get(f"/api/v1/candidacies?after={later.json['position']}", headers=world.nadia.bearer)
    assert (hidden.status_code, hidden.json["type"]) == (503, "/problems/not-yet-visible")
    shown = client.get(f"/api/v1/candidacies/{candidacy}", headers=world.marie.bearer)
    assert shown.status_code == 200, "what was told before is still told"
    assert client.get("/healthz").status_code == 200
    monkeypatch.setattr(pulse, "PATIENCE", 0)
    assert client.get("/readyz").status_code == 503
    state = doctor(world)
    assert state["sealed"] >= poison > state["projected"] == reached


def doctor(world):
    environment = {"ACQUIS_DATABASE_URL": as_url(world.url), "ACQUIS_DATA": str(world.acquis.settings.data)}
    return json.loads(CliRunner().invoke(program, ["doctor", "--json"], env=environment).stdout)["state"]
