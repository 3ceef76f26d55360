"""Who is this person, what may they do, to whom are they tied?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Annotated, Self, assert_never

from domain.career import AffiliationStated, Career, CareerFact, QualityRecognised
from domain.fact import Fact, Personal, Retention, Term
from domain.naming import fit_name
from domain.ports import PersonId, Role
from domain.refusal import Refused

HANDS_OUT = frozenset({Role.REGISTRAR, Role.OPERATOR})
"""The roles in which one exports anybody's data, to hand them to that person; others get their own."""


class Tie(Term):
    """A link between a juror or assessor and a candidate that bars the one from ruling on the other (lien)."""

    ADVISED = "advised", "l'a accompagné·e", "advised them"
    TRAINED = "trained", "l'a formé·e", "trained them"
    EMPLOYER = "employer", "l'emploie ou l'a employé·e", "employs or employed them"
    COLLEAGUE = "colleague", "travaille ou a travaillé avec elle ou lui", "is or was a colleague"
    FAMILY = "family", "est de sa famille", "is family"
    OTHER = "other", "a un autre lien avec elle ou lui", "has another tie with them"


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
class Registered(Fact):
    """A person became known to the register keeper."""

    fr = "Une personne a été enregistrée."
    said_fr = fr
    said_en = "The person was registered."
    name: Annotated[Personal[str], Retention.IDENTITY]
    email: Annotated[Personal[str], Retention.IDENTITY] | None = None


@dataclass(frozen=True, kw_only=True)
class IdentityCorrected(Fact):
    """The person's name was corrected, or changed with their civil status, by a document that was seen."""

    fr = "Le nom a été corrigé, ou a changé avec l'état civil, au vu d'un justificatif."
    said_fr = "Le nom de la personne a été corrigé, au vu d'un justificatif d'état civil."
    said_en = "The person's name was corrected, by a document of civil status."
    name: Annotated[Personal[str], Retention.IDENTITY]
    document: Annotated[Personal[str], Retention.CIVIL_PROOF]


@dataclass(frozen=True, kw_only=True)
class RoleGranted(Fact):
    """The person was given a role."""

    fr = "Un rôle a été accordé à la personne."
    said_fr = "Le rôle « {role} » a été accordé."
    said_en = "The role “{role}” was granted."
    role: Role


@dataclass(frozen=True, kw_only=True)
class RoleWithdrawn(Fact):
    """The person lost a role."""

    fr = "Un rôle a été retiré à la personne."
    said_fr = "Le rôle « {role} » a été retiré."
    said_en = "The role “{role}” was withdrawn."
    role: Role


@dataclass(frozen=True, kw_only=True)
class TieDeclared(Fact):
    """A tie between this person and a candidate was declared, by either or by the registrar.

    `declared_by` says who, who may take it back.
    """

    fr = "Un lien entre cette personne et un candidat a été déclaré."
    said_fr = "Un lien avec {candidate:un·e candidat·e} a été déclaré : {tie}."
    said_en = "A tie with {candidate:a candidate} was declared: {tie}."
    candidate: PersonId
    tie: Tie
    declared_by: PersonId


@dataclass(frozen=True, kw_only=True)
class TieWithdrawn(Fact):
    """A tie that had been declared is none, with the reason: it was declared wrongly, or of the wrong person."""

    fr = "Un lien déclaré à tort, ou sur la mauvaise personne, a été retiré, avec son motif."
    said_fr = "Le lien déclaré avec {candidate:un·e candidat·e} a été retiré : {tie}."
    said_en = "The tie declared with {candidate:a candidate} was withdrawn: {tie}."
    candidate: PersonId
    tie: Tie
    reason: Annotated[Personal[str], Retention.DECISION]


class ErasureGround(StrEnum):
    """Why personal data were erased: the person asked (RGPD art. 17), or their period was over."""

    REQUEST = "request"
    PERIOD_OVER = "period_over"


@dataclass(frozen=True, kw_only=True)
class PersonErased(Fact):
    """The key of one class of this person's data was ordered destroyed: nobody reads what it sealed any more."""

    fr = "La clé d'une catégorie de ses données est à détruire : plus personne ne les lit."
    said_fr = "Les données de la catégorie « {retention} » ont été effacées."
    said_en = "The data of the class “{retention}” were erased."
    retention: Retention
    ground: ErasureGround


@dataclass(frozen=True, kw_only=True)
class PersonExported(Fact):
    """All that is held about this person was handed out: to them, or to who is to hand it to them."""

    fr = "Tout ce qui est conservé à son sujet lui a été remis, ou à qui le lui remettra."
    said_fr = "Toutes les données conservées au sujet de la personne ont été remises."
    said_en = "All that is held about the person was handed out."


@dataclass(frozen=True, kw_only=True)
class DuplicateLinked(Fact):
    """This file and another were found to be of the same person (doublon); nothing is merged."""

    fr = "Ce dossier et un autre sont de la même personne ; rien n'est fusionné."
    said_fr = "Deux dossiers ont été liés comme étant de la même personne ; rien n'est fusionné."
    said_en = "Two files were linked as of the same person; nothing is merged."
    other: PersonId
    ground: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class DuplicateUnlinked(Fact):
    """This file and another were found to be of two people after all: all is as it was before they were linked."""

    fr = "Ce dossier et un autre sont de deux personnes : tout est comme avant leur lien."
    said_fr = "Deux dossiers ont été déliés : ils ne sont pas de la même personne."
    said_en = "Two files were unlinked: they are not of the same person."
    other: PersonId
    ground: Annotated[Personal[str], Retention.DECISION]


PersonFact = (
    Registered
    | IdentityCorrected
    | RoleGranted
    | RoleWithdrawn
    | TieDeclared
    | TieWithdrawn
    | DuplicateLinked
    | DuplicateUnlinked
    | PersonErased
    | PersonExported
    | CareerFact
)


@dataclass(frozen=True, kw_only=True)
class Person:
    """One file of a person, whatever their roles (personne).

    `same_as` are the files that it was linked to as of the same person: `domain.one_person` follows them.
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
