from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.ports import Log, Role
from domain.rulebook.facts import RuleSetRepealed
from domain.rulebook.law import Law


@dataclass(frozen=True, kw_only=True)
class RepealRuleSet:
    """Give the last day of a text that was repealed, and the text that says so (abrogation). Loads the law."""

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (RuleSetRepealed,)
    rule_set: str
    last: date
    ground: str

    def execute(self, log: Log) -> None:
        law = log.find(Law, Law.the())
        log.record(law, law.repeal(self.rule_set, self.last, self.ground))
