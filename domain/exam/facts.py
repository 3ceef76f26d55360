"""Facts of an épreuve (sitting): accommodations asked and given, the sitting planned, held, closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Annotated

from domain.exam.measures import Measures
from domain.fact import Fact, Personal, Retention, Term
from domain.organisation.venue import Venue
from domain.people.identity import IdentityDocument
from domain.ports import CandidacyId, FrameworkId, OrganisationId, PersonId, RulebookId


@dataclass(frozen=True, kw_only=True)
class AccommodationRequested(Fact):
    """The candidate asked for an accommodation (demande d'aménagement); the disability officer alone reads why."""

    fr = "Le candidat a demandé un aménagement ; seul le référent handicap lit pourquoi."
    said_fr = "Un aménagement a été demandé ; seul le référent handicap en lit le motif."
    said_en = "An accommodation was asked for; the disability officer alone reads why."
    candidacy: CandidacyId
    reason: Annotated[Personal[str], Retention.ACCESSIBILITY]


@dataclass(frozen=True, kw_only=True)
class AccommodationGranted(Fact):
    """The disability officer granted measures: they hold for all that follows, in place of any granted before."""

    fr = "Le référent handicap a accordé des mesures, qui remplacent les précédentes."
    said_fr = "Un aménagement a été accordé : {measures}."
    said_en = "An accommodation was granted: {measures}."
    candidacy: CandidacyId
    measures: Measures


@dataclass(frozen=True, kw_only=True)
class AccommodationRefused(Fact):
    """The disability officer granted nothing, and told the candidate why; what was granted before stays."""

    fr = "Le référent handicap n'a rien accordé, et en a dit le motif au candidat."
    said_fr = "L'aménagement demandé n'a pas été accordé."
    said_en = "The accommodation asked for was not granted."
    candidacy: CandidacyId
    reason: Annotated[Personal[str], Retention.ACCESSIBILITY]


@dataclass(frozen=True, kw_only=True)
class SittingPlanned(Fact):
    """An épreuve was set for a day: which modality, where, from when, how long, with which invigilator.

    `subject` is its reference, never its words. `minutes` is the duration that the framework states.
    """

    fr = "Une épreuve a été fixée à un jour : modalité, lieu, heure, durée, surveillant."
    said_fr = "Une épreuve a été fixée au {held_on}, à : {place}."
    said_en = "An épreuve was set for {held_on}, at: {place}."
    framework: FrameworkId
    rulebook: RulebookId
    modality: str
    subject: str
    held_on: date
    starts_at: time
    minutes: int
    place: str
    centre: OrganisationId | None
    remote: bool
    places: int
    invigilator: PersonId

    @property
    def venue(self) -> Venue:
        """The place where the sitting is held, as a `Venue` to check."""
        return Venue(place=self.place, centre=self.centre, remote=self.remote)


@dataclass(frozen=True, kw_only=True)
class MarkerNamed(Fact):
    """An assessor was named to mark some papers of this sitting by their numbers, and not told whose they are."""

    fr = "Un évaluateur a été désigné pour des copies par leur numéro, sans savoir de qui elles sont."
    said_fr = "{numbers:1 copie sera notée|# copies seront notées} par numéro."
    said_en = "{numbers:1 paper|# papers} will be marked by number."
    assessor: PersonId
    numbers: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CandidateExpected(Fact):
    """A candidate was put on the list of the sitting.

    `blocks` are those that it serves which they seek and still lack.
    """

    fr = "Un candidat a été inscrit sur la liste de l'épreuve."
    said_fr = "La candidature a été inscrite à l'épreuve."
    said_en = "The candidacy was put on the list of an épreuve."
    candidacy: CandidacyId
    candidate: PersonId
    blocks: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class InvigilatorReplaced(Fact):
    """Another person watches over the sitting from now on, in the place of one who could not come or stay."""

    fr = "Une autre personne surveille l'épreuve, à la place de qui n'a pu venir ou rester."
    said_fr = fr
    said_en = "Another person watches over the épreuve."
    replaced: PersonId
    invigilator: PersonId
    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class CaseHandedOver(Fact):
    """An individual candidate received the case on which they will be examined (remise du cas)."""

    fr = "Un candidat individuel a reçu le cas."
    said_fr = "Le cas a été remis au candidat individuel."
    said_en = "The case was handed over to the individual candidate."
    effective = "handed_on"
    candidacy: CandidacyId
    handed_on: date


@dataclass(frozen=True, kw_only=True)
class SittingOpened(Fact):
    """The invigilator opened the sitting; its place was authorised on that day."""

    fr = "Le surveillant a ouvert l'épreuve ; son lieu était autorisé ce jour-là."
    said_fr = "L'épreuve a commencé."
    said_en = "The épreuve began."
    effective = "opened_on"
    opened_on: date


@dataclass(frozen=True, kw_only=True)
class IdentityChecked(Fact):
    """A candidate showed a document: of which kind, and whether it matches. No number, no copy."""

    fr = "Un candidat a présenté une pièce : laquelle, et si elle concorde. Ni numéro, ni copie."
    said_fr = "L'identité a été contrôlée sur une pièce ({document}) : elle {matches:concorde|ne concorde pas}."
    said_en = "The candidate's identity was checked by a document ({document}): it {matches:matches|does not match}."
    candidacy: CandidacyId
    document: IdentityDocument
    matches: bool


class Movement(Term):
    """Whether a candidate signed on entering or on leaving (émargement)."""

    IN = "in", "son entrée", "in"
    OUT = "out", "sa sortie", "out"


@dataclass(frozen=True, kw_only=True)
class AttendanceSigned(Fact):
    """A candidate signed in or out (émargement); when coming in, with the minutes of work that they are allowed.

    `late` is how many minutes after the beginning they came; being late takes none of theirs away.
    """

    fr = "Un candidat a signé son entrée ou sa sortie."
    said_fr = "Le candidat a signé {movement}{minutes: ; durée accordée : {minutes}|}."
    said_en = "The candidate signed {movement}{minutes:; time allowed: {minutes}|}."
    after_the_end = "a sitting could not close otherwise; who withdrew does not sign in"
    candidacy: CandidacyId
    movement: Movement
    minutes: int | None
    late: int = 0


@dataclass(frozen=True, kw_only=True)
class IncidentReported(Fact):
    """The invigilator reported something about a candidate; nothing is decided by it (incident)."""

    fr = "Le surveillant a signalé quelque chose au sujet d'un candidat ; rien n'en est décidé."
    said_fr = "Un incident a été signalé pendant l'épreuve ; rien n'en est décidé."
    said_en = "An incident was reported during the épreuve; nothing is decided by it."
    after_the_end = "what was seen at an épreuve is reported all the same"
    candidacy: CandidacyId
    account: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class PaperCollected(Fact):
    """A candidate's paper was collected under a number; under reserve where an incident about them was reported."""

    fr = "La copie d'un candidat a été ramassée sous un numéro, sous réserve en cas d'incident."
    said_fr = "La copie a été ramassée sous le numéro {number}{under_reserve:, sous réserve|}."
    said_en = "The paper was collected under number {number}{under_reserve:, under reserve|}."
    candidacy: CandidacyId
    number: int
    under_reserve: bool


@dataclass(frozen=True, kw_only=True)
class SittingClosed(Fact):
    """The sitting is over: whoever did not sign in was absent."""

    fr = "L'épreuve est close : qui n'a pas signé son entrée était absent."
    said_fr = "L'épreuve a été close."
    said_en = "The épreuve was closed."


@dataclass(frozen=True, kw_only=True)
class SittingCancelled(Fact):
    """The sitting was called off before it opened: whoever was on its list may be called to another.

    `reason` is what those called are told.
    """

    fr = "L'épreuve a été annulée avant de s'ouvrir, avec ce qui en est dit aux convoqués."
    said_fr = "L'épreuve a été annulée avant de s'ouvrir."
    said_en = "The épreuve was called off before it opened."
    reason: Annotated[Personal[str], Retention.DECISION]


AccommodationFact = AccommodationRequested | AccommodationGranted | AccommodationRefused
SitterFact = CaseHandedOver | IdentityChecked | AttendanceSigned | IncidentReported | PaperCollected
SittingFact = (
    SittingPlanned
    | CandidateExpected
    | CaseHandedOver
    | SittingOpened
    | IdentityChecked
    | AttendanceSigned
    | IncidentReported
    | PaperCollected
    | SittingClosed
    | MarkerNamed
    | SittingCancelled
    | InvigilatorReplaced
)
