from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.framework.facts import RegistrationEnded
from domain.framework.framework import Framework
from domain.framework.registration import Registration
from domain.ports import FrameworkId, Log, Role
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class EndRegistration:
    """Set the last day of a registration, and of issuance if one is stated (mettre fin à l'enregistrement).

    Each can be changed until it has passed; `confirms_past` confirms a day in the past. Loads the framework and its
    registration.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (RegistrationEnded,)
    again: ClassVar[Again] = {"confirms_past": lambda _: True}
    framework: FrameworkId
    ends_on: date
    ground: str
    issuance_ends_on: date | None = None
    confirms_past: bool = False

    @property
    def subject(self) -> UUID:
        """The stream that the user was shown: the registration."""
        return Registration.id_of(self.framework)

    def execute(self, log: Log) -> None:
        content = log.load(Framework, self.framework).content
        registration = log.find(Registration, self.subject)
        log.record(
            registration,
            registration.end(
                self.framework,
                self.ends_on,
                self.ground,
                content,
                issuance_ends_on=self.issuance_ends_on,
                today=log.today,
                confirms_past=self.confirms_past,
            ),
        )
