"""How is a program registered that reports? One rule for the pages and the command line. (comptes de service)"""

from __future__ import annotations

from domain.commands.people.register_person import RegisterPerson
from domain.ports import PersonId, Recorded, Request, Role
from webapi.wiring import App


def as_service(name: str) -> RegisterPerson:
    """What is recorded of a service: a name, and the role of reporting; it has no address, and no password."""
    return RegisterPerson(name=name, given=(Role.REPORTER,))


def register_service(acquis: App, request: Request, name: str) -> Recorded:
    """Register a service; sent again, the same request registers it once."""
    recorded = acquis.execute(as_service(name), request)
    acquis.services.add(PersonId(next(iter(recorded.versions))))
    return recorded
