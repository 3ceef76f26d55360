"""A restored title that had to wait because its holder had won the same title again."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.appeal.facts import CourtRuled, RectificationApproved
from domain.appeal.rectification import Minuted
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.appeal.propose_rectification import ProposeRectification
from domain.commands.jury.reopen_deliberation import ReopenDeliberation
from domain.commands.people.link_duplicate import LinkDuplicate
from domain.commands.people.unlink_duplicate import UnlinkDuplicate
from domain.commands.register.enter_register import EnterRegister
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    DecisionAnnulled,
    DecisionRectified,
    DecisionRestored,
    DeliberationReopened,
    JurorRecused,
    MinutesSigned,
    ResultsReleased,
    SessionClosed,
    SessionOpened,
    SessionReopened,
    TitleFell,
    TitleRestored,
)
from domain.people.facts import DuplicateUnlinked
from domain.ports import CandidacyId, SessionId
from domain.register.facts import TitleReinstated, TitleWithdrawn
from domain.register.register import Register
from domain.standing.standing import standing
from tests.given.domain.people import (
    AS_MARC,
    AS_PAUL,
    AS_RENEE,
    ENOUGH,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    KEMAL,
    LATER_DAY,
    MARCH,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    RENEWED,
    RENEWED_SEATS,
    RNCP31936,
    RULES,
    SAMIR,
    SAMIR_VAE,
    applied,
    before_the_jury,
    ended,
    granted,
    heard,
    known,
    plan,
    planned,
    pronounced,
    ruled,
    summoned,
    tied,
    vae_filed,
    won,
)
from tests.given.domain.scenario import At, Scenario

RULED_ON, NOTED_ON, HIGHER_ON = date(2022, 5, 3), date(2022, 5, 10), date(2022, 11, 8)
MAY, JULY = SessionId(known("may session")), SessionId(known("july session"))
DAYS = {MARCH: LATER_DAY, MAY: date(2022, 5, 12), JULY: date(2022, 7, 12)}
ENTERS = EnterRegister(candidacy=MARIE_VAE)


def loses(scenario: Scenario, session: SessionId, candidacy: CandidacyId = MARIE_VAE, on: date = NOTED_ON) -> None:
    ruling = NoteCourtRuling(
        session=session, candidacy=candidacy, court="TA de Paris", ruled_on=on, reference="21", annuls=True
    )
    scenario.when_annulled(ruling, by=AS_RENEE, on=on)


def wins_back(scenario: Scenario, session: SessionId, candidacy: CandidacyId = MARIE_VAE) -> None:
    ruling = NoteCourtRuling(
        session=session,
        candidacy=candidacy,
        court="Conseil d'État",
        ruled_on=HIGHER_ON,
        reference="46",
        annuls=False,
        quashes=True,
    )
    scenario.when(ruling, by=AS_RENEE, on=HIGHER_ON)


def sits(
    scenario: Scenario,
    session: SessionId,
    *blocks: int,
    title: bool = True,
    candidacy: CandidacyId = MARIE_VAE,
    fallen: tuple[UUID, ...] = (),
) -> None:
    """Let a jury without any member of June's grant these blocks and pronounce the title."""
    on = DAYS[session]
    scenario.given(planned(session, plan(on), RENEWED_SEATS), *summoned(session, candidacy))
    scenario.given(At(session, (SessionOpened(present=RENEWED, opened_on=on),)), heard(candidacy, session, RENEWED))
    scenario.given(ruled(candidacy, ENOUGH, session=session), granted(candidacy, *blocks, session=session))
    if title:
        scenario.given(pronounced(candidacy, session, fallen))
    signed = MinutesSigned(signed_by=AS_MARC.who, digest="00")
    scenario.given(At(session, (SessionClosed(), signed, ResultsReleased(released_on=on))))


def titled(scenario: Scenario, candidacy: CandidacyId = MARIE_VAE) -> list[SessionId]:
    return [
        session
        for session in (JUNE, MARCH, MAY, JULY)
        if scenario.log.find(Deliberation, Deliberation.id_of(session, candidacy)).title
    ]


