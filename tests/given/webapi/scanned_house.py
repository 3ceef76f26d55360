"""An installation with a virus scanner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from adapters.files.clamd import Clamd
from tests.given.files.scanners import MOST
from tests.given.webapi.evidence_limits import Unread

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.given.webapi.town import World


NOWHERE = Clamd(address="unix:///nowhere/clamd.sock", most=MOST)


@contextmanager
def behind(world: World, scanner: Clamd) -> Iterator[None]:
    """Return the same application with this scanner."""
    acquis = world.app.extensions["acquis"]
    world.app.extensions["acquis"] = replace(acquis, scanner=scanner)
    try:
        yield
    finally:
        world.app.extensions["acquis"] = acquis


def announced(world: World, session: str, length: int) -> TestResponse:
    """Announce signed minutes with their size, of which no byte may be read."""
    return world.app.test_client().post(
        f"/api/v1/jury-sessions/{session}/transcription",
        input_stream=Unread(),
        content_type="multipart/form-data; boundary=x",
        headers=world.rose.bearer | {"If-Match": '"1"'},
        environ_overrides={"CONTENT_LENGTH": str(length)},
    )
