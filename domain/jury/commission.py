"""Which evaluation commissions report to a jury, are they done, and what did they rule provisionally?

Two bodies (ambiguity A09): commissions examine candidates and rule on competences, provisionally; the jury that
awards sees what all of them ruled, harmonises it with reasons, and alone grants blocks and pronounces titles.
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
from domain.jury.session import JurySession, MinutesNotSigned, Stage
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
    """Let a commission report to a jury, of the same framework, rulebook and composition, until that one opens."""
    ours, theirs = jury.planned, planned
    alike = (ours.framework, ours.rulebook, ours.jury) == (theirs.framework, theirs.rulebook, theirs.jury)
    if jury.stage is not Stage.PLANNED or jury.commission or not alike or theirs.held_on > ours.held_on:
        raise WrongAwardingJury(jury.id)
    return CommissionNamed(commission=commission)


def reporting(log: Log, jury: JurySession) -> tuple[JurySession, ...]:
    """Load the commissions that report to a jury."""
    return tuple(log.load(JurySession, each) for each in sorted(jury.commissions))


def check_ready(find: Find, jury: JurySession, commissions: Iterable[JurySession]) -> None:
    """Refuse to open a jury before its commissions are done, or without one of those whom they examined.

    One whose work it inherits may sit again on a candidate: until its minutes are signed anew. Finds these, and the
    candidacies that are not on its list, with what their commission did with them.
    """
    held = [each for each in commissions if each.stage is not Stage.CANCELLED]
    unsigned = {each.id for each in held if each.stage is not Stage.SIGNED}
    inherits = {each for listing in jury.listings for each in listing.inherits}
    unsigned |= {each for each in inherits if _sits(find(JurySession, each))}
    forgotten = {candidacy for each in held for candidacy in _awaited(find, jury, each)}
    if unsigned or forgotten:
        raise CommissionsNotReady(*sorted(unsigned), *sorted(forgotten))


def _awaited(find: Find, jury: JurySession, commission: JurySession) -> Iterator[CandidacyId]:
    """Whom a jury has still to put on its list: those examined and not let go, whose candidacy goes on."""
    for candidacy in sorted(commission.listed - jury.listed - commission.freed.keys()):
        said = find(Deliberation, Deliberation.id_of(commission.id, candidacy))
        heard = said.attendance is Attendance.PRESENT and not said.referred
        if heard and find(Candidacy, candidacy).life.ended is None:
            yield candidacy


def check_signed(commissions: Iterable[JurySession]) -> None:
    """Refuse to make a jury's results known while a commission, which they make known too, sits again on somebody."""
    if again := [each.id for each in commissions if _sits(each)]:
        raise MinutesNotSigned(*again)


def _sits(commission: JurySession) -> bool:
    """Whether it has opened, and its minutes are not signed."""
    return commission.stage in {Stage.OPEN, Stage.CLOSED}


def check_stand_alone(commissions: Iterable[JurySession]) -> None:
    """Refuse to call off a jury while a commission that reports to it is still to sit; one that has lets them go."""
    if standing := [each.id for each in commissions if each.stage not in {Stage.CANCELLED, Stage.SIGNED}]:
        raise CommissionsStand(*standing)


def inherited(
    earlier: Sequence[JurySession], before: Sequence[Deliberation], candidacy: CandidacyId
) -> frozenset[SessionId]:
    """The commissions that let this candidate go, and whose work travels: while no jury has decided on it since."""
    free = frozenset[SessionId]()
    for session, said in zip(earlier, before, strict=True):
        if session.freed.get(candidacy):
            free |= {session.id}
        elif said.decided or (said.annulled and said.attendance is Attendance.PRESENT):
            free = frozenset()
    return free


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
