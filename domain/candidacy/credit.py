"""Which blocks count in a candidacy that no jury granted in it: won under another version, or by another title?"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self, assert_never
from uuid import UUID

from domain.candidacy.facts import (
    BlockCarriedOver,
    BlockSatisfied,
    CountedElsewhere,
    CreditFact,
    CreditFell,
    CreditRestored,
    Fall,
)
from domain.fact import Personal, stream_of
from domain.framework.facts import EquivalenceAdmitted
from domain.ports import CandidacyId, EvidenceId, SessionId
from domain.refusal import Refused


class NothingCarriesOver(Refused):
    """Blocks count from an earlier candidacy when juries granted them, released, and a correspondence leads here."""

    fr = "Un bloc antérieur compte si un jury l'a accordé et communiqué, et qu'une correspondance mène à celui-ci."


class NoEquivalence(Refused):
    """Another certification satisfies a block only by an equivalence that the certifier has published for it."""

    fr = "Une autre certification ne satisfait un bloc que par une équivalence publiée par le certificateur."


class ProofMissing(Refused):
    """That another certification was obtained is proved by a piece of the candidacy, not withdrawn nor forged."""

    fr = "L'obtention d'une autre certification se prouve par une pièce de la candidature, ni retirée ni falsifiée."
    kind = "invalid"


class NotObtainedYet(Refused):
    """A certification that satisfies a block was obtained on a day that has come."""

    fr = "Une certification qui satisfait un bloc a été obtenue un jour qui est venu."
    kind = "invalid"


class JurySitting(Refused):
    """While a jury sits on a candidacy, what counts in it does not change under its hands."""

    fr = "Tant qu'un jury siège sur une candidature, ce qui y compte ne change pas sous ses yeux."


class NotCredited(Refused):
    """Only a block that counts here without a jury of this candidacy can be taken off again."""

    fr = "Seul un bloc qui compte ici sans jury de cette candidature peut en être retiré."


@dataclass(frozen=True, kw_only=True)
class Left:
    """What juries of an earlier candidacy are left with: blocks `granted`; which decisions fell for fraud."""

    earlier: CandidacyId
    granted: frozenset[int]
    forfeited: frozenset[SessionId] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Credit:
    """What counts in one candidacy that was won elsewhere, and where else what was won in it counts.

    `fell_on` is the last day on which the candidate lost a block that counted here for no fault of their own.
    """

    id: UUID
    version: int = 0
    carried: dict[int, BlockCarriedOver] = field(default_factory=dict)
    satisfied: dict[int, BlockSatisfied] = field(default_factory=dict)
    later: frozenset[CandidacyId] = frozenset()
    fell_on: date | None = None
    fallen: dict[int, BlockCarriedOver | BlockSatisfied] = field(default_factory=dict)

    @staticmethod
    def id_of(candidacy: CandidacyId) -> UUID:
        """The stream of what counts in a candidacy from elsewhere."""
        return stream_of("credit", candidacy)

    @property
    def blocks(self) -> frozenset[int]:
        """The blocks that count here."""
        return frozenset(self.carried) | frozenset(self.satisfied)

    @property
    def proofs(self) -> frozenset[EvidenceId]:
        """The pieces of evidence on which a block rests, or may rest again: they can no longer change."""
        held = (*self.satisfied.values(), *self.fallen.values())
        return frozenset(said.evidence for said in held if isinstance(said, BlockSatisfied))

    def satisfy(
        self,
        candidacy: CandidacyId,
        block: int,
        equivalence: EquivalenceAdmitted | None,
        pieces: Collection[EvidenceId],
        evidence: EvidenceId,
        *,
        obtained_on: date,
        today: date,
    ) -> BlockSatisfied:
        """Count a block by another certification; `pieces` are those of the candidacy, without the withdrawn ones."""
        if equivalence is None or block not in equivalence.blocks:
            raise NoEquivalence(block)
        if evidence not in pieces:
            raise ProofMissing(evidence)
        if obtained_on > today:
            raise NotObtainedYet(obtained_on.isoformat())
        return BlockSatisfied(
            candidacy=candidacy,
            block=block,
            equivalence=equivalence.number,
            evidence=evidence,
            obtained_on=obtained_on,
        )

    def mistaken(self, candidacy: CandidacyId, block: int, reason: Personal[str], today: date) -> CreditFell:
        """Take off a block that was counted by mistake, with a reason."""
        since = self._since(block)
        return CreditFell(
            candidacy=candidacy, block=block, fall=Fall.MISTAKEN, since=since, reason=reason, fell_on=today
        )

    def falls(self, candidacy: CandidacyId, left: Left, today: date) -> Iterator[CreditFell]:
        """The blocks that fall when juries of the earlier candidacy are left with what they are."""
        for block, said in sorted(self.carried.items()):
            if said.earlier == left.earlier and not left.granted.issuperset(said.blocks):
                fall = Fall.FRAUD if left.forfeited.intersection(said.sessions) else Fall.ANNULLED
                yield CreditFell(candidacy=candidacy, block=block, fall=fall, since=said.granted_on, fell_on=today)

    def forged(self, candidacy: CandidacyId, pieces: AbstractSet[EvidenceId], today: date) -> Iterator[CreditFell]:
        """The blocks that fall when these pieces of evidence are found to be a fraud: those that rest on one."""
        for block, said in sorted(self.satisfied.items()):
            if said.evidence in pieces:
                since = said.obtained_on
                yield CreditFell(candidacy=candidacy, block=block, fall=Fall.FRAUD, since=since, fell_on=today)

    def proved_again(
        self, candidacy: CandidacyId, forged: AbstractSet[EvidenceId], granted: AbstractSet[int]
    ) -> Iterator[CreditRestored]:
        """The blocks that count again by a piece no longer found to be a fraud: not `forged`; none `granted` here."""
        for block, said in sorted(self.fallen.items()):
            if not isinstance(said, BlockSatisfied) or said.evidence in forged:
                continue
            if block not in self.blocks | granted:
                yield CreditRestored(candidacy=candidacy, block=block, since=said.obtained_on)

    def counts_again(self, candidacy: CandidacyId, left: Left, granted: AbstractSet[int]) -> Iterator[CreditRestored]:
        """The blocks that count again as juries of the earlier candidacy have theirs again; none `granted` here."""
        for block, said in sorted(self.fallen.items()):
            if not isinstance(said, BlockCarriedOver) or said.earlier != left.earlier:
                continue
            if left.granted.issuperset(said.blocks) and block not in self.blocks | granted:
                yield CreditRestored(candidacy=candidacy, block=block, since=said.granted_on)

    def _since(self, block: int) -> date:
        if block in self.carried:
            return self.carried[block].granted_on
        if block not in self.satisfied:
            raise NotCredited(block)
        return self.satisfied[block].obtained_on

    def evolve(self, fact: CreditFact) -> Self:
        match fact:
            case BlockCarriedOver(block=block):
                return replace(self, carried={**self.carried, block: fact})
            case BlockSatisfied(block=block):
                return replace(self, satisfied={**self.satisfied, block: fact})
            case CountedElsewhere(later=later):
                return replace(self, later=self.later | {later})
            case CreditFell(block=block, fall=fall):
                carried = {number: said for number, said in self.carried.items() if number != block}
                satisfied = {number: said for number, said in self.satisfied.items() if number != block}
                fell_on = self.fell_on if fall is Fall.FRAUD else fact.fell_on
                said = self.carried.get(block) or self.satisfied.get(block)
                fallen = {**self.fallen, block: said} if said and fall is not Fall.MISTAKEN else self.fallen
                return replace(self, carried=carried, satisfied=satisfied, fell_on=fell_on, fallen=fallen)
            case CreditRestored(block=block):
                left = {number: said for number, said in self.fallen.items() if number != block}
                match self.fallen.get(block):
                    case BlockCarriedOver() as said:
                        return replace(self, fallen=left, carried={**self.carried, block: said})
                    case BlockSatisfied() as said:
                        return replace(self, fallen=left, satisfied={**self.satisfied, block: said})
                    case _:
                        return self
            case _:
                assert_never(fact)
