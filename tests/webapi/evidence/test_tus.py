"""Tests of uploads in several requests by the tus protocol."""

from __future__ import annotations

import hashlib
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from domain.commands.people.withdraw_role import WithdrawRole
from domain.ports import OPERATOR, Role
from tests.given.files.specimens import PDF
from tests.given.webapi.town import LIMIT
from tests.given.webapi.tus import CONTENT, KIND, TUS, arrived, b64, begin, begun, head, offset, put_in, run, send
from tests.given.webapi.whole_path import apply
from webapi.evidence.finish_upload import Joined

if TYPE_CHECKING:
    from tests.given.webapi.town import Caller, World


@pytest.fixture
def candidacy(world: World) -> UUID:
    return apply(world, world.marie)


def test_tus_upload_receives_portions_and_head_reports_the_offset(world, candidacy):
    path = begun(world.marie, candidacy)
    for start in range(0, len(CONTENT), 50_000):
        answer = send(world.marie, path, start, CONTENT[start : start + 50_000])
        assert answer.status_code == 204
        assert int(answer.headers["Upload-Offset"]) == min(start + 50_000, len(CONTENT)) == offset(world.marie, path)
        assert answer.headers["Tus-Resumable"] == "1.0.0"
        assert "Upload-Expires" in answer.headers


def test_complete_upload_submitted_twice_records_one_piece(world, candidacy):
    before = [name for name in world.files() if not name.startswith(("kept/", "beside/"))]
    path = arrived(world.marie, candidacy, name="Mémoire.pdf")
    first = put_in(world.marie, candidacy, path, digest=hashlib.sha256(PDF).hexdigest())
    assert first.status_code == 201, first.text
    again = put_in(world.marie, candidacy, path, digest=hashlib.sha256(PDF).hexdigest())
    assert again.json == first.json
    (piece,) = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence").json["items"]
    assert (piece["id"], piece["name"], piece["size"]) == (first.json["id"], "Mémoire.pdf", len(PDF))
    content = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence/{piece['id']}/content")
    assert content.data == PDF
    told = world.marie.get(path).json
    assert (told["state"], told["evidence"], told["name"]) == ("ready", piece["id"], None)
    assert [name for name in world.files() if not name.startswith(("kept/", "beside/"))] == before
    world.refuses(422, "idempotency-key-reused", lambda: put_in(world.marie, candidacy, path, (2,)))


def test_upload_creation_repeated_with_its_key_is_one_upload(world, candidacy):
    first = begin(world.marie, candidacy, Idempotency_Key="une fois")
    again = begin(world.marie, candidacy, Idempotency_Key="une fois")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.headers["Location"] == again.headers["Location"]
    assert first.headers["Location"] != begun(world.marie, candidacy)
    other = lambda: begin(world.marie, candidacy, 1000, Idempotency_Key="une fois")  # noqa: E731
    world.refuses(422, "idempotency-key-reused", other)


def test_upload_creation_repeated_with_the_key_of_an_ended_upload_gives_410(world, candidacy):
    """Otherwise PATCH would give 410, and the key could open no other upload."""
    cancelled = begun(world.marie, candidacy, Idempotency_Key="annule")
    expired = begun(world.marie, candidacy, Idempotency_Key="expire")
    assert world.app.test_client().delete(cancelled, headers=world.marie.bearer | TUS).status_code == 204
    run(world, "update desk.upload set expires_at = now() where id = %s", expired)
    for key in ("annule", "expire"):
        world.refuses(410, "gone", lambda key=key: begin(world.marie, candidacy, Idempotency_Key=key))


def test_options_request_reports_the_tus_version_and_extensions(world, candidacy):
    answer = world.app.test_client().options(f"/api/v1/candidacies/{candidacy}/uploads", headers=world.marie.bearer)
    assert answer.status_code == 200
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,checksum,expiration,termination"
    assert answer.headers["Tus-Max-Size"] == str(LIMIT)
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"


