from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.candidacy_life import seek
from domain.candidacy.facts import BlocksSought
from domain.commands.candidacy.admission import check_admits
from domain.deadlines.last_step import course
from domain.jury.access import reach
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class SeekBlocks:
    """Seek more blocks than before, or with none named the whole certification (demander d'autres blocs).

    Loads the candidacy, its juries, and what an admission relies on, its place in the year apart.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    records: ClassVar = (BlocksSought,)
    candidacy: CandidacyId
    blocks: tuple[int, ...]

    @property
    def subject(self) -> CandidacyId:
        """What the user was shown."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        candidacy = reach(log, self.candidacy)
        framework = check_admits(log, candidacy.terms)
        juries = course(log, candidacy)
        log.record(candidacy, seek(candidacy.terms.blocks, self.blocks, framework.content, juries, log.today))
