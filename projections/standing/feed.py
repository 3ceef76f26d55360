"""Which facts are outsiders told, in which order, each from when on?

Every fact that `domain.standing.feed` names enters once: as soon as it is sealed, or with the release that it waited
for, in the order of the log. A rebuild gives the same cursors; who has read up to one goes on after it.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from adapters.database.pool import Database
from domain.refusal import Refused
from domain.standing.feed import AT_ONCE, AT_RELEASE
from projections.engine.projection import Added
from projections.engine.statements import statements


class AheadOfTheFeed(Refused):
    """The feed has not come to this cursor: begin again from 0, or from one that this feed gave you."""

    fr = "Le flux n'est pas arrivé à ce curseur : reprenez à 0, ou à un curseur que ce flux vous a donné."
    kind = "bad_request"


FEED = Added(
    "feed",
    {
        "at_once": sorted(fact.__name__ for fact in AT_ONCE),
        "at_release": sorted(fact.__name__ for fact in AT_RELEASE),
    },
)


class Told(NamedTuple):
    """A fact as it is told: where in the feed and in the log, since which position, and what the log holds of it."""

    cursor: int
    position: int
    told_at: int
    type: str
    stream: str
    candidacy: str | None
    body: str
    recorded_at: datetime
    version: int
    append_id: str
    n: int


def told_after(database: Database, cursor: int, limit: int) -> list[Told]:
    """What is told next to who has read up to a cursor, so much at most."""
    with database.connection() as connection, connection.cursor() as sql:
        sql.execute(statements("feed")["read"], {"after": cursor, "limit": limit})
        return [Told(*row) for row in sql.fetchall()]


def newest(database: Database) -> int:
    """The cursor of what was told last; 0 before anything."""
    with database.connection() as connection, connection.cursor() as sql:
        sql.execute(statements("feed")["last"])
        found: int = sql.fetchall()[0][0]
        return found
