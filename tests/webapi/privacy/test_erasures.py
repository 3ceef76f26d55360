"""Tests of erasures over HTTP: what is erased, what is kept and why, and what remains anywhere."""

from __future__ import annotations

import subprocess
import threading
from contextlib import closing, contextmanager
from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg2
import pytest

from adapters.backup.programs import programs
from adapters.database.pool import Database
from adapters.keys.vault import KeyState
from adapters.log.check import check
from adapters.log.recorder import LogRecorder
from adapters.operations.erasures import WayInErased
from domain.commands.people.register_person import RegisterPerson
from domain.fact import Retention
from domain.ports import OPERATOR, Role
from projections.engine.rounds import Rounds
from projections.engine.runner import Projector
from tests.given.waiting import until
from tests.given.webapi.erasures import LEFT, REASON, decided, erasures, fates
from tests.given.webapi.jury_acts import page
from tests.given.webapi.whole_path import apply, done
from webapi.privacy.erasure import settle
from webapi.signing.checkpoint_key import Checkpointing, make_ready

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.given.webapi.town import Caller, World


def test_70_erasure_of_papers_removes_the_evidence_and_keeps_the_decision(world):
    candidacy = decided(world)
    base = f"/api/v1/candidacies/{candidacy}"
    (piece,) = world.marie.get(f"{base}/evidence").json["items"]
    standing = world.marie.get(f"{base}/standing").json
    files = len(world.pieces())
    drafts, hugo = world.acquis.drafts, world.hugo.id
    drafts.save(hugo, candidacy, "competence-7", "Marie hésite.", subject=world.marie.id, since=None)

    dry = world.ulysse.post(erasures(world.marie), {"classes": ["papers", "decision"], "dry_run": True})
    asked = world.ulysse.post(erasures(world.marie), {"classes": ["papers", "decision"]})
    assert (dry.status_code, asked.status_code) == (200, 202)
    assert fates(dry) == fates(asked) == {"papers": (True, None), "decision": (False, "kept_by_law")}
    assert (asked.json["status"], dry.json["position"], dry.json["dry_run"]) == ("erasure-partial", 0, True)
    kept = asked.json["classes"][1]
    assert (kept["until"], kept["sentence"]) == (
        "2026-06-15",
        "motifs des décisions : conservation légale jusqu'au 15 juin 2026",
    )
    assert "17(3)" in kept["source"]

    listed = world.marie.get(f"{base}/evidence").json["items"]
    assert [(each["name"], each["digest"], each["id"]) for each in listed] == [(None, None, piece["id"])]
    assert len(world.pieces()) == files - 1
    assert drafts.of(hugo, candidacy) == {}, "what an assessor drafted of her is not even there"
    history = world.sacha.get(f"{base}/history")
    assert "Solide." not in history.text
    assert REASON in history.text
    assert world.marie.get(f"{base}/standing").json == standing
    said = page(world, world.marie, f"/candidacies/{candidacy}/history")
    assert "memoire-de-marie.pdf" not in said
    assert "effacé" in said
    assert world.marie.get(f"/api/v1/persons/{world.marie.id}").json["erased"] == ["papers"]
    done_ones = world.marie.get(erasures(world.marie)).json["items"]
    assert [(each["class"], each["ground"]) for each in done_ones] == [("papers", "request")]

    again = world.ulysse.post(erasures(world.marie), {"classes": ["papers"]})
    assert (again.status_code, fates(again)) == (200, {"papers": (False, "nothing_there")})


def test_erasure_is_refused_while_a_candidacy_is_in_progress(world):
    done(world.marie.upload(apply(world, world.marie)))
    world.projector.catch_up()
    answer = world.ulysse.post(erasures(world.marie), {})
    assert answer.status_code == 202
    assert fates(answer)["papers"] == fates(answer)["identity"] == (False, "under_way")
    assert answer.json["position"] == 0


def test_erasure_is_refused_for_a_candidacy_that_is_not_projected_yet(world):
    apply(world, world.nadia)  # not projected yet
    answer = world.ulysse.post(erasures(world.nadia), {"classes": ["identity"]})
    assert fates(answer) == {"identity": (False, "under_way")}


