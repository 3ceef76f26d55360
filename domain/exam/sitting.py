"""A sitting of an épreuve: its plan, candidates, invigilator, and papers by number (épreuve).

A paper has a number and no name. The candidate it belongs to is recorded here, and shown neither to its markers nor
to the jury.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Self, assert_never
from uuid import UUID

from domain.assessment.assessment import NotAssigned
from domain.candidacy.candidacy import AlreadySummoned, Candidacy, NotByNumber, OwnWork
from domain.candidacy.candidacy_life import CandidacyEnded
from domain.exam.facts import (
    AttendanceSigned,
    CandidateExpected,
    CaseHandedOver,
    IdentityChecked,
    IncidentReported,
    InvigilatorReplaced,
    MarkerNamed,
    Movement,
    PaperCollected,
    SittingCancelled,
    SittingClosed,
    SittingFact,
    SittingOpened,
    SittingPlanned,
)
from domain.exam.measures import Measures
from domain.fact import Personal
from domain.framework.definition import Modality, Route
from domain.people.identity import IdentityDocument
from domain.people.person import Person
from domain.ports import CandidacyId, PersonId, Role, SittingId
from domain.refusal import Refused

MOST_CANDIDATES = 90
"""Maximum number of candidates: naming a marker relies on each candidacy, and one append on four hundred streams at
most.
"""
LAST_NUMBER = 999_999
READ_LISTS = frozenset({Role.REGISTRAR, Role.AUDITOR})
"""The roles that see the author of each paper."""


class SittingStage(StrEnum):
    """The stage that a sitting has reached."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class NotASitting(Refused):
    """Only what the framework states with its duration is sat: a file handed in is none, and VAE has no épreuve."""

    fr = "N'est une épreuve à passer que celle dont la fiche donne la durée ; un dossier remis n'en est pas une."
    kind = "invalid"
    source = "{sheet}, modalities of assessment"
    source_fr = "{sheet}, modalités d'évaluation"


class SittingInThePast(Refused):
    """A sitting is planned for today or a later day, for one candidate at least and ninety at most."""

    fr = "Une épreuve est fixée à aujourd'hui ou plus tard, pour un candidat au moins et quatre-vingt-dix au plus."
    kind = "invalid"


class SittingNotPlanned(Refused):
    """This can only be done before the sitting opens."""

    fr = "Cela n'est possible qu'avant l'ouverture de l'épreuve."


class SittingNotOpen(Refused):
    """This can only be done while the sitting is open."""

    fr = "Cela n'est possible que pendant l'épreuve."


class NotToday(Refused):
    """A sitting opens on its own day."""

    fr = "Une épreuve s'ouvre le jour auquel elle est fixée."


class NotTheInvigilator(Refused):
    """The invigilator of the sitting, and nobody else, opens it, checks and collects."""

    fr = "Le surveillant de l'épreuve, et nul autre, l'ouvre, contrôle et ramasse."
    kind = "forbidden"


class SittingOver(Refused):
    """Nobody watches over a sitting that was closed or called off."""

    fr = "Nul ne surveille une épreuve close ou annulée."


class NotInTheirPlace(Refused):
    """Who watches over the sitting now is replaced, and by another person, who does not sit it."""

    fr = "On remplace qui surveille l'épreuve à présent, et par une autre personne, qui ne la passe pas."


class WrongModality(Refused):
    """A candidate sits the épreuves of their own framework, rulebook and route."""

    fr = "Un candidat passe les épreuves de son référentiel, de son règlement et de sa voie d'accès."


class SittingFull(Refused):
    """A sitting has as many candidates as it has places."""

    fr = "Une épreuve n'a pas plus de candidats qu'elle n'a de places."


class NotExpected(Refused):
    """Only a candidate called to this sitting, and present at it, is dealt with there."""

    fr = "Seul un candidat convoqué à cette épreuve, et présent, y est pris en compte."


class IdentityNotChecked(Refused):
    """A candidate signs in once a document that matches was shown."""

    fr = "Un candidat signe son entrée une fois présentée une pièce qui concorde."


class CaseNotHandedOver(Refused):
    """An individual candidate receives the case on the day that the rulebook sets, and sits the épreuve after it."""

    fr = "Un candidat individuel reçoit le cas le jour que fixe le règlement, et passe l'épreuve ensuite."
    source = "the certifier's rulebook"
    source_fr = "le règlement du certificateur"


