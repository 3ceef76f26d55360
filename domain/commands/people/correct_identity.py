from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.people.facts import IdentityCorrected
from domain.people.person import Person
from domain.ports import Log, PersonId, Role


@dataclass(frozen=True, kw_only=True)
class CorrectIdentity:
    """Record a person's name as a document of civil status gives it (corriger l'identité). Loads the person.

    `document` says which was seen; no copy of it is kept.
    """

    roles: ClassVar = frozenset({Role.ADMIN, Role.REGISTRAR})
    records: ClassVar = (IdentityCorrected,)
    person: PersonId
    name: str
    document: str

    @property
    def subject(self) -> PersonId:
        """What the user was shown."""
        return self.person

    def execute(self, log: Log) -> None:
        person = log.load(Person, self.person)
        log.record(person, person.correct_identity(self.name, self.document))