def test_erasure_of_a_person_without_candidacy_removes_their_account(world):
    world.acquis.accounts.add(world.nadia.id, f"{uuid4().hex}@example.org", "un mot de passe long")
    answer = world.ulysse.post(erasures(world.nadia), {"classes": ["identity"]})
    assert (answer.status_code, fates(answer)) == (200, {"identity": (True, None)})
    assert world.nadia.get("/api/v1/persons/me").status_code == 401  # her token is gone
    shown = world.rose.get(f"/api/v1/persons/{world.nadia.id}").json
    assert (shown["name"], shown["erased"]) == (None, ["identity"])
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute(LEFT, {"who": str(world.nadia.id)})
        assert cursor.fetchall() == []


def test_erasure_repeated_removes_operational_rows_written_since(world):
    identity = {"classes": ["identity"]}
    assert fates(world.ulysse.post(erasures(world.nadia), identity)) == {"identity": (True, None)}
    with pytest.raises(WayInErased):
        world.token(world.nadia.id, Role.CANDIDATE)
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute("insert into desk.account_event (person, what) values (%s, 'opened')", (str(world.nadia.id),))
        connection.commit()
    dry = world.ulysse.post(erasures(world.nadia), identity | {"dry_run": True})
    asked = world.ulysse.post(erasures(world.nadia), identity)
    assert fates(dry) == fates(asked) == {"identity": (True, None)}
    assert asked.json["position"] > 0
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute(LEFT, {"who": str(world.nadia.id)})
        assert cursor.fetchall() == []
    again = world.ulysse.post(erasures(world.nadia), identity)
    assert (again.json["position"], fates(again)) == (0, {"identity": (False, "nothing_there")})


def test_legal_hold_blocks_the_erasure_until_it_is_lifted(world):
    decided(world)
    path = f"/api/v1/persons/{world.marie.id}/legal-holds"
    hold = {"classes": ["papers"], "ground": "Recours gracieux"}
    done(world.rose.post(path, hold))
    papers = {"classes": ["papers"]}
    assert fates(world.ulysse.post(erasures(world.marie), {"classes": ["papers"]})) == {
        "papers": (False, "legal_hold")
    }
    (held,) = world.sacha.get(path).json["items"]
    assert (held["classes"], held["ground"]) == (["papers"], "Recours gracieux")
    lifting = f"{path}/{held['id']}/lifting"
    world.refuses(403, "forbidden", lambda: world.rose.post(lifting))
    done(world.ulysse.post(lifting))
    assert world.sacha.get(path).json["items"] == []
    world.refuses(404, "not-found", lambda: world.ulysse.post(lifting))
    assert fates(world.ulysse.post(erasures(world.marie), papers)) == {"papers": (True, None)}


@pytest.mark.parametrize("name", ["rose", "sacha", "marie", "jules", "hugo", "tess"])
def test_erasure_is_refused_to_all_but_administrators(world, name):
    caller = world.people[name]
    world.refuses(403, "forbidden", lambda: caller.post(erasures(world.marie), {}))


def test_erasures_of_another_person_give_404_without_a_role_for_it(world):
    assert world.nadia.get(erasures(world.marie)).status_code == 404
    assert world.rose.get(erasures(world.marie)).json == {"items": []}
    assert world.rose.get(f"/api/v1/persons/{uuid4()}/erasures").status_code == 404
    world.refuses(404, "not-found", lambda: world.ulysse.post(f"/api/v1/persons/{uuid4()}/erasures", {}))


def test_erasure_of_an_unknown_class_is_refused(world):
    world.refuses(422, "invalid", lambda: world.ulysse.post(erasures(world.marie), {"classes": ["everything"]}))


def test_erasure_repeated_with_its_key_gets_the_same_answer(world):
    decided(world)
    send = {"classes": ["papers"]}
    first = world.ulysse.post(erasures(world.marie), send, Idempotency_Key="erase once")
    again = world.ulysse.post(erasures(world.marie), send, Idempotency_Key="erase once")
    assert again.json == first.json
    other = {"classes": ["decision"]}
    world.refuses(
        422,
        "idempotency-key-reused",
        lambda: world.ulysse.post(erasures(world.marie), other, Idempotency_Key="erase once"),
    )


@contextmanager
def projecting(world: World, stop: threading.Event) -> Iterator[threading.Thread]:
    """Run a projector that seals, projects and signs as `acquis project` does."""
    make_ready(world.acquis.settings, world.acquis.server)
    with closing(Database(world.url, role="acquis_projector", size=4)) as database:
        signs = Rounds(Checkpointing(world.acquis.settings, database))
        projector = Projector(database, LogRecorder(database), rounds=signs)
        yield threading.Thread(target=projector.run, args=(stop,))


