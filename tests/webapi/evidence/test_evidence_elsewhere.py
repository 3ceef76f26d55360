"""Tests of evidence in an object store: upload, download, scrub and reaper."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import boto3
import psycopg2
import pytest
from botocore.exceptions import BotoCoreError

from adapters.by_settings import evidence_store
from adapters.files.blobs import StorageUnavailable
from adapters.files.scrub import FileFault
from adapters.files.store import EvidenceStore
from tests.given.files.buckets import an_object_store, to_a_bucket
from tests.given.files.specimens import PDF
from tests.given.webapi.evidence import held
from tests.given.webapi.terminal import acquis_beside
from tests.given.webapi.tus import KIND, TUS, begun, offset, send
from tests.given.webapi.whole_path import apply, done
from webapi.app import create_app
from webapi.upkeep.scrubbing import DOWN, reap, scrub

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.files.blobs import Blobs
    from tests.given.webapi.town import World

NOTES = b"Notes prises en stage.\n" * 10_000


@pytest.fixture(scope="module")
def object_store() -> Iterator[str]:
    with an_object_store() as url:
        yield url


@pytest.fixture
def elsewhere(world: World, object_store: str) -> Iterator[World]:
    """Return the town with its evidence in a bucket."""
    settings = replace(world.acquis.settings, **to_a_bucket(object_store))
    files = world.acquis.files
    object.__setattr__(world.acquis, "files", evidence_store(settings, world.acquis.vault))
    yield world
    object.__setattr__(world.acquis, "files", files)


def names(blobs: Blobs) -> list[str]:
    return [each.name.partition("/")[0] for each in blobs.all("")]


def test_piece_in_a_bucket_is_uploaded_read_by_range_and_reported_when_missing(elsewhere: World) -> None:
    world, blobs = elsewhere, elsewhere.acquis.files.blobs
    candidacy = apply(world, world.marie)
    piece = UUID(done(world.marie.upload(candidacy, NOTES, "notes.txt", "text/plain"))["id"])
    path = f"/api/v1/candidacies/{candidacy}/evidence/{piece}/content"
    assert world.marie.get(path).data == NOTES
    assert world.marie.get(path, Range="bytes=100000-100009").data == NOTES[100_000:100_010]
    assert names(blobs) == ["kept"]
    assert not list(world.acquis.files.quarantine.iterdir())
    assert scrub(world.acquis).sound
    blobs.remove(f"kept/{str(piece)[:2]}/{piece}.age")
    assert [each.fault for each in scrub(world.acquis).faults] == [FileFault.MISSING]
    world.refuses(500, "evidence-missing", lambda: world.marie.get(path))


@pytest.mark.parametrize(
    ("spoken", "says"), [("fr_FR.UTF-8", "Donnez s3:ListBucket"), ("en_GB.UTF-8", "Grant s3:List")]
)
def test_doctor_names_the_missing_list_permission_of_the_bucket(
    world: World, object_store: str, monkeypatch: pytest.MonkeyPatch, spoken: str, says: str
) -> None:
    """Without the list permission the store answers 403 instead of 404 for a missing object."""

    def forbidden(parsed: dict[str, Any], **_: Any) -> None:
        parsed["Error"] = {"Code": "403", "Message": "Forbidden"}

    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    given = {f"ACQUIS_{name.upper()}": value for name, value in to_a_bucket(object_store).items()}
    boto3.setup_default_session()
    session: Any = boto3.DEFAULT_SESSION
    session.events.register("after-call.s3.HeadObject", forbidden)
    result = acquis_beside(world, spoken)("doctor", "--before-start", "--json", **given)
    assert [each for each in json.loads(result.stdout)["late"] if says in each]
    assert result.exit_code == 0


def test_scrub_reports_an_unreadable_object_and_continues(elsewhere: World) -> None:
    world: World = elsewhere
    blobs: Any = world.acquis.files.blobs
    candidacy = apply(world, world.marie)
    first, second = (done(world.marie.upload(candidacy, NOTES, "notes.txt", "text/plain"))["id"] for _ in range(2))

    def refuse(request: Any, **_: Any) -> None:
        if first in request.url:
            raise BotoCoreError

    blobs.client.meta.events.register("before-send.s3.GetObject", refuse)
    blobs.remove(f"kept/{second[:2]}/{second}.age")
    found = {each.name.rpartition("/")[2].removesuffix(".age"): each.fault for each in scrub(world.acquis).faults}
    assert (found[first], found[second]) == (FileFault.UNREAD, FileFault.MISSING)


def test_scrub_stops_when_ten_objects_in_a_row_are_unreadable(elsewhere: World) -> None:
    world: World = elsewhere
    candidacy, given = apply(world, world.marie), set[str]()
    sent = [done(world.marie.upload(candidacy, NOTES, "notes.txt", "text/plain"))["id"] for _ in range(DOWN)]

    def refuse(request: Any, **_: Any) -> None:
        if not any(each in request.url for each in given):
            raise BotoCoreError

    blobs: Any = world.acquis.files.blobs
    blobs.client.meta.events.register("before-send.s3.GetObject", refuse)
    with pytest.raises(StorageUnavailable):
        scrub(world.acquis)
    given.add(sent[4])
    assert [each.fault for each in scrub(world.acquis).faults].count(FileFault.UNREAD) == DOWN - 1


def test_repeated_upload_compares_the_stored_file_once_and_outside_the_stream_lock(
    elsewhere: World,
) -> None:
    world, candidacy = elsewhere, apply(elsewhere, elsewhere.marie)
    with held(world, candidacy):
        assert world.marie.upload(candidacy, NOTES, Idempotency_Key="again").status_code == 503
    waiting: list[int] = []

    def read(**_: Any) -> None:
        with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from pg_locks where locktype = 'advisory' and classid = 4711 and granted"
                " and database = (select oid from pg_database where datname = current_database())"
            )
            waiting.append(int(cursor.fetchall()[0][0]))

    blobs: Any = world.acquis.files.blobs
    blobs.client.meta.events.register("before-send.s3.GetObject", read)
    piece = done(world.marie.upload(candidacy, NOTES, Idempotency_Key="again", checked=False))["id"]
    reads = len(waiting)
    assert set(waiting) == {0}
    assert world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence/{piece}/content").data == NOTES
    assert len(waiting) - reads == reads, "comparing it reads it as often as handing it out"


def test_reaper_removes_objects_that_no_fact_names(elsewhere: World) -> None:
    world, blobs = elsewhere, elsewhere.acquis.files.blobs
    candidacy = apply(world, world.marie)
    done(world.marie.upload(candidacy, PDF))
    upload = begun(world.marie, candidacy, len(NOTES))
    send(world.marie, upload, 0, NOTES[:50_000])
    assert names(blobs) == ["kept", "segments"]
    later = datetime.now(UTC) + timedelta(days=2)
    assert not any(vars(reap(world.acquis, later)).values())
    headers = world.marie.bearer | {"Tus-Resumable": "1.0.0"}
    assert world.app.test_client().delete(upload, headers=headers).status_code == 204
    assert names(blobs) == ["kept"]


def test_upload_begun_at_one_host_is_finished_at_another_and_read_at_both(elsewhere: World, tmp_path: Path) -> None:
    """Two web hosts share the bucket, the database and the checkpoints; each has its own data folder."""
    world, here = elsewhere, elsewhere.acquis
    settings = replace(here.settings, data=tmp_path / "other", checkpoints=here.settings.checkpoint_folder)
    files = EvidenceStore(here.files.blobs, settings.data / "quarantine", here.files.limit, here.vault)
    there = replace(here, settings=settings, files=files)
    other, bearer, candidacy = create_app(there).test_client(), world.marie.bearer | TUS, apply(world, world.marie)
    upload = begun(world.marie, candidacy, len(NOTES))
    assert send(world.marie, upload, 0, NOTES[:50_000]).status_code == 204
    assert other.head(upload, headers=bearer).headers["Upload-Offset"] == "50000"
    rest = other.patch(upload, data=NOTES[50_000:], content_type=KIND, headers=bearer | {"Upload-Offset": "50000"})
    assert rest.status_code == 204
    assert offset(world.marie, upload) == len(NOTES)
    body = {"upload": upload.rsplit("/", 1)[-1], "competences": [1]}
    piece = done(other.post(f"/api/v1/candidacies/{candidacy}/evidence", json=body, headers=bearer))["id"]
    world.worked_off()
    path = f"/api/v1/candidacies/{candidacy}/evidence/{piece}/content"
    assert world.marie.get(path).data == other.get(path, headers=bearer, buffered=True).data == NOTES


def test_unreachable_object_store_gives_503_and_records_no_fact(elsewhere: World) -> None:
    world, candidacy = elsewhere, apply(elsewhere, elsewhere.marie)
    blobs = world.acquis.files.blobs
    object.__setattr__(blobs, "bucket", "nobody-s")
    world.refuses(503, "storage-unavailable", lambda: world.marie.upload(candidacy, NOTES, "notes.txt", "text/plain"))
