from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.organisation.facts import DoubtAccepted, Doubted
from domain.organisation.organisation import Organisation
from domain.ports import Log, Role


@dataclass(frozen=True, kw_only=True)
class AcceptDoubt:
    """Accept the integrity findings about the log, for a reason (accepter le doute). Loads the register keeper.

    It takes effect once a second person confirms it: another administrator who accepts the same, or the operator.
    """

    roles: ClassVar = frozenset({Role.OPERATOR, Role.ADMIN})
    records: ClassVar = (DoubtAccepted,)
    findings: tuple[Doubted, ...]
    reason: str

    def execute(self, log: Log) -> None:
        keeper = log.find(Organisation, Organisation.keeper())
        log.record(keeper, keeper.accept(self.findings, self.reason))
