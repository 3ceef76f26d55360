"""Where does a candidate stand, and why?

One pure fold over the facts of one candidacy's dossier. Projections, as-of, what-if and the verifier all call it;
the same facts give the same standing. Every line names the positions of the facts that made it so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.assessment import AssessmentFiled, CompetenceAssessed
from domain.candidacy import CandidacyOpened, EvidenceSubmitted
from domain.deliberation import BlockGranted, BlockNotGranted, CompetenceRuled, JurorRecused, TitlePronounced
from domain.evidence import EvidenceRedirected, EvidenceWithdrawn
from domain.fact import Fact, Told
from domain.framework import Block, Definition
from domain.jury import ResultsReleased, SessionOpened
from domain.ports import EvidenceId, PersonId, SessionId
from domain.rulebook import Rules


class CompetenceState(StrEnum):
    """How far a competence has got."""

    NO_EVIDENCE = "no_evidence"
    EVIDENCED = "evidenced"
    ASSESSED = "assessed"
    RULED = "ruled"


class BlockState(StrEnum):
    """What a jury decided of a block."""

    GRANTED = "granted"
    NOT_GRANTED = "not_granted"
    NOT_DECIDED = "not_decided"


class Outcome(StrEnum):
    """The whole: derived from the blocks granted and the title pronounced, never recorded."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"
    IN_PROGRESS = "in_progress"


