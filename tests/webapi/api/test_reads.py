"""When may a read answer? When what it is asked to show is there, and not before."""

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
from adapters.places import WAITING
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


def test_a_read_waits_for_what_it_must_show_or_says_not_yet(world, monkeypatch):
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


def test_a_position_that_no_append_was_given_is_refused_at_once_wherever_it_is_asked_for(world, monkeypatch):
    """As seen: `?after=99999999` held a thread for two seconds."""
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


def test_what_is_given_and_not_shown_yet_is_waited_for_also_as_of_its_position(world):
    """Told too early, the same question would have had another answer later."""
    candidacy = str(apply(world, world.marie))
    world.projector.catch_up()
    body = {"framework": str(world.framework), "rulebook": str(world.rulebook), "route": "FC"}
    position = world.marie.post("/api/v1/candidacies", body).json["position"]
    path, client = f"/api/v1/candidacies/{candidacy}/history?as_position={position}", world.app.test_client()
    early = client.get(path, headers=world.marie.bearer)
    assert (early.status_code, early.json["type"]) == (503, "/problems/not-yet-visible")
    world.projector.catch_up()
    assert client.get(path, headers=world.marie.bearer).status_code == 200


def test_few_threads_wait_for_projections_that_are_late_and_everybody_else_is_told_at_once(world, monkeypatch):
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
    """A town of which no fact has waited long for a checkpoint."""
    url = str(settings.database_url)
    with built(assemble(settings, DatabaseServer(url), FixedClock(FEBRUARY)), url) as made:
        yield made


def test_ready_is_red_without_a_projector_and_green_with_one(new_town):
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


def test_logs_hold_no_personal_data_no_query_and_no_body(world):
    with overheard() as said:
        world.rose.get("/api/v1/candidacies?cursor=Secretine")
        world.rose.get(f"/api/v1/candidacies/{uuid4()}?after=0")
        world.rose.get(f"/api/v1/candidacies/{uuid4()}?name=Secretine")
        world.rose.post("/api/v1/persons", {"name": "Secretine", "nom": "Secretine"})
    lines = [json.loads(line) for line in said.getvalue().splitlines()]
    assert {line["status"] for line in lines if line["event"] == "answered"} == {400, 404, 422}
    assert "Secretine" not in json.dumps(lines)


def test_one_damaged_key_costs_one_name_and_no_list(world):
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


def test_the_next_page_is_of_all_that_was_asked(world):
    asked = "/api/v1/what-if?required=1%3A6&required=2%3A3&limit=1"
    with world.app.test_request_context(f"{asked}&cursor=first"):
        assert link("second") == {"Link": f'<{asked}&cursor=second>; rel="next"'}


@pytest.mark.parametrize(("part", "schema"), [("standing", StandingAnswer()), ("history", HistoryAnswer())])
def test_what_is_written_as_it_is_has_the_fields_of_its_schema_and_no_other(world, part, schema):
    candidacy = apply(world, world.marie)
    world.projector.catch_up()
    told = world.marie.get(f"/api/v1/candidacies/{candidacy}/{part}").json
    assert schema.validate(told) == {}
    assert same(schema.fields, told)


def same(fields, told) -> bool:
    """Whether an answer has these fields, and what is nested in it too."""
    nested = [(field.inner, told[name]) for name, field in fields.items() if isinstance(field, List)]
    inside = [(each.schema.fields, item) for each, items in nested if isinstance(each, Nested) for item in items]
    return told.keys() == fields.keys() and all(same(*each) for each in inside)
