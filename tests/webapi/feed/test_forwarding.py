"""Tests of the feed's delivery to webhooks and JetStream: order, signatures, retries and dead letters."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from adapters.alarm import Alarm
from adapters.feed import webhook
from adapters.feed.jetstream import SubjectsUnfit, check_subjects
from adapters.feed.sink import FeedMessage, NotTaken
from adapters.feed.webhook import WebhookUnfit, check_address
from adapters.operations import subscriptions
from adapters.operations.subscriptions import AlreadySubscribed, Subscription, Subscriptions
from domain.ports import Role
from domain.refusal import NotFound
from tests.given.log.told import read
from tests.given.servers.receivers import Receiver, a_jetstream, a_receiver
from tests.given.waiting import until
from tests.given.webapi.town import World
from webapi.feed.forwarding import carry_once, keep_forwarding, sink_of, writer_of
from webapi.upkeep.alarms import alarms
from webapi.wiring import App


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with a_receiver() as made:
        yield made


@pytest.fixture
def house(world: World) -> Iterator[App]:
    """Return the application with permission to send to receivers on this machine."""
    acquis = replace(world.acquis, settings=replace(world.acquis.settings, webhooks_inside=True))
    yield acquis
    for each in acquis.subscriptions.all():
        acquis.subscriptions.remove(each.id)


def subscribed(house: App, receiver: Receiver, cursor: int = 0) -> UUID:
    one, receiver.secret = house.subscriptions.add("webhook", "SI", receiver.address, cursor=cursor)
    return one


def forward(house: App, one: UUID) -> Subscription:
    """Send all events that can be sent now; return the subscription."""
    of = house.subscriptions.find(one)
    writer, sink = writer_of(house, of), sink_of(house, of)
    while carry_once(house, one, writer, sink):
        pass
    sink.close()
    return house.subscriptions.find(one)


def due_now(house: App, passed: timedelta = timedelta(hours=2)) -> None:
    """Move the subscription's dates so far into the past."""
    with house.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(
            "update desk.subscription set due_at = due_at - %s, failing_since = failing_since - %s", (passed,) * 2
        )


def test_webhook_receives_every_event_in_order_in_signed_batches(
    house: App, receiver: Receiver, world: World
) -> None:
    one = subscribed(house, receiver)
    now = forward(house, one)
    assert receiver.events == read(house.database)
    assert now.cursor == len(receiver.events) > 20
    assert (now.tries, now.trouble, now.dead) == (0, None, 0)
    headers, events = receiver.taken[0]
    assert headers["content-type"] == "application/cloudevents-batch+json"
    assert headers["webhook-id"] == f"{one}.1-{len(events)}"
    world.join("zoe", Role.CANDIDATE)
    world.projector.catch_up()
    forward(house, one)
    assert receiver.events == read(house.database), "it goes on from what was acknowledged"


def test_failed_event_is_retried_later_and_alone_and_then_delivery_continues(house: App, receiver: Receiver) -> None:
    one = subscribed(house, receiver, cursor=10)
    receiver.answer = lambda: (500, {})
    failed = forward(house, one)
    assert (failed.cursor, failed.tries, failed.trouble) == (10, 1, "500")
    forward(house, one)
    assert receiver.asked == 1, "its time has not come"
    due_now(house)
    failed = forward(house, one)
    assert failed.failing_since is not None
    assert (failed.tries, failed.due_at - failed.failing_since > timedelta(hours=2)) == (2, True), "later and later"
    receiver.answer = lambda: (204, {})
    due_now(house)
    assert forward(house, one).tries == 0
    assert [each["cursor"] for each in receiver.events] == list(range(11, forward(house, one).cursor + 1))
    assert len(receiver.taken[0][1]) == 1, "alone"


def test_event_given_up_after_days_is_a_dead_letter_and_can_be_resent(house: App, receiver: Receiver) -> None:
    one = subscribed(house, receiver)
    receiver.answer = lambda: (500, {})
    forward(house, one)
    due_now(house, timedelta(days=4))
    now = forward(house, one)
    assert (now.cursor, now.tries, now.dead) == (1, 0, 1)
    (dead,) = house.subscriptions.dead(one)
    assert (dead.cursor, dead.tries, dead.trouble, dead.again) == (1, 2, "500", False)
    with pytest.raises(NotFound):
        house.subscriptions.send_again(one, 2)
    house.subscriptions.send_again(one)
    forward(house, one)
    assert [each.again for each in house.subscriptions.dead(one)] == [False], "it failed again, and waits"
    receiver.answer = lambda: (200, {})
    due_now(house)
    house.subscriptions.send_again(one, 1)
    now = forward(house, one)
    assert (now.dead, receiver.events[0]["cursor"]) == (0, 1)
    assert sorted(each["cursor"] for each in receiver.events) == list(range(1, now.cursor + 1)), (
        "a day later, all came"
    )


