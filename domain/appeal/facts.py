"""Facts after a decision: reviews, court rulings, rectifications, annulments proposed and confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.fact import Fact, Personal, Retention, Term
from domain.jury.annulled_decision import Cause
from domain.jury.rectified_decision import Corrected, MinutedBlock
from domain.jury.vote import VoteOutcome
from domain.ports import CandidacyId, EvidenceId, PersonId, SessionId


class ComplaintGround(Term):
    """The subject of a complaint: a material error, the procedure, or the jury's judgment of the work."""

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
    ground: ComplaintGround
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


class Effect(Term):
    """A consequence of an annulment, for a decision, a title, a block counted elsewhere, a number."""

    DECISION_FALLS = "decision_falls", "la décision du jury est annulée", "the jury's decision is annulled"
    DECISION_RESTORED = "decision_restored", "la décision du jury vaut de nouveau", "the jury's decision stands again"
    TITLE_FALLS = "title_falls", "le titre prononcé tombe", "the title that was pronounced falls"
    TITLE_RESTORED = "title_restored", "le titre prononcé vaut de nouveau", "the title stands again"
    CREDIT_FALLS = "credit_falls", "un bloc ne compte plus", "a block counts no more"
    CREDIT_RESTORED = "credit_restored", "un bloc compte de nouveau", "a block counts again"
    NUMBER_WITHDRAWN = "number_withdrawn", "le titre est retiré du registre", "the title leaves the register"
    NUMBER_REINSTATED = "number_reinstated", "le titre est réinscrit au registre", "the title is back in the register"
    FINDING_LIFTED = "finding_lifted", "la fraude établie est levée", "the finding of fraud is lifted"
    SANCTION_LIFTED = "sanction_lifted", "la sanction est levée", "the sanction is lifted"
    MARKS_VOID = "marks_void", "des notes sont annulées", "marks are void"


@dataclass(frozen=True, kw_only=True)
class Consequence:
    """One consequence of an annulment: its candidacy, the session of the decision, the number.

    `numbers` are those of the blocks, or of the competences whose marks are void. `version` is that of the decision
    that is annulled or restored: with one more fact, it is another decision.
    """

    effect: Effect
    candidacy: CandidacyId
    session: SessionId | None = None
    numbers: tuple[int, ...] = ()
    number: int | None = None
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class AnnulmentProposed(Fact):
    """Somebody proposed to annul what was decided of a candidate: it waits for a second person, and nothing changes.

    `cause`: a review that is accepted, a court's ruling (`court`, `ruled_on`, `reference`), or a fraud. It is about
    the decision of a `session`, or about a `case` of fraud: that it is found, with the sessions whose decision falls
    (`withdraws`), or that a `sanction` voids the marks of `competences`; by a review or a court, that the finding, or
    one `sanction`, is lifted. `vote`: how the jury voted, where it is the jury that decided on the fraud.
    `consequences` are all that follows.
    """

    fr = "Une annulation a été proposée ; elle attend une seconde personne, et rien ne change d'ici là."
    said_fr = "Une annulation a été proposée, {cause} ; elle attend une seconde personne."
    said_en = "An annulment was proposed, {cause}; it waits for a second person."
    after_the_end = "what a jury decided before is questioned all the same"
    candidacy: CandidacyId
    cause: Cause
    proposed_by: PersonId
    consequences: tuple[Consequence, ...]
    reason: Annotated[Personal[str], Retention.DECISION]
    session: SessionId | None = None
    case: UUID | None = None
    court: str | None = None
    ruled_on: date | None = None
    reference: Annotated[Personal[str], Retention.DECISION] | None = None
    withdraws: tuple[SessionId, ...] = ()
    sanction: str | None = None
    competences: tuple[int, ...] = ()
    vote: VoteOutcome | None = None

    @property
    def about(self) -> UUID:
        """The session, or the case of fraud, that it is about; only one proposal is pending for each."""
        return _about(self.session, self.case)


@dataclass(frozen=True, kw_only=True)
class AnnulmentConfirmed(Fact):
    """A second person confirmed the annulment: it is recorded with this fact.

    `proposed_by` had proposed it; `alone`: the same person, of a certifier that has one registrar only, who proved
    again who they are.
    """

    fr = "Une seconde personne a confirmé l'annulation, qui est consignée avec ce fait."
    said_fr = (
        "L'annulation proposée a été confirmée par "
        "{alone:la même personne, qui a prouvé son identité|une seconde personne}."
    )
    said_en = (
        "The proposed annulment was confirmed by {alone:the same person, who proved who they are|a second person}."
    )
    after_the_end = "what a jury decided before is questioned all the same"
    candidacy: CandidacyId
    cause: Cause
    proposed_by: PersonId
    session: SessionId | None = None
    case: UUID | None = None
    alone: bool = False

    @property
    def about(self) -> UUID:
        """The session, or the case of fraud, that it is about."""
        return _about(self.session, self.case)


@dataclass(frozen=True, kw_only=True)
class AnnulmentRejected(Fact):
    """The annulment that was proposed was rejected, or taken back by who proposed it: nothing changes."""

    fr = "L'annulation proposée a été écartée ou reprise : rien ne change."
    said_fr = "L'annulation proposée a été écartée : rien ne change."
    said_en = "The proposed annulment was rejected: nothing changes."
    after_the_end = "what a jury decided before is questioned all the same"
    candidacy: CandidacyId
    cause: Cause
    reason: Annotated[Personal[str], Retention.DECISION]
    session: SessionId | None = None
    case: UUID | None = None

    @property
    def about(self) -> UUID:
        """The session, or the case of fraud, that it is about."""
        return _about(self.session, self.case)


def _about(session: SessionId | None, case: UUID | None) -> UUID:
    found = session or case
    if found is None:
        raise ValueError("it is about nothing")
    return found


AnnulmentFact = AnnulmentProposed | AnnulmentConfirmed | AnnulmentRejected
RectificationFact = RectificationProposed | RectificationApproved | RectificationRejected
ReviewFact = ReviewRequested | ReviewAnswered | CourtRuled
