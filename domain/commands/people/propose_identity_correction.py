from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.framework.jury_rule import Sex
from domain.jury.access import of_another
from domain.people.facts import IdentityCause, IdentityCorrectionProposed
from domain.people.identity import CivilDocument
from domain.people.person import DocumentSeen
from domain.ports import Log, PersonId, Role
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class ProposeIdentityCorrection:
    """Propose an identity as a document gives it, with the reason (proposer une correction de l'identité).

    `cause` is a misspelling on file (erreur matérielle), or a change of civil status. `seen` and `dated` are the
    document's kind and day; no copy of it is kept. `born` and `sex` are given if they change as well. Loads the
    person, and the files of the proposer.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (IdentityCorrectionProposed,)
    again: ClassVar[Again] = {"dated": lambda append: append.today}
    person: PersonId
    name: str
    cause: IdentityCause
    seen: CivilDocument
    dated: date
    reason: str
    born: str | None = None
    sex: Sex | None = None

    @property
    def subject(self) -> PersonId:
        """The stream that the user was shown, whose version is checked."""
        return self.person

    def execute(self, log: Log) -> None:
        person = of_another(log, self.person)
        document = DocumentSeen(kind=self.seen, dated=self.dated, on=log.today)
        proposed = person.propose_correction(
            self.name, self.born, document, self.cause, self.reason, by=log.actor.who, sex=self.sex
        )
        log.record(person, proposed)
