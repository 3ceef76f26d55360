"""Alarms of the feed: unreached receivers, undelivered events, no active forwarder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from psycopg2.errors import UndefinedTable

from adapters.alarm import Alarm
from adapters.clock import PARIS
from adapters.text.wording import day

if TYPE_CHECKING:
    from webapi.wiring import App

FAILING: Final = timedelta(hours=1)
"""After which a receiver that is not reached is for somebody to look at: less is a restart of its own."""


def unreached(acquis: App) -> Iterator[Alarm]:
    """Yield an alarm for receivers that took nothing for an hour of tries, and for undelivered events."""
    found = acquis.subscriptions.all()
    long_ago = datetime.now(UTC) - FAILING
    failing = [each for each in found if each.failing_since is not None and each.failing_since < long_ago]
    if failing:
        since = min(each.failing_since for each in failing if each.failing_since is not None).astimezone(PARIS).date()
        names = ", ".join(each.label for each in failing)
        yield Alarm(
            slug="feed-failing",
            fr=f"Le flux de faits n'arrive plus à {names}, depuis le {day(since, 'fr')} : voyez la page Flux de "
            "faits, ou acquis feed list.",
            en=f"The feed of facts no longer reaches {names}, since {day(since, 'en')}: see the page Feed of facts, "
            "or acquis feed list.",
        )
    if dead := [each for each in found if each.dead]:
        fr, en = (", ".join(f"{each.label}{colon} {each.dead}" for each in dead) for colon in (" :", ":"))
        yield Alarm(
            slug="feed-given-up",
            fr=f"Des événements du flux ont été abandonnés après trois jours d'essais ({fr}) : renvoyez-les de la "
            "page Flux de faits, ou par acquis feed again.",
            en=f"Events of the feed were given up after three days of tries ({en}): send them again from the page "
            "Feed of facts, or by acquis feed again.",
        )


def unsent(acquis: App) -> Iterator[Alarm]:
    """Yield an alarm for due events that no forwarder tries to send."""
    try:
        waits = acquis.subscriptions.wait_unsent()
    except UndefinedTable:  # no projector has made the feed yet, of which another alarm tells
        return
    if waits:
        yield Alarm(
            slug="feed-unsent",
            fr="Des faits attendent depuis plus de 10 minutes d'être envoyés aux abonnés du flux : voyez si acquis "
            "feed forward tourne, et son journal.",
            en="Facts have waited for more than 10 minutes to be sent to who subscribes to the feed: see whether "
            "acquis feed forward runs, and its log.",
        )
