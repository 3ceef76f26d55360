"""Who is this person, what may they do, to whom are they tied?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self, assert_never

from domain.fact import Personal, Retention
from domain.people.career import Career
from domain.people.facts import (
    AffiliationStated,
    DuplicateLinked,
    DuplicateUnlinked,
    ErasureGround,
    IdentityCorrected,
    PersonErased,
    PersonExported,
    PersonFact,
    QualityRecognised,
    Registered,
    RoleGranted,
    RoleWithdrawn,
    Tie,
    TieDeclared,
    TieWithdrawn,
)
from domain.people.naming import fit_name
from domain.ports import PersonId, Role
from domain.refusal import Refused

HANDS_OUT = frozenset({Role.REGISTRAR, Role.OPERATOR})
"""The roles in which one exports anybody's data, to hand them to that person; others get their own."""


class PersonAlreadyRegistered(Refused):
    """A person is registered once."""

    fr = "Une personne n'est enregistrée qu'une fois."


class RoleAlreadyGranted(Refused):
    """A role is granted once; it must be withdrawn before it can be granted again."""

    fr = "Un rôle n'est accordé qu'une fois ; il doit être retiré avant d'être accordé de nouveau."


class RoleNotHeld(Refused):
    """A person acts in a role, is appointed in it or has it withdrawn, only where they hold it."""

    fr = "Une personne n'exerce un rôle, n'y est nommée et ne se le voit retirer que si elle le détient."


class TieAlreadyDeclared(Refused):
    """The same tie with the same candidate is declared once."""

    fr = "Le même lien avec le même candidat n'est déclaré qu'une fois."


class IdentityUnproved(Refused):
    """A name is corrected by a document of civil status that was seen, and it is said which."""

    fr = "Un nom se corrige au vu d'un justificatif d'état civil, et en disant lequel."


class NotADuplicate(Refused):
    """Two files are linked once as of the same person, and unlinked once linked; a file is no duplicate of itself."""

    fr = "Deux dossiers se lient une fois comme étant de la même personne, et se délient ensuite ; jamais à soi-même."
    kind = "invalid"


class TieNotDeclared(Refused):
    """Only a tie that was declared, and still stands, is withdrawn."""

    fr = "On ne retire qu'un lien déclaré, et qui tient encore."


class TieOfAnother(Refused):
    """A tie is withdrawn by who declared it, or corrected by the registrar: not by whom another said it of."""

    fr = "Un lien est retiré par qui l'a déclaré, ou corrigé par le gestionnaire : pas par qui un autre l'a dit lié."
    kind = "forbidden"


class TieUnreasoned(Refused):
    """Who withdraws a tie says why."""

    fr = "Qui retire un lien dit pourquoi."
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class Person:
    """One file of a person, whatever their roles (personne).

    `same_as` are the files that it was linked to as of the same person: `domain.people.one_person` follows them.
    """

    id: PersonId
    version: int = 0
    roles: frozenset[Role] = frozenset()
    ties: dict[tuple[PersonId, Tie], PersonId] = field(default_factory=dict)
    erased: frozenset[Retention] = frozenset()
    corrections: int = 0
    same_as: frozenset[PersonId] = frozenset()
    career: Career = field(default_factory=Career)

    def register(self, name: str, email: str | None) -> Registered:
        """Make the person known, once; raises NameUnfit."""
        if self.version:
            raise PersonAlreadyRegistered(self.id)
        fit = Personal(fit_name(name), self.id)
        return Registered(name=fit, email=Personal(email, self.id) if email is not None else None)

    def correct_identity(self, name: str, document: str) -> IdentityCorrected:
        """Note the name that a document of civil status gives; raises NameUnfit."""
        if not name.strip() or not document.strip():
            raise IdentityUnproved(self.id)
        return IdentityCorrected(name=Personal(fit_name(name), self.id), document=Personal(document, self.id))

    def grant(self, role: Role) -> RoleGranted:
        """Give a role that the person does not hold."""
        if role in self.roles:
            raise RoleAlreadyGranted(role.value)
        return RoleGranted(role=role)

    def withdraw(self, role: Role) -> RoleWithdrawn:
        """Take a role that the person holds."""
        if role not in self.roles:
            raise RoleNotHeld(role.value)
        return RoleWithdrawn(role=role)

    def declare_tie(self, candidate: PersonId, tie: Tie, by: PersonId) -> TieDeclared:
        """Declare a tie with a candidate."""
        if (candidate, tie) in self.ties:
            raise TieAlreadyDeclared(candidate, tie.value)
        return TieDeclared(candidate=candidate, tie=tie, declared_by=by)

    def withdraw_tie(self, candidate: PersonId, tie: Tie, reason: str, by: PersonId | None) -> TieWithdrawn:
        """Take back a tie, with the reason: as who declared it, or for the certifier (`by` None)."""
        if (candidate, tie) not in self.ties:
            raise TieNotDeclared(candidate, tie.value)
        if by is not None and self.ties[candidate, tie] != by:
            raise TieOfAnother(candidate, tie.value)
        if not reason.strip():
            raise TieUnreasoned(self.id)
        return TieWithdrawn(candidate=candidate, tie=tie, reason=Personal(reason, self.id))

    def link(self, other: PersonId, ground: str) -> DuplicateLinked:
        """Link another file of the same person."""
        if other in self.same_as | {self.id}:
            raise NotADuplicate(other)
        return DuplicateLinked(other=other, ground=Personal(ground, self.id))

    def unlink(self, other: PersonId, ground: str) -> DuplicateUnlinked:
        """Unlink a file that is of somebody else after all."""
        if other not in self.same_as:
            raise NotADuplicate(other)
        return DuplicateUnlinked(other=other, ground=Personal(ground, self.id))

    def erase(self, retention: Retention, ground: ErasureGround) -> PersonErased:
        """Order the destruction of one class of this person's data; again where something was sealed since."""
        return PersonErased(retention=retention, ground=ground)

    def export(self) -> PersonExported:
        """Note that all that is held about this person was handed out."""
        return PersonExported()

    def evolve(self, fact: PersonFact) -> Self:  # noqa: C901  (one case a fact)
        match fact:
            case Registered() | PersonExported():
                return self
            case IdentityCorrected():
                return replace(self, corrections=self.corrections + 1)
            case RoleGranted(role=role):
                return replace(self, roles=self.roles | {role})
            case RoleWithdrawn(role=role):
                return replace(self, roles=self.roles - {role})
            case PersonErased(retention=retention):
                return replace(self, erased=self.erased | {retention})
            case DuplicateLinked(other=other):
                return replace(self, same_as=self.same_as | {other})
            case DuplicateUnlinked(other=other):
                return replace(self, same_as=self.same_as - {other})
            case AffiliationStated() | QualityRecognised():
                return replace(self, career=self.career.evolve(fact))
            case TieDeclared(candidate=candidate, tie=tie, declared_by=declared_by):
                return replace(self, ties={**self.ties, (candidate, tie): declared_by})
            case TieWithdrawn(candidate=candidate, tie=tie):
                return replace(self, ties={key: by for key, by in self.ties.items() if key != (candidate, tie)})
            case _:
                assert_never(fact)
