from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.framework.facts import RegistrationResumed
from domain.framework.registration import Registration
from domain.ports import FrameworkId, Log, Role


@dataclass(frozen=True, kw_only=True)
class ResumeRegistration:
    """Resume a suspended registration from a day (reprendre l'enregistrement).

    Loads the registration.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (RegistrationResumed,)
    framework: FrameworkId
    resumed_on: date
    ground: str

    def execute(self, log: Log) -> None:
        registration = log.find(Registration, Registration.id_of(self.framework))
        log.record(registration, registration.resume(self.framework, self.resumed_on, self.ground))
