"""View model of one candidate before a jury: opinions, rulings, rules of the blocks, and possible decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from adapters.log.store import PostgresAttempt
from domain.assessment.agreement import FiledMark, Marks
from domain.assessment.facts import CompetenceAssessed
from domain.commands.jury.marks_before_the_jury import to_rule_on
from domain.exam.accommodation import Accommodation
from domain.exam.measures import Measures
from domain.framework.definition import Block, Route
from domain.framework.scale import Mark
from domain.jury.attendance import is_hearing_due
from domain.jury.decision import UndoneDecision
from domain.jury.decision_context import DecisionContext
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    BlockNotGranted,
    CompetenceProposed,
    CompetenceRuled,
    DecisionDeferred,
    DecisionTakenBack,
    DeliberationReopened,
    JurorRecused,
    RecusalDeclared,
)
from domain.jury.ruling import (
    MarkRequired,
    NotReady,
    Ruling,
    agreed_opinion,
    check_ready,
    counted_mark,
    departs,
    reason_due,
)
from domain.jury.vote import VoteOutcome
from domain.ports import CandidacyId, PersonId, Role
from projections.reading import DossierFact
from webapi.accounts.authentication import actor
from webapi.evidence.pieces import Piece, pieces_listed
from webapi.pages.juror.at_session import AtSession
from webapi.privacy.disclosure import personal, view
from webapi.words import phrase

BLOCKS: Final = {
    "granted": (phrase("Accordé"), "good", "check"),
    "not_granted": (phrase("Non accordé"), "bad", "x"),
    "annulled": (phrase("Annulé"), "bad", "x"),
    "deferred": (phrase("Reporté"), "wait", "clock"),
    "held": (phrase("Conservé"), "good", "lock"),
    "open": (phrase("À décider"), "open", "circle"),
    "proposed": (phrase("Proposé au jury"), "good", "check"),
    "not_sought": (phrase("Non demandé"), "", "minus"),
}
"""State of a block before this jury: word, tone and icon."""
VOTES: Final = {
    VoteOutcome.UNANIMOUS: phrase("à l'unanimité"),
    VoteOutcome.MAJORITY: phrase("à la majorité"),
    VoteOutcome.CASTING_VOTE: phrase("par la voix prépondérante de la présidence"),
    VoteOutcome.NONE: phrase("sans majorité"),
}
"""Result of a vote, in words within a sentence."""


@dataclass(frozen=True, kw_only=True)
class FiledOpinion:
    """An assessor's opinion on a competence: the mark, whether it counts, and the reason if one was given."""

    mark: Mark
    read: bool
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CompetenceView:
    """A competence before the jury.

    `due` and `departs` say, for each of the two rulings, whether a reason is required and whether it departs from the
    opinions.
    """

    number: int
    text: str
    mandatory: bool
    opinions: tuple[FiledOpinion | None, ...]
    proposed: bool | None
    pieces: tuple[Piece, ...]
    ruled: bool | None
    reason: str
    mark: str
    due: Mapping[bool, bool]
    departs: Mapping[bool, bool]
    ready: bool
    void: bool
    agrees_on: bool | None
    has_mark: bool

    @property
    def follows(self) -> bool:
        """Return whether the competence can be ruled as the opinions say, without a reason."""
        agrees = self.agrees_on
        able = self.ruled is None and self.ready and self.has_mark
        return able and agrees is not None and not self.due[agrees]

    @property
    def is_concordant(self) -> bool:
        """Return whether several opinions count, and all agree."""
        read = [each.mark.acquired for each in self.opinions if each and each.read]
        return len(read) > 1 and len(set(read)) == 1

    @property
    def may_need_reason(self) -> bool:
        """Return whether a refusal needs a reason: it departs from the opinions, or no opinion supports it."""
        return self.due[False] or self.departs[False] or self.agrees_on is None


