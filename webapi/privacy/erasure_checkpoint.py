"""Checkpoints for new erasures.

The projector signs at once for an erasure, and this module waits for it. If no projector runs and this process has
the rights, as in a trial, this module seals and signs the log itself.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing, suppress
from typing import Final

import psycopg2
import structlog
from eventsourcing.persistence import PersistenceError

from adapters.database.pool import Database
from adapters.keys.erasure_evidence import prove
from adapters.log.checkpoint import CheckpointFolder, CheckpointUnreadable
from adapters.log.checkpoint_key import CheckpointKeyPresent, endorsed
from adapters.operations.erasures import Ordered
from domain.organisation.organisation import KeyAlreadyEndorsed, NoKeyToReplace
from domain.refusal import Refused
from projections.engine.runner import ACTING
from webapi.signing.checkpoint_key import Checkpointing, create
from webapi.wiring import App

PATIENCE: Final = 2.0
"""Seconds to wait for the projector's checkpoint; an erasure not covered by then is carried out later."""
PAUSE: Final = 0.05  # seconds

log = structlog.get_logger(__name__)


def wait_for_checkpoint(acquis: App, orders: Sequence[Ordered]) -> None:
    """Wait until a checkpoint covers these orders, or until `PATIENCE` is over; sign if no projector runs."""
    if _covered(acquis, orders):
        return
    if _sealed_and_signed(acquis):
        return
    deadline = time.monotonic() + PATIENCE
    while not _covered(acquis, orders) and time.monotonic() < deadline:
        time.sleep(PAUSE)


def _covered(acquis: App, orders: Sequence[Ordered]) -> bool:
    folder = CheckpointFolder(acquis.settings.checkpoint_folder)
    with suppress(CheckpointUnreadable, OSError):  # the erasures then wait
        return all(prove(acquis.database, folder, each.order) for each in orders)
    return False


def _sealed_and_signed(acquis: App) -> bool:
    """Seal and sign, unless a projector runs or this process may not; return whether it did."""
    try:
        with (
            closing(Database(acquis.server.dsn, role="acquis_projector", size=2)) as database,
            database.connection() as held,
        ):
            with held.cursor() as cursor:
                cursor.execute(ACTING)  # the lock is this session's, which ends with the block
                if cursor.fetchone() != (True,):
                    return False
            _sign(acquis, database)
    except (psycopg2.Error, PersistenceError, Refused) as error:
        log.info("no checkpoint is made here", cause=type(error).__name__)
        return False
    return True


def _sign(acquis: App, database: Database) -> None:
    if not acquis.settings.production and not endorsed(database):
        with suppress(KeyAlreadyEndorsed, CheckpointKeyPresent, NoKeyToReplace):  # another process did it
            create(acquis)
    Checkpointing(acquis.settings, database)()
