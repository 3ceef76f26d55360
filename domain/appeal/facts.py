"""What can happen after a decision: reviews, court rulings, rectifications."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from domain.fact import Fact, Personal, Retention, Term
from domain.jury.rectified_decision import Corrected, MinutedBlock
from domain.ports import CandidacyId, EvidenceId, PersonId, SessionId


class Ground(Term):
    """What a request complains of: a material error, how the decision was taken, or how the jury judged the work."""

    MATERIAL = "material", "erreur matérielle", "material error"
    PROCEDURAL = "procedural", "procédure", "procedure"
    MERITS = "merits", "appréciation du jury", "what the jury made of the work"


@dataclass(frozen=True, kw_only=True)
class ReviewRequested(Fact):
    """The candidate asked for a review of what a jury decided (demande de réexamen).

    `received_on`: it came as a letter, which the registrar keyed; `letter` its scan, a piece of the candidacy.
    """

    fr = "Le candidat a demandé le réexamen de ce qu'un jury a décidé."
    said_fr = "Un réexamen de la décision du jury a été demandé (motif : {ground})."
    said_en = "A review of the jury's decision was asked for (ground: {ground})."
    effective = "asked_on"
    after_the_end = "what a jury decided before is questioned all the same"
    milestone = True
    session: SessionId
    candidacy: CandidacyId
    ground: Ground
    asked_on: date
    statement: Annotated[Personal[str], Retention.DECISION]
    received_on: date | None = None
    letter: EvidenceId | None = None


@dataclass(frozen=True, kw_only=True)
class ReviewAnswered(Fact):
    """The certifier answered a request for review: it rejected it, or accepted it and annulled the decision.

    `rectifies`: it accepted that something was keyed wrongly, which is rectified and not annulled.
    """

    fr = "Le certificateur a rejeté la demande, ou l'a acceptée : décision annulée, ou à rectifier."
    said_fr = "La demande de réexamen a été {accepted:acceptée|rejetée}."
    said_en = "The request for review was {accepted:accepted|rejected}."
    after_the_end = "what a jury decided before is questioned all the same"
    decides = True
    session: SessionId
    candidacy: CandidacyId
    accepted: bool
    reason: Annotated[Personal[str], Retention.DECISION]
    rectifies: bool = False


@dataclass(frozen=True, kw_only=True)
class CourtRuled(Fact):
    """A court let a jury's decision stand, or annulled it (décision de justice). Its reference leads to a person.

    `quashes`: a higher court quashed the ruling that had annulled it, and it stands again.
    """

    fr = "Un tribunal a laissé subsister la décision d'un jury, l'a annulée, ou a cassé son annulation."
    said_fr = (
        "Le {ruled_on}, la juridiction « {court} » a "
        "{quashes:cassé l'annulation de la décision du jury, qui vaut de nouveau|"
        "{annuls:annulé|laissé subsister} la décision du jury}."
    )
    said_en = (
        "On {ruled_on} the court “{court}” "
        "{quashes:quashed the annulment of the jury's decision, which stands again|"
        "{annuls:annulled the jury's decision|let the jury's decision stand}}."
    )
    effective = "ruled_on"
    after_the_end = "what a jury decided before is questioned all the same"
    milestone = True
    session: SessionId
    candidacy: CandidacyId
    court: str
    ruled_on: date
    annuls: bool
    reference: Annotated[Personal[str], Retention.DECISION]
    quashes: bool = False


@dataclass(frozen=True, kw_only=True)
class RectificationProposed(Fact):
    """The chair or the registrar said what was keyed otherwise than the signed minutes say.

    `blocks` and `title` are what the minutes say of them, where the proposal says it.
    """

    fr = "Quelqu'un a dit ce qui a été saisi autrement qu'au procès-verbal signé."
    said_fr = "Une rectification a été proposée{rulings: ({rulings})|}."
    said_en = "A rectification was proposed{rulings: ({rulings})|}."
    after_the_end = "what was keyed wrongly before is put right all the same"
    session: SessionId
    candidacy: CandidacyId
    rulings: tuple[Corrected, ...]
    blocks: tuple[MinutedBlock, ...]
    title: bool | None
    proposed_by: PersonId
    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class RectificationApproved(Fact):
    """A second person read the signed minutes and agreed: the decision is rectified with it."""

    fr = "Une seconde personne a approuvé la rectification, procès-verbal signé en main."
    said_fr = fr
    said_en = "The rectification was approved by a second person."
    after_the_end = "what was keyed wrongly before is put right all the same"
    session: SessionId
    candidacy: CandidacyId


@dataclass(frozen=True, kw_only=True)
class RectificationRejected(Fact):
    """What was proposed was rejected, or withdrawn: the decision stays as it was keyed."""

    fr = "La rectification proposée a été rejetée ou reprise : rien ne change."
    said_fr = "La rectification proposée a été rejetée : la décision reste telle que saisie."
    said_en = "The proposed rectification was rejected: the decision stays as it was keyed."
    after_the_end = "what was keyed wrongly before is put right all the same"
    session: SessionId
    candidacy: CandidacyId
    reason: Annotated[Personal[str], Retention.DECISION]


RectificationFact = RectificationProposed | RectificationApproved | RectificationRejected
ReviewFact = ReviewRequested | ReviewAnswered | CourtRuled
