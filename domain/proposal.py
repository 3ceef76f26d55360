"""What did an evaluation commission rule, for the awarding jury to rule on? (appréciation provisoire)"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from domain.fact import JURY, Fact, Personal, Retention
from domain.ports import CandidacyId, SessionId


@dataclass(frozen=True, kw_only=True)
class CompetenceProposed(Fact):
    """An evaluation commission ruled a competence acquired or not, provisionally: the awarding jury rules on it.

    `departs_from` is the mark it overturns, if it does; `mark` the one it gave or ruled on; `attempt` which attempt
    at its block it rules on, as for a jury's ruling.
    """

    fr = "Une commission d'évaluation a jugé une compétence, à titre provisoire."
    said_fr = "La commission a jugé la compétence {competence} {acquired:acquise|non acquise}, à titre provisoire."
    said_en = "The commission ruled competence {competence} {acquired:acquired|not acquired}, provisionally."
    effective = JURY
    session: SessionId
    candidacy: CandidacyId
    competence: int
    acquired: bool
    departs_from: str | None = None
    mark: str | None = None
    reason: Annotated[Personal[str], Retention.DECISION] | None = None
    attempt: int = 1


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A commission's provisional ruling, as the awarding jury meets it."""

    commission: SessionId
    acquired: bool
    mark: str | None = None