@dataclass(frozen=True, kw_only=True)
class CompetenceLine:
    """One competence: its state, whether acquired (None until someone said), and the facts behind it."""

    number: int
    block: int
    state: CompetenceState
    acquired: bool | None
    positions: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class BlockLine:
    """One block: what was decided, when and by which session, or the nearest way to get it.

    `acquired` counts competences that a jury ruled acquired; `missing_mandatory` and `others_needed` are the
    nearest way to meet the rule from there.
    """

    number: int
    state: BlockState
    acquired: int
    required: int
    missing_mandatory: tuple[int, ...]
    others_needed: int
    session: SessionId | None
    decided_on: date | None
    positions: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where one candidacy stands: each competence, each block, the whole."""

    outcome: Outcome
    title_on: date | None
    competences: tuple[CompetenceLine, ...]
    blocks: tuple[BlockLine, ...]
    positions: tuple[int, ...]


@dataclass(slots=True)
class _Session:
    opened_on: date | None = None
    released: int | None = None


@dataclass(slots=True)
class _Decision:
    session: SessionId
    said: bool
    position: int


@dataclass(slots=True)
class _Competence:
    evidence: dict[EvidenceId, int] = field(default_factory=dict)
    marks: dict[PersonId, tuple[bool, int]] = field(default_factory=dict)
    rulings: list[_Decision] = field(default_factory=list)


class Fold:
    """The standing of one candidacy while its facts are read, in order of position."""

    def __init__(self, framework: Definition, rulebook: Rules) -> None:
        """Start from nothing, under one framework version and one rulebook version."""
        self.framework: Final = framework
        self.rulebook: Final = rulebook
        self.candidate: PersonId | None = None
        self._competences = {number: _Competence() for number in sorted(framework.numbers)}
        self._blocks: dict[int, list[_Decision]] = {block.number: [] for block in framework.blocks}
        self._title: list[_Decision] = []
        self._sessions: dict[SessionId, _Session] = {}
        self._filed: dict[PersonId, int] = {}

    def add(self, told: Told) -> None:
        """Read one more fact. Facts that change no standing are passed over."""
        self.read(told.fact, told.stamp.stream, told.stamp.position)

    def read(self, fact: Fact, stream: UUID, position: int) -> None:  # noqa: C901, PLR0912 (one case a fact)
        """Read one more fact, recorded in `stream` at `position`."""
        match fact:
            case CompetenceRuled(competence=number, session=session, acquired=acquired):
                self._competences[number].rulings.append(_Decision(session, acquired, position))
            case EvidenceSubmitted(evidence=evidence, competences=numbers):
                for number in numbers:
                    self._competences[number].evidence[evidence] = position
            case CompetenceAssessed(assessor=assessor, competence=number, mark=mark):
                acquired = self.rulebook.marks[mark].acquired
                self._competences[number].marks[assessor] = (acquired, position)
            case AssessmentFiled(assessor=assessor):
                self._filed[assessor] = position
            case BlockGranted(block=block, session=session):
                self._blocks[block].append(_Decision(session, True, position))  # noqa: FBT003 (granted)
            case BlockNotGranted(block=block, session=session):
                self._blocks[block].append(_Decision(session, False, position))  # noqa: FBT003 (not granted)
            case TitlePronounced(session=session):
                self._title.append(_Decision(session, True, position))  # noqa: FBT003 (pronounced)
            case JurorRecused(session=session):
                self._to_be_ruled_again(session)
            case SessionOpened(opened_on=opened_on):
                self._session(stream).opened_on = opened_on
            case ResultsReleased():
                self._session(stream).released = self._session(stream).released or position
            case EvidenceRedirected(competences=numbers):
                self._forget(stream)
                for number in numbers:
                    self._competences[number].evidence[EvidenceId(stream)] = position
            case EvidenceWithdrawn():
                self._forget(stream)
            case CandidacyOpened(candidate=candidate):
                self.candidate = candidate
            case _:
                pass

    def _to_be_ruled_again(self, session: SessionId) -> None:
        """Drop what a jury ruled before one of its members stepped out, but for the blocks it has decided."""
        for number, competence in self._competences.items():
            if all(decision.session != session for decision in self._blocks[self.framework.block_of[number].number]):
                competence.rulings = [ruling for ruling in competence.rulings if ruling.session != session]

    def _session(self, stream: UUID) -> _Session:
        return self._sessions.setdefault(SessionId(stream), _Session())

    def _forget(self, evidence: UUID) -> None:
        for competence in self._competences.values():
            competence.evidence.pop(EvidenceId(evidence), None)

    def standing(self, *, provisional: bool) -> Standing:
        """The standing now; `provisional` also counts marks and rulings whose results are not released yet."""
        competences = tuple(self.competence(number, provisional=provisional) for number in self._competences)
        blocks = tuple(self.block(block, provisional=provisional) for block in self.framework.blocks)
        title = self._last(self._title, provisional=provisional)
        positions = {position for line in competences for position in line.positions}
        positions.update(position for line in blocks for position in line.positions)
        if title:
            positions.add(title.position)
        return Standing(
            outcome=self.outcome(provisional=provisional),
            title_on=self._day(title),
            competences=competences,
            blocks=blocks,
            positions=tuple(sorted(positions)),
        )

    def competence(self, number: int, *, provisional: bool) -> CompetenceLine:
        """One competence now: the last ruling, else the marks filed (provisional), else the evidence."""
        facts = self._competences[number]
        state, acquired, positions = CompetenceState.NO_EVIDENCE, None, tuple(facts.evidence.values())
        if positions:
            state = CompetenceState.EVIDENCED
        marks = [mark for assessor, mark in facts.marks.items() if assessor in self._filed]
        if marks and provisional:
            state, acquired = CompetenceState.ASSESSED, all(said for said, _ in marks)
            positions += tuple(position for _, position in marks)
        ruling = self._last(facts.rulings, provisional=provisional)
        if ruling:
            state, acquired = CompetenceState.RULED, ruling.said
            positions += (ruling.position,)
        return CompetenceLine(
            number=number,
            block=self.framework.block_of[number].number,
            state=state,
            acquired=acquired,
            positions=tuple(sorted(positions)),
        )

    def block(self, block: Block, *, provisional: bool) -> BlockLine:
        """One block now: granted once is granted for good, whatever a later jury said."""
        decisions = [d for d in self._blocks[block.number] if self._shown(d, provisional=provisional)]
        grants = [d for d in decisions if d.said]
        if not provisional:
            grants.sort(key=self._released)  # the one made known first stands, whatever is released later
        decision = next(iter(grants or decisions[-1:]), None)
        state = BlockState.NOT_DECIDED
        if decision:
            state = BlockState.GRANTED if decision.said else BlockState.NOT_GRANTED
        rulings = self._of_one_jury(block, provisional=provisional)
        acquired = frozenset(number for number, ruling in rulings.items() if ruling.said)
        missing, others = block.rule.nearest(acquired, block.competences)
        granted = state is BlockState.GRANTED
        positions = {ruling.position for ruling in rulings.values()} | ({decision.position} if decision else set())
        return BlockLine(
            number=block.number,
            state=state,
            acquired=len(acquired),
            required=block.rule.required,
            missing_mandatory=() if granted else missing,
            others_needed=0 if granted else others,
            session=decision.session if decision else None,
            decided_on=self._day(decision),
            positions=tuple(sorted(positions)),
        )

    def _of_one_jury(self, block: Block, *, provisional: bool) -> dict[int, _Decision]:
        """The rulings of the jury that ruled last on this block: each jury grants on its own rulings alone."""
        rulings = {
            number: ruling
            for number in block.competences
            if (ruling := self._last(self._competences[number].rulings, provisional=provisional))
        }
        last = max(rulings.values(), key=lambda ruling: ruling.position, default=None)
        return {number: ruling for number, ruling in rulings.items() if last and ruling.session == last.session}

    def outcome(self, *, provisional: bool) -> Outcome:
        """The whole: full with the title, partial with a block, none when decided without any."""
        if self._last(self._title, provisional=provisional):
            return Outcome.FULL
        decided = [
            any(d.said for d in shown)
            for decisions in self._blocks.values()
            if (shown := [d for d in decisions if self._shown(d, provisional=provisional)])
        ]
        if any(decided):
            return Outcome.PARTIAL
        return Outcome.NONE if decided else Outcome.IN_PROGRESS

    def _shown(self, decision: _Decision, *, provisional: bool) -> bool:
        if provisional:
            return True
        session = self._sessions.get(decision.session)
        return session is not None and session.released is not None

    def _released(self, decision: _Decision) -> int:
        """The position at which a decision was made known; only asked of those that were."""
        return max(self._sessions[decision.session].released or 0, decision.position)

    def _last(self, decisions: list[_Decision], *, provisional: bool) -> _Decision | None:
        for decision in reversed(decisions):
            if self._shown(decision, provisional=provisional):
                return decision
        return None

    def _day(self, decision: _Decision | None) -> date | None:
        session = self._sessions.get(decision.session) if decision else None
        return session.opened_on if session else None


def fold(framework: Definition, rulebook: Rules, facts: Iterable[Told]) -> Fold:
    """Fold the facts of one candidacy's dossier, in order of position."""
    running = Fold(framework, rulebook)
    for told in facts:
        running.add(told)
    return running


def standing(framework: Definition, rulebook: Rules, facts: Iterable[Told], *, provisional: bool = True) -> Standing:
    """Where the candidacy stands after these facts; `provisional` shows what is not released yet."""
    return fold(framework, rulebook, facts).standing(provisional=provisional)