def test_request_without_tus_version_gives_412_with_the_supported_one(world, candidacy):
    path = begun(world.marie, candidacy)
    for version in ("0.2.2", ""):
        for ask in (
            lambda version=version: begin(world.marie, candidacy, Tus_Resumable=version),
            lambda version=version: send(world.marie, path, 0, b"x", Tus_Resumable=version),
        ):
            assert world.refuses(412, "tus-version", ask).headers["Tus-Version"] == "1.0.0"
        told = world.app.test_client().head(path, headers=world.marie.bearer | {"Tus-Resumable": version})
        assert (told.status_code, told.headers["Tus-Version"]) == (412, "1.0.0")
    assert world.marie.get(path).status_code == 200, "whoever only reads need not speak it"


@pytest.mark.parametrize(
    ("given", "status", "slug"),
    [
        ({"Upload-Length": ""}, 400, "bad-request"),
        ({"Upload-Length": "-1"}, 400, "bad-request"),
        ({"Upload-Length": "1e3"}, 400, "bad-request"),
        ({"Upload-Defer-Length": "1"}, 400, "bad-request"),
        ({"Upload-Length": "0"}, 422, "empty-file"),
        ({"Upload-Metadata": "filename ***"}, 400, "bad-request"),
        ({"Upload-Metadata": "filename YQ==,filename Yg=="}, 400, "bad-request"),
        ({"Upload-Metadata": "filename " + "YQ" * 4000}, 400, "bad-request"),
    ],
    ids=str,
)
def test_upload_creation_with_missing_or_invalid_headers_is_refused(world, candidacy, given, status, slug):
    world.refuses(status, slug, lambda: begin(world.marie, candidacy, **given))


def test_1_declared_length_over_the_limit_opens_no_upload(world, candidacy):
    world.refuses(413, "too-large", lambda: begin(world.marie, candidacy, LIMIT + 1))
    assert begin(world.marie, candidacy, LIMIT).status_code == 201


