from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.framework.facts import PortalEntered
from domain.framework.framework import Framework
from domain.framework.registration import Registration
from domain.ports import FrameworkId, Log, Role


@dataclass(frozen=True, kw_only=True)
class EnterPortal:
    """State since when a certification is on the national portal of VAE (intégration au portail).

    Loads the framework and its registration.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (PortalEntered,)
    framework: FrameworkId
    entered_on: date
    ground: str

    def execute(self, log: Log) -> None:
        log.load(Framework, self.framework)
        registration = log.find(Registration, Registration.id_of(self.framework))
        log.record(registration, registration.enter_portal(self.framework, self.entered_on, self.ground))
