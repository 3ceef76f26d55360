"""The demonstration's log, sealed, with its tree and checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from adapters.bag.export import Exporter
from adapters.bag.folder import BagFolder
from adapters.bag.scope import Covered
from adapters.database.pool import Database
from adapters.log.checkpoint import CheckpointFolder, origin_of
from adapters.log.note import Checkpoint, Signer
from adapters.log.recorder import LogRecorder
from adapters.log.signing import Checkpointer
from adapters.log.tree import Tree
from adapters.settings import Settings
from domain.organisation.facts import ExportScope
from projections.engine.runner import Projector
from tests.given.log.demonstrated import demonstration
from webapi.demonstration.story import Story
from webapi.wiring import App

ALL = Covered(scope=ExportScope.ALL)


@dataclass(kw_only=True)
class Played:
    """The application, its story, its projector, and the signer of its checkpoints."""

    acquis: App
    story: Story
    projecting: Database
    signer: Signer
    folder: CheckpointFolder
    older: list[Checkpoint] = field(default_factory=list)

    @property
    def exporter(self) -> Exporter:
        return Exporter(
            database=self.acquis.database, vault=self.acquis.vault, files=self.acquis.files, checkpoints=self.folder
        )

    def checkpoint(self) -> Checkpoint | None:
        """Project and seal new facts, and sign for them."""
        Projector(self.projecting, LogRecorder(self.projecting)).catch_up()
        return Checkpointer(Tree(self.projecting), self.signer, self.folder).make()

    def export(self, out: Path, covered: Covered = ALL) -> Path:
        """Write a bag."""
        exporter = self.exporter
        with exporter.planned(covered) as planned:
            exporter.write(planned, BagFolder(out))
        return out


@contextmanager
def played(settings: Settings, told: Callable[[Settings], Story] = demonstration) -> Iterator[Played]:
    """Return the demonstration: a copy of this run's, or played again; with a final checkpoint."""
    story = told(settings)
    acquis = story.acquis
    projecting = Database(acquis.server.dsn, role="acquis_projector", size=2)
    folder = CheckpointFolder(settings.data / "checkpoints")
    signer = Signer.generate(origin_of(Tree(projecting)))
    folder.add_key(signer.key)
    try:
        made = Played(acquis=acquis, story=story, projecting=projecting, signer=signer, folder=folder)
        made.checkpoint()
        yield made
    finally:
        projecting.close()
        acquis.close()
