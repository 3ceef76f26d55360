"""Which facts are outsiders told, in which order, each from when on?

Every fact that `domain.standing.feed` names enters once: as soon as it is sealed, or with the release that it waited
for, in the order of the log. A rebuild gives the same cursors; who has read up to one goes on after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from adapters.database.pool import Database
from adapters.vault import Place
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


Told = tuple[int, int, int, date | None, str, str, str | None, str, str]
"""A fact as it is told: cursor, position, the position since which it is told, the day of that where it waited, type,
stream, candidacy, body, when it was recorded (UTC, as the database writes it)."""


def told_after(database: Database, cursor: int, limit: int) -> list[Told]:
    """What is told next to who has read up to a cursor, so much at most."""
    with database.connection() as connection, connection.cursor() as sql:
        sql.execute(statements("feed")["read"], {"after": cursor, "limit": limit})
        return sql.fetchall()


def places(database: Database, told: Sequence[Told]) -> list[Place]:
    """Where the personal fields of each stand, in order, for the vault to open them."""
    with database.connection() as connection, connection.cursor() as sql:
        sql.execute(statements("feed")["places"], {"positions": [position for _, position, *_ in told]})
        stands = {position: where for position, *where in sql.fetchall()}
    found = []
    for _, position, _, _, type_name, *_ in told:
        stream, version, append_id, n = stands[position]
        found.append(Place(append_id, n, stream, type_name, version, ""))
    return found


def newest(database: Database) -> int:
    """The cursor of what was told last; 0 before anything."""
    with database.connection() as connection, connection.cursor() as sql:
        sql.execute(statements("feed")["last"])
        found: int = sql.fetchall()[0][0]
        return found
