"""Rules on enrolment: acceptance of the rulebook, lateness, and notice of a summons."""

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
    """The rule that candidates accept the rulebook before they enrol; `source` is the text that says so."""

    source: str


@dataclass(frozen=True, kw_only=True)
class SummonsDelay:
    """The minimum notice, in days, of a summons to a jury or an épreuve; `source` is the text that says so."""

    days: int
    source: str


@dataclass(frozen=True, kw_only=True)
class Lateness:
    """The maximum lateness, in minutes, at an épreuve; `source` is the text that says so."""

    minutes: int
    source: str


@dataclass(frozen=True, kw_only=True)
class EnrolmentRules:
    """The rules that a candidate accepts; a rulebook that is silent requires nothing and sets no limit.

    `summons` is the notice before a jury, `sitting_summons` that before an épreuve; they are independent.
    """

    acceptance: Acceptance | None = None
    summons: SummonsDelay | None = None
    lateness: Lateness | None = None
    sitting_summons: SummonsDelay | None = None

    def check_late(self, minutes: int) -> None:
        """Refuse a candidate who comes later than the rulebook allows."""
        if minutes < 0 or (self.lateness and minutes > self.lateness.minutes):
            raise ArrivedTooLate(minutes)


SILENT = EnrolmentRules()
"""The rules of a rulebook that is silent on this."""
