"""What fell of what a jury had decided of a candidate, what made it fall, and does it stand again? (annulation)"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.fact import JURY, Fact, Term
from domain.ports import CandidacyId, SessionId
from domain.refusal import Refused


class DecisionNotReleased(Refused):
    """What is questioned or annulled is what a jury decided of a candidate, once its results are released."""

    fr = "On ne conteste et n'annule que ce qu'un jury a décidé d'un candidat, une fois les résultats communiqués."


class AlreadyAnnulled(Refused):
    """A decision that was annulled is no longer there to be questioned or annulled."""

    fr = "Une décision annulée n'existe plus : elle ne peut plus être contestée ni annulée."


class Cause(Term):
    """What annulled a decision: the answer to a request for review, a court, or a fraud that was found."""

    REVIEW = "review", "à la suite d'un réexamen", "after a review"
    COURT = "court", "par une décision de justice", "by a court"
    FRAUD = "fraud", "pour fraude", "for fraud"


@dataclass(frozen=True, kw_only=True)
class DecisionAnnulled(Fact):
    """All that this jury had decided of this candidate fell: rulings, blocks, title (annulation).

    `annulled_on` is the day of the answer, of the court's ruling or of the finding.
    """

    fr = "Tout ce que ce jury avait décidé de ce candidat est annulé : appréciations, blocs, titre."
    said_fr = "Tout ce que ce jury avait décidé est annulé {cause} : appréciations, blocs et titre."
    said_en = "All that this jury had decided was annulled {cause}: rulings, blocks and title."
    effective = JURY
    after_the_end = "what a jury decided before falls all the same"
    decides = True
    session: SessionId
    candidacy: CandidacyId
    cause: Cause
    annulled_on: date


@dataclass(frozen=True, kw_only=True)
class TitleFell(Fact):
    """The title that this jury had pronounced fell with a block that it rested on, which another jury had granted.

    What this jury itself ruled and granted stays (annulation par voie de conséquence).
    """

    fr = "Le titre est tombé avec un bloc sur lequel il reposait, accordé par un autre jury puis annulé."
    said_fr = "Le titre prononcé par ce jury est tombé avec un bloc sur lequel il reposait."
    said_en = "The title that this jury had pronounced fell with a block that it rested on."
    effective = JURY
    after_the_end = "what a jury decided before falls all the same"
    decides = True
    session: SessionId
    candidacy: CandidacyId


@dataclass(frozen=True, kw_only=True)
class DecisionRestored(Fact):
    """What this jury had decided of this candidate, and fell, stands again: what made it fall was lifted.

    Its title stands again by a TitleRestored of its own, where it rests on its blocks. `restored_on` is the day of
    the lifting, or of the higher court's ruling.
    """

    fr = "Ce que ce jury avait décidé de ce candidat, et qui était tombé, vaut de nouveau."
    said_fr = "Ce que ce jury avait décidé, et qui était tombé, vaut de nouveau."
    said_en = "What this jury had decided, and had fallen, stands again."
    effective = JURY
    after_the_end = "what fell before stands again all the same"
    decides = True
    session: SessionId
    candidacy: CandidacyId
    restored_on: date


@dataclass(frozen=True, kw_only=True)
class TitleRestored(Fact):
    """The title that this jury had pronounced, and that fell, stands again: it rests on its blocks again."""

    fr = "Le titre que ce jury avait prononcé, et qui était tombé, vaut de nouveau."
    said_fr = fr
    said_en = "The title that this jury had pronounced, and had fallen, stands again."
    effective = JURY
    after_the_end = "what fell before stands again all the same"
    decides = True
    session: SessionId
    candidacy: CandidacyId