@dataclass(frozen=True, kw_only=True)
class BlockView:
    """A block before the jury: its rule applied to the rulings so far, and whether it can be decided now."""

    block: Block
    state: str
    rows: tuple[CompetenceView, ...]
    met: bool
    missing: tuple[tuple[int, ...], int]
    reason: str
    advice: str
    averaged: bool

    @property
    def acquired(self) -> tuple[int, ...]:
        """Return the competences ruled acquired."""
        return tuple(row.number for row in self.rows if row.ruled)

    @property
    def unruled(self) -> tuple[CompetenceView, ...]:
        """Return the competences without a ruling."""
        return tuple(row for row in self.rows if row.ruled is None)

    @property
    def cells(self) -> tuple[tuple[int, str, bool], ...]:
        """Return the cells of the block's meter."""
        said = {True: "yes", False: "no", None: "open"}
        return tuple((row.number, said[row.ruled], row.mandatory) for row in self.rows)

    @property
    def followed(self) -> tuple[CompetenceView, ...]:
        """Return the competences that concordant opinions would rule at once."""
        return tuple(row for row in self.rows if row.follows)

    @property
    def followed_as_acquired(self) -> int:
        """Return how many of those would be ruled acquired."""
        return sum(row.agrees_on is True for row in self.followed)

    @property
    def is_concordant(self) -> bool:
        """Return whether several opinions on each of these agree; one opinion alone does not count."""
        return all(row.is_concordant for row in self.followed)

    @property
    def not_followed(self) -> tuple[int, ...]:
        """Return the competences to rule on one by one: without an opinion, or with different ones."""
        return tuple(row.number for row in self.unruled if not row.follows)

    @property
    def wanting(self) -> tuple[int, ...]:
        """Return the mandatory competences that are not acquired."""
        return tuple(row.number for row in self.rows if row.mandatory and not row.ruled)


@dataclass(frozen=True, kw_only=True)
class Undone:
    """A decision that the jury took back, or that a recusal undid, and the reason given."""

    decision: UndoneDecision
    reason: str


@dataclass(frozen=True, kw_only=True)
class DecisionView:
    """A candidate before a jury.

    `behind`: the texts of the newest facts cannot be read yet, as these are not in the read models.
    """

    said: Deliberation
    context: DecisionContext
    parts: tuple[BlockView, ...]
    assessors: int
    pieces: tuple[Piece, ...]
    recusals: tuple[tuple[PersonId, str], ...]
    declared: Mapping[PersonId, str]
    deferral: str
    undone: tuple[Undone, ...]
    behind: bool
    measures: Measures

    @property
    def vae(self) -> bool:
        """Return whether the jury rules on the file and the hearing, as there are no marks."""
        return self.context.candidacy.terms.route is Route.VAE

    @property
    def hearing_due(self) -> bool:
        """Return whether the jury decides on this candidate only after a hearing."""
        return is_hearing_due(self.context.candidacy.terms.route, self.context.rules.content)

    @property
    def sought(self) -> tuple[BlockView, ...]:
        """Return the blocks that are, or were, for this jury to decide, and those kept."""
        return tuple(part for part in self.parts if part.state != "not_sought")

    @property
    def undecided(self) -> tuple[BlockView, ...]:
        """Return the blocks that this jury has not decided or deferred."""
        return tuple(part for part in self.parts if part.state == "open")

    @property
    def grantable(self) -> tuple[BlockView, ...]:
        """Return the undecided blocks whose rule is met."""
        return tuple(part for part in self.undecided if part.met)

    @property
    def titled(self) -> bool:
        """Return whether the blocks granted here and before are enough for the title."""
        return self.is_won_with(())

    def is_won_with(self, blocks: Iterable[int]) -> bool:
        """Return whether the title is won once these blocks are granted too."""
        granted = self.said.granted | self.context.granted_before | frozenset(blocks)
        return self.context.candidacy.terms.title(self.context.framework).met_by(granted)

    @property
    def harmonises(self) -> bool:
        """Return whether a commission made proposals on the candidate, which this jury can follow."""
        return any(row.proposed is not None for part in self.parts for row in part.rows)

    @property
    def speaks(self) -> bool:
        """Return whether this reader decides here: a deliberating member, or a registrar who transcribes minutes."""
        if actor().role is Role.REGISTRAR:
            return self.context.transcribes and self.context.session.planned.on_paper
        if self.context.session.planned.on_paper:
            return False
        return actor().who in (self.said.panel if self.said.panel is not None else self.could_open)

    @property
    def records(self) -> bool:
        """Return whether this reader records decisions: as chair, or as registrar of a session held on paper."""
        if not self.speaks or actor().role is Role.REGISTRAR:
            return self.speaks
        panel = self.could_open if self.said.panel is None else self.said.panel
        members = panel - self.context.panel_for_candidate.out_of_function
        return actor().who == self.context.session.presiding(members)

    @property
    def could_open(self) -> frozenset[PersonId]:
        """Return the members who would deliberate."""
        out = self.said.recused | self.context.cut_off | self.context.panel_for_candidate.out_of_function
        return self.context.session.sitting - out

    @property
    def in_session(self) -> bool:
        """Return whether the session sits on this candidate now."""
        return self.context.session.sits_on(self.context.candidacy.id)


