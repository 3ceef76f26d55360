"""Facts of a fraud: reported, heard, found, sanctioned, contested, lifted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.appeal.facts import ComplaintGround
from domain.fact import Fact, Personal, Retention
from domain.jury.annulled_decision import Cause
from domain.jury.vote import VoteOutcome
from domain.ports import CandidacyId, EvidenceId, PersonId, SessionId, SittingId
from domain.rulebook.fraud_rules import FraudBody, SanctionKind


@dataclass(frozen=True, kw_only=True)
class FraudReported(Fact):
    """Somebody said that a candidate cheated: before a session, at a sitting, in evidence, on competences.

    `reported_by` says who, so that they never decide on it; what they wrote is sealed for the candidate.
    """

    fr = "Quelqu'un a signalé une fraude : devant une session, à une épreuve, dans des preuves."
    said_fr = "Une fraude a été signalée."
    said_en = "A fraud was reported."
    after_the_end = "a fraud is dealt with all the same"
    case: UUID
    candidacy: CandidacyId
    reported_by: PersonId
    session: SessionId | None
    sitting: SittingId | None
    evidence: tuple[EvidenceId, ...]
    competences: tuple[int, ...]
    statement: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class FraudToldToCandidate(Fact):
    """The candidate was told what is reported, and on which day they will be heard."""

    fr = "Le candidat a été informé de ce qui est signalé, et du jour où il sera entendu."
    said_fr = "Le candidat a été informé du signalement, et sera entendu le {hearing_on}."
    said_en = "The candidate was told of the report, and will be heard on {hearing_on}."
    after_the_end = "a fraud is dealt with all the same"
    case: UUID
    candidacy: CandidacyId
    hearing_on: date


@dataclass(frozen=True, kw_only=True)
class CandidateHeardOnFraud(Fact):
    """The candidate was heard on what is reported, or did not come."""

    fr = "Le candidat a été entendu sur ce qui est signalé, ou n'est pas venu."
    said_fr = "Le candidat{came: a été entendu sur le signalement|, informé, n'est pas venu s'expliquer}."
    said_en = "The candidate was {came:heard on the report|told and did not come}."
    effective = "heard_on"
    after_the_end = "a fraud is dealt with all the same"
    case: UUID
    candidacy: CandidacyId
    heard_on: date
    came: bool
    statement: Annotated[Personal[str], Retention.DECISION] | None = None


@dataclass(frozen=True, kw_only=True)
class Rested:
    """The parts of one jury's decision that rested on what was forged: rulings, blocks, the title."""

    session: SessionId
    competences: tuple[int, ...]
    blocks: tuple[int, ...]
    title: bool


@dataclass(frozen=True, kw_only=True)
class FraudFound(Fact):
    """The body that the rulebook names found that the candidate cheated.

    `rested` names what juries had decided on it, `withdraws` the sessions whose decision falls. `found_by` says who,
    and `confirmed_by` who confirmed it, so that they answer no complaint about it. `vote`: how the jury voted, where
    it is the jury that decides.
    """

    fr = "L'instance du règlement a établi la fraude, et nommé ce qui avait été décidé dessus."
    said_fr = "La fraude a été établie."
    said_en = "The fraud was found."
    after_the_end = "a fraud is dealt with all the same"
    decides = True
    case: UUID
    candidacy: CandidacyId
    body: FraudBody
    rested: tuple[Rested, ...]
    withdraws: tuple[SessionId, ...]
    reason: Annotated[Personal[str], Retention.DECISION]
    found_by: PersonId
    vote: VoteOutcome | None = None
    confirmed_by: PersonId | None = None


