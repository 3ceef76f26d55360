"""Subscriptions to the feed: one rule for the page, the API and the command line."""

from __future__ import annotations

from uuid import UUID

from adapters.feed.jetstream import check_subjects
from adapters.feed.webhook import check_address
from domain.refusal import Refused
from projections.standing.feed import AheadOfTheFeed, newest
from webapi.feed.forwarding import may_be_plain
from webapi.wiring import App


class NoNats(Refused):
    """No NATS server is set (ACQUIS_NATS_URL): the feed can be sent to none."""

    fr = "Aucun serveur NATS n'est indiqué (ACQUIS_NATS_URL) : le flux ne peut y être envoyé."


def subscribe_webhook(
    acquis: App, label: str, address: str, *, cursor: int = 0, personal: bool = False
) -> tuple[UUID, str]:
    """Subscribe a webhook to the feed after a cursor; return its id and its secret, which is shown only once.

    Raises WebhookUnfit, AheadOfTheFeed, AlreadySubscribed.
    """
    check_address(address, plain=may_be_plain(acquis.settings))
    _check_cursor(acquis, cursor)
    one, secret = acquis.subscriptions.add("webhook", label, address, personal=personal, cursor=cursor)
    return one, secret or ""


def subscribe_stream(
    acquis: App, label: str, subjects: str, *, cursor: int = 0, personal: bool = False
) -> tuple[UUID, None]:
    """Subscribe the configured NATS server to the feed, under subjects with this prefix.

    Raises SubjectsUnfit, NoNats, AheadOfTheFeed, AlreadySubscribed.
    """
    check_subjects(subjects)
    if acquis.settings.nats_url is None:
        raise NoNats(subjects)
    _check_cursor(acquis, cursor)
    one, _ = acquis.subscriptions.add("nats", label, subjects, personal=personal, cursor=cursor)
    return one, None


def _check_cursor(acquis: App, cursor: int) -> None:
    if cursor > newest(acquis.database):
        raise AheadOfTheFeed(cursor)
