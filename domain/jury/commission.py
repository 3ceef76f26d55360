"""Evaluation commissions that report to a jury: whether they are done, and what they ruled provisionally.

Two bodies (ambiguity A09): commissions examine candidates and rule on competences, provisionally. The awarding jury
sees all their rulings, harmonises them with reasons, and alone grants blocks and pronounces titles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.candidacy.candidacy import Candidacy
from domain.jury.decision_context import Proposal
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    Attendance,
    CommissionNamed,
    CompetenceProposed,
    CompetenceRuled,
    ResultsReleased,
    SessionPlanned,
)
from domain.jury.ruling import Ruling
from domain.jury.session import JurySession, MinutesNotSigned, SessionStage
from domain.ports import CandidacyId, Find, Log, SessionId
from domain.refusal import Refused


class WrongAwardingJury(Refused):
    """A commission reports to a jury called under the same rules for the same day or later, which has not opened."""

    fr = "Une commission rend compte à un jury non ouvert, convoqué sous les mêmes règles, ce jour-là ou plus tard."


class CommissionsNotReady(Refused):
    """A jury opens once its commissions have signed, with all whom they examined and did not let go on its list."""

    fr = (
        "Un jury s'ouvre quand ses commissions ont signé leur procès-verbal, "
        "tous ceux qu'elles ont examinés et gardés étant inscrits à sa liste."
    )


class CommissionsStand(Refused):
    """A jury is called off only once the commissions that report to it are, or have signed their minutes."""

    fr = "Un jury n'est annulé qu'une fois ses commissions annulées, ou leur procès-verbal signé."


class NothingProposed(Refused):
    """A jury harmonises what a commission ruled of the candidate, provisionally."""

    fr = "Un jury harmonise ce qu'une commission a apprécié du candidat, à titre provisoire."


def name(jury: JurySession, commission: SessionId, planned: SessionPlanned) -> CommissionNamed:
    """Attach a commission to a jury of the same framework, rulebook and composition, until that jury opens."""
    ours, theirs = jury.planned, planned
    alike = (ours.framework, ours.rulebook, ours.jury) == (theirs.framework, theirs.rulebook, theirs.jury)
    if jury.stage is not SessionStage.PLANNED or jury.commission or not alike or theirs.held_on > ours.held_on:
        raise WrongAwardingJury(jury.id)
    return CommissionNamed(commission=commission)


def reporting(log: Log, jury: JurySession) -> tuple[JurySession, ...]:
    """Load the commissions that report to a jury."""
    return tuple(log.load(JurySession, each) for each in sorted(jury.commissions))


def check_ready(find: Find, jury: JurySession, commissions: Iterable[JurySession]) -> None:
    """Refuse to open a jury before its commissions are done, or without a candidate whom they examined.

    An inherited commission counts as not done while it sits again on a candidate, until its minutes are signed again.
    Reads those commissions, the candidacies that are not on the jury's list, and their deliberations.
    """
    held = [each for each in commissions if each.stage is not SessionStage.CANCELLED]
    unsigned = {each.id for each in held if each.stage is not SessionStage.SIGNED}
    inherits = {each for listing in jury.listings for each in listing.inherits}
    unsigned |= {each for each in inherits if _sits(find(JurySession, each))}
    forgotten = {candidacy for each in held for candidacy in _awaited(find, jury, each)}
    if unsigned or forgotten:
        raise CommissionsNotReady(*sorted(unsigned), *sorted(forgotten))


def _awaited(find: Find, jury: JurySession, commission: JurySession) -> Iterator[CandidacyId]:
    """Yield the candidacies that the jury must still list: examined, not freed, and under way."""
    for candidacy in sorted(commission.listed - jury.listed - commission.freed.keys()):
        said = find(Deliberation, Deliberation.id_of(commission.id, candidacy))
        heard = said.attendance is Attendance.PRESENT and not said.referred
        if heard and find(Candidacy, candidacy).life.ended is None:
            yield candidacy


def check_signed(commissions: Iterable[JurySession]) -> None:
    """Refuse to release a jury's results while a commission, whose rulings they include, sits again."""
    if again := [each.id for each in commissions if _sits(each)]:
        raise MinutesNotSigned(*again)


def _sits(commission: JurySession) -> bool:
    """Return whether the commission has opened and its minutes are not signed."""
    return commission.stage in {SessionStage.OPEN, SessionStage.CLOSED}


def check_stand_alone(commissions: Iterable[JurySession]) -> None:
    """Refuse to cancel a jury while a commission that reports to it has still to sit."""
    if standing := [
        each.id for each in commissions if each.stage not in {SessionStage.CANCELLED, SessionStage.SIGNED}
    ]:
        raise CommissionsStand(*standing)


def inherited(
    earlier: Sequence[JurySession], before: Sequence[Deliberation], candidacy: CandidacyId
) -> frozenset[SessionId]:
    """Return the commissions that freed this candidate and whose rulings still count.

    They count as long as no later jury has decided on the candidate.
    """
    free = frozenset[SessionId]()
    for session, said in zip(earlier, before, strict=True):
        if session.freed.get(candidacy):
            free |= {session.id}
        elif said.decided or (said.annulled and said.attendance is Attendance.PRESENT):
            free = frozenset()
    return free


def released_with(jury: JurySession, commission: JurySession, today: date) -> ResultsReleased | None:
    """Return the release of a commission's rulings with its jury's results; None unless its minutes are signed."""
    with_it = jury.stage is SessionStage.RELEASED and commission.planned.reports_to == jury.id
    return ResultsReleased(released_on=today) if with_it and commission.stage is SessionStage.SIGNED else None


def proposed(ruled: CompetenceRuled) -> CompetenceProposed:
    """Return a commission's ruling as a proposal, since it is provisional."""
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
    """Return the commission's rulings with those that the jury changes or adds; raise NothingProposed."""
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
    """How many candidates one commission ruled on for a competence, and how many of them acquired it."""

    competence: int
    acquired: int
    ruled: int


def tally(deliberations: Iterable[Deliberation]) -> tuple[Tally, ...]:
    """Return a commission's rulings summed by competence, which the jury compares before it harmonises them."""
    said: dict[int, list[bool]] = {}
    for deliberation in deliberations:
        for number, proposal in deliberation.proposed.items():
            said.setdefault(number, []).append(proposal.acquired)
    return tuple(
        Tally(competence=number, acquired=sum(each), ruled=len(each)) for number, each in sorted(said.items())
    )
