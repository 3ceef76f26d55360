"""A member does not come on the day: a substitute of the same quality, the jury as constituted, or no session.

Who deliberates is asked again for each candidate, the sheet's balance with it where the rulebook says so, and only a
juror in function is counted. Who was there and cannot sign afterwards is not absent: where it is the chair, a member
present signs in their stead. The sheet of RNCP 31936 says who composes the jury, not what an absence makes of it
(A14): the rulebook does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.postpone_session import PostponeSession
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.refuse_to_sign_minutes import RefuseToSignMinutes
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.replace_chair import ReplaceChair
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.seat_substitute import SeatSubstitute
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.people.withdraw_role import WithdrawRole
from domain.framework.definition import Definition
from domain.framework.jury_rule import Quality
from domain.jury.facts import ChairReplaced, DeliberationOpened, JurorRecused, TitlePronounced
from domain.jury.lawful_panel import QuorumNotMet
from domain.jury.minutes import ChairNotReplaced
from domain.jury.ruling import ReasonRequired
from domain.jury.session import (
    JuryComposition,
    JurySession,
    MinutesNotSigned,
    NotOnThePanel,
    SessionNotClosed,
    Stage,
    SubstituteQuality,
)
from domain.ports import OPERATOR, CandidacyId, Role, SessionId
from domain.replay.judge import replay
from domain.rulebook.rules import Composition, Rules
from domain.rulebook.session_rules import SessionRules, Signatories, Stead
from tests.given.domain.people import (
    AS_NADIA,
    AS_PAUL,
    ELSA,
    EMMA,
    KARIM,
    LUC,
    NADIA,
    PANEL,
    PAUL,
    RULES,
    SACHA,
    actor,
    recognised,
)
from tests.given.stories.juries import CERTIFICATION, EVERYTHING, UNDER_R335, Jury

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
    jury.sign_in(HELD_ON, session, WITHOUT_EMMA)
    broken = jury.refused(JuryComposition, HELD_ON, OpenSession(session=session))
    assert broken == ["panel-size", "panel-externals", "panel-employers", "panel-balance-externals",
                      "panel-balance-panel"]  # fmt: skip


def test_a_substitute_of_the_same_quality_takes_the_seat_and_the_jury_decides() -> None:
    jury, session, marie = called()
    wrong = SeatSubstitute(session=session, substitute=SACHA, replaced=EMMA)
    jury.refused(SubstituteQuality, HELD_ON, wrong)
    jury.on(HELD_ON, SeatSubstitute(session=session, substitute=ELSA, replaced=EMMA))
    jury.opens_with(HELD_ON, session, (PAUL, NADIA, LUC, ELSA, KARIM))
    jury.takes_up(HELD_ON, session, marie, AS_PAUL)
    jury.grants_everything(HELD_ON, session, marie)
    jury.ends(HELD_ON, session)
    assert jury.says(TitlePronounced)
    assert jury.unlawful == []


def test_the_rulebook_may_judge_the_jury_as_constituted_and_the_law_those_who_deliberate() -> None:
    """Three deliberate, of whom Emma alone is of the profession, where R335-8 asks for two."""
    jury, session, marie = called(replace(CONSTITUTED, quorum=3))
    jury.opens_with(HELD_ON, session, (PAUL, NADIA, EMMA))
    jury.comes(HELD_ON, session, marie)
    take_up = OpenDeliberation(session=session, candidacy=marie)
    assert jury.refused(JuryComposition, HELD_ON, take_up, AS_PAUL) == ["law-quota-profession"]


def test_the_jury_as_constituted_decides_when_those_present_are_lawful_too() -> None:
    """Nadia stays away with Luc's seat kept: two women and two men would do, were the quorum met by those present."""
    jury, session, marie = called(CONSTITUTED)
    without_luc = tuple(member for member in PANEL if member != LUC)
    jury.opens_with(HELD_ON, session, without_luc)
    jury.takes_up(HELD_ON, session, marie, AS_PAUL)
    jury.grants_everything(HELD_ON, session, marie)
    jury.ends(HELD_ON, session)
    assert jury.says(TitlePronounced)
    assert jury.unlawful == []


@pytest.mark.parametrize("quorum", [3, 4])
def test_the_quorum_is_asked_of_those_who_came(quorum: int) -> None:
    jury, session, marie = called(replace(CONSTITUTED, quorum=quorum))
    jury.opens_with(HELD_ON, session, (PAUL, EMMA, KARIM))
    jury.comes(HELD_ON, session, marie)
    take_up = OpenDeliberation(session=session, candidacy=marie)
    if quorum == 4:
        jury.refused(QuorumNotMet, HELD_ON, take_up, AS_PAUL)
    else:
        jury.on(HELD_ON, take_up, AS_PAUL)


