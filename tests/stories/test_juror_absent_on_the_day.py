"""A member does not come on the day: a substitute of the same quality, the jury as constituted, or no session.

The sheet of RNCP 31936 says who composes the jury, not what an absence makes of it (A14): the rulebook does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.commands.open_deliberation import OpenDeliberation
from domain.commands.open_session import OpenSession
from domain.commands.recuse_juror import RecuseJuror
from domain.commands.seat_substitute import SeatSubstitute
from domain.commands.summon_candidate import SummonCandidate
from domain.deliberation import TitlePronounced
from domain.framework import Definition
from domain.jury import JuryComposition, SubstituteQuality
from domain.jury_rule import Quality
from domain.lawful_panel import QuorumNotMet
from domain.ports import CandidacyId, SessionId
from domain.rulebook import Composition, Rules
from tests.domain.careers import recognised
from tests.domain.people import AS_PAUL, ELSA, EMMA, KARIM, LUC, NADIA, PANEL, PAUL, RULES, SACHA
from tests.stories.juries import CERTIFICATION, UNDER_R335, Jury

BEGAN, HELD_ON = UNDER_R335
WITHOUT_EMMA = tuple(member for member in PANEL if member != EMMA)
CONSTITUTED = replace(RULES, composition=Composition.CONSTITUTED)


def called(rules: Rules = RULES, sheet: Definition = CERTIFICATION) -> tuple[Jury, SessionId, CandidacyId]:
    jury = Jury(BEGAN, rules, sheet)
    marie = jury.marie(BEGAN)
    session = jury.called(BEGAN, HELD_ON)
    jury.on(BEGAN, SummonCandidate(session=session, candidacy=marie))
    return jury, session, marie


def test_four_of_five_do_not_open_the_session() -> None:
    jury, session, _ = called()
    broken = jury.refused(JuryComposition, HELD_ON, OpenSession(session=session, present=WITHOUT_EMMA))
    assert broken == ["panel-size", "panel-externals", "panel-employers", "panel-balance-externals",
                      "panel-balance-panel"]  # fmt: skip


def test_a_substitute_of_the_same_quality_takes_the_seat_and_the_jury_decides() -> None:
    jury, session, marie = called()
    wrong = SeatSubstitute(session=session, substitute=SACHA, replaced=EMMA)
    jury.refused(SubstituteQuality, HELD_ON, wrong)
    jury.on(HELD_ON, SeatSubstitute(session=session, substitute=ELSA, replaced=EMMA))
    jury.on(HELD_ON, OpenSession(session=session, present=(PAUL, NADIA, LUC, ELSA, KARIM)))
    jury.on(HELD_ON, OpenDeliberation(session=session, candidacy=marie), AS_PAUL)
    jury.grants_everything(HELD_ON, session, marie)
    jury.ends(HELD_ON, session)
    assert jury.says(TitlePronounced)
    assert jury.unlawful == []


def test_the_rulebook_may_judge_the_jury_as_constituted_and_the_law_those_who_deliberate() -> None:
    """Four deliberate, Luc and Karim of the profession: two, and a quarter (R335-8); but three men and a woman."""
    jury, session, marie = called(CONSTITUTED)
    jury.on(HELD_ON, OpenSession(session=session, present=WITHOUT_EMMA))
    take_up = OpenDeliberation(session=session, candidacy=marie)
    assert jury.refused(JuryComposition, HELD_ON, take_up, AS_PAUL) == ["panel-balance-panel"]


def test_the_jury_as_constituted_decides_when_those_present_are_lawful_too() -> None:
    """Nadia stays away with Luc's seat kept: two women and two men would do, were the quorum met by those present."""
    jury, session, marie = called(CONSTITUTED)
    without_luc = tuple(member for member in PANEL if member != LUC)
    jury.on(HELD_ON, OpenSession(session=session, present=without_luc))
    jury.on(HELD_ON, OpenDeliberation(session=session, candidacy=marie), AS_PAUL)
    jury.grants_everything(HELD_ON, session, marie)
    jury.ends(HELD_ON, session)
    assert jury.says(TitlePronounced)
    assert jury.unlawful == []


@pytest.mark.parametrize("quorum", [3, 4])
def test_the_quorum_is_asked_of_those_who_came(quorum: int) -> None:
    jury, session, marie = called(replace(CONSTITUTED, quorum=quorum))
    jury.on(HELD_ON, OpenSession(session=session, present=(PAUL, EMMA, KARIM)))
    take_up = OpenDeliberation(session=session, candidacy=marie)
    if quorum == 4:
        jury.refused(QuorumNotMet, HELD_ON, take_up, AS_PAUL)
    else:
        jury.on(HELD_ON, take_up, AS_PAUL)


def test_qualities_are_those_of_the_day_on_which_the_jury_sits_not_of_the_day_it_was_called_for() -> None:
    """It opens a day late, and Luc practises the profession no more: of the four who deliberate one does (R335-8)."""
    jury, session, marie = called()
    jury.scene.given(recognised(LUC, Quality.PROFESSION, until=HELD_ON))
    late = HELD_ON + timedelta(days=1)
    jury.on(late, OpenSession(session=session, present=PANEL))
    take_up = OpenDeliberation(session=session, candidacy=marie)
    jury.on(late, RecuseJuror(session=session, candidacy=marie, juror=KARIM, reason="x"))
    assert jury.refused(JuryComposition, late, take_up, AS_PAUL) == ["law-quota-profession"]


def test_the_quorum_of_the_sheet_is_asked_too() -> None:
    sheet = replace(CERTIFICATION, juries=(replace(CERTIFICATION.juries[0], quorum=5),))
    jury, session, marie = called(sheet=sheet)
    jury.on(HELD_ON, OpenSession(session=session, present=PANEL))
    jury.on(HELD_ON, RecuseJuror(session=session, candidacy=marie, juror=NADIA, reason="x"))
    jury.refused(QuorumNotMet, HELD_ON, OpenDeliberation(session=session, candidacy=marie), AS_PAUL)


def test_the_chair_comes_in_any_case() -> None:
    """Who signs the minutes is present."""
    jury, session, _ = called(CONSTITUTED)
    opening = OpenSession(session=session, present=(NADIA, LUC, EMMA, KARIM))
    assert jury.refused(JuryComposition, HELD_ON, opening) == ["panel-chair"]
