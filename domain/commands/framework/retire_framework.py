from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.framework.facts import FrameworkRetired
from domain.framework.framework import Framework
from domain.framework.succession import RetiredInThePast
from domain.ports import FrameworkId, Log, Role


@dataclass(frozen=True, kw_only=True)
class RetireFramework:
    """Retire a framework version from a day: candidacies under way keep it (retirer un référentiel).

    Loads the framework.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (FrameworkRetired,)
    framework: FrameworkId
    retired_on: date
    ground: str

    def execute(self, log: Log) -> None:
        if self.retired_on < log.today and log.actor.role is not Role.OPERATOR:
            raise RetiredInThePast(self.retired_on.isoformat())
        framework = log.load(Framework, self.framework)
        log.record(framework, framework.retire(self.retired_on, self.ground))
