from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.commands.register.due_by_law import declaring
from domain.ports import CandidacyId, Log, Role
from domain.register.certificates import held
from domain.register.declaration import Declaration
from domain.register.facts import AwardDeclared


@dataclass(frozen=True, kw_only=True)
class DeclareAward:
    """Record that a title in the register was declared to the training account (déclarer le titre au CPF).

    The `reference` is that of the transmission, and names nobody. Loads what `held` loads, the earlier declarations,
    the title's papers, the rulebook and the law.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (AwardDeclared,)
    candidacy: CandidacyId
    reference: str
    declared_on: date | None = None

    def execute(self, log: Log) -> None:
        """Record AwardDeclared, for today if no day is given."""
        found, declaration = held(log, self.candidacy), log.find(Declaration, Declaration.id_of(self.candidacy))
        declared_on = self.declared_on or log.today
        due = declaring(log, found)
        log.record(declaration, declaration.declare(found, self.reference, declared_on, log.today, due))
