from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.fact import Retention
from domain.organisation.facts import LegalHoldPlaced
from domain.organisation.organisation import Organisation
from domain.people.person import Person
from domain.ports import Log, PersonId, Role


@dataclass(frozen=True, kw_only=True)
class PlaceLegalHold:
    """Keep classes of a person's data from erasure for now: a dispute, an inquiry (conservation conservatoire).

    Loads the register keeper and the person. Also the registrar's to place, to whom a dispute comes first: it only
    keeps.
    """

    roles: ClassVar = frozenset({Role.ADMIN, Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (LegalHoldPlaced,)
    person: PersonId
    classes: tuple[Retention, ...]
    ground: str

    def execute(self, log: Log) -> None:
        log.load(Person, self.person)
        keeper = log.find(Organisation, Organisation.keeper())
        log.record(keeper, keeper.place_hold(log.new_id("hold"), self.person, self.classes, self.ground))
