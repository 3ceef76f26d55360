"""The certifier's decision on admissibility after it was taken: notified, corrected, reconsidered.

Until it is notified it can be corrected, with a reason, as the candidate does not know it. A refusal that was
notified can be reconsidered. A favourable decision that was notified is final: it gave the candidate a right.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.candidacy.facts import (
    AdmissibilityCorrected,
    AdmissibilityNotified,
    AdmissibilityReconsidered,
    DecisionError,
    NoticeChannel,
)
from domain.fact import Personal
from domain.refusal import Refused

REMEDY_TEXTS = (
    "Code des relations entre le public et l'administration L242-1, L243-1, L411-2 (known without having been read)",
    "Code des relations entre le public et l'administration L242-1, L243-1, L411-2 (connu sans avoir été lu)",
)
"""Source of the refusals about taking a decision back, in both languages."""


class AdmissibilityAlreadyDecided(Refused):
    """Admissibility is decided once: not notified yet, it is corrected; once notified, a refusal is reconsidered."""

    fr = (
        "La recevabilité se décide une fois : tant que la décision n'est pas notifiée, elle se corrige ; une fois "
        "notifié, un refus se réexamine sur recours gracieux."
    )


class NoAdmissibilityDecision(Refused):
    """What is notified, corrected or reconsidered is a decision of the certifier's on admissibility, that stands."""

    fr = "On notifie, corrige ou réexamine une décision du certificateur sur la recevabilité, qui tient encore."


class AnotherDecision(Refused):
    """A letter notifies the decision on admissibility that it says, and no other one."""

    fr = "Une lettre notifie la décision sur la recevabilité qu'elle dit, et aucune autre."


class AdmissibilityAlreadyNotified(Refused):
    """A decision on admissibility is notified once."""

    fr = "Une décision sur la recevabilité se notifie une fois."


class AdmissibilityNoticeMisdated(Refused):
    """A decision on admissibility is notified on a day from its own to today."""

    fr = "La décision sur la recevabilité est notifiée un jour compris entre celui où elle est prise et aujourd'hui."
    kind = "invalid"


class DecisionNotified(Refused):
    """A decision on admissibility is corrected until the candidate was told of it, or took a step on it.

    After that a refusal is reconsidered, and an admissible candidacy stays so.
    """

    fr = (
        "Une décision sur la recevabilité se corrige tant que le candidat n'en est pas informé et n'a rien fait sur "
        "sa foi ; ensuite un refus se réexamine, et une candidature recevable le reste."
    )
    source, source_fr = REMEDY_TEXTS


class RefusalNotNotified(Refused):
    """What is reconsidered is a refusal of admissibility that was notified; before that it is corrected."""

    fr = "On réexamine un refus de recevabilité qui a été notifié ; avant sa notification, il se corrige."
    source, source_fr = REMEDY_TEXTS


class ReconsiderationMisdated(Refused):
    """A candidate asks for reconsideration on a day from the notice of the refusal to today."""

    fr = "Un recours gracieux arrive un jour compris entre la notification du refus et aujourd'hui."
    kind = "invalid"


class ReopenedWithoutReason(Refused):
    """A decision on admissibility is corrected or reconsidered with the reason why."""

    fr = "Une décision sur la recevabilité se corrige ou se réexamine avec le motif qui le justifie."
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class AdmissibilityVerdict:
    """The certifier's decision on admissibility: the day of its file, of the decision and of its notification."""

    admissible: bool
    file_received_on: date
    decided_on: date
    notified_on: date | None = None

    def notify(self, channel: NoticeChannel, on: date, today: date) -> AdmissibilityNotified:
        """Notify the candidate, once."""
        if self.notified_on is not None:
            raise AdmissibilityAlreadyNotified(self.notified_on.isoformat())
        if not self.decided_on <= on <= today:
            raise AdmissibilityNoticeMisdated(on.isoformat())
        return AdmissibilityNotified(notified_on=on, channel=channel)

    def correct(
        self, error: DecisionError, reason: Personal[str] | None, today: date, *, relied_upon: bool
    ) -> AdmissibilityCorrected:
        """Take the decision back for an error, before its notification; `relied_upon` if a step was taken on it."""
        if self.notified_on is not None or (self.admissible and relied_upon):
            raise DecisionNotified(self.decided_on.isoformat())
        if reason is None:
            raise ReopenedWithoutReason
        return AdmissibilityCorrected(error=error, corrected_on=today, reason=reason)

    def reconsider(
        self, asked_on: date | None, reason: Personal[str] | None, today: date
    ) -> AdmissibilityReconsidered:
        """Take back a refusal that was notified, on a request of that day, or on the certifier's own motion."""
        if self.admissible or self.notified_on is None:
            raise RefusalNotNotified(self.decided_on.isoformat())
        if asked_on is not None and not self.notified_on <= asked_on <= today:
            raise ReconsiderationMisdated(asked_on.isoformat())
        if reason is None:
            raise ReopenedWithoutReason
        return AdmissibilityReconsidered(reconsidered_on=today, reason=reason, asked_on=asked_on)
