"""Declarations of a candidate's title to the training account, and requests for correction (CPF).

A title is declared once it is in the register; a title pronounced again by another jury is declared again. The Caisse
des dépôts may ask for a correction of its data: it is made, or refused with reasons.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple, Self, assert_never
from uuid import UUID

from domain.candidacy.candidacy import Candidacy
from domain.fact import Personal, stream_of
from domain.people.unnamed import unnamed
from domain.ports import CandidacyId, SessionId
from domain.refusal import Refused, Violation
from domain.register.certificates import RegisterHolding
from domain.register.facts import (
    AwardDeclared,
    CorrectionMade,
    CorrectionRefused,
    CorrectionRequested,
    DeclarationFact,
)

R6113_17_2 = "Code du travail R6113-17-2, second paragraph", "Code du travail R6113-17-2, alinéa 2"


class AlreadyDeclared(Refused):
    """A title is declared once to the training account; what is wrong in it is corrected."""

    fr = "Un titre se déclare une fois au compte personnel de formation ; ce qui y est faux se corrige."


class NotDeclared(Refused):
    """A correction is asked for of a title that was declared."""

    fr = "On demande la correction d'un titre qui a été déclaré."
    source, source_fr = R6113_17_2


class NoSuchCorrection(Refused):
    """A request for correction is answered once: the data are sent anew, or it is refused."""

    fr = "Une demande de correction reçoit une réponse : les données mises à jour, ou un refus motivé."
    source, source_fr = R6113_17_2

    def __init__(self, correction: int) -> None:
        """State the number of the request that is not pending."""
        waits = Violation(
            "correction",
            f"No request no. {correction} waits for its answer.",
            f"Aucune demande n° {correction} en attente.",
            *R6113_17_2,
        )
        super().__init__(correction, violations=(waits,))


class CorrectionUnreasoned(Refused):
    """Who finds a request for correction unfounded tells the Caisse des dépôts why."""

    fr = "Qui juge infondée une demande de correction en dit les raisons à la Caisse des dépôts."
    kind = "invalid"
    source, source_fr = R6113_17_2


class DeclarationMisdated(Refused):
    """Results made known, declaration, request and answer follow one another, and none is ahead of today."""

    fr = "Résultats communiqués, déclaration, demande et réponse se suivent, sans anticiper."
    kind = "invalid"


class DeclarationLimit(NamedTuple):
    """The last day that a rule set allows; None if no text sets one."""

    on: date | None = None
    rule_set: str | None = None


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """The declarations of one candidacy: session of the title, day; requests, by number, and answers."""

    id: UUID
    version: int = 0
    declared: dict[SessionId, date] = field(default_factory=dict)
    requests: dict[int, date] = field(default_factory=dict)
    answered: frozenset[int] = frozenset()

    @staticmethod
    def id_of(candidacy: CandidacyId) -> UUID:
        """Return the stream id of the declarations of a candidacy."""
        return stream_of("declaration", candidacy)

    @property
    def waiting(self) -> tuple[date, ...]:
        """The days of the requests without an answer, without duplicates."""
        return tuple(sorted({day for number, day in self.requests.items() if number not in self.answered}))

    def declare(
        self, held: RegisterHolding, reference: str, declared_on: date, today: date, due: DeclarationLimit
    ) -> AwardDeclared:
        """Declare the title that is held; raise NotHeld."""
        number, session = held.title()
        if session.id in self.declared:
            raise AlreadyDeclared(number)
        _in_order(session.known_on(held.candidacy.id), declared_on, today)
        return AwardDeclared(
            candidacy=held.candidacy.id,
            number=number,
            session=session.id,
            declared_on=declared_on,
            reference=unnamed(reference),
            due_on=due.on,
            rule_set=due.rule_set,
        )

    def request(self, candidacy: Candidacy, asks: str, requested_on: date, today: date) -> CorrectionRequested:
        """Record a request for correction, on the day of the request."""
        if not self.declared:
            raise NotDeclared(candidacy.id)
        _in_order(min(self.declared.values()), requested_on, today)
        return CorrectionRequested(
            candidacy=candidacy.id,
            correction=len(self.requests) + 1,
            requested_on=requested_on,
            asks=Personal(asks, candidacy.terms.candidate),
        )

    def requested_on(self, correction: int) -> date:
        """Return the day of a request without an answer; raise NoSuchCorrection."""
        if correction in self.answered or correction not in self.requests:
            raise NoSuchCorrection(correction)
        return self.requests[correction]

    def correct(
        self, candidacy: Candidacy, correction: int, made_on: date, today: date, due: DeclarationLimit
    ) -> CorrectionMade:
        """Record that the corrected data were sent, as requested."""
        _in_order(self.requested_on(correction), made_on, today)
        return CorrectionMade(
            candidacy=candidacy.id, correction=correction, made_on=made_on, due_on=due.on, rule_set=due.rule_set
        )

    def refuse(
        self,
        candidacy: Candidacy,
        correction: int,
        reason: str,
        refused_on: date,
        *,
        today: date,
        due: DeclarationLimit,
    ) -> CorrectionRefused:
        """Record why a request is unfounded."""
        _in_order(self.requested_on(correction), refused_on, today)
        if not reason.strip():
            raise CorrectionUnreasoned(correction)
        return CorrectionRefused(
            candidacy=candidacy.id,
            correction=correction,
            refused_on=refused_on,
            reason=Personal(reason, candidacy.terms.candidate),
            due_on=due.on,
            rule_set=due.rule_set,
        )

    def evolve(self, fact: DeclarationFact) -> Self:
        match fact:
            case AwardDeclared(session=session, declared_on=declared_on):
                return replace(self, declared={**self.declared, session: declared_on})
            case CorrectionRequested(correction=correction, requested_on=requested_on):
                return replace(self, requests={**self.requests, correction: requested_on})
            case CorrectionMade(correction=correction) | CorrectionRefused(correction=correction):
                return replace(self, answered=self.answered | {correction})
            case _:
                assert_never(fact)


def _in_order(earlier: date | None, day: date, today: date) -> None:
    if earlier is None or not earlier <= day <= today:
        raise DeclarationMisdated(day.isoformat())
