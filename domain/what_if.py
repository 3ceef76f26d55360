"""What if? Where would a candidacy stand after its facts and some supposed ones: pure, and nothing is recorded.

Supposed are what a jury would say: a competence acquired or not, a block granted. The supposed rulings join those of
the jury that ruled last on their block, since each jury grants on its own rulings alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from domain.candidacy import AlreadyDecided, CandidacyOpened, check_competences
from domain.deliberation import BlockGranted, BlockRuleNotMet, CompetenceRuled, RuledTwice, UnknownBlock
from domain.fact import Fact, Stamp, Told, stream_of
from domain.framework import Block, Definition
from domain.jury import ResultsReleased
from domain.ports import CandidacyId, SessionId
from domain.refusal import NotFound, Refused
from domain.rulebook import Rules
from domain.standing import BlockState, Fold, fold
from domain.why import SUPPOSED, Why, why

SUPPOSED_SESSION: Final = SessionId(stream_of("supposed session"))
"""The jury that decides what no jury has taken up yet."""

BEYOND: Final = 10**15
"""Where supposed facts stand: after all others, and nowhere that would tell how far a dossier has got in secret."""


class NothingSupposed(Refused):
    """What if is asked of something: a competence acquired or not, a block granted."""

    fr = "Une supposition porte sur quelque chose : une compétence acquise ou non, un bloc accordé."
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class Supposed:
    """What is supposed: competences that a jury would rule acquired, or not, and blocks that it would grant."""

    acquired: frozenset[int] = frozenset()
    not_acquired: frozenset[int] = frozenset()
    granted: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """Where a candidacy stands, where it would stand, and the blocks whose rule would be met, or no longer be."""

    now: Why
    then: Why
    gained: tuple[int, ...]
    lost: tuple[int, ...]


def what_if(
    framework: Definition, rulebook: Rules, facts: Sequence[Told], supposed: Supposed, *, provisional: bool = True
) -> WhatIf:
    """The standing after these facts and what is supposed, beside the one that is.

    Raises NothingSupposed, UnknownCompetence, UnknownBlock, RuledTwice for a competence both acquired and not,
    AlreadyDecided for a block or title that is won already, BlockRuleNotMet for a block that could not be granted
    without what is supposed not acquired.
    """
    running = fold(framework, rulebook, facts)
    _possible(running, supposed, provisional=provisional)
    more = _told(facts, list(_said(running, _candidacy(facts), supposed, provisional=provisional)))
    now = why(framework, rulebook, facts, provisional=provisional)
    then = why(framework, rulebook, [*facts, *more], provisional=provisional)
    before, after = _won(now), _won(then)
    return WhatIf(now=now, then=then, gained=tuple(sorted(after - before)), lost=tuple(sorted(before - after)))


def _possible(running: Fold, supposed: Supposed, *, provisional: bool) -> None:
    """Refuse what no jury could say."""
    framework = running.framework
    competences = supposed.acquired | supposed.not_acquired
    if not competences and not supposed.granted:
        raise NothingSupposed
    if competences:
        check_competences(tuple(sorted(competences)), framework)
    if strangers := supposed.granted - framework.by_number.keys():
        raise UnknownBlock(*sorted(strangers))
    if both := supposed.acquired & supposed.not_acquired:
        raise RuledTwice(*sorted(both))
    if running.pronounced(provisional=provisional):
        raise AlreadyDecided(*sorted(competences | supposed.granted))
    touched = supposed.granted | {framework.block_of[number].number for number in competences}
    for block in (framework.by_number[number] for number in sorted(touched)):
        if running.block(block, provisional=provisional).state is BlockState.GRANTED:
            raise AlreadyDecided(block.number)
        others = frozenset(block.competences) - supposed.not_acquired
        if block.number in supposed.granted and not _could_meet(block, others):
            raise BlockRuleNotMet(block.number)


def _could_meet(block: Block, others: frozenset[int]) -> bool:
    """Whether a block could be granted with these competences, and with whatever marks."""
    return block.rule.rule(block.competences).supposing(reached=True).met_by(others)


def _said(
    running: Fold, candidacy: CandidacyId, supposed: Supposed, *, provisional: bool
) -> Iterator[tuple[SessionId, Fact]]:
    """What juries would say, each with its session."""
    yield SUPPOSED_SESSION, ResultsReleased()
    for number in sorted(supposed.acquired | supposed.not_acquired):
        rulings = running.counted(running.framework.block_of[number], provisional=provisional)
        session = next((ruling.session for ruling in rulings.values()), SUPPOSED_SESSION)
        acquired = number in supposed.acquired
        ruling = rulings.get(number)  # its mark is not supposed to change
        fact = CompetenceRuled(
            session=session,
            candidacy=candidacy,
            competence=number,
            acquired=acquired,
            worth=ruling.worth if ruling else None,
        )
        yield session, fact
    for number in sorted(supposed.granted):
        yield SUPPOSED_SESSION, BlockGranted(session=SUPPOSED_SESSION, candidacy=candidacy, block=number)


def _told(facts: Sequence[Told], said: Sequence[tuple[SessionId, Fact]]) -> Iterator[Told]:
    """Supposed facts as the log would tell them, after all others."""
    for place, (session, fact) in enumerate(said):
        stamp: Stamp = replace(facts[0].stamp, stream=session, position=BEYOND + place, by=None, role=SUPPOSED)
        yield Told(fact=fact, stamp=stamp)


def _candidacy(facts: Sequence[Told]) -> CandidacyId:
    """Whose dossier it is; raises NotFound when it was not opened."""
    for told in facts:
        if isinstance(told.fact, CandidacyOpened):
            return CandidacyId(told.stamp.stream)
    raise NotFound


def _won(answer: Why) -> set[int]:
    return {block.number for block in answer.blocks if block.met or block.state is BlockState.GRANTED}
