from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.commands.jury.marks_before_the_jury import to_rule_on
from domain.jury.deliberation import Deliberation
from domain.jury.facts import BlockGranted, BlockNotGranted, KeyedFromPaper
from domain.jury.granting import UnknownBlock
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.replay.read_back import Again, Append, if_said


@dataclass(frozen=True, kw_only=True)
class BlockDecision:
    """What the jury decides of one block, as keyed; the reason and the advice go with a block not granted."""

    block: int
    granted: bool
    reason: str | None = None
    advice: str | None = None


def _decisions(append: Append) -> tuple[BlockDecision, ...]:
    said = (told.fact for told in append.told if isinstance(told.fact, BlockGranted | BlockNotGranted))
    return tuple(
        BlockDecision(block=fact.block, granted=True)
        if isinstance(fact, BlockGranted)
        else BlockDecision(block=fact.block, granted=False, reason=if_said(fact.reason), advice=if_said(fact.advice))
        for fact in said
    )


@dataclass(frozen=True, kw_only=True)
class DecideBlocks:
    """Grant or refuse blocks (accorder ou non des blocs). Loads the deliberation, and what `to_rule_on` gathers."""

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (BlockGranted, BlockNotGranted, KeyedFromPaper)
    again: ClassVar[Again] = {"decisions": _decisions}
    session: SessionId
    candidacy: CandidacyId
    decisions: tuple[BlockDecision, ...]

    @property
    def subject(self) -> UUID:
        """What the user was shown."""
        return Deliberation.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        """Record a BlockGranted or BlockNotGranted for each decision.

        KeyedFromPaper before it, of a session held on paper.
        """
        if not self.decisions:
            raise UnknownBlock
        context, marks = to_rule_on(log, self.session, self.candidacy)
        deliberation = log.find(Deliberation, self.subject)
        log.record(deliberation, *deliberation.keyed(context.session, self.candidacy, log.actor.who))
        for decision in self.decisions:
            fact: BlockGranted | BlockNotGranted
            if decision.granted:
                fact = deliberation.grant(context, decision.block, marks)
            else:
                fact = deliberation.refuse(context, decision.block, marks, decision.reason, decision.advice)
            log.record(deliberation, fact)
            deliberation = deliberation.evolve(fact)
