from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.framework.jury_rule import Sex
from domain.jury.access import of_another
from domain.people.facts import IdentityCorrected
from domain.ports import Log, PersonId, Role


@dataclass(frozen=True, kw_only=True)
class CorrectIdentity:
    """Record a person's identity as a document of civil status gives it (corriger l'identité). Loads the person.

    `document` says which was seen; no copy of it is kept. A correction by one person alone reissues no certificate: a
    change of civil status, or an error on a certificate, is proposed (ProposeIdentityCorrection).
    """

    roles: ClassVar = frozenset({Role.ADMIN, Role.REGISTRAR})
    records: ClassVar = (IdentityCorrected,)
    person: PersonId
    name: str
    document: str
    born: str | None = None
    sex: Sex | None = None

    @property
    def subject(self) -> PersonId:
        """The stream that the user was shown, whose version is checked."""
        return self.person

    def execute(self, log: Log) -> None:
        person = of_another(log, self.person)
        log.record(person, person.correct_identity(self.name, self.document, self.born, self.sex))
