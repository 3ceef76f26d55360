"""Attestations that a candidate asked for, and the content of each from the facts.

They are those of the certification obtained or of blocks (R6412-7), and the two needed for a leave for VAE: that the
candidacy is admissible (R6422-2), and that the candidate came to the assessment sessions (R6422-5). The certifier
does not attest the accompaniment: the advisor does.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self, assert_never
from uuid import UUID

from domain.fact import stream_of
from domain.jury.facts import Attendance
from domain.jury.session import JurySession
from domain.ports import CandidacyId
from domain.refusal import Refused
from domain.register.certificates import RegisterHolding
from domain.register.facts import Attestation, AttestationFact, AttestationIssued, AttestationRequested


class AttestationAsked(Refused):
    """An attestation is asked for once until it is issued, and then again as often as it is needed."""

    fr = "Une attestation se demande une fois tant qu'elle n'est pas délivrée, puis aussi souvent qu'il le faut."


class AttestationNotAsked(Refused):
    """An attestation is issued at the candidate's request."""

    fr = "Une attestation se délivre à la demande du candidat."
    source = "Code du travail R6412-7 (LEGIARTI000048699565), last but one paragraph"
    source_fr = "Code du travail R6412-7 (LEGIARTI000048699565), avant-dernier alinéa"


class NothingToAttest(Refused):
    """An attestation says what is so: blocks held and made known, admissibility, a jury that heard the candidate."""

    fr = (
        "Une attestation dit ce qui est : blocs détenus et communiqués, recevabilité, jury qui a entendu le candidat."
    )
    source = "Code du travail R6412-7 (LEGIARTI000048699565), R6422-2, R6422-5: which are due"
    source_fr = "Code du travail R6412-7 (LEGIARTI000048699565), R6422-2, R6422-5 : celles qui sont dues"


class RequestMisdated(Refused):
    """One asks today; the registrar keys a letter with the day on which it was received, which has come."""

    fr = "On demande aujourd'hui ; le gestionnaire saisit une lettre avec le jour de sa réception, qui est venu."
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class Attestations:
    """The attestations of one candidacy: `asked` are the kinds still to be issued."""

    id: UUID
    version: int = 0
    asked: frozenset[Attestation] = field(default_factory=frozenset)

    @staticmethod
    def id_of(candidacy: CandidacyId) -> UUID:
        """Return the stream id of a candidacy's attestations."""
        return stream_of("attestations", candidacy)

    def request(
        self, candidacy: CandidacyId, attestation: Attestation, on: date, today: date
    ) -> AttestationRequested:
        """Ask for an attestation, today or by a letter of that day."""
        if attestation in self.asked:
            raise AttestationAsked(attestation.value)
        if on > today:
            raise RequestMisdated(on.isoformat())
        return AttestationRequested(candidacy=candidacy, attestation=attestation, requested_on=on)

    def issue(self, attestation: Attestation, held: RegisterHolding, today: date) -> AttestationIssued:
        """Issue an attestation that was asked for, as of today; raise NotHeld, NothingToAttest."""
        if attestation not in self.asked:
            raise AttestationNotAsked(attestation.value)
        blocks: dict[int, date] = {}
        number: int | None = None
        match attestation:
            case Attestation.CERTIFICATION:
                number, session = held.title()
                days = [_day(session)]
            case Attestation.BLOCKS:
                blocks = {each.number: _day(won) for each in held.framework.blocks if (won := held.won(each.number))}
                days = list(blocks.values())
            case Attestation.ADMISSIBILITY:
                admissible_on = held.candidacy.admissible_on if held.candidacy.admissible else None
                days = [admissible_on] if admissible_on else []
            case Attestation.PARTICIPATION:
                came = [(met, said) for met, said in held.juries if said.attendance is Attendance.PRESENT]
                days = sorted({said.heard_on or _day(met) for met, said in came})
            case _:
                assert_never(attestation)
        if not days:
            raise NothingToAttest(attestation.value)
        return AttestationIssued(
            candidacy=held.candidacy.id,
            attestation=attestation,
            issued_on=today,
            days=tuple(days),
            blocks=tuple(blocks),
            number=number,
            option_title=held.option_title if number else None,
            holder=held.person.name,
        )

    def evolve(self, fact: AttestationFact) -> Self:
        match fact:
            case AttestationRequested(attestation=attestation):
                return replace(self, asked=self.asked | {attestation})
            case AttestationIssued(attestation=attestation):
                return replace(self, asked=self.asked - {attestation})
            case _:
                assert_never(fact)


def _day(session: JurySession) -> date:
    """Return the day on which a jury met."""
    return session.opened_on or session.planned.held_on