def test_title_of_a_restored_decision_is_restored_once_the_later_title_is_annulled(scenario: Scenario) -> None:
    """The higher court restored a whole decision; its title waited because a title is won once."""
    scenario.given(*won(MARIE_VAE))
    scenario.when(ENTERS, by=AS_RENEE)
    loses(scenario, JUNE)
    sits(scenario, MARCH, 1, 2, 3, 4)
    scenario.when(ENTERS, by=AS_RENEE, on=NOTED_ON)
    wins_back(scenario, JUNE)
    scenario.then_recorded(CourtRuled, DecisionRestored)
    loses(scenario, MARCH, on=HIGHER_ON)
    *_, withdrawn, reinstated, restored = scenario.then_recorded(
        CourtRuled, DecisionAnnulled, TitleWithdrawn, TitleReinstated, TitleRestored
    )
    assert isinstance(withdrawn, TitleWithdrawn)
    assert isinstance(reinstated, TitleReinstated)
    assert (withdrawn.number, reinstated.number) == (2, 1), "each jury's title has a number of its own"
    assert restored == TitleRestored(session=JUNE, candidacy=MARIE_VAE)
    assert scenario.wrong() == []
    assert scenario.log.find(Register, Register.id_of(FRAMEWORK)).number(MARIE_VAE) == 1
    now = standing(RNCP31936, RULES, scenario.store.told)
    assert (now.outcome, now.title_on) == ("full", JURY_DAY)


def test_title_that_fell_with_a_restored_block_is_restored_once_the_later_title_is_annulled(
    scenario: Scenario,
) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(ruled(MARIE_VAE, ENOUGH), granted(MARIE_VAE, 1), ended())
    sits(scenario, MARCH, 2, 3, 4)
    loses(scenario, JUNE)
    scenario.then_recorded(CourtRuled, DecisionAnnulled, TitleFell)
    sits(scenario, MAY, 1)
    wins_back(scenario, JUNE)
    scenario.then_recorded(CourtRuled, DecisionRestored)
    assert titled(scenario) == [MAY]
    loses(scenario, MAY, on=HIGHER_ON)
    scenario.then_recorded(CourtRuled, DecisionAnnulled, TitleRestored)
    assert scenario.wrong() == []
    assert titled(scenario) == [MARCH]


def test_title_whose_block_was_annulled_for_good_is_not_restored_though_granted_again(
    scenario: Scenario,
) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(ruled(MARIE_VAE, ENOUGH), granted(MARIE_VAE, 1), ended())
    sits(scenario, MARCH, 2, 3, 4)
    loses(scenario, JUNE)
    sits(scenario, MAY, 1, title=False)
    sits(scenario, JULY)
    loses(scenario, JULY, on=HIGHER_ON)
    scenario.then_recorded(CourtRuled, DecisionAnnulled)
    assert titled(scenario) == []


def test_title_is_restored_once_the_minutes_show_that_the_later_one_was_never_pronounced(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    loses(scenario, JUNE)
    sits(scenario, MARCH, 1, 2, 3, 4)
    wins_back(scenario, JUNE)
    keyed = ProposeRectification(
        session=MARCH, candidacy=MARIE_VAE, minuted=Minuted(rulings={}, title=False), reason="x"
    )
    scenario.when(keyed, by=AS_RENEE, on=HIGHER_ON)
    approves = ApproveRectification(session=MARCH, candidacy=MARIE_VAE, reason="x")
    scenario.when(approves, by=AS_MARC, on=HIGHER_ON)
    scenario.then_recorded(RectificationApproved, DecisionRectified, TitleRestored)
    assert scenario.wrong() == []
    assert titled(scenario) == [JUNE]


def test_title_is_restored_once_the_same_title_won_by_another_route_is_annulled(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE), applied(MARIE_FI))
    scenario.when(ENTERS, by=AS_RENEE)
    loses(scenario, JUNE)
    sits(scenario, MARCH, 1, 2, 3, 4, candidacy=MARIE_FI)
    scenario.when(EnterRegister(candidacy=MARIE_FI), by=AS_RENEE, on=NOTED_ON)
    wins_back(scenario, JUNE)
    scenario.then_recorded(CourtRuled, DecisionRestored)
    loses(scenario, MARCH, MARIE_FI, on=HIGHER_ON)
    scenario.then_recorded(CourtRuled, DecisionAnnulled, TitleWithdrawn, TitleReinstated, TitleRestored)
    assert scenario.wrong() == []
    assert (titled(scenario), titled(scenario, MARIE_FI)) == ([JUNE], [])


