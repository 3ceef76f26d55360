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
    """Protect classes of a person's data from erasure, for a dispute or an inquiry (conservation conservatoire).

    Loads the register keeper and the person. A registrar, who learns of a dispute first, may place one: it only keeps
    data.
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
