from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.organisation.facts import ClockAccepted
from domain.organisation.organisation import Organisation
from domain.ports import Log, Role


@dataclass(frozen=True, kw_only=True)
class AcceptClock:
    """Declare that the clock is right, for a reason (déclarer l'horloge juste). Loads the register keeper."""

    roles: ClassVar = frozenset({Role.OPERATOR, Role.ADMIN})
    records: ClassVar = (ClockAccepted,)
    up_to: int
    reason: str

    def execute(self, log: Log) -> None:
        keeper = log.find(Organisation, Organisation.keeper())
        log.record(keeper, keeper.accept_clock(self.up_to, self.reason))
