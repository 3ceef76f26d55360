"""How are a person's data erased?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.fact import Retention
from domain.people.facts import ErasureGround
from domain.ports import CandidacyId, Log, PersonId, Role, SessionId
from domain.privacy.erasure import circumstances


@dataclass(frozen=True, kw_only=True)
class ErasePerson:
    """Order the erasure of some classes of a person's data: those that may go (effacer).

    Loads the person, the register keeper's holds, the candidacies and seats named, their sessions, rulebooks and
    reviews. Who names them says whether all are there; `there` are the classes of which something is sealed. Not the
    registrar's to order, who runs the sessions of which the papers are the proof; an administrator decides on no
    dossier.
    """

    roles: ClassVar = frozenset({Role.ADMIN, Role.OPERATOR})
    person: PersonId
    classes: tuple[Retention, ...]
    ground: ErasureGround
    candidacies: tuple[CandidacyId, ...] = ()
    seats: tuple[SessionId, ...] = ()
    there: frozenset[Retention] = frozenset(Retention)

    def execute(self, log: Log) -> None:
        """Record a PersonErased for each class that may go; nothing for those that stay."""
        found = circumstances(log, self.person, self.candidacies, self.seats)
        for fate in found.plan(self.classes, self.ground, log.today, self.there):
            if fate.goes:
                log.record(found.person, found.person.erase(fate.retention, self.ground))
