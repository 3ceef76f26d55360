"""Which evaluation commissions report to a jury, are they done, and what did they rule provisionally?

Two bodies (ambiguity A09): commissions examine candidates and rule on competences, provisionally; the jury that
awards sees what all of them ruled, harmonises it with reasons, and alone grants blocks and pronounces titles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from domain.deliberation import CompetenceRuled, Deliberation, Ruling
from domain.jury import JurySession, ResultsReleased, SessionPlanned, Stage
from domain.ports import CandidacyId, Log, SessionId
from domain.proposal import CompetenceProposed, Proposal
from domain.refusal import Refused
from domain.session_course import CommissionNamed


class WrongAwardingJury(Refused):
    """A commission reports to a jury called under the same rules for the same day or later, which has not opened."""

    fr = "Une commission rend compte à un jury non ouvert, convoqué sous les mêmes règles, ce jour-là ou plus tard."


class CommissionsNotReady(Refused):
    """A jury opens once each of its commissions has signed its minutes, with all of their candidates on its list."""

    fr = (
        "Un jury s'ouvre quand chacune de ses commissions a signé son procès-verbal, "
        "tous leurs candidats étant inscrits à sa liste."
    )


class CommissionsStand(Refused):
    """A jury is called off only once the commissions that report to it are."""

    fr = "Un jury n'est annulé qu'une fois annulées les commissions qui lui rendent compte."


class NothingProposed(Refused):
    """A jury harmonises what a commission ruled of the candidate, provisionally."""

    fr = "Un jury harmonise ce qu'une commission a apprécié du candidat, à titre provisoire."


def name(jury: JurySession, commission: SessionId, planned: SessionPlanned) -> CommissionNamed:
    """Let a commission report to a jury, of the same framework, rulebook and composition, until that one opens."""
    ours, theirs = jury.planned, planned
    alike = (ours.framework, ours.rulebook, ours.jury) == (theirs.framework, theirs.rulebook, theirs.jury)
    if jury.stage is not Stage.PLANNED or jury.commission or not alike or theirs.held_on > ours.held_on:
        raise WrongAwardingJury(jury.id)
    return CommissionNamed(commission=commission)


def reporting(log: Log, jury: JurySession) -> tuple[JurySession, ...]:
    """Load the commissions that report to a jury."""
    return tuple(log.load(JurySession, each) for each in sorted(jury.commissions))


def check_ready(jury: JurySession, commissions: Iterable[JurySession]) -> None:
    """Refuse to open a jury before its commissions are done, or without one of their candidates."""
    held = [each for each in commissions if each.stage is not Stage.CANCELLED]
    unsigned = {each.id for each in held if each.stage is not Stage.SIGNED}
    forgotten = frozenset[CandidacyId]().union(*(each.listed for each in held)) - jury.listed
    if unsigned or forgotten:
        raise CommissionsNotReady(*sorted(unsigned), *sorted(forgotten))


def check_stand_alone(commissions: Iterable[JurySession]) -> None:
    """Refuse to call off a jury that commissions still report to."""
    if standing := [each.id for each in commissions if each.stage is not Stage.CANCELLED]:
        raise CommissionsStand(*standing)


def released_with(jury: JurySession, commission: JurySession, today: date) -> ResultsReleased | None:
    """What a commission ruled is made known with its jury's results; nothing of one that was called off."""
    with_it = jury.stage is Stage.RELEASED and commission.planned.reports_to == jury.id
    return ResultsReleased(released_on=today) if with_it and commission.stage is Stage.SIGNED else None


def proposed(ruled: CompetenceRuled) -> CompetenceProposed:
    """What a commission ruled, which is provisional."""
    return CompetenceProposed(
        session=ruled.session,
        candidacy=ruled.candidacy,
        competence=ruled.competence,
        acquired=ruled.acquired,
        departs_from=ruled.departs_from,
        mark=ruled.mark,
        reason=ruled.reason,
        attempt=ruled.attempt,
    )


def harmonised(proposals: Mapping[int, Proposal], changed: Iterable[Ruling]) -> tuple[Ruling, ...]:
    """The jury's rulings: as the commission ruled, but for those that it changes and those it adds."""
    if not proposals:
        raise NothingProposed
    changes = {ruling.competence: ruling for ruling in changed}
    kept = (
        Ruling(competence=number, acquired=proposal.acquired, mark=proposal.mark)
        for number, proposal in proposals.items()
        if number not in changes
    )
    return tuple(sorted((*changes.values(), *kept), key=lambda ruling: ruling.competence))


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What one commission ruled of one competence, over all its candidates: of how many, acquired by how many."""

    competence: int
    acquired: int
    ruled: int


def tally(deliberations: Iterable[Deliberation]) -> tuple[Tally, ...]:
    """What a commission ruled, competence by competence: what the jury compares before it harmonises."""
    said: dict[int, list[bool]] = {}
    for deliberation in deliberations:
        for number, proposal in deliberation.proposed.items():
            said.setdefault(number, []).append(proposal.acquired)
    return tuple(
        Tally(competence=number, acquired=sum(each), ruled=len(each)) for number, each in sorted(said.items())
    )
