"""Tests of the rulebook's limits of evidence, before a body is read and under concurrent uploads."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from domain.rulebook.evidence_rules import EvidenceRules
from tests.given.files.specimens import PDF
from tests.given.webapi.evidence_limits import declared, under
from tests.given.webapi.town import LIMIT
from tests.given.webapi.whole_path import apply, done, etag

if TYPE_CHECKING:
    from tests.given.webapi.town import World

KIB = 1024


@pytest.fixture
def candidacy(world: World) -> UUID:
    """Return a candidacy under a rulebook that allows four texts of 100 KiB, and 200 KiB in all."""
    under(
        world,
        EvidenceRules(largest=100 * KIB, pieces=4, size=200 * KIB, types=("text/plain",), source="art. 7"),
    )
    return apply(world, world.marie)


def text(size: int) -> bytes:
    return b"x" * size


def test_1_declared_length_over_the_rulebook_s_limit_is_refused_before_the_body_is_read(world, candidacy):
    answer = world.refuses(413, "too-large", lambda: declared(world.marie, candidacy, 100 * KIB + 65 * KIB))
    assert str(100 * KIB) in answer.json["violations"][0]["title"]


def test_28_declared_length_over_the_remaining_quota_is_refused_before_the_body_is_read(world, candidacy):
    for _ in range(2):
        done(world.marie.upload(candidacy, text(90 * KIB)))
    world.refuses(403, "quota-exceeded", lambda: declared(world.marie, candidacy, 90 * KIB))


def test_28_upload_beyond_the_number_of_pieces_is_refused_before_the_body_is_read(world, candidacy):
    for _ in range(4):
        done(world.marie.upload(candidacy, text(KIB)))
    world.refuses(403, "quota-exceeded", lambda: declared(world.marie, candidacy, 10))


def test_1_file_over_the_rulebook_s_limit_is_refused(world, candidacy):
    world.refuses(413, "too-large", lambda: world.marie.upload(candidacy, text(100 * KIB + 1)))
    done(world.marie.upload(candidacy, text(100 * KIB)))


def test_type_that_the_rulebook_does_not_accept_is_refused(world, candidacy):
    world.refuses(415, "type-not-accepted", lambda: world.marie.upload(candidacy, PDF))
    link = {"link": "https://portfolio.example/", "title": "x", "competences": [1]}
    way = f"/api/v1/candidacies/{candidacy}/evidence"
    world.refuses(415, "type-not-accepted", lambda: world.marie.post(way, link))


def test_28_concurrent_uploads_never_exceed_the_quota(world, candidacy):
    size = 60 * KIB
    with ThreadPoolExecutor(8) as senders:
        answers = list(senders.map(lambda _: world.marie.upload(candidacy, text(size)), range(8)))
    put_in = [answer for answer in answers if answer.status_code == 201]
    refused = [answer for answer in answers if answer.status_code != 201]
    assert len(put_in) == 3
    assert {(answer.status_code, answer.json["type"]) for answer in refused} <= {
        (403, "/problems/quota-exceeded"),
        (503, "/problems/busy"),
    }
    listed = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence").json["items"]
    assert sum(piece["size"] for piece in listed) == 3 * size
    assert len([name for name in world.files() if name.startswith("kept/")]) >= 3


def test_withdrawn_piece_frees_its_quota(world, candidacy):
    first, _ = (done(world.marie.upload(candidacy, text(100 * KIB)))["id"] for _ in range(2))
    world.refuses(403, "quota-exceeded", lambda: world.marie.upload(candidacy, text(KIB)))
    way = f"/api/v1/candidacies/{candidacy}/evidence"
    done(world.marie.post(f"{way}/{first}/withdrawal", {}, If_Match=etag(world.marie, way)))
    done(world.marie.upload(candidacy, text(100 * KIB)))


def test_evidence_list_shows_the_remaining_quota_only_to_those_who_may_upload(world, candidacy):
    done(world.marie.upload(candidacy, text(50 * KIB)))
    way = f"/api/v1/candidacies/{candidacy}/evidence"
    left = {"largest": 100 * KIB, "pieces": 3, "size": 150 * KIB, "types": ["text/plain"]}
    assert world.marie.get(way).json["room"] == world.rose.get(way).json["room"] == left
    assert world.sacha.get(way).json["room"] is None


def test_rulebook_without_evidence_rules_leaves_only_the_store_s_limit(world):
    under(world, EvidenceRules())
    silent = apply(world, world.marie)
    left = world.marie.get(f"/api/v1/candidacies/{silent}/evidence").json["room"]
    assert left == {"largest": LIMIT, "pieces": None, "size": None, "types": []}


@pytest.mark.parametrize("sizes", [(KIB,) * 4, (100 * KIB, 100 * KIB)], ids=["pieces", "bytes"])
def test_replacement_named_in_the_url_is_accepted_in_a_full_dossier(world, candidacy, sizes):
    older, *_ = (done(world.marie.upload(candidacy, text(size)))["id"] for size in sizes)
    way = f"/api/v1/candidacies/{candidacy}/evidence"

    def send(size: int, address: str, **said: str):
        body = {"competences": "1", "file": (io.BytesIO(text(size)), "cv.txt"), **said}
        return world.app.test_client().post(address, data=body, headers=world.marie.bearer)

    world.refuses(403, "quota-exceeded", lambda: send(sizes[0], way))
    world.refuses(403, "quota-exceeded", lambda: send(sizes[0], f"{way}?replaces={uuid4()}"))
    world.refuses(422, "invalid", lambda: send(sizes[0], f"{way}?replaces={older}", replaces=str(uuid4())))
    newer = done(send(sizes[0], f"{way}?replaces={older}", replaces=older))["id"]
    newest = done(send(sizes[0], f"{way}?replaces={newer}"))["id"]
    told = {each["id"]: each["state"] for each in world.marie.get(way).json["items"]}
    assert (told[older], told[newer], told[newest]) == ("withdrawn", "withdrawn", "free")
    world.refuses(403, "quota-exceeded", lambda: send(sizes[0], way))


def test_28_full_dossier_s_refusal_says_to_name_the_replaced_piece_in_the_url(world, candidacy):
    for _ in range(4):
        done(world.marie.upload(candidacy, text(KIB)))
    rules = [
        [each["rule"] for each in answer.json["violations"]]
        for query in ("", f"?replaces={uuid4()}")
        for answer in [
            world.refuses(403, "quota-exceeded", lambda query=query: declared(world.marie, candidacy, 10, query))
        ]
    ]
    assert rules == [["pieces-left", "bytes-left", "replaces"], ["pieces-left", "bytes-left"]]
    document = world.app.test_client().get("/api/openapi.json").json
    form = document["components"]["schemas"]["EvidenceUpload"]["properties"]["replaces"]
    assert "?replaces=" in form["description"]


def test_28_replacement_of_a_filed_piece_is_refused_in_a_full_dossier(world, candidacy):
    """A filed piece cannot be replaced, so the new one counts in addition and is refused unread."""
    way = f"/api/v1/candidacies/{candidacy}/evidence"
    first, *_ = (done(world.marie.upload(candidacy, text(KIB)))["id"] for _ in range(4))
    filing = way.replace("evidence", "validation-files")
    done(world.marie.post(filing, {"evidence": [first]}, If_Match=etag(world.marie, way)))
    world.refuses(403, "quota-exceeded", lambda: declared(world.marie, candidacy, 10, f"?replaces={first}"))


def test_text_can_name_the_replaced_piece_in_the_url(world, candidacy):
    way = f"/api/v1/candidacies/{candidacy}/evidence"
    body = {"statement": "x", "title": "x", "competences": [1]}
    older = done(world.marie.post(way, body))["id"]
    newer = done(world.marie.post(f"{way}?replaces={older}", body))["id"]
    told = {each["id"]: each["replaces"] for each in world.marie.get(way).json["items"]}
    assert told == {older: None, newer: older}


def test_74_upload_that_filled_the_dossier_gets_the_same_answer_when_sent_again(world, candidacy):
    older, *_ = (done(world.marie.upload(candidacy, text(KIB)))["id"] for _ in range(3))
    sent = [world.marie.upload(candidacy, text(KIB), Idempotency_Key="the last one") for _ in range(2)]
    assert [answer.status_code for answer in sent] == [201, 201]
    assert sent[0].json["id"] == sent[1].json["id"]
    way = f"/api/v1/candidacies/{candidacy}/evidence?replaces={older}"
    headers = world.marie.bearer | {"Idempotency-Key": "instead"}
    again = [
        world.app.test_client().post(
            way, data={"competences": "1", "file": (io.BytesIO(text(KIB)), "cv.txt")}, headers=headers
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in again] == [201, 201]
    assert again[0].json["id"] == again[1].json["id"]
    world.refuses(403, "quota-exceeded", lambda: world.marie.upload(candidacy, text(KIB), Idempotency_Key="one more"))
