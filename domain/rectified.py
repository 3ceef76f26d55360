"""What was keyed otherwise than a jury's signed minutes say, and what does it come to? (erreur matérielle)"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from domain.fact import JURY, Fact, Personal, Retention
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

    @property
    def said(self) -> tuple[str, str]:
        """What the minutes say, in French and in English."""
        french, english = ("acquise", "acquired") if self.minuted else ("non acquise", "not acquired")
        return f"compétence {self.competence} {french}", f"competence {self.competence} {english}"


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

    fr = "Ce qui avait été saisi d'une décision a été remis en accord avec le procès-verbal signé."
    said_fr = "La décision saisie a été rectifiée selon le procès-verbal signé : "
    said_en = "What was keyed of the decision was put right, as the signed minutes say: "
    effective = JURY
    after_the_end = "what was keyed wrongly before is put right all the same"
    decides = True
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

    def says(self) -> tuple[str, str]:
        """What it came to: competences, blocks, title."""
        came = [each.said for each in self.rulings]
        came += [(f"bloc {block} accordé", f"block {block} granted") for block in self.granted]
        came += [(f"bloc {block} non accordé", f"block {block} not granted") for block in self.not_granted]
        if self.title is not None:
            came.append(("titre prononcé", "title pronounced") if self.title else ("titre non prononcé", "no title"))
        french, english = (", ".join(each[language] for each in came) for language in (0, 1))
        return f"{self.said_fr}{french}.", f"{self.said_en}{english}."
