"""Storage of encrypted files in an S3 object store, under names that must be unused.

S3 stores promise that acknowledged data is durable. The store must support `If-None-Match: *` on uploads, which
`check` tests. Object versions should be off in the bucket: an erasure destroys the key of old versions too, but only
the store's own rules remove them. The library, boto3, is installed with the extra `s3`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Self, cast
from uuid import uuid4

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from adapters.files.blobs import AbsenceUntold, Blob, NoExclusiveNames, NoSuchBlob, StorageUnavailable

if TYPE_CHECKING:
    from adapters.settings import Settings

AHEAD: Final = 128 * 1024
TAKEN: Final = frozenset({"PreconditionFailed", "412"})
MARK: Final = "put"
ABSENT: Final = frozenset({"NoSuchKey", "404", "NotFound"})
FORBIDDEN: Final = frozenset({"AccessDenied", "403", "Forbidden"})
PATIENCE: Final = Config(
    connect_timeout=5,
    read_timeout=30,
    retries={"mode": "standard", "max_attempts": 3},
    signature_version="s3v4",
    max_pool_connections=20,
)
IN_PATH: Final = Config(s3={"addressing_style": "path"})


@dataclass(frozen=True)
class S3Blobs:
    """A bucket, or the part of it below a prefix."""

    bucket: str
    client: Any = field(repr=False)
    prefix: str = ""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the bucket of the settings; no request is sent yet."""
        client = boto3.client(
            "s3",
            endpoint_url=settings.s3_url,
            region_name=settings.s3_region,
            aws_access_key_id=settings.s3_access_key or None,
            aws_secret_access_key=settings.s3_secret_key or None,
            config=PATIENCE.merge(IN_PATH) if settings.s3_url else PATIENCE,
        )
        return cls(str(settings.s3_bucket), client, settings.s3_prefix)

    def put(self, name: str, content: Path) -> bool:
        """Store a file under a name; return False if the name is taken by another file.

        The client repeats a request that got no answer, although it may have succeeded; a mark on the object shows
        whether this call stored it.
        """
        mark = uuid4().hex
        with _asked(), content.open("rb") as body:
            try:
                self.client.put_object(**self._named(name), Body=body, IfNoneMatch="*", Metadata={MARK: mark})
            except ClientError as error:
                if _code(error) in TAKEN:
                    about = self._about(name)
                    return about is not None and about["Metadata"].get(MARK) == mark
                raise
        return True

    def _about(self, name: str) -> dict[str, Any] | None:
        try:
            return cast("dict[str, Any]", self.client.head_object(**self._named(name)))
        except ClientError as error:
            if _code(error) in ABSENT:
                return None
            raise

    def replace(self, name: str, content: Path) -> None:
        """Store a file under a name that may be taken."""
        with _asked(), content.open("rb") as body:
            self.client.put_object(**self._named(name), Body=body)

    def open(self, name: str) -> IO[bytes]:
        """Open the file of this name; raises NoSuchBlob."""
        return io.BufferedReader(_Object(self.client, self._named(name)), AHEAD)

    def mark(self, name: str) -> str | None:
        """Return the object's ETag, which differs for each upload, since each encryption differs."""
        with _asked():
            about = self._about(name)
        return None if about is None else str(about["ETag"])

    def remove(self, name: str) -> bool:
        """Remove the file of this name; return whether there was one."""
        with _asked():
            if self._about(name) is None:
                return False
            self.client.delete_object(**self._named(name))
        return True

    def sweep(self) -> None:
        """Do nothing: a bucket has no folders."""

    def all(self, under: str) -> Iterator[Blob]:
        """Yield the files below a name, in the order of names."""
        with _asked():
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.prefix + under
            )
            for page in pages:
                for each in page.get("Contents", ()):
                    name = each["Key"].removeprefix(self.prefix)
                    yield Blob(name=name, size=each["Size"], at=each["LastModified"])

    def check(self) -> None:
        """Write, name, remove and look up a probe, as every upload does.

        Raises NoExclusiveNames if a name can be given twice, AbsenceUntold if the account may not list the bucket and
        so gets no answer for a free name.
        """
        name = f"probe-{uuid4()}"
        with _asked():
            self.client.put_object(**self._named(name), Body=b"probe", IfNoneMatch="*")
            try:
                self.client.put_object(**self._named(name), Body=b"again", IfNoneMatch="*")
            except ClientError as error:
                if _code(error) not in TAKEN:
                    raise
            else:
                raise NoExclusiveNames
            finally:
                self.client.delete_object(**self._named(name))
            try:
                self._about(name)
            except ClientError as error:
                if _code(error) in FORBIDDEN:
                    raise AbsenceUntold from error
                raise

    def _named(self, name: str) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": self.prefix + name}


class _Object(io.RawIOBase):
    """One object for random access: one request reads sequentially; a seek starts another request for the object."""

    def __init__(self, client: Any, named: dict[str, str]) -> None:
        super().__init__()
        self._client = client
        self._named = named
        self._at = 0
        self._body: Any = None
        with _asked():
            try:
                about = client.head_object(**named)
            except ClientError as error:
                if _code(error) in ABSENT:
                    raise NoSuchBlob(named["Key"]) from error
                raise
        self._size = int(about["ContentLength"])
        self._same = about["ETag"]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        to = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence] + offset
        if to != self._at:
            self._leave()
            self._at = to
        return to

    def readinto(self, buffer: Any, /) -> int:
        if self._at >= self._size:
            return 0
        with _asked():
            if self._body is None:
                self._body = self._from_here()
            data = self._body.read(len(buffer))
        if not data:
            raise StorageUnavailable  # the answer was shorter than the object
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        self._leave()
        super().close()

    def _from_here(self) -> Any:
        return self._client.get_object(**self._named, Range=f"bytes={self._at}-", IfMatch=self._same)["Body"]

    def _leave(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def _asked() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError, Boto3Error, HTTPClientError, OSError) as error:
        raise StorageUnavailable from error
