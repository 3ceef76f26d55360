"""Audit exports as BagIt bags; an export is recorded first, then written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from adapters.bag.export import Exporter, Planned
from adapters.bag.folder import BagFolder
from adapters.bag.scope import Covered
from adapters.log.checkpoint import CheckpointFolder
from domain.commands.organisation.export_audit import ExportAudit
from domain.organisation.facts import AuditExported
from domain.ports import Recorded
from webapi.intent import Intent
from webapi.wiring import App


def exporter(acquis: App) -> Exporter:
    """Return the exporter that writes this installation's bags."""
    folder = CheckpointFolder(acquis.settings.checkpoint_folder)
    return Exporter(database=acquis.database, vault=acquis.vault, files=acquis.files, checkpoints=folder)


def hand_over(
    acquis: App, covered: Covered, asked: Intent, out: Path, older: Sequence[int] = ()
) -> tuple[Recorded, AuditExported]:
    """Record an export, write its bag to a folder, and return the record and its fact.

    The bag proves consistency with the auditor's checkpoints of the sizes `older`. Raises Refused, and
    FolderInTheWay before anything is recorded.
    """
    writing, folder = exporter(acquis), BagFolder(out)
    with writing.planned(covered, older=older) as planned:
        recorded = acquis.execute(_command(planned), acquis.request(asked))
        writing.write(planned, folder)
    (fact,) = recorded.facts
    if not isinstance(fact, AuditExported):
        raise TypeError("an export is recorded as AuditExported")
    return recorded, fact


def record(acquis: App, covered: Covered, asked: Intent) -> Recorded:
    """Record an export to be fetched later; raises Refused."""
    with exporter(acquis).planned(covered) as planned:
        return acquis.execute(_command(planned), acquis.request(asked))


def write(acquis: App, exported: AuditExported, out: Path, older: Sequence[int] = ()) -> None:
    """Write the bag of a recorded export: exactly its scope, up to its last leaf."""
    covered = Covered(
        scope=exported.scope,
        subject=exported.subject,
        first_day=exported.first_day,
        last_day=exported.last_day,
        unreleased=exported.unreleased,
    )
    writing = exporter(acquis)
    with writing.planned(covered, exported.size, older) as planned:
        writing.write(planned, BagFolder(out))


def _command(planned: Planned) -> ExportAudit:
    covered = planned.covered
    return ExportAudit(
        scope=covered.scope,
        subject=covered.subject,
        first_day=covered.first_day,
        last_day=covered.last_day,
        size=planned.checkpoint.size,
        root=planned.root,
        facts=planned.facts,
        unreleased=covered.unreleased,
    )
