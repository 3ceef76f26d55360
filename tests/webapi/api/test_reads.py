"""Tests of reads that wait for a position to be projected, of readiness, logs and damaged keys."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from uuid import uuid4

import psycopg2
import pytest
from marshmallow.fields import List, Nested

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.database.capacity import THREADS
from adapters.process.thread_slots import WAITING
from adapters.settings import Settings
from projections import visible
from projections.visible import MOMENT, PATIENCE, given, wait_for
from tests.given.servers.server_log import overheard
from tests.given.waiting import OwnTime, until
from tests.given.webapi.town import FEBRUARY, World, built
from tests.given.webapi.whole_path import apply
from webapi.api.candidacies import HistoryAnswer, StandingAnswer
from webapi.edge.paging import link
from webapi.wiring import assemble


def test_read_after_a_position_waits_for_the_projection_or_gives_503(world, monkeypatch):
    body = {"framework": str(world.framework), "rulebook": str(world.rulebook), "route": "FI"}
    written = world.marie.post("/api/v1/candidacies", body).json
    path = f"/api/v1/candidacies/{written['id']}?after={written['position']}"
    client, own = world.app.test_client(), OwnTime()
    with monkeypatch.context() as patched:
        patched.setattr(visible, "time", own)
        early = client.get(path, headers=world.marie.bearer)
    assert (early.status_code, early.json["type"]) == (503, "/problems/not-yet-visible")
    assert early.headers["Retry-After"]
    assert 1.9 < own.slept <= PATIENCE
    threading.Timer(0.2, world.projector.catch_up).start()
    waited = client.get(path, headers=world.marie.bearer)
    assert waited.status_code == 200
    assert int(waited.headers["Acquis-Position"]) >= written["position"]


def test_position_beyond_the_log_is_refused_at_once_by_every_read(world, monkeypatch):
    """`?after=99999999` once held a thread for two seconds."""
    candidacy = str(apply(world, world.marie))
    world.projector.catch_up()
    beyond = given(world.acquis.database) + 1
    base, client = f"/api/v1/candidacies/{candidacy}", world.app.test_client()
    asked = [
        *(f"{path}?after={beyond}" for path in ("/api/v1/candidacies", base, f"{base}/receipts")),
        *(f"{base}/{part}?as_position={beyond}" for part in ("standing", "history", "why")),
        f"{base}/standing?as_position={2**63 - 1}",
        f"/api/v1/candidacies?after={'9' * 18}",
    ]
    own = OwnTime()
    monkeypatch.setattr(visible, "time", own)
    for path in asked:
        refused = world.refuses(400, "no-such-position", partial(client.get, path, headers=world.marie.bearer))
        assert "une réponse" in refused.json["title"], path
    assert own.slept == 0, "nobody waited"
    for path in asked[:3]:
        assert client.get(path.replace(f"={beyond}", f"={beyond - 1}"), headers=world.marie.bearer).status_code == 200


def test_read_as_of_a_position_not_yet_projected_gives_503(world):
    """An early answer would differ from a later one to the same question."""
    candidacy = str(apply(world, world.marie))
    world.projector.catch_up()
    body = {"framework": str(world.framework), "rulebook": str(world.rulebook), "route": "FC"}
    position = world.marie.post("/api/v1/candidacies", body).json["position"]
    path, client = f"/api/v1/candidacies/{candidacy}/history?as_position={position}", world.app.test_client()
    early = client.get(path, headers=world.marie.bearer)
    assert (early.status_code, early.json["type"]) == (503, "/problems/not-yet-visible")
    world.projector.catch_up()
    assert client.get(path, headers=world.marie.bearer).status_code == 200


def test_waiting_reads_are_bounded_and_the_others_get_503_at_once(world, monkeypatch):
    world.projector.catch_up()
    body = {"framework": str(world.framework), "rulebook": str(world.rulebook), "route": "FI"}
    position = world.marie.post("/api/v1/candidacies", body).json["position"]
    shown = threading.Event()

    class Held(OwnTime):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            if self.slept > 2 * MOMENT and threading.current_thread() in held:
                shown.wait()

    own = Held()
    monkeypatch.setattr(visible, "time", own)
    held = [threading.Thread(target=wait_for, args=(world.acquis.database, position)) for _ in range(THREADS // 2)]
    for each in held:
        each.start()
    client = world.app.test_client()
    try:
        until(lambda: WAITING.full)
        for _ in range(20):
            answer = client.get(f"/api/v1/candidacies?after={position}", headers=world.marie.bearer)
            assert (answer.status_code, answer.json["type"]) == (503, "/problems/not-yet-visible")
            assert answer.headers["Retry-After"]
        assert own.slept == 0, "none of these waited"
        assert all(each.is_alive() for each in held), "they wait still"
        world.projector.catch_up()
    finally:
        shown.set()
        for each in held:
            each.join()
    assert client.get(f"/api/v1/candidacies?after={position}", headers=world.marie.bearer).status_code == 200


@pytest.fixture
def new_town(settings: Settings) -> Iterator[World]:
    """Return a world in which no fact has waited long for a checkpoint."""
    url = str(settings.database_url)
    with built(assemble(settings, DatabaseServer(url), FixedClock(FEBRUARY)), url) as made:
        yield made


def test_readyz_gives_503_without_a_projector_and_200_with_one(new_town):
    world = new_town
    client = world.app.test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    world.refuses(503, "unavailable", lambda: client.get("/readyz"))
    stop = threading.Event()
    running = threading.Thread(target=world.projector.run, args=(stop,))
    running.start()
    try:
        until(lambda: client.get("/readyz").status_code == 200)
        assert set(client.get("/readyz").json["alarms"]) <= {"watch-stands-still"}  # this projector has none
    finally:
        stop.set()
        running.join(10)
    world.refuses(503, "unavailable", lambda: client.get("/readyz"))


def test_request_logs_contain_no_personal_data_query_or_body(world):
    with overheard() as said:
        world.rose.get("/api/v1/candidacies?cursor=Secretine")
        world.rose.get(f"/api/v1/candidacies/{uuid4()}?after=0")
        world.rose.get(f"/api/v1/candidacies/{uuid4()}?name=Secretine")
        world.rose.post("/api/v1/persons", {"name": "Secretine", "nom": "Secretine"})
    lines = [json.loads(line) for line in said.getvalue().splitlines()]
    assert {line["status"] for line in lines if line["event"] == "answered"} == {400, 404, 422}
    assert "Secretine" not in json.dumps(lines)


def test_list_is_answered_with_one_name_missing_when_a_key_is_damaged(world):
    mine, hers = apply(world, world.marie), apply(world, world.nadia)
    with closing(psycopg2.connect(world.acquis.server.keys_dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "update vault.key set wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1)"
            " where person = %s and class = 'identity'",
            (str(world.nadia.id),),
        )
        connection.commit()
    listed = world.rose.get("/api/v1/candidacies?limit=100")
    assert listed.status_code == 200
    names = {each["id"]: each["candidate_name"] for each in listed.json["items"]}
    assert names[str(mine)] == "Marie Exemple"
    assert names[str(hers)] is None


def test_next_page_link_repeats_every_query_parameter(world):
    asked = "/api/v1/what-if?required=1%3A6&required=2%3A3&limit=1"
    with world.app.test_request_context(f"{asked}&cursor=first"):
        assert link("second") == {"Link": f'<{asked}&cursor=second>; rel="next"'}


@pytest.mark.parametrize(("part", "schema"), [("standing", StandingAnswer()), ("history", HistoryAnswer())])
def test_preserialized_answer_has_exactly_the_fields_of_its_schema(world, part, schema):
    candidacy = apply(world, world.marie)
    world.projector.catch_up()
    told = world.marie.get(f"/api/v1/candidacies/{candidacy}/{part}").json
    assert schema.validate(told) == {}
    assert same(schema.fields, told)


def same(fields, told) -> bool:
    """Whether an answer has exactly these fields, nested ones included."""
    nested = [(field.inner, told[name]) for name, field in fields.items() if isinstance(field, List)]
    inside = [(each.schema.fields, item) for each, items in nested if isinstance(each, Nested) for item in items]
    return told.keys() == fields.keys() and all(same(*each) for each in inside)
