from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.commands.people.register_person import GIVEN_BY_REGISTRAR
from domain.jury.access import of_another
from domain.people.facts import AddressStated
from domain.ports import Log, PersonId, Role
from domain.refusal import Forbidden


@dataclass(frozen=True, kw_only=True)
class StateAddress:
    """Set a person's e-mail address (donner une adresse électronique).

    The registrar does so for people whose roles, held or proposed, are all ones that registrars give, since the
    reader of an address could act as its owner. The system does so after the person, signed in to their account,
    followed the link sent to the address. Loads the person.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.SYSTEM})
    records: ClassVar = (AddressStated,)
    person: PersonId
    email: str

    def execute(self, log: Log) -> None:
        person, by_system = of_another(log, self.person), log.actor.role is Role.SYSTEM
        if not by_system and not person.roles | person.roles_waiting.keys() <= GIVEN_BY_REGISTRAR:
            raise Forbidden(log.actor.role.value)
        log.record(person, person.state_address(self.email, confirmed=by_system))
