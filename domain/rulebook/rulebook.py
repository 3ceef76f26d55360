"""The certifier's rulebook: its choices where sheet and law leave them to it (règlement de certification)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self, assert_never
from uuid import UUID

from domain.fact import stream_of
from domain.refusal import Refused
from domain.rulebook.facts import RulebookFact, RulebookPublished
from domain.rulebook.rules import Rules


class RulebookAlreadyPublished(Refused):
    """A published version of the rulebook is immutable: a change is a new version."""

    fr = "Une version publiée du règlement est immuable : toute modification est une nouvelle version."


class AnotherCertifier(Refused):
    """A candidacy follows the rules of the certifier whose certification it seeks."""

    fr = "Une candidature suit le règlement du certificateur dont elle vise la certification."


class RulebookSuperseded(Refused):
    """A candidacy follows the newest version of its certifier's rules on the day it is opened."""

    fr = "Une candidature suit la version la plus récente du règlement le jour de son ouverture."


class RulebookOutOfOrder(Refused):
    """Versions of a rulebook are published one after the other, from 1."""

    fr = "Les versions d'un règlement se publient l'une après l'autre, à partir de 1."
    kind = "invalid"


class RulebookNotPublished(Refused):
    """There is no such published rulebook."""

    fr = "Il n'existe pas de règlement publié sous cette référence."
    kind = "not_found"


@dataclass(frozen=True, kw_only=True)
class Rulebook:
    """One published version of the certifier's rules (règlement)."""

    id: UUID
    version: int = 0
    rules: Rules | None = None

    @staticmethod
    def id_of(certifier: str, version: int) -> UUID:
        """Return the stream id of a rulebook version: unique by certifier and version number."""
        return stream_of("rulebook", certifier, version)

    @property
    def content(self) -> Rules:
        """The rules of a published rulebook."""
        if self.rules is None:
            raise RulebookNotPublished(self.id)
        return self.rules

    def publish(self, rules: Rules) -> RulebookPublished:
        """Publish this version, once."""
        if self.rules is not None:
            raise RulebookAlreadyPublished(rules.version)
        return RulebookPublished(rules=rules)

    def acquired(self, mark: str) -> bool:
        """Return whether this mark of the scale means acquired; raise UnknownMark for a mark outside the scale."""
        return self.content.read(mark).acquired

    def evolve(self, fact: RulebookFact) -> Self:
        match fact:
            case RulebookPublished(rules=rules):
                return replace(self, rules=rules)
            case _:
                assert_never(fact)