def test_operator_is_alerted_of_failing_receivers_dead_letters_and_a_missing_forwarder(
    house: App, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> dict[str, Alarm]:
        return {each.slug: each for each in alarms(house) if each.slug.startswith("feed-")}

    one = subscribed(house, receiver)
    receiver.answer = lambda: (500, {})
    forward(house, one)
    assert not told(), "a restart of the receiver's own is nothing to wake somebody for"
    due_now(house)
    with monkeypatch.context() as of_this_minute:  # the facts are this recent
        of_this_minute.setattr(subscriptions, "PATIENCE", timedelta(0))
        assert told().keys() == {"feed-failing", "feed-unsent"}, "its next try is due since, and nobody makes it"
    forward(house, one)
    assert told().keys() == {"feed-failing"}
    assert "n'arrive plus à SI, depuis" in told()["feed-failing"].sentence("fr")
    due_now(house, timedelta(days=4))
    forward(house, one)
    assert told().keys() == {"feed-given-up"}
    assert "(SI: 1)" in told()["feed-given-up"].sentence("en")
    assert not any(each.unready for each in told().values()), "the site serves all the same"
    receiver.answer = lambda: (204, {})
    house.subscriptions.send_again(one)
    forward(house, one)
    assert not told()


def test_subscription_to_another_feed_source_restarts_from_the_beginning(house: App, receiver: Receiver) -> None:
    one = subscribed(house, receiver)
    forward(house, one)
    house.subscriptions.begin_anew()
    assert house.subscriptions.find(one).cursor > 0
    with house.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute("update desk.subscription set source = gen_random_uuid()")
    house.subscriptions.begin_anew()
    assert house.subscriptions.find(one).cursor == 0


def test_webhook_redirect_is_not_followed_and_a_slow_receiver_times_out(
    house: App, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = subscribed(house, receiver)
    with a_receiver() as elsewhere:
        receiver.answer = lambda: (307, {"location": elsewhere.address})
        assert forward(house, one).trouble == "307"
        assert elsewhere.asked == 0
    monkeypatch.setattr(webhook, "ANSWER", 0.5)
    receiver.answer = slowly
    due_now(house)
    assert forward(house, one).trouble == "TimeoutError", "else it is told that all was taken"


def slowly() -> tuple[int, dict[str, str]]:
    time.sleep(2)
    return 204, {}


ENDLESS = b"HTTP/1.1 307 x\r\nlocation: https://x.example/\r\ntransfer-encoding: chunked\r\n\r\n"


def test_webhook_receiver_with_an_endless_answer_is_disconnected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It sends byte after byte, each in time, or an endless body after a redirect."""
    monkeypatch.setattr(webhook, "ANSWER", 0.5)
    monkeypatch.setattr(webhook, "PATIENCE", 1.0)
    for said, part, met in ((b"", b"H", "TimeoutError"), (ENDLESS, b"4000\r\n" + b"x" * 0x4000 + b"\r\n", "307")):
        with answering(said, part) as (port, sent):
            sink = webhook.WebhookSink(f"http://127.0.0.1:{port}/", "whsec_AAAA", "x", inside=True)
            with pytest.raises(NotTaken, match=met):
                sink.send([FeedMessage(1, "1", "x", b"{}")])
            sent.join(30)
            assert not sent.is_alive(), "it is still connected"


@contextmanager
def answering(said: bytes, part: bytes) -> Iterator[tuple[int, threading.Thread]]:
    """Yield a receiver that answers one caller so, then sends parts for as long as it is connected."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            asking, _ = server.accept()
            with asking, suppress(OSError):
                asking.sendall(said)
                while True:
                    asking.sendall(part)
                    time.sleep(0.05 if len(part) == 1 else 0)

        sent = threading.Thread(target=answer, daemon=True)
        sent.start()
        yield server.getsockname()[1], sent


def test_unexpected_error_of_a_sink_is_recorded_and_retried_later(house: App, receiver: Receiver) -> None:
    class Surprising:
        def send(self, messages: Sequence[FeedMessage]) -> None:
            assert messages
            raise UnicodeDecodeError("utf-8", b"", 0, 1, "x")

        def close(self) -> None: ...

    one = subscribed(house, receiver)
    writer = writer_of(house, house.subscriptions.find(one))
    for _ in range(2):
        assert not carry_once(house, one, writer, Surprising())
    now = house.subscriptions.find(one)
    assert (now.cursor, now.tries, now.trouble) == (0, 1, "UnicodeDecodeError")


def test_webhook_to_a_private_address_is_refused_unless_a_setting_allows_it(house: App, receiver: Receiver) -> None:
    one = subscribed(house, receiver)
    for address in (receiver.address, receiver.address.replace("127.0.0.1", "localhost")):
        outside = webhook.WebhookSink(address, receiver.secret or "", "x")
        with pytest.raises(NotTaken, match="private-address"):
            outside.send([FeedMessage(1, "1", "x", b"{}")])
        outside.close()
    assert receiver.asked == 0, "not even a connection"
    hidden = replace(house, settings=replace(house.settings, webhooks_inside=False))
    with pytest.raises(NotTaken, match="https"):
        sink_of(hidden, house.subscriptions.find(one)).send([])


def test_webhook_host_that_resolves_to_a_private_address_is_refused(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is resolved once, when connecting, and that address is checked and used."""
    meant: list[str] = []
    ours = socket.getaddrinfo

    def rebinding(host: str, *args: Any, **kwargs: Any) -> Any:
        meant.append(host)
        return ours("127.0.0.1" if host == "hook.example" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    sink = webhook.WebhookSink(f"http://hook.example:{receiver.port}/", "whsec_AAAA", "x")
    with pytest.raises(NotTaken, match="private-address"):
        sink.send([FeedMessage(1, "1", "x", b"{}")])
    assert (meant, receiver.asked) == (["hook.example"], 0)
    sink.close()


def test_webhook_address_must_be_https_without_password_and_subjects_must_be_words() -> None:
    for address in ("https://si.example/hook", "https://si.example:8443/a?b=c"):
        check_address(address, plain=False)
    check_address("http://si.example/hook", plain=True)
    for wrong in (
        *(
            "http://si.example/hook",
            "https://",
            "ftp://si.example",
            "https://me:x@si.example/",
            "https://si.example/#x",
        ),
        *("https://si.example/a b", "https://si.example:x/", "https://sì.example/", "//si.example", "https://[::1"),
    ):
        with pytest.raises(WebhookUnfit):
            check_address(wrong, plain=False)
    check_subjects("acquis.facts-1")
    for wrong in ("", ".", "a..b", "a.>", "a b", "a.*"):
        with pytest.raises(SubjectsUnfit):
            check_subjects(wrong)


def test_webhook_secret_is_stored_encrypted_with_the_application_s_key(house: App, receiver: Receiver) -> None:
    one = subscribed(house, receiver)
    with house.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute("select s::text from desk.subscription s")
        ((row,),) = cursor.fetchall()
    assert receiver.secret is not None
    assert receiver.secret.removeprefix("whsec_") not in row
    assert house.subscriptions.secret(one) == receiver.secret
    assert Subscriptions(house.database, "another secret " * 3).secret(one) is None
    with pytest.raises(AlreadySubscribed):
        house.subscriptions.add("webhook", "SI", receiver.address)


def test_jetstream_stores_each_event_once_in_order_when_sent_repeatedly(house: App, tmp_path: Path) -> None:
    with a_jetstream(tmp_path) as stream:
        there = replace(house, settings=replace(house.settings, nats_url=stream.url))
        one, _ = there.subscriptions.add("nats", "lac", "acquis.facts")
        forward(there, one)
        with there.database.connection() as connection, connection.cursor() as cursor:
            cursor.execute("update desk.subscription set cursor = 3")
        forward(there, one)
        kept = stream.kept("acquis.facts")
        stream.kill()
        with there.database.connection() as connection, connection.cursor() as cursor:
            cursor.execute("update desk.subscription set cursor = 3")
        assert forward(there, one).trouble is not None
    told = read(there.database)
    assert [event for _, _, event in kept] == told
    assert [ident for _, ident, _ in kept] == [each["id"] for each in told]
    subject, _, event = next(each for each in kept if each[2]["type"] == "fr.acquis.Registered.v1")
    assert subject == f"acquis.facts.{event['stream']}.Registered"
    without = replace(house, settings=replace(house.settings, nats_url=None))
    due_now(house)
    assert forward(without, one).trouble == "ACQUIS_NATS_URL"


def test_active_forwarder_sends_new_facts_while_a_standby_waits(house: App, receiver: Receiver, world: World) -> None:
    stop = threading.Event()
    both = [threading.Thread(target=keep_forwarding, args=(house, stop)) for _ in range(2)]
    for each in both:
        each.start()
    try:
        one = subscribed(house, receiver)
        until(lambda: len(receiver.events) == len(read(house.database)), "not all came")
        world.join("yves", Role.CANDIDATE)
        world.projector.catch_up()
        until(lambda: len(receiver.events) == len(read(house.database)), "what came since did not come")
        house.subscriptions.remove(one)
    finally:
        stop.set()
        for each in both:
            each.join()
    assert [each["cursor"] for each in receiver.events] == list(range(1, len(receiver.events) + 1)), "once, by one"
