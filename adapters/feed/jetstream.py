"""Transport of events to a NATS stream: one by one, each acknowledged by JetStream before the next.

An event's id is also its message's id: an event sent twice within the stream's duplicate window is stored once.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any, Final

import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from adapters.feed.sink import FeedMessage, NotTaken
from domain.refusal import Refused

SUBJECTS: Final = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
TIMEOUT: Final = 5.0
"""Seconds to connect, and to wait for one acknowledgement."""
PATIENCE: Final = 30.0
"""Seconds that a whole batch may take."""
TYPE: Final = "application/cloudevents+json"


class SubjectsUnfit(Refused):
    """Subjects of NATS begin with words of letters, digits, - and _, with dots between them: acquis.facts."""

    fr = (
        "Les sujets NATS commencent par des mots de lettres, chiffres, - et _, séparés par des points : acquis.faits."
    )
    kind = "invalid"


def check_subjects(prefix: str) -> None:
    """Raise SubjectsUnfit if the prefix of subjects is invalid."""
    if not SUBJECTS.fullmatch(prefix):
        raise SubjectsUnfit(prefix)


async def _said_by_whoever_sends(_error: Exception) -> None:
    """Ignore a broken connection: the next message raises its error."""


class JetStreamSink:
    """One stream, created if no stream takes its subjects yet."""

    def __init__(self, url: str, prefix: str) -> None:
        """Publish to the server at `url`, under `prefix.<candidacy or stream>.<fact>`."""
        self._url, self._prefix = url, prefix
        self._client: Client | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="nats", daemon=True)
        self._thread.start()

    def send(self, messages: Sequence[FeedMessage]) -> None:
        """Publish messages in order; raises NotTaken at the first that is not acknowledged."""
        try:
            self._run(asyncio.wait_for(self._publish(messages), PATIENCE))
        except (NatsError, OSError, TimeoutError) as error:
            self._leave()
            raise NotTaken(type(error).__name__) from error

    async def _publish(self, messages: Sequence[FeedMessage]) -> None:
        stream = (await self._connected()).jetstream(timeout=TIMEOUT)
        for each in messages:
            headers = {"Nats-Msg-Id": each.id, "content-type": TYPE}
            await stream.publish(f"{self._prefix}.{each.subject}", each.event, headers=headers)

    async def _connected(self) -> Client:
        if self._client is None or self._client.is_closed:
            self._client = await nats.connect(
                self._url,
                name="acquis",
                allow_reconnect=False,
                max_reconnect_attempts=1,  # nor is a first connection retried for minutes: the forwarder retries
                reconnect_time_wait=0,
                connect_timeout=5,
                error_cb=_said_by_whoever_sends,
            )
            await self._there_is_a_stream(self._client.jetstream(timeout=TIMEOUT))
        return self._client

    async def _there_is_a_stream(self, context: JetStreamContext) -> None:
        subjects = f"{self._prefix}.>"
        try:
            await context.find_stream_name_by_subject(subjects)
        except NotFoundError:
            await context.add_stream(name=self._prefix.replace(".", "_"), subjects=[subjects])

    def _leave(self) -> None:
        gone, self._client = self._client, None
        if gone is not None and not gone.is_closed:
            with suppress(NatsError, OSError, TimeoutError):
                self._run(asyncio.wait_for(gone.close(), TIMEOUT))

    def _run(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result()

    def close(self) -> None:
        """Disconnect from the server."""
        self._leave()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(TIMEOUT)
        self._loop.close()
