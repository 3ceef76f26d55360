from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.framework.facts import RegistrationEnded
from domain.framework.framework import Framework
from domain.framework.registration import Registration
from domain.ports import FrameworkId, Log, Role


@dataclass(frozen=True, kw_only=True)
class EndRegistration:
    """Set the last day of a registration, and of issuance where one is stated (mettre fin à l'enregistrement).

    Loads the framework and what happened to its registration.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (RegistrationEnded,)
    framework: FrameworkId
    ends_on: date
    ground: str
    issuance_ends_on: date | None = None

    def execute(self, log: Log) -> None:
        content = log.load(Framework, self.framework).content
        registration = log.find(Registration, Registration.id_of(self.framework))
        log.record(
            registration,
            registration.end(self.framework, self.ends_on, self.ground, content, self.issuance_ends_on),
        )
