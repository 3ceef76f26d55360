"""How does a candidate seek more blocks?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.access import reach
from domain.candidacy_life import seek
from domain.framework import Framework
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class SeekBlocks:
    """Seek more blocks than before, or with none named the whole certification (demander d'autres blocs).

    Loads the candidacy and its framework.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    candidacy: CandidacyId
    blocks: tuple[int, ...] = ()

    def execute(self, log: Log) -> None:
        """Record BlocksSought."""
        candidacy = reach(log, self.candidacy)
        framework = log.load(Framework, candidacy.terms.framework).content
        log.record(candidacy, seek(candidacy.terms.blocks, self.blocks, framework))
