"""The house on a real database, for tests of what stands under it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.files.s3 import S3Blobs
from adapters.settings import Settings
from tests.given.files.buckets import an_object_store, to_a_bucket
from webapi.wiring import App, assemble


@pytest.fixture
def acquis(settings: Settings) -> Iterator[App]:
    """A house on a database of this test's own, on the day of a jury."""
    assert settings.database_url
    opened = assemble(settings, DatabaseServer(settings.database_url), FixedClock(date(2021, 6, 15)))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def object_store() -> Iterator[str]:
    """The address of a store that speaks S3, for all tests of a file."""
    with an_object_store() as url:
        yield url


@pytest.fixture
def bucket(object_store: str) -> S3Blobs:
    """A bucket of this test's own."""
    return S3Blobs.of(Settings(**to_a_bucket(object_store)))
