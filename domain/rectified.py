"""What was keyed otherwise than a jury's signed minutes say, and what does it come to? (erreur matérielle)"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from domain.fact import Fact, Personal, Retention
from domain.ports import CandidacyId, PersonId, SessionId


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """A ruling as it was keyed (None: it was not) and as the signed minutes say it: acquired or not.

    `mark` is the mark that they give, where they give one, and `worth` what it counts for in a mean.
    """

    competence: int
    keyed: bool | None
    minuted: bool
    mark: str | None = None
    worth: int | None = None


@dataclass(frozen=True, kw_only=True)
class MinutedBlock:
    """What the signed minutes say of a block: granted or not."""

    block: int
    granted: bool


@dataclass(frozen=True, kw_only=True)
class DecisionRectified(Fact):
    """What was keyed of a jury's decision was put right, as its signed minutes say (rectification).

    `granted` and `not_granted` are the blocks that stand otherwise since; `title`: it was pronounced, or falls; None:
    it stays as it was. Two people said so: who proposed it, and who recorded this. `rectified_on` is the day, before
    which nobody was told of it. `made_known`: what it puts right had been released to the candidate, without which it
    took nothing from them.
    """

    session: SessionId
    candidacy: CandidacyId
    rulings: tuple[Corrected, ...]
    granted: tuple[int, ...]
    not_granted: tuple[int, ...]
    title: bool | None
    proposed_by: PersonId
    reason: Annotated[Personal[str], Retention.DECISION]
    rectified_on: date
    made_known: bool


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What rectifications took of what a jury was keyed to have decided: these blocks, or the title alone.

    `told_on`: the day on which the candidate was told of what stands, from which their time runs; None: not yet.
    """

    blocks: frozenset[int]
    told_on: date | None
