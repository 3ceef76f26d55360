from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury.access import of_another, oneself
from domain.people.facts import IdentityCorrected, IdentityCorrectionApproved
from domain.ports import Log, PersonId, Role


@dataclass(frozen=True, kw_only=True)
class ApproveIdentityCorrection:
    """Approve a proposed identity, after seeing the document (approuver la correction de l'identité).

    An administrator or a registrar does so, except the one who proposed it and the person concerned. Loads the
    person, and the files of the approver.
    """

    roles: ClassVar = frozenset({Role.ADMIN, Role.REGISTRAR})
    records: ClassVar = (IdentityCorrectionApproved, IdentityCorrected)
    person: PersonId

    @property
    def subject(self) -> PersonId:
        """The stream that the user was shown, whose version is checked."""
        return self.person

    def execute(self, log: Log) -> None:
        person = of_another(log, self.person)
        log.record(person, *person.approve_correction(oneself(log)))
