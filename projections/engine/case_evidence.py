"""The pieces of a dossier, counted by form and type as their facts come."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from domain.candidacy.facts import EvidenceSubmitted
from domain.evidence.facts import (
    EvidenceCleared,
    EvidenceQuarantined,
    EvidenceRedirected,
    EvidenceRejected,
    EvidenceWithdrawn,
)
from domain.fact import Fact


@dataclass(slots=True)
class PieceTotals:
    """The pieces of one form and type: numbers submitted, withdrawn, refused; size and competences of the others."""

    submitted: int = 0
    withdrawn: int = 0
    refused: int = 0
    size: int = 0
    serves: Counter[int] = field(default_factory=Counter)


@dataclass(slots=True)
class _Piece:
    kind: PieceTotals
    size: int
    competences: frozenset[int]
    withdrawn: bool = False
    refused: bool = False


class Pieces:
    """All pieces of one dossier."""

    __slots__ = ("_pieces", "kinds")

    def __init__(self) -> None:
        """Start without pieces."""
        self._pieces: dict[UUID, _Piece] = {}
        self.kinds: dict[tuple[str, str], PieceTotals] = {}
        """By form and media type."""

    def read(self, fact: Fact, stream: UUID) -> None:
        """Read one more fact; those about a piece are in its own stream."""
        if isinstance(fact, EvidenceSubmitted):
            kind = self.kinds.setdefault((fact.form, fact.media_type), PieceTotals())
            kind.submitted += 1
            self._pieces[fact.evidence] = piece = _Piece(kind, fact.size, frozenset(fact.competences))
            _count(piece, 1)
            return
        found = self._pieces.get(stream)
        if found is None:  # the fact is about a file that never became a piece
            return
        _count(found, -1)
        match fact:
            case EvidenceRedirected(competences=competences):
                found.competences = frozenset(competences)
            case EvidenceWithdrawn():
                found.withdrawn = True
            case EvidenceRejected() | EvidenceQuarantined():
                found.refused = True
            case EvidenceCleared():
                found.refused = False
        _count(found, 1)


def _count(piece: _Piece, one: int) -> None:
    """Add (1) or subtract (-1) a piece by its state: withdrawn, refused, or else with its size and competences."""
    kind = piece.kind
    if piece.withdrawn:
        kind.withdrawn += one
    elif piece.refused:
        kind.refused += one
    else:
        kind.size += one * piece.size
        for number in piece.competences:
            kind.serves[number] += one
            if not kind.serves[number]:
                del kind.serves[number]
