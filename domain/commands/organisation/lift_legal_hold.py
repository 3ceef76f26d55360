from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.organisation.facts import LegalHoldLifted
from domain.organisation.organisation import Organisation
from domain.ports import Log, Role


@dataclass(frozen=True, kw_only=True)
class LiftLegalHold:
    """End a legal hold (lever une conservation). Loads the register keeper.

    A registrar may not: the person who manages a dossier does not release its papers for erasure.
    """

    roles: ClassVar = frozenset({Role.ADMIN, Role.OPERATOR})
    records: ClassVar = (LegalHoldLifted,)
    hold: UUID

    def execute(self, log: Log) -> None:
        keeper = log.find(Organisation, Organisation.keeper())
        log.record(keeper, keeper.lift_hold(self.hold))
