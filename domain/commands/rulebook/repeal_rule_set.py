from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.calendar import check_meant
from domain.ports import Log, Role
from domain.rulebook.facts import RuleSetRepealed
from domain.rulebook.law import Law
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class RepealRuleSet:
    """Set the last day of a repealed text, with the text that repeals it (abroger un texte). Loads the law.

    The day can be changed until it has passed; `confirms_past` confirms a day in the past.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (RuleSetRepealed,)
    again: ClassVar[Again] = {"confirms_past": lambda _: True}
    rule_set: str
    last: date
    ground: str
    confirms_past: bool = False

    def execute(self, log: Log) -> None:
        check_meant(log.today, self.confirms_past, self.last)
        law = log.find(Law, Law.the())
        log.record(law, law.repeal(self.rule_set, self.last, self.ground, log.today))