class SignedAlready(Refused):
    """A candidate signs in once, and out once, after signing in."""

    fr = "Un candidat signe une fois son entrée, puis une fois sa sortie."


class NoPaperWithoutSigningIn(Refused):
    """Only a candidate who signed in hands in a paper, once."""

    fr = "Seul un candidat qui a signé son entrée remet une copie, une fois."


class NumberTaken(Refused):
    """A paper's number is its own: a whole number up to 999,999, given once in a sitting."""

    fr = "Le numéro d'une copie lui est propre : un nombre entier jusqu'à 999 999, donné une fois par épreuve."


class NoSuchPaper(Refused):
    """Papers are marked by their numbers once the sitting is closed: those that were collected, each known there."""

    fr = "Les copies se notent par leur numéro, une fois l'épreuve close : celles qui y ont été ramassées."


class StillSitting(Refused):
    """A sitting closes when everybody who signed in has signed out."""

    fr = "Une épreuve se clôt quand tous ceux qui ont signé leur entrée ont signé leur sortie."


@dataclass(frozen=True, kw_only=True)
class Sitter:
    """One candidate at a sitting: what was checked, signed, reported and collected."""

    candidate: PersonId
    case_on: date | None = None
    identified: bool = False
    signed_in: bool = False
    signed_out: bool = False
    incident: bool = False
    minutes: int | None = None
    paper: int | None = None

    def takes(
        self, fact: CaseHandedOver | IdentityChecked | AttendanceSigned | IncidentReported | PaperCollected
    ) -> Self:
        """Return a copy with this fact applied."""
        match fact:
            case CaseHandedOver(handed_on=handed_on):
                return replace(self, case_on=handed_on)
            case IdentityChecked(matches=matches):
                return replace(self, identified=matches)
            case AttendanceSigned(movement=Movement.IN, minutes=minutes):
                return replace(self, signed_in=True, minutes=minutes)
            case AttendanceSigned():
                return replace(self, signed_out=True)
            case IncidentReported():
                return replace(self, incident=True)
            case PaperCollected(number=number):
                return replace(self, paper=number)
            case _:
                assert_never(fact)


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """One sitting of an épreuve, for many candidates."""

    id: SittingId
    version: int = 0
    plan: SittingPlanned | None = None
    stage: SittingStage = SittingStage.PLANNED
    sitters: dict[CandidacyId, Sitter] = field(default_factory=dict)
    markers: dict[PersonId, frozenset[int]] = field(default_factory=dict)
    watched: frozenset[PersonId] = frozenset()
    """The earlier invigilators, who were replaced."""

    @property
    def planned(self) -> SittingPlanned:
        """The plan, with the current invigilator; a loaded sitting always has one."""
        if self.plan is None:
            raise ValueError("nothing was planned here")
        return self.plan

    @property
    def papers(self) -> dict[int, CandidacyId]:
        """The author of each paper, by number; hidden from markers and from the jury."""
        return {sitter.paper: candidacy for candidacy, sitter in self.sitters.items() if sitter.paper is not None}

    def call(self, planned: SittingPlanned, modality: Modality | None, today: date) -> SittingPlanned:
        """Plan the sitting of an épreuve that the framework states, for today or later."""
        if modality is None or modality.duration is None or set(modality.routes) <= {Route.VAE}:
            raise NotASitting(planned.modality)
        if planned.held_on < today or not 1 <= planned.places <= MOST_CANDIDATES:
            raise SittingInThePast(planned.held_on.isoformat(), planned.places)
        return replace(planned, minutes=modality.duration)

    def expect(
        self, candidacy: Candidacy, modality: Modality, others: tuple[Sitting, ...], names: Collection[PersonId]
    ) -> CandidateExpected:
        """Put a candidate, who has these files, on the list.

        `others` are the sittings to which they were called before.
        """
        self._at(SittingStage.PLANNED, SittingNotPlanned)
        terms, plan = candidacy.terms, self.planned
        ours = (terms.framework, terms.rulebook) == (plan.framework, plan.rulebook)
        if not ours or terms.route is Route.VAE or terms.route not in modality.routes:
            raise WrongModality(candidacy.id)
        if {plan.invigilator, *self.watched} & set(names):
            raise OwnWork(terms.candidate)
        over = {SittingStage.CLOSED, SittingStage.CANCELLED}
        again = any(other.planned.modality == plan.modality and other.stage not in over for other in others)
        if candidacy.id in self.sitters or again:
            raise AlreadySummoned(candidacy.id)
        if len(self.sitters) >= plan.places:
            raise SittingFull(self.id)
        return CandidateExpected(candidacy=candidacy.id, candidate=terms.candidate)

    def hand_over(self, candidacy: Candidacy, days_before: int | None, today: date) -> CaseHandedOver:
        """Give an individual candidate the case, on the exact day that the rulebook sets, if it sets one."""
        self._at(SittingStage.PLANNED, SittingNotPlanned)
        sitter = self._sitter(candidacy.id)
        due = None if days_before is None else self.planned.held_on - timedelta(days=days_before)
        if candidacy.terms.route is not Route.CL or sitter.case_on or (due is not None and today != due):
            raise CaseNotHandedOver(candidacy.id, *([due.isoformat()] if due else []))
        return CaseHandedOver(candidacy=candidacy.id, handed_on=today)

    def check_other(self, candidacy: CandidacyId, names: Collection[PersonId]) -> None:
        """Refuse an invigilator, who has these files, to act on themselves as a candidate."""
        if self._sitter(candidacy).candidate in names:
            raise OwnWork(candidacy)

    def open(self, by: PersonId, today: date) -> SittingOpened:
        """Open the sitting, on its day, as its invigilator."""
        self._invigilated(by)
        self._at(SittingStage.PLANNED, SittingNotPlanned)
        if today != self.planned.held_on:
            raise NotToday(self.planned.held_on.isoformat())
        return SittingOpened(opened_on=today)

    def check(
        self, candidacy: CandidacyId, document: IdentityDocument, *, matches: bool, by: PersonId
    ) -> IdentityChecked:
        """Record which kind of document was shown, and whether it matches."""
        self._running(by)
        if self._sitter(candidacy).signed_in:
            raise SignedAlready(candidacy)
        return IdentityChecked(candidacy=candidacy, document=document, matches=matches)

    def sign_in(
        self, candidacy: Candidacy, granted: Measures, *, by: PersonId, case_due: bool, late: int = 0
    ) -> AttendanceSigned:
        """Sign in a candidate whose identity was checked, with the minutes that they are allowed."""
        self._running(by)
        sitter = self._sitter(candidacy.id)
        if candidacy.life.ended:
            raise CandidacyEnded(candidacy.life.ended.value)
        if sitter.signed_in:
            raise SignedAlready(candidacy.id)
        if not sitter.identified:
            raise IdentityNotChecked(candidacy.id)
        if case_due and candidacy.terms.route is Route.CL and sitter.case_on is None:
            raise CaseNotHandedOver(candidacy.id)
        minutes = granted.minutes(self.planned.minutes)
        return AttendanceSigned(candidacy=candidacy.id, movement=Movement.IN, minutes=minutes, late=late)

    def sign_out(self, candidacy: CandidacyId, *, by: PersonId) -> AttendanceSigned:
        """Sign out a candidate who signed in."""
        self._running(by)
        sitter = self._sitter(candidacy)
        if not sitter.signed_in or sitter.signed_out:
            raise SignedAlready(candidacy)
        return AttendanceSigned(candidacy=candidacy, movement=Movement.OUT, minutes=None)

    def report(self, candidacy: CandidacyId, account: str, *, by: PersonId) -> IncidentReported:
        """Report an incident about a candidate who is present, sealed for them."""
        self._running(by)
        sitter = self._sitter(candidacy)
        if not sitter.signed_in:
            raise NotExpected(candidacy)
        return IncidentReported(candidacy=candidacy, account=Personal(account, sitter.candidate))

    def collect(self, candidacy: CandidacyId, number: int, *, by: PersonId) -> PaperCollected:
        """Collect a paper under a unique number; after an incident about its author, under reserve."""
        self._running(by)
        sitter = self._sitter(candidacy)
        if not sitter.signed_in or sitter.paper is not None:
            raise NoPaperWithoutSigningIn(candidacy)
        if number in self.papers or not 1 <= number <= LAST_NUMBER:
            raise NumberTaken(number)
        return PaperCollected(candidacy=candidacy, number=number, under_reserve=sitter.incident)

    def draw(self, lot: UUID) -> int:
        """Return an unused number for a paper, unrelated to its author and its place in the row."""
        first, taken = lot.int % LAST_NUMBER, self.papers
        return next(n for n in ((first + step) % LAST_NUMBER + 1 for step in range(LAST_NUMBER)) if n not in taken)

    def close(self, by: PersonId) -> SittingClosed:
        """Close the sitting when no candidate is left in it."""
        self._running(by)
        if left := [each for each, sitter in self.sitters.items() if sitter.signed_in and not sitter.signed_out]:
            raise StillSitting(*sorted(left))
        return SittingClosed()

    def name_marker(self, assessor: PersonId, numbers: tuple[int, ...], files: Iterable[Person]) -> MarkerNamed:
        """Name the marker of these papers, once the sitting is closed; `files` are all of the marker's.

        The marker may be neither the person who collected the papers, nor a person who may read their authors.
        """
        self._at(SittingStage.CLOSED, NoSuchPaper)
        if not numbers or not set(numbers) <= self.papers.keys():
            raise NoSuchPaper(*sorted(set(numbers) - self.papers.keys()))
        watched = self.watched | {self.planned.invigilator}
        if any(each.id in watched or READ_LISTS & each.roles for each in files):
            raise NotByNumber(assessor)
        return MarkerNamed(assessor=assessor, numbers=tuple(sorted(set(numbers))))

    def author(self, number: int, assessor: PersonId) -> CandidacyId:
        """Return the author of a paper, for a command of its marker; the author must not appear in an answer."""
        if number not in self.markers.get(assessor, ()):
            raise NotAssigned(assessor)
        return self.papers[number]

    def replace_invigilator(self, replaced: PersonId, files: Sequence[PersonId], reason: str) -> InvigilatorReplaced:
        """Replace the invigilator, before or during the sitting; `files` are the new one's, the named one first.

        Nobody invigilates a sitting in which they are a candidate.
        """
        if self.stage not in {SittingStage.PLANNED, SittingStage.OPEN}:
            raise SittingOver(self.id)
        sitting = {sitter.candidate for sitter in self.sitters.values()}
        if replaced != self.planned.invigilator or replaced in files or sitting & set(files):
            raise NotInTheirPlace(replaced)
        return InvigilatorReplaced(replaced=replaced, invigilator=files[0], reason=Personal(reason, replaced))

    def cancel(self, reason: str, *, by: PersonId) -> SittingCancelled:
        """Cancel the sitting before it opens."""
        self._at(SittingStage.PLANNED, SittingNotPlanned)
        return SittingCancelled(reason=Personal(reason, by))

    def _invigilated(self, by: PersonId) -> None:
        if by != self.planned.invigilator:
            raise NotTheInvigilator(by)

    def _running(self, by: PersonId) -> None:
        self._invigilated(by)
        self._at(SittingStage.OPEN, SittingNotOpen)

    def _at(self, stage: SittingStage, otherwise: type[Refused]) -> None:
        if self.stage is not stage:
            raise otherwise(self.id)

    def _sitter(self, candidacy: CandidacyId) -> Sitter:
        if candidacy not in self.sitters:
            raise NotExpected(candidacy)
        return self.sitters[candidacy]

    def evolve(self, fact: SittingFact) -> Self:
        match fact:
            case SittingPlanned():
                return replace(self, plan=fact)
            case CandidateExpected(candidacy=candidacy, candidate=candidate):
                return replace(self, sitters={**self.sitters, candidacy: Sitter(candidate=candidate)})
            case SittingOpened():
                return replace(self, stage=SittingStage.OPEN)
            case SittingClosed():
                return replace(self, stage=SittingStage.CLOSED)
            case MarkerNamed(assessor=assessor, numbers=numbers):
                given = self.markers.get(assessor, frozenset()) | frozenset(numbers)
                return replace(self, markers={**self.markers, assessor: given})
            case SittingCancelled():
                return replace(self, stage=SittingStage.CANCELLED)
            case InvigilatorReplaced(replaced=replaced, invigilator=invigilator):
                plan = replace(self.planned, invigilator=invigilator)
                return replace(self, plan=plan, watched=self.watched | {replaced})
            case CaseHandedOver() | IdentityChecked() | AttendanceSigned() | IncidentReported() | PaperCollected():
                found = self.sitters.get(fact.candidacy)
                if found is None:  # possible only in a log that was tampered with
                    return self
                return replace(self, sitters={**self.sitters, fact.candidacy: found.takes(fact)})
            case _:
                assert_never(fact)
