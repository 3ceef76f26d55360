"""View of one dossier for its reader: blocks, competences, pieces and gaps.

Nothing is decided here: `domain.standing.standing` computes the standing, `domain.standing.disclosure` decides what
each reader may see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Final
from uuid import UUID

from adapters.files.copies import CopyState
from domain.assessment.facts import AssessmentFiled, CompetenceAssessed
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import FeasibilityFileFoundIncomplete
from domain.fact import Retention
from domain.framework.definition import Block, Competence, Definition, Option
from domain.framework.scale import Mark
from domain.jury.deliberation import Deliberation
from domain.jury.facts import Attendance, BlockGranted, BlockNotGranted, CompetenceRuled
from domain.jury.session import JurySession, SessionStage
from domain.ports import CandidacyId, Role, SessionId
from domain.rulebook.rules import Rules
from domain.standing.standing import BlockLine, BlockState, CompetenceLine, CompetenceState, Standing
from projections.reading import DossierFact
from webapi.accounts.authentication import actor
from webapi.current import acquis
from webapi.evidence.pieces import JUDGES, Piece, pieces_listed
from webapi.privacy.disclosure import (
    DisclosedDossier,
    Written,
    opening,
    personal,
    registered,
    said_of_admissibility,
    view,
    word,
)

KEYS: Final = (Retention.PAPERS, Retention.DECISION, Retention.IDENTITY)
"""Classes of the candidate's data that the page decrypts at once; of the reader, only the name."""


@dataclass(frozen=True, kw_only=True)
class CompetenceShown:
    """A competence: its state, the pieces that serve it, and the opinions and ruling that this reader may see."""

    competence: Competence
    mandatory: bool
    line: CompetenceLine
    pieces: tuple[Piece, ...]
    opinions: tuple[Mark, ...]
    ruled: DossierFact | None

    @property
    def reason(self) -> str | None:
        """Return the jury's reason."""
        return word(self.ruled, "reason") if self.ruled else None

    @property
    def cell(self) -> str:
        """Return its cell in a meter: acquired, not acquired, with a piece, or nothing yet."""
        if self.line.state is CompetenceState.RULED:
            return "yes" if self.line.acquired else "no"
        return "some" if self.pieces else "none"


@dataclass(frozen=True, kw_only=True)
class BlockShown:
    """A block: its rule, state and competences, and the jury's decision."""

    block: Block
    line: BlockLine
    competences: tuple[CompetenceShown, ...]
    decided: DossierFact | None
    written: Written = field(init=False, default_factory=dict, compare=False, repr=False)

    @property
    def reason(self) -> str | None:
        """Return the jury's reason."""
        return word(self.decided, "reason") if self.decided else None

    @property
    def advice(self) -> str | None:
        """Return the jury's advice."""
        return word(self.decided, "advice") if self.decided else None

    @property
    def cells(self) -> list[tuple[int, str, bool]]:
        """Return one cell for each competence: number, state, and whether it is mandatory."""
        return [(each.competence.number, each.cell, each.mandatory) for each in self.competences]

    @property
    def bare(self) -> tuple[CompetenceShown, ...]:
        """Return the competences that no piece shows."""
        return tuple(each for each in self.competences if not each.pieces)

    @property
    def gap(self) -> tuple[tuple[int, ...], int]:
        """Return what is missing for the block's rule: mandatory competences, and a number of others."""
        shown = {each.competence.number for each in self.competences if each.pieces}
        return self.block.rule.nearest(shown, self.block.competences)

    @property
    def open(self) -> bool:
        """Return whether the block is sought and not granted yet."""
        return self.line.state in {BlockState.NOT_DECIDED, BlockState.NOT_GRANTED}


@dataclass(frozen=True, kw_only=True)
class Hearing:
    """A jury session that the candidacy is called before.

    `over`: the result is known, or the session was called off. `known_on`: the day the result became known.
    `offered`: the candidate was offered a remote hearing, which they accepted or declined (`remote`), or have not
    answered. `attendance`: whether the candidate came, as far as this reader knows.
    """

    session: SessionId
    held_on: date
    starts_at: time | None
    place: str
    joining_link: str | None
    over: bool
    called_off: bool
    known_on: date | None
    offered: bool
    remote: bool | None
    attendance: Attendance | None


