"""Table of the facts published to outside systems, in order, with a cursor for each.

Every fact that `domain.standing.feed` names enters the feed once: as soon as it is sealed, or with the release that
makes it public, in the order of the log. A rebuild gives the same cursors, so that a reader continues where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from adapters.database.pool import Database
from adapters.keys.vault import FieldPlace
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
"""An entry of the feed: cursor, position, position since which it is published, day of the release it waited for (or
None), type, stream, candidacy, body, time of recording (UTC, as the database writes it)."""


def told_after(database: Database, cursor: int, limit: int) -> list[Told]:
    """Return the entries after a cursor, at most `limit`."""
    with database.connection() as connection, connection.cursor() as sql:
        sql.execute(statements("feed")["read"], {"after": cursor, "limit": limit})
        return sql.fetchall()


def places(database: Database, told: Sequence[Told]) -> list[FieldPlace]:
    """Return the places of these entries' personal fields, in order, which the vault needs to decrypt them."""
    with database.connection() as connection, connection.cursor() as sql:
        sql.execute(statements("feed")["places"], {"positions": [position for _, position, *_ in told]})
        stands = {position: where for position, *where in sql.fetchall()}
    found = []
    for _, position, _, _, type_name, *_ in told:
        stream, version, append_id, n = stands[position]
        found.append(FieldPlace(append_id, n, stream, type_name, version, ""))
    return found


def newest(database: Database) -> int:
    """Return the cursor of the last entry; 0 if the feed is empty."""
    with database.connection() as connection, connection.cursor() as sql:
        sql.execute(statements("feed")["last"])
        found: int = sql.fetchall()[0][0]
        return found
