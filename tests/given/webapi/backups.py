"""Backups and restores of an installation."""

from __future__ import annotations

from contextlib import closing, suppress

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn

from adapters.backup.copying import back_up
from adapters.backup.restoring import restore
from adapters.by_settings import vault_of
from adapters.database import DatabaseServer
from adapters.database.pool import Database
from adapters.log.recorder import LogRecorder
from adapters.log.tree import Tree
from tests.given.servers.databases import as_url
from tests.given.webapi.erasures import decided
from webapi.privacy.erasure import erase_again
from webapi.signing.checkpoint_key import Checkpointing, create
from webapi.wiring import assemble

GRANTS = """
select n.nspname || '.' || c.relname, c.relkind::text, c.relacl::text, pg_get_userbyid(c.relowner)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where n.nspname in ('log', 'desk', 'vault') and c.relkind in ('r', 'S') order by 1
"""


def with_checkpoint(world):
    with suppress(Exception):  # another test of this file has made the key
        create(world.acquis)
    decided(world)
    checkpoint(world)
    return world


def checkpoint(world):
    with closing(Database(world.url, role="acquis_projector", size=2)) as database:
        LogRecorder(database).seal()
        Tree(database).grow()
        Checkpointing(world.acquis.settings, database)()


def saved(world, out):
    back_up(world.acquis.settings, world.acquis.server, out)
    return out


def brought_back(settings, source, *, accept_loss=False, without_erasures=None):
    server = DatabaseServer(str(settings.database_url))

    def again() -> int:
        with closing(assemble(settings, server)) as acquis:
            return erase_again(acquis)

    return restore(
        settings,
        server,
        source,
        lambda: vault_of(settings, server),
        again,
        accept_loss=accept_loss,
        without_erasures=without_erasures,
    )


def environment_of(settings):
    """Return the environment of a command that uses these databases and this folder, in English."""
    return {
        "ACQUIS_DATABASE_URL": as_url(str(settings.database_url)),
        "ACQUIS_DATA": str(settings.data),
        "LC_ALL": "en_GB.UTF-8",
    }


def fetched(dsn, statement):
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def nothing_left(settings):
    """Check that no database, no database copied from one, and no file is left."""
    anywhere, name = (
        make_dsn(str(settings.database_url), dbname="postgres"),
        parse_dsn(settings.database_url)["dbname"],
    )
    assert fetched(anywhere, f"select datname from pg_database where datname like '{name}%'") == []  # noqa: S608  (ours)
    assert not (settings.data / "evidence").exists()
