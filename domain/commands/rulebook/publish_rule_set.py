from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.ports import Log, Role
from domain.rulebook.facts import RuleSetPublished
from domain.rulebook.law import Law
from domain.rulebook.rule_set import RuleSet


@dataclass(frozen=True, kw_only=True)
class PublishRuleSet:
    """Publish a text of law as a rule set (publier un texte). Loads the law: each name is used once."""

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (RuleSetPublished,)
    rule_set: RuleSet

    def execute(self, log: Log) -> None:
        law = log.find(Law, Law.the())
        log.record(law, law.publish(self.rule_set))
