"""A file of a person: identity, roles, ties, linked files and career."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Self, assert_never

from domain.fact import Personal, Retention
from domain.framework.jury_rule import Sex
from domain.people.career import Career
from domain.people.facts import (
    AddressStated,
    AffiliationStated,
    BirthAndSexStated,
    DuplicateLinked,
    DuplicateUnlinked,
    ErasureGround,
    IdentityCause,
    IdentityCorrected,
    IdentityCorrectionApproved,
    IdentityCorrectionProposed,
    IdentityCorrectionRejected,
    IdentityFact,
    LinkProposed,
    LinkRejected,
    PersonErased,
    PersonExported,
    PersonFact,
    QualityRecognised,
    Registered,
    RoleGranted,
    RoleProposalRejected,
    RoleProposed,
    RoleWithdrawn,
    SecrecyAccepted,
    Tie,
    TieDeclared,
    TieWithdrawn,
)
from domain.people.identity import CivilDocument
from domain.people.naming import fit_name
from domain.people.two_people import FREELY, NothingWaits, TwoPersonAct, check_reason
from domain.ports import PersonId, Role
from domain.refusal import Refused

HANDS_OUT = frozenset({Role.REGISTRAR, Role.OPERATOR})
"""The roles that may export anybody's data, to hand them to that person; other roles export their own."""


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
    """An identity is corrected by a document that was seen, and it is said which, and of a day that has come."""

    fr = "Une identité se corrige au vu d'un justificatif, en disant lequel, et d'un jour qui est venu."


class BirthOnFile(Refused):
    """A birth that is on file is corrected by a document that was seen, and not stated anew."""

    fr = "Une naissance inscrite au dossier se corrige au vu d'un justificatif, et ne se déclare pas de nouveau."


class AddressUnsaid(Refused):
    """Who sets the e-mail address of a person says which."""

    fr = "Qui donne l'adresse électronique d'une personne dit laquelle."
    kind = "invalid"


class NothingStated(Refused):
    """Who states their birth or their sex says one of them at least."""

    fr = "Qui déclare sa naissance ou son sexe dit au moins l'un des deux."
    kind = "invalid"


class IdentityCorrectionUnderWay(Refused):
    """An identity is corrected once at a time: what is proposed is first approved or rejected."""

    fr = "Une identité n'est corrigée qu'une fois à la fois : la proposition en cours est d'abord tranchée."


class NoIdentityCorrectionUnderWay(Refused):
    """Only a correction of the identity as it stands, not settled yet and legible, is approved or rejected."""

    fr = (
        "On n'approuve ou ne rejette qu'une correction de l'identité telle qu'elle est, non tranchée, encore lisible."
    )


class CorrectedAlone(Refused):
    """A correction of the identity is approved by another person than the one who proposed it."""

    fr = "Une correction de l'identité est approuvée par une autre personne que celle qui l'a proposée."


class IdentityCorrectionUnreasoned(Refused):
    """A correction of the identity is proposed or rejected with a reason."""

    fr = "Une correction de l'identité est proposée ou rejetée avec un motif."
    kind = "invalid"


class NotADuplicate(Refused):
    """Two files are linked once as of the same person, and unlinked once linked; a file is no duplicate of itself."""

    fr = "Deux dossiers se lient une fois comme étant de la même personne, et se délient ensuite ; jamais à soi-même."
    kind = "invalid"


class LinkUnreasoned(Refused):
    """Two files are linked with a reason."""

    fr = "Deux dossiers se lient avec un motif."
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


PROPOSED: Final = frozenset({Retention.IDENTITY, Retention.CIVIL_PROOF})
"""The classes needed to read a proposed identity."""


@dataclass(frozen=True, kw_only=True)
class DocumentSeen:
    """A document that was seen (justificatif): its kind, the day on it, and the day on which it was seen."""

    kind: CivilDocument
    dated: date
    on: date


