"""The certifiers of a certification, one of which keeps its register (certificateurs)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self, assert_never
from uuid import UUID

from domain.fact import stream_of
from domain.organisation.facts import CertifierNamed, CertifiersFact, NirCollectionDecided
from domain.ports import OrganisationId
from domain.refusal import Refused


class CertifierAlreadyNamed(Refused):
    """An organisation is named once as a certifier of a certification."""

    fr = "Un organisme n'est nommé qu'une fois certificateur d'une certification."


class OneKeepsTheRegister(Refused):
    """Of the certifiers of a certification exactly one keeps its register: the one that is named first."""

    fr = "Parmi les certificateurs d'une certification, un seul tient le registre : celui qui est nommé en premier."


class NotACertifier(Refused):
    """A centre is habilitated by a certifier of that certification."""

    fr = "Un centre est habilité par un certificateur de cette certification."


class NirCollectionUnchanged(Refused):
    """Whether national numbers are collected is decided anew only, for a certification that has a certifier."""

    fr = "On ne décide de recueillir le NIR ou non que pour en changer, et si la certification a un certificateur."


@dataclass(frozen=True, kw_only=True)
class Certifiers:
    """The certifiers of one certification, by its code: the one that keeps the register, and its co-certifiers."""

    id: UUID
    version: int = 0
    keeper: OrganisationId | None = None
    named: frozenset[OrganisationId] = frozenset()
    collects_nir: bool = False

    @staticmethod
    def id_of(certification: str) -> UUID:
        """Return the stream id of a certification's certifiers: unique by its code in the register."""
        return stream_of("certifiers", certification)

    def name(self, certification: str, organisation: OrganisationId, *, keeps_register: bool) -> CertifierNamed:
        """Name a certifier: the first keeps the register, no other does."""
        if organisation in self.named:
            raise CertifierAlreadyNamed(organisation)
        if keeps_register != (self.keeper is None):
            raise OneKeepsTheRegister(certification)
        return CertifierNamed(certification=certification, organisation=organisation, keeps_register=keeps_register)

    def decide_nir(self, certification: str, ground: str, *, collected: bool) -> NirCollectionDecided:
        """Decide whether candidates' national numbers are collected; until then they are not."""
        if not self.named or collected is self.collects_nir:
            raise NirCollectionUnchanged(certification)
        return NirCollectionDecided(certification=certification, collected=collected, ground=ground)

    def check_certifier(self, organisation: OrganisationId) -> None:
        """Refuse an organisation that is not one of them."""
        if organisation not in self.named:
            raise NotACertifier(organisation)

    def evolve(self, fact: CertifiersFact) -> Self:
        match fact:
            case CertifierNamed(organisation=organisation, keeps_register=keeps_register):
                keeper = organisation if keeps_register else self.keeper
                return replace(self, keeper=keeper, named=self.named | {organisation})
            case NirCollectionDecided(collected=collected):
                return replace(self, collects_nir=collected)
            case _:
                assert_never(fact)
