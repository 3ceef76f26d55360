"""A sitting held on paper in June, transcribed in September from its signed minutes.

The registrar puts in the scan, keys what the minutes say under their own name, and the chair countersigns. The title
is of the jury's day, not of the transcription's; known then, there was nothing yet. What the minutes say is judged as
of a live sitting: a block whose rule is not met is not granted, whatever was signed.
"""

from __future__ import annotations

from datetime import date

from domain.commands.close_session import CloseSession
from domain.commands.decide_blocks import BlockDecision, DecideBlocks
from domain.commands.enter_register import EnterRegister
from domain.commands.open_deliberation import OpenDeliberation
from domain.commands.open_session import OpenSession
from domain.commands.plan_session import PlanSession
from domain.commands.pronounce_title import PronounceTitle
from domain.commands.release_results import ReleaseResults
from domain.commands.rule_competences import RuleCompetences
from domain.commands.sign_minutes import SignMinutes
from domain.commands.summon_candidate import SummonCandidate
from domain.commands.transcribe_minutes import TranscribeMinutes
from domain.deliberation import BlockRuleNotMet, CompetenceRuled, KeyedByAnother, Ruling
from domain.evidence import Received
from domain.framework import Route
from domain.jury import MinutesNotSigned, PaperMinutesMissing, SessionOpened
from domain.own_day import counted_on
from domain.ports import CandidacyId, EvidenceId, Role, SessionId
from domain.register import RegisterEntered
from domain.session_course import MinutesTranscribed
from domain.standing import standing
from tests.domain.people import (
    AS_PAUL,
    AS_RENEE,
    ENOUGH,
    FRAMEWORK,
    PANEL,
    RENEE,
    RNCP31936,
    RULEBOOK,
    RULES,
    SEATS,
    known,
)
from tests.stories.acts import Stage, appointing

MARCH, JUNE, JULY, SEPTEMBER = date(2021, 3, 1), date(2021, 6, 15), date(2021, 7, 1), date(2021, 9, 6)
SCAN = EvidenceId(known("scan of the minutes"))
FILE = Received(media_type="application/pdf", size=1, digest="00", name="pv-juin.pdf")


class OnPaper(Stage):
    """Marie's file, and the session of June called in September."""

    def __init__(self) -> None:
        super().__init__(MARCH)
        self.marie: CandidacyId = self.applies(MARCH)
        plan = PlanSession(
            framework=FRAMEWORK,
            rulebook=RULEBOOK,
            route=Route.VAE,
            held_on=JUNE,
            place="Paris",
            places=1,
            on_paper=True,
        )
        self.on(SEPTEMBER, plan)
        self.session = SessionId(self.facts[-1].stamp.stream)
        for seat in SEATS:
            self.on(SEPTEMBER, appointing(self.session, seat))
        self.on(SEPTEMBER, SummonCandidate(session=self.session, candidacy=self.marie))

    def transcribed(self) -> None:
        scan = TranscribeMinutes(session=self.session, scan=SCAN, file=FILE)
        self.on(SEPTEMBER, scan)
        self.on(SEPTEMBER, OpenSession(session=self.session, present=PANEL))
        self.on(SEPTEMBER, OpenDeliberation(session=self.session, candidacy=self.marie))

    def grant(self, *blocks: int) -> DecideBlocks:
        decisions = tuple(BlockDecision(block=block, granted=True) for block in blocks)
        return DecideBlocks(session=self.session, candidacy=self.marie, decisions=decisions)

    def rulings(self, *numbers: int) -> RuleCompetences:
        rulings = tuple(Ruling(competence=number, acquired=True) for number in numbers)
        return RuleCompetences(session=self.session, candidacy=self.marie, rulings=rulings)


def test_the_title_is_of_the_jury_s_day_and_who_keyed_it_is_told() -> None:
    story = OnPaper()
    story.scene.when(OpenSession(session=story.session, present=PANEL), by=AS_RENEE, on=SEPTEMBER)
    story.scene.then_refused(PaperMinutesMissing)
    story.transcribed()
    story.on(SEPTEMBER, story.rulings(*ENOUGH))
    story.on(SEPTEMBER, story.grant(1, 2, 3, 4))
    story.on(SEPTEMBER, PronounceTitle(session=story.session, candidacy=story.marie))
    story.on(SEPTEMBER, CloseSession(session=story.session))
    story.scene.when(ReleaseResults(session=story.session), by=AS_RENEE, on=SEPTEMBER)
    story.scene.then_refused(MinutesNotSigned)
    story.on(SEPTEMBER, SignMinutes(session=story.session), AS_PAUL)
    story.on(SEPTEMBER, ReleaseResults(session=story.session))
    story.on(SEPTEMBER, EnterRegister(candidacy=story.marie))

    facts = story.dossier(story.marie, story.session)
    now = standing(RNCP31936, RULES, facts, provisional=False)
    assert (now.outcome, now.title_on) == ("full", JUNE)
    (entered,) = (told.fact for told in facts if isinstance(told.fact, RegisterEntered))
    assert entered.obtained_on == JUNE

    # both days are kept, and who keyed it: the registrar, in that role
    ((opened, keyed_on),) = ((told.fact, told.stamp.on) for told in facts if isinstance(told.fact, SessionOpened))
    (scan,) = (told.fact for told in facts if isinstance(told.fact, MinutesTranscribed))
    assert (opened.opened_on, keyed_on, scan.transcribed_on) == (JUNE, SEPTEMBER, SEPTEMBER)
    keyed = {(told.stamp.by, told.stamp.role) for told in facts if isinstance(told.fact, CompetenceRuled)}
    assert keyed == {(RENEE, Role.REGISTRAR.value)}

    # in July nobody knew; by what is known now, she held it then
    then = [told for told in facts if told.stamp.on <= JULY]
    assert standing(RNCP31936, RULES, then, provisional=False).outcome == "in_progress"
    assert standing(RNCP31936, RULES, counted_on(JULY, facts), provisional=False).outcome == "full"
    assert story.unlawful == []


def test_what_was_signed_is_judged_as_of_a_live_sitting() -> None:
    story = OnPaper()
    story.transcribed()
    story.on(SEPTEMBER, story.rulings(1, 2, 3, 4, 5))  # five of nine, but neither 7 nor 9
    story.scene.when(story.grant(1), by=AS_RENEE, on=SEPTEMBER)
    story.scene.then_refused(BlockRuleNotMet)
    story.scene.when(story.rulings(7), by=AS_PAUL, on=SEPTEMBER)
    story.scene.then_refused(KeyedByAnother)
    assert story.unlawful == []
