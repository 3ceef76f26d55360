"""How does an auditor get a bag? The export is recorded first, then written."""

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
from webapi.edge.intent import Intent
from webapi.wiring import App


def exporter(house: App) -> Exporter:
    """What writes bags in this house."""
    folder = CheckpointFolder(house.settings.checkpoint_folder)
    return Exporter(database=house.database, vault=house.vault, files=house.files, checkpoints=folder)


def hand_over(
    house: App, covered: Covered, asked: Intent, out: Path, older: Sequence[int] = ()
) -> tuple[Recorded, AuditExported]:
    """Record an export and write its bag to a folder; what was recorded, and the fact.

    The bag leads to the auditor's own checkpoints of the sizes `older`. Raises FolderInTheWay before anything is
    recorded, Refused.
    """
    writing, folder = exporter(house), BagFolder(out)
    with writing.planned(covered, older=older) as planned:
        recorded = house.execute(_command(planned), house.request(asked))
        writing.write(planned, folder)
    (fact,) = recorded.facts
    if not isinstance(fact, AuditExported):
        raise TypeError("an export is recorded as AuditExported")
    return recorded, fact


def record(house: App, covered: Covered, asked: Intent) -> Recorded:
    """Record an export that is fetched afterwards; raises Refused."""
    with exporter(house).planned(covered) as planned:
        return house.execute(_command(planned), house.request(asked))


def write(house: App, exported: AuditExported, out: Path, older: Sequence[int] = ()) -> None:
    """Write the bag of an export that was recorded: that scope, up to that leaf, and nothing else."""
    covered = Covered(
        scope=exported.scope,
        subject=exported.subject,
        first_day=exported.first_day,
        last_day=exported.last_day,
        unreleased=exported.unreleased,
    )
    writing = exporter(house)
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
