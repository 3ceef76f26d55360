from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury.access import of_another
from domain.people.facts import IdentityCorrectionRejected
from domain.ports import Log, PersonId, Role


@dataclass(frozen=True, kw_only=True)
class RejectIdentityCorrection:
    """Reject a proposed identity, with the reason (rejeter la correction). Loads what approving loads."""

    roles: ClassVar = frozenset({Role.ADMIN, Role.REGISTRAR})
    records: ClassVar = (IdentityCorrectionRejected,)
    person: PersonId
    reason: str

    @property
    def subject(self) -> PersonId:
        """The stream that the user was shown, whose version is checked."""
        return self.person

    def execute(self, log: Log) -> None:
        person = of_another(log, self.person)
        log.record(person, person.reject_correction(self.reason))
