"""Tests of quotas, expiry and erasure of open uploads."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from adapters.operations.erasures import DeskErasures
from domain.fact import Retention
from domain.people.facts import ErasureGround
from domain.ports import OPERATOR, Role
from domain.rulebook.evidence_rules import EvidenceRules
from tests.given.files.specimens import PDF
from tests.given.webapi.evidence_limits import under
from tests.given.webapi.scanned_house import NOWHERE, behind
from tests.given.webapi.tus import CONTENT, TUS, arrived, b64, begin, begun, put_in, run, send
from tests.given.webapi.whole_path import apply, done, etag
from webapi.privacy.erasure import erase, erase_again
from webapi.privacy.personal_export import gather

if TYPE_CHECKING:
    from tests.given.webapi.town import World

KIB = 1024


@pytest.fixture
def candidacy(world: World) -> UUID:
    """Return a candidacy under a rulebook that allows four pieces of 100 KiB, and 200 KiB in all."""
    under(world, EvidenceRules(largest=100 * KIB, pieces=4, size=200 * KIB, source="art. 7"))
    return apply(world, world.marie)


def test_1_declared_length_over_the_rulebook_s_limit_opens_no_upload(world, candidacy):
    world.refuses(413, "too-large", lambda: begin(world.marie, candidacy, 100 * KIB + 1))


def test_1_refusal_names_the_rulebook_s_limit_when_the_scanner_s_is_larger(world, candidacy):
    with behind(world, replace(NOWHERE, most=101 * KIB)):
        answer = world.refuses(413, "too-large", lambda: begin(world.marie, candidacy, 102 * KIB))
    assert str(100 * KIB) in answer.json["violations"][0]["title"]


def test_28_open_uploads_reserve_quota_and_release_it_when_cancelled(world, candidacy):
    first, _ = (begun(world.marie, candidacy, 90 * KIB) for _ in range(2))
    world.refuses(403, "quota-exceeded", lambda: begin(world.marie, candidacy, 90 * KIB))
    assert world.app.test_client().delete(first, headers=world.marie.bearer | TUS).status_code == 204
    assert begin(world.marie, candidacy, 90 * KIB).status_code == 201


@contextmanager
def at_once(world: World, mib: int) -> Iterator[None]:
    """Limit the megabytes of open uploads per sender in the application."""
    acquis = world.app.extensions["acquis"]
    world.app.extensions["acquis"] = replace(acquis, settings=replace(acquis.settings, sender_mib=mib))
    try:
        yield
    finally:
        world.app.extensions["acquis"] = acquis


def test_28_open_uploads_of_one_sender_are_limited_without_evidence_rules(world):
    who = world.join("noor", Role.CANDIDATE)
    under(world, EvidenceRules())
    theirs = apply(world, who)
    with at_once(world, 1), ThreadPoolExecutor(8) as many:
        answers = list(many.map(lambda _: begin(who, theirs, 300 * 1000), range(8)))
        opened = [each.headers["Location"] for each in answers if each.status_code == 201]
        assert len(opened) == 3
        assert {each.json["type"] for each in answers if each.status_code != 201} == {"/problems/too-many-bytes"}
        world.refuses(429, "too-many-bytes", lambda: begin(who, theirs, 150 * 1000))
        begun(who, theirs, 140 * 1000)
        begun(world.marie, apply(world, world.marie), 300 * 1000)
        assert world.app.test_client().delete(opened[0], headers=who.bearer | TUS).status_code == 204
        begun(who, theirs, 300 * 1000)


def test_single_open_upload_is_allowed_under_any_limit_per_sender(world):
    who = world.join("lin", Role.CANDIDATE)
    theirs = apply(world, who)
    with at_once(world, 0):
        begun(who, theirs, 1000)
        world.refuses(429, "too-many-bytes", lambda: begin(who, theirs, 1))


def test_28_expired_upload_releases_its_quota(world, candidacy):
    first, _ = (begun(world.marie, candidacy, 90 * KIB) for _ in range(2))
    run(world, "update desk.upload set expires_at = now() where id = %s", first)
    assert begin(world.marie, candidacy, 90 * KIB).status_code == 201


def test_cancelled_uploads_of_a_sender_are_kept_only_up_to_a_limit(world, monkeypatch):
    """Each is otherwise kept for eight days; the newest still give 410 and their keys open no other upload."""
    monkeypatch.setattr("adapters.operations.uploads.MOST_OVER", 3)
    who = world.join("iris", Role.CANDIDATE)
    theirs = apply(world, who)
    going_on = begun(who, theirs, 10)
    kept = arrived(who, theirs, PDF)
    assert put_in(who, theirs, kept).status_code == 201
    over = []
    for key in range(6):
        over.append(begun(who, theirs, 10, Idempotency_Key=str(key)))
        assert world.app.test_client().delete(over[-1], headers=who.bearer | TUS).status_code == 204
    begun(who, theirs, 10)
    for path, slug in zip(over, ["not-found"] * 3 + ["gone"] * 3, strict=True):
        answer = world.app.test_client().delete(path, headers=who.bearer | TUS)
        assert answer.json["type"] == f"/problems/{slug}"
    assert begin(who, theirs, 10, Idempotency_Key="5").status_code == 410
    assert [who.get(path).json["state"] for path in (going_on, kept)] == ["receiving", "ready"]


def test_28_concurrent_upload_creations_do_not_exceed_the_quota(world, candidacy):
    with ThreadPoolExecutor(16) as many:
        answers = list(many.map(lambda _: begin(world.marie, candidacy, 60 * KIB), range(16)))
    statuses = [each.status_code for each in answers]
    assert (statuses.count(201), statuses.count(403)) == (3, 13)
    assert {each.json["type"] for each in answers if each.status_code == 403} == {"/problems/quota-exceeded"}


def test_upload_that_replaces_a_piece_is_allowed_in_a_full_dossier_unless_it_is_filed(world, candidacy):
    def instead(of: str) -> dict[str, str]:
        return {"Upload-Metadata": f"filename {b64('cv.pdf')},replaces {b64(of)}"}

    first, second = (done(world.marie.upload(candidacy, b"x" * 100 * KIB))["id"] for _ in range(2))
    way = f"/api/v1/candidacies/{candidacy}/evidence"
    filing = way.replace("evidence", "validation-files")
    done(world.marie.post(filing, {"evidence": [second]}, If_Match=etag(world.marie, way)))
    refused = [{}, instead(second), instead(str(uuid4()))]
    for more in refused:
        world.refuses(403, "quota-exceeded", lambda more=more: begin(world.marie, candidacy, len(PDF), **more))
    path = begun(world.marie, candidacy, len(PDF), **instead(first))
    assert send(world.marie, path, 0, PDF).status_code == 204
    wanted = {"upload": path.rpartition("/")[2], "competences": [3], "replaces": first}
    done(world.marie.post(way, wanted))
    assert [each["state"] for each in world.marie.get(way).json["items"]] == ["withdrawn", "filed", "free"]
    world.refuses(400, "bad-request", lambda: begin(world.marie, candidacy, len(PDF), **instead("of mine")))


def test_28_submission_is_refused_when_other_facts_used_the_reserved_quota(world, candidacy):
    path = begun(world.marie, candidacy, 90 * KIB)
    assert send(world.marie, path, 0, b"x" * 90 * KIB).status_code == 204
    for _ in range(2):  # whole uploads reserve nothing
        done(world.marie.upload(candidacy, b"y" * 80 * KIB))
    world.refuses(403, "quota-exceeded", lambda: put_in(world.marie, candidacy, path))
    assert world.marie.get(path).json["state"] == "receiving", "it may be put in once there is room"


def test_26_expired_upload_is_ended_and_deleted_a_week_later(world, candidacy):
    path = begun(world.marie, candidacy, 90_000)
    send(world.marie, path, 0, CONTENT[:1000])
    run(world, "update desk.upload set expires_at = now() - interval '1 second' where id = %s", path)
    assert world.acquis.uploads.expire() >= 1
    told = world.marie.get(path).json
    assert (told["state"], told["name"]) == ("ended", None)
    (stretch,) = (found for found, _ in world.acquis.uploads.stretches(UUID(path[-36:])))
    assert stretch in world.acquis.uploads.ended_stretches()
    run(world, "update desk.upload set expires_at = now() - interval '8 days' where id = %s", path)
    world.acquis.uploads.expire()
    assert world.marie.get(path).status_code == 404


def test_78_open_uploads_are_erased_with_the_candidate_s_papers(world, candidacy):
    before = world.files()
    path = begun(world.marie, candidacy, 90_000, name="Secret de Marie.txt")
    send(world.marie, path, 0, CONTENT[:1000])
    assert len(world.files()) == len(before) + 1
    dossier = f"/api/v1/candidacies/{candidacy}"
    done(world.marie.post(f"{dossier}/withdrawal", {}, If_Match=etag(world.marie, dossier)))
    request = world.acquis.request_of(OPERATOR)
    world.projector.catch_up()
    erased = erase(world.acquis, world.marie.id, (Retention.PAPERS,), ErasureGround.REQUEST, request)
    assert [fate.why for fate in erased.fates] == [None]
    assert world.files() == before
    assert world.marie.get(path).status_code == 404
    assert send(world.marie, path, 1000, CONTENT[1000:90_000]).status_code == 404


def test_upload_row_is_deleted_with_the_sender_s_identity(world, candidacy):
    path = begun(world.marie, candidacy, 90_000)
    DeskErasures(world.acquis.database).purge(world.marie.id)
    assert world.acquis.uploads.find(UUID(path[-36:]), world.marie.id) is None


def test_personal_export_lists_open_uploads(world, candidacy):
    arrived(world.marie, candidacy, PDF, name="Mémoire.pdf")
    world.projector.catch_up()
    (told,) = gather(world.acquis, world.marie.id).account["uploads"]
    assert (told["name"], told["length"], told["received"]) == ("Mémoire.pdf", len(PDF), len(PDF))
    assert (told["candidacy"], told["state"]) == (str(candidacy), "receiving")


def test_open_upload_gives_410_after_a_restore(world, candidacy):
    path = begun(world.marie, candidacy, 90_000)
    assert send(world.marie, path, 0, CONTENT[:1000]).status_code == 204
    erase_again(world.acquis)
    world.refuses(410, "gone", lambda: send(world.marie, path, 1000, CONTENT[1000:90_000]))
