"""Tests of concurrent requests. The numbers are those of the list of required refusals."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg2
import pytest
from psycopg2.extensions import make_dsn, parse_dsn

from adapters.database import DatabaseServer
from domain.fact import stream_of
from domain.ports import Actor, Role
from domain.refusal import Busy
from tests.given.servers.losing_proxy import CuttingProxy
from tests.given.servers.statements import statements
from tests.given.webapi.hearings import hearing
from tests.given.webapi.whole_path import apply, assessed, done, etag, plan
from webapi.app import create_app
from webapi.wiring import assemble

if TYPE_CHECKING:
    from tests.given.webapi.town import World


def together(*sends: Callable[[], Any]) -> list[Any]:
    """Send all requests at the same moment; return their answers."""
    barrier = threading.Barrier(len(sends))

    def send(one: Callable[[], Any]) -> Any:
        barrier.wait()
        return one()

    with ThreadPoolExecutor(len(sends)) as pool:
        return list(pool.map(send, sends))


def statuses(answers: Sequence[Any]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def count(world: World, type_name: str, stream: Any = None) -> int:
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from log.event where type = %s and (%s::text is null or stream::text = %s)",
            (type_name, stream and str(stream), stream and str(stream)),
        )
        (found,) = cursor.fetchone() or (0,)
    return int(found)


def test_73_two_concurrent_signatures_of_minutes_record_one_fact(world):
    _, session, deliberation = hearing(world)
    done(world.rose.post(f"{deliberation}/absence", {}))
    done(world.rose.post(f"{session}/closing"))
    shown = etag(world.jules, session)
    answers = together(*[lambda: world.jules.post(f"{session}/minutes", If_Match=shown)] * 2)
    assert statuses(answers) == [201, 409], [answer.text for answer in answers]
    assert count(world, "MinutesSigned", session.rsplit("/", 1)[1]) == 1


def test_73_second_of_two_concurrent_replacements_of_the_same_version_is_refused(world):
    """Two registrars once changed a candidacy's route at the same time and both succeeded, in 50 tries of 50."""
    candidacy, session = apply(world, world.marie), plan(world)
    base, advisors = (
        f"/api/v1/candidacies/{candidacy}",
        [world.join(name, Role.ADVISOR) for name in ("adele", "alban")],
    )
    days = [{"held_on": day, "reason": "Salle indisponible."} for day in ("2021-07-01", "2021-07-02")]
    names = [{"name": name, "document": "Acte"} for name in ("Marie Modèle", "Marie Motif")]
    for shown_at, path, bodies, fact in (
        (base, f"{base}/route", [{"route": route} for route in ("FC", "CL")], "RouteChanged"),
        (base, f"{base}/advisor", [{"advisor": str(each.id)} for each in advisors], "AdvisorNamed"),
        (session, f"{session}/postponement", days, "SessionPostponed"),
        (
            f"/api/v1/persons/{world.marie.id}",
            f"/api/v1/persons/{world.marie.id}/identity-corrections",
            names,
            "IdentityCorrected",
        ),
    ):
        shown = etag(world.rose, shown_at)
        answers = together(*[partial(world.rose.post, path, body, If_Match=shown) for body in bodies])
        recorded, refused = statuses(answers)  # 422: the later of the two days came first
        assert (recorded, refused in {412, 422}) == (201, True), [answer.text for answer in answers]
        assert count(world, fact) == 1
        world.refuses(428, "precondition-required", partial(world.rose.post, path, bodies[0]))


