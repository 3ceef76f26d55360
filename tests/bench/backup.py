"""Cost of a backup and its restore, compared with `pg_dump` and `pg_restore` of the same two databases.

A restore also reads the whole log, hashes each line and looks for missing keys.
"""

from __future__ import annotations

import base64
import secrets
import shutil
import time
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from psycopg2.extensions import parse_dsn

from adapters.backup.copying import back_up
from adapters.backup.programs import programs, run
from adapters.by_settings import vault_of
from adapters.clock import FixedClock
from adapters.database import DatabaseServer, beside
from adapters.database.migrate import make_database
from adapters.settings import Settings
from tests.bench.dossiers import Story, written
from tests.bench.http import TODAY
from tests.bench.pairs import SHORT, Figure, Goal, in_turns
from tests.bench.server import run as told
from tests.bench.sizes import sized
from tests.given.webapi.backups import brought_back
from webapi.upkeep.startup import acquis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.bench.server import Server

CANDIDACIES, FEW = 500, sized(50, 2)
"""Candidacies of two hundred facts each."""


def figures(server: Server, pairs: int) -> list[Figure]:
    """Return the seconds to back up and to restore 100,000 facts."""
    settings = Settings(
        data=server.folder / "backup",
        database_url=server.database("backup"),
        secret_key=secrets.token_hex(32),
        master_key=base64.b64encode(secrets.token_bytes(32)).decode(),
        clock=TODAY,
    )
    house = DatabaseServer(str(settings.database_url))
    with acquis(settings, FixedClock(TODAY)):
        pass  # makes its keys and folders
    with closing(vault_of(settings, house)) as vault:
        vault.begin()
        facts = written(house.dsn, Story(CANDIDACIES if pairs > SHORT else FEW), vault, ()).facts
    # another bench's table: a restore accepts only known tables
    told(house.dsn, "drop schema if exists bare cascade")
    told(house.dsn, "vacuum analyze")
    bench = _Bench(server, settings, house)
    backups = in_turns(bench.back_up, bench.dump, pairs)
    restores = in_turns(bench.restore, bench.load, pairs)
    return [
        Figure(f"backup, {facts:,} facts", *backups, "s", Goal(2, at_least=False)),
        Figure("restore, and read again whole", *restores, "s", Goal(4, at_least=False)),
    ]


class _Bench:
    """Both sides, each with a place of its own that is removed after the measurement."""

    def __init__(self, server: Server, settings: Settings, house: DatabaseServer) -> None:
        self._server, self._settings, self._house = server, settings, house
        self._saved, self._dumped = server.folder / "saved", server.folder / "dumped"
        self._numbers: Iterator[int] = count()

    def back_up(self) -> float:
        shutil.rmtree(self._saved, ignore_errors=True)
        return _seconds(partial(back_up, self._settings, self._house, self._saved))

    def dump(self) -> float:
        shutil.rmtree(self._dumped, ignore_errors=True)
        self._dumped.mkdir()
        return _seconds(self._dump)

    def restore(self) -> float:
        number = next(self._numbers)
        to, data = self._server.embedded.dsn(f"restored_{number}"), self._server.folder / f"restored-{number}"
        elsewhere = replace(self._settings, data=data, database_url=to, backup_key_file=self._settings.backup_key)
        try:
            return _seconds(partial(brought_back, elsewhere, self._saved, without_erasures="measured"))
        finally:
            self._drop(to)
            shutil.rmtree(data, ignore_errors=True)

    def load(self) -> float:
        to = self._server.embedded.dsn(f"loaded_{next(self._numbers)}")
        try:
            return _seconds(partial(self._load, to))
        finally:
            self._drop(to)

    def _dump(self) -> None:
        for dsn, path in self._both(self._house.dsn):
            run(programs(dsn) / "pg_dump", "--format=custom", f"--file={path}", dsn=dsn)

    def _load(self, to: str) -> None:
        for dsn, path in self._both(to):
            make_database(dsn)
            run(programs(dsn) / "pg_restore", str(path), dsn=dsn)

    def _both(self, dsn: str) -> tuple[tuple[str, Path], tuple[str, Path]]:
        return (dsn, self._dumped / "log"), (beside(dsn), self._dumped / "keys")

    def _drop(self, dsn: str) -> None:
        anywhere = self._server.embedded.dsn("postgres")
        for each in (dsn, beside(dsn)):
            told(anywhere, f'drop database "{_name(each)}" with (force)')


def _name(dsn: str) -> str:
    return str(parse_dsn(dsn)["dbname"])


def _seconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began
