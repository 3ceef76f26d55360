"""Decisions in which a member took part who may not decide on the candidate, and how they are undone."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.rules_before import rules_before
from domain.candidacy.ties import ConflictOfInterest
from domain.fact import Personal
from domain.jury.decision import NOTHING
from domain.jury.decision_context import DecisionContext
from domain.jury.deliberation import Deliberation, RecusalPending, check_revisable
from domain.jury.facts import DeliberationReopened
from domain.jury.lawful_panel import conflicted
from domain.jury.panel_for_candidate import PanelForCandidate, panel_for_candidate
from domain.jury.ruling import ReasonRequired
from domain.jury.session import JurySession, NotTheChair, SessionNotPlanned, SessionStage
from domain.jury.vote import VoteOutcome
from domain.ports import CandidacyId, Find, PersonId
from domain.refusal import Refused
from domain.rulebook.rules import Rules


class NothingToReopen(Refused):
    """What was decided is undone only where somebody who took part in it has stepped out, or may not decide on it."""

    fr = (
        "On ne défait une décision que si l'un de ceux qui y ont pris part s'est déporté, ou ne peut statuer sur "
        "ce candidat."
    )


class RestsOnWhoLeft(Refused):
    """Nothing that a jury decided of a candidate rests on a member who has stepped out of it since."""

    fr = "Rien de ce qu'un jury a décidé d'un candidat ne repose sur un membre qui s'est depuis déporté."


def misplaced(said: Deliberation, here: PanelForCandidate, session: JurySession, rules: Rules) -> frozenset[PersonId]:
    """Return the members present at the decision in force who have stepped out or may not decide on the candidate."""
    if not said.rests_on:
        return frozenset()
    left = said.rests_on & here.known_as(said.recused)
    return left | conflicted(here, session, said.rests_on & session.present, rules)


def check_sound(find: Find, session: JurySession, decided: Mapping[CandidacyId, Deliberation]) -> None:
    """Refuse to close a session or to release its results if such a member took part in a decision.

    Reads each candidate with a decision, their candidacy, its rulebook, and what `panel_for_candidate` reads.
    """
    for candidacy, said in decided.items():
        if said.declared:
            raise RecusalPending(candidacy, *sorted(said.declared))
        if not said.rests_on:
            continue
        if gone := said.rests_on & said.recused:
            raise RestsOnWhoLeft(candidacy, *sorted(gone))
        applied = find(Candidacy, candidacy)
        rules = rules_before(find, applied.terms, session.opened_on or session.planned.held_on).content
        here = panel_for_candidate(find, session, applied, session.present)
        if tied := misplaced(said, here, session, rules):
            raise ConflictOfInterest(candidacy, *sorted(tied))


def check_unread(find: Find, session: JurySession, candidacy: Candidacy) -> None:
    """Refuse to undo a commission's rulings once a jury that uses them has opened: its own, or one that inherits.

    A commission that freed the candidate has only the juries that inherit. Reads these juries.
    """
    own = session.planned.reports_to if candidacy.id not in session.freed else None
    juries = [] if own is None else [find(JurySession, own)]
    for each in candidacy.sessions if session.commission else ():
        jury = find(JurySession, each)
        if (listing := jury.listing(candidacy.id)) and session.id in listing.inherits:
            juries.append(jury)
    if read := [jury.id for jury in juries if jury.stage not in {SessionStage.PLANNED, SessionStage.CANCELLED}]:
        raise SessionNotPlanned(*read)


def reopen(said: Deliberation, context: DecisionContext, reason: str) -> DeliberationReopened:
    """Undo all decisions made with such a member before the release, at the request of the registrar or the chair.

    Only the registrar may do so if the chair is such a member. The remaining members deliberate again or, if they may
    not, refer the candidate to another jury.
    """
    session, candidacy = context.session, context.candidacy
    check_revisable(session, candidacy.id)
    without = misplaced(said, context.panel_for_candidate, session, context.rules.content)
    there = (said.panel or session.present) - session.away_from(candidacy.id)
    presiding = session.presiding(there - without)
    if not context.transcribes and (context.by != presiding or session.chair in without):
        raise NotTheChair(context.by)
    if not without:
        raise NothingToReopen(said.id)
    if not reason.strip():
        raise ReasonRequired(candidacy.id)
    first, *_ = sorted(without)
    return DeliberationReopened(
        session=session.id,
        candidacy=candidacy.id,
        without=tuple(sorted(without)),
        reason=Personal(reason, first),
        at=context.at,
        day=context.day,
    )


@dataclass(frozen=True, kw_only=True)
class RecusalConsequences:
    """The losses if these members step out of a candidate's deliberation, and the members who continue it.

    `enough` says whether those `left` meet the quorum. `signatures` become void if the session `sits_again`.
    """

    rulings: tuple[int, ...]
    granted: tuple[int, ...]
    not_granted: tuple[int, ...]
    deferred: tuple[int, ...]
    title: bool
    vote: VoteOutcome | None
    signatures: tuple[PersonId, ...]
    sits_again: bool
    left: tuple[PersonId, ...]
    enough: bool


def consequences_of_recusal(
    said: Deliberation, context: DecisionContext, without: AbstractSet[PersonId]
) -> RecusalConsequences:
    """Return the exact losses if these members step out now; decisions made without them are kept."""
    session, rules = context.session, context.rules.content
    falls = any(said.rests_on_juror(juror) for juror in without)
    was = said.decision if falls else NOTHING
    panel = session.present if said.panel is None else said.panel
    left, leaving = panel - said.recused - without, bool(without & panel)
    quorum = rules.sessions.commission_quorum if session.commission else context.panel_for_candidate.quorum(rules)
    sits_again = falls and not session.sits_on(context.candidacy.id)
    return RecusalConsequences(
        rulings=tuple(sorted(said.rulings.keys() | said.proposed.keys())) if leaving else (),
        granted=tuple(sorted(was.granted)),
        not_granted=tuple(sorted(was.refused)),
        deferred=tuple(sorted(said.deferred)) if leaving else (),
        title=was.title,
        vote=said.vote_outcome if leaving else None,
        signatures=tuple(sorted(session.signed)) if sits_again else (),
        sits_again=sits_again,
        left=tuple(sorted(left)),
        enough=len(left) >= quorum,
    )
