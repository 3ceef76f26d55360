from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.framework.facts import RegistrationSuspended
from domain.framework.framework import Framework
from domain.framework.registration import Registration
from domain.ports import FrameworkId, Log, Role


@dataclass(frozen=True, kw_only=True)
class SuspendRegistration:
    """Suspend a registration from a day, citing the decision (suspendre l'enregistrement).

    With `awards_undeclared`, the suspension sanctions undeclared awards (R6113-17-3): candidates who had begun go on.
    Loads the framework and its registration.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (RegistrationSuspended,)
    framework: FrameworkId
    suspended_on: date
    ground: str
    awards_undeclared: bool = False

    def execute(self, log: Log) -> None:
        content = log.load(Framework, self.framework).content
        registration = log.find(Registration, Registration.id_of(self.framework))
        suspended = registration.suspend(
            self.framework, self.suspended_on, self.ground, content, awards_undeclared=self.awards_undeclared
        )
        log.record(registration, suspended)
