"""Assessment grid of one dossier: each competence with its pieces and the assessor's opinion so far.

Until the assessment is handed in, the opinions are drafts in the operational tables, which nobody else reads. An
opinion that was recorded otherwise is shown where there is no draft.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from adapters.clock import PARIS
from adapters.operations.drafts import Draft
from domain.assessment.assessment import Assessment, Opinion
from domain.assessment.facts import CompetenceAssessed
from domain.candidacy.candidacy import Candidacy
from domain.commands.jury.marks_before_the_jury import attempted
from domain.framework.definition import Block, Competence, Definition, Route
from domain.framework.framework import Framework
from domain.framework.scale import Mark
from domain.ports import CandidacyId, PersonId
from domain.refusal import NotFound
from domain.rulebook.evidence_rules import EvidenceCheck
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Rules
from projections.assessment.assessor_assignments import ToAssess, to_assess
from projections.reading import DossierFact
from webapi.accounts.authentication import actor, reader, reading
from webapi.current import acquis
from webapi.evidence.pieces import Piece, pieces_listed
from webapi.privacy.disclosure import personal, view
from webapi.words import phrase

PART: Final = "competence-"
ROUTES: Final = {
    Route.FI: phrase("Formation initiale"),
    Route.CA: phrase("Apprentissage"),
    Route.FC: phrase("Formation continue"),
    Route.CQ: phrase("Contrat de professionnalisation"),
    Route.CL: phrase("Candidature individuelle"),
    Route.VAE: phrase("VAE"),
}
LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Characters that cannot be mistaken for one another."""


def reference(candidacy: UUID, route: str, opened_on: date) -> str:
    """Return the anonymous name of a dossier: its route, its year, and six letters made from its id."""
    rest, said = candidacy.int >> 8, ""
    for _ in range(6):
        rest, place = divmod(rest, len(LETTERS))
        said += LETTERS[place]
    return f"{route}-{opened_on.year}-{said}"


@dataclass(frozen=True, kw_only=True)
class Thought:
    """An assessor's opinion on a competence so far: code of a mark, if one is given, and comment.

    `explains` is the mark for which the comment was written: the mark may have changed since.
    """

    mark: str = ""
    comment: str = ""
    explains: str = field(default="", compare=False)

    @classmethod
    def drafted(cls, draft: Draft) -> Thought | None:
        """Return the opinion that a draft contains; None if its text was deleted."""
        return cls(**json.loads(draft.text)) if draft.text else None

    @property
    def text(self) -> str:
        """Return the text of the draft."""
        return json.dumps({"mark": self.mark, "comment": self.comment, "explains": self.explains})

    def after(self, former: Thought) -> Thought:
        """Return this opinion; if only the mark is new, the comment still explains the former mark."""
        unchanged = self.comment == former.comment
        return replace(self, explains=(former.explains or former.mark) if unchanged else self.mark)


