"""Forwarder of the feed: it sends each subscriber the events in order, from the last one acknowledged.

One forwarder is active, a standby waits. After a kill, unacknowledged events are sent again: every receiver gets
each event at least once. A failed event is retried alone, so it does not block a batch for ever.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from uuid import UUID

import psycopg2
import structlog

from adapters.feed.jetstream import JetStreamSink
from adapters.feed.sink import FeedMessage, NotTaken, Sink
from adapters.feed.webhook import WebhookSink
from adapters.process import metrics
from domain.refusal import NotFound
from webapi.feed.events import ENCODE, CloudEvent, Writer

if TYPE_CHECKING:
    from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class that psycopg2 writes small)

    from adapters.operations.subscriptions import Subscription
    from adapters.settings import Settings
    from webapi.wiring import App

log = structlog.get_logger(__name__)

ACTING: Final = "select desk.forward_alone()"
BATCH: Final = 100
"""Events sent together, at most."""
LOOKS: Final = 0.2
"""Seconds between two looks for more."""
CHANGES: Final = 1.0
"""Seconds between two looks for who subscribes."""
ENDS: Final = 40.0
"""Seconds for what is under way to end: a little more than any sink takes. Whatever does not, holds up nobody."""
RETRY: Final = 1.0
"""Seconds before the database, or the acting forwarder's place, is tried again."""


def keep_forwarding(acquis: App, stop: threading.Event) -> None:
    """Forward until `stop` is set, through restarts of the database."""
    while not stop.is_set():
        try:
            with acquis.database.connection() as connection, connection.cursor() as place:
                place.execute(ACTING)
                if place.fetchone() == (True,):
                    _act(acquis, stop, place)
        except psycopg2.Error as error:
            log.warning("the forwarder tries again", kind=type(error).__name__)
        stop.wait(RETRY)


def _act(acquis: App, stop: threading.Event, place: Cursor) -> None:
    """Send to every subscriber while the session that holds the lock answers."""
    acquis.subscriptions.begin_anew()
    over, going = threading.Event(), dict[UUID, threading.Thread]()
    try:
        while not stop.is_set():
            place.execute("select")
            for each in acquis.subscriptions.all():
                if each.id not in going or not going[each.id].is_alive():
                    going[each.id] = threading.Thread(target=_carry, args=(acquis, each.id, over), daemon=True)
                    going[each.id].start()
            stop.wait(CHANGES)
    finally:
        over.set()
        until = time.monotonic() + ENDS
        for thread in going.values():
            thread.join(max(0.0, until - time.monotonic()))
        with suppress(psycopg2.Error):  # with its session the place is given back
            place.execute("select pg_advisory_unlock(4714, 4)")


def _carry(acquis: App, one: UUID, over: threading.Event) -> None:
    """Send to one receiver until its subscription ends."""
    try:
        with suppress(NotFound):
            of = acquis.subscriptions.find(one)
            writer = writer_of(acquis, of)
            with closing(sink_of(acquis, of)) as sink:
                while not over.is_set():
                    if not carry_once(acquis, one, writer, sink):
                        over.wait(LOOKS)
    except psycopg2.Error as error:
        log.warning("a subscription waits", subscription=str(one), kind=type(error).__name__)
        over.wait(RETRY)
    except Exception:
        log.exception("a subscription waits", subscription=str(one))
        over.wait(RETRY)


def sink_of(acquis: App, of: Subscription) -> Sink:
    """Return the sink of a receiver; the sink of an unconfigured receiver raises NotTaken with the reason."""
    if of.kind == "nats":
        url = acquis.settings.nats_url
        return JetStreamSink(url, of.target) if url else Nowhere("ACQUIS_NATS_URL")
    secret, settings = acquis.subscriptions.secret(of.id), acquis.settings
    if secret is None:
        return Nowhere("ACQUIS_SECRET_KEY")
    if urlsplit(of.target).scheme != "https" and not may_be_plain(settings):
        return Nowhere("https")
    return WebhookSink(of.target, secret, str(of.id), inside=settings.webhooks_inside)


def may_be_plain(settings: Settings) -> bool:
    """Whether a webhook may use plain HTTP: outside production, in a demonstration or with inside addresses."""
    return not settings.production and (settings.webhooks_inside or settings.demonstration is not None)


class Nowhere:
    """A sink that takes nothing because a setting is missing."""

    def __init__(self, lacks: str) -> None:
        """`lacks` is the name of the missing setting."""
        self._lacks = lacks

    def send(self, messages: object) -> None:
        """Raise NotTaken."""
        del messages
        raise NotTaken(self._lacks)

    def close(self) -> None:
        """Do nothing: there is no connection."""


def writer_of(acquis: App, of: Subscription) -> Writer:
    """Return the writer of the events for a receiver."""
    return Writer.of(acquis.database, acquis.settings.public_url, acquis.vault if of.personal else None)


def carry_once(acquis: App, one: UUID, writer: Writer, sink: Sink) -> bool:
    """Send the next events if they are due; return whether they were acknowledged. Raises NotFound."""
    of = acquis.subscriptions.find(one)
    if of.again is not None:
        return _send_again(acquis, of.id, of.again, writer, sink)
    events = writer.after(of.cursor, 1 if of.tries else BATCH) if of.due else []
    if not events:
        return False
    if (why := _refused(sink, events)) is not None:
        acquis.subscriptions.failed(of, why)
        metrics.FED.add("not_taken", by=len(events))
        log.warning("not forwarded", subscription=str(one), cursor=of.cursor + 1, why=why)
        return False
    acquis.subscriptions.acknowledged(of, events[-1].cursor)
    metrics.FED.add("acknowledged", by=len(events))
    return True


def _send_again(acquis: App, one: UUID, cursor: int, writer: Writer, sink: Sink) -> bool:
    if (why := _refused(sink, writer.after(cursor - 1, 1))) is not None:
        acquis.subscriptions.dead_still(one, cursor, why)
        return False
    acquis.subscriptions.sent_again(one, cursor)
    return True


def _refused(sink: Sink, events: Sequence[CloudEvent]) -> str | None:
    """Send events; return why they were not taken, or None. An unforeseen exception counts as a failure."""
    try:
        sink.send([message(each) for each in events])
    except NotTaken as why:
        return str(why)
    except Exception as error:
        log.exception("a receiver fails in a way of its own")
        return type(error).__name__
    return None


def message(event: CloudEvent) -> FeedMessage:
    """Return an event as a message; its subject begins with the event's candidacy, or with its stream."""
    about = event.subject if isinstance(event.subject, str) else event.stream
    subject = f"{about}.{event.type.split('.')[2]}"
    return FeedMessage(event.cursor, event.id, subject, ENCODE(event))
