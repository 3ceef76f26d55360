"""What a jury decided of a candidate may be put off, fall and stand again: what does its deliberation say then?"""

from __future__ import annotations

from datetime import date

from domain.attendance import Attendance, SummonsFell, SummonsGround
from domain.deliberation import DecisionRestored, Deliberation, TitleFell, TitleRestored
from domain.fact import Personal
from domain.vote import DecisionDeferred
from tests.domain.harness import At, rebuilt
from tests.domain.people import (
    JUNE,
    KARIM,
    MARIE,
    MARIE_VAE,
    PANEL,
    annulled,
    granted,
    heard,
    not_granted,
    pronounced,
    recused,
)

SAID = Deliberation(id=Deliberation.id_of(JUNE, MARIE_VAE))
WON = (granted(MARIE_VAE, 1, 2, 3, 4), pronounced(MARIE_VAE))
RESTORED = At(SAID.id, (DecisionRestored(session=JUNE, candidacy=MARIE_VAE),))
TITLE_RESTORED = At(SAID.id, (TitleRestored(session=JUNE, candidacy=MARIE_VAE),))
TITLE_FELL = At(SAID.id, (TitleFell(session=JUNE, candidacy=MARIE_VAE),))


def after(*steps: At) -> Deliberation:
    return rebuilt(SAID, [fact for step in steps for fact in step.facts])


def test_what_stands_again_stands_without_its_title_until_that_is_said_too() -> None:
    """Whether it rests on its blocks again is looked at then: it is known that it fell."""
    for fell in (annulled(MARIE_VAE),), (TITLE_FELL, annulled(MARIE_VAE)):
        gone = after(*WON, *fell)
        assert (gone.granted, gone.title, gone.title_fell) == (frozenset(), False, False)
        again = after(*WON, *fell, RESTORED)
        assert (again.granted, again.title, again.title_fell) == (frozenset({1, 2, 3, 4}), False, True)
        whole = after(*WON, *fell, RESTORED, TITLE_RESTORED)
        assert (whole.title, whole.title_fell) == (True, False)
    assert not after(granted(MARIE_VAE, 1), annulled(MARIE_VAE), RESTORED).title_fell


def test_how_often_it_was_annulled_is_counted_also_when_it_stood_again_between() -> None:
    assert after(*WON, annulled(MARIE_VAE)).annulments == 1
    assert after(*WON, annulled(MARIE_VAE), RESTORED, annulled(MARIE_VAE)).annulments == 2


def test_a_block_put_off_and_decided_all_the_same_is_put_off_no_more() -> None:
    put_off = DecisionDeferred(
        session=JUNE, candidacy=MARIE_VAE, blocks=(1, 2, 3), title=True, reason=Personal("x", MARIE)
    )
    said = after(At(SAID.id, (put_off,)), granted(MARIE_VAE, 1), not_granted(MARIE_VAE, 2))
    assert (said.deferred, said.title_deferred) == (frozenset({3}), True)
    assert not after(At(SAID.id, (put_off,)), pronounced(MARIE_VAE)).title_deferred


def test_who_took_part_is_whoever_was_left_when_something_was_decided() -> None:
    """Of a decision that stands nobody is taken away who took part in it."""
    left = frozenset(PANEL) - {KARIM}
    assert after(heard(MARIE_VAE), recused(MARIE_VAE, KARIM)).took_part == left
    assert after(heard(MARIE_VAE), granted(MARIE_VAE, 1), recused(MARIE_VAE, KARIM)).took_part == set(PANEL)
    assert after(recused(MARIE_VAE, KARIM)).took_part == frozenset()


def test_a_candidate_whose_summons_fell_is_noted_as_excluded() -> None:
    fell = SummonsFell(session=JUNE, candidacy=MARIE_VAE, ground=SummonsGround.EXCLUSION, fell_on=date(2021, 6, 1))
    assert after(At(SAID.id, (fell,))).attendance is Attendance.EXCLUDED