def test_1_portion_longer_than_the_rest_of_the_upload_is_refused_unread(world, candidacy):
    class Unread(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("the body was read")

    path = begun(world.marie, candidacy)

    def ask() -> Any:
        return world.app.test_client().patch(
            path,
            input_stream=Unread(),
            content_type=KIND,
            headers=world.marie.bearer | TUS | {"Upload-Offset": "0"},
            environ_overrides={"CONTENT_LENGTH": str(len(CONTENT) + 1)},
        )

    world.refuses(413, "too-large", ask)


def chunked(who: Caller, path: str, offset: int, stream: io.RawIOBase | io.BytesIO) -> Any:
    """Send a portion without a length, as with `Transfer-Encoding: chunked`."""
    return who.world.app.test_client().patch(
        path,
        content_type=KIND,
        headers=who.bearer | TUS | {"Upload-Offset": str(offset)},
        environ_overrides={
            "HTTP_TRANSFER_ENCODING": "chunked",
            "wsgi.input_terminated": True,
            "wsgi.input": stream,
        },
    )


def test_2_chunked_portion_beyond_the_declared_length_is_refused_and_discarded(world, candidacy):
    path = begun(world.marie, candidacy, len(CONTENT) - 1)
    world.refuses(413, "too-large", lambda: chunked(world.marie, path, 0, io.BytesIO(CONTENT)))
    assert offset(world.marie, path) == 0
    assert chunked(world.marie, path, 0, io.BytesIO(CONTENT[:-1])).status_code == 204


def test_3_bytes_received_before_a_broken_connection_are_kept(world, candidacy):
    path = begun(world.marie, candidacy)
    broken = world.app.test_client().patch(
        path,
        input_stream=io.BytesIO(CONTENT[:70_000]),
        content_type=KIND,
        headers=world.marie.bearer | TUS | {"Upload-Offset": "0"},
        environ_overrides={"CONTENT_LENGTH": str(len(CONTENT))},
    )
    assert (broken.status_code, broken.json["type"]) == (400, "/problems/bad-framing")
    kept = offset(world.marie, path)
    assert 0 < kept <= 70_000
    assert send(world.marie, path, kept, CONTENT[kept:]).status_code == 204
    assert whole(world, path) == CONTENT


@pytest.mark.parametrize("name", ["sha1", "sha256"])
def test_22_portion_with_a_wrong_checksum_is_refused_and_discarded(world, candidacy, name):
    path, files = begun(world.marie, candidacy), world.files()
    right = b64(hashlib.new(name, CONTENT).digest())
    wrong = b64(hashlib.new(name, CONTENT[1:]).digest())
    world.refuses(
        460, "checksum-mismatch", lambda: send(world.marie, path, 0, CONTENT, Upload_Checksum=f"{name} {wrong}")
    )
    assert (offset(world.marie, path), world.files()) == (0, files)
    assert send(world.marie, path, 0, CONTENT, Upload_Checksum=f"{name} {right}").status_code == 204
    assert whole(world, path) == CONTENT


@pytest.mark.parametrize("checksum", ["md5 " + "A" * 22 + "==", "sha1", "sha1 AAAA", "sha256 *", ""])
def test_22_malformed_or_unsupported_checksum_is_refused(world, candidacy, checksum):
    path = begun(world.marie, candidacy)
    world.refuses(400, "bad-request", lambda: send(world.marie, path, 0, CONTENT, Upload_Checksum=checksum))


def test_22_submission_with_a_wrong_digest_is_refused_and_leaves_the_upload(world, candidacy):
    path = arrived(world.marie, candidacy)
    world.refuses(460, "checksum-mismatch", lambda: put_in(world.marie, candidacy, path, digest="0" * 64))
    assert put_in(world.marie, candidacy, path).status_code == 201


def test_23_portion_at_a_wrong_offset_is_refused(world, candidacy):
    path = begun(world.marie, candidacy)
    assert send(world.marie, path, 0, CONTENT[:1000]).status_code == 204
    for wrong in (0, 999, 1001):
        world.refuses(409, "offset-mismatch", lambda wrong=wrong: send(world.marie, path, wrong, b"x"))
    world.refuses(400, "bad-request", lambda: send(world.marie, path, 0, b"x", Upload_Offset="x"))
    world.refuses(415, "type-mismatch", lambda: send(world.marie, path, 1000, b"x", Content_Type="text/plain"))
    assert offset(world.marie, path) == 1000


class Slow(io.RawIOBase):
    """A body that pauses after its first bytes until the test releases it."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data = io.BytesIO(data)
        self.halted, self.goes_on = threading.Event(), threading.Event()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if self._data.tell():
            self.halted.set()
            assert self.goes_on.wait(10)
        data = self._data.read(len(buffer) if self._data.tell() else 1000)
        buffer[: len(data)] = data
        return len(data)


def test_24_second_of_two_concurrent_portions_at_the_same_offset_is_refused(world, candidacy):
    path, slow = begun(world.marie, candidacy), Slow(CONTENT)
    with ThreadPoolExecutor(1) as other:
        first = other.submit(chunked, world.marie, path, 0, slow)
        assert slow.halted.wait(10)
        world.refuses(423, "upload-held", lambda: send(world.marie, path, 0, CONTENT[::-1]))
        slow.goes_on.set()
        assert first.result().status_code == 204
    assert whole(world, path) == CONTENT


def test_24_silent_sender_loses_the_upload_lock_and_overwrites_nothing(world, candidacy):
    path, slow = begun(world.marie, candidacy), Slow(CONTENT)
    with ThreadPoolExecutor(1) as other:
        first = other.submit(chunked, world.marie, path, 0, slow)
        assert slow.halted.wait(10)
        run(world, "update desk.upload set held_until = now() where id = %s", path)  # as if five seconds had passed
        assert send(world.marie, path, 0, CONTENT[::-1]).status_code == 204
        slow.goes_on.set()
        assert first.result().json["type"] == "/problems/upload-held"
    assert whole(world, path) == CONTENT[::-1]


def test_upload_cancelled_during_a_portion_leaves_no_bytes(world, candidacy):
    before = [name for name in world.files() if name.startswith("segments/")]
    path, slow = begun(world.marie, candidacy), Slow(CONTENT)
    with ThreadPoolExecutor(1) as other:
        sent = other.submit(chunked, world.marie, path, 0, slow)
        assert slow.halted.wait(10)
        assert world.app.test_client().delete(path, headers=world.marie.bearer | TUS).status_code == 204
        slow.goes_on.set()
        assert sent.result().json["type"] == "/problems/upload-held"
    assert [name for name in world.files() if name.startswith("segments/")] == before


def test_upload_cancelled_between_two_segments_leaves_no_bytes(world, candidacy, monkeypatch):
    monkeypatch.setattr("webapi.evidence.tus.SEGMENT", 1)
    monkeypatch.setattr("webapi.evidence.tus.SIGN_OF_LIFE", 60.0)
    before = [name for name in world.files() if name.startswith("segments/")]
    path, slow = begun(world.marie, candidacy), Slow(CONTENT)
    with ThreadPoolExecutor(1) as other:
        sent = other.submit(chunked, world.marie, path, 0, slow)
        assert slow.halted.wait(10)
        assert offset(world.marie, path) == 1000
        assert world.app.test_client().delete(path, headers=world.marie.bearer | TUS).status_code == 204
        slow.goes_on.set()
        assert sent.result().json["type"] == "/problems/upload-held"
    assert [name for name in world.files() if name.startswith("segments/")] == before


def test_24_sixteen_concurrent_portions_move_the_offset_once(world, candidacy):
    path = begun(world.marie, candidacy)
    bodies = [bytes([n]) * len(CONTENT) for n in range(16)]
    with ThreadPoolExecutor(16) as many:
        answers = list(many.map(lambda body: send(world.marie, path, 0, body), bodies))
    statuses = sorted(each.status_code for each in answers)
    assert statuses.count(204) == 1
    assert set(statuses) <= {204, 409, 423}
    assert whole(world, path) == bodies[[each.status_code for each in answers].index(204)]


def test_25_upload_of_another_person_gives_404(world, candidacy):
    path = begun(world.marie, candidacy)
    for ask in (
        lambda: send(world.nadia, path, 0, CONTENT),
        lambda: world.nadia.get(path),
        lambda: send(world.rose, path, 0, CONTENT),
        lambda: world.app.test_client().delete(path, headers=world.nadia.bearer | TUS),
        lambda: put_in(world.rose, candidacy, path),
        lambda: begin(world.nadia, candidacy),
        lambda: send(world.marie, f"/api/v1/uploads/{uuid4()}", 0, CONTENT),
    ):
        world.refuses(404, "not-found", ask)
    assert head(world.nadia, path).status_code == 404
    elsewhere = apply(world, world.marie, "VAE")
    arrived_elsewhere = arrived(world.marie, elsewhere)
    world.refuses(404, "not-found", lambda: put_in(world.marie, candidacy, arrived_elsewhere))
    assert put_in(world.marie, elsewhere, arrived_elsewhere).status_code == 201
    world.refuses(404, "not-found", lambda: put_in(world.marie, candidacy, arrived_elsewhere))


def test_26_expired_upload_gives_410(world, candidacy):
    path = begun(world.marie, candidacy)
    run(world, "update desk.upload set expires_at = now() where id = %s", path)
    world.refuses(410, "gone", lambda: send(world.marie, path, 0, CONTENT))
    world.refuses(410, "gone", lambda: world.app.test_client().delete(path, headers=world.marie.bearer | TUS))
    assert head(world.marie, path).status_code == 410
    assert world.marie.get(path).json["state"] == "ended"


def test_26_submitted_or_cancelled_upload_gives_410(world, candidacy):
    finished = arrived(world.marie, candidacy)
    assert put_in(world.marie, candidacy, finished).status_code == 201
    ended = begun(world.marie, candidacy)
    before = len(world.files())
    assert send(world.marie, ended, 0, CONTENT[:1000]).status_code == 204
    assert world.app.test_client().delete(ended, headers=world.marie.bearer | TUS).status_code == 204
    assert len(world.files()) == before
    for path in (finished, ended):
        world.refuses(410, "gone", lambda path=path: send(world.marie, path, len(PDF), b""))
        assert head(world.marie, path).status_code == 410
    world.refuses(410, "gone", lambda: put_in(world.marie, candidacy, ended))


def test_incomplete_upload_cannot_be_submitted(world, candidacy):
    path = begun(world.marie, candidacy)
    send(world.marie, path, 0, CONTENT[:-1])
    world.refuses(409, "upload-incomplete", lambda: put_in(world.marie, candidacy, path))


def test_5_program_is_refused_at_submission_and_stays_refused(world, candidacy):
    before = world.files()
    path = arrived(world.marie, candidacy, b"\x7fELF\x02\x01\x01" + bytes(64))
    held = world.head()
    answer = put_in(world.marie, candidacy, path)
    assert (answer.status_code, answer.json["type"]) == (415, "/problems/type-mismatch")
    assert (world.head(), world.files()) == (held, before), "nothing recorded, and nothing of it is left"
    told = world.marie.get(path).json
    assert (told["state"], told["reason"]) == ("refused", "type-mismatch")
    world.refuses(409, "upload-refused", lambda: put_in(world.marie, candidacy, path))


def test_upload_lock_of_a_killed_checker_expires_after_twenty_seconds(world, candidacy):
    path = arrived(world.marie, candidacy)
    assert world.acquis.uploads.check(UUID(path[-36:]), world.marie.id, uuid4())
    run(world, "update desk.upload set held_until = held_until - interval '15 seconds' where id = %s", path)
    world.refuses(423, "upload-held", lambda: put_in(world.marie, candidacy, path))
    run(world, "update desk.upload set held_until = held_until - interval '5 seconds' where id = %s", path)
    assert put_in(world.marie, candidacy, path).status_code == 201


def test_upload_under_check_can_be_cancelled_only_after_its_lock_expires(world, candidacy):
    path = arrived(world.marie, candidacy)
    ending = partial(world.app.test_client().delete, path, headers=world.marie.bearer | TUS)
    assert world.acquis.uploads.check(UUID(path[-36:]), world.marie.id, uuid4())
    world.refuses(423, "upload-held", ending)
    run(world, "update desk.upload set held_until = now() where id = %s", path)
    assert ending().status_code == 204
    assert world.marie.get(path).json["state"] == "ended"


def test_upload_refused_by_a_rule_can_be_submitted_again_with_other_fields(world, candidacy):
    path = arrived(world.marie, candidacy)
    world.refuses(422, "unknown-competence", lambda: put_in(world.marie, candidacy, path, (999,)))
    assert world.marie.get(path).json["state"] == "receiving"
    assert put_in(world.marie, candidacy, path, (3,)).status_code == 201


def test_sender_cannot_have_more_than_twenty_open_uploads(world):
    world.join("olga", Role.CANDIDATE)
    theirs = apply(world, world.olga)
    paths = [begun(world.olga, theirs, 10) for _ in range(20)]
    world.refuses(429, "too-many-uploads", lambda: begin(world.olga, theirs, 10))
    assert world.app.test_client().delete(paths[0], headers=world.olga.bearer | TUS).status_code == 204
    assert begin(world.olga, theirs, 10).status_code == 201


def test_upload_requests_are_refused_after_the_role_is_withdrawn(world, candidacy):
    who = world.join("pia", Role.CANDIDATE)
    path = begun(who, theirs := apply(world, who))
    world.acquis.do(WithdrawRole(person=who.id, role=Role.CANDIDATE), OPERATOR)
    world.refuses(403, "forbidden", lambda: send(who, path, 0, CONTENT))
    world.refuses(403, "forbidden", lambda: begin(who, theirs))
    world.refuses(403, "forbidden", lambda: world.app.test_client().delete(path, headers=who.bearer | TUS))
    for role in (world.hugo, world.tess, world.sacha):
        world.refuses(403, "forbidden", lambda role=role: begin(role, candidacy))


def whole(world: World, path: str) -> bytes:
    """Return the received bytes from the store."""
    found = world.acquis.uploads.find(UUID(path.rsplit("/", 1)[-1]), world.marie.id)
    assert found
    with world.app.app_context():
        read = Joined(found)
        return b"".join(iter(lambda: read.read(1), b""))
