"""The standing of a candidacy, folded from the facts of its dossier.

The fold is a pure function. Projections, as-of queries, what-if and the verifier all call it; the same facts give the
same standing. Each line gives the positions of the facts it comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Final
from uuid import UUID

from domain.assessment.agreement import FiledMark, agree
from domain.assessment.facts import AssessmentFiled, AssessmentReopened, CompetenceAssessed
from domain.candidacy.facts import (
    AssessorAssigned,
    AssessorReleased,
    BlockCarriedOver,
    BlockSatisfied,
    BlocksSought,
    CandidacyOpened,
    CreditFell,
    CreditRestored,
    EvidenceSubmitted,
    Fall,
    ValidationFileSubmitted,
)
from domain.evidence.facts import (
    EvidenceCleared,
    EvidenceQuarantined,
    EvidenceRedirected,
    EvidenceRejected,
    EvidenceWithdrawn,
)
from domain.fact import Fact, RecordedFact, stream_of
from domain.framework.block_rule import Rule
from domain.framework.definition import Block, Definition
from domain.framework.scale import Mark, Marking
from domain.fraud.facts import FindingLifted, SanctionPronounced
from domain.jury.facts import (
    BlockGranted,
    BlockNotGranted,
    CandidateFreed,
    CompetenceProposed,
    CompetenceRuled,
    DecisionAnnulled,
    DecisionRectified,
    DecisionRestored,
    DecisionTakenBack,
    DeliberationReopened,
    JurorRecused,
    ReleaseResumed,
    ReleaseWithheld,
    ResultsReleased,
    SessionOpened,
    TitleFell,
    TitlePronounced,
    TitleRestored,
)
from domain.ports import PersonId, SessionId
from domain.rulebook.rules import Rules

ELSEWHERE: Final = SessionId(stream_of("elsewhere"))
"""Placeholder session for blocks counted without a jury of this candidacy; they are visible to every reader."""


class CompetenceState(StrEnum):
    """The stage that a competence has reached."""

    NO_EVIDENCE = "no_evidence"
    EVIDENCED = "evidenced"
    ASSESSED = "assessed"
    RULED = "ruled"


_NO_EVIDENCE, _EVIDENCED, _ASSESSED, _RULED = CompetenceState


class BlockState(StrEnum):
    """The decision on a block, or that the candidate does not seek it."""

    GRANTED = "granted"
    NOT_GRANTED = "not_granted"
    NOT_DECIDED = "not_decided"
    NOT_SOUGHT = "not_sought"


class Outcome(StrEnum):
    """The overall outcome: derived from the blocks granted and the title pronounced, never recorded."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"
    IN_PROGRESS = "in_progress"


@dataclass(frozen=True, kw_only=True)
class CompetenceLine:
    """One competence: its state, whether acquired (None until someone gave an opinion), and the facts behind it."""

    number: int
    block: int
    state: CompetenceState
    acquired: bool | None
    positions: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class BlockLine:
    """One block: the decision, its day and session, or the shortest way to obtain it.

    `acquired` counts competences that a jury ruled acquired; `missing_mandatory` and `others_needed` are the shortest
    way to meet the rule from there, empty for a block that is not sought. A block won elsewhere has no session.
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
    """The standing of one candidacy: each competence, each block, the outcome.

    `option` is the code of the option chosen now, `title_option` that of the title pronounced.
    """

    outcome: Outcome
    title_on: date | None
    competences: tuple[CompetenceLine, ...]
    blocks: tuple[BlockLine, ...]
    positions: tuple[int, ...]
    option: str | None = None
    title_option: str | None = None


_Key = int
"""A UUID's `int`: as the key of a dict it is hashed and compared in C, where a UUID's own methods are Python's."""


@dataclass(slots=True)
class _Session:
    opened_on: date | None = None
    opened_at: int = 0
    released: int | None = None
    said_released: int | None = None
    withheld: bool = False


