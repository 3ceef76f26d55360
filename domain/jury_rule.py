"""Is this panel the jury that the framework requires for this route?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.refusal import Violation


class Side(StrEnum):
    """Whom an outside member represents (collège)."""

    EMPLOYERS = "employers"
    EMPLOYEES = "employees"


class Sex(StrEnum):
    """Sex as declared for the balance of a panel; `UNSTATED` makes the balance unverifiable, never refused."""

    F = "f"
    M = "m"
    UNSTATED = "unstated"


class BalanceScope(StrEnum):
    """Whom a balance rule counts."""

    EXTERNALS = "externals"
    PANEL = "panel"


class Quality(StrEnum):
    """What a member of a panel is counted for (qualité)."""

    EXTERNAL = "external"
    EMPLOYERS = "employers"
    EMPLOYEES = "employees"
    PROFESSION = "profession"
    QUALIFIED = "qualified"


@dataclass(frozen=True, kw_only=True)
class Share:
    """A fraction of a panel: so many parts of so many."""

    parts: int
    of: int

    def least(self, size: int) -> int:
        """The fewest members of a panel of this size that make up this fraction of it."""
        return -(-self.parts * size // self.of)


@dataclass(frozen=True, kw_only=True)
class Quota:
    """At least so many members of a quality, and at least such a share of the panel.

    `years` are the full years for which the quality must have been held (experience in the profession).
    """

    quality: Quality
    count: int = 0
    share: Share | None = None
    years: int = 0

    def least(self, size: int) -> int:
        """The fewest members of this quality that a panel of this size must have."""
        return max(self.count, self.share.least(size) if self.share else 0)


@dataclass(frozen=True, kw_only=True)
class Balance:
    """At most `difference` between the numbers of women and men in `scope` (parité)."""

    scope: BalanceScope
    difference: int


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A member of the panel with the qualities that count: outside the certifier or not, side, declared sex."""

    juror: UUID
    external: bool
    side: Side | None
    sex: Sex


@dataclass(frozen=True, kw_only=True)
class JuryRule:
    """The composition that a sheet states for a jury, with the certifier's published reading of its balance."""

    id: str
    size: int
    externals: int
    employers: int
    employees: int
    balances: tuple[Balance, ...]
    text: str

    def violations(self, panel: tuple[Seat, ...]) -> tuple[Violation, ...]:
        """The rules of composition that this panel breaks, balance apart; none means that it is lawful."""
        outside = [seat for seat in panel if seat.external]
        checks = (
            (
                len({seat.juror for seat in panel}) == self.size == len(panel),
                "panel-size",
                f"The jury has {self.size} members, all distinct persons; {len(panel)} are seated.",
                f"Le jury compte {self.size} membres, toutes personnes distinctes ; {len(panel)} siègent.",
            ),
            (
                len(outside) >= self.externals,
                "panel-externals",
                f"At least {self.externals} members come from outside the certifier; {len(outside)} do.",
                f"{self.externals} membres au moins sont extérieurs au certificateur ; {len(outside)} le sont.",
            ),
            (
                sum(seat.side is Side.EMPLOYERS for seat in outside) >= self.employers,
                "panel-employers",
                f"At least {self.employers} outside member represents employers.",
                f"{self.employers} membre extérieur au moins représente les employeurs.",
            ),
            (
                sum(seat.side is Side.EMPLOYEES for seat in outside) >= self.employees,
                "panel-employees",
                f"At least {self.employees} outside member represents employees.",
                f"{self.employees} membre extérieur au moins représente les salariés.",
            ),
        )
        return tuple(Violation(rule, en, fr, self.text) for held, rule, en, fr in checks if not held)

    def imbalances(self, panel: tuple[Seat, ...]) -> tuple[Violation, ...]:
        """The balance rules that this panel falls short of: lawful only with a recorded derogation.

        A member whose sex is not stated may count for either side, so that the balance is then unverifiable
        rather than broken.
        """
        return tuple(
            Violation(
                f"panel-balance-{balance.scope.value}",
                "Women and men are balanced on the panel, or a derogation is recorded with its reason and proof.",
                "Le jury respecte la parité, ou une dérogation motivée et justifiée est enregistrée.",
                self.text,
            )
            for balance in self.balances
            if _shortfall(balance, panel)
        )


def _shortfall(balance: Balance, panel: tuple[Seat, ...]) -> bool:
    counted = [seat for seat in panel if seat.external or balance.scope is BalanceScope.PANEL]
    women = sum(seat.sex is Sex.F for seat in counted)
    men = sum(seat.sex is Sex.M for seat in counted)
    unstated = len(counted) - women - men
    return abs(women - men) - unstated > balance.difference