def test_qualities_are_those_of_the_day_on_which_the_jury_sits_not_of_the_day_it_was_called_for() -> None:
    """Put off by a day, and Luc practises the profession no more: of the four who deliberate one does (R335-8)."""
    jury, session, marie = called()
    jury.scene.given(recognised(LUC, Quality.PROFESSION, until=HELD_ON))
    late = HELD_ON + timedelta(days=1)
    jury.on(late, PostponeSession(session=session, held_on=late, reason="Grève des transports."))
    jury.opens_with(late, session, PANEL)
    jury.comes(late, session, marie)
    take_up = OpenDeliberation(session=session, candidacy=marie)
    jury.on(late, RecuseJuror(session=session, candidacy=marie, juror=KARIM, reason="x"))
    assert jury.refused(JuryComposition, late, take_up, AS_PAUL) == ["law-quota-profession"]


def test_the_quorum_of_the_sheet_is_asked_too() -> None:
    sheet = replace(CERTIFICATION, juries=(replace(CERTIFICATION.juries[0], quorum=5),))
    jury, session, marie = called(sheet=sheet)
    jury.opens_with(HELD_ON, session, PANEL)
    jury.on(HELD_ON, RecuseJuror(session=session, candidacy=marie, juror=NADIA, reason="x"))
    jury.comes(HELD_ON, session, marie)
    jury.refused(QuorumNotMet, HELD_ON, OpenDeliberation(session=session, candidacy=marie), AS_PAUL)


def test_who_is_a_juror_no_more_is_as_good_as_absent() -> None:
    """Nadia's role is withdrawn once the session is open: the four others deliberate without her."""
    jury, session, marie = called()
    jury.opens_with(HELD_ON, session, PANEL)
    jury.on(HELD_ON, WithdrawRole(person=NADIA, role=Role.JUROR), OPERATOR)
    jury.comes(HELD_ON, session, marie)
    take_up = OpenDeliberation(session=session, candidacy=marie)
    jury.on(HELD_ON, take_up, AS_PAUL)
    opened = jury.facts[-1].fact
    assert isinstance(opened, DeliberationOpened)
    assert NADIA not in opened.panel
    assert jury.unlawful == []
    forged = replace(jury.facts[-1], fact=replace(opened, panel=tuple(sorted({*opened.panel, NADIA}))))
    assert list(replay([*jury.facts[:-1], forged])), "the replay asks it too"


def test_who_loses_the_role_while_the_jury_deliberates_decides_nothing_more() -> None:
    jury, session, marie = called()
    jury.opens_with(HELD_ON, session, PANEL)
    jury.takes_up(HELD_ON, session, marie, AS_PAUL)
    jury.on(HELD_ON, WithdrawRole(person=NADIA, role=Role.JUROR), OPERATOR)
    rulings = RuleCompetences(session=session, candidacy=marie, rulings=EVERYTHING)
    jury.refused(NotOnThePanel, HELD_ON, rulings, AS_PAUL)
    jury.on(HELD_ON, RecuseJuror(session=session, candidacy=marie, juror=NADIA, reason="N'est plus juré"))
    jury.on(HELD_ON, rulings, AS_PAUL)
    assert jury.unlawful == []
    late = [told for told in jury.facts if not isinstance(told.fact, JurorRecused)]
    assert NotOnThePanel.slug() in {found.rule for found in replay(late)}


def test_the_sheet_s_balance_is_asked_of_those_who_deliberate_where_the_rulebook_says_so() -> None:
    """Under the sheet without a size: of two women and three men a woman steps out, and one of four is no balance."""
    sheet = replace(CERTIFICATION, juries=(replace(CERTIFICATION.juries[0], size=None, minimum=3),))
    jury, session, marie = called(replace(RULES, composition=Composition.DELIBERATING, quorum=3), sheet)
    jury.opens_with(HELD_ON, session, PANEL)
    jury.on(HELD_ON, RecuseJuror(session=session, candidacy=marie, juror=EMMA, reason="x"))
    jury.comes(HELD_ON, session, marie)
    broken = jury.refused(JuryComposition, HELD_ON, OpenDeliberation(session=session, candidacy=marie), AS_PAUL)
    assert "panel-balance-panel" in broken


SIGN_ALL = replace(RULES, sessions=SessionRules(minutes_signed_by=Signatories.ALL_PRESENT))


