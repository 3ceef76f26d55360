from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar
from uuid import UUID

from domain.commands.jury.marks_before_the_jury import to_rule_on
from domain.jury.decision_context import DecisionContext
from domain.jury.deliberation import Deliberation
from domain.jury.facts import BlockGranted, BlockNotGranted, DecisionVoted, KeyedFromPaper, TitlePronounced
from domain.jury.vote import VoteOutcome
from domain.ports import CandidacyId, Find, Log, Role, SessionId
from domain.register.carrying_over import titles_elsewhere
from domain.streams.read_back import Again, Append, if_said


@dataclass(frozen=True, kw_only=True)
class BlockDecision:
    """The jury's decision on one block, as keyed; the reason and the advice go with a block not granted."""

    block: int
    granted: bool
    reason: str | None = None
    advice: str | None = None


def _outcome(append: Append) -> VoteOutcome:
    return append.one(DecisionVoted).outcome


def _decisions(append: Append) -> tuple[BlockDecision, ...]:
    said = (told.fact for told in append.told if isinstance(told.fact, BlockGranted | BlockNotGranted))
    return tuple(
        BlockDecision(block=fact.block, granted=True)
        if isinstance(fact, BlockGranted)
        else BlockDecision(block=fact.block, granted=False, reason=if_said(fact.reason), advice=if_said(fact.advice))
        for fact in said
    )


@dataclass(frozen=True, kw_only=True)
class RecordDecision:
    """Record the outcome of the vote on a candidate and what it decided, in one act (consigner la décision).

    `outcome` is how the vote came out, never who voted what. Where the chair's vote settled a tie, `abstentions` is
    how many of the panel abstained: the others must be an even number. `decisions` are the blocks granted or not,
    `title` whether the title is pronounced. A vote without a majority decides nothing. The chair sends it, or the
    registrar from signed paper. Loads the deliberation, what `to_rule_on` loads and, where the title is pronounced,
    what `titles_elsewhere` reads.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (DecisionVoted, BlockGranted, BlockNotGranted, TitlePronounced, KeyedFromPaper)
    again: ClassVar[Again] = {
        "outcome": _outcome,
        "decisions": _decisions,
        "title": lambda append: bool(append.of(TitlePronounced)),
    }
    session: SessionId
    candidacy: CandidacyId
    outcome: VoteOutcome
    abstentions: int | None = None
    decisions: tuple[BlockDecision, ...] = ()
    title: bool = False

    @property
    def subject(self) -> UUID:
        """The stream that the user was shown, whose version is checked."""
        return Deliberation.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        """Record DecisionVoted, a BlockGranted or BlockNotGranted for each block, and TitlePronounced.

        For a session held on paper, KeyedFromPaper before them.
        """
        context, marks = to_rule_on(log, self.session, self.candidacy)
        deliberation = log.find(Deliberation, self.subject)
        voted = deliberation.vote(context, self.outcome, self.abstentions, decides=bool(self.decisions) or self.title)
        log.record(deliberation, *deliberation.keyed(context.session, self.candidacy, log.actor.who), voted)
        for decision in self.decisions:
            fact: BlockGranted | BlockNotGranted
            if decision.granted:
                fact = deliberation.grant(context, decision.block, marks)
            else:
                fact = deliberation.refuse(context, decision.block, marks, decision.reason, decision.advice)
            log.record(deliberation, fact)
            deliberation = deliberation.evolve(fact)
        if self.title:
            log.record(deliberation, deliberation.pronounce(_with_titles_elsewhere(log.find, context)))


def _with_titles_elsewhere(find: Find, context: DecisionContext) -> DecisionContext:
    elsewhere = list(titles_elsewhere(find, context.candidacy, context.candidacy.terms.option))
    return replace(
        context,
        title_before=context.title_before or any(said.title for said in elsewhere),
        fallen_titles=frozenset(said.id for said in elsewhere),
    )
