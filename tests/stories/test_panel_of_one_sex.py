"""Women and men on a jury: the law sets an objective and no proportion (R335-8, D6412-6); a sheet may require more.

A difference of one never bars a lawful panel. A panel of one sex decides once its reason is recorded, and its minutes
say so. RNCP 31936 requires more (« parité homme/femme respectée »), and the refusal cites the sheet, not the law.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.commands.jury.explain_panel_of_one_sex import ExplainPanelOfOneSex
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.framework.jury_rule import Quality, Sex
from domain.jury.deliberation import Deliberation
from domain.jury.facts import PanelOfOneSexExplained, TitlePronounced
from domain.jury.minutes import minutes
from domain.jury.session import JuryComposition, JurySession
from domain.ports import CandidacyId, SessionId
from domain.replay.judge import replay
from tests.given.domain.law import D6412, R335
from tests.given.domain.people import (
    AS_NADIA,
    AS_PAUL,
    AS_RENEE,
    EMMA,
    KARIM,
    LUC,
    NADIA,
    PANEL,
    PAUL,
    RULES,
    SEATS,
    recognised,
    seat,
    signed_in,
)
from tests.given.stories.juries import CERTIFICATION, UNDER_D6412, UNDER_R335, Jury
from webapi.recorded_by import RECORDED_BY

J1 = CERTIFICATION.juries[0]
OF_ANY_TWO = replace(
    CERTIFICATION, juries=(replace(J1, size=None, externals=0, employers=0, employees=0, balances=()),)
)
TWO = replace(RULES, quorum=2)
TWO_WOMEN = (seat(NADIA, Sex.F, chair=True), seat(EMMA, Sex.F))
LAWS = pytest.mark.parametrize(("began", "held_on"), [UNDER_R335, UNDER_D6412], ids=["R335-8", "D6412-6"])


def called(began: date, held_on: date, sheet=OF_ANY_TWO, seats=TWO_WOMEN) -> tuple[Jury, SessionId, CandidacyId]:
    jury = Jury(began, TWO, sheet)
    jury.scene.given(recognised(NADIA, Quality.QUALIFIED, "RNCP31936"), recognised(NADIA, Quality.PROFESSION))
    marie = jury.marie(began)
    session = jury.called(began, held_on, seats)
    jury.on(began, SummonCandidate(session=session, candidacy=marie))
    return jury, session, marie


@LAWS
def test_panel_of_one_sex_decides_once_its_reason_is_recorded_r335_8_d6412_6(began: date, held_on: date) -> None:
    jury, session, marie = called(began, held_on)
    jury.opens_with(held_on, session, (NADIA, EMMA))
    jury.comes(held_on, session, marie)
    take_up = OpenDeliberation(session=session, candidacy=marie)
    assert jury.refused(JuryComposition, held_on, take_up, AS_NADIA) == ["law-panel-one-sex"]
    jury.on(held_on, ExplainPanelOfOneSex(session=session, reason="Aucun juré n'était libre ce jour."), AS_NADIA)
    jury.on(held_on, take_up, AS_NADIA)
    jury.grants_everything(held_on, session, marie, AS_NADIA)
    jury.ends(held_on, session, NADIA)
    assert jury.says(TitlePronounced)
    held = jury.scene.store.rebuilt(JurySession, session)
    assert minutes(held, decided(jury, session, marie))["one_sex_explained"] is True
    assert jury.unlawful == []
    without = [told for told in jury.facts if not isinstance(told.fact, PanelOfOneSexExplained)]
    assert JuryComposition.slug() in {found.rule for found in replay(without)}


@LAWS
def test_reason_for_one_sex_can_be_recorded_early_and_its_absence_cites_the_article(
    began: date, held_on: date
) -> None:
    jury, session, marie = called(began, held_on)
    jury.on(began, ExplainPanelOfOneSex(session=session, reason="Aucun juré n'était libre."))
    jury.opens_with(held_on, session, (NADIA, EMMA))
    jury.takes_up(held_on, session, marie, AS_NADIA)
    assert jury.unlawful == []
    jury, session, marie = called(began, held_on)
    jury.opens_with(held_on, session, (NADIA, EMMA))
    jury.comes(held_on, session, marie)
    jury.scene.when(OpenDeliberation(session=session, candidacy=marie), by=AS_NADIA, on=held_on)
    (violation,) = jury.scene.then_refused(JuryComposition).violations
    assert violation.source == (D6412 if began == UNDER_D6412[0] else R335).reference
    assert [RECORDED_BY[each.fact] for each in violation.missing] == [
        ("POST /api/v1/jury-sessions/{session}/one-sex",)
    ]


@LAWS
@pytest.mark.parametrize("women", [1, 2, 3, 4])
def test_panel_of_both_sexes_needs_no_proportion_d6412_6(began: date, held_on: date, women: int) -> None:
    """Out of five members, from one woman to four: nothing has to be explained."""
    seats = tuple(
        replace(each, sex=Sex.F if n < women else Sex.M) for n, each in enumerate(SEATS) if each.juror in PANEL
    )
    jury, session, marie = called(began, held_on, seats=seats)
    jury.opens_with(held_on, session, PANEL)
    jury.takes_up(held_on, session, marie, AS_PAUL)
    assert jury.unlawful == []


def test_panel_of_one_sex_needs_no_reason_between_the_two_texts_l6412_3() -> None:
    """A parcours begun between 1 January and 12 April 2024: only the certification's own rules and impartiality
    apply.
    """
    held_on = date(2024, 9, 17)
    jury, session, marie = called(date(2024, 2, 1), held_on)
    jury.opens_with(held_on, session, (NADIA, EMMA))
    jury.takes_up(held_on, session, marie, AS_NADIA)
    assert jury.unlawful == []


@LAWS
def test_balance_of_rncp31936_is_required_and_cites_the_sheet(began: date, held_on: date) -> None:
    """Four men and a woman: lawful by D6412-6, and not by the sheet."""
    seats = tuple(replace(each, sex=Sex.F if each.juror == EMMA else Sex.M) for each in SEATS)
    jury, session, _ = called(began, held_on, CERTIFICATION, seats)
    jury.scene.given(signed_in(session, (PAUL, NADIA, LUC, EMMA, KARIM), held_on))
    jury.scene.when(OpenSession(session=session), by=AS_RENEE, on=held_on)
    (violation,) = jury.scene.then_refused(JuryComposition).violations
    assert (violation.rule, violation.source) == ("panel-balance-panel", J1.text)
    assert "parité" in J1.text


def decided(jury: Jury, session: SessionId, candidacy: CandidacyId) -> dict[CandidacyId, Deliberation]:
    return {candidacy: jury.scene.store.rebuilt(Deliberation, Deliberation.id_of(session, candidacy))}
