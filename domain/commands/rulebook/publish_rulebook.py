from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.ports import Log, Role
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rulebook import Rulebook, RulebookOutOfOrder
from domain.rulebook.rules import Rules


@dataclass(frozen=True, kw_only=True)
class PublishRulebook:
    """Publish a version of the certifier's rules (publier un règlement).

    Loads the version's own stream and the previous one.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (RulebookPublished,)
    rules: Rules

    def execute(self, log: Log) -> None:
        before = self.rules.version - 1
        if before < 0 or (before and not log.find(Rulebook, Rulebook.id_of(self.rules.certifier, before)).version):
            raise RulebookOutOfOrder(self.rules.version)
        rulebook = log.find(Rulebook, Rulebook.id_of(self.rules.certifier, self.rules.version))
        log.record(rulebook, rulebook.publish(self.rules))
