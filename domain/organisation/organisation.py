"""The register keeper's acts on its log: it endorses keys, exports for auditors, places legal holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Self, assert_never
from uuid import UUID

from domain.fact import Personal, Retention, stream_of
from domain.organisation.facts import (
    AuditExported,
    CheckpointKeyEndorsed,
    ClockAccepted,
    DoubtAccepted,
    Doubted,
    ExportScope,
    LegalHoldLifted,
    LegalHoldPlaced,
    Occasion,
    OrganisationFact,
)
from domain.ports import PersonId, Role
from domain.refusal import Refused

KEY = re.compile(r"acquis/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\+[0-9a-f]{8}\+A[Q-Za-f][0-9A-Za-z+/]{42}")
"""A C2SP verifier key of a log: its name, the key's id, and in base64 the kind (1, Ed25519) and 32 bytes."""


class NotACheckpointKey(Refused):
    """What is endorsed is the public key of one who signs this log's checkpoints, in the form of C2SP."""

    fr = "On n'endosse que la clé publique de qui signe les points de contrôle de ce journal, dans la forme de C2SP."
    kind = "invalid"


class KeyAlreadyEndorsed(Refused):
    """A checkpoint key is endorsed once."""

    fr = "Une clé de scellement n'est endossée qu'une fois."


class NoKeyToReplace(Refused):
    """The first checkpoint key replaces none; any later one says which it replaces."""

    fr = "La première clé de scellement n'en remplace aucune ; toute autre dit laquelle elle remplace."


class NothingInDoubt(Refused):
    """Only what is in doubt is accepted, and for a reason."""

    fr = "On n'accepte que ce qui est en doute, et en disant pourquoi."


class ClockReasonMissing(Refused):
    """A clock is accepted for a reason."""

    fr = "On déclare une horloge juste en disant pourquoi."
    kind = "invalid"


class ScopeIncomplete(Refused):
    """An export names the candidacy or session it covers, or the first and last day of its period."""

    fr = "Un export désigne la candidature ou la session qu'il couvre, ou les premier et dernier jours de sa période."
    kind = "invalid"


class NotHandedOut(Refused):
    """What no jury has released yet is handed to nobody: only who keeps the log takes it out of the house."""

    fr = "Ce qu'aucun jury n'a encore communiqué n'est remis à personne : seul qui tient le journal l'emporte."
    kind = "forbidden"


class HoldNamesNoClass(Refused):
    """A legal hold says which classes of personal data it keeps."""

    fr = "Une conservation conservatoire dit quelles catégories de données elle retient."
    kind = "invalid"


class NoSuchHold(Refused):
    """Only a legal hold that is in force can be lifted."""

    fr = "Seule une conservation conservatoire en vigueur peut être levée."


@dataclass(frozen=True, kw_only=True)
class LegalHold:
    """A legal hold in force: the person, and the classes of data."""

    person: PersonId
    classes: frozenset[Retention]


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """The register keeper (certificateur qui tient le registre), one per log."""

    id: UUID
    version: int = 0
    keys: tuple[str, ...] = ()
    holds: dict[UUID, LegalHold] = field(default_factory=dict)

    @staticmethod
    def keeper() -> UUID:
        """Return the stream id of the register keeper."""
        return stream_of("organisation", "register keeper")

    def endorse(self, key: str, replaces: str | None, occasion: Occasion) -> CheckpointKeyEndorsed:
        """Endorse a key that will sign checkpoints."""
        if not KEY.fullmatch(key):
            raise NotACheckpointKey(key)
        if key in self.keys:
            raise KeyAlreadyEndorsed(key)
        first = occasion is Occasion.FIRST
        if first != (not self.keys) or first != (replaces is None) or (replaces and replaces not in self.keys):
            raise NoKeyToReplace(key)
        return CheckpointKeyEndorsed(key=key, replaces=replaces, occasion=occasion)

    def accept(self, findings: tuple[Doubted, ...], reason: str) -> DoubtAccepted:
        """Accept the findings about the log."""
        if not findings or not reason.strip():
            raise NothingInDoubt(len(findings))
        return DoubtAccepted(findings=findings, reason=reason)

    def accept_clock(self, up_to: int, reason: str) -> ClockAccepted:
        """Declare the clock right, after facts up to a position; raises ClockReasonMissing."""
        if not reason.strip():
            raise ClockReasonMissing
        return ClockAccepted(up_to=up_to, reason=reason)

    def export(self, fact: AuditExported, by: str) -> AuditExported:
        """Record what was exported for an auditor, and the role that did it."""
        if fact.unreleased and by != Role.OPERATOR:
            raise NotHandedOut(by)
        about = fact.scope in {ExportScope.CANDIDACY, ExportScope.SESSION}
        period = fact.scope is ExportScope.PERIOD
        days = (fact.first_day, fact.last_day)
        if about != (fact.subject is not None) or period != all(days) or period != any(days):
            raise ScopeIncomplete(fact.scope.value)
        if fact.first_day and fact.last_day and fact.first_day > fact.last_day:
            raise ScopeIncomplete(fact.scope.value)
        return fact

    def place_hold(
        self, hold: UUID, person: PersonId, classes: tuple[Retention, ...], ground: str
    ) -> LegalHoldPlaced:
        """Protect data about a person from erasure."""
        if not classes:
            raise HoldNamesNoClass(person)
        kept = tuple(sorted(set(classes)))
        return LegalHoldPlaced(hold=hold, person=person, classes=kept, ground=Personal(ground, person))

    def lift_hold(self, hold: UUID) -> LegalHoldLifted:
        """End a hold."""
        if hold not in self.holds:
            raise NoSuchHold(hold)
        return LegalHoldLifted(hold=hold)

    def held(self, person: PersonId) -> frozenset[Retention]:
        """Return the classes of a person's data that are on hold."""
        return frozenset(kept for hold in self.holds.values() if hold.person == person for kept in hold.classes)

    def evolve(self, fact: OrganisationFact) -> Self:
        match fact:
            case CheckpointKeyEndorsed(key=key):
                return replace(self, keys=(*self.keys, key))
            case AuditExported() | DoubtAccepted() | ClockAccepted():
                return self
            case LegalHoldPlaced(hold=hold, person=person, classes=classes):
                return replace(self, holds={**self.holds, hold: LegalHold(person=person, classes=frozenset(classes))})
            case LegalHoldLifted(hold=hold):
                return replace(self, holds={each: kept for each, kept in self.holds.items() if each != hold})
            case _:
                assert_never(fact)
