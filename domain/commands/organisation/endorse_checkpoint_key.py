from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.organisation.facts import CheckpointKeyEndorsed, Occasion
from domain.organisation.organisation import Organisation
from domain.ports import Log, Role


@dataclass(frozen=True, kw_only=True)
class EndorseCheckpointKey:
    """Endorse a key that will sign checkpoints (endosser une clé de scellement). Loads the register keeper."""

    roles: ClassVar = frozenset({Role.ADMIN, Role.OPERATOR})
    records: ClassVar = (CheckpointKeyEndorsed,)
    key: str
    replaces: str | None
    occasion: Occasion

    def execute(self, log: Log) -> None:
        keeper = log.find(Organisation, Organisation.keeper())
        log.record(keeper, keeper.endorse(self.key, self.replaces, self.occasion))
