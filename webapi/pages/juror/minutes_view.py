"""View models of the minutes page: hours, presence, votes, recusals and revised decisions of one sitting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any, Final, get_args
from uuid import UUID

from domain.jury.decision import UndoneDecision
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    AttendanceCorrected,
    BlockGranted,
    BlockNotGranted,
    CandidateArrived,
    CandidateNotHeard,
    CandidateReferred,
    ConnectionLost,
    ConnectionRestored,
    ConnectionsFact,
    DecisionConfirmed,
    DecisionDeferred,
    DecisionTakenBack,
    DecisionVoted,
    DeliberationOpened,
    DeliberationReopened,
    JurorConnected,
    JurorRecused,
    MemberLeft,
    MemberLeftDeliberation,
    MemberNotedAbsent,
    MemberReturned,
    MemberSignedIn,
    RecusalDeclared,
    SessionClosed,
    SessionOpened,
    SessionReopened,
    SummonsFell,
    TitlePronounced,
)
from domain.jury.proceedings import CandidateProceeding, SessionProceeding
from domain.jury.vote import VoteOutcome
from domain.people.identity import IdentityDocument
from domain.ports import CandidacyId, PersonId
from projections.reading import DossierFact
from webapi.pages.juror.at_session import AtSession
from webapi.privacy.disclosure import names, personal

STATED: Final = (*get_args(SessionProceeding), *get_args(ConnectionsFact), *get_args(CandidateProceeding))
"""The facts that these views use."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """The hour of an event, if known, and its day, if it is not that of the opening."""

    at: time | None = None
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class MinutesStep:
    """An event: the name of its fact, when, recorded by whom, about whom, and why.

    `blocks` are those it granted, deferred or took back, `refused` those it did not grant. `left_out` are the members
    present who do not deliberate.
    """

    what: str
    when: Moment
    by: str
    who: str = ""
    reason: str = ""
    remote: bool = False
    on_paper: bool = False
    excused: bool = False
    signed: bool = False
    document: IdentityDocument | None = None
    attendance: str = ""
    members: int = 0
    left_out: tuple[str, ...] = ()
    vote: VoteOutcome | None = None
    blocks: tuple[int, ...] = ()
    refused: tuple[int, ...] = ()
    title: bool = False


@dataclass(frozen=True, kw_only=True)
class Recusal:
    """A member who stepped out of one deliberation: declaration, confirmation and consequences."""

    candidate: str
    who: str
    reason: str
    declared: MinutesStep | None
    confirmed: MinutesStep | None
    fell: UndoneDecision | None = None


@dataclass(frozen=True, kw_only=True)
class Revision:
    """A decision that was undone: what it was, how and why it was undone, and what was decided instead.

    `reasons` are those of the blocks that it did not grant: number, reason, advice.
    """

    candidate: str
    first: UndoneDecision
    reasons: tuple[tuple[int, str, str], ...]
    undone: MinutesStep
    second: tuple[MinutesStep, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CandidateTimeline:
    """The events about one candidate, in order: presence, deliberation, decisions."""

    presence: tuple[MinutesStep, ...] = ()
    deliberation: tuple[MinutesStep, ...] = ()
    decisions: tuple[MinutesStep, ...] = ()
    deferred: tuple[MinutesStep, ...] = ()
    recusals: tuple[Recusal, ...] = ()
    revisions: tuple[Revision, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SittingMinutes:
    """The events of the whole sitting: openings and closings, and the comings and goings of each member."""

    hours: tuple[MinutesStep, ...]
    of_members: dict[PersonId, tuple[MinutesStep, ...]] = field(default_factory=dict)


PRESENCE: Final = (CandidateArrived, CandidateNotHeard, AttendanceCorrected, SummonsFell)
DELIBERATION: Final = (DeliberationOpened, MemberLeftDeliberation, JurorRecused)
DECISIONS: Final = (
    DecisionVoted,
    DecisionDeferred,
    CandidateReferred,
    DecisionTakenBack,
    DeliberationReopened,
    DecisionConfirmed,
)
REVISED: Final = (DecisionVoted, DecisionDeferred, CandidateReferred)
UNDOING: Final = (DecisionTakenBack.__name__, DeliberationReopened.__name__)


def sitting(known: AtSession, spoken: Sequence[DossierFact]) -> SittingMinutes:
    """Return the events of the whole sitting."""
    own = [each for each in spoken if isinstance(each.fact, SessionProceeding | ConnectionsFact)]
    hours: list[MinutesStep] = []
    of_members: dict[PersonId, tuple[MinutesStep, ...]] = {}
    for each, step in zip(own, _steps(known, own), strict=True):
        match each.fact:
            case SessionOpened() | SessionClosed():
                hours.append(step)
            case SessionReopened(candidacy=candidacy):
                hours.append(replace(step, who=known.name_of(candidacy)))
            case (
                MemberSignedIn()
                | MemberNotedAbsent()
                | MemberLeft()
                | MemberReturned()
                | JurorConnected()
                | ConnectionLost()
                | ConnectionRestored()
            ):
                juror = each.fact.juror
                of_members[juror] = (*of_members.get(juror, ()), step)
    return SittingMinutes(hours=tuple(hours), of_members=of_members)


def course(known: AtSession, candidacy: CandidacyId, spoken: Sequence[DossierFact]) -> CandidateTimeline:
    """Return the events about one candidate whose dossier this reader may read."""
    own = [each for each in spoken if isinstance(each.fact, CandidateProceeding)]
    steps = _with_decided(own, _steps(known, own))
    said, name = known.deliberations[candidacy], known.name_of(candidacy)
    decisions = tuple(_steps_of(own, steps, DECISIONS))
    return CandidateTimeline(
        presence=tuple(_steps_of(own, steps, PRESENCE)),
        deliberation=tuple(_steps_of(own, steps, DELIBERATION)),
        decisions=decisions,
        deferred=tuple(_deferrals(said, own, steps)),
        recusals=tuple(_recusals(name, said, own, steps)),
        revisions=tuple(_revisions(name, said, own, steps)),
    )


def _steps_of(
    own: Sequence[DossierFact], steps: Sequence[MinutesStep], kinds: tuple[type[Any], ...]
) -> Iterator[MinutesStep]:
    return (step for each, step in zip(own, steps, strict=True) if isinstance(each.fact, kinds))


def _steps(known: AtSession, own: Sequence[DossierFact]) -> list[MinutesStep]:
    called = {**names({each.stamp.by for each in own if each.stamp.by}), **known.called}
    return [_step(known, each, called) for each in own]


def _step(known: AtSession, each: DossierFact, called: dict[UUID, str | None]) -> MinutesStep:
    fact: Any = each.fact
    session = known.session
    other = None if session.planned.on_paper or each.stamp.on == session.opened_on else each.stamp.on
    juror = getattr(fact, "juror", None)
    step = MinutesStep(
        what=type(fact).__name__,
        when=Moment(at=getattr(fact, "at", None), day=other),
        by=(each.stamp.by and called.get(each.stamp.by)) or "?",
        who=(called.get(juror) or "?") if juror else "",
        reason=(personal(each).get("reason") or "") if hasattr(fact, "reason") else "",
    )
    match fact:
        case JurorConnected(document=document):
            return replace(step, document=document)
        case MemberSignedIn(on_paper=on_paper):
            return replace(step, on_paper=on_paper)
        case MemberNotedAbsent(excused=excused):
            return replace(step, excused=excused)
        case CandidateArrived(remote=remote, document=document, signed=signed):
            return replace(step, remote=remote, document=document, signed=signed)
        case CandidateNotHeard(attendance=attendance):
            return replace(step, attendance=attendance.value)
        case DeliberationOpened(panel=panel):
            out = sorted(session.present - set(panel))
            left_out = tuple(called.get(member) or "?" for member in out)
            return replace(step, members=len(panel), left_out=left_out)
        case DecisionVoted():
            return replace(step, vote=fact.outcome)
        case DecisionDeferred(blocks=blocks, title=title) | DecisionTakenBack(blocks=blocks, title=title):
            return replace(step, blocks=blocks, title=title)
        case _:
            return step


def _with_decided(own: Sequence[DossierFact], steps: Iterable[MinutesStep]) -> list[MinutesStep]:
    """Return the steps; each vote has the blocks and the title that it decided."""
    found: list[MinutesStep] = []
    vote: int | None = None
    for place, (each, step) in enumerate(zip(own, steps, strict=True)):
        found.append(step)
        match each.fact:
            case DecisionVoted():
                vote = place
            case BlockGranted(block=block) if vote is not None:
                found[vote] = replace(found[vote], blocks=(*found[vote].blocks, block))
            case BlockNotGranted(block=block) if vote is not None:
                found[vote] = replace(found[vote], refused=(*found[vote].refused, block))
            case TitlePronounced() if vote is not None:
                found[vote] = replace(found[vote], title=True)
            case _:
                pass
    return found


def _recusals(
    name: str, said: Deliberation, own: Sequence[DossierFact], steps: Sequence[MinutesStep]
) -> Iterator[Recusal]:
    """Yield the recusals, with declaration and confirmation; then those that are only declared."""
    declared: dict[PersonId, MinutesStep] = {}
    fell = iter(said.undone)
    found: list[Recusal] = []
    for each, step in zip(own, steps, strict=True):
        match each.fact:
            case RecusalDeclared(juror=juror):
                declared[juror] = step
            case JurorRecused(juror=juror):
                before = declared.pop(juror, None)
                reason = step.reason if before is None else before.reason
                found.append(Recusal(candidate=name, who=step.who, reason=reason, declared=before, confirmed=step))
            case DecisionTakenBack():
                next(fell, None)
            case DeliberationReopened():
                undone = next(fell, None)
                if found:
                    found[-1] = replace(found[-1], fell=undone)
            case _:
                pass
    yield from found
    for step in declared.values():
        yield Recusal(candidate=name, who=step.who, reason=step.reason, declared=step, confirmed=None)


def _deferrals(said: Deliberation, own: Sequence[DossierFact], steps: Sequence[MinutesStep]) -> Iterator[MinutesStep]:
    """Yield each deferral with the part that is still deferred, the newest first; undone ones are revisions."""
    blocks, title = set(said.deferred), said.title_deferred
    for each, step in zip(reversed(own), reversed(steps), strict=True):
        if isinstance(each.fact, DecisionDeferred):
            standing = replace(step, blocks=tuple(sorted(blocks & set(step.blocks))), title=title and step.title)
            if standing.blocks or standing.title:
                yield standing
            blocks -= set(step.blocks)
            title = title and not step.title


def _revisions(
    name: str, said: Deliberation, own: Sequence[DossierFact], steps: Sequence[MinutesStep]
) -> Iterator[Revision]:
    """Yield each undone decision, with what was decided before the next one was undone."""
    places = [place for place, step in enumerate(steps) if step.what in UNDOING]
    ends = [*places, len(steps)][1:]
    for first, start, end in zip(said.undone, places, ends, strict=True):
        refusals = {each.fact.block: personal(each) for each in own[:start] if isinstance(each.fact, BlockNotGranted)}
        reasons = ((block, refusals.get(block, {})) for block in sorted(first.refused))
        yield Revision(
            candidate=name,
            first=first,
            reasons=tuple((block, why.get("reason") or "", why.get("advice") or "") for block, why in reasons),
            undone=steps[start],
            second=tuple(_steps_of(own[start + 1 : end], steps[start + 1 : end], REVISED)),
        )