@dataclass(frozen=True, kw_only=True)
class DossierView:
    """A dossier as this reader sees it."""

    id: UUID
    version: int
    read: DisclosedDossier
    candidacy: Candidacy
    candidate_name: str | None
    definition: Definition
    standing: Standing
    provisional: bool
    blocks: tuple[BlockShown, ...]
    pieces: tuple[Piece, ...]
    hearings: tuple[Hearing, ...]
    registered: int | None
    admissibility: Mapping[str, str | None]
    changes: bool
    judges: bool
    copies: Mapping[UUID, CopyState]

    @property
    def route_label(self) -> str:
        """Return the route in the words of the framework."""
        row = self.definition.row(self.candidacy.terms.route)
        return row.label if row else self.candidacy.terms.route.value

    @property
    def option_sought(self) -> Option | None:
        """Return the option that the candidate seeks, if the title has options."""
        return self.definition.option(self.standing.option)

    @property
    def title_option(self) -> Option | None:
        """Return the option of the title that was pronounced, even if another one is sought since."""
        return self.definition.option(self.standing.title_option)

    @property
    def hearing(self) -> Hearing | None:
        """Return the last jury session that the candidate was called before, unless it was called off."""
        return next((each for each in reversed(self.hearings) if not each.called_off), None)

    @property
    def sought(self) -> tuple[BlockShown, ...]:
        """Return the blocks that the candidate seeks, and those that count without being sought."""
        return tuple(shown for shown in self.blocks if shown.line.state is not BlockState.NOT_SOUGHT)

    @property
    def evidenced(self) -> tuple[int, int]:
        """Return how many of their competences have at least one piece, and how many there are."""
        shown = [bool(each.pieces) for block in self.sought for each in block.competences]
        return sum(shown), len(shown)

    @property
    def assessed(self) -> tuple[int, int]:
        """Return how many of their competences were assessed, and how many there are."""
        lines = [each.line.state for block in self.sought for each in block.competences]
        return sum(state in {CompetenceState.ASSESSED, CompetenceState.RULED} for state in lines), len(lines)

    @property
    def left(self) -> tuple[int, ...]:
        """Return the blocks that are sought and not granted yet."""
        return tuple(shown.block.number for shown in self.blocks if shown.open)

    @property
    def lacking(self) -> tuple[int, ...]:
        """Return the mandatory competences of those blocks that no piece shows."""
        return tuple(number for shown in self.blocks if shown.open for number in shown.gap[0])

    @property
    def missing_pieces(self) -> str | None:
        """Return what the feasibility file lacks according to its last check."""
        asked = [told for told in self.read.seen if isinstance(told.fact, FeasibilityFileFoundIncomplete)]
        return personal(asked[-1]).get("missing") if asked else None

    @property
    def free(self) -> tuple[Piece, ...]:
        """Return the pieces that a validation file may list."""
        return tuple(piece for piece in self.pieces if piece.free)


def shown(candidacy: UUID) -> DossierView:
    """Return what the reader sees of a dossier; raise NotFound if they may not read it."""
    read = view(candidacy)
    seen = read.seen
    found = read.so_far(Candidacy, CandidacyId(candidacy))
    opening().prepare([*((found.terms.candidate, kept) for kept in KEYS), (actor().who, Retention.IDENTITY)])
    pieces = pieces_listed(read)
    return DossierView(
        id=candidacy,
        version=read.version,
        read=read,
        candidacy=found,
        candidate_name=read.candidate_name,
        definition=read.framework,
        standing=read.standing,
        provisional=read.provisional,
        blocks=read.once(BlockShown, lambda: _blocks(read, pieces)),
        pieces=pieces,
        hearings=_hearings(found, read),
        registered=read.once(registered, lambda: (registered(read.known),))[0],
        admissibility=said_of_admissibility(seen),
        changes=actor().role is Role.CANDIDATE,
        judges=actor().role in JUDGES,
        copies=acquis().copies.of(candidacy),
    )


def _blocks(read: DisclosedDossier, pieces: Sequence[Piece]) -> tuple[BlockShown, ...]:
    definition, stands, seen = read.framework, read.standing, read.seen
    words = {competence.number: competence for competence in definition.competences}
    lines = {line.number: line for line in stands.competences}
    # only facts that the standing relies on: a ruling voided by a recusal, or a replaced decision, gives no reason
    behind = set(stands.positions)
    counted = [told for told in seen if told.stamp.position in behind]
    rulings = {t.fact.competence: t for t in counted if isinstance(t.fact, CompetenceRuled)}
    decisions = {t.fact.block: t for t in counted if isinstance(t.fact, BlockGranted | BlockNotGranted)}
    opinions = _opinions(read.rules, seen)
    showing: dict[int, list[Piece]] = {}
    for piece in pieces:
        for number in piece.competences if piece.shows else ():
            showing.setdefault(number, []).append(piece)
    told = []
    for block, line in zip(definition.blocks, stands.blocks, strict=True):
        competences = tuple(
            CompetenceShown(
                competence=words[number],
                mandatory=number in block.rule.mandatory,
                line=lines[number],
                pieces=tuple(showing.get(number, ())),
                opinions=opinions.get(number, ()),
                ruled=rulings.get(number),
            )
            for number in block.competences
        )
        told.append(BlockShown(block=block, line=line, competences=competences, decided=decisions.get(block.number)))
    return tuple(told)


def _opinions(rules: Rules, seen: Sequence[DossierFact]) -> dict[int, tuple[Mark, ...]]:
    """Return the last mark of each assessor who has filed, by competence, as far as the reader may see them."""
    filed = {told.fact.assessor for told in seen if isinstance(told.fact, AssessmentFiled)}
    last: dict[int, dict[UUID, Mark]] = {}
    for told in seen:
        if isinstance(told.fact, CompetenceAssessed) and told.fact.assessor in filed:
            last.setdefault(told.fact.competence, {})[told.fact.assessor] = rules.marks[told.fact.mark]
    return {number: tuple(marks.values()) for number, marks in last.items()}


def _hearings(candidacy: Candidacy, read: DisclosedDossier) -> tuple[Hearing, ...]:
    told = ((each, read.so_far(JurySession, each)) for each in candidacy.sessions)
    return tuple(_hearing(session, jury, candidacy.id, read) for session, jury in told if jury.plan)


def _hearing(session: SessionId, jury: JurySession, candidacy: CandidacyId, read: DisclosedDossier) -> Hearing:
    said = read.so_far(Deliberation, Deliberation.id_of(session, candidacy))
    return Hearing(
        session=session,
        held_on=jury.opened_on or jury.planned.held_on,
        starts_at=jury.planned.starts_at,
        place=jury.planned.place,
        joining_link=jury.planned.joining_link,
        over=jury.over_for(candidacy),
        called_off=jury.stage is SessionStage.CANCELLED or candidacy in jury.freed,
        known_on=jury.known_on(candidacy),
        offered=said.coming.offered,
        remote=said.coming.remote,
        attendance=said.attendance,
    )
