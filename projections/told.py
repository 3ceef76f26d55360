"""What do the sealed facts of some streams say, whoever they are about?"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from adapters.database.pool import Database
from adapters.log.codec import decode, envelope
from adapters.vault import Place
from domain.fact import Stamp
from projections.reading import DossierFact

SEALED = """
select position, stream, version, type, body, append_id, n, recorded_at from log.event
 where stream = any (%s::uuid[]) and position <= (select sealed from log.head)
   and (%s::text[] is null or type = any (%s::text[]))
 order by position
"""


def told(database: Database, streams: Iterable[UUID], types: Iterable[str] | None = None) -> list[DossierFact]:
    """The sealed facts of some streams, in order of position; those of some types if named."""
    wanted = None if types is None else list(types)
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(SEALED, (list(streams), wanted, wanted))
        rows = cursor.fetchall()
    found = []
    for position, stream, version, type_name, body, append_id, n, at in rows:
        head = envelope(body)
        stamp = Stamp(
            stream=stream, version=version, position=position, by=head.by, role=head.role, on=head.on, at=at
        )
        place = Place(append_id, n, stream, type_name, version, "")
        found.append(DossierFact(fact=decode(type_name, body), stamp=stamp, place=place))
    return found
