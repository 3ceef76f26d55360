"""A session held on paper in June, transcribed in September from its signed minutes.

The registrar adds the scan, keys the content of the minutes under their own name, and the chair, who is another
person, countersigns. Until then a wrong scan can be replaced, with the reason. The title is dated on the day of the
jury, not on that of the transcription; nobody knew of it before September. The content of the minutes is checked as
in a live session: a block whose rule is not met is not granted, whatever was signed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.jury.cancel_session import CancelSession
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.record_decision import RecordDecision
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.replace_chair import ReplaceChair
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.jury.transcribe_minutes import TranscribeMinutes
from domain.commands.people.link_duplicate import LinkDuplicate
from domain.commands.register.enter_register import EnterRegister
from domain.jury.deliberation import Deliberation, KeyedByAnother
from domain.jury.facts import (
    CandidateListed,
    CompetenceRuled,
    DeliberationOpened,
    KeyedFromPaper,
    MinutesTranscribed,
    SessionOpened,
)
from domain.jury.granting import BlockRuleNotMet
from domain.jury.paper_minutes import CountersignedByKeyer, NotACandidateThen, NotOnPaper
from domain.jury.session import MinutesNotSigned, PaperMinutesMissing
from domain.jury.vote import VoteOutcome
from domain.people.facts import RoleGranted
from domain.ports import EvidenceId, Role
from domain.register.facts import RegisterEntered
from domain.replay.judge import replay
from domain.standing.effective_date import counted_on
from domain.standing.standing import standing
from tests.given.domain.people import (
    AS_MARIE,
    AS_NADIA,
    AS_PAUL,
    AS_RENEE,
    ENOUGH,
    MARIE,
    NADIA,
    NINA,
    PANEL,
    PAUL,
    RENEE,
    RNCP31936,
    RULES,
    actor,
    known,
)
from tests.given.domain.scenario import At
from tests.given.stories.paper_session import FILE, JULY, JUNE, SCAN, SEPTEMBER, OnPaper


def test_candidate_cannot_be_summoned_to_a_paper_session_held_before_they_applied() -> None:
    story = OnPaper()
    story.on(SEPTEMBER, CancelSession(session=story.session, reason="Session d'un autre jour."))
    early = story.called(date(2020, 6, 1))
    story.scene.when(SummonCandidate(session=early, candidacy=story.marie), by=AS_RENEE, on=SEPTEMBER)
    story.scene.then_refused(NotACandidateThen, story.marie)
    listed = CandidateListed(candidacy=story.marie, candidate=MARIE, tied=())
    assert story.scene.forged(early, listed, by=AS_RENEE, on=SEPTEMBER) == ["not-a-candidate-then"]


def test_deliberation_on_paper_is_refused_when_the_file_was_submitted_after_its_day() -> None:
    story = OnPaper()
    again = story.puts_in(JULY, story.marie)
    story.on(JULY, SubmitValidationFile(candidacy=story.marie, evidence=(again,)), AS_MARIE)
    scan = TranscribeMinutes(session=story.session, scan=SCAN, file=FILE)
    story.on(SEPTEMBER, scan)
    story.opens_with(SEPTEMBER, story.session, PANEL)
    opens = OpenDeliberation(session=story.session, candidacy=story.marie)
    story.scene.when(opens, by=AS_RENEE, on=SEPTEMBER)
    story.scene.then_refused(NotACandidateThen, story.marie)
    opened = DeliberationOpened(session=story.session, candidacy=story.marie, panel=tuple(sorted(PANEL)))
    here = Deliberation.id_of(story.session, story.marie)
    keyed = KeyedFromPaper(session=story.session, candidacy=story.marie, keyed_by=RENEE)
    assert story.scene.forged_together(At(here, (keyed, opened)), by=AS_RENEE, on=SEPTEMBER) == [
        "not-a-candidate-then"
    ]


def test_transcribed_title_has_the_day_of_the_jury_and_names_who_keyed_it() -> None:
    story = OnPaper()
    story.scene.when(OpenSession(session=story.session), by=AS_RENEE, on=SEPTEMBER)
    story.scene.then_refused(PaperMinutesMissing)
    story.transcribed()
    story.on(SEPTEMBER, story.rulings(*ENOUGH))
    story.on(SEPTEMBER, story.grant(1, 2, 3, 4))
    story.on(
        SEPTEMBER,
        RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=story.session, candidacy=story.marie),
    )
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

    # both days are recorded, and the registrar who keyed it, in that role
    ((opened, keyed_on),) = ((told.fact, told.stamp.on) for told in facts if isinstance(told.fact, SessionOpened))
    (scan,) = (told.fact for told in facts if isinstance(told.fact, MinutesTranscribed))
    assert (opened.opened_on, keyed_on, scan.transcribed_on) == (JUNE, SEPTEMBER, SEPTEMBER)
    keyed = {(told.stamp.by, told.stamp.role) for told in facts if isinstance(told.fact, CompetenceRuled)}
    assert keyed == {(RENEE, Role.REGISTRAR.value)}

    # in July nobody knew of the title; by what is known now, she held it then
    then = [told for told in facts if told.stamp.on <= JULY]
    assert standing(RNCP31936, RULES, then, provisional=False).outcome == "in_progress"
    assert standing(RNCP31936, RULES, counted_on(JULY, facts), provisional=False).outcome == "full"
    assert story.unlawful == []


def all_keyed(story: OnPaper) -> None:
    story.transcribed()
    story.on(SEPTEMBER, story.rulings(*ENOUGH))
    story.on(SEPTEMBER, story.grant(1, 2, 3, 4))
    story.on(
        SEPTEMBER,
        RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=story.session, candidacy=story.marie),
    )
    story.on(SEPTEMBER, CloseSession(session=story.session))


def test_chair_cannot_countersign_what_they_keyed_under_another_file() -> None:
    """Paul, the chair, has a second file as a registrar, linked once he has keyed; Nadia signs instead."""
    story = OnPaper()
    story.scene.given(At(NINA, (RoleGranted(role=Role.REGISTRAR),)))
    story.transcribed()
    story.on(SEPTEMBER, story.rulings(*ENOUGH), actor(NINA, Role.REGISTRAR))
    story.on(SEPTEMBER, story.grant(1, 2, 3, 4))
    story.on(
        SEPTEMBER,
        RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=story.session, candidacy=story.marie),
    )
    story.on(SEPTEMBER, CloseSession(session=story.session))
    story.on_both(SEPTEMBER, LinkDuplicate(person=PAUL, other=NINA, reason="Même personne"))
    story.scene.when(SignMinutes(session=story.session), by=AS_PAUL, on=SEPTEMBER)
    story.scene.then_refused(CountersignedByKeyer)
    stands_in = ReplaceChair(session=story.session, juror=NADIA, reason="Le président a saisi le procès-verbal.")
    story.on(SEPTEMBER, stands_in)
    story.on(SEPTEMBER, SignMinutes(session=story.session), AS_NADIA)
    story.on(SEPTEMBER, ReleaseResults(session=story.session))


def test_replay_detects_a_missing_record_of_who_keyed() -> None:
    story = OnPaper()
    all_keyed(story)
    story.on(SEPTEMBER, SignMinutes(session=story.session), AS_PAUL)
    assert story.unlawful == []
    noted = [told for told in story.facts if isinstance(told.fact, KeyedFromPaper)]
    assert len(noted) == 1, "once for each candidate and keyer"
    unnoted = [told for told in story.facts if told not in noted]
    assert list(replay(unnoted))


def test_wrong_scan_can_be_replaced_with_a_reason_until_the_minutes_are_countersigned() -> None:
    story = OnPaper()
    story.transcribed()
    other = TranscribeMinutes(session=story.session, scan=EvidenceId(known("another scan")), file=FILE)
    for wrong in (other, replace(other, reason=" ")):
        story.scene.when(wrong, by=AS_RENEE, on=SEPTEMBER)
        story.scene.then_refused(NotOnPaper)
    right = replace(other, reason="Les pages 2 et 3 manquaient.")
    story.on(SEPTEMBER, right)
    scans = [told.fact for told in story.facts if isinstance(told.fact, MinutesTranscribed)]
    assert [(each.scan, each.replaces) for each in scans] == [(SCAN, None), (other.scan, SCAN)]
    story.on(SEPTEMBER, story.rulings(*ENOUGH))
    story.on(SEPTEMBER, story.grant(1, 2, 3, 4))
    story.on(
        SEPTEMBER,
        RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=story.session, candidacy=story.marie),
    )
    story.on(SEPTEMBER, CloseSession(session=story.session))
    story.on(SEPTEMBER, SignMinutes(session=story.session), AS_PAUL)
    third = replace(right, scan=EvidenceId(known("a third scan")))
    story.scene.when(third, by=AS_RENEE, on=SEPTEMBER)
    story.scene.then_refused(NotOnPaper)
    assert story.unlawful == []


def test_first_scan_is_refused_when_it_gives_a_reason() -> None:
    story = OnPaper()
    early = TranscribeMinutes(session=story.session, scan=SCAN, file=FILE, reason="x")
    story.scene.when(early, by=AS_RENEE, on=SEPTEMBER)
    story.scene.then_refused(NotOnPaper)


def test_transcribed_decisions_are_checked_as_in_a_live_session() -> None:
    story = OnPaper()
    story.transcribed()
    story.on(SEPTEMBER, story.rulings(1, 2, 3, 4, 5))  # five of nine, but neither 7 nor 9
    story.scene.when(story.grant(1), by=AS_RENEE, on=SEPTEMBER)
    story.scene.then_refused(BlockRuleNotMet)
    story.scene.when(story.rulings(7), by=AS_PAUL, on=SEPTEMBER)
    story.scene.then_refused(KeyedByAnother)
    assert story.unlawful == []
