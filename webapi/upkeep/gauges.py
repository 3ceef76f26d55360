"""Prometheus gauges about queues, lags and alarms, read from the database every ten seconds at most.

In between, every scrape gets the last values, however many scrapers there are. The queries read the ends of indexes
and small tables; the alarms are those of `/readyz`. The counters of processes are in `adapters.process.metrics`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Final

import psycopg2
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from adapters.database.capacity import LIMITS
from adapters.log.checkpoint import CheckpointFolder
from adapters.log.doubt import doubts
from adapters.log.watching import progress
from adapters.operations.erasures import DeskErasures
from adapters.operations.jobs import KINDS
from adapters.operations.runs import BACKUP, RESTORE, DeskRuns
from domain.refusal import Refused
from projections.standing.feed import newest
from webapi.upkeep.alarms import AWAY, FULL, alarms
from webapi.wiring import App

KEPT: Final = 10.0
"""Seconds during which the last values are reused."""
Value = tuple[tuple[str, ...], float]
"""The values of a gauge's labels, and its value."""

LOG: Final = """
select h.next_index,
       greatest(0, coalesce(pg_sequence_last_value('log.position'::regclass), 0) - t.position),
       (select extract(epoch from clock_timestamp() - recorded_at)
          from log.fact where position > t.position order by position limit 1),
       (select extract(epoch from clock_timestamp() - recorded_at)
          from log.fact where position > coalesce((select position from log.leaf where index = %(signed)s - 1), 0)
         order by position limit 1)
  from log.head h, (select coalesce(max(position), 0) as position from projection.tracking) t
"""
"""Facts sealed; positions given and not projected; seconds for which the first fact not projected has waited, and the
first that is not signed for."""
JOBS: Final = """
select kind, count(*), count(waits_for), coalesce(extract(epoch from now() - min(made_at)), 0) from desk.job
 group by kind
"""
DESK: Final = """
select (select count(*) from desk.letter where sealed is not null),
       (select coalesce(extract(epoch from now() - min(made_at)), 0) from desk.letter where sealed is not null),
       (select count(*) from desk.upload where state in ('receiving', 'checking') and expires_at > now()),
       (select coalesce(sum(taken), 0) from desk.upload
         where state in ('receiving', 'checking') and expires_at > now()),
       (select count(*) from desk.dead_letter)
"""
FED: Final = "select count(*), min(cursor), extract(epoch from now() - min(failing_since)) from desk.subscription"
CONNECTIONS: Final = """
select count(*) filter (where usename = session_user), count(*) from pg_stat_activity where usename is not null
"""
GAUGES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "acquis_alarm": ("What `acquis doctor` says is wrong: 1 for each.", ("slug", "unready", "urgent")),
    "acquis_look_seconds": ("Seconds that finding out the figures beside this one took.", ()),
    "acquis_log_facts": ("Facts sealed.", ()),
    "acquis_log_doubts": ("Findings of the log's watch that nobody accepted.", ()),
    "acquis_watch_read_facts": ("Facts that the watch has read again in this round.", ()),
    "acquis_watch_round_age_seconds": ("Seconds since the watch last came to the end of the log.", ()),
    "acquis_projector_behind_facts": ("Positions of the log not projected yet.", ()),
    "acquis_projector_behind_seconds": ("Seconds for which the first fact not projected has waited.", ()),
    "acquis_checkpoint_behind_facts": ("Facts sealed that no checkpoint covers.", ()),
    "acquis_checkpoint_behind_seconds": (
        "Seconds for which the first fact that no checkpoint covers has waited.",
        (),
    ),
    "acquis_checkpoint_age_seconds": ("Seconds since the newest checkpoint was made.", ()),
    "acquis_backup_age_seconds": ("Seconds since a backup was last made.", ()),
    "acquis_restore_check_age_seconds": ("Seconds since a backup was last restored to try it, and was sound.", ()),
    "acquis_jobs_waiting": ("Jobs on files that wait.", ("kind",)),
    "acquis_jobs_failed": ("Of them, those that something of ours kept from being done.", ("kind",)),
    "acquis_jobs_oldest_seconds": ("Seconds for which the oldest has waited.", ("kind",)),
    "acquis_letters_waiting": ("Letters that wait to be sent.", ()),
    "acquis_letters_oldest_seconds": ("Seconds for which the oldest has waited.", ()),
    "acquis_uploads_open": ("Files on their way in.", ()),
    "acquis_uploads_open_bytes": ("Bytes of them that have come.", ()),
    "acquis_erasures_pending": ("Erasures ordered and not done to the end.", ()),
    "acquis_feed_subscriptions": ("Receivers of the feed.", ()),
    "acquis_feed_behind_facts": ("Events that the receiver furthest behind has not acknowledged.", ()),
    "acquis_feed_failing_seconds": ("Seconds for which the receiver that fails longest has taken nothing.", ()),
    "acquis_feed_dead_letters": ("Events of the feed given up.", ()),
    "acquis_database_connections": ("Connections to the database server: of our login, and in all.", ("of",)),
    "acquis_database_connections_limit": ("How many it lets in.", ("of",)),
}
"""Every gauge, with its help text and its labels. No label names a person or a dossier."""


