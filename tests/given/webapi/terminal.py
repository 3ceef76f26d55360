"""The command line on a test's installation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click
import psycopg2
from click.testing import CliRunner, Result

from adapters.settings import Settings
from tests.given.servers.databases import as_url
from webapi.cli.main import program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.given.webapi.town import World


Run = Callable[..., Result]


def acquis_beside(world: World, language: str = "en_GB.UTF-8") -> Run:
    """Run `acquis` on this installation, in English by default."""
    settings = world.acquis.settings
    environment = {
        "ACQUIS_DATABASE_URL": as_url(str(settings.database_url)),
        "ACQUIS_DATA": str(settings.data),
        "LANG": language,
        "LC_ALL": "",
        "LC_MESSAGES": "",
    }

    def run(*arguments: object, given: str = "", **extra: str) -> Result:
        return CliRunner().invoke(program, [str(each) for each in arguments], input=given, env=environment | extra)

    return run


def facts(settings: Settings) -> int:
    assert settings.database_url
    with psycopg2.connect(settings.database_url) as connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from log.event")
        row = cursor.fetchone()
        assert row
        return int(row[0])


def commands(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Return every command by its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
