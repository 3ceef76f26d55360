"""Check before a restore that the newest register of erasures is with the checkpoints.

A backup from before an erasure brings the erased person's keys back; only the register says that they must be
destroyed again. Each checkpoint records how many lines the register had when it was signed. An operator who restores
without the register gives a reason, which is kept in the log's schema and raises an alarm until somebody answers it
(ADR 71).
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

import psycopg2

from adapters.keys.erasures import NAME, lines_of
from adapters.log.checkpoint import CheckpointFolder
from adapters.log.note import erasures_told
from domain.refusal import Refused, Violation

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.database.pool import Database

NOTE: Final = "insert into log.without_erasures (reason, backup) values (%s, %s)"
OPEN: Final = "select at, reason from log.without_erasures where answered_at is null order by at"
ANSWER: Final = """
update log.without_erasures set answered_at = clock_timestamp(), answer = %s where answered_at is null
"""


class ErasuresUnknown(Refused):
    """A restore needs the newest register of erasures beside the checkpoints: else what was erased comes back."""

    fr = (
        "Une restauration veut le registre des effacements le plus récent à côté des points de contrôle : sans lui, "
        "ce qui a été effacé revient."
    )
    kind = "invalid"


def refuse_unknown(folder: Path, backup: Path | None = None) -> None:
    """Raise ErasuresUnknown unless the register in a folder of checkpoints is the newest one known here.

    `folder` holds the checkpoints and `erasures.jsonl`; `backup` the checkpoints of the backup to restore.
    """
    here, of_backup = CheckpointFolder(folder).newest(), CheckpointFolder(backup).newest() if backup else None
    known, theirs = lines_of(folder / NAME), lines_of(backup / NAME) if backup else []
    told = max((erasures_told(note) for note in (here, of_backup) if note), default=0)
    if here is None and not (folder / NAME).exists():
        raise _unknown("erasures-lost", f"{folder} holds neither the register nor a checkpoint.",
                       f"{folder} ne contient ni le registre ni un point de contrôle.")  # fmt: skip
    if here and of_backup and here.size < of_backup.size:
        raise _unknown("erasures-older", f"The checkpoints in {folder} are older than those of the backup.",
                       f"Les points de contrôle de {folder} sont d'avant ceux de la sauvegarde.")  # fmt: skip
    if len(known) < told or not set(theirs) <= set(known):
        raise _unknown("erasures-missing", f"{NAME} has {len(known)} lines; it had {max(told, len(theirs))}.",
                       f"{NAME} a {len(known)} lignes ; il en avait {max(told, len(theirs))}.")  # fmt: skip


def note_without(dsn: str, reason: str, backup: str) -> None:
    """Store why a restore was made without the newest register; as the login that migrates."""
    _execute(dsn, NOTE, (reason, backup))


def answer_without(dsn: str, answer: str) -> int:
    """Answer the open notes about restores without it, as the login that migrates; return how many there were."""
    return _execute(dsn, ANSWER, (answer,))


def open_without(database: Database) -> list[tuple[object, str]]:
    """Return the time and reason of each restore made without the newest register and not answered yet."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(OPEN)
        return cursor.fetchall()


def _execute(dsn: str, statement: str, given: tuple[str, ...]) -> int:
    with closing(psycopg2.connect(dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement, given)
        return int(cursor.rowcount)


def _unknown(slug: str, en: str, fr: str) -> ErasuresUnknown:
    then = "Put the newest copy there, or say why you go on without: --without-erasures."
    alors = "Mettez-y la copie la plus récente, ou dites pourquoi vous continuez sans : --without-erasures."
    return ErasuresUnknown(NAME, violations=(Violation(slug, f"{en} {then}", f"{fr} {alors}", NAME),))
