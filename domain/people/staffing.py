"""The declaration that the certifier has only one registrar, who then alone confirms acts that take two people."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Self, assert_never
from uuid import UUID

from domain.fact import stream_of
from domain.people.facts import SoleRegistrarDeclared, SoleRegistrarWithdrawn, StaffingFact
from domain.ports import PersonId, Role
from domain.refusal import Refused

ANOTHER_REGISTRAR: Final = "Le rôle de gestionnaire est donné à une autre personne."
"""Reason for ending a declaration once another person has the role of registrar."""


class SoleRegistrarUnchanged(Refused):
    """That there is one registrar only is declared once, and withdrawn once declared."""

    fr = "Qu'il n'y a qu'un gestionnaire se déclare une fois, et se retire une fois déclaré."


class SeveralRegistrars(Refused):
    """A sole registrar is declared, and one person confirms alone, where one person at most holds that role."""

    fr = "On déclare un gestionnaire unique, et l'on confirme seul, quand une seule personne au plus a ce rôle."


class NotDeclaredSole(Refused):
    """Who confirms alone is the one registrar declared by the certifier, or, for a role, an administrator."""

    fr = "Qui confirme seul est l'unique gestionnaire déclaré, ou, pour un rôle, un administrateur."


class StaffingUnreasoned(Refused):
    """Who declares that there is one registrar only, or withdraws it, says why."""

    fr = "Qui déclare qu'il n'y a qu'un gestionnaire, ou le retire, dit pourquoi."
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class Staffing:
    """The staff of the installation, as far as rules need it; `declared_on` and `reason` of the current declaration.

    `registrar` is the one that the declaration names; None until the role is given.
    """

    id: UUID
    version: int = 0
    declared_on: date | None = None
    reason: str = ""
    registrar: PersonId | None = None

    @staticmethod
    def the() -> UUID:
        """Return the id of the installation's only stream of this kind."""
        return stream_of("staffing")

    @property
    def sole(self) -> bool:
        """True if the certifier declared that it has only one registrar."""
        return self.declared_on is not None

    def declare(self, reason: str, today: date, registrar: PersonId | None = None) -> SoleRegistrarDeclared:
        """Declare that there is only one registrar, from today, and who holds the role, if anybody does yet."""
        if self.sole:
            raise SoleRegistrarUnchanged(self.id)
        return SoleRegistrarDeclared(declared_on=today, reason=self._given(reason), registrar=registrar)

    def frees(self, role: Role, files: AbstractSet[PersonId]) -> bool:
        """Return whether an actor with this role and these files may confirm alone after authenticating again.

        An administrator may: the only act of theirs that takes two people is to give a role.
        """
        return self.sole and (role is Role.ADMIN or self.registrar in files)

    def check_alone(self, role: Role, files: AbstractSet[PersonId]) -> None:
        """Raise NotDeclaredSole unless the actor may confirm alone."""
        if not self.frees(role, files):
            raise NotDeclaredSole(self.id)

    def with_registrar(self, person: PersonId, today: date) -> SoleRegistrarDeclared | SoleRegistrarWithdrawn | None:
        """Return the change of the declaration once this person has the role of registrar; None without a change.

        The declaration names the first registrar; a second one ends it.
        """
        if not self.sole or self.registrar == person:
            return None
        if self.registrar is None:
            return SoleRegistrarDeclared(declared_on=today, reason=self.reason, registrar=person)
        return SoleRegistrarWithdrawn(withdrawn_on=today, reason=ANOTHER_REGISTRAR)

    @staticmethod
    def check_registrars(holders: int) -> None:
        """Refuse to declare a sole registrar, or to confirm alone, if several people (`holders`) have the role."""
        if holders > 1:
            raise SeveralRegistrars

    def withdraw(self, reason: str, today: date) -> SoleRegistrarWithdrawn:
        """Declare that there are several registrars again, from today."""
        if not self.sole:
            raise SoleRegistrarUnchanged(self.id)
        return SoleRegistrarWithdrawn(withdrawn_on=today, reason=self._given(reason))

    def _given(self, reason: str) -> str:
        if not reason.strip():
            raise StaffingUnreasoned(self.id)
        return reason

    def evolve(self, fact: StaffingFact) -> Self:
        match fact:
            case SoleRegistrarDeclared(declared_on=declared_on, reason=reason, registrar=registrar):
                return replace(self, declared_on=declared_on, reason=reason, registrar=registrar)
            case SoleRegistrarWithdrawn():
                return replace(self, declared_on=None, reason="", registrar=None)
            case _:
                assert_never(fact)