def test_78_erasure_concurrent_with_reads_and_projections_leaves_no_plaintext(world):
    """Readers, a writer and the projector run meanwhile; afterwards no answer and no storage contains it."""
    candidacy = decided(world)
    history, said = f"/api/v1/candidacies/{candidacy}/history", "memoire-de-marie.pdf"
    readers = [world.token(world.marie.id, Role.CANDIDATE), world.token(world.sacha.id, Role.AUDITOR)]
    stop, seen = threading.Event(), []

    def read(who: Caller) -> None:
        client = world.app.test_client()
        while not stop.is_set():
            seen.append(client.get(history, headers=who.bearer).text)

    def write() -> None:
        while not stop.is_set():
            world.acquis.do(RegisterPerson(name="Meanwhile", given=(Role.CANDIDATE,)), OPERATOR)

    threads = [threading.Thread(target=read, args=(who,)) for who in readers]
    with projecting(world, stop) as projector:
        threads += [threading.Thread(target=write), projector]
        for thread in threads:
            thread.start()
        try:
            until(lambda: any(said in text for text in seen))
            before = projected(world)
            asked = world.app.test_client().post(
                erasures(world.marie), headers=world.ulysse.bearer, json={"classes": ["papers"]}
            )
            recorded = asked.json["position"]
            assert recorded > 0
            settle(world.acquis)  # as the timer would when the checkpoint is late
            first = len(seen) + 2 * len(readers)  # earlier requests are answered by then
            until(lambda: projected(world) > max(recorded, before) and len(seen) > first + 10)
        finally:
            stop.set()
            for thread in threads:
                thread.join(20)
    assert not any(thread.is_alive() for thread in threads)
    for text in seen[first:]:
        assert said not in text
        assert "EvidenceSubmitted" in text
    assert world.acquis.vault.unread(world.marie.id, Retention.PAPERS) is KeyState.ERASED
    told = [str(programs(world.url) / "pg_dump"), f"--dbname={world.url}"]
    held = subprocess.run(told, capture_output=True, check=True, text=True).stdout
    assert "EvidenceSubmitted" in held
    assert said not in held


def projected(world: World) -> int:
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute("select coalesce(max(position), 0) from projection.tracking")
        ((position,),) = cursor.fetchall()
        return int(position)


def test_piece_uploaded_after_an_erasure_is_kept(world):
    decided(world)
    assert world.ulysse.post(erasures(world.marie), {"classes": ["papers"]}).status_code == 200
    world.clock.set(world.clock.today().replace(month=7))
    again = apply(world, world.marie, "FC")
    done(world.marie.upload(again, name="nouveau.pdf"))
    listed = world.marie.get(f"/api/v1/candidacies/{again}/evidence").json["items"]
    assert [each["name"] for each in listed] == ["nouveau.pdf"]


def test_erasure_of_every_class_shows_erased_on_all_pages_and_keeps_the_decision(world):
    candidacy = decided(world)
    base = f"/api/v1/candidacies/{candidacy}"
    standing = world.rose.get(f"{base}/standing").json
    world.clock.set(date(2071, 6, 15))
    over = {"classes": ["identity", "papers", "decision"], "ground": "period_over"}
    answer = world.ulysse.post(erasures(world.marie), over)
    assert (answer.status_code, {kept for kept, (gone, _) in fates(answer).items() if gone}) == (
        200,
        {"identity", "papers", "decision"},
    )
    assert world.rose.get(f"{base}/standing").json == standing
    assert world.rose.get(base).json["candidate_name"] is None
    history = world.rose.get(f"{base}/history")
    for said in ("Marie Exemple", "memoire-de-marie.pdf", REASON, "Solide."):
        assert said not in history.text
    said = page(world, world.rose, f"/candidacies/{candidacy}/history")
    assert "[effacé]" in said
    assert "Marie Exemple" not in page(world, world.rose, f"/candidacies/{candidacy}")
    page(world, world.rose, "/candidacies")
    with closing(Database(world.url, role="acquis_projector", size=2)) as database:
        assert check(database).sound
    (piece,) = world.rose.get(f"{base}/evidence").json["items"]
    world.refuses(410, "erased", lambda: world.rose.get(f"{base}/evidence/{piece['id']}/content"))