def test_74_concurrent_marks_with_one_idempotency_key_are_recorded_once(world):
    candidacy = apply(world, world.marie)
    charge = {"assessor": str(world.hugo.id), "competences": [1]}
    done(world.rose.post(f"/api/v1/candidacies/{candidacy}/assessors", charge))
    path = f"/api/v1/candidacies/{candidacy}/assessments"
    mark = {"competence": 1, "mark": "acquired"}
    for key in ("one", "two", "three"):
        answers = together(*[lambda key=key: world.hugo.post(path, mark, Idempotency_Key=key)] * 4)
        assert statuses(answers) == [201] * 4, [answer.text for answer in answers]
        assert len({answer.data for answer in answers}) == 1
    assert count(world, "CompetenceAssessed", stream_of("assessment", candidacy, world.hugo.id)) == 3
    other = {"competence": 1, "mark": "not_acquired"}
    again = lambda: world.hugo.post(path, other, Idempotency_Key="one")  # noqa: E731
    world.refuses(422, "idempotency-key-reused", again)


def test_74_idempotency_key_with_a_slash_does_not_collide_with_another_url(world):
    roles = f"/api/v1/persons/{world.nadia.id}/roles"
    granted = done(world.ulysse.post(roles, {"role": "juror"}, Idempotency_Key="withdrawals/1"))
    withdrawn = done(world.ulysse.post(f"{roles}/withdrawals", {"role": "juror"}, Idempotency_Key="1"))
    assert withdrawn["position"] > granted["position"]
    assert world.ulysse.get(f"/api/v1/persons/{world.nadia.id}").json["roles"] == ["candidate"]
    assert done(world.ulysse.post(roles, {"role": "juror"}, Idempotency_Key="withdrawals/1")) == granted


def test_74_concurrent_uploads_with_one_idempotency_key_store_one_piece(world):
    candidacy = apply(world, world.marie)
    before = len(world.pieces())
    answers = together(*[lambda: world.marie.upload(candidacy, Idempotency_Key="one")] * 4)
    assert statuses(answers) == [201] * 4, [answer.text for answer in answers]
    assert len({answer.data for answer in answers}) == 1
    assert (count(world, "EvidenceSubmitted", candidacy), len(world.pieces()) - before) == (1, 1)


def test_75_answer_lost_after_the_commit_is_returned_to_the_repeated_request(world):
    candidacy = apply(world, world.marie)
    charge = {"assessor": str(world.hugo.id), "competences": [1]}
    done(world.rose.post(f"/api/v1/candidacies/{candidacy}/assessors", charge))
    parts = parse_dsn(world.url)
    there = parts["host"]
    port = int(parts.get("port", 5432))
    proxy = CuttingProxy(f"{there}/.s.PGSQL.{port}" if there.startswith("/") else (there, port))
    through = make_dsn(world.url, host="127.0.0.1", port=proxy.port)
    acquis = assemble(replace(world.acquis.settings, database_url=through), DatabaseServer(through), world.clock)
    client = create_app(acquis).test_client()
    path = f"/api/v1/candidacies/{candidacy}/assessments"
    headers = world.hugo.bearer | {"Idempotency-Key": "lost"}

    def send() -> Any:
        return client.post(path, json={"competence": 1, "mark": "acquired"}, headers=headers)

    try:
        client.get("/healthz")
        proxy.arm("log.append")
        first = send()
        assert proxy.cuts == 1
        again = send()
    finally:
        acquis.close()
        proxy.close()
    assert first.status_code in {201, 503}
    assert again.status_code == 201
    if first.status_code == 201:
        assert first.data == again.data
    assert count(world, "CompetenceAssessed", stream_of("assessment", candidacy, world.hugo.id)) == 1


def test_76_concurrent_tie_and_ruling_are_never_recorded_with_the_tie_first(world):
    candidacy, _, deliberation = hearing(world)
    assessed(world, candidacy, range(1, 10))
    done(world.jules.post(f"{deliberation}/opening"))
    rulings = {"rulings": [{"competence": number, "acquired": True} for number in range(1, 10)]}
    shown = etag(world.jules, deliberation)
    tie = {"candidate": str(world.marie.id), "tie": "advised"}
    ruled, tied = together(
        lambda: world.jules.post(f"{deliberation}/rulings", rulings, If_Match=shown),
        lambda: world.rose.post(f"/api/v1/persons/{world.lucien.id}/ties", tie),
    )
    assert tied.status_code == 201
    if ruled.status_code == 201:
        assert ruled.json["position"] < tied.json["position"]
    else:
        assert ruled.json["type"] == "/problems/conflict-of-interest"
    later = lambda: world.jules.post(f"{deliberation}/rulings", rulings, If_Match=etag(world.jules, deliberation))  # noqa: E731
    world.refuses(409, "conflict-of-interest", later)


