"""How does an erasure that was just ordered come under a checkpoint?

The projector that acts signs at once for an erasure, and is waited for. Where none acts and this process may do what
it does, as in a trial, the log is sealed and signed here.
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
"""Seconds for which the projector's checkpoint is waited for; what is not covered by then is carried out later."""
PAUSE: Final = 0.05  # seconds

log = structlog.get_logger(__name__)


def wait_for_checkpoint(acquis: App, orders: Sequence[Ordered]) -> None:
    """Wait until a checkpoint covers these orders, or for as long as one may; see to it where nobody else does."""
    if _covered(acquis, orders):
        return
    if _sealed_and_signed(acquis):
        return
    deadline = time.monotonic() + PATIENCE
    while not _covered(acquis, orders) and time.monotonic() < deadline:
        time.sleep(PAUSE)


def _covered(acquis: App, orders: Sequence[Ordered]) -> bool:
    folder = CheckpointFolder(acquis.settings.checkpoint_folder)
    with suppress(CheckpointUnreadable, OSError):  # then they wait
        return all(prove(acquis.database, folder, each.order) for each in orders)
    return False


def _sealed_and_signed(acquis: App) -> bool:
    """Seal, and sign for what is sealed, unless a projector acts or this process may not; whether it was done."""
    try:
        with (
            closing(Database(acquis.server.dsn, role="acquis_projector", size=2)) as database,
            database.connection() as held,
        ):
            with held.cursor() as cursor:
                cursor.execute(ACTING)  # by this session, which ends with the block
                if cursor.fetchone() != (True,):
                    return False
            _sign(acquis, database)
    except (psycopg2.Error, PersistenceError, Refused) as error:
        log.info("no checkpoint is made here", cause=type(error).__name__)
        return False
    return True


def _sign(acquis: App, database: Database) -> None:
    if not acquis.settings.production and not endorsed(database):
        with suppress(KeyAlreadyEndorsed, CheckpointKeyPresent, NoKeyToReplace):  # by who is at it together with us
            create(acquis)
    Checkpointing(acquis.settings, database)()
