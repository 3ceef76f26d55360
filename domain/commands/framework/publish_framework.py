from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.framework.definition import Definition
from domain.framework.facts import FrameworkPublished
from domain.framework.framework import Framework
from domain.ports import Log, Role


@dataclass(frozen=True, kw_only=True)
class PublishFramework:
    """Publish a framework version (publier un référentiel). Loads the version's own stream, which is unique."""

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (FrameworkPublished,)
    definition: Definition

    def execute(self, log: Log) -> None:
        framework = log.find(Framework, Framework.id_of(self.definition.code, self.definition.version))
        log.record(framework, framework.publish(self.definition))
