from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.calendar import check_meant
from domain.framework.facts import FrameworkRetired
from domain.framework.framework import Framework
from domain.framework.succession import RetiredInThePast
from domain.ports import FrameworkId, Log, Role
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class RetireFramework:
    """Retire a framework version from a day; candidacies under way keep it (retirer un référentiel).

    The day can be changed until it comes; `confirms_past` confirms a day in the past. Loads the framework.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (FrameworkRetired,)
    again: ClassVar[Again] = {"confirms_past": lambda _: True}
    framework: FrameworkId
    retired_on: date
    ground: str
    confirms_past: bool = False

    @property
    def subject(self) -> FrameworkId:
        """The stream that the user was shown, whose version is checked."""
        return self.framework

    def execute(self, log: Log) -> None:
        if self.retired_on < log.today and log.actor.role is not Role.OPERATOR:
            raise RetiredInThePast(self.retired_on.isoformat())
        check_meant(log.today, self.confirms_past, self.retired_on)
        framework = log.load(Framework, self.framework)
        log.record(framework, framework.retire(self.retired_on, self.ground, log.today))
