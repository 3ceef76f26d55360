"""Declaration by an administrator that the certifier has one registrar only, who then confirms alone."""

from __future__ import annotations

from domain.commands.people.declare_sole_registrar import DeclareSoleRegistrar
from domain.people.staffing import Staffing
from domain.ports import PersonId, Role
from projections.people.person_directory import persons
from webapi.wiring import App


def declaration(acquis: App, reason: str) -> DeclareSoleRegistrar:
    """Return the command that declares a sole registrar and names the present one, if any.

    Raises `SeveralRegistrars` if two people have the role.
    """
    holders = check_registrars(acquis)
    return DeclareSoleRegistrar(reason=reason, registrar=holders[0] if holders else None)


def check_registrars(acquis: App) -> list[PersonId]:
    """Return the people with the role of registrar; raise `SeveralRegistrars` if there are two."""
    holders = [PersonId(each.person) for each in persons(acquis.database, role=Role.REGISTRAR.value, limit=2)]
    Staffing.check_registrars(len(holders))
    return holders