def load_decision(log: PostgresAttempt, known: AtSession, candidacy: CandidacyId) -> DecisionView:
    """Return what this reader sees of the candidate; raise NotFound if they may not read the dossier."""
    read = view(candidacy)
    context, marks = to_rule_on(log, known.session.id, candidacy)
    said = known.deliberations[candidacy]
    told = read.shown(said.id)
    words = _Words(told, read.seen)
    pieces = pieces_listed(read)
    assessors = sorted({given.assessor for number in context.framework.numbers for given in _all(marks, number)})
    beside = assessors, pieces, words
    parts = tuple(_part(block, said, context, marks, beside) for block in context.framework.blocks)
    return DecisionView(
        said=said,
        context=context,
        parts=parts,
        assessors=len(assessors),
        pieces=pieces,
        recusals=words.recusals,
        declared={who: why for who, why in words.declared.items() if who in said.declared},
        deferral=words.deferral,
        undone=_undone(said, words.undone),
        behind=_newest(read.known, said.id) < said.version,
        measures=read.so_far(Accommodation, Accommodation.id_of(candidacy)).measures,
    )


def _newest(known: Iterable[DossierFact], stream: UUID) -> int:
    """Return the version of the newest of these facts in a stream, or 0."""
    return max((each.stamp.version for each in known if each.stamp.stream == stream), default=0)


def _undone(said: Deliberation, reasons: Sequence[str]) -> tuple[Undone, ...]:
    """Return the undone decisions with their reasons; the last reason may be missing from the read models still."""
    return tuple(
        Undone(decision=each, reason=reasons[place] if place < len(reasons) else "")
        for place, each in enumerate(said.undone)
    )


class _Words:
    """The last texts of this deliberation and of the assessors: reasons and advice."""

    def __init__(self, told: Iterable[DossierFact], dossier: Iterable[DossierFact]) -> None:
        self.opinions = {
            (fact.assessor, fact.competence): personal(each).get("comment") or ""
            for each in dossier
            if isinstance(fact := each.fact, CompetenceAssessed)
        }
        self.reasons: dict[int, tuple[str, str]] = {}
        self.blocks: dict[int, tuple[str, str]] = {}
        self.deferral = ""
        self.declared: dict[PersonId, str] = {}
        self.undone: list[str] = []
        recusals: list[tuple[PersonId, str]] = []
        for each in told:
            fact = each.fact
            words = personal(each) if isinstance(fact, SPOKEN) else {}
            reason = words.get("reason") or ""
            match fact:
                case CompetenceRuled(competence=number) | CompetenceProposed(competence=number):
                    self.reasons[number] = reason, fact.mark or ""
                case BlockNotGranted(block=block):
                    self.blocks[block] = reason, words.get("advice") or ""
                case DecisionDeferred():
                    self.deferral = reason
                case JurorRecused(juror=juror):
                    recusals.append((juror, reason))
                case RecusalDeclared(juror=juror):
                    self.declared[juror] = reason
                case DecisionTakenBack() | DeliberationReopened():
                    self.undone.append(reason)
                case _:
                    pass
        self.recusals = tuple(recusals)


SPOKEN: Final = (
    CompetenceRuled,
    CompetenceProposed,
    BlockNotGranted,
    DecisionDeferred,
    JurorRecused,
    RecusalDeclared,
    DecisionTakenBack,
    DeliberationReopened,
)
Beside = tuple[Sequence[PersonId], Sequence[Piece], _Words]
"""What the view of a block needs besides the block: assessors, pieces and texts."""