@dataclass(frozen=True, kw_only=True)
class GridLine:
    """A competence of the grid; `since` is the revision of its draft that the next save replaces."""

    competence: Competence
    mandatory: bool
    pieces: tuple[Piece, ...]
    thought: Thought
    recorded: Thought
    since: int | None
    closed: bool

    @property
    def number(self) -> int:
        """Return the competence's number."""
        return self.competence.number

    @property
    def part(self) -> str:
        """Return the name of its draft."""
        return f"{PART}{self.number}"

    @property
    def unrecorded(self) -> bool:
        """Return whether its mark and comment differ from those recorded."""
        return bool(self.thought.mark) and self.thought != self.recorded and not self.closed


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A dossier as its assessor marks it."""

    candidacy: UUID
    candidate: PersonId
    route: Route
    opened_on: date
    definition: Definition
    rules: Rules
    assessment: Assessment
    lines: tuple[GridLine, ...]
    pieces: tuple[Piece, ...]
    saved_at: datetime | None
    due_on: date | None

    @property
    def reference(self) -> str:
        """Return the anonymous name of the dossier."""
        return reference(self.candidacy, self.route, self.opened_on)

    @property
    def anonymous(self) -> bool:
        """Return whether pieces have numbers instead of names."""
        return self.rules.anonymous_assessment

    @property
    def open(self) -> tuple[GridLine, ...]:
        """Return the lines that can still be marked."""
        return tuple(line for line in self.lines if not line.closed)

    @property
    def marked(self) -> tuple[GridLine, ...]:
        """Return the lines with a mark."""
        return tuple(line for line in self.lines if line.thought.mark)

    @property
    def unmarked(self) -> tuple[GridLine, ...]:
        """Return the lines that can still be marked and have no mark."""
        return tuple(line for line in self.open if not line.thought.mark)

    @property
    def contradicted(self) -> tuple[GridLine, ...]:
        """Return the acquired lines whose comment was written when they were not acquired."""
        return tuple(line for line in self.open if self.is_contradicted(line.thought))

    def is_contradicted(self, thought: Thought) -> bool:
        """Return whether the comment still gives a reason to refuse although the mark acquires."""
        mark, explained = self.mark(thought.mark), self.mark(thought.explains)
        return bool(thought.comment and mark and mark.acquired and explained and not explained.acquired)

    @property
    def handed_in(self) -> bool:
        """Return whether the whole assessment is handed in."""
        return not self.open

    @property
    def blocks(self) -> Iterator[tuple[Block, tuple[GridLine, ...]]]:
        """Yield the blocks with competences to mark, each with its lines."""
        for block in self.definition.blocks:
            lines = tuple(line for line in self.lines if line.number in block.competences)
            if lines:
                yield block, lines

    @property
    def unrecorded(self) -> tuple[Opinion, ...]:
        """Return the drafted opinions, in the form in which they are recorded."""
        return tuple(
            Opinion(competence=line.number, mark=line.thought.mark, comment=line.thought.comment or None)
            for line in self.lines
            if line.unrecorded
        )

    @property
    def drafts(self) -> dict[str, int]:
        """Return the revision of each draft."""
        return {line.part: line.since for line in self.lines if line.since is not None}

    @property
    def shown(self) -> str:
        """Return a digest of all opinions, which changes when any of them does."""
        said = [(line.number, line.thought.mark, line.thought.comment) for line in self.lines]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def mark(self, code: str) -> Mark | None:
        """Return a mark of the scale, or points, from its code; None for no mark."""
        if code in self.rules.marks:
            return self.rules.marks[code]
        return self.rules.points.mark(code) if self.rules.points and code else None

    def piece(self, wanted: int | None) -> Piece | None:
        """Return the piece of this number; else the first one for the next competence to mark; else the first one."""
        following = next(iter(self.unmarked), None)
        serving = following.pieces if following else ()
        return next((each for each in self.pieces if each.number == wanted), None) or next(
            iter((*serving, *self.pieces)), None
        )


def grid(candidacy: UUID) -> Grid:
    """Return the grid of a dossier; raise NotFound if the user is not an assessor of it by name."""
    read, me = view(candidacy), actor().who
    log = reading()
    found = log.load(Candidacy, CandidacyId(candidacy))
    if me not in found.assessors or me in found.by_number:
        raise NotFound(candidacy)
    framework = log.load(Framework, found.terms.framework).content
    rules = log.load(Rulebook, found.terms.rulebook).content
    assessment = log.find(Assessment, Assessment.id_of(found.id, me))
    attempts = attempted(log.find, found)
    queued = to_assess(acquis().database, me, reader().files, candidacy=candidacy)
    drafts = acquis().drafts.of(me, candidacy)
    pieces = tuple(each for each in pieces_listed(read) if each.check is EvidenceCheck.CLEARED and not each.withdrawn)
    recorded = _recorded(read.seen, assessment)
    words = {each.number: each for each in framework.competences}

    def line(number: int) -> GridLine:
        closed = assessment.closed(number, framework, attempts)
        attempt, thought = recorded.get(number, (0, Thought()))
        if not closed and attempt < attempts.at(framework.block_of[number].number):
            thought = Thought()
        draft = drafts.get(f"{PART}{number}")
        drafted = Thought.drafted(draft) if draft and not closed else None
        if drafted and not drafted.mark:
            drafted = replace(drafted, mark=thought.mark)  # a recorded mark can be changed, but not removed
        return GridLine(
            competence=words[number],
            mandatory=number in framework.block_of[number].rule.mandatory,
            pieces=tuple(each for each in pieces if number in each.competences and each.shows),
            thought=drafted or thought,
            recorded=thought,
            since=draft.revision if draft else None,
            closed=closed,
        )

    return Grid(
        candidacy=candidacy,
        candidate=found.terms.candidate,
        route=found.terms.route,
        opened_on=found.terms.opened_on,
        definition=framework,
        rules=rules,
        assessment=assessment,
        lines=tuple(line(number) for number in sorted(found.assessors[me])),
        pieces=pieces,
        due_on=next((each.due_on for each in queued), None),
        saved_at=max((each.saved_at.astimezone(PARIS) for each in drafts.values()), default=None),
    )


def _recorded(seen: Sequence[DossierFact], assessment: Assessment) -> dict[int, tuple[int, Thought]]:
    """Return the last recorded mark of each competence, with its comment, and the attempt that it is for."""
    return {
        told.fact.competence: (
            told.fact.attempt,
            Thought(mark=told.fact.mark, comment=personal(told).get("comment") or ""),
        )
        for told in seen
        if isinstance(told.fact, CompetenceAssessed) and told.stamp.stream == assessment.id
    }


@dataclass(frozen=True, kw_only=True)
class QueuedDossier:
    """A dossier in the queue, with the number of competences marked so far."""

    found: ToAssess
    marked: int

    @property
    def reference(self) -> str:
        """Return the anonymous name of the dossier."""
        return reference(self.found.candidacy, self.found.route, self.found.opened_on)

    @property
    def route(self) -> str:
        """Return the route, in words."""
        return ROUTES[Route(self.found.route)]

    @property
    def total(self) -> int:
        """Return the number of competences to mark."""
        return len(self.found.competences)

    @property
    def begun(self) -> bool:
        """Return whether the assessor has marked anything."""
        return self.marked > 0


def waiting() -> list[QueuedDossier]:
    """Return the user's dossiers to mark and hand in, the most urgent first."""
    me = actor().who
    found = to_assess(acquis().database, me, reader().files)
    drafts = acquis().drafts.of_each(me, [each.candidacy for each in found])
    return [QueuedDossier(found=each, marked=_marked(each, drafts[each.candidacy])) for each in found]


def _marked(found: ToAssess, drafts: Mapping[str, Draft]) -> int:
    """Return how many of the dossier's competences have a mark, recorded or drafted."""
    drafted = {part: Thought.drafted(draft) for part, draft in drafts.items()}
    return sum(
        number in found.marked or bool((thought := drafted.get(f"{PART}{number}")) and thought.mark)
        for number in found.competences
    )
