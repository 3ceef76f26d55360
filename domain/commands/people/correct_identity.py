from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury.access import of_another
from domain.people.facts import IdentityCause, IdentityCorrected
from domain.ports import Log, PersonId, Role
from domain.replay.read_back import Again


@dataclass(frozen=True, kw_only=True)
class CorrectIdentity:
    """Record a person's identity as a document of civil status gives it (corriger l'identité). Loads the person.

    `document` says which was seen; no copy of it is kept. `civil_status`: it has changed since the papers that were
    issued, which are then reissued; what they misspelt is a material error (ProposeIdentityCorrection).
    """

    roles: ClassVar = frozenset({Role.ADMIN, Role.REGISTRAR})
    records: ClassVar = (IdentityCorrected,)
    again: ClassVar[Again] = {
        "civil_status": lambda append: append.one(IdentityCorrected).cause is IdentityCause.CIVIL_STATUS
    }
    person: PersonId
    name: str
    document: str
    born: str | None = None
    civil_status: bool = False

    @property
    def subject(self) -> PersonId:
        """What the user was shown."""
        return self.person

    def execute(self, log: Log) -> None:
        person = of_another(log, self.person)
        corrected = person.correct_identity(self.name, self.document, self.born, civil_status=self.civil_status)
        log.record(person, corrected)
