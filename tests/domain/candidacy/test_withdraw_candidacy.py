"""Withdrawal of a candidacy: no further act on it, and its resumption."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, get_type_hints

import pytest

from domain.appeal.facts import ComplaintGround, CourtRuled, ReviewRequested
from domain.assessment.assessment import Opinion
from domain.candidacy.candidacy import Candidacy, OwnWork
from domain.candidacy.candidacy_life import (
    BeingDecided,
    CandidacyEnded,
    CandidacyUnderWay,
    TitleStands,
    WithdrawnOnAnotherDay,
)
from domain.candidacy.facts import (
    AdmissibilityDecided,
    CandidacyFact,
    CandidacyLapsed,
    CandidacyOpened,
    CandidacyResumed,
    CandidacyWithdrawn,
    CandidateSummoned,
    FeasibilityFileSubmitted,
    FilingChannel,
    RouteChanged,
)
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.appeal.request_review import RequestReview
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.commands.assessment.assess_competences import AssessCompetences
from domain.commands.assessment.file_assessment import FileAssessment
from domain.commands.assessment.hand_over_dossier import HandOverDossier
from domain.commands.assessment.reopen_assessment import ReopenAssessment
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.commands.candidacy.authorise_late_decision import AuthoriseLateDecision
from domain.commands.candidacy.change_route import ChangeRoute
from domain.commands.candidacy.complete_feasibility_file import CompleteFeasibilityFile
from domain.commands.candidacy.correct_beginning import CorrectBeginning
from domain.commands.candidacy.correct_receipt_day import CorrectReceiptDay
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.find_file_incomplete import FindFileIncomplete
from domain.commands.candidacy.name_advisor import NameAdvisor
from domain.commands.candidacy.release_assessor import ReleaseAssessor
from domain.commands.candidacy.resume_candidacy import ResumeCandidacy
from domain.commands.candidacy.seek_blocks import SeekBlocks
from domain.commands.candidacy.state_training_entry import StateTrainingEntry
from domain.commands.candidacy.submit_feasibility_file import SubmitFeasibilityFile
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.candidacy.withdraw_candidacy import WithdrawCandidacy
from domain.commands.evidence.redirect_evidence import RedirectEvidence
from domain.commands.evidence.submit_evidence import SubmitEvidence
from domain.commands.evidence.withdraw_evidence import WithdrawEvidence
from domain.commands.exam.call_to_sitting import CallToSitting
from domain.commands.exam.check_identity import CheckIdentity
from domain.commands.exam.collect_paper import CollectPaper
from domain.commands.exam.grant_accommodation import GrantAccommodation
from domain.commands.exam.refuse_accommodation import RefuseAccommodation
from domain.commands.exam.request_accommodation import RequestAccommodation
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.refer_candidate import ReferCandidate
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.evidence.evidence import ReceivedFile
from domain.fact import Fact, Personal
from domain.framework.definition import Route
from domain.framework.framework import OutsideRegistration
from domain.framework.registration import LateCause
from domain.jury.facts import CandidateNotHeard, DecisionAnnulled, SessionClosed
from domain.people.facts import RoleGranted
from domain.people.identity import IdentityDocument
from domain.ports import OPERATOR, Actor, CandidacyId, Command, EvidenceId, Role
from domain.refusal import Forbidden, NotFound, Refused, StaleVersion
from domain.replay.judge import ORIGINS, replay
from domain.rulebook.facts import RuleSetPublished
from domain.rulebook.law import Law
from domain.rulebook.rule_set import Provision
from domain.streams.kinds import KINDS
from tests.given.domain.any_command import every_command
from tests.given.domain.epreuves import (
    A_THIRD,
    AS_DINA,
    AS_OLIVE,
    BASILE_FI,
    EPREUVES,
    INES,
    INES_CL,
    OPENED,
    PLAN,
    SITTING,
    asked,
    present,
)
from tests.given.domain.epreuves import CALLED as CALLED_TO
from tests.given.domain.law import D6412, R335
from tests.given.domain.people import (
    ADELE,
    AS_ASTRID,
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    AS_SAMIR,
    ASTRID,
    BLOG,
    CV,
    HOUSE,
    JUNE,
    JURY_DAY,
    KARIM,
    LUC,
    MARCH,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    actor,
    admissible,
    applied,
    arrived,
    assigned,
    before_the_jury,
    ended,
    granted,
    heard,
    known,
    marked,
    opened,
    planned,
    put_in,
    ruled,
    summoned,
    tied,
    vae_filed,
    won,
)
from tests.given.domain.scenario import At, Scenario, fact_of, newest_unlawful

WITHDRAWN = CandidacyWithdrawn(withdrawn_on=JURY_DAY)
LAPSED = CandidacyLapsed(since=date(2021, 1, 4), last_day=date(2021, 4, 4))
FILE = ReceivedFile(media_type="application/pdf", size=1, digest="00", name="x.pdf")


def test_candidate_withdraws_and_may_give_a_reason(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(WithdrawCandidacy(candidacy=MARIE_VAE, reason="Je déménage."), by=AS_MARIE)
    scenario.then(CandidacyWithdrawn(withdrawn_on=JURY_DAY, reason=Personal("Je déménage.", MARIE)))
    assert newest_unlawful(scenario) == set()


@pytest.mark.parametrize("reason", [None, "  "])
def test_reason_for_a_withdrawal_is_optional(scenario: Scenario, reason: str | None) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(WithdrawCandidacy(candidacy=MARIE_VAE, reason=reason), by=AS_MARIE)
    scenario.then(WITHDRAWN)


def test_candidacy_cannot_be_withdrawn_by_another_candidate_or_a_juror(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(WithdrawCandidacy(candidacy=MARIE_VAE), by=AS_SAMIR)
    scenario.then_refused(NotFound)
    scenario.when(WithdrawCandidacy(candidacy=MARIE_VAE), by=AS_PAUL)
    scenario.then_refused(Forbidden)


def letter(day: date | None) -> WithdrawCandidacy:
    return WithdrawCandidacy(candidacy=MARIE_VAE, reason="x", received_on=day)


def test_withdrawal_by_letter_is_keyed_by_the_registrar_with_its_day_of_receipt(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.replayed = False  # a letter of today would be the same fact
    scenario.when(letter(None), by=AS_RENEE)
    scenario.then_refused(WithdrawnOnAnotherDay)
    scenario.replayed = True
    scenario.when(letter(date(2021, 6, 10)), by=AS_MARIE)
    scenario.then_refused(WithdrawnOnAnotherDay)
    for never in (date(2021, 1, 3), date(2021, 6, 16)):
        scenario.when(letter(never), by=AS_RENEE)
        scenario.then_refused(WithdrawnOnAnotherDay)
        withdrawn = CandidacyWithdrawn(withdrawn_on=never)
        assert scenario.forged(MARIE_VAE, withdrawn, by=AS_RENEE) == ["withdrawn-on-another-day"]
    scenario.when(letter(date(2021, 6, 10)), by=AS_RENEE)
    scenario.then(CandidacyWithdrawn(withdrawn_on=date(2021, 6, 10), reason=Personal("x", MARIE)))
    assert newest_unlawful(scenario) == set()


def test_registrar_cannot_key_their_own_letter_and_a_candidate_cannot_backdate(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    keyed, earlier = letter(date(2021, 6, 10)), CandidacyWithdrawn(withdrawn_on=date(2021, 6, 10))
    oneself = actor(MARIE, Role.REGISTRAR)
    scenario.when(keyed, by=oneself)
    scenario.then_refused(OwnWork)
    for who, rule in ((oneself, "own-work"), (AS_MARIE, "decided-otherwise")):
        assert scenario.forged(MARIE_VAE, earlier, by=who) == [rule]


def test_withdrawal_cannot_be_keyed_before_a_hearing_or_a_resumption(scenario: Scenario) -> None:
    partly = (heard(MARIE_VAE), ruled(MARIE_VAE, range(21, 26)), granted(MARIE_VAE, 3), ended())
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), *partly)
    scenario.when(letter(date(2021, 6, 14)), by=AS_RENEE, on=date(2021, 7, 1))
    scenario.then_refused(WithdrawnOnAnotherDay)
    scenario.when(letter(JURY_DAY), by=AS_RENEE, on=date(2021, 7, 1))
    scenario.then_recorded(CandidacyWithdrawn)
    scenario.given(At(MARIE_VAE, (CandidacyResumed(resumed_on=date(2021, 7, 2)),)))
    scenario.when(letter(date(2021, 7, 1)), by=AS_RENEE, on=date(2021, 7, 3))
    scenario.then_refused(WithdrawnOnAnotherDay)


def test_withdrawal_is_refused_when_the_candidacy_changed_since_it_was_shown(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), admissible(MARIE_VAE))
    scenario.when(WithdrawCandidacy(candidacy=MARIE_VAE), by=AS_MARIE, shown=1)
    scenario.then_refused(StaleVersion)


def test_candidacy_cannot_be_withdrawn_while_a_jury_deliberates_on_it(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.when(WithdrawCandidacy(candidacy=MARIE_VAE), by=AS_MARIE)
    scenario.then_refused(BeingDecided)


def test_candidacy_cannot_be_withdrawn_once_the_title_is_won(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(WithdrawCandidacy(candidacy=MARIE_VAE), by=AS_MARIE)
    scenario.then_refused(TitleStands)


def test_candidate_called_and_not_yet_heard_can_withdraw_and_the_session_still_closes(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE, came=False))
    scenario.when(WithdrawCandidacy(candidacy=MARIE_VAE), by=AS_MARIE)
    scenario.then(WITHDRAWN)
    scenario.when(NoteAbsence(session=JUNE, candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.then_recorded(CandidateNotHeard)
    assert newest_unlawful(scenario) == set()
    scenario.when(CloseSession(session=JUNE), by=AS_RENEE)
    scenario.then_recorded(SessionClosed)


# Every command that acts on a candidacy

OPENING = fact_of(applied(MARIE_VAE), CandidacyOpened)
BLOCK_1_ONLY = At(MARIE_VAE, (replace(OPENING, blocks=(1,)),))
VAE = (applied(MARIE_VAE), put_in(MARIE_VAE, CV), put_in(MARIE_VAE, BLOG))
CALLED = (*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE))
EXPECTED = (*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE, came=False))
FI = (applied(MARIE_FI), assigned(MARIE_FI, ASTRID, (1,)), marked(MARIE_FI, ASTRID, (1, "acquired"), handed=False))
MARKED = (*FI[:2], marked(MARIE_FI, ASTRID, (1, "acquired")))
POSTED = At(MARIE_VAE, (FeasibilityFileSubmitted(received_on=date(2021, 6, 1), channel=FilingChannel.POST),))
ACTS: tuple[tuple[Command, Actor, tuple[At | tuple[At, ...], ...]], ...] = (
    (WithdrawCandidacy(candidacy=MARIE_VAE), AS_MARIE, VAE),
    (ChangeRoute(candidacy=MARIE_VAE, route=Route.FC), AS_MARIE, VAE),
    (SeekBlocks(candidacy=MARIE_VAE, blocks=()), AS_MARIE, (BLOCK_1_ONLY,)),
    (NameAdvisor(candidacy=MARIE_VAE, advisor=ADELE), AS_MARIE, VAE),
    (AuthoriseLateDecision(candidacy=MARIE_VAE, cause=LateCause.END, ground="x"), AS_RENEE, VAE),
    (SubmitFeasibilityFile(candidacy=MARIE_VAE), AS_MARIE, VAE),
    (CorrectBeginning(candidacy=MARIE_VAE, began_on=date(2020, 12, 1), reason="x"), AS_RENEE, VAE),
    (StateTrainingEntry(candidacy=MARIE_FI, entered_on=date(2021, 1, 4)), AS_RENEE, FI),
    (CorrectReceiptDay(candidacy=MARIE_VAE, received_on=JURY_DAY, reason="x"), AS_RENEE, (*VAE, POSTED)),
    (DecideAdmissibility(candidacy=MARIE_VAE, admissible=True, file_received_on=JURY_DAY), AS_RENEE, VAE),
    (
        SubmitEvidence(candidacy=MARIE_VAE, evidence=EvidenceId(known("new")), competences=(1,), file=FILE),
        AS_MARIE,
        VAE,
    ),
    (RedirectEvidence(candidacy=MARIE_VAE, evidence=CV, competences=(2,)), AS_MARIE, VAE),
    (WithdrawEvidence(candidacy=MARIE_VAE, evidence=CV), AS_MARIE, VAE),
    (SubmitValidationFile(candidacy=MARIE_VAE, evidence=(CV,)), AS_MARIE, (*VAE, admissible(MARIE_VAE))),
    (SummonCandidate(session=JUNE, candidacy=MARIE_VAE), AS_RENEE, (*vae_filed(MARIE_VAE), planned(JUNE))),
    (OpenDeliberation(session=JUNE, candidacy=MARIE_VAE), AS_PAUL, CALLED),
    (ReferCandidate(session=JUNE, candidacy=MARIE_VAE), AS_PAUL, (*CALLED, tied(KARIM, MARIE))),
    (NoteCandidatePresent(session=JUNE, candidacy=MARIE_VAE), AS_RENEE, EXPECTED),
    (RecuseJuror(session=JUNE, candidacy=MARIE_VAE, juror=LUC, reason="x"), AS_RENEE, CALLED),
    (AssignAssessor(candidacy=MARIE_FI, assessor=ASTRID, competences=(2,)), AS_RENEE, FI),
    (AssessCompetence(candidacy=MARIE_FI, competence=1, mark="acquired"), AS_ASTRID, FI),
    (AssessCompetences(candidacy=MARIE_FI, marks=(Opinion(competence=1, mark="acquired"),)), AS_ASTRID, FI),
    (FileAssessment(candidacy=MARIE_FI, assessor=ASTRID), AS_ASTRID, FI),
    (HandOverDossier(candidacy=MARIE_FI, reason="x"), AS_ASTRID, FI[:2]),
    (ReleaseAssessor(candidacy=MARIE_FI, assessor=ASTRID, reason="x"), AS_RENEE, FI[:2]),
    (ReopenAssessment(candidacy=MARIE_FI, assessor=ASTRID, reason="x"), AS_RENEE, MARKED),
    (RequestAccommodation(candidacy=MARIE_VAE, reason="x"), AS_MARIE, VAE),
    (GrantAccommodation(candidacy=INES_CL, measures=A_THIRD), AS_DINA, (*EPREUVES, asked(INES_CL, INES))),
    (RefuseAccommodation(candidacy=INES_CL, reason="x"), AS_DINA, (*EPREUVES, asked(INES_CL, INES))),
    (CallToSitting(sitting=SITTING, candidacy=INES_CL), AS_RENEE, (*EPREUVES, At(SITTING, (PLAN,)))),
    (
        CheckIdentity(sitting=SITTING, candidacy=INES_CL, document=IdentityDocument.PASSPORT, matches=True),
        AS_OLIVE,
        (*EPREUVES, CALLED_TO, OPENED),
    ),
    (
        CollectPaper(sitting=SITTING, candidacy=BASILE_FI),
        AS_OLIVE,
        (*EPREUVES, CALLED_TO, OPENED, present(BASILE_FI)),
    ),
)
ELSEWHERE = {
    "WaiveSummonsDelay": "the same door: what it records does not come after the end",
    "FreeCandidate": "the same door: what it records does not come after the end",
    "TakeCandidateBack": "the same door: what it records does not come after the end",
    "AcceptRulebook": "the same door: what it records does not come after the end",
    "FileSelfAssessment": "the same door: what it records does not come after the end",
    "CarryOverBlocks": "the same door: what it records does not come after the end",
    "SatisfyBlock": "the same door: what it records does not come after the end",
    "OfferRemoteHearing": "the same door: what it records does not come after the end",
    "AnswerRemoteHearing": "the same door: what it records does not come after the end",
    "HandOverCase": "the same door: what it records does not come after the end",
    "ResumeCandidacy": "takes it up again",
    "LapseCandidacy": "its own test",
    "LapseAdmissibility": "the same door: what it records does not come after the end",
    "KeepAdmissibility": "the same door: what it records does not come after the end",
    "CorrectAdmissibility": "the same door: what it records does not come after the end",
    "ReconsiderAdmissibility": "the same door: what it records does not come after the end",
    "ReleaseAdvisor": "its own test",
    "CompleteFeasibilityFile": "its own test",
    "FindFileIncomplete": "its own test",
    "ImplyAdmissibility": "its own test",
    "DeferDecisions": "no deliberation is open: withdrawing waits for it",
    "ReopenDeliberation": "no deliberation is open: withdrawing waits for it",
    "RuleCompetences": "no deliberation is open: withdrawing waits for it",
    "TakeBackDecision": "no deliberation is open: withdrawing waits for it",
    "ConfirmDecision": "no deliberation is open: withdrawing waits for it",
    "RecordDecision": "no deliberation is open: withdrawing waits for it",
    "HarmoniseRulings": "no deliberation is open: withdrawing waits for it",
}
"""The commands that act on a candidacy and are not tried below, and why."""


def test_every_command_on_a_candidacy_is_tried_here_or_listed_with_a_reason() -> None:
    """A new command is added to `ACTS`; its fact may be recorded after the end only if its class says why."""
    named = {each.__name__ for each in every_command() if "candidacy" in get_type_hints(each)}
    acts = {command.__name__ for fact, origins in ORIGINS.items() for command in origins if not fact.after_the_end}
    assert named & acts == {type(command).__name__ for command, _, _ in ACTS} | set(ELSEWHERE)


@pytest.mark.parametrize("ending", [WITHDRAWN, LAPSED], ids=lambda ending: type(ending).__name__)
@pytest.mark.parametrize(("command", "by", "given"), ACTS, ids=lambda each: type(each).__name__)
def test_command_on_a_candidacy_that_is_over_is_refused(
    scenario: Scenario, command: Any, by: Actor, given: tuple[Any, ...], ending: Fact
) -> None:
    """The same command is accepted without the ending, so nothing else refuses it."""
    untouched = Scenario(today=scenario.today)
    untouched.given(*HOUSE, *given)
    untouched.when(command, by=by)
    assert not isinstance(untouched.outcome, Refused), untouched.outcome
    scenario.given(*given, At(command.candidacy, (ending,)))
    scenario.when(command, by=by)
    scenario.then_refused(CandidacyEnded)


@pytest.mark.parametrize(
    "command",
    [
        FindFileIncomplete(candidacy=MARIE_VAE, missing="x"),
        CompleteFeasibilityFile(candidacy=MARIE_VAE),
    ],
    ids=lambda command: type(command).__name__,
)
def test_feasibility_file_cannot_be_continued_once_the_candidacy_is_over(
    scenario: Scenario, command: Command
) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(SubmitFeasibilityFile(candidacy=MARIE_VAE), by=AS_MARIE)
    if isinstance(command, CompleteFeasibilityFile):
        scenario.when(FindFileIncomplete(candidacy=MARIE_VAE, missing="x"), by=AS_RENEE)
    scenario.given(At(MARIE_VAE, (WITHDRAWN,)))
    by = AS_MARIE if isinstance(command, CompleteFeasibilityFile) else AS_RENEE
    scenario.when(command, by=by)
    scenario.then_refused(CandidacyEnded)


def test_dossier_of_another_person_that_is_over_is_not_found(scenario: Scenario) -> None:
    scenario.given(*VAE, At(MARIE_VAE, (WITHDRAWN,)))
    scenario.when(RedirectEvidence(candidacy=MARIE_VAE, evidence=CV, competences=(2,)), by=AS_SAMIR)
    scenario.then_refused(NotFound)


def test_replay_finds_a_fact_recorded_after_the_end_of_a_candidacy(scenario: Scenario) -> None:
    scenario.given(*VAE, At(MARIE_VAE, (WITHDRAWN,)))
    scenario.when(ResumeCandidacy(candidacy=MARIE_VAE), by=AS_MARIE)
    scenario.when(RedirectEvidence(candidacy=MARIE_VAE, evidence=CV, competences=(2,)), by=AS_MARIE)
    scenario.then_recorded(*(type(fact) for fact in scenario.outcome.facts))  # type: ignore[union-attr]
    assert newest_unlawful(scenario) == set()
    without = [told for told in scenario.store.told if not isinstance(told.fact, CandidacyResumed)]
    assert "candidacy-ended" in {each.rule for each in replay(without)}


def test_decision_taken_before_a_withdrawal_can_still_be_reviewed_and_annulled(scenario: Scenario) -> None:
    """A court may annul a decision although the candidate has withdrawn since."""
    partly = (*CALLED, heard(MARIE_VAE), ruled(MARIE_VAE, range(21, 26)), granted(MARIE_VAE, 3), ended())
    scenario.given(*partly, At(MARIE_VAE, (WITHDRAWN,)))
    ask = RequestReview(session=JUNE, candidacy=MARIE_VAE, ground=ComplaintGround.PROCEDURAL, statement="x")
    scenario.when(ask, by=AS_MARIE)
    scenario.then_recorded(ReviewRequested)
    ruling = NoteCourtRuling(
        session=JUNE, candidacy=MARIE_VAE, court="x", ruled_on=JURY_DAY, reference="x", annuls=True
    )
    scenario.when(ruling, by=OPERATOR)
    scenario.then_recorded(CourtRuled, DecisionAnnulled)
    assert newest_unlawful(scenario) == set()


def test_every_fact_that_may_follow_the_end_of_a_candidacy_says_why() -> None:
    may = {kind for kind in KINDS if kind.after_the_end}
    assert all(len(kind.after_the_end.split()) > 3 for kind in may), "a reason, in words"
    assert CandidateSummoned not in may
    assert CandidacyResumed in may


# Resumption


def test_candidate_resumes_the_candidacy_and_keeps_the_blocks_granted(scenario: Scenario) -> None:
    partly = (*CALLED, heard(MARIE_VAE), ruled(MARIE_VAE, range(21, 26)), granted(MARIE_VAE, 3), ended())
    scenario.given(*partly, At(MARIE_VAE, (WITHDRAWN,)))
    scenario.when(ResumeCandidacy(candidacy=MARIE_VAE), by=AS_MARIE)
    scenario.then(CandidacyResumed(resumed_on=JURY_DAY))
    assert newest_unlawful(scenario) == set()
    scenario.given(planned(MARCH), *summoned(MARCH, MARIE_VAE), opened(MARCH), arrived(MARIE_VAE, MARCH))
    scenario.when(OpenDeliberation(session=MARCH, candidacy=MARIE_VAE), by=AS_PAUL)
    assert not isinstance(scenario.outcome, Refused)


def test_inadmissible_candidate_who_resumes_may_submit_a_file_again(scenario: Scenario) -> None:
    refused = AdmissibilityDecided(admissible=False, file_received_on=JURY_DAY, decided_on=JURY_DAY)
    scenario.given(applied(MARIE_VAE), At(MARIE_VAE, (refused, WITHDRAWN)))
    scenario.when(ResumeCandidacy(candidacy=MARIE_VAE), by=AS_MARIE)
    scenario.when(SubmitFeasibilityFile(candidacy=MARIE_VAE), by=AS_MARIE)
    assert not isinstance(scenario.outcome, Refused)


def test_candidacy_is_resumed_only_when_over_and_while_its_route_admits(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(ResumeCandidacy(candidacy=MARIE_VAE), by=AS_MARIE)
    scenario.then_refused(CandidacyUnderWay)
    scenario.given(At(MARIE_VAE, (WITHDRAWN,)))
    scenario.when(ResumeCandidacy(candidacy=MARIE_VAE), by=AS_MARIE, on=date(2023, 12, 19))
    scenario.then_refused(OutsideRegistration)


def test_resumed_candidacy_keeps_its_id(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE_VAE, (WITHDRAWN,)))
    scenario.when(ResumeCandidacy(candidacy=MARIE_VAE), by=AS_MARIE)
    assert {told.stamp.stream for told in scenario.store.told[scenario.head :]} == {CandidacyId(MARIE_VAE)}


def test_resumed_candidacy_keeps_the_law_of_the_day_on_which_it_was_opened() -> None:
    """The parcours continues; only a change of route begins another one (ADR 32)."""
    law = Law(id=Law.the())
    for rule_set in (R335, D6412):
        law = law.evolve(RuleSetPublished(rule_set=rule_set))
    lapsed = CandidacyLapsed(since=date(2021, 1, 4), last_day=date(2021, 7, 4))
    back = date(2024, 5, 2)

    def of(*facts: CandidacyFact) -> str | None:
        candidacy = Candidacy(id=MARIE_VAE)
        for fact in facts:
            candidacy = candidacy.evolve(fact)
        terms = candidacy.terms
        found = law.in_force(terms.route, began_on=terms.began_on, session_on=date(2024, 9, 2))
        text = found.source(Provision.JURY)
        return text.id if text else None

    opened_, resumed = applied(MARIE_VAE).facts[0], CandidacyResumed(resumed_on=back)
    assert isinstance(opened_, CandidacyOpened)
    assert of(opened_, lapsed, resumed) == R335.id
    assert of(replace(opened_, opened_on=back)) == D6412.id
    away, home = RouteChanged(route=Route.FC, changed_on=back), RouteChanged(route=Route.VAE, changed_on=back)
    assert of(opened_, lapsed, resumed, away, home) == D6412.id
