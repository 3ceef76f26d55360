"""Number of connections that an installation may open, compared with the server's limits (ADR 49).

Counted once, here: gunicorn's workers, each with its pool, the other programs, the projector and its standby.
deploy/roles.sql limits the logins to what the defaults need; `shortages` compares with what a server really allows.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from psycopg2.extensions import parse_dsn

from adapters.alarm import Alarm

if TYPE_CHECKING:
    from adapters.database import DatabaseServer
    from adapters.database.pool import Database

THREADS: Final = 4
"""Threads of one gunicorn worker: the number of requests that it answers at a time."""
KEYS: Final = 2
"""The most connections that one process opens to the keys' database, whose queries are short."""
MOST: Final = THREADS + 1
"""Connections to the log's database that a worker can use: one per thread, and one for repeated appends."""
FEWEST: Final = 2
BESIDE: Final = 2
"""Connections to the log's database of a single-threaded program: commands, mail, files, deadlines."""
WEB_PROGRAMS: Final = 2
"""Single-threaded programs that run at once with the web's login: the feed, and a command at a terminal."""
WORKER_PROGRAMS: Final = 4
"""Single-threaded programs that run at once with the worker's login: the worker, the mail, and two timers."""
PLACES: Final = 3
"""Sessions that only hold a lock or listen, for the programs that run deadlines, send mail, and check files."""
WEB_LIMIT, WORKER_LIMIT, PROJECTOR_LIMIT, REPORT_LIMIT, AUDITOR_LIMIT, BACKUP_LIMIT = 48, 19, 13, 8, 4, 5
"""The connection limits of the logins in deploy/roles.sql; a server with default settings allows all of them."""
PROJECTORS: Final = 2
"""Projectors that run at once: the active one and the standby."""
PROJECTOR: Final = 5
"""Connections of one projector: four that project, one that signs."""
MOST_WORKERS: Final = 8
RESERVED: Final = 3
"""Connections that PostgreSQL reserves for its superusers by default."""
LIMITS: Final = """
select r.rolname::text, case when r.rolsuper then -1 else r.rolconnlimit end,
       d.datname::text, case when r.rolsuper then -1 else d.datconnlimit end,
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - coalesce(current_setting('reserved_connections', true)::int, 0)
  from pg_roles r, pg_database d where r.rolname = session_user and d.datname = current_database()
"""

LEFT: Final = """
select nullif(rolconnlimit, -1) - (select count(*)::int from pg_stat_activity where usename = session_user)
  from pg_roles where rolname = session_user and not rolsuper
union all
select null from pg_roles where rolname = session_user and rolsuper
"""


def workers(environment: Mapping[str, str] = os.environ) -> int:
    """Return the number of gunicorn's processes: ACQUIS_WORKERS, or two per processor, at most eight."""
    given = environment.get("ACQUIS_WORKERS")
    return int(given) if given else min(2 * (os.cpu_count() or 1), MOST_WORKERS)


def pool_size(given: int | None, processes: int) -> int:
    """Return one worker's connections to the log's database: the configured number, or its share of the limit."""
    room = (WEB_LIMIT - WEB_PROGRAMS * (BESIDE + KEYS)) // processes - KEYS
    return given or max(FEWEST, min(MOST, room))


@dataclass(frozen=True, kw_only=True)
class Need:
    """The most connections: to the log's and the keys' database, as the logins of web, worker and projector."""

    web_log: int
    web_keys: int
    worker_log: int = WORKER_PROGRAMS * BESIDE + PLACES
    worker_keys: int = WORKER_PROGRAMS * KEYS
    projector: int = PROJECTORS * PROJECTOR

    @classmethod
    def of(cls, given: int | None, processes: int) -> Need:
        """Return what an installation with so many workers needs."""
        return cls(
            web_log=processes * pool_size(given, processes) + WEB_PROGRAMS * BESIDE,
            web_keys=(processes + WEB_PROGRAMS) * KEYS,
        )


def left(database: Database) -> int | None:
    """Return how many connections more this login may open now; None if only the server limits it."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(LEFT)
        more: int | None = cursor.fetchall()[0][0]
        return more


def shortages(server: DatabaseServer, database: Database, keys: Database, need: Need) -> Iterator[Alarm]:
    """Yield an alarm, with what to set, for each limit of a server that is lower than what may be opened.

    The databases are opened with the web's login; in production the worker and the projector have their own.
    """
    apart = _place(server.dsn) != _place(server.keys_dsn)
    others_log, others_keys = need.worker_log + need.projector, need.worker_keys
    for asked, of_web, of_others in (
        (database, need.web_log, others_log),
        (keys, need.web_keys, others_keys),
    ):
        of_all = of_web + of_others
        with asked.connection() as connection, connection.cursor() as cursor:
            cursor.execute(LIMITS)
            login, of_login, name, of_database, of_server = cursor.fetchall()[0]
        yield from _short(of_database, of_all, name, f"alter database {name} connection limit {of_all}")
        if asked is database or apart:
            mine = of_web if apart else need.web_log + need.web_keys
            if not server.apart:
                mine += of_others if apart else others_log + others_keys
            yield from _short(of_login, mine, login, f"alter role {login} connection limit {mine}")
            whole = of_all if apart else need.web_log + need.web_keys + others_log + others_keys
            yield from _short(of_server, whole, "max_connections", f"max_connections = {whole + RESERVED}")


def _short(limit: int, needed: int, of: str, remedy: str) -> Iterator[Alarm]:
    if 0 <= limit < needed:
        yield Alarm(
            slug="connections-short",
            fr=f"Acquis peut ouvrir {needed} connexions, et {of} n'en admet que {limit} : {remedy}, ou baissez "
            "ACQUIS_WORKERS ou ACQUIS_POOL_SIZE.",
            en=f"Acquis may open {needed} connections, and {of} admits only {limit}: {remedy}, or lower "
            "ACQUIS_WORKERS or ACQUIS_POOL_SIZE.",
        )


def _place(dsn: str) -> tuple[str | None, str | None]:
    parts = parse_dsn(dsn)
    return parts.get("host"), parts.get("port")
