"""Refusals and causes of the annulment of a jury's decision (annulation)."""

from __future__ import annotations

from domain.fact import Term
from domain.refusal import Refused


class DecisionNotReleased(Refused):
    """What is questioned or annulled is what a jury decided of a candidate, once its results are released."""

    fr = "On ne conteste et n'annule que ce qu'un jury a décidé d'un candidat, une fois les résultats communiqués."


class AlreadyAnnulled(Refused):
    """A decision that was annulled is no longer there to be questioned or annulled."""

    fr = "Une décision annulée n'existe plus : elle ne peut plus être contestée ni annulée."


class Cause(Term):
    """The cause of an annulment: the answer to a request for review, a court, or a fraud that was found."""

    REVIEW = "review", "à la suite d'un réexamen", "after a review"
    COURT = "court", "par une décision de justice", "by a court"
    FRAUD = "fraud", "pour fraude", "for fraud"
