"""Locked streams and destroyed keys of evidence."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg2

from domain.fact import Retention
from domain.people.facts import ErasureGround
from tests.given.log.vaults import at_its_word

if TYPE_CHECKING:
    from tests.given.webapi.town import World


TEXT = {"statement": "J'ai animé la page.\r\nPendant deux ans. <b>", "title": "Récit", "competences": [3]}


def held(world: World, stream: UUID) -> Any:
    """Hold a lock on a stream until the block ends."""
    holder = psycopg2.connect(world.url)
    with holder.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(4711, hashtext(%s))", (str(stream),))
    holder.commit()
    return closing(holder)


def erase_papers(world: World) -> None:
    """Destroy the keys as an erasure does, in its order, while the files stay and no fact orders it."""
    vault = world.acquis.vault
    vault.register.convinces = at_its_word
    vault.register.note(world.marie.id, Retention.PAPERS, ErasureGround.REQUEST)
    assert vault.destroy(world.marie.id, Retention.PAPERS)