@dataclass(frozen=True, kw_only=True)
class FraudDismissed(Fact):
    """The body that the rulebook names found no fraud: what waited is made known with the rest."""

    fr = "L'instance du règlement a écarté la fraude."
    said_fr = "La fraude a été écartée."
    said_en = "The fraud was dismissed."
    after_the_end = "a fraud is dealt with all the same"
    decides = True
    case: UUID
    candidacy: CandidacyId
    body: FraudBody
    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class SanctionPronounced(Fact):
    """A sanction of the rulebook was pronounced, apart from any ruling: warning, marks void, exclusion until a day.

    `competences` are those whose marks are void. `juries` are those before which the candidacy had been called by
    then: an exclusion lets the summonses fall that it reaches. `pronounced_by` says who, and `confirmed_by` who
    confirmed it, so that they answer no complaint about it. `vote`: how the jury voted, where it is the jury that
    decides.
    """

    fr = "Une sanction du règlement a été prononcée, à part de toute appréciation."
    said_fr = "Sanction prononcée : {kind}, « {sanction} »{until: (jusqu’au {until})|}."
    said_en = "Sanction pronounced: {kind}, “{sanction}”{until: (until {until})|}."
    after_the_end = "a fraud is dealt with all the same"
    decides = True
    case: UUID
    candidacy: CandidacyId
    sanction: str
    kind: SanctionKind
    competences: tuple[int, ...]
    until: date | None
    reason: Annotated[Personal[str], Retention.DECISION]
    juries: tuple[SessionId, ...]
    pronounced_by: PersonId
    vote: VoteOutcome | None = None
    confirmed_by: PersonId | None = None


@dataclass(frozen=True, kw_only=True)
class FindingQuestioned(Fact):
    """The candidate asked for a review of the finding of a fraud, or of one `sanction` alone (contestation)."""

    fr = "Le candidat a demandé le réexamen d'une fraude établie, ou d'une sanction."
    said_fr = "Un réexamen {sanction:de la sanction « {sanction} »|de la fraude établie} a été demandé."
    said_en = "A review {sanction:of the sanction “{sanction}”|of the fraud found} was asked for."
    effective = "asked_on"
    after_the_end = "a fraud is dealt with all the same"
    milestone = True
    case: UUID
    candidacy: CandidacyId
    sanction: str | None
    ground: ComplaintGround
    asked_on: date
    statement: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class FindingAnswered(Fact):
    """The certifier rejected that review, or accepted it: what was questioned is lifted."""

    fr = "Le certificateur a répondu à cette demande : rejetée, ou acceptée et la fraude levée."
    said_fr = "La demande de réexamen de la fraude a été {accepted:acceptée|rejetée}."
    said_en = "The request for a review of the fraud was {accepted:accepted|rejected}."
    after_the_end = "a fraud is dealt with all the same"
    decides = True
    case: UUID
    candidacy: CandidacyId
    accepted: bool
    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class FindingJudged(Fact):
    """A court let the finding of fraud, or one `sanction`, stand, or annulled it; its reference leads to a person."""

    fr = "Un tribunal a laissé subsister la fraude établie ou une sanction, ou l'a annulée."
    said_fr = (
        "Le {ruled_on}, la juridiction « {court} » a {annuls:annulé|laissé subsister} "
        "{sanction:la sanction|la fraude établie}."
    )
    said_en = "On {ruled_on} the court “{court}” {annuls:annulled|let stand} {sanction:the sanction|the finding}."
    effective = "ruled_on"
    after_the_end = "a fraud is dealt with all the same"
    milestone = True
    case: UUID
    candidacy: CandidacyId
    sanction: str | None
    court: str
    ruled_on: date
    annuls: bool
    reference: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class FindingLifted(Fact):
    """The finding of a fraud and all its sanctions, or one `sanction` alone, count no more from a day on (levée).

    `restores` are the sessions whose decision fell for it and stands again.
    """

    fr = "Une fraude établie et ses sanctions, ou une sanction seule, ne comptent plus."
    said_fr = (
        "{sanction:La sanction|La fraude établie} est levée depuis le {lifted_on}{sanction:|, avec ses sanctions}."
    )
    said_en = (
        "{sanction:The sanction|The finding of fraud} is lifted from {lifted_on} on{sanction:|, with its sanctions}."
    )
    effective = "lifted_on"
    after_the_end = "a fraud is dealt with all the same"
    decides = True
    case: UUID
    candidacy: CandidacyId
    sanction: str | None
    cause: Cause
    lifted_on: date
    restores: tuple[SessionId, ...]
    reason: Annotated[Personal[str], Retention.DECISION]


FindingFact = FindingQuestioned | FindingAnswered | FindingJudged | FindingLifted
FraudFact = (
    FraudReported
    | FraudToldToCandidate
    | CandidateHeardOnFraud
    | FraudFound
    | FraudDismissed
    | SanctionPronounced
    | FindingFact
)
