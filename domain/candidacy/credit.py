"""Credits: the blocks of a candidacy won under another version, or by another title."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
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
from domain.ports import CandidacyId, EvidenceId
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
class Won:
    """The ground on which a block counts that no jury granted here, and its rank in the candidacy (`place`)."""

    by: BlockCarriedOver | BlockSatisfied
    place: int

    @property
    def block(self) -> int:
        """The block that counts."""
        return self.by.block

    @property
    def since(self) -> date:
        """The day on which the block was won elsewhere."""
        return self.by.granted_on if isinstance(self.by, BlockCarriedOver) else self.by.obtained_on

    def taken_off(self, candidacy: CandidacyId, reason: Personal[str], today: date) -> CreditFell:
        """Return the fact that the block was counted by mistake, counting now or not: it never counts again."""
        fall, since = Fall.MISTAKEN, self.since
        return CreditFell(candidacy=candidacy, block=self.block, fall=fall, since=since, reason=reason, fell_on=today)


@dataclass(frozen=True, kw_only=True)
class Credit:
    """The blocks won elsewhere that count in one candidacy, and the candidacies where its own blocks count.

    `told` is the number of blocks ever counted here; `fallen` are those no longer counted, in order. `fell_on` is the
    last day on which the candidate lost a block counted here through no fault of their own.
    """

    id: UUID
    version: int = 0
    counted: dict[int, Won] = field(default_factory=dict)
    told: int = 0
    later: frozenset[CandidacyId] = frozenset()
    fell_on: date | None = None
    fallen: tuple[Won, ...] = ()

    @staticmethod
    def id_of(candidacy: CandidacyId) -> UUID:
        """Return the stream id of the credits of a candidacy."""
        return stream_of("credit", candidacy)

    @property
    def blocks(self) -> frozenset[int]:
        """The blocks that count here."""
        return frozenset(self.counted)

    def by_then(self, told: int) -> frozenset[int]:
        """Return the blocks that count here among the first `told` ones counted."""
        return frozenset(block for block, won in self.counted.items() if won.place <= told)

    @property
    def ever(self) -> frozenset[int]:
        """The blocks that count here, and those that would count if none had been lost."""
        return self.blocks | {won.block for won in self.fallen}

    @property
    def proofs(self) -> frozenset[EvidenceId]:
        """The pieces of evidence on which a block rests, or may rest again: they can no longer change."""
        held = (won.by for won in (*self.counted.values(), *self.fallen))
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
        """Stop counting a block that was counted by mistake, with a reason."""
        if block not in self.counted:
            raise NotCredited(block)
        return self.counted[block].taken_off(candidacy, reason, today)

    def refold(
        self,
        candidacy: CandidacyId,
        concerned: Callable[[Won], bool],
        lost: Callable[[Won], Fall | None],
        today: date,
    ) -> Iterator[CreditFell | CreditRestored]:
        """Yield the losses and restorations of blocks, by the current state of each block's ground.

        `lost` returns why a block's ground is no longer valid. Only blocks that are `concerned` are lost; then each
        block lost before for which `lost` returns None counts again.
        """
        left = set(self.counted)
        for block, won in sorted(self.counted.items()):
            if concerned(won) and (fall := lost(won)):
                left.remove(block)
                yield CreditFell(candidacy=candidacy, block=block, fall=fall, since=won.since, fell_on=today)
        back = {won.block: won for won in self.fallen if won.block not in left and not lost(won)}
        for block, won in sorted(back.items()):
            yield CreditRestored(candidacy=candidacy, block=block, since=won.since)

    def evolve(self, fact: CreditFact) -> Self:
        match fact:
            case BlockCarriedOver() | BlockSatisfied():
                won = Won(by=fact, place=self.told + 1)
                return replace(self, counted={**self.counted, fact.block: won}, told=won.place)
            case CountedElsewhere(later=later):
                return replace(self, later=self.later | {later})
            case CreditFell(block=block, fall=fall):
                fell_on = self.fell_on if fall is Fall.FRAUD else fact.fell_on
                fell = _of(fact, self.counted.values())
                counted = {number: won for number, won in self.counted.items() if won is not fell}
                fallen = (*self.fallen, fell) if fell else self.fallen
                if fall is Fall.MISTAKEN:
                    gone = fell or _of(fact, fallen)
                    fallen = tuple(won for won in fallen if won is not gone)
                return replace(self, counted=counted, fallen=fallen, fell_on=fell_on)
            case CreditRestored(block=block):
                back = _of(fact, self.fallen)
                fallen = tuple(won for won in self.fallen if won is not back)
                counted = {**self.counted, block: back} if back else self.counted
                return replace(self, counted=counted, fallen=fallen)
            case _:
                assert_never(fact)


def _of(said: CreditFell | CreditRestored, among: Iterable[Won]) -> Won | None:
    """Return the last of these blocks that the fact is about."""
    found = [won for won in among if (won.block, won.since) == (said.block, said.since)]
    return found[-1] if found else None
