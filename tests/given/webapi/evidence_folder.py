"""The folder of evidence files, and the ages of files."""

from __future__ import annotations

import os
import time
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import psycopg2

if TYPE_CHECKING:
    from pathlib import Path

    from tests.given.webapi.town import World


TWO_DAYS = timedelta(days=2)


def evidence_folder(world: World) -> Path:
    return world.acquis.settings.data / "evidence"


def aged(path: Path) -> Path:
    os.utime(path, (time.time() - TWO_DAYS.total_seconds(),) * 2)
    return path


def told(world: World, query: str, *values: object) -> int:
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(query, values)
        return int(cursor.fetchall()[0][0])
