"""The newest thorough check of the installation: when it was made, and its alarms."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from adapters.alarm import Alarm

if TYPE_CHECKING:
    from adapters.database.pool import Database

NOTE: Final = """
insert into desk.close_look as l (at, alarms) values (now(), %(alarms)s)
    on conflict (one) do update set at = excluded.at, alarms = excluded.alarms
"""
NEWEST: Final = "select alarms from desk.close_look"
DUE: Final = """
select not exists (select from desk.close_look where at between now() - %(every)s and now() + %(every)s)
"""
"""Whether a check is due. A check dated too far ahead was noted while the clock was ahead, and does not count."""


class ThoroughChecks:
    """The newest thorough check, stored in the log's database."""

    def __init__(self, database: Database) -> None:
        """Use schema `desk`, in the log's database."""
        self._database = database

    def note(self, alarms: Sequence[Alarm]) -> None:
        """Store the alarms found now, replacing the previous ones."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(NOTE, {"alarms": json.dumps([asdict(each) for each in alarms], ensure_ascii=False)})

    def newest(self) -> list[Alarm]:
        """Return the alarms of the newest check."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(NEWEST)
            rows = cursor.fetchall()
        return [Alarm(**each) for (alarms,) in rows for each in alarms]

    def due(self, every: float) -> bool:
        """Return whether no check was made for `every` seconds."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(DUE, {"every": timedelta(seconds=every)})
            return bool(cursor.fetchall()[0][0])
