"""What-if: the standing of a candidacy after its facts and hypothetical ones; pure, nothing is recorded.

Hypotheses are a jury's rulings (a competence acquired or not, a block granted), the absence of facts, or another
version. Hypothetical rulings join those of the jury that ruled last on their block, since each jury grants on its own
rulings alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from domain.candidacy.candidacy import AlreadyDecided, check_competences
from domain.candidacy.facts import BlockCarriedOver, CandidacyOpened, CreditFell
from domain.fact import Fact, RecordedFact, Stamp, stream_of
from domain.framework.definition import Block, Definition
from domain.jury.facts import (
    BlockGranted,
    CompetenceRuled,
    DecisionAnnulled,
    DecisionRectified,
    ReleaseWithheld,
    ResultsReleased,
    TitleFell,
    TitlePronounced,
    TitleRestored,
)
from domain.jury.granting import BlockRuleNotMet, UnknownBlock
from domain.jury.ruling import RuledTwice
from domain.ports import CandidacyId, SessionId
from domain.refusal import NotFound, Refused
from domain.rulebook.rules import Rules
from domain.standing.comparison import Changed, Comparison, Under
from domain.standing.consequences import Resting
from domain.standing.dependencies import depending
from domain.standing.law_cited import LawOverTime
from domain.standing.standing import BlockState, Fold, fold, worth
from domain.standing.why import SUPPOSED, StandingExplanation, why

SUPPOSED_SESSION: Final = SessionId(stream_of("supposed session"))
"""The session of the hypothetical jury that decides what no jury has started yet."""

BEYOND: Final = 10**15
"""Position of hypothetical facts: after all others, and independent of the hidden part of a dossier."""


class NothingSupposed(Refused):
    """What if is asked of something: a ruling or a grant more, a fact less, another version."""

    fr = "Une supposition porte sur quelque chose : une décision de plus, un fait de moins, une autre version."
    kind = "invalid"


class NoSuchFact(Refused):
    """What is supposed away is a fact of the dossier that one may read, and not that it was opened."""

    fr = "Ce que l'on suppose absent est un fait du dossier que l'on peut lire, et non son ouverture."
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class Supposed:
    """The hypotheses: juries' rulings and grants, facts left out, another version to judge under.

    `without` names facts by their positions; facts that depend on them are left out too.
    """

    acquired: frozenset[int] = frozenset()
    not_acquired: frozenset[int] = frozenset()
    granted: frozenset[int] = frozenset()
    without: frozenset[int] = frozenset()
    under: Under | None = None


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """The standing now and under the hypotheses, and the blocks whose rule would be met, or no longer be.

    Under another version, blocks gained have its numbers; nothing is granted there, rules are met or not. `fell` are
    the facts that would be missing too, without those left out by hypothesis.
    """

    now: StandingExplanation
    then: StandingExplanation
    gained: tuple[int, ...]
    lost: tuple[int, ...]
    title_gained: bool
    title_lost: bool
    fell: tuple[Resting, ...] = ()


def what_if(
    framework: Definition,
    rulebook: Rules,
    facts: Sequence[RecordedFact],
    supposed: Supposed,
    *,
    provisional: bool = True,
    law: LawOverTime | None = None,
) -> WhatIf:
    """Return the standing under the hypotheses, next to the current one; `law` is cited for both.

    Raises NothingSupposed, NoSuchFact, UnknownCompetence, UnknownBlock, RuledTwice for a competence both acquired and
    not, AlreadyDecided for a block or title that is won already, BlockRuleNotMet for a block that could not be
    granted without what is supposed not acquired.
    """
    candidacy, terms = _opening(facts)
    if not provisional:
        _known_still(facts, supposed.without)
    left = _without(framework, rulebook, facts, supposed.without)
    fell = _fell(facts, left, supposed.without)
    running = fold(framework, rulebook, left)
    _possible(running, supposed, provisional=provisional)
    said = list(_said(running, candidacy, supposed, provisional=provisional))
    left += _told(facts, said)
    now = why(framework, rulebook, facts, provisional=provisional, law=law)
    if supposed.under is None:
        then = why(framework, rulebook, left, provisional=provisional, law=law)
        changed = _changed(now, then)
    else:
        beside = Comparison(framework=terms.framework, now=framework, other=supposed.under)
        then = _judged(beside, rulebook, facts, left, candidacy, provisional=provisional, law=law)
        changed = beside.changed(beside.worth(fold(framework, rulebook, left), provisional=provisional))
    return WhatIf(now=now, then=then, fell=fell, **vars(changed))


def _fell(
    facts: Sequence[RecordedFact], left: Sequence[RecordedFact], without: AbstractSet[int]
) -> tuple[Resting, ...]:
    """Return the facts no longer there, other than those left out by hypothesis."""
    kept = {told.stamp.position for told in left}
    return tuple(
        Resting(position=told.stamp.position, fact=type(told.fact).__name__)
        for told in facts
        if told.stamp.position not in kept | without
    )


def _changed(now: StandingExplanation, then: StandingExplanation) -> Changed:
    before, after = _won(now), _won(then)
    return Changed(
        gained=tuple(sorted(after - before)),
        lost=tuple(sorted(before - after)),
        title_gained=then.title.within_reach and not (now.title.within_reach or now.title.pronounced),
        title_lost=now.title.pronounced and not then.title.pronounced,
    )


def _judged(
    beside: Comparison,
    rulebook: Rules,
    facts: Sequence[RecordedFact],
    left: Sequence[RecordedFact],
    candidacy: CandidacyId,
    *,
    provisional: bool,
    law: LawOverTime | None,
) -> StandingExplanation:
    """Return the explanation under the other version: the same rulings, blocks by correspondences."""
    pairs = zip(left, beside.translated(told.fact for told in left), strict=True)
    kept = [replace(told, fact=fact) for told, fact in pairs if fact is not None]
    won = _granted(fold(beside.now, rulebook, left), provisional=provisional)
    carried = (
        BlockCarriedOver(
            candidacy=candidacy,
            block=block,
            earlier=candidacy,
            framework=beside.framework,
            blocks=each.from_blocks,
            sessions=(),
            granted_on=facts[0].stamp.on,
        )
        for each in beside.leads
        if won.issuperset(each.from_blocks)
        for block in each.to_blocks
    )
    more = _told(facts, [(SUPPOSED_SESSION, fact) for fact in carried], after=len(left))
    return why(beside.then, rulebook, [*kept, *more], provisional=provisional, law=law)


def _known_still(facts: Sequence[RecordedFact], positions: frozenset[int]) -> None:
    """Refuse to leave out the fact that a result is withheld: its absence would reveal the result."""
    if waits := [
        told.stamp.position
        for told in facts
        if told.stamp.position in positions and isinstance(told.fact, ReleaseWithheld)
    ]:
        raise NoSuchFact(*waits)


def _without(
    framework: Definition, rulebook: Rules, facts: Sequence[RecordedFact], positions: frozenset[int]
) -> list[RecordedFact]:
    """Return the facts except those at these positions and those that depend on them.

    These are facts that could not have been recorded without them (`domain.standing.dependencies`), grants whose rule
    the rulings of their jury no longer meet, titles whose blocks are missing then, and their entries and
    certificates. Without the fact that annulled or changed a decision, a title lost with a block is in force again if
    the block is.
    """
    gone = [told.fact for told in facts if told.stamp.position in positions]
    if len(gone) < len(positions) or any(isinstance(fact, CandidacyOpened) for fact in gone):
        raise NoSuchFact(*sorted(positions))
    if not positions:
        return list(facts)
    left = depending(facts, [told for told in facts if told.stamp.position not in positions], framework)
    unfounded = _unfounded(fold(framework, rulebook, facts), fold(framework, rulebook, left))
    left = [replace(told, fact=fact) for told in left if (fact := _founded(told.fact, unfounded))]
    running = fold(framework, rulebook, left)
    if not framework.title_of(running.title_option).met_by(_granted(running)):
        if running.pronounced(provisional=True):  # remove the restoration first: the title was pronounced before it
            left = [told for told in left if not isinstance(told.fact, TitleRestored)]
            running = fold(framework, rulebook, left)
        if running.pronounced(provisional=True):  # a title already lost changes nothing
            left = [replace(told, fact=fact) for told in left if (fact := _untitled(told.fact))]
    elif _undone(facts, left):
        left = [told for told in left if not isinstance(told.fact, TitleFell)]
    return depending(facts, left, framework)


def _undone(facts: Sequence[RecordedFact], left: Sequence[RecordedFact]) -> bool:
    """Return whether a fact that annulled or changed a decision is left out."""
    kept = {told.stamp.position for told in left}
    falls = DecisionAnnulled | DecisionRectified | CreditFell
    return any(isinstance(told.fact, falls) for told in facts if told.stamp.position not in kept)


def _untitled(fact: Fact) -> Fact | None:
    """Return the fact without the title that it gives; None when it gives nothing else."""
    if isinstance(fact, DecisionRectified) and fact.title:
        return replace(fact, title=None)
    return None if isinstance(fact, TitlePronounced) else fact


def _granted(running: Fold, *, provisional: bool = True) -> frozenset[int]:
    """Return the blocks that count as granted."""
    decided = {block.number: running.decided(block, provisional=provisional) for block in running.framework.blocks}
    return frozenset(number for number, decision in decided.items() if decision and decision.said)


def _unfounded(whole: Fold, left: Fold) -> frozenset[tuple[SessionId, int]]:
    """Return the grants, by jury and block, whose rule that jury's rulings no longer meet."""
    found = set[tuple[SessionId, int]]()
    for block in left.framework.blocks:
        decision = left.decided(block, provisional=True)
        if decision and decision.said:
            before, after = (_met(each, block, decision.session) for each in (whole, left))
            if before and not after:
                found.add((decision.session, block.number))
    return frozenset(found)