@dataclass(frozen=True, kw_only=True)
class Person:
    """One file of a person, whatever their roles (personne).

    `same_as` are the files linked to it as the same person's; `domain.people.one_person` follows them. `name` and
    `born` are the identity on file, sealed: papers are issued with them, and no rule reads them.
    """

    id: PersonId
    version: int = 0
    roles: frozenset[Role] = frozenset()
    ties: dict[tuple[PersonId, Tie], PersonId] = field(default_factory=dict)
    erased: frozenset[Retention] = frozenset()
    name: Personal[str] | None = None
    born: Personal[str] | None = None
    causes: tuple[IdentityCause | None, ...] = ()
    """For each correction of the identity, in order, the cause on which two people agreed; None for one person's."""
    proposed: IdentityCorrectionProposed | None = None
    same_as: frozenset[PersonId] = frozenset()
    career: Career = field(default_factory=Career)
    roles_waiting: dict[Role, PersonId] = field(default_factory=dict)
    """The roles proposed to a second person, each with its proposer."""
    links_waiting: dict[PersonId, PersonId] = field(default_factory=dict)
    """The files whose link is proposed to a second person, each with its proposer."""
    secrecy: int = 0
    """The number of the last text on professional secrecy accepted under this file; 0 if none."""

    @property
    def corrections(self) -> int:
        """The number of corrections of the identity."""
        return len(self.causes)

    def register(self, name: str, email: str | None, born: str | None = None, sex: Sex | None = None) -> Registered:
        """Register the person, once; raise NameUnfit."""
        if self.version:
            raise PersonAlreadyRegistered(self.id)
        address = Personal(email, self.id) if email is not None else None
        return Registered(name=self._fit(name), email=address, born=self._born(born), sex=self._sex(sex))

    def state(self, born: str | None, sex: Sex | None) -> BirthAndSexStated:
        """State the birth of the person, if it is not on file, or their sex."""
        stated = BirthAndSexStated(born=self._born(born), sex=self._sex(sex))
        if stated.born is None and stated.sex is None:
            raise NothingStated(self.id)
        if stated.born is not None and self.born is not None:
            raise BirthOnFile(self.id)
        return stated

    def state_address(self, email: str, *, confirmed: bool) -> AddressStated:
        """Set the person's e-mail address; raise AddressUnsaid."""
        if not email.strip():
            raise AddressUnsaid(self.id)
        return AddressStated(email=Personal(email, self.id), confirmed=confirmed)

    def correct_identity(
        self, name: str, document: str, born: str | None = None, sex: Sex | None = None
    ) -> IdentityCorrected:
        """Record the identity that a document gives, by one person alone; no paper is reissued. Raises NameUnfit."""
        if not name.strip() or not document.strip():
            raise IdentityUnproved(self.id)
        return IdentityCorrected(
            name=self._fit(name),
            document=Personal(document, self.id),
            born=self._born(born),
            sex=self._sex(sex),
        )

    def propose_correction(
        self,
        name: str,
        born: str | None,
        seen: DocumentSeen,
        cause: IdentityCause,
        reason: str,
        *,
        by: PersonId,
        sex: Sex | None = None,
    ) -> IdentityCorrectionProposed:
        """Propose the identity that a document gives, with the reason; raise NameUnfit."""
        if self.proposed is not None:
            raise IdentityCorrectionUnderWay(self.id)
        if not name.strip() or seen.dated > seen.on:
            raise IdentityUnproved(self.id)
        return IdentityCorrectionProposed(
            name=self._fit(name),
            cause=cause,
            seen=seen.kind,
            document=Personal(f"{seen.kind.said[0]}, {seen.dated.isoformat()}", self.id),
            reason=self._reasoned(reason),
            proposed_by=by,
            born=self._born(born),
            sex=self._sex(sex),
        )

    def approve_correction(self, by: frozenset[PersonId]) -> tuple[IdentityCorrectionApproved, IdentityCorrected]:
        """Approve the proposed identity, as another person than its proposer; `by` are the approver's files."""
        proposed = self._to_settle()
        if proposed.proposed_by in by:
            raise CorrectedAlone(self.id)
        return IdentityCorrectionApproved(), IdentityCorrected(
            name=proposed.name,
            document=proposed.document,
            born=proposed.born,
            cause=proposed.cause,
            sex=proposed.sex,
        )

    def reject_correction(self, reason: str) -> IdentityCorrectionRejected:
        """Reject the proposed identity, or withdraw the proposal as its author."""
        self._to_settle()
        return IdentityCorrectionRejected(reason=self._reasoned(reason))

    def _to_settle(self) -> IdentityCorrectionProposed:
        if self.proposed is None:
            raise NoIdentityCorrectionUnderWay(self.id)
        return self.proposed

    def _fit(self, name: str) -> Personal[str]:
        return Personal(fit_name(name), self.id)

    def _born(self, born: str | None) -> Personal[str] | None:
        return self._fit(born) if born and born.strip() else None

    def _sex(self, sex: Sex | None) -> Personal[Sex] | None:
        return Personal(sex, self.id) if sex is not None else None

    def _reasoned(self, reason: str) -> Personal[str]:
        if not reason.strip():
            raise IdentityCorrectionUnreasoned(self.id)
        return Personal(reason, self.id)

    def grant(
        self, role: Role, how: TwoPersonAct | None = FREELY, by: PersonId | None = None
    ) -> RoleGranted | RoleProposed:
        """Give a role that the person does not hold; without `how`, `by` proposes it to a second person."""
        if role in self.roles:
            raise RoleAlreadyGranted(role.value)
        if how is not None:
            return RoleGranted(role=role, proposed_by=how.proposed_by, alone=how.alone)
        if by is None:
            raise ValueError("nobody in particular proposes")
        return RoleProposed(role=role, proposed_by=by)

    def reject_role(self, role: Role, reason: str) -> RoleProposalRejected:
        """Reject a proposed role."""
        if role not in self.roles_waiting:
            raise NothingWaits(role.value)
        return RoleProposalRejected(role=role, reason=Personal(check_reason(self.id, reason), self.id))

    def withdraw(self, role: Role) -> RoleWithdrawn:
        """Withdraw a role that the person holds."""
        if role not in self.roles:
            raise RoleNotHeld(role.value)
        return RoleWithdrawn(role=role)

    def declare_tie(self, candidate: PersonId, tie: Tie, by: PersonId) -> TieDeclared:
        """Declare a tie with a candidate."""
        if (candidate, tie) in self.ties:
            raise TieAlreadyDeclared(candidate, tie.value)
        return TieDeclared(candidate=candidate, tie=tie, declared_by=by)

    def withdraw_tie(self, candidate: PersonId, tie: Tie, reason: str, by: PersonId | None) -> TieWithdrawn:
        """Withdraw a tie, with the reason: as the person who declared it (`by`), or for the certifier (None)."""
        if (candidate, tie) not in self.ties:
            raise TieNotDeclared(candidate, tie.value)
        if by is not None and self.ties[candidate, tie] != by:
            raise TieOfAnother(candidate, tie.value)
        if not reason.strip():
            raise TieUnreasoned(self.id)
        return TieWithdrawn(candidate=candidate, tie=tie, reason=Personal(reason, self.id))

    def link(
        self, other: PersonId, reason: str, how: TwoPersonAct | None, by: PersonId
    ) -> DuplicateLinked | LinkProposed:
        """Link another file of the same person; without `how`, `by` proposes it to a second person."""
        if other in self.same_as | {self.id}:
            raise NotADuplicate(other)
        if not reason.strip():
            raise LinkUnreasoned(self.id)
        said = Personal(reason, self.id)
        if how is None:
            return LinkProposed(other=other, reason=said, proposed_by=by)
        return DuplicateLinked(other=other, reason=said, proposed_by=how.proposed_by, alone=how.alone)

    def reject_link(self, other: PersonId, reason: str) -> LinkRejected:
        """Reject a proposed link to a file."""
        if other not in self.links_waiting:
            raise NothingWaits(other)
        return LinkRejected(other=other, reason=Personal(check_reason(self.id, reason), self.id))

    def unlink(self, other: PersonId, reason: str) -> DuplicateUnlinked:
        """Unlink a file that belongs to another person after all."""
        if other not in self.same_as:
            raise NotADuplicate(other)
        return DuplicateUnlinked(other=other, reason=Personal(reason, self.id))

    def erase(self, retention: Retention, ground: ErasureGround) -> PersonErased:
        """Order the destruction of one class of this person's data; also again, if data was sealed since."""
        return PersonErased(retention=retention, ground=ground)

    def export(self) -> PersonExported:
        """Record that all data about this person was handed out."""
        return PersonExported()

    def evolve(self, fact: PersonFact) -> Self:  # noqa: C901, PLR0911, PLR0912  (one case a fact)
        match fact:
            case PersonExported():
                return self
            case (
                Registered()
                | BirthAndSexStated()
                | AddressStated()
                | IdentityCorrectionProposed()
                | IdentityCorrectionApproved()
                | IdentityCorrectionRejected()
                | IdentityCorrected()
            ):
                return self._identified(fact)
            case RoleProposed(role=role, proposed_by=by):
                return replace(self, roles_waiting={**self.roles_waiting, role: by})
            case RoleProposalRejected(role=role):
                return self._without_waiting(role)
            case RoleGranted(role=role):
                return replace(self._without_waiting(role), roles=self.roles | {role})
            case RoleWithdrawn(role=role):
                return replace(self, roles=self.roles - {role})
            case SecrecyAccepted(secrecy_text=text):
                return replace(self, secrecy=text)
            case PersonErased(retention=retention):
                return self._without(retention)
            case LinkProposed(other=other, proposed_by=by):
                return replace(self, links_waiting={**self.links_waiting, other: by})
            case LinkRejected(other=other):
                return self._without_link(other)
            case DuplicateLinked(other=other):
                return replace(self._without_link(other), same_as=self.same_as | {other})
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

    def _without_waiting(self, role: Role) -> Self:
        return replace(self, roles_waiting={each: by for each, by in self.roles_waiting.items() if each is not role})

    def _without_link(self, other: PersonId) -> Self:
        return replace(self, links_waiting={each: by for each, by in self.links_waiting.items() if each != other})

    def _identified(self, fact: IdentityFact) -> Self:
        match fact:
            case Registered(name=name, born=born):
                return replace(self, name=name, born=born)
            case BirthAndSexStated(born=born):
                return replace(self, born=born or self.born)
            case AddressStated():
                return self
            case IdentityCorrectionProposed():
                return replace(self, proposed=fact)
            case IdentityCorrectionApproved() | IdentityCorrectionRejected():
                return replace(self, proposed=None)
            case IdentityCorrected(name=name, born=born, cause=cause):
                corrected = replace(self, name=name, born=born or self.born, causes=(*self.causes, cause))
                return replace(corrected, proposed=None)  # the proposal was about the identity before this one
            case _:
                assert_never(fact)

    def _without(self, retention: Retention) -> Self:
        """Return a copy without an erased class: an erased identity is no longer put on papers."""
        left = replace(self, erased=self.erased | {retention})
        if retention is Retention.IDENTITY:
            left = replace(left, name=None, born=None)
        return replace(left, proposed=None) if retention in PROPOSED else left
