"""How does a jury grant or refuse blocks?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.deliberation import BlockGranted, BlockNotGranted, Deliberation, UnknownBlock, before
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class BlockDecision:
    """What the jury decides of one block, as keyed; the reason and the advice go with a block not granted."""

    block: int
    granted: bool
    reason: str | None = None
    advice: str | None = None


@dataclass(frozen=True, kw_only=True)
class DecideBlocks:
    """Grant or refuse blocks (accorder ou non des blocs). Loads what every decision relies on, the deliberation."""

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    session: SessionId
    candidacy: CandidacyId
    decisions: tuple[BlockDecision, ...]

    @property
    def subject(self) -> UUID:
        """What the user was shown."""
        return Deliberation.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        """Record a BlockGranted or BlockNotGranted for each decision."""
        if not self.decisions:
            raise UnknownBlock
        hearing = before(log, self.session, self.candidacy)
        deliberation = log.find(Deliberation, self.subject)
        for decision in self.decisions:
            fact: BlockGranted | BlockNotGranted
            if decision.granted:
                fact = deliberation.grant(hearing, decision.block)
            else:
                fact = deliberation.refuse(hearing, decision.block, decision.reason, decision.advice)
            log.record(deliberation, fact)
            deliberation = deliberation.evolve(fact)
