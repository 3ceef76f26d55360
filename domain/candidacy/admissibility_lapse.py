"""Lapse of an admissibility that the candidate does not use (caducité de la recevabilité).

The admissibility lapses, not the candidacy: a new file may be submitted for the same framework, and the yearly limit
of files does not apply to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.calendar import Calendar, month_end_after
from domain.candidacy.facts import (
    AdvisorNamed,
    BlocksSought,
    CalledToSitting,
    CandidateSummoned,
    EvidenceSubmitted,
    RulebookAccepted,
    SummonsDelayWaived,
    ValidationFileSubmitted,
)
from domain.refusal import Refused

STEPS: Final = (
    RulebookAccepted,
    AdvisorNamed,
    EvidenceSubmitted,
    ValidationFileSubmitted,
    BlocksSought,
    CalledToSitting,
    CandidateSummoned,
    SummonsDelayWaived,
)
"""Facts that count as a step of the candidate's after the notification of the admissibility, and keep it from
lapsing.

The text counts steps "provided for in the file or following from the recommendations". The certifier records what is
done elsewhere, such as a training (`AdmissibilityKept`). A step counts until the lapse is recorded. Resuming a
withdrawn candidacy, or changing the route and back, is not a step: the months have run meanwhile.
"""
TEXTS: Final = (
    "Code du travail R6412-4, al. 4 (LEGIARTI000048699561): without a step, or a legitimate reason",
    "Code du travail R6412-4, al. 4 (LEGIARTI000048699561) : sans démarche ni motif légitime",
)
"""Source of the refusals in this module, in both languages."""


class AdmissibilityStands(Refused):
    """An admissibility lapses once the months that the law states have ended since its notice without a step."""

    fr = "Une recevabilité devient caduque une fois finis, sans démarche, les mois légaux après sa notification."
    source, source_fr = TEXTS


class AdmissibilityNotAtStake(Refused):
    """An admissibility is kept while no step has followed it, or after it has lapsed, before a new file."""

    fr = "On maintient une recevabilité sans démarche jusqu'ici, ou devenue caduque, avant tout nouveau dossier."
    source, source_fr = TEXTS


class KeptWithoutReason(Refused):
    """An admissibility is kept for a legitimate reason, or a step done in time elsewhere, and with its account."""

    fr = "Une recevabilité se maintient pour un motif légitime ou une démarche faite à temps ailleurs, en le disant."
    source, source_fr = TEXTS
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class LapseTime:
    """The months that an admissibility waits for a step, to the end of the last one, by which rule set."""

    months: int
    rule_set: str
    calendar: Calendar

    def last_day(self, notified_on: date) -> date:
        """Return the last day on which a step is in time."""
        return self.calendar.last(month_end_after(notified_on, self.months))
