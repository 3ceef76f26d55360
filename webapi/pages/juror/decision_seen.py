"""What does a jury see of one candidate? Opinions beside its rulings, each block's rule, what may be decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from adapters.log.store import PostgresAttempt
from domain.assessment.agreement import Given, Marks, State
from domain.commands.jury.marks_before_the_jury import to_rule_on
from domain.exam.accommodation import Accommodation
from domain.exam.measures import Measures
from domain.framework.definition import Block, Route
from domain.framework.scale import Mark
from domain.jury.decision_context import DecisionContext
from domain.jury.deliberation import Deliberation
from domain.jury.facts import BlockNotGranted, CompetenceProposed, CompetenceRuled, DecisionDeferred, JurorRecused
from domain.jury.ruling import NotReady, Ruling, check_ready, departs, reason_due
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
"""Where a block stands before this jury: the word, its tone and its sign."""


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What one assessor filed for a competence: the mark, and whether it is read."""

    mark: Mark
    read: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """One competence before the jury; `due` and `departs` say of acquired, and of not, whether a reason is due."""

    number: int
    text: str
    mandatory: bool
    opinions: tuple[Opinion | None, ...]
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

    @property
    def follows(self) -> bool:
        """Whether it can be ruled as the opinions say, without a word more."""
        agrees = self.agrees_on
        return self.ruled is None and self.ready and agrees is not None and not self.due[agrees]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One block before the jury: its rule by what is ruled so far, and whether it may be granted or refused now."""

    block: Block
    state: str
    rows: tuple[Row, ...]
    met: bool
    missing: tuple[tuple[int, ...], int]
    reason: str
    advice: str
    averaged: bool

    @property
    def acquired(self) -> tuple[int, ...]:
        """The competences ruled acquired."""
        return tuple(row.number for row in self.rows if row.ruled)

    @property
    def unruled(self) -> tuple[Row, ...]:
        """The competences of which nothing is ruled."""
        return tuple(row for row in self.rows if row.ruled is None)

    @property
    def cells(self) -> tuple[tuple[int, str, bool], ...]:
        """Its meter."""
        said = {True: "yes", False: "no", None: "open"}
        return tuple((row.number, said[row.ruled], row.mandatory) for row in self.rows)

    @property
    def followed(self) -> tuple[Row, ...]:
        """What concordant opinions would rule at once."""
        return tuple(row for row in self.rows if row.follows)

    @property
    def wanting(self) -> tuple[int, ...]:
        """The mandatory competences that are not acquired."""
        return tuple(row.number for row in self.rows if row.mandatory and not row.ruled)

    @property
    def favourable(self) -> int:
        """How many competences the opinions say acquired."""
        return sum(row.agrees_on is True for row in self.rows)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One candidate before one jury."""

    said: Deliberation
    context: DecisionContext
    parts: tuple[Part, ...]
    assessors: int
    pieces: tuple[Piece, ...]
    recusals: tuple[tuple[PersonId, str], ...]
    deferral: str
    measures: Measures

    @property
    def vae(self) -> bool:
        """Whether the jury rules on the file and the hearing, there being no marks."""
        return self.context.candidacy.terms.route is Route.VAE

    @property
    def sought(self) -> tuple[Part, ...]:
        """The blocks that are, or were, for this jury to decide, and those kept."""
        return tuple(part for part in self.parts if part.state != "not_sought")

    @property
    def undecided(self) -> tuple[Part, ...]:
        """The blocks of which this jury has said nothing yet."""
        return tuple(part for part in self.parts if part.state == "open")

    @property
    def grantable(self) -> tuple[Part, ...]:
        """The blocks whose rule is met."""
        return tuple(part for part in self.undecided if part.met)

    @property
    def titled(self) -> bool:
        """Whether the title is won by what is granted here and before."""
        granted = self.said.granted | self.context.granted_before
        return self.context.candidacy.terms.title(self.context.framework).met_by(granted)

    @property
    def harmonises(self) -> bool:
        """Whether a commission ruled of the candidate, whom this jury can follow."""
        return any(row.proposed is not None for part in self.parts for row in part.rows)

    @property
    def speaks(self) -> bool:
        """Whether this reader decides here: a member who deliberates, or who transcribes paper minutes."""
        if actor().role is Role.REGISTRAR:
            return self.context.transcribes and self.context.session.planned.on_paper
        return actor().who in (self.said.panel if self.said.panel is not None else self.could_open)

    @property
    def could_open(self) -> frozenset[PersonId]:
        """The members who would deliberate."""
        out = self.said.recused | self.context.cut_off | self.context.panel_for_candidate.out_of_function
        return self.context.session.present - out

    @property
    def in_session(self) -> bool:
        """Whether the session sits on this candidate now."""
        return self.context.session.sits_on(self.context.candidacy.id)