class Gauges(Collector):
    """The collector of the gauges; it queries again when its values are older than `kept` seconds."""

    def __init__(self, acquis: App, kept: float = KEPT) -> None:
        """Prepare without a query."""
        self._acquis = acquis
        self._kept = kept
        self._looking = Lock()
        self._found: list[GaugeMetricFamily] = []
        self._at = float("-inf")

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Return all gauges; a gauge that could not be read has no value."""
        with self._looking:
            if time.monotonic() - self._at > self._kept:
                found = _query(self._acquis)
                self._found = [_family(name, found.get(name, ())) for name in GAUGES]
                self._at = time.monotonic()
            return self._found

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Return every gauge without values, without a query."""
        return [_family(name, ()) for name in GAUGES]


def _family(name: str, values: Iterable[Value]) -> GaugeMetricFamily:
    text, labels = GAUGES[name]
    family = GaugeMetricFamily(name, text, labels=labels)
    for label_values, value in values:
        family.add_metric(label_values, value)
    return family


def _query(acquis: App) -> dict[str, list[Value]]:
    began, wrong = time.monotonic(), alarms(acquis)
    found: dict[str, list[Value]] = {
        "acquis_alarm": sorted(
            {((each.slug, str(each.unready).lower(), str(each.urgent).lower()), 1.0) for each in wrong}
        )
    }
    if wrong[:1] in ([AWAY], [FULL]):  # further queries would only wait for the database again
        return found
    for look in (_log, _jobs, _desk, _feed, _connections):
        with suppress(psycopg2.Error):  # `alarms` reports it
            found |= look(acquis)
    return found | _one("acquis_look_seconds", time.monotonic() - began)


def _one(name: str, value: float | None) -> dict[str, list[Value]]:
    return {name: [((), float(value or 0))]}


def _log(acquis: App) -> dict[str, list[Value]]:
    signed, at = _signed(acquis)
    ((facts, behind, projected, unsigned),) = _rows(acquis, LOG, {"signed": signed})
    watch = progress(acquis.database)
    found = (
        _one("acquis_log_facts", facts)
        | _one("acquis_log_doubts", len(doubts(acquis.database)))
        | _one("acquis_watch_read_facts", watch.read)
        | _one("acquis_projector_behind_facts", behind if projected else 0)
        | _one("acquis_projector_behind_seconds", projected)
        | _one("acquis_checkpoint_behind_facts", max(0, facts - signed))
        | _one("acquis_checkpoint_behind_seconds", unsigned)
        | _one("acquis_erasures_pending", len(DeskErasures(acquis.database).pending()))
    )
    runs = DeskRuns(acquis.database)
    for name, since in (
        ("acquis_checkpoint_age_seconds", at),
        ("acquis_watch_round_age_seconds", watch.round_at),
        ("acquis_backup_age_seconds", runs.last(BACKUP).done_at),
        ("acquis_restore_check_age_seconds", runs.last(RESTORE).done_at),
    ):
        if since is not None:
            found |= _one(name, (datetime.now(UTC) - since).total_seconds())
    return found


def _signed(acquis: App) -> tuple[int, datetime | None]:
    """Return the number of facts that the newest checkpoint covers, and its time."""
    with suppress(Refused):  # `alarms` reports it
        newest = CheckpointFolder(acquis.settings.checkpoint_folder).newest()
        return (newest.size, newest.at) if newest else (0, None)
    return 0, None


def _jobs(acquis: App) -> dict[str, list[Value]]:
    rows = {kind: values for kind, *values in _rows(acquis, JOBS)}
    names = ("acquis_jobs_waiting", "acquis_jobs_failed", "acquis_jobs_oldest_seconds")
    return {
        name: [((kind,), float(rows[kind][place]) if kind in rows else 0.0) for kind in KINDS]
        for place, name in enumerate(names)
    }


def _desk(acquis: App) -> dict[str, list[Value]]:
    names = (
        "acquis_letters_waiting",
        "acquis_letters_oldest_seconds",
        "acquis_uploads_open",
        "acquis_uploads_open_bytes",
        "acquis_feed_dead_letters",
    )
    (row,) = _rows(acquis, DESK)
    return {name: [((), float(value))] for name, value in zip(names, row, strict=True)}


def _feed(acquis: App) -> dict[str, list[Value]]:
    ((receivers, least, failing),) = _rows(acquis, FED)
    return (
        _one("acquis_feed_subscriptions", receivers)
        | _one("acquis_feed_failing_seconds", failing)
        | _one("acquis_feed_behind_facts", max(0, newest(acquis.database) - least) if receivers else 0)
    )


def _connections(acquis: App) -> dict[str, list[Value]]:
    ((ours, everybodys),) = _rows(acquis, CONNECTIONS)
    ((_, of_login, _, of_database, of_server),) = _rows(acquis, LIMITS)
    limit = min(each for each in (of_login, of_database, of_server) if each >= 0)
    return {
        "acquis_database_connections": [(("login",), ours), (("server",), everybodys)],
        "acquis_database_connections_limit": [(("login",), limit), (("server",), of_server)],
    }


def _rows(acquis: App, statement: str, given: Any = None) -> list[Any]:
    with acquis.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall()
