"""The object store: a probe checks that it does what evidence needs, and its errors are reported as they are."""

from __future__ import annotations

import io
import socket
from typing import TYPE_CHECKING, Any

import pytest

from adapters.files.blobs import AbsenceUntold, NoExclusiveNames, NoSuchBlob, StorageUnavailable
from adapters.files.s3 import S3Blobs
from adapters.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = bytes(range(256)) * 2000


def kept(bucket: S3Blobs, tmp_path: Path, name: str = "a/b") -> None:
    (tmp_path / "content").write_bytes(CONTENT)
    bucket.replace(name, tmp_path / "content")


def test_check_passes_a_sound_store_and_leaves_nothing_in_it(bucket: S3Blobs) -> None:
    bucket.check()
    assert list(bucket.all("")) == []


def test_check_finds_a_store_that_gives_a_name_twice(bucket: S3Blobs) -> None:
    def overlook(request: Any, **_: Any) -> None:
        del request.headers["If-None-Match"]

    bucket.client.meta.events.register("before-sign.s3.PutObject", overlook)
    with pytest.raises(NoExclusiveNames):
        bucket.check()
    assert list(bucket.all("")) == []


def test_check_finds_a_store_that_does_not_tell_whether_a_name_is_free(bucket: S3Blobs) -> None:
    """Without the right to list the bucket, S3 answers 403 for a free name; every upload asks for free names."""

    def forbidden(parsed: Any, **_: Any) -> None:
        if parsed.get("Error", {}).get("Code") == "404":
            parsed["Error"] = {"Code": "403", "Message": "Forbidden"}

    bucket.client.meta.events.register("after-call.s3.HeadObject", forbidden)
    with pytest.raises(StorageUnavailable):
        bucket.mark("a/b")
    with pytest.raises(AbsenceUntold):
        bucket.check()
    bucket.client.meta.events.unregister("after-call.s3.HeadObject", forbidden)
    assert list(bucket.all("")) == []


def test_a_store_that_does_not_answer_or_has_no_such_bucket_is_unavailable(bucket: S3Blobs, tmp_path: Path) -> None:
    with socket.socket() as taken:  # nobody listens there
        taken.bind(("127.0.0.1", 0))
        url = "http://{}:{}".format(*taken.getsockname())
        gone = S3Blobs.of(Settings(s3_bucket="x", s3_url=url, s3_region="x", s3_access_key="x", s3_secret_key="x"))  # noqa: S106
        with pytest.raises(StorageUnavailable):
            gone.open("a/b")
    other = S3Blobs("nobody-s", bucket.client)
    (tmp_path / "content").write_bytes(CONTENT)
    for act in (lambda: other.put("a/b", tmp_path / "content"), other.check, lambda: list(other.all(""))):
        with pytest.raises(StorageUnavailable):
            act()


def test_put_recognises_its_own_object_when_the_answer_was_lost_and_it_was_sent_twice(
    bucket: S3Blobs, tmp_path: Path
) -> None:
    (tmp_path / "content").write_bytes(CONTENT)
    attempted: list[int] = []

    def once_more(attempts: int, **_: Any) -> int | None:
        attempted.append(attempts)
        return 0 if attempts == 1 else None

    bucket.client.meta.events.register_first("needs-retry.s3.PutObject", once_more)
    assert bucket.put("a/b", tmp_path / "content")
    assert not bucket.put("a/b", tmp_path / "content"), "another put of the same is not the first"
    assert attempted == [1, 2, 1, 2]


def test_store_neither_lists_nor_opens_objects_below_another_prefix(bucket: S3Blobs, tmp_path: Path) -> None:
    other = S3Blobs(bucket.bucket, bucket.client, "another/")
    kept(other, tmp_path)
    assert list(bucket.all("")) == []
    assert [each.name for each in other.all("a/")] == ["a/b"]
    with pytest.raises(NoSuchBlob):
        bucket.open("a/b")


def test_read_continues_at_its_position_and_requests_again_after_a_seek(bucket: S3Blobs, tmp_path: Path) -> None:
    kept(bucket, tmp_path)
    asked: list[str] = []
    bucket.client.meta.events.register(
        "before-send.s3.GetObject", lambda request, **_: asked.append(request.headers["Range"].decode())
    )
    with bucket.open("a/b") as file:
        for at in (0, 300_000, 5):
            assert file.seek(at) == at
            assert file.read(1000) == CONTENT[at : at + 1000]
            assert file.read(3000) == CONTENT[at + 1000 : at + 4000]
        assert file.seek(0, io.SEEK_END) == len(CONTENT)
        assert file.read(1) == b""
    assert asked == ["bytes=0-", "bytes=300000-", "bytes=5-"]


def test_read_fails_when_the_object_is_replaced_meanwhile(bucket: S3Blobs, tmp_path: Path) -> None:
    kept(bucket, tmp_path)
    with bucket.open("a/b") as file:
        file.read(10)
        (tmp_path / "content").write_bytes(CONTENT[::-1])
        bucket.replace("a/b", tmp_path / "content")
        file.seek(400_000)
        with pytest.raises(StorageUnavailable):
            file.read(10)