def _part(block: Block, said: Deliberation, context: DecisionContext, marks: Marks, beside: Beside) -> BlockView:
    texts = {each.number: each.text for each in context.framework.competences}
    rows = tuple(_row(number, block, said, context, marks, texts[number], beside) for number in block.competences)
    acquired = frozenset(row.number for row in rows if row.ruled)
    reason, advice = beside[2].blocks.get(block.number, ("", ""))
    return BlockView(
        block=block,
        state=_state(block.number, said, context),
        rows=rows,
        met=block.rule.met_by(acquired, block.competences, said.decision.marks),
        missing=block.rule.nearest(acquired, block.competences, said.decision.marks),
        reason=reason,
        advice=advice,
        averaged=block.rule.mean is not None,
    )


def _state(block: int, said: Deliberation, context: DecisionContext) -> str:
    if not context.candidacy.terms.seeks(block, context.framework):
        return "not_sought"
    if context.session.commission:
        return "proposed" if said.proposed.keys() >= set(context.framework.by_number[block].competences) else "open"
    if said.annulled and block in said.sought:
        return "annulled"
    for state, blocks in (
        ("granted", said.granted),
        ("not_granted", said.refused),
        ("deferred", said.deferred),
        ("held", context.granted_before),
    ):
        if block in blocks:
            return state
    return "open"


def _row(  # noqa: PLR0917  (called once, in a loop)
    number: int, block: Block, said: Deliberation, context: DecisionContext, marks: Marks, text: str, beside: Beside
) -> CompetenceView:
    assessors, pieces, words = beside
    ruled = _ruled(said, number, commission=context.session.commission)
    reason, mark = words.reasons.get(number, ("", "")) if ruled is not None else ("", "")
    proposal = context.proposals.get(number)
    agreed = agreed_opinion(number, context, marks)
    either = {way: Ruling(competence=number, acquired=way) for way in (True, False)}
    return CompetenceView(
        number=number,
        text=text,
        mandatory=number in block.rule.mandatory,
        opinions=_opinions(number, marks, assessors, words),
        proposed=proposal.acquired if proposal else None,
        pieces=tuple(piece for piece in pieces if number in piece.competences and piece.shows),
        ruled=ruled,
        reason=reason,
        mark=mark,
        due={way: reason_due(context, ruling, marks) for way, ruling in either.items()},
        departs={way: departs(context, ruling, marks) is not None for way, ruling in either.items()},
        ready=_ready(number, context, marks),
        void=number in context.void,
        agrees_on=agreed,
        has_mark=agreed is None or _has_mark(either[agreed], context, marks),
    )


def _ruled(said: Deliberation, number: int, *, commission: bool) -> bool | None:
    if commission:
        return said.proposed[number].acquired if number in said.proposed else None
    return said.decision.rulings.get(number)  # also what the jury had ruled before an annulment


def _all(marks: Marks, number: int) -> Iterable[FiledMark]:
    yield from marks.of(number)
    yield from (given for given, _ in marks.aside.get(number, ()))


def _opinions(
    number: int, marks: Marks, assessors: Sequence[PersonId], words: _Words
) -> tuple[FiledOpinion | None, ...]:
    """Return one opinion for each assessor of the candidate, in the same order for all competences."""
    filed = [(given, False) for given, _ in marks.aside.get(number, ())]
    filed += [(given, True) for given in marks.of(number)]
    found = {
        given.assessor: FiledOpinion(
            mark=given.mark, read=read, reason=words.opinions.get((given.assessor, number), "")
        )
        for given, read in filed
    }
    return tuple(found.get(assessor) for assessor in assessors)


def _has_mark(ruling: Ruling, context: DecisionContext, marks: Marks) -> bool:
    """Return whether the ruling counts without the jury giving a mark of its own."""
    try:
        counted_mark(ruling, context, marks)
    except MarkRequired:
        return False
    return True


def _ready(number: int, context: DecisionContext, marks: Marks) -> bool:
    """Return whether the jury may rule on the competence: always in VAE, else once its marks are there and agree."""
    if context.candidacy.terms.route is Route.VAE or number in context.void:
        return True
    try:
        check_ready(number, marks)
    except NotReady:
        return False
    return True
