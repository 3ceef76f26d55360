"""What does the rulebook ask of an enrolment: acceptance, lateness, the delay of a summons?"""

from __future__ import annotations

from dataclasses import dataclass

from domain.refusal import Refused


class ArrivedTooLate(Refused):
    """A candidate is let into an épreuve until so many minutes after its beginning as the rulebook says."""

    fr = "Un candidat est admis à une épreuve jusqu'à autant de minutes après son début que le dit le règlement."
    source = "the certifier's rulebook (lateness)"
    source_fr = "le règlement du certificateur (retards)"


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """Candidates accept the rulebook before they enrol; `source` is the text that says so."""

    source: str


@dataclass(frozen=True, kw_only=True)
class SummonsDelay:
    """How many days before a jury, or an épreuve, a candidate is called at the latest; `source` says so."""

    days: int
    source: str


@dataclass(frozen=True, kw_only=True)
class Lateness:
    """How many minutes after the beginning of an épreuve a candidate is let in at the latest; `source` says so."""

    minutes: int
    source: str


@dataclass(frozen=True, kw_only=True)
class EnrolmentRules:
    """What a candidate agrees to and keeps to; a rulebook that says nothing of it asks for nothing, sets no limit.

    `summons` is the delay before a jury, `sitting_summons` the one before an épreuve: one says nothing of the other.
    """

    acceptance: Acceptance | None = None
    summons: SummonsDelay | None = None
    lateness: Lateness | None = None
    sitting_summons: SummonsDelay | None = None

    def check_late(self, minutes: int) -> None:
        """Refuse a candidate who comes later than the rulebook lets in."""
        if minutes < 0 or (self.lateness and minutes > self.lateness.minutes):
            raise ArrivedTooLate(minutes)


SILENT = EnrolmentRules()
"""What a rulebook that says nothing of it means."""
