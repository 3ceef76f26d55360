"""Waiting until the projections have reached a position: for a short time, and for a few callers at once (ADR 50)."""

from __future__ import annotations

import time
from typing import Final

from adapters.database.pool import Database
from adapters.process.thread_slots import WAITING
from domain.refusal import Refused
from projections.tables import tracked

PATIENCE: Final = 2.0
"""The longest wait, in seconds."""
MOMENT: Final = 0.1
"""Seconds that a caller waits before it takes one of the limited places for a longer wait."""
GIVEN: Final = "select coalesce(pg_sequence_last_value('log.position'::regclass), 0)"
"""The last position that an append took; the sequence's `last_value` also covers positions not yet taken."""


class NoSuchPosition(Refused):
    """The log has not come to this position: give one that an answer told you."""

    fr = "Le journal n'est pas arrivé à cette position : indiquez-en une qu'une réponse vous a donnée."
    kind = "bad_request"


class NotYetVisible(Refused):
    """What was just recorded is not visible yet: try again in a moment."""

    fr = "Ce qui vient d'être enregistré n'est pas encore visible : réessayez dans un instant."
    kind = "busy"


def position(database: Database) -> int:
    """Return the position of the projections."""
    with database.connection() as connection, connection.cursor() as cursor:
        return tracked(cursor)


def given(database: Database) -> int:
    """Return the last position given to an append, even if that append failed."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(GIVEN)
        found: int = cursor.fetchall()[0][0]
        return found


def wait_for(database: Database, wanted: int, timeout: float = PATIENCE) -> bool:
    """Wait until the projections reach a position; return whether they did within `timeout` seconds.

    Returns False at once if all places for a longer wait are taken. Raises NoSuchPosition for a position that no
    append was given.
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
    """Wait until the projections reach a position; raises NotYetVisible, NoSuchPosition."""
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
