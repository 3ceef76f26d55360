"""`acquis doctor`, `openapi`: checks of the installation, and the API's document."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final

import click

from adapters.alarm import Alarm
from adapters.database import DatabaseServer, connect
from adapters.database.pool import Database, TooManyConnections
from adapters.settings import Settings
from adapters.trouble import Trouble
from adapters.verify.terminal import language
from webapi.cli.terminal.exposure import exposed
from webapi.cli.terminal.installation_in_words import settings_in_words, state_in_words
from webapi.cli.terminal.output import answers, said, show
from webapi.upkeep.alarms import FULL, alarms, alone
from webapi.upkeep.slow_checks import look_closely
from webapi.upkeep.state import state
from webapi.wiring import assemble

FULL_PATIENCE: Final = 15.0
"""Seconds to retry while the server has no free connection: pools close idle connections after ten."""


@click.command("doctor")
@click.option(
    "--before-start", is_flag=True, help="Leave out problems that only another running process can correct."
)
@answers
def doctor(before_start: bool, as_json: bool) -> None:
    """Print all settings, masked, and all problems; exit code 1 if one needs action at once.

    With --before-start, exit code 1 only if the site could not serve.
    """
    settings = Settings.from_environment()
    with connect(settings) as server:
        found, state = _examined(settings, server, running=not before_start)
    wrong = [each.sentence(language()) for each in found if each.red]
    late = [each.sentence(language()) for each in found if not each.red] + [*exposed(settings, os.environ)]
    named = [{"slug": each.slug, "unready": each.unready, "urgent": each.urgent} for each in found]
    answer = {"settings": settings.masked(), "state": state, "alarms": named, "wrong": wrong, "late": late}

    def lines() -> Iterator[str]:
        yield from settings_in_words(settings.masked())
        yield from state_in_words(state)
        yield from wrong + late or [said("Tout va bien.", "All is well.")]

    show(answer, as_json=as_json, lines=lines)
    if any(each.unready if before_start else each.red for each in found):
        raise SystemExit(1)


def _examined(settings: Settings, server: DatabaseServer, *, running: bool) -> tuple[list[Alarm], dict[str, Any]]:
    """Return all alarms after detailed checks, and the figures of the state, if it can be read.

    While the server has no free connection, the checks are retried: idle connections are closed after some seconds.
    """
    until = time.monotonic() + FULL_PATIENCE
    while True:
        try:
            found, state = _check_once(settings, server, running=running)
        except TooManyConnections:
            found, state = [FULL], {}
        if FULL not in found or time.monotonic() > until:
            return found, state
        time.sleep(1)


def _check_once(settings: Settings, server: DatabaseServer, *, running: bool) -> tuple[list[Alarm], dict[str, Any]]:
    try:
        # as the login itself, without prepared statements: tables and roles may not exist yet
        with closing(server.open(size=1)) as database, closing(Database(server.keys_dsn, size=1)) as keys:
            if found := alone(server, database, keys):
                return found, {}
        with closing(assemble(settings, server)) as acquis:
            look_closely(acquis)
            return alarms(acquis, running=running), state(acquis)
    except Trouble as trouble:
        return [Alarm(slug="cannot-open", fr=trouble.fr, en=trouble.en, unready=True)], {}


@click.command("openapi")
@answers
def openapi(as_json: bool) -> None:
    """Print the API's description (OpenAPI 3.1, JSON); it needs no installation."""
    del as_json
    from webapi.api.openapi import openapi as described  # noqa: PLC0415  (likewise)
    from webapi.api.resources import alone  # noqa: PLC0415  (the other commands need no web framework in memory)

    click.echo(json.dumps(described(alone()), ensure_ascii=False, indent=2))
