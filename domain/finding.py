"""Who questions that a fraud was found, or its sanction, and was it lifted? (contestation d'une fraude établie)

As with a jury's decision, whoever reviews it looks at how it was found and at what was keyed wrongly. What is lifted
is as if it had never been found: what fell for it stands again; that it fell stays in every history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.appeal.facts import Ground
from domain.fact import Fact, Personal, Retention
from domain.jury.annulled_decision import Cause
from domain.ports import CandidacyId, SessionId
from domain.refusal import Refused


class NothingToLift(Refused):
    """What is questioned, and lifted, is a fraud that was found, or a sanction pronounced for it, while it stands."""

    fr = "On ne conteste et ne lève qu'une fraude établie, ou une sanction prononcée pour elle, tant qu'elle tient."


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
    ground: Ground
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
    reasons: Annotated[Personal[str], Retention.DECISION]


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
    reasons: Annotated[Personal[str], Retention.DECISION]


FindingFact = FindingQuestioned | FindingAnswered | FindingJudged | FindingLifted