def _met(running: Fold, block: Block, session: SessionId) -> bool:
    """Return whether the granting jury's rulings meet a block's rule."""
    counted = running.counted(block, provisional=True)
    rulings = {number: ruling for number, ruling in counted.items() if ruling.session == session}
    acquired = frozenset(number for number, ruling in rulings.items() if ruling.said)
    return block.rule.met_by(acquired, block.competences, worth(rulings))


def _founded(fact: Fact, unfounded: AbstractSet[tuple[SessionId, int]]) -> Fact | None:
    """Return the fact without the unfounded grants; None when nothing is left of it."""
    match fact:
        case BlockGranted(session=session, block=block):
            return None if (session, block) in unfounded else fact
        case DecisionRectified(session=session, granted=granted):
            return replace(fact, granted=tuple(block for block in granted if (session, block) not in unfounded))
        case _:
            return fact


def _possible(running: Fold, supposed: Supposed, *, provisional: bool) -> None:
    """Refuse hypotheses that no jury could decide."""
    framework = running.framework
    competences = supposed.acquired | supposed.not_acquired
    if not competences and not supposed.granted and not supposed.without and supposed.under is None:
        raise NothingSupposed
    if competences:
        check_competences(tuple(sorted(competences)), framework)
    if strangers := supposed.granted - framework.by_number.keys():
        raise UnknownBlock(*sorted(strangers))
    if both := supposed.acquired & supposed.not_acquired:
        raise RuledTwice(*sorted(both))
    if (competences or supposed.granted) and running.pronounced(provisional=provisional):
        raise AlreadyDecided(*sorted(competences | supposed.granted))
    touched = supposed.granted | {framework.block_of[number].number for number in competences}
    for block in (framework.by_number[number] for number in sorted(touched)):
        if running.block(block, provisional=provisional).state is BlockState.GRANTED:
            raise AlreadyDecided(block.number)
        others = frozenset(block.competences) - supposed.not_acquired
        if block.number in supposed.granted and not _could_meet(block, others):
            raise BlockRuleNotMet(block.number, sheet=framework.code)


