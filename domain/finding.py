"""Who questions that a fraud was found, or its sanction, and was it lifted? (contestation d'une fraude établie)

As with a jury's decision, whoever reviews it looks at how it was found and at what was keyed wrongly. What is lifted
is as if it had never been found: what fell for it stands again; that it fell stays in every history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.fact import Fact, Personal, Retention
from domain.fallen import Cause
from domain.ports import CandidacyId, SessionId
from domain.refusal import Refused
from domain.review import Ground


class NothingToLift(Refused):
    """What is questioned, and lifted, is a fraud that was found, or a sanction pronounced for it, while it stands."""

    fr = "On ne conteste et ne lève qu'une fraude établie, ou une sanction prononcée pour elle, tant qu'elle tient."


@dataclass(frozen=True, kw_only=True)
class FindingQuestioned(Fact):
    """The candidate asked for a review of the finding of a fraud, or of one `sanction` alone (contestation)."""

    case: UUID
    candidacy: CandidacyId
    sanction: str | None
    ground: Ground
    asked_on: date
    statement: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class FindingAnswered(Fact):
    """The certifier rejected that review, or accepted it: what was questioned is lifted."""

    case: UUID
    candidacy: CandidacyId
    accepted: bool
    reasons: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class FindingJudged(Fact):
    """A court let the finding of fraud, or one `sanction`, stand, or annulled it; its reference leads to a person."""

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

    case: UUID
    candidacy: CandidacyId
    sanction: str | None
    cause: Cause
    lifted_on: date
    restores: tuple[SessionId, ...]
    reasons: Annotated[Personal[str], Retention.DECISION]


FindingFact = FindingQuestioned | FindingAnswered | FindingJudged | FindingLifted