@dataclass(slots=True)
class RecordedDecision:
    """One jury's yes or no, on a competence, a block or the title, and its position in the log.

    `since` is the position of its first decision: a rectified decision keeps its place among juries. A block won
    elsewhere has its day in `on`, and no session here (`ELSEWHERE`). `worth` is a ruling's value in a mean, in
    hundredths of a point; `option` is that of a title.
    """

    session: SessionId
    said: bool
    position: int
    since: int
    worth: int | None = None
    on: date | None = None
    option: str | None = None


_Given = dict[_Key, tuple[PersonId, Mark, int]]
_Marks = tuple[_Given, _Given]
"""The marks of a competence, by assessor: as given, and as handed in."""


@dataclass(slots=True)
class _Competence:
    evidence: dict[_Key, int] = field(default_factory=dict)
    marks: _Given = field(default_factory=dict)
    handed: _Given = field(default_factory=dict)
    proposals: list[RecordedDecision] = field(default_factory=list)
    rulings: list[RecordedDecision] = field(default_factory=list)


@dataclass(slots=True)
class _Fallen:
    """The results not in force now: decisions and titles of sessions, credits by position."""

    decisions: set[_Key] = field(default_factory=set)
    titles: set[_Key] = field(default_factory=set)
    credits: set[int] = field(default_factory=set)

    def has(self, decision: RecordedDecision) -> bool:
        """Return whether the decision is not in force."""
        return decision.session.int in self.decisions or decision.position in self.credits


class _Readers(dict[type[Fact], Callable[["Fold", Any, UUID, int], None]]):
    """The method that reads each kind of fact; a lookup, since a `match` would try its cases in turn."""

    def __missing__(self, kind: type[Fact]) -> Callable[[Fold, Any, UUID, int], None]:
        """Return the method of a base class; facts that change no standing are ignored."""
        self[kind] = next((self[each] for each in kind.__mro__ if each in self), _pass_over)
        return self[kind]


def _pass_over(_fold: Fold, _fact: Fact, _stream: UUID, _position: int) -> None:
    pass