def test_77_concurrent_withdrawal_of_a_role_is_recorded_after_the_last_act_in_it(world):
    for turn in range(5):
        paul = world.join(f"paul{turn}", Role.REGISTRAR)
        path = f"/api/v1/persons/{paul.id}/roles/withdrawals"
        wrote, withdrew = together(
            partial(paul.post, "/api/v1/persons", {"name": "Ann Exemple"}),
            partial(world.ulysse.post, path, {"role": "registrar"}),
        )
        assert withdrew.status_code == 201
        if wrote.status_code == 201:
            assert wrote.json["position"] < withdrew.json["position"]
        else:
            assert wrote.json["type"] == "/problems/forbidden"


def test_79_append_to_a_locked_stream_gives_503_busy_after_two_seconds(world):
    candidacy = apply(world, world.marie)
    charge = {"assessor": str(world.hugo.id), "competences": [1]}
    done(world.rose.post(f"/api/v1/candidacies/{candidacy}/assessors", charge))
    path = f"/api/v1/candidacies/{candidacy}/assessments"
    stream = stream_of("assessment", candidacy, world.hugo.id)
    with closing(psycopg2.connect(world.url)) as holder, holder.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(4711, hashtext(%s))", (str(stream),))
        holder.commit()
        mark = {"competence": 1, "mark": "acquired"}
        world.refuses(503, "busy", lambda: world.hugo.post(path, mark))  # of two seconds `append` itself is asked


def test_failed_wait_for_one_stream_lock_releases_the_other_locks(world):
    had, held = sorted((uuid4(), uuid4()), key=lambda stream: order_of_lock(world, stream))
    request = world.acquis.request_of(Actor(person=world.rose.id, role=Role.REGISTRAR))
    with closing(psycopg2.connect(world.url)) as other, other.cursor() as cursor:
        other.autocommit = True
        cursor.execute("select log.hold(array[%s::uuid])", (str(held),))
        with pytest.raises(Busy), world.acquis.store.attempt(request, frozenset({had, held})):
            raise AssertionError("it began")
        cursor.execute("select log.hold(array[%s::uuid])", (str(had),))


def order_of_lock(world: World, stream: UUID) -> int:
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute("select hashtext(%s)", (str(stream),))
        (order,) = cursor.fetchone() or (0,)
    return int(order)


def test_two_servers_marking_one_dossier_in_turn_each_see_the_other_s_facts(
    world,
):
    """Each server authenticates and refreshes the streams in one query, and then appends."""
    candidacy = apply(world, world.marie)
    everything = [*range(1, 13)]
    charge = {"assessor": str(world.hugo.id), "competences": everything}
    done(world.rose.post(f"/api/v1/candidacies/{candidacy}/assessors", charge))
    settings = world.acquis.settings
    with closing(assemble(settings, DatabaseServer(world.url), world.clock)) as other:
        servers = cycle([create_app(world.acquis).test_client(), create_app(other).test_client()])
        asked = []
        for competence, server in zip(everything, servers, strict=False):
            with statements() as sent:
                body = {"competence": competence, "mark": "acquired"}
                done(
                    server.post(f"/api/v1/candidacies/{candidacy}/assessments", json=body, headers=world.hugo.bearer)
                )
            asked.append([each.split("(")[0] for each in sent if "set_config" not in each])
    assert asked[4:] == [["execute acquis_token", "select array[log.append_one"]] * 8
    assert count(world, "CompetenceAssessed", stream_of("assessment", candidacy, world.hugo.id)) == len(everything)
