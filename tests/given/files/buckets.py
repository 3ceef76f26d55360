"""Object store with the S3 protocol on this machine, and a fresh bucket for each test that needs one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from moto.server import ThreadedMotoServer

from adapters.files.s3 import S3Blobs
from adapters.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def an_object_store() -> Iterator[str]:
    """Yield the address of the store, which runs until the end of the block."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        yield "http://{}:{}".format(*server.get_host_and_port())
    finally:
        server.stop()


def to_a_bucket(store: str) -> dict[str, Any]:
    """Return the settings of a new bucket."""
    given: dict[str, Any] = {
        "s3_url": store,
        "s3_bucket": f"preuves-{uuid4().hex}",
        "s3_region": "fr-par",
        "s3_prefix": "acquis/",
        "s3_access_key": "web",
        "s3_secret_key": "secret",
    }
    where = {"LocationConstraint": "fr-par"}
    blobs = S3Blobs.of(Settings(**given))
    blobs.client.create_bucket(Bucket=blobs.bucket, CreateBucketConfiguration=where)
    return given
