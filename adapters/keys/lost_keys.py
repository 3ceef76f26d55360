"""Keys that facts name and that are neither stored nor erased: the data that they sealed is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from domain.fact import Retention

if TYPE_CHECKING:
    from adapters.database.pool import Database
    from adapters.keys.vault import Vault

SEALED = """
select (each.value->>'of')::uuid, each.value->>'class', max(recorded_at)
  from log.fact, jsonb_each(body::jsonb->'sealed') each
 where body like %(like)s
 group by 1, 2
 order by 1, 2
"""
AT_ONCE = 5_000  # keys per query


def missing_keys(database: Database, vault: Vault, person: UUID | None = None) -> list[tuple[UUID, Retention]]:
    """Return the keys that facts name and that are neither stored undamaged nor erased later.

    Returns only those of `person` if given. Reads the whole log.
    """
    like = '%"sealed":{%' if person is None else f'%"of":"{person}"%'
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(SEALED, {"like": like})
        rows = cursor.fetchall()
    named = {(of, Retention(retention)): recorded for of, retention, recorded in rows if person in {None, of}}
    missing = []
    pairs = list(named)
    for first in range(0, len(pairs), AT_ONCE):
        asked = pairs[first : first + AT_ONCE]
        whole = vault.keys(asked)
        missing += [pair for pair in asked if pair not in whole and not vault.register.holds(*pair, named[pair])]
    return missing