def seen(log: PostgresAttempt, known: AtSession, candidacy: CandidacyId) -> Seen:
    """What this reader sees; NotFound where the dossier is not theirs to read."""
    read = view(candidacy)
    context, marks = to_rule_on(log, known.session.id, candidacy)
    said = known.deliberations[candidacy]
    told = read.shown(said.id)
    words = _Words(told)
    pieces = pieces_listed(read)
    assessors = sorted({given.assessor for number in context.framework.numbers for given in _all(marks, number)})
    beside = assessors, pieces, words
    parts = tuple(_part(block, said, context, marks, beside) for block in context.framework.blocks)
    return Seen(
        said=said,
        context=context,
        parts=parts,
        assessors=len(assessors),
        pieces=pieces,
        recusals=words.recusals,
        deferral=words.deferral,
        measures=read.so_far(Accommodation, Accommodation.id_of(candidacy)).measures,
    )


class _Words:
    """What was said in words of this deliberation: reasons, advice; the last of each."""

    def __init__(self, told: Iterable[DossierFact]) -> None:
        self.reasons: dict[int, tuple[str, str]] = {}
        self.blocks: dict[int, tuple[str, str]] = {}
        self.deferral = ""
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
                case _:
                    pass
        self.recusals = tuple(recusals)


SPOKEN: Final = (CompetenceRuled, CompetenceProposed, BlockNotGranted, DecisionDeferred, JurorRecused)
Beside = tuple[Sequence[PersonId], Sequence[Piece], _Words]
"""What stands beside a block: whose opinions, the pieces, the words."""


def _part(block: Block, said: Deliberation, context: DecisionContext, marks: Marks, beside: Beside) -> Part:
    texts = {each.number: each.text for each in context.framework.competences}
    rows = tuple(_row(number, block, said, context, marks, texts[number], beside) for number in block.competences)
    acquired = frozenset(row.number for row in rows if row.ruled)
    reason, advice = beside[2].blocks.get(block.number, ("", ""))
    return Part(
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


def _row(  # noqa: PLR0917  (one thing each, of one loop)
    number: int, block: Block, said: Deliberation, context: DecisionContext, marks: Marks, text: str, beside: Beside
) -> Row:
    assessors, pieces, words = beside
    ruled = _ruled(said, number, commission=context.session.commission)
    reason, mark = words.reasons.get(number, ("", "")) if ruled is not None else ("", "")
    proposal = context.proposals.get(number)
    either = {way: Ruling(competence=number, acquired=way) for way in (True, False)}
    return Row(
        number=number,
        text=text,
        mandatory=number in block.rule.mandatory,
        opinions=_opinions(number, marks, assessors),
        proposed=proposal.acquired if proposal else None,
        pieces=tuple(piece for piece in pieces if number in piece.competences and piece.shows),
        ruled=ruled,
        reason=reason,
        mark=mark,
        due={way: reason_due(context, ruling, marks) for way, ruling in either.items()},
        departs={way: departs(context, ruling, marks) is not None for way, ruling in either.items()},
        ready=_ready(number, context, marks),
        void=number in context.void,
        agrees_on=_agreed(number, context, marks),
    )


def _ruled(said: Deliberation, number: int, *, commission: bool) -> bool | None:
    if commission:
        return said.proposed[number].acquired if number in said.proposed else None
    return said.decision.rulings.get(number)  # also of what is annulled: what the jury had ruled


def _all(marks: Marks, number: int) -> Iterable[Given]:
    yield from marks.of(number)
    yield from (given for given, _ in marks.aside.get(number, ()))


def _opinions(number: int, marks: Marks, assessors: Sequence[PersonId]) -> tuple[Opinion | None, ...]:
    """One for each assessor of the candidate, in one order for all competences."""
    found = {given.assessor: Opinion(mark=given.mark, read=False) for given, _ in marks.aside.get(number, ())}
    found |= {given.assessor: Opinion(mark=given.mark, read=True) for given in marks.of(number)}
    return tuple(found.get(assessor) for assessor in assessors)


def _ready(number: int, context: DecisionContext, marks: Marks) -> bool:
    """Whether the jury may rule on it: in VAE directly, else once its marks are there, and agree."""
    if context.candidacy.terms.route is Route.VAE or number in context.void:
        return True
    try:
        check_ready(number, marks)
    except NotReady:
        return False
    return True


def _agreed(number: int, context: DecisionContext, marks: Marks) -> bool | None:
    """What its opinions say together; None where there are none, or they differ, or count no more."""
    if number in context.void:
        return None
    agreed = marks.agreed(number)
    if agreed is not None:
        return agreed.mark.acquired if agreed.state is State.AGREED and agreed.mark else None
    said = {given.mark.acquired for given in marks.of(number)}
    return said.pop() if len(said) == 1 else None
