"""How does an auditor get a bag? The export is recorded first, then written."""

from __future__ import annotations

from pathlib import Path

from adapters.bag.export import Exporter
from adapters.bag.folder import BagFolder
from adapters.bag.scope import Covered
from adapters.log.checkpoint import CheckpointFolder
from domain.commands.export_audit import ExportAudit
from domain.organisation import AuditExported
from domain.ports import Recorded
from webapi.wiring import House, Intent


def exporter(house: House) -> Exporter:
    """What writes bags in this house."""
    folder = CheckpointFolder(house.settings.checkpoint_folder)
    return Exporter(database=house.database, vault=house.vault, files=house.files, checkpoints=folder)


def hand_over(house: House, covered: Covered, asked: Intent, out: Path) -> tuple[Recorded, AuditExported]:
    """Record an export and write its bag to a folder; what was recorded, and the fact.

    Raises FolderInTheWay before anything is recorded, Refused.
    """
    writing, folder = exporter(house), BagFolder(out)
    with writing.planned(covered) as planned:
        command = ExportAudit(
            scope=covered.scope,
            subject=covered.subject,
            first_day=covered.first_day,
            last_day=covered.last_day,
            size=planned.checkpoint.size,
            root=planned.root,
            facts=planned.facts,
        )
        recorded = house.execute(command, house.request(asked))
        writing.write(planned, folder)
    (fact,) = recorded.facts
    if not isinstance(fact, AuditExported):
        raise TypeError("an export is recorded as AuditExported")
    return recorded, fact