class Fold:
    """The standing of one candidacy while its facts are read, in order of position."""

    def __init__(self, framework: Definition, rulebook: Rules) -> None:
        """Start without facts, under one framework version and one rulebook version."""
        self.framework: Final = framework
        self.rulebook: Final = rulebook
        self.candidate: PersonId | None = None
        self._competences = {number: _Competence() for number in sorted(framework.numbers)}
        self._blocks: dict[int, list[RecordedDecision]] = {block.number: [] for block in framework.blocks}
        self._title: list[RecordedDecision] = []
        self._sought = frozenset(self._blocks)
        self.option: str | None = None
        self._serves: dict[_Key, tuple[int, ...]] = {}
        self._frozen: set[_Key] = set()
        self._aside: dict[_Key, dict[int, int]] = {}
        self._sessions: dict[_Key, _Session] = {ELSEWHERE.int: _Session(released=0)}
        self._fallen = _Fallen()
        self._voided: dict[tuple[UUID, str], dict[int, _Marks]] = {}
        self._third: set[tuple[_Key, int]] = set()
        self._stepped_down: dict[_Key, set[int]] = {}
        """Assessors who stepped down, and the competences to which each was assigned again since."""
        self._markings: dict[int, Marking] = {
            number: marking
            for number in (self._competences if rulebook.markings else ())
            if (marking := rulebook.marking(number, framework))
        }

    def add(self, told: RecordedFact) -> None:
        """Read one more fact; facts that change no standing are ignored."""
        self.read(told.fact, told.stamp.stream, told.stamp.position)

    def read(self, fact: Fact, stream: UUID, position: int) -> None:
        """Read one more fact, recorded in `stream` at `position`."""
        self._READERS[type(fact)](self, fact, stream, position)

    def _opened(self, fact: CandidacyOpened, _stream: UUID, _position: int) -> None:
        self.candidate = fact.candidate
        self._seeks(fact, _stream, _position)

    def _seeks(self, fact: CandidacyOpened | BlocksSought, _stream: UUID, _position: int) -> None:
        self._sought, self.option = self.framework.sought(fact.blocks, fact.option), fact.option

    def _submitted(self, fact: EvidenceSubmitted, _stream: UUID, position: int) -> None:
        if fact.filed and fact.replaces is not None:  # it replaces that piece in the file
            self._forget(fact.replaces.int)
            self._frozen.add(fact.evidence.int)
        self._serve(fact.evidence.int, fact.competences, position)

    def _redirected(self, fact: EvidenceRedirected, stream: UUID, position: int) -> None:
        self._forget(stream.int)
        self._serve(stream.int, fact.competences, position)

    def _withdrawn(self, _fact: EvidenceWithdrawn, stream: UUID, _position: int) -> None:
        self._forget(stream.int)

    def _filed(self, fact: ValidationFileSubmitted, _stream: UUID, _position: int) -> None:
        self._frozen.update(piece.int for piece in fact.evidence)

    def _unfit(self, _fact: EvidenceRejected | EvidenceQuarantined, stream: UUID, _position: int) -> None:
        """Hide an open piece found unfit; a filed piece keeps its place in the file that was judged."""
        if stream.int not in self._frozen:
            self._aside[stream.int] = {
                number: at
                for number in self._serves.get(stream.int, ())
                if (at := self._competences[number].evidence.pop(stream.int, None)) is not None
            }

    def _cleared(self, _fact: EvidenceCleared, stream: UUID, _position: int) -> None:
        for number, at in self._aside.pop(stream.int, {}).items():
            self._competences[number].evidence[stream.int] = at

    def _assessed(self, fact: CompetenceAssessed, _stream: UUID, position: int) -> None:
        given = (fact.assessor, self.rulebook.read(fact.mark), position)
        self._competences[fact.competence].marks[fact.assessor.int] = given

    def _handed_in(self, fact: AssessmentFiled, _stream: UUID, _position: int) -> None:
        for competence in self._competences.values():
            if given := competence.marks.get(fact.assessor.int):
                competence.handed[fact.assessor.int] = given

    def _handed_back(self, fact: AssessmentReopened, _stream: UUID, _position: int) -> None:
        for competence in self._competences.values():
            competence.handed.pop(fact.assessor.int, None)
        for gone in self._voided.values():
            for _, handed in gone.values():
                handed.pop(fact.assessor.int, None)

    def _assigned(self, fact: AssessorAssigned, _stream: UUID, _position: int) -> None:
        if fact.third_reader:
            self._third |= {(fact.assessor.int, number) for number in fact.competences}
        if fact.assessor.int in self._stepped_down:
            self._stepped_down[fact.assessor.int] |= set(fact.competences)

    def _released_from(self, fact: AssessorReleased, _stream: UUID, _position: int) -> None:
        """Drop the marks of an assessor who stepped down, filed or not, except where they are assigned again."""
        self._third = {(assessor, number) for assessor, number in self._third if assessor != fact.assessor.int}
        self._stepped_down[fact.assessor.int] = set()

    def _proposed(self, fact: CompetenceProposed, _stream: UUID, position: int) -> None:
        self._competences[fact.competence].proposals.append(
            RecordedDecision(fact.session, fact.acquired, position, position)
        )

    def _ruled(self, fact: CompetenceRuled, _stream: UUID, position: int) -> None:
        ruling = RecordedDecision(fact.session, fact.acquired, position, position, fact.worth)
        self._competences[fact.competence].rulings.append(ruling)

    def _granted(self, fact: BlockGranted, _stream: UUID, position: int) -> None:
        self._blocks[fact.block].append(RecordedDecision(fact.session, said=True, position=position, since=position))

    def _not_granted(self, fact: BlockNotGranted, _stream: UUID, position: int) -> None:
        self._blocks[fact.block].append(RecordedDecision(fact.session, said=False, position=position, since=position))

    def _carried_over(self, fact: BlockCarriedOver, _stream: UUID, position: int) -> None:
        self._won_elsewhere(fact.block, fact.granted_on, position)

    def _satisfied(self, fact: BlockSatisfied, _stream: UUID, position: int) -> None:
        self._won_elsewhere(fact.block, fact.obtained_on, position)

    def _won_elsewhere(self, block: int, on: date, position: int) -> None:
        self._blocks[block].append(RecordedDecision(ELSEWHERE, said=True, position=position, since=position, on=on))

    def _credit_fell(self, fact: CreditFell, _stream: UUID, _position: int) -> None:
        """Stop counting a credit: permanently if it was a mistake, else until it is restored."""
        decided, won = self._blocks[fact.block], self._counted_elsewhere(fact)
        if won and fact.fall is Fall.MISTAKEN:
            decided.remove(won)
        elif won:
            self._fallen.credits.add(won.position)

    def _credit_restored(self, fact: CreditRestored, _stream: UUID, _position: int) -> None:
        if won := self._counted_elsewhere(fact):
            self._fallen.credits.discard(won.position)

    def _counted_elsewhere(self, of: CreditFell | CreditRestored) -> RecordedDecision | None:
        """Return the credit that is lost or restored now; the last one of that day."""
        found = [each for each in self._blocks[of.block] if each.session == ELSEWHERE and each.on == of.since]
        found.sort(key=lambda each: (each.position in self._fallen.credits) == isinstance(of, CreditRestored))
        return found[-1] if found else None

    def _pronounced(self, fact: TitlePronounced, _stream: UUID, position: int) -> None:
        self._fallen.titles.discard(fact.session.int)
        self._title.append(
            RecordedDecision(fact.session, said=True, position=position, since=position, option=fact.option)
        )

    def _freed(self, fact: CandidateFreed, stream: UUID, _position: int) -> None:
        """Drop a commission's proposals, unless its work follows the candidate."""
        if not fact.work_travels:
            for competence in self._competences.values():
                competence.proposals = _but_of(SessionId(stream), competence.proposals)

    def _recused(self, fact: JurorRecused, _stream: UUID, _position: int) -> None:
        self._to_be_ruled_again(fact.session)

    def _annulled(self, fact: DecisionAnnulled, _stream: UUID, _position: int) -> None:
        """Put this jury's decision out of force; decisions of others are kept."""
        self._fallen.decisions.add(fact.session.int)
        self._fallen.titles.add(fact.session.int)

    def _reopened(self, fact: DeliberationReopened, _stream: UUID, _position: int) -> None:
        """Drop all decisions that this jury made with a member who may not decide, so that they are made again."""
        self._undo(fact.session)

    def _taken_back(self, fact: DecisionTakenBack, _stream: UUID, _position: int) -> None:
        """Count decisions that this jury took back as undecided; its rulings are kept."""
        for block in fact.blocks or tuple(self._blocks):
            self._blocks[block] = _but_of(fact.session, self._blocks[block])
        if fact.title:
            self._title = _but_of(fact.session, self._title)

    def _title_fell(self, fact: TitleFell, _stream: UUID, _position: int) -> None:
        self._fallen.titles.add(fact.session.int)

    def _restored(self, fact: DecisionRestored, _stream: UUID, _position: int) -> None:
        """Put this jury's decision in force again, except for the title."""
        self._fallen.decisions.discard(fact.session.int)

    def _title_restored(self, fact: TitleRestored, _stream: UUID, _position: int) -> None:
        self._fallen.titles.discard(fact.session.int)

    def _rectified(self, fact: DecisionRectified, _stream: UUID, position: int) -> None:
        """Replace the keyed decision by that of the minutes."""
        for each in fact.rulings:
            rulings = self._competences[each.competence].rulings
            self._put_right(rulings, fact.session, position, said=each.minuted, worth=each.worth)
        for block in (*fact.granted, *fact.not_granted):
            self._put_right(self._blocks[block], fact.session, position, said=block in fact.granted)
        if fact.title is False:
            self._title = _but_of(fact.session, self._title)
        elif fact.title:
            self._fallen.titles.discard(fact.session.int)
            self._put_right(self._title, fact.session, position, said=True, option=fact.option)

    def _put_right(
        self,
        decisions: list[RecordedDecision],
        session: SessionId,
        position: int,
        *,
        said: bool,
        worth: int | None = None,
        option: str | None = None,
    ) -> None:
        keyed = [decision for decision in decisions if decision.session == session]
        since = keyed[-1].since if keyed else self._session(session).opened_at
        decisions[:] = _but_of(session, decisions)
        decisions.append(RecordedDecision(session, said, position, since, worth, option=option))
        decisions.sort(key=lambda decision: decision.since)

    def _session_opened(self, fact: SessionOpened, stream: UUID, position: int) -> None:
        session = self._session(stream)
        session.opened_on, session.opened_at = fact.opened_on, position

    def _results_released(self, _fact: ResultsReleased, stream: UUID, position: int) -> None:
        session = self._session(stream)
        session.said_released = session.said_released or position
        if not session.withheld:
            session.released = session.released or position

    def _withheld(self, _fact: ReleaseWithheld, stream: UUID, _position: int) -> None:
        self._session(stream).withheld = True

    def _resumed(self, _fact: ReleaseResumed, stream: UUID, position: int) -> None:
        """Release a withheld result, if the others' results are already released."""
        session = self._session(stream)
        session.withheld = False
        if session.said_released:
            session.released = session.released or position

    def _sanctioned(self, fact: SanctionPronounced, _stream: UUID, _position: int) -> None:
        """Drop the marks that a sanction took away, handed in or not; a jury's rulings are kept."""
        gone = {}
        for number in fact.competences:
            competence = self._competences[number]
            gone[number] = competence.marks, competence.handed
            competence.marks, competence.handed = {}, {}
        self._voided[fact.case, fact.sanction] = gone

    def _lifted(self, fact: FindingLifted, _stream: UUID, _position: int) -> None:
        """Restore the marks that a sanction had taken away, except where new ones were given since.

        A mark on a competence under a later sanction stays dropped, by that one.
        """
        lifted = [key for key in self._voided if key[0] == fact.case and fact.sanction in {None, key[1]}]
        for key in reversed(lifted):
            later = list(self._voided.values())[list(self._voided).index(key) + 1 :]
            for number, (marks, handed) in self._voided.pop(key).items():
                if taken := next((gone for gone in later if number in gone), None):
                    taken[number] = {**marks, **taken[number][0]}, {**handed, **taken[number][1]}
                    continue
                competence = self._competences[number]
                competence.marks = {**marks, **competence.marks}
                competence.handed = {**handed, **competence.handed}

    _READERS: ClassVar = _Readers(
        {
            CandidacyOpened: _opened,
            BlocksSought: _seeks,
            EvidenceSubmitted: _submitted,
            EvidenceRedirected: _redirected,
            EvidenceWithdrawn: _withdrawn,
            EvidenceCleared: _cleared,
            EvidenceRejected: _unfit,
            EvidenceQuarantined: _unfit,
            ValidationFileSubmitted: _filed,
            CompetenceAssessed: _assessed,
            AssessmentFiled: _handed_in,
            AssessmentReopened: _handed_back,
            AssessorAssigned: _assigned,
            AssessorReleased: _released_from,
            CompetenceProposed: _proposed,
            CandidateFreed: _freed,
            CompetenceRuled: _ruled,
            BlockGranted: _granted,
            BlockNotGranted: _not_granted,
            BlockCarriedOver: _carried_over,
            BlockSatisfied: _satisfied,
            CreditFell: _credit_fell,
            TitlePronounced: _pronounced,
            JurorRecused: _recused,
            DeliberationReopened: _reopened,
            DecisionTakenBack: _taken_back,
            DecisionAnnulled: _annulled,
            TitleFell: _title_fell,
            DecisionRectified: _rectified,
            SessionOpened: _session_opened,
            ResultsReleased: _results_released,
            ReleaseWithheld: _withheld,
            ReleaseResumed: _resumed,
            SanctionPronounced: _sanctioned,
            FindingLifted: _lifted,
            DecisionRestored: _restored,
            TitleRestored: _title_restored,
            CreditRestored: _credit_restored,
        }
    )

    def _undo(self, session: SessionId) -> None:
        """Drop all that a jury decided."""
        for competence in self._competences.values():
            competence.rulings = _but_of(session, competence.rulings)
        self._blocks = {number: _but_of(session, decided) for number, decided in self._blocks.items()}
        self._title = _but_of(session, self._title)

    def _to_be_ruled_again(self, session: SessionId) -> None:
        """Drop a jury's rulings from before a member stepped out, except in blocks it has decided."""
        for number, competence in self._competences.items():
            competence.proposals = _but_of(session, competence.proposals)
            if all(decision.session != session for decision in self._blocks[self.framework.block_of[number].number]):
                competence.rulings = _but_of(session, competence.rulings)

    def _session(self, stream: UUID) -> _Session:
        return self._sessions.setdefault(stream.int, _Session())

    def _serve(self, piece: _Key, numbers: tuple[int, ...], position: int) -> None:
        self._serves[piece] = numbers + self._serves.get(piece, ())
        for number in numbers:
            self._competences[number].evidence[piece] = position

    def _forget(self, piece: _Key) -> None:
        self._aside.pop(piece, None)
        for number in self._serves.pop(piece, ()):
            self._competences[number].evidence.pop(piece, None)

    def standing(self, *, provisional: bool) -> Standing:
        """Return the current standing; `provisional` also counts marks and rulings not released yet."""
        competences = tuple(self.competence(number, provisional=provisional) for number in self._competences)
        blocks = tuple(self.block(block, provisional=provisional) for block in self.framework.blocks)
        title = self.pronounced(provisional=provisional)
        positions = set[int]().union(*[each.positions for each in competences], *[each.positions for each in blocks])
        if title:
            positions.add(title.position)
        return Standing(
            outcome=self.outcome(provisional=provisional),
            title_on=self.day_of(title),
            competences=competences,
            blocks=blocks,
            positions=tuple(sorted(positions)),
            option=self.option,
            title_option=title.option if title else None,
        )

    def competence(self, number: int, *, provisional: bool) -> CompetenceLine:
        """Return one competence: the ruling that counts, else the marks filed (provisional), else the evidence."""
        state, acquired, positions = self.said(number, provisional=provisional)
        return CompetenceLine(
            number=number,
            block=self.framework.block_of[number].number,
            state=state,
            acquired=acquired,
            positions=positions,
        )

    def said(self, number: int, *, provisional: bool) -> tuple[CompetenceState, bool | None, tuple[int, ...]]:
        """Return the state of one competence, whether it is acquired, and the positions in order."""
        facts = self._competences[number]
        positions = list(facts.evidence.values())
        state = _EVIDENCED if positions else _NO_EVIDENCE
        acquired = None
        if provisional and facts.handed:
            for mark, at in self._opinions(number, self._read(number, facts.handed)):
                state, acquired = _ASSESSED, mark.acquired and acquired is not False
                positions += at
        if provisional and facts.proposals:
            state, acquired = _ASSESSED, facts.proposals[-1].said
            positions.append(facts.proposals[-1].position)
        ruling = self._ruling(number, facts.rulings, provisional=provisional) if facts.rulings else None
        if ruling:
            state, acquired = _RULED, ruling.said
            positions.append(ruling.position)
        positions.sort()
        return state, acquired, tuple(positions)

    def _ruling(self, number: int, rulings: list[RecordedDecision], *, provisional: bool) -> RecordedDecision | None:
        """Return the last ruling; but the granting jury's, where the grant by an earlier jury is in force again."""
        last = self._last(rulings, provisional=provisional)
        if last is None or len(rulings) == 1:
            return last
        grant = self.decided(self.framework.block_of[number], provisional=provisional)
        if grant is None or not grant.said or grant.session == last.session:
            return last
        return next((ruling for ruling in reversed(rulings) if ruling.session == grant.session), last)

    def _read(self, number: int, handed: _Given) -> list[tuple[PersonId, Mark, int]]:
        """Return the marks handed in that count, without those of assessors who stepped down.

        The marks of an assessor assigned again after stepping down count.
        """
        out = self._stepped_down
        return [given for who, given in handed.items() if who not in out or number in out[who]]

    def _opinions(self, number: int, filed: list[tuple[PersonId, Mark, int]]) -> list[tuple[Mark, list[int]]]:
        """Return the mark that the assessors agree on, if they do, or each one's where no rule combines them."""
        marking = self._markings.get(number)
        if marking is None:
            return [(mark, [position]) for _, mark, position in filed]
        given = [FiledMark(assessor=who, mark=mark, third=(who.int, number) in self._third) for who, mark, _ in filed]
        agreed = agree(given, marking, self.rulebook)
        return [(agreed.mark, [at for who, _, at in filed if who in agreed.counted])] if agreed.mark else []

    def block(self, block: Block, *, provisional: bool) -> BlockLine:
        """Return one block; a block granted once stays granted, whatever a later jury said."""
        decision = self.decided(block, provisional=provisional)
        state = self._state(block, decision)
        rulings = self._counted(block, decision, provisional=provisional)
        acquired = frozenset(number for number, ruling in rulings.items() if ruling.said)
        missing, others = block.rule.nearest(acquired, block.competences, worth(rulings))
        wanted = state not in {BlockState.GRANTED, BlockState.NOT_SOUGHT}
        positions = {ruling.position for ruling in rulings.values()} | ({decision.position} if decision else set())
        return BlockLine(
            number=block.number,
            state=state,
            acquired=len(acquired),
            required=block.rule.required,
            missing_mandatory=missing if wanted else (),
            others_needed=others if wanted else 0,
            session=decision.session if decision and decision.session != ELSEWHERE else None,
            decided_on=self.day_of(decision),
            positions=tuple(sorted(positions)),
        )

    def block_state(self, block: Block, *, provisional: bool) -> BlockState:
        """Return only the state of one block."""
        return self._state(block, self.decided(block, provisional=provisional))

    def _state(self, block: Block, decision: RecordedDecision | None) -> BlockState:
        if decision and (decision.said or block.number in self._sought):
            return BlockState.GRANTED if decision.said else BlockState.NOT_GRANTED
        return BlockState.NOT_DECIDED if block.number in self._sought else BlockState.NOT_SOUGHT

    def decided(self, block: Block, *, provisional: bool) -> RecordedDecision | None:
        """Return the decision in force on a block, if there is one."""
        decisions = [d for d in self._blocks[block.number] if self._shown(d, provisional=provisional)]
        grants = [d for d in decisions if d.said]
        if len(grants) > 1:  # the first one released wins, whatever is released or rectified later
            grants.sort(key=_recorded if provisional else self.released_at)
        return next(iter(grants or decisions[-1:]), None)

    def counted(self, block: Block, *, provisional: bool) -> dict[int, RecordedDecision]:
        """Return the rulings that decide a block: of the jury that granted it, else of the last that ruled."""
        return self._counted(block, self.decided(block, provisional=provisional), provisional=provisional)

    def _counted(
        self, block: Block, decision: RecordedDecision | None, *, provisional: bool
    ) -> dict[int, RecordedDecision]:
        if decision and decision.said:
            every = ((n, ruling) for n in block.competences for ruling in self._competences[n].rulings)
            granting = {number: ruling for number, ruling in every if ruling.session == decision.session}
            if granting:
                return granting
        return self._of_one_jury(block, provisional=provisional)

    def title_sought(self, granted: AbstractSet[int], option: str | None) -> Rule | None:
        """Return the rule of the title with this option, by the blocks sought and granted; None if out of reach."""
        numbers = (self._sought | granted) & self.framework.within(option)
        whole = self.framework.whole
        return whole if numbers.issuperset(whole.numbers) else whole.only(numbers)

    @property
    def title_option(self) -> str | None:
        """The option of the last title pronounced, even if it was lost; before any, the one chosen."""
        return self._title[-1].option if self._title else self.option

    def pronounced(self, *, provisional: bool) -> RecordedDecision | None:
        """Return the title as pronounced, if it is in force."""
        stand = [decision for decision in self._title if decision.session.int not in self._fallen.titles]
        return self._last(stand, provisional=provisional)

    def _of_one_jury(self, block: Block, *, provisional: bool) -> dict[int, RecordedDecision]:
        """Return the rulings of the last jury that ruled on this block: each jury grants on its own rulings alone."""
        rulings = {
            number: ruling
            for number in block.competences
            if (ruling := self._last(self._competences[number].rulings, provisional=provisional))
        }
        last = max(rulings.values(), key=lambda ruling: ruling.since, default=None)
        return {number: ruling for number, ruling in rulings.items() if last and ruling.session == last.session}

    def outcome(self, *, provisional: bool) -> Outcome:
        """Return the outcome: full with the title, partial with a block, none when decided without any.

        A block won elsewhere decides nothing by itself: the candidacy is in progress until a jury decides in it.
        """
        if self.pronounced(provisional=provisional):
            return Outcome.FULL
        shown = self._decisions(provisional=provisional)
        if all(d.session == ELSEWHERE for d in shown):
            return Outcome.IN_PROGRESS
        return Outcome.PARTIAL if any(d.said for d in shown) else Outcome.NONE

    def judged_by(self) -> SessionId | None:
        """Return the jury whose outcome is known: the title's, else the last with a decision in force on a block."""
        if title := self.pronounced(provisional=False):
            return title.session
        juries = {d.session for d in self._decisions(provisional=False)} - {ELSEWHERE}
        return max(juries, key=lambda each: (self.held_on(each) or date.min, each.int), default=None)

    def _decisions(self, *, provisional: bool) -> list[RecordedDecision]:
        """Return the decisions in force on all blocks."""
        return [
            d for decisions in self._blocks.values() for d in decisions if self._shown(d, provisional=provisional)
        ]

    def _shown(self, decision: RecordedDecision, *, provisional: bool) -> bool:
        """Return whether a decision is in force, and released unless `provisional`."""
        if self._fallen.has(decision):
            return False
        if provisional:
            return True
        return self.knows(decision.session)

    def released_at(self, decision: RecordedDecision) -> int:
        """Return the position at which a decision was released; only for released decisions."""
        return max(self._sessions[decision.session.int].released or 0, decision.position)

    def knows(self, session: SessionId) -> bool:
        """Return whether a jury's decision on the candidacy was released."""
        found = self._sessions.get(session.int)
        return found is not None and found.released is not None

    def _last(self, decisions: list[RecordedDecision], *, provisional: bool) -> RecordedDecision | None:
        for decision in reversed(decisions):
            if self._shown(decision, provisional=provisional):
                return decision
        return None

    def day_of(self, decision: RecordedDecision | None) -> date | None:
        """Return the day on which the deciding jury's session was opened; for a credit, its own day."""
        if decision and decision.on:
            return decision.on
        return self.held_on(decision.session) if decision else None

    def held_on(self, session: SessionId) -> date | None:
        """Return the day on which a session was opened, if it was."""
        found = self._sessions.get(session.int)
        return found.opened_on if found else None


def _recorded(decision: RecordedDecision) -> int:
    return decision.position


def worth(rulings: Mapping[int, RecordedDecision]) -> dict[int, int]:
    """Return the values in a mean of the rulings on some competences, where they have one."""
    return {number: ruling.worth for number, ruling in rulings.items() if ruling.worth is not None}


def _but_of(session: SessionId, decisions: list[RecordedDecision]) -> list[RecordedDecision]:
    """Return the decisions of the other sessions."""
    return [decision for decision in decisions if decision.session != session]


def fold(framework: Definition, rulebook: Rules, facts: Iterable[RecordedFact]) -> Fold:
    """Fold the facts of one candidacy's dossier, in order of position."""
    running = Fold(framework, rulebook)
    for told in facts:
        running.add(told)
    return running


def standing(
    framework: Definition, rulebook: Rules, facts: Iterable[RecordedFact], *, provisional: bool = True
) -> Standing:
    """Return the standing of the candidacy after these facts; `provisional` includes what is not released yet."""
    return fold(framework, rulebook, facts).standing(provisional=provisional)