@pytest.mark.parametrize("rules", [RULES, SIGN_ALL], ids=["the chair alone signs", "all present sign"])
def test_a_chair_who_cannot_sign_any_more_is_replaced_by_whom_the_certifier_names(rules: Rules) -> None:
    """Paul dies after the closing: the results are not withheld for ever."""
    jury, session, marie = called(rules)
    jury.opens_with(HELD_ON, session, PANEL)
    jury.takes_up(HELD_ON, session, marie, AS_PAUL)
    jury.grants_everything(HELD_ON, session, marie)
    named = ReplaceChair(session=session, juror=NADIA, reason="Le président est décédé le 16 juin.")
    jury.refused(SessionNotClosed, HELD_ON, named)
    jury.on(HELD_ON, CloseSession(session=session))
    if rules is SIGN_ALL:
        for juror in (LUC, EMMA, KARIM):
            jury.on(HELD_ON, SignMinutes(session=session), actor(juror, Role.JUROR))
    jury.refused(ChairNotReplaced, HELD_ON, replace(named, juror=ELSA))  # who was not there
    jury.refused(ReasonRequired, HELD_ON, replace(named, reason=" "))
    jury.on(HELD_ON, named)
    jury.refused(ChairNotReplaced, HELD_ON, replace(named, juror=LUC))
    jury.refused(NotOnThePanel, HELD_ON, SignMinutes(session=session), AS_PAUL)
    jury.refused(MinutesNotSigned, HELD_ON, ReleaseResults(session=session))
    jury.on(HELD_ON, SignMinutes(session=session), AS_NADIA)
    jury.on(HELD_ON, ReleaseResults(session=session))
    assert jury.unlawful == []
    forged = [
        replace(told, fact=replace(told.fact, juror=ELSA)) if isinstance(told.fact, ChairReplaced) else told
        for told in jury.facts
    ]
    assert ChairNotReplaced.slug() in {found.rule for found in replay(forged)}


def test_where_the_rulebook_says_who_replaces_the_chair_it_is_nobody_else() -> None:
    first = SessionRules(chair_replaced_by=Stead.FIRST_APPOINTED)
    jury, session, marie = called(replace(RULES, sessions=first))
    jury.opens_with(HELD_ON, session, PANEL)
    jury.takes_up(HELD_ON, session, marie, AS_PAUL)
    jury.grants_everything(HELD_ON, session, marie)
    jury.on(HELD_ON, CloseSession(session=session))
    named = ReplaceChair(session=session, juror=LUC, reason="Empêché")
    jury.refused(ChairNotReplaced, HELD_ON, named)
    jury.on(HELD_ON, replace(named, juror=NADIA))
    jury.on(HELD_ON, SignMinutes(session=session), AS_NADIA)
    assert jury.scene.log.load(JurySession, session).stage is Stage.SIGNED


def test_who_refuses_to_sign_stands_in_for_nobody_and_who_stands_in_is_not_dispensed_with() -> None:
    """Under a rulebook that does without a member's signature it never does without the chair's, or their stead's."""
    lenient = SessionRules(minutes_signed_by=Signatories.ALL_PRESENT, refusal_holds_minutes=False)
    jury, session, marie = called(replace(RULES, sessions=lenient))
    jury.opens_with(HELD_ON, session, PANEL)
    jury.takes_up(HELD_ON, session, marie, AS_PAUL)
    jury.grants_everything(HELD_ON, session, marie)
    jury.on(HELD_ON, CloseSession(session=session))
    jury.on(HELD_ON, RefuseToSignMinutes(session=session, juror=LUC, reason="Désaccord"))
    named = ReplaceChair(session=session, juror=LUC, reason="Empêché")
    jury.refused(ChairNotReplaced, HELD_ON, named)
    jury.on(HELD_ON, replace(named, juror=NADIA))
    for juror in (EMMA, KARIM):
        jury.on(HELD_ON, SignMinutes(session=session), actor(juror, Role.JUROR))
    jury.on(HELD_ON, RefuseToSignMinutes(session=session, juror=NADIA, reason="Désaccord"))
    jury.refused(MinutesNotSigned, HELD_ON, ReleaseResults(session=session))


def test_the_chair_comes_in_any_case() -> None:
    """Who signs the minutes is present."""
    jury, session, _ = called(CONSTITUTED)
    jury.sign_in(HELD_ON, session, (NADIA, LUC, EMMA, KARIM))
    opening = OpenSession(session=session)
    assert jury.refused(JuryComposition, HELD_ON, opening) == ["panel-chair"]
