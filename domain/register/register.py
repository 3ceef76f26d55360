"""The register of titles, by number (registre)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self, assert_never
from uuid import UUID

from domain.fact import Text, personal_to, stream_of
from domain.ports import CandidacyId, FrameworkId, PersonId
from domain.refusal import Refused
from domain.register.facts import CertificateStruck, RegisterEntered, RegisterFact, TitleReinstated, TitleWithdrawn


class AlreadyEntered(Refused):
    """A title is entered in the register once."""

    fr = "Un titre n'est inscrit qu'une fois au registre."


class TitleNotReleased(Refused):
    """A title is entered in the register once a jury has pronounced it and its results are released."""

    fr = "Un titre est inscrit au registre une fois prononcé par un jury et ses résultats communiqués."


@dataclass(frozen=True, kw_only=True)
class Register:
    """The register of one framework's titles, numbered without gaps: those in force, and those withdrawn."""

    id: UUID
    version: int = 0
    last: int = 0
    entries: dict[CandidacyId, RegisterEntered] = field(default_factory=dict)
    withdrawn: dict[CandidacyId, tuple[RegisterEntered, ...]] = field(default_factory=dict)

    @staticmethod
    def id_of(framework: FrameworkId) -> UUID:
        """Return the stream id of a framework version's register."""
        return stream_of("register", framework)

    def number(self, candidacy: CandidacyId) -> int | None:
        """Return the number of a candidacy's title, while it is in force."""
        entry = self.entries.get(candidacy)
        return entry.number if entry else None

    def enter(
        self,
        candidacy: CandidacyId,
        candidate: PersonId,
        framework: FrameworkId,
        obtained_on: date,
        option_title: str | None,
    ) -> RegisterEntered:
        """Enter a title, with its option if it has one, under the next number."""
        if candidacy in self.entries:
            raise AlreadyEntered(candidacy)
        return RegisterEntered(
            number=self.last + 1,
            candidacy=candidacy,
            candidate=candidate,
            framework=framework,
            obtained_on=obtained_on,
            option_title=option_title,
        )

    def withdraw(self, entry: RegisterEntered, candidate: PersonId, reason: Text) -> TitleWithdrawn:
        """Withdraw a title from the register, with the reason."""
        return TitleWithdrawn(number=entry.number, candidacy=entry.candidacy, reason=personal_to(reason, candidate))

    def reinstate(
        self, candidacy: CandidacyId, candidate: PersonId, reason: Text, obtained_on: date | None
    ) -> TitleReinstated | None:
        """Reinstate the title pronounced by the jury of that day; None if none was withdrawn, or one is in force."""
        out = (entry.number for entry in self.withdrawn.get(candidacy, ()) if entry.obtained_on == obtained_on)
        number = max(out, default=None)
        if number is None or candidacy in self.entries:
            return None
        return TitleReinstated(number=number, candidacy=candidacy, reason=personal_to(reason, candidate))

    def evolve(self, fact: RegisterFact) -> Self:
        match fact:
            case RegisterEntered(candidacy=candidacy, number=number):
                return replace(self, last=number, entries={**self.entries, candidacy: fact})
            case CertificateStruck():
                return self
            case TitleWithdrawn(candidacy=candidacy):
                entry = self.entries.get(candidacy)
                out = (*self.withdrawn.get(candidacy, ()), *([entry] if entry else []))
                return self._with(candidacy, None, out)
            case TitleReinstated(candidacy=candidacy, number=number):
                out = self.withdrawn.get(candidacy, ())
                back = next((entry for entry in out if entry.number == number), None)
                return self._with(candidacy, back, tuple(entry for entry in out if entry is not back))
            case _:
                assert_never(fact)

    def _with(
        self, candidacy: CandidacyId, stands: RegisterEntered | None, withdrawn: tuple[RegisterEntered, ...]
    ) -> Self:
        others = {other: entry for other, entry in self.entries.items() if other != candidacy}
        entries = {**others, candidacy: stands} if stands else others
        return replace(self, entries=entries, withdrawn={**self.withdrawn, candidacy: withdrawn})