def test_replay_refuses_to_restore_a_title_while_the_later_one_is_valid(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    loses(scenario, JUNE)
    sits(scenario, MARCH, 1, 2, 3, 4)
    wins_back(scenario, JUNE)
    again = TitleRestored(session=JUNE, candidacy=MARIE_VAE)
    stream = Deliberation.id_of(JUNE, MARIE_VAE)
    assert scenario.forged(stream, again, by=AS_RENEE, on=LATER_DAY) == ["decided-otherwise"]


def test_title_whose_jury_decided_again_before_the_release_is_not_restored(scenario: Scenario) -> None:
    """The title fell, then the deliberation that had pronounced it was undone: no jury pronounces it any more."""
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(ruled(MARIE_VAE, ENOUGH), granted(MARIE_VAE, 1), ended())
    scenario.given(planned(MARCH, plan(LATER_DAY), RENEWED_SEATS), *summoned(MARCH, MARIE_VAE))
    scenario.given(
        At(MARCH, (SessionOpened(present=RENEWED, opened_on=LATER_DAY),)), heard(MARIE_VAE, MARCH, RENEWED)
    )
    scenario.given(ruled(MARIE_VAE, ENOUGH, session=MARCH), granted(MARIE_VAE, 2, 3, 4, session=MARCH))
    scenario.given(pronounced(MARIE_VAE, MARCH), At(MARCH, (SessionClosed(),)))
    loses(scenario, JUNE)
    scenario.then_recorded(CourtRuled, DecisionAnnulled, TitleFell)
    scenario.given(tied(KEMAL, MARIE))
    reopens = ReopenDeliberation(session=MARCH, candidacy=MARIE_VAE, reason="x")
    scenario.when(reopens, by=AS_RENEE, on=NOTED_ON)
    scenario.then_recorded(SessionReopened, JurorRecused, DeliberationReopened)
    scenario.given(ruled(MARIE_VAE, ENOUGH, session=MARCH), granted(MARIE_VAE, 2, 3, 4, session=MARCH))
    scenario.given(At(MARCH, (SessionClosed(), MinutesSigned(signed_by=AS_MARC.who, digest="00"))))
    wins_back(scenario, JUNE)
    scenario.then_recorded(CourtRuled, DecisionRestored)
    assert scenario.wrong() == []
    now = standing(RNCP31936, RULES, scenario.store.told)
    assert (now.outcome, now.title_on) == ("partial", None)


def test_title_given_back_and_then_taken_by_rectifications_is_not_restored(scenario: Scenario) -> None:
    """A block was rectified away and back with its title; the last rectification says that the title was not
    pronounced."""
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(ruled(MARIE_VAE, ENOUGH), granted(MARIE_VAE, 1), ended())
    sits(scenario, MARCH, 2, 3, 4)
    rectifies(scenario, JUNE, Minuted(rulings=dict.fromkeys(range(1, 10), False)))
    scenario.then_recorded(RectificationApproved, DecisionRectified, TitleFell)
    rectifies(scenario, JUNE, Minuted(rulings=dict.fromkeys((1, 2, 4, 7, 9), True)))
    rectifies(scenario, MARCH, Minuted(rulings={}, title=True))
    assert titled(scenario) == [MARCH]
    rectifies(scenario, MARCH, Minuted(rulings={}, title=False))
    assert scenario.wrong() == []
    assert titled(scenario) == []


def rectifies(scenario: Scenario, session: SessionId, minuted: Minuted) -> None:
    keyed = ProposeRectification(session=session, candidacy=MARIE_VAE, minuted=minuted, reason="x")
    scenario.when(keyed, by=AS_RENEE, on=HIGHER_ON)
    approves = ApproveRectification(session=session, candidacy=MARIE_VAE, reason="x")
    scenario.when(approves, by=AS_MARC if session == MARCH else AS_PAUL, on=HIGHER_ON)


def test_title_is_restored_once_the_holder_of_the_later_one_proves_to_be_another_person(scenario: Scenario) -> None:
    """Two files were linked as one person's, so that the title of one prevented the title of the other."""
    scenario.given(*won(SAMIR_VAE), applied(MARIE_FI))
    scenario.when(EnterRegister(candidacy=SAMIR_VAE), by=AS_RENEE)
    loses(scenario, JUNE, SAMIR_VAE)
    scenario.when_both(LinkDuplicate(person=MARIE, other=SAMIR, reason="x"), by=AS_RENEE, on=NOTED_ON)
    fell = Deliberation.id_of(JUNE, SAMIR_VAE)
    sits(scenario, MARCH, 1, 2, 3, 4, candidacy=MARIE_FI, fallen=(fell,))
    wins_back(scenario, JUNE, SAMIR_VAE)
    scenario.then_recorded(CourtRuled, DecisionRestored)
    parts = UnlinkDuplicate(person=MARIE, other=SAMIR, reason="x", candidacies=(MARIE_FI, SAMIR_VAE))
    scenario.when(parts, by=AS_RENEE, on=HIGHER_ON)
    scenario.then_recorded(DuplicateUnlinked, DuplicateUnlinked, TitleRestored, TitleReinstated)
    assert scenario.wrong() == []
    assert (titled(scenario, SAMIR_VAE), titled(scenario, MARIE_FI)) == ([JUNE], [MARCH])


def test_two_files_with_a_title_each_before_being_linked_keep_both(scenario: Scenario) -> None:
    """Linking two files removes no title, and neither does an annulment that was quashed."""
    scenario.given(*won(SAMIR_VAE), applied(MARIE_FI))
    scenario.when(EnterRegister(candidacy=SAMIR_VAE), by=AS_RENEE)
    sits(scenario, MARCH, 1, 2, 3, 4, candidacy=MARIE_FI)
    scenario.when_both(LinkDuplicate(person=MARIE, other=SAMIR, reason="x"), by=AS_RENEE, on=NOTED_ON)
    loses(scenario, JUNE, SAMIR_VAE)
    wins_back(scenario, JUNE, SAMIR_VAE)
    scenario.then_recorded(CourtRuled, DecisionRestored, TitleRestored, TitleReinstated)
    assert scenario.wrong() == []
    assert (titled(scenario, SAMIR_VAE), titled(scenario, MARIE_FI)) == ([JUNE], [MARCH])


def test_title_is_not_restored_when_its_holder_has_another_one_of_their_own(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE), applied(MARIE_FI), applied(SAMIR_VAE))
    loses(scenario, JUNE)
    sits(scenario, MARCH, 1, 2, 3, 4, candidacy=MARIE_FI)
    scenario.when_both(LinkDuplicate(person=MARIE, other=SAMIR, reason="x"), by=AS_RENEE, on=NOTED_ON)
    wins_back(scenario, JUNE)
    parts = UnlinkDuplicate(person=MARIE, other=SAMIR, reason="x", candidacies=(MARIE_FI, MARIE_VAE, SAMIR_VAE))
    scenario.when(parts, by=AS_RENEE, on=HIGHER_ON)
    scenario.then_recorded(DuplicateUnlinked, DuplicateUnlinked)
    assert titled(scenario) == []
