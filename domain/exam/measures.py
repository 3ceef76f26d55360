"""The measures that an accommodation grants, and the time they add (tiers temps)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.refusal import Refused
from domain.rulebook.accommodation_rules import AccommodationRules, Measure

MOST_MINUTES = 600
"""Maximum minutes of breaks in one épreuve."""


class NoSuchMeasure(Refused):
    """An accommodation grants a measure: extra time up to as much again, a reader, breaks, or to be remote."""

    fr = (
        "Un aménagement accorde une mesure : un temps majoré, du double au plus, un lecteur, des pauses, la distance."
    )
    kind = "invalid"


class MeasureNotProvided(Refused):
    """Where the rulebook says which accommodations are granted, no other is, nor more of one than it says."""

    fr = "Où le règlement dit quels aménagements s'accordent, nul autre ne l'est, ni plus qu'il ne le dit."
    source = "the certifier's rulebook (accommodations); Code du travail D5211-6 (LEGIARTI000018526171)"
    source_fr = "le règlement du certificateur (aménagements) ; Code du travail D5211-6 (LEGIARTI000018526171)"


@dataclass(frozen=True, kw_only=True)
class ExactFraction:
    """A fraction, stored exactly as stated so that nothing is rounded: a third is 1 and 3."""

    numerator: int
    denominator: int


@dataclass(frozen=True, kw_only=True)
class Measures:
    """The measures granted: more time, a reader, total minutes of breaks, remote attendance."""

    extra_time: ExactFraction | None = None
    reader: bool = False
    breaks: int = 0
    remote: bool = False

    def minutes(self, stated: int) -> int:
        """Return the minutes that this candidate has for an épreuve of `stated` minutes, rounded up."""
        extra = self.extra_time
        if extra is None:
            return stated
        return -(-stated * (extra.denominator + extra.numerator) // extra.denominator)

    def check(self) -> None:
        """Refuse measures that grant nothing, or that no épreuve could apply."""
        extra = self.extra_time
        sound = extra is None or 0 < extra.numerator <= extra.denominator
        if self == Measures() or not sound or not 0 <= self.breaks <= MOST_MINUTES:
            raise NoSuchMeasure

    def granted(self) -> frozenset[Measure]:
        """Return which measures are granted."""
        said = {
            Measure.EXTRA_TIME: self.extra_time is not None,
            Measure.READER: self.reader,
            Measure.BREAKS: self.breaks > 0,
            Measure.REMOTE: self.remote,
        }
        return frozenset(measure for measure, is_granted in said.items() if is_granted)

    def check_provided(self, rules: AccommodationRules | None) -> None:
        """Refuse a measure, or more of it, than the rulebook provides for; None sets no limit."""
        if rules is None:
            return
        if beyond := sorted(self.granted() - set(rules.measures)):
            raise MeasureNotProvided(*(measure.value for measure in beyond))
        extra, most = self.extra_time, rules.extra_time
        if extra and most and extra.numerator * most.of > most.parts * extra.denominator:
            raise MeasureNotProvided(Measure.EXTRA_TIME.value)
        if rules.breaks is not None and self.breaks > rules.breaks:
            raise MeasureNotProvided(Measure.BREAKS.value)
