"""`acquis feed`: subscriptions to the feed of facts, and forwarding."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import click

from adapters.operations.subscriptions import Subscription
from adapters.text.wording import day
from adapters.verify.terminal import language
from webapi.cli.terminal.output import answers, opened_app, said, show
from webapi.edge.logs import start_logging
from webapi.feed.forwarding import keep_forwarding
from webapi.feed.subscribing import subscribe_stream, subscribe_webhook


@click.group("feed")
def feed() -> None:
    """Send the feed of facts to its subscribers, and show their progress."""


@feed.command("forward")
@answers
def forward(as_json: bool) -> None:
    """Send each subscriber the facts that it has not acknowledged, continuously, until stopped (SIGTERM).

    Only one process does so at a time; another waits to take over.
    """
    del as_json
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with opened_app() as acquis:
        start_logging(acquis.settings, "feed")
        keep_forwarding(acquis, stop)


def _subscription_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a subscription to a command."""
    for option in (
        click.option("--personal", is_flag=True, help="Include personal fields."),
        click.option(
            "--after", "cursor", default=0, type=click.IntRange(0), help="Begin after this cursor; by default at 0."
        ),
        click.option("--label", required=True, help="The purpose of the subscription."),
    ):
        command = option(command)
    return command


@feed.command("webhook")
@click.argument("address")
@_subscription_options
@answers
def webhook(address: str, *, label: str, cursor: int, personal: bool, as_json: bool) -> None:
    """Send the feed to a webhook at ADDRESS; the secret that signs its messages is shown only once."""
    with opened_app() as acquis:
        subscription, secret = subscribe_webhook(acquis, label, address, cursor=cursor, personal=personal)
    show({"id": subscription, "secret": secret}, as_json=as_json, lines=lambda: iter([str(subscription), secret]))


@feed.command("nats")
@click.argument("subjects")
@_subscription_options
@answers
def nats(subjects: str, *, label: str, cursor: int, personal: bool, as_json: bool) -> None:
    """Send the feed to a stream of ACQUIS_NATS_URL, under SUBJECTS.<candidacy or stream>.<fact>."""
    with opened_app() as acquis:
        subscription, _ = subscribe_stream(acquis, label, subjects, cursor=cursor, personal=personal)
    show({"id": subscription}, as_json=as_json, lines=lambda: iter([str(subscription)]))


@feed.command("list")
@answers
def list_subscriptions(as_json: bool) -> None:
    """List the subscriptions, with their progress and present trouble."""
    with opened_app() as acquis:
        found = acquis.subscriptions.all()
    show({"items": [vars(each) for each in found]}, as_json=as_json, lines=lambda: map(_line, found))


def _line(found: Subscription) -> str:
    parts = [str(found.id), found.kind, found.target, f"{said('curseur', 'cursor')} {found.cursor}"]
    if found.failing_since is not None:
        since = _moment(found.failing_since)
        parts.append(said(f"échoue depuis le {since} : ", f"fails since {since}: ") + (found.trouble or ""))
    if found.dead:
        parts.append(said(f"{found.dead} abandonnés", f"{found.dead} given up"))
    return "  ".join([*parts, found.label])


def _moment(at: datetime) -> str:
    return day(at.date(), language())


@feed.command("dead")
@click.argument("subscription", type=click.UUID)
@answers
def dead(subscription: UUID, as_json: bool) -> None:
    """List the events that could not be delivered to a SUBSCRIPTION in days of attempts."""
    with opened_app() as acquis:
        acquis.subscriptions.find(subscription)
        found = acquis.subscriptions.dead(subscription)
    answer: dict[str, Any] = {"items": [vars(each) for each in found]}
    lines = (f"{each.cursor}  {_moment(each.died_at)}  {each.trouble}" for each in found)
    show(answer, as_json=as_json, lines=lambda: lines)


@feed.command("again")
@click.argument("subscription", type=click.UUID)
@click.option("--cursor", type=click.IntRange(1), help="Only this event.")
@answers
def again(subscription: UUID, *, cursor: int | None, as_json: bool) -> None:
    """Send the undelivered events of a SUBSCRIPTION again."""
    with opened_app() as acquis:
        count = acquis.subscriptions.send_again(subscription, cursor)
    show({"again": count}, as_json=as_json, lines=lambda: iter([str(count)]))


@feed.command("remove")
@click.argument("subscription", type=click.UUID)
@answers
def remove(subscription: UUID, as_json: bool) -> None:
    """Remove a SUBSCRIPTION with its undelivered events."""
    with opened_app() as acquis:
        acquis.subscriptions.remove(subscription)
    show({"removed": True}, as_json=as_json, lines=lambda: iter(()))
