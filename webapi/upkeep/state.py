"""Figures about an installation, for `acquis doctor` and an administrator's page."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

from adapters.files.reading_copy.converting import can_convert
from adapters.log.checkpoint import CheckpointFolder
from adapters.log.checkpoint_key import endorsed
from adapters.log.clock import behind
from adapters.log.note import VerifierKey
from adapters.log.tree import Tree
from adapters.operations.letters import waiting
from adapters.operations.runs import BACKUP, DEADLINES, RESTORE, DeskRuns
from domain.refusal import Refused
from webapi.upkeep.doubt import watch_state
from webapi.wiring import App

FIGURES: Final = """
select (select sealed from log.head),
       (select coalesce(max(position), 0) from projection.tracking)
"""
WHOLE: Final = "select (select count(*) from log.fact), log.left_behind()"
"""Reads the whole log: a second for a million facts."""


def figures(acquis: App) -> dict[str, Any]:
    """Return the figures that are quick to read."""
    with acquis.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(FIGURES)
        sealed, projected = cursor.fetchall()[0]
    ran = DeskRuns(acquis.database).last(DEADLINES)
    letters, letters_late = waiting(acquis.database)
    return {
        "sealed": sealed,
        "clock_behind_seconds": behind(acquis.database),
        "projected": projected,
        "letters": {"waiting": letters, "late": letters_late},
        "deadlines": {"tried_at": ran.tried_at, "done_at": ran.done_at, "failed": ran.failed, "late": ran.late},
        **{job: vars(DeskRuns(acquis.database).last(job)) for job in (BACKUP, RESTORE)},
        "watch": watch_state(acquis),
        "draws_office_files": can_convert(),
        "checkpoint_size": _signed(acquis),
    }


def state(acquis: App) -> dict[str, Any]:
    """Return the same figures, and those that need the whole log and the checkpoint keys."""
    with acquis.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(WHOLE)
        facts, unsealed = cursor.fetchall()[0]
    kept = list[VerifierKey]()
    with suppress(Refused):  # `alarms` reports it
        kept = CheckpointFolder(acquis.settings.checkpoint_folder).keys()
    return {
        "facts": facts,
        "unsealed_below_head": unsealed,
        **figures(acquis),
        "keys_nobody_vouches_for": [str(key) for key in endorsed(acquis.database) if key not in kept],
        "log": Tree(acquis.database).log_id(),
    }


def _signed(acquis: App) -> int:
    """Return the number of facts that the newest checkpoint covers."""
    with suppress(Refused):  # `alarms` reports it
        newest = CheckpointFolder(acquis.settings.checkpoint_folder).newest()
        return newest.size if newest else 0
    return 0
