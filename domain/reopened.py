"""Why was what a jury had decided of a candidate undone before anybody was told of it, to be deliberated anew?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from domain.fact import JURY, Fact, Personal, Retention
from domain.ports import CandidacyId, PersonId, SessionId
from domain.refusal import Refused


class NothingToReopen(Refused):
    """What was decided is undone only where somebody who took part in it has stepped out, or may not decide on it."""

    fr = (
        "On ne défait une décision que si l'un de ceux qui y ont pris part s'est déporté, ou ne peut statuer sur "
        "ce candidat."
    )


class RestsOnWhoLeft(Refused):
    """Nothing that a jury decided of a candidate rests on a member who has stepped out of it since."""

    fr = "Rien de ce qu'un jury a décidé d'un candidat ne repose sur un membre qui s'est depuis déporté."


@dataclass(frozen=True, kw_only=True)
class DeliberationReopened(Fact):
    """All that this jury had decided of this candidate was undone, to be deliberated anew (délibération rouverte).

    Rulings, blocks and title rested on members who may not decide on them: those, `without` whom it goes on.
    """

    fr = "Ce que le jury avait décidé du candidat est défait : un membre ne pouvait statuer."
    said_fr = "Ce que le jury avait décidé est défait : un membre ne pouvait statuer. Il délibère de nouveau."
    said_en = "What the jury had decided is undone: a member could not decide. It deliberates anew."
    effective = JURY
    milestone = True
    session: SessionId
    candidacy: CandidacyId
    without: tuple[PersonId, ...]
    reason: Annotated[Personal[str], Retention.DECISION]
