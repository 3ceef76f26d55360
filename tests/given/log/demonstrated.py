"""The demonstration, played once for all tests of a run; each test gets a copy of databases, files and keys.

The original is kept next to the copies, on the tests' own server. On a given server the demonstration is played for
each test, because nobody would remove the original there.
"""

from __future__ import annotations

import os
import pickle
import tarfile
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.database.pool import Database
from adapters.log.recorder import LogRecorder
from projections.engine.runner import Projector
from tests.given.servers.databases import copied, dropped, migrated_template
from webapi.demonstration.story import BEGINS, Story
from webapi.wiring import assemble

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class that psycopg2 writes small)

    from adapters.settings import Settings

PLAYED = "acquis_test_played"
KEPT = f"create table if not exists {PLAYED} (files bytea, told bytea)"
KEEP = f"insert into {PLAYED} values (%s, %s)"  # noqa: S608  (our own words)
FOUND = f"select files, told from {PLAYED}"  # noqa: S608  (likewise)
ONE_AT_A_TIME = f"select pg_advisory_lock(hashtext('{PLAYED}'))"
JOINED = ("acquis", "clock")
"""Parts of a story that each copy makes again; all others are results of the play."""


def demonstration(settings: Settings) -> Story:
    """Return the demonstration on these empty databases and in this folder. The caller closes its application."""
    if "ACQUIS_TEST_DATABASE_URL" in os.environ:
        return play(settings)
    dsn = make_dsn(str(DatabaseServer(str(settings.database_url)).dsn))
    server_url, name = make_dsn(dsn, dbname="postgres"), str(parse_dsn(dsn)["dbname"])
    with closing(psycopg2.connect(server_url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        files, told = kept(cursor, server_url, settings)
    dropped(server_url, name)
    copied(server_url, name, PLAYED)
    with tarfile.open(fileobj=BytesIO(files)) as packed:
        packed.extractall(settings.data, filter="data")
    state = pickle.loads(told)  # noqa: S301  (our own, a moment ago)
    story = begun(settings, state.pop("today"))
    vars(story).update(state)
    return story


def kept(cursor: Cursor, server_url: str, settings: Settings) -> tuple[bytes, bytes]:
    """Return the original: its files and the story's data. The first caller plays it, while the others wait."""
    cursor.execute(ONE_AT_A_TIME)
    cursor.execute(KEPT)
    cursor.execute(FOUND)
    if not (found := cursor.fetchall()):
        copied(server_url, PLAYED, migrated_template(server_url))
        data = settings.data.with_name(f"{settings.data.name}-played")
        found = [_kept(play(_elsewhere(settings, data, make_dsn(server_url, dbname=PLAYED))), data)]
        cursor.execute(KEEP, found[0])
    files, told = found[0]
    return bytes(files), bytes(told)


def play(settings: Settings) -> Story:
    """Play the demonstration, and project all of it into the read models."""
    story = begun(settings, BEGINS)
    story.play()
    with closing(Database(story.acquis.server.dsn, role="acquis_projector", size=2)) as projecting:
        Projector(projecting, LogRecorder(projecting)).catch_up()
    return story


def begun(settings: Settings, today: date) -> Story:
    """Return a story that has not begun, in an application with its clock."""
    clock = FixedClock(today)
    return Story(assemble(settings, DatabaseServer(str(settings.database_url)), clock), clock)


def _kept(story: Story, data: Path) -> tuple[bytes, bytes]:
    story.acquis.close()
    packed = BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as files:
        files.add(data, arcname=".")
    state: dict[str, Any] = {name: value for name, value in vars(story).items() if name not in JOINED}
    return packed.getvalue(), pickle.dumps(state | {"today": story.clock.today()})


def _elsewhere(settings: Settings, data: Path, dsn: str) -> Settings:
    return replace(settings, data=data, database_url=dsn)
