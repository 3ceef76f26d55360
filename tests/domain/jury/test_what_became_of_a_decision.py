"""State of a deliberation after deferrals, annulments, restorations and rectifications."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.deadlines.due import session_times
from domain.deadlines.notice import Notice
from domain.fact import Personal
from domain.jury.annulled_decision import Cause, DecisionNotReleased
from domain.jury.commission import harmonised
from domain.jury.deciding import proposals
from domain.jury.decision_context import Proposal
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    Attendance,
    CandidateListed,
    CompetenceProposed,
    DecisionDeferred,
    DecisionRectified,
    DecisionRestored,
    ReleaseResumed,
    ReleaseWithheld,
    ResultsReleased,
    SummonsFell,
    SummonsGround,
    TitleFell,
    TitleRestored,
)
from domain.jury.replacement_jury import barred_here
from domain.jury.ruling import Ruling
from domain.ports import SessionId
from tests.given.domain.people import (
    CLOSED,
    JUNE,
    JURY_DAY,
    KARIM,
    MARCH,
    MARIE,
    MARIE_VAE,
    NINA,
    PANEL,
    PLANS,
    RENEE,
    SAMIR_VAE,
    SEATS,
    SIGNED,
    annulled,
    granted,
    heard,
    not_granted,
    pronounced,
    recused,
    session_of,
)
from tests.given.domain.scenario import At, rebuilt

SAID = Deliberation(id=Deliberation.id_of(JUNE, MARIE_VAE))
WON = (granted(MARIE_VAE, 1, 2, 3, 4), pronounced(MARIE_VAE))
RESTORED = At(SAID.id, (DecisionRestored(session=JUNE, candidacy=MARIE_VAE, restored_on=JURY_DAY),))
TITLE_RESTORED = At(SAID.id, (TitleRestored(session=JUNE, candidacy=MARIE_VAE),))
TITLE_FELL = At(SAID.id, (TitleFell(session=JUNE, candidacy=MARIE_VAE),))


def after(*steps: At) -> Deliberation:
    return rebuilt(SAID, [fact for step in steps for fact in step.facts])


def test_restored_decision_gets_its_title_back_only_when_the_title_is_restored_too() -> None:
    """Whether the title rests on its blocks again is decided then; until then it counts as fallen."""
    for fell in (annulled(MARIE_VAE),), (TITLE_FELL, annulled(MARIE_VAE)):
        gone = after(*WON, *fell)
        assert (gone.granted, gone.title, gone.title_fell) == (frozenset(), False, False)
        again = after(*WON, *fell, RESTORED)
        assert (again.granted, again.title, again.title_fell) == (frozenset({1, 2, 3, 4}), False, True)
        whole = after(*WON, *fell, RESTORED, TITLE_RESTORED)
        assert (whole.title, whole.title_fell) == (True, False)
    assert not after(granted(MARIE_VAE, 1), annulled(MARIE_VAE), RESTORED).title_fell


def test_annulments_are_counted_even_when_the_decision_was_restored_between_them() -> None:
    assert after(*WON, annulled(MARIE_VAE)).annulments == 1
    assert after(*WON, annulled(MARIE_VAE), RESTORED, annulled(MARIE_VAE)).annulments == 2


def test_block_deferred_and_then_decided_is_no_longer_deferred() -> None:
    put_off = DecisionDeferred(
        session=JUNE, candidacy=MARIE_VAE, blocks=(1, 2, 3), title=True, reason=Personal("x", MARIE)
    )
    said = after(At(SAID.id, (put_off,)), granted(MARIE_VAE, 1), not_granted(MARIE_VAE, 2))
    assert (said.deferred, said.title_deferred) == (frozenset({3}), True)
    assert not after(At(SAID.id, (put_off,)), pronounced(MARIE_VAE)).title_deferred


def test_members_who_took_part_are_those_left_when_something_was_decided() -> None:
    """A member recused after a decision still took part in it."""
    left = frozenset(PANEL) - {KARIM}
    assert after(heard(MARIE_VAE), recused(MARIE_VAE, KARIM)).took_part == left
    assert after(heard(MARIE_VAE), granted(MARIE_VAE, 1), recused(MARIE_VAE, KARIM)).took_part == set(PANEL)
    assert after(recused(MARIE_VAE, KARIM)).took_part == frozenset()


def test_candidate_whose_summons_fell_is_noted_as_excluded() -> None:
    fell = SummonsFell(session=JUNE, candidacy=MARIE_VAE, ground=SummonsGround.EXCLUSION, fell_on=date(2021, 6, 1))
    assert after(At(SAID.id, (fell,))).attendance is Attendance.EXCLUDED


RECTIFIED = DecisionRectified(
    session=JUNE,
    candidacy=MARIE_VAE,
    rulings=(),
    granted=(),
    not_granted=(),
    title=False,
    proposed_by=RENEE,
    reason=Personal("x", MARIE),
    rectified_on=date(2021, 7, 1),
    made_known=True,
)


def test_rectification_takes_the_title_only_from_a_candidate_who_had_it() -> None:
    """The time to appeal starts again only from a decision that took something away."""
    taken = after(*WON, At(SAID.id, (RECTIFIED,)))
    assert (taken.stands.title_taken, taken.taken_by) == (True, 1)
    nothing = after(granted(MARIE_VAE, 1), At(SAID.id, (RECTIFIED,)))
    assert (nothing.stands.title_taken, nothing.taken_by) == (False, 0)


def test_decision_is_annulled_for_fraud_only_when_taken_and_signed() -> None:
    """It may be released or not; a candidate who did not come or is not taken up has no decision to annul."""
    signed = session_of([PLANS[JUNE], CLOSED, SIGNED])
    assert after(heard(MARIE_VAE)).annul(signed, MARIE_VAE, Cause.FRAUD, JURY_DAY).cause is Cause.FRAUD
    for said, session in (
        (SAID, signed),
        (after(heard(MARIE_VAE)), session_of([PLANS[JUNE], CLOSED])),
        (after(heard(MARIE_VAE)), session_of([PLANS[JUNE]])),
    ):
        with pytest.raises(DecisionNotReleased):
            said.annul(session, MARIE_VAE, Cause.FRAUD, JURY_DAY)


def test_withheld_result_is_known_from_the_day_on_which_its_release_resumes() -> None:
    on, later = date(2021, 6, 15), date(2021, 7, 1)
    facts = (PLANS[JUNE], ReleaseWithheld(candidacy=MARIE_VAE), CLOSED, SIGNED, ResultsReleased(released_on=on))
    waits = session_of(facts)
    assert (waits.known_on(MARIE_VAE), waits.known_on(SAMIR_VAE)) == (None, on)
    known = session_of([*facts, ReleaseResumed(candidacy=MARIE_VAE, released_on=later)])
    assert (known.known_on(MARIE_VAE), known.known_on(SAMIR_VAE)) == (later, on)


def test_renewed_session_whose_own_decision_is_annulled_no_longer_counts_as_the_renewal() -> None:
    listed = CandidateListed(candidacy=MARIE_VAE, candidate=MARIE, renews=(MARCH,))
    session, notice = session_of([PLANS[JUNE], listed]), Notice(id=Notice.id_of(JUNE, MARIE_VAE))
    assert session_times(session, MARIE_VAE, after(*WON), notice).renewal == listed
    assert session_times(session, MARIE_VAE, after(*WON, annulled(MARIE_VAE)), notice).renewal is None


# Work of another jury or commission

MAY = SessionId(UUID(int=5))
PROPOSED = At(
    SAID.id, (CompetenceProposed(session=MAY, candidacy=MARIE_VAE, competence=1, acquired=True, mark="12"),)
)


def test_jury_inherits_the_proposals_of_a_commission_with_their_marks() -> None:
    listed = CandidateListed(candidacy=MARIE_VAE, candidate=MARIE, inherits=(MAY,))
    found = proposals(session_of([PLANS[JUNE], listed]), MARIE_VAE, {MAY: after(PROPOSED)})
    assert found == {1: Proposal(commission=MAY, acquired=True, mark="12")}
    assert harmonised(found, ()) == (Ruling(competence=1, acquired=True, mark="12"),)


def test_members_of_the_commission_behind_an_annulled_decision_are_barred_too() -> None:
    seat = replace(SEATS[0], juror=NINA)
    sessions = {
        JUNE: session_of([PLANS[JUNE], SEATS[0]]),
        MAY: session_of([replace(PLANS[JUNE], reports_to=JUNE), seat], MAY),
    }

    def find(_: object, stream: UUID) -> Any:
        return sessions[SessionId(stream)]

    earlier = {JUNE: after(heard(MARIE_VAE), annulled(MARIE_VAE)), MAY: after(heard(MARIE_VAE))}
    listed = CandidateListed(candidacy=MARIE_VAE, candidate=MARIE, renews=(JUNE,))
    here = session_of([PLANS[MARCH], listed], MARCH)
    assert barred_here(find, here, MARIE_VAE, earlier) == {SEATS[0].juror, NINA}