def _could_meet(block: Block, others: frozenset[int]) -> bool:
    """Return whether a block could be granted with these competences, and any marks."""
    return block.rule.rule(block.competences).supposing(reached=True).met_by(others)


def _said(
    running: Fold, candidacy: CandidacyId, supposed: Supposed, *, provisional: bool
) -> Iterator[tuple[SessionId, Fact]]:
    """Yield the hypothetical decisions of juries, each with its session."""
    if supposed.acquired or supposed.not_acquired or supposed.granted:
        yield SUPPOSED_SESSION, ResultsReleased(released_on=date.max)
    for number in sorted(supposed.acquired | supposed.not_acquired):
        rulings = running.counted(running.framework.block_of[number], provisional=provisional)
        session = next((ruling.session for ruling in rulings.values()), SUPPOSED_SESSION)
        acquired = number in supposed.acquired
        ruling = rulings.get(number)  # the hypothesis keeps its mark
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


def _told(
    facts: Sequence[RecordedFact], said: Sequence[tuple[SessionId, Fact]], after: int = 0
) -> Iterator[RecordedFact]:
    """Yield hypothetical facts as recorded ones, after all others."""
    for place, (session, fact) in enumerate(said, after):
        stamp: Stamp = replace(facts[0].stamp, stream=session, position=BEYOND + place, by=None, role=SUPPOSED)
        yield RecordedFact(fact=fact, stamp=stamp)


def _opening(facts: Sequence[RecordedFact]) -> tuple[CandidacyId, CandidacyOpened]:
    """Return the candidacy and its opening; raise NotFound without an opening."""
    for told in facts:
        if isinstance(told.fact, CandidacyOpened):
            return CandidacyId(told.stamp.stream), told.fact
    raise NotFound


def _won(answer: StandingExplanation) -> set[int]:
    return {block.number for block in answer.blocks if block.met or block.state is BlockState.GRANTED}
