from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.fact import Retention
from domain.people.facts import ErasureGround, PersonErased
from domain.people.person import Person
from domain.ports import CandidacyId, Log, PersonId, Role, SessionId
from domain.privacy.erasure import MOST_SESSIONS, circumstances
from domain.streams.read_back import Again, Append, NotHere


def _whose(append: Append) -> PersonId:
    """Return the person; raise NotHere in an extract of a log, which lacks their other candidacies and seats."""
    if append.log.whole is not None:
        raise NotHere(append.stream(Person))
    return PersonId(append.stream(Person))


@dataclass(frozen=True, kw_only=True)
class ErasePerson:
    """Order the erasure of those of a person's classes of data that may be erased (effacer).

    Loads the person, the register keeper's holds, the candidacies and seats named, their sessions, rulebooks and
    reviews. The caller ensures that all candidacies and seats are named; `there` are the classes with sealed data. A
    registrar may not order it, since the papers prove how the registrar's sessions were held; an administrator
    decides on no dossier.
    """

    roles: ClassVar = frozenset({Role.ADMIN, Role.OPERATOR})
    records: ClassVar = (PersonErased,)
    again: ClassVar[Again] = {
        "classes": lambda append: tuple(fact.retention for fact in append.of(PersonErased)),
        "candidacies": lambda append: tuple(append.log.applied.get(_whose(append), ())),
        "seats": lambda append: tuple(append.log.seated.get(_whose(append), ())[-MOST_SESSIONS:]),
    }
    person: PersonId
    classes: tuple[Retention, ...]
    ground: ErasureGround
    candidacies: tuple[CandidacyId, ...] = ()
    seats: tuple[SessionId, ...] = ()
    there: frozenset[Retention] = frozenset(Retention)

    def execute(self, log: Log) -> None:
        """Record a PersonErased for each class that may be erased; nothing for the others."""
        found = circumstances(log, self.person, self.candidacies, self.seats)
        for fate in found.plan(self.classes, self.ground, log.today, self.there):
            if fate.goes:
                log.record(found.person, found.person.erase(fate.retention, self.ground))
