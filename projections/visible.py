"""Is what was recorded shown by now? Waited for by who asks for a position: shortly, and by few at once (ADR 50)."""

from __future__ import annotations

import time
from typing import Final

from adapters.database.pool import Database
from adapters.places import WAITING
from domain.refusal import Refused
from projections.tables import tracked

PATIENCE: Final = 2.0
"""Seconds that one waits at most."""
MOMENT: Final = 0.1
"""Seconds that anybody may wait, unless projections are that late already that others wait longer."""
GIVEN: Final = "select coalesce(pg_sequence_last_value('log.position'::regclass), 0)"
"""The last position that an append took: `last_value` of the sequence shows some that are not given yet."""


class NoSuchPosition(Refused):
    """The log has not come to this position: give one that an answer told you."""

    fr = "Le journal n'est pas arrivé à cette position : indiquez-en une qu'une réponse vous a donnée."
    kind = "bad_request"


class NotYetVisible(Refused):
    """What was just recorded is not visible yet: try again in a moment."""

    fr = "Ce qui vient d'être enregistré n'est pas encore visible : réessayez dans un instant."
    kind = "busy"


def position(database: Database) -> int:
    """Where projections stand."""
    with database.connection() as connection, connection.cursor() as cursor:
        return tracked(cursor)


def given(database: Database) -> int:
    """The last position given, whatever became of the append that took it."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(GIVEN)
        found: int = cursor.fetchall()[0][0]
        return found


def wait_for(database: Database, wanted: int, timeout: float = PATIENCE) -> bool:
    """Wait until projections have come to a position; whether they have within `timeout` seconds.

    Raises NoSuchPosition for one that no append was given. False at once where as many as may wait already.
    """
    if position(database) >= wanted:
        return True
    if wanted > given(database):
        raise NoSuchPosition(wanted)
    if WAITING.full:
        return False
    if _comes(database, wanted, min(MOMENT, timeout)):
        return True
    with WAITING.taken() as there:
        return there and _comes(database, wanted, timeout - MOMENT)


def until_visible(database: Database, wanted: int) -> None:
    """Wait until projections have come to a position; raises NotYetVisible, NoSuchPosition."""
    if not wait_for(database, wanted):
        raise NotYetVisible(wanted)


def _comes(database: Database, wanted: int, timeout: float) -> bool:
    deadline = time.monotonic() + timeout
    pause = 0.002
    while position(database) < wanted:
        if time.monotonic() + pause > deadline:
            return False
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)
    return True
