"""Registration of service accounts, which read reports, for the pages and the command line (comptes de service)."""

from __future__ import annotations

from domain.commands.people.register_person import RegisterPerson
from domain.ports import PersonId, Recorded, Request, Role
from webapi.wiring import App


def as_service(name: str) -> RegisterPerson:
    """Return the command that registers a service: a name and the reporter's role, without address and password."""
    return RegisterPerson(name=name, given=(Role.REPORTER,))


def register_service(acquis: App, request: Request, name: str) -> Recorded:
    """Register a service; the same request sent again registers it once."""
    recorded = acquis.execute(as_service(name), request)
    acquis.services.add(PersonId(next(iter(recorded.versions))))
    return recorded
