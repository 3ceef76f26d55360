from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.framework.jury_rule import Sex
from domain.jury.access import of_another
from domain.people.facts import IdentityCause, IdentityCorrectionProposed
from domain.people.identity import CivilDocument
from domain.people.person import Seen
from domain.ports import Log, PersonId, Role
from domain.replay.read_back import Again


@dataclass(frozen=True, kw_only=True)
class ProposeIdentityCorrection:
    """Say how an identity reads on a document that was seen, and why (proposer une correction de l'identité).

    `cause`: what is on file is misspelt (erreur matérielle), or civil status has changed. `seen` and `dated` are the
    document's kind and day; no copy of it is kept. `born` and `sex` where those read otherwise as well. Loads
    the person, and the files of who proposes.
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
        document = Seen(kind=self.seen, dated=self.dated, on=log.today)
        proposed = person.propose_correction(
            self.name, self.born, document, self.cause, self.reason, by=log.actor.who, sex=self.sex
        )
        log.record(person, proposed)
