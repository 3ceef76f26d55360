"""What if the log holds a fact of another version? The read side stops, says so, and skips nothing."""

from __future__ import annotations

from contextlib import closing
from uuid import uuid4

import psycopg2
import pytest

from adapters.log.codec import UnknownFactType
from projections.engine import pulse
from tests.given.webapi.whole_path import apply

STRANGER = """
select log.append(%s::uuid, array[%s]::uuid[], array[1]::bigint[], array['FromTheFuture'],
                  array['{"as":"operator","by":null,"on":"2021-02-01","request":null}'])
"""


def test_85_a_fact_of_another_version_stops_the_read_side_and_is_never_skipped(world, monkeypatch):
    candidacy = apply(world, world.marie)
    world.projector.catch_up()
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(STRANGER, (str(uuid4()), str(uuid4())))
        ((position,),) = cursor.fetchall()[0:1]
    with pytest.raises(UnknownFactType):
        world.projector.catch_up()
    assert world.projector.position() < position[0]
    client = world.app.test_client()
    later = world.marie.post(
        "/api/v1/candidacies",
        {"framework": str(world.framework), "rulebook": str(world.rulebook), "route": "FC"},
    )
    assert later.status_code == 201
    hidden = client.get(f"/api/v1/candidacies?after={later.json['position']}", headers=world.marie.bearer)
    assert (hidden.status_code, hidden.json["type"]) == (503, "/problems/not-yet-visible")
    assert client.get(f"/api/v1/candidacies/{candidacy}", headers=world.marie.bearer).status_code == 200
    monkeypatch.setattr(pulse, "PATIENCE", 0)
    red = client.get("/readyz")
    assert (red.status_code, red.json["type"]) == (503, "/problems/unavailable")
