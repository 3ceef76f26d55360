"""A member does not come on the day: a substitute of the same quality, the jury as constituted, or no session.

The composition of those who deliberate is checked again for each candidate, with the sheet's balance where the
rulebook says so, and only jurors in function count. A member who was present and cannot sign afterwards is not
absent: if it is the chair, a member who was present signs instead. The sheet of RNCP 31936 says who composes the
jury, not the effect of an absence (A14): the rulebook does.
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
    SessionStage,
    SubstituteQuality,
)
from domain.ports import OPERATOR, CandidacyId, Role, SessionId
from domain.replay.judge import replay
from domain.rulebook.rules import CompositionBasis, Rules
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
CONSTITUTED = replace(RULES, composition=CompositionBasis.CONSTITUTED)


def called(rules: Rules = RULES, sheet: Definition = CERTIFICATION) -> tuple[Jury, SessionId, CandidacyId]:
    jury = Jury(BEGAN, rules, sheet)
    marie = jury.marie(BEGAN)
    session = jury.called(BEGAN, HELD_ON)
    jury.on(BEGAN, SummonCandidate(session=session, candidacy=marie))
    return jury, session, marie


def test_session_cannot_open_with_four_of_five_members() -> None:
    jury, session, _ = called()
    jury.sign_in(HELD_ON, session, WITHOUT_EMMA)
    broken = jury.refused(JuryComposition, HELD_ON, OpenSession(session=session))
    assert broken == ["panel-size", "panel-externals", "panel-employers", "panel-balance-externals",
                      "panel-balance-panel"]  # fmt: skip


def test_jury_decides_when_a_substitute_of_the_same_quality_takes_the_seat() -> None:
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


def test_law_counts_those_who_deliberate_when_the_rulebook_counts_the_jury_as_constituted() -> None:
    """Three deliberate; only Emma is of the profession, where R335-8 requires two."""
    jury, session, marie = called(replace(CONSTITUTED, quorum=3))
    jury.opens_with(HELD_ON, session, (PAUL, NADIA, EMMA))
    jury.comes(HELD_ON, session, marie)
    take_up = OpenDeliberation(session=session, candidacy=marie)
    assert jury.refused(JuryComposition, HELD_ON, take_up, AS_PAUL) == ["law-quota-profession"]


def test_jury_as_constituted_decides_when_its_present_members_are_lawful() -> None:
    """Luc is absent and keeps his seat: the four present members, two women and two men, are lawful and meet the
    quorum.
    """
    jury, session, marie = called(CONSTITUTED)
    without_luc = tuple(member for member in PANEL if member != LUC)
    jury.opens_with(HELD_ON, session, without_luc)
    jury.takes_up(HELD_ON, session, marie, AS_PAUL)
    jury.grants_everything(HELD_ON, session, marie)
    jury.ends(HELD_ON, session)
    assert jury.says(TitlePronounced)
    assert jury.unlawful == []


@pytest.mark.parametrize("quorum", [3, 4])
def test_quorum_counts_the_members_present(quorum: int) -> None:
    jury, session, marie = called(replace(CONSTITUTED, quorum=quorum))
    jury.opens_with(HELD_ON, session, (PAUL, EMMA, KARIM))
    jury.comes(HELD_ON, session, marie)
    take_up = OpenDeliberation(session=session, candidacy=marie)
    if quorum == 4:
        jury.refused(QuorumNotMet, HELD_ON, take_up, AS_PAUL)
    else:
        jury.on(HELD_ON, take_up, AS_PAUL)


def test_qualities_of_jurors_count_on_the_day_on_which_a_postponed_jury_sits() -> None:
    """After one day's postponement Luc no longer practises the profession: one of the four who deliberate does
    (R335-8).
    """
    jury, session, marie = called()
    jury.scene.given(recognised(LUC, Quality.PROFESSION, until=HELD_ON))
    late = HELD_ON + timedelta(days=1)
    jury.on(late, PostponeSession(session=session, held_on=late, reason="Grève des transports."))
    jury.opens_with(late, session, PANEL)
    jury.comes(late, session, marie)
    take_up = OpenDeliberation(session=session, candidacy=marie)
    jury.on(late, RecuseJuror(session=session, candidacy=marie, juror=KARIM, reason="x"))
    assert jury.refused(JuryComposition, late, take_up, AS_PAUL) == ["law-quota-profession"]


def test_quorum_of_the_sheet_must_be_met_too() -> None:
    sheet = replace(CERTIFICATION, juries=(replace(CERTIFICATION.juries[0], quorum=5),))
    jury, session, marie = called(sheet=sheet)
    jury.opens_with(HELD_ON, session, PANEL)
    jury.on(HELD_ON, RecuseJuror(session=session, candidacy=marie, juror=NADIA, reason="x"))
    jury.comes(HELD_ON, session, marie)
    jury.refused(QuorumNotMet, HELD_ON, OpenDeliberation(session=session, candidacy=marie), AS_PAUL)


def test_deliberation_excludes_a_member_whose_juror_role_was_withdrawn() -> None:
    """Nadia's role is withdrawn after the session has opened: the four others deliberate without her."""
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


def test_jury_cannot_rule_until_a_member_who_lost_the_role_steps_out() -> None:
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


def test_balance_of_the_sheet_counts_those_who_deliberate_when_the_rulebook_says_so() -> None:
    """The sheet sets no size; of two women and three men a woman steps out, and one woman of four is no balance."""
    sheet = replace(CERTIFICATION, juries=(replace(CERTIFICATION.juries[0], size=None, minimum=3),))
    jury, session, marie = called(replace(RULES, composition=CompositionBasis.DELIBERATING, quorum=3), sheet)
    jury.opens_with(HELD_ON, session, PANEL)
    jury.on(HELD_ON, RecuseJuror(session=session, candidacy=marie, juror=EMMA, reason="x"))
    jury.comes(HELD_ON, session, marie)
    broken = jury.refused(JuryComposition, HELD_ON, OpenDeliberation(session=session, candidacy=marie), AS_PAUL)
    assert "panel-balance-panel" in broken


SIGN_ALL = replace(RULES, sessions=SessionRules(minutes_signed_by=Signatories.ALL_PRESENT))


@pytest.mark.parametrize("rules", [RULES, SIGN_ALL], ids=["the chair alone signs", "all present sign"])
def test_chair_who_can_no_longer_sign_is_replaced_by_a_member_whom_the_registrar_names(rules: Rules) -> None:
    """Paul dies after the closing: the results must not be withheld for ever."""
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
    jury.refused(ChairNotReplaced, HELD_ON, replace(named, juror=ELSA))  # Elsa was not present
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


def test_chair_is_replaced_only_by_the_member_whom_the_rulebook_designates() -> None:
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
    assert jury.scene.log.load(JurySession, session).stage is SessionStage.SIGNED


def test_member_who_refuses_to_sign_cannot_replace_the_chair_whose_signature_is_required() -> None:
    """The rulebook accepts minutes without a member's signature, never without that of the chair or their
    replacement.
    """
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


def test_session_cannot_open_without_its_chair() -> None:
    """The chair signs the minutes and must therefore be present."""
    jury, session, _ = called(CONSTITUTED)
    jury.sign_in(HELD_ON, session, (NADIA, LUC, EMMA, KARIM))
    opening = OpenSession(session=session)
    assert jury.refused(JuryComposition, HELD_ON, opening) == ["panel-chair"]
