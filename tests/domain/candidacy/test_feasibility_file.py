"""The feasibility file: receipt, missing pieces, decision, and the effect of silence."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import Calendar
from domain.candidacy.candidacy import AdmissibilityOnlyInVae, OwnWork
from domain.candidacy.facts import (
    AdmissibilityDecided,
    AdmissibilityImplied,
    CandidacyResumed,
    CandidacyWithdrawn,
    FeasibilityFact,
    FeasibilityFileCompleted,
    FeasibilityFileFoundIncomplete,
    FeasibilityFileSubmitted,
    FilingChannel,
    ReceiptDayCorrected,
    RouteChanged,
)
from domain.candidacy.feasibility import (
    DayCorrectedWithoutReason,
    FeasibilityFile,
    FileAlreadySubmitted,
    FileComplete,
    FileIncomplete,
    NoFeasibilityFile,
    PiecesUnnamed,
    ReceivedOnAnotherDay,
    ReceivedTooEarly,
    Silence,
    SilenceAdmits,
    SilenceNotOver,
)
from domain.candidacy.verdict import AdmissibilityAlreadyDecided
from domain.commands.candidacy.complete_feasibility_file import CompleteFeasibilityFile
from domain.commands.candidacy.correct_receipt_day import CorrectReceiptDay
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.find_file_incomplete import FindFileIncomplete
from domain.commands.candidacy.imply_admissibility import ImplyAdmissibility
from domain.commands.candidacy.submit_feasibility_file import SubmitFeasibilityFile
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.fact import Fact, Personal
from domain.framework.definition import Route
from domain.people.facts import RoleGranted
from domain.ports import SYSTEM, Role, RulebookId
from domain.refusal import Forbidden, NotFound, Refused
from domain.replay.judge import Unchecked, replay, replay_in_part
from domain.rulebook.facts import RulebookPublished, RuleSetPublished
from domain.rulebook.journey_rules import JourneyRules
from domain.rulebook.law import Law
from domain.rulebook.rule_set import AdmissibilityLaw, CountedFrom
from domain.rulebook.rulebook import Rulebook
from tests.given.domain.law import R335_7, THE_LAW
from tests.given.domain.people import (
    AS_MARIE,
    AS_RENEE,
    AS_SAMIR,
    CV,
    JURY_DAY,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    RULES,
    actor,
    admissible,
    applied,
    put_in,
)
from tests.given.domain.scenario import At, Scenario, newest_unlawful

PARIS = ZoneInfo("Europe/Paris")
SUBMIT = SubmitFeasibilityFile(candidacy=MARIE_VAE)
ASK = FindFileIncomplete(candidacy=MARIE_VAE, missing="Le contrat de travail.")
COMPLETE = CompleteFeasibilityFile(candidacy=MARIE_VAE)
RECEIVED = FeasibilityFileSubmitted(received_on=date(2021, 2, 1), channel=FilingChannel.PORTAL)
LACKS = FeasibilityFileFoundIncomplete(found_on=date(2021, 2, 20), missing=Personal("x", MARIE))
CAME = FeasibilityFileCompleted(received_on=date(2021, 3, 2), channel=FilingChannel.PORTAL)
SILENCE = Silence(months=2, admits=True, rule_set="x", calendar=Calendar())


def noon(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), PARIS) + timedelta(hours=12)


def imply(day: date) -> ImplyAdmissibility:
    return ImplyAdmissibility(candidacy=MARIE_VAE, at=noon(day))


# Receipt and missing pieces


def test_candidate_submits_the_file_on_the_portal_today(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(SUBMIT, by=AS_MARIE)
    scenario.then(FeasibilityFileSubmitted(received_on=JURY_DAY, channel=FilingChannel.PORTAL))
    assert newest_unlawful(scenario) == set()


def test_file_received_by_post_is_keyed_by_the_registrar_with_its_day(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    posted = replace(SUBMIT, received_on=date(2021, 6, 10))
    scenario.when(posted, by=AS_RENEE)
    scenario.then(FeasibilityFileSubmitted(received_on=date(2021, 6, 10), channel=FilingChannel.POST))
    assert newest_unlawful(scenario) == set()


def test_replay_finds_a_registrar_who_keyed_their_own_file(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(replace(SUBMIT, received_on=date(2021, 6, 10)), by=AS_RENEE)
    *before, last = scenario.store.told
    own = replace(last, stamp=replace(last.stamp, by=MARIE))
    assert own.stamp.position in {each.position for each in replay([*before, own])}


def test_candidate_cannot_state_a_day_of_receipt_and_the_registrar_must_state_a_past_one(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    scenario.when(replace(SUBMIT, received_on=date(2021, 6, 10)), by=AS_MARIE)
    scenario.then_refused(ReceivedOnAnotherDay)
    scenario.when(SUBMIT, by=AS_RENEE)
    scenario.then_refused(ReceivedOnAnotherDay)
    scenario.when(replace(SUBMIT, received_on=date(2021, 6, 16)), by=AS_RENEE)
    scenario.then_refused(ReceivedOnAnotherDay)


def test_file_cannot_be_received_before_the_registration_admits(scenario: Scenario) -> None:
    """Otherwise silence would admit the candidate at once, two months later."""
    scenario.given(THE_LAW, applied(MARIE_VAE))
    scenario.when(replace(SUBMIT, received_on=date(1900, 1, 1)), by=AS_RENEE)
    scenario.then_refused(ReceivedTooEarly)
    early = FeasibilityFileSubmitted(received_on=date(2018, 12, 17), channel=FilingChannel.POST)
    assert scenario.forged(MARIE_VAE, early, by=AS_RENEE) == ["received-too-early"]


@pytest.mark.parametrize(
    "anew",
    [
        (CandidacyWithdrawn(withdrawn_on=date(2021, 3, 1)), CandidacyResumed(resumed_on=date(2021, 5, 3))),
        (
            RouteChanged(route=Route.FC, changed_on=date(2021, 3, 1)),
            RouteChanged(route=Route.VAE, changed_on=date(2021, 5, 3)),
        ),
    ],
    ids=["taken up again", "back by VAE"],
)
def test_file_cannot_be_received_before_the_candidacy_was_resumed_or_returned_to_vae(
    scenario: Scenario, anew: tuple[Fact, ...]
) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE_VAE, (RECEIVED, *anew)))
    scenario.when(replace(SUBMIT, received_on=date(2021, 5, 2)), by=AS_RENEE)
    scenario.then_refused(ReceivedTooEarly)
    left = FeasibilityFileSubmitted(received_on=date(2021, 5, 2), channel=FilingChannel.POST)
    assert scenario.forged(MARIE_VAE, left, by=AS_RENEE) == ["received-too-early"]
    scenario.when(replace(SUBMIT, received_on=date(2021, 5, 3)), by=AS_RENEE)
    scenario.then_recorded(FeasibilityFileSubmitted)
    assert newest_unlawful(scenario) == set()


def test_file_cannot_be_found_incomplete_without_naming_the_missing_pieces(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE_VAE, (RECEIVED,)))
    scenario.when(replace(ASK, missing=" "), by=AS_RENEE)
    scenario.then_refused(PiecesUnnamed)


def test_file_is_submitted_once_in_vae_by_its_candidate_and_before_the_decision(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), applied(MARIE_FI))
    scenario.when(SubmitFeasibilityFile(candidacy=MARIE_FI), by=AS_MARIE)
    scenario.then_refused(AdmissibilityOnlyInVae)
    scenario.when(SUBMIT, by=AS_SAMIR)
    scenario.then_refused(NotFound)
    scenario.given(At(MARIE_VAE, (RECEIVED,)))
    scenario.when(SUBMIT, by=AS_MARIE)
    scenario.then_refused(FileAlreadySubmitted)
    scenario.given(admissible(MARIE_VAE))
    scenario.when(SUBMIT, by=AS_MARIE)
    scenario.then_refused(AdmissibilityAlreadyDecided)


def test_missing_pieces_are_requested_and_received(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE_VAE, (RECEIVED,)))
    scenario.when(ASK, by=AS_RENEE)
    missing = Personal("Le contrat de travail.", MARIE)
    scenario.then(FeasibilityFileFoundIncomplete(found_on=JURY_DAY, missing=missing))
    assert newest_unlawful(scenario) == set()
    scenario.when(COMPLETE, by=AS_MARIE, on=date(2021, 6, 20))
    scenario.then(FeasibilityFileCompleted(received_on=date(2021, 6, 20), channel=FilingChannel.PORTAL))
    assert newest_unlawful(scenario) == set()


def test_pieces_can_be_requested_only_once_and_of_a_file_that_was_submitted(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE))
    for command, by in ((ASK, AS_RENEE), (COMPLETE, AS_MARIE)):
        scenario.when(command, by=by)
        scenario.then_refused(NoFeasibilityFile)
    scenario.given(At(MARIE_VAE, (RECEIVED,)))
    scenario.when(COMPLETE, by=AS_MARIE)
    scenario.then_refused(FileComplete)
    scenario.given(At(MARIE_VAE, (LACKS,)))
    scenario.when(ASK, by=AS_RENEE)
    scenario.then_refused(FileIncomplete)


def test_pieces_cannot_be_received_before_they_were_requested(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE_VAE, (RECEIVED, LACKS)))
    scenario.when(replace(COMPLETE, received_on=date(2021, 2, 19)), by=AS_RENEE)
    scenario.then_refused(ReceivedOnAnotherDay)
    scenario.when(replace(COMPLETE, received_on=date(2021, 2, 20)), by=AS_RENEE)
    scenario.then(FeasibilityFileCompleted(received_on=date(2021, 2, 20), channel=FilingChannel.POST))
    assert newest_unlawful(scenario) == set()


def test_registrar_cannot_find_their_own_file_incomplete(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE_VAE, (RECEIVED,)), At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(ASK, by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)


# Decision


@pytest.mark.parametrize("verdict", [True, False])
def test_complete_file_is_decided_on_with_its_day_of_receipt(scenario: Scenario, verdict: bool) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE_VAE, (RECEIVED,)))
    decide = DecideAdmissibility(
        candidacy=MARIE_VAE, admissible=verdict, file_received_on=RECEIVED.received_on, reason="x"
    )
    scenario.when(replace(decide, file_received_on=date(2021, 2, 2)), by=AS_RENEE)
    scenario.then_refused(ReceivedOnAnotherDay)
    scenario.when(decide, by=AS_RENEE)
    scenario.then(
        AdmissibilityDecided(
            admissible=verdict,
            file_received_on=RECEIVED.received_on,
            reason=Personal("x", MARIE),
            decided_on=JURY_DAY,
        )
    )
    assert newest_unlawful(scenario) == set()


def test_incomplete_file_cannot_be_decided_on(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE_VAE, (RECEIVED, LACKS)))
    decide = DecideAdmissibility(candidacy=MARIE_VAE, admissible=False, file_received_on=RECEIVED.received_on)
    scenario.when(decide, by=AS_RENEE)
    scenario.then_refused(FileIncomplete)


# Silence (Code de l'éducation R335-7, then Code du travail R6412-4)


def test_two_months_of_silence_admit_on_the_day_after_the_last(scenario: Scenario) -> None:
    scenario.given(THE_LAW, applied(MARIE_VAE), At(MARIE_VAE, (RECEIVED,)))
    scenario.when(imply(date(2021, 4, 1)), by=SYSTEM, on=date(2021, 4, 1))
    scenario.then_refused(SilenceNotOver, "2021-04-01")
    scenario.when(imply(date(2021, 4, 2)), by=SYSTEM, on=date(2021, 4, 2))
    scenario.then(
        AdmissibilityImplied(ended_on=date(2021, 4, 1), found_on=date(2021, 4, 2), rule_set="CE-R335-7-2019")
    )
    assert newest_unlawful(scenario) == set()


def test_silence_admits_once_and_lets_the_candidate_file(scenario: Scenario) -> None:
    scenario.given(THE_LAW, applied(MARIE_VAE), put_in(MARIE_VAE, CV), At(MARIE_VAE, (RECEIVED,)))
    scenario.when(imply(date(2021, 4, 2)), by=SYSTEM, on=date(2021, 4, 2))
    scenario.when(imply(date(2021, 4, 3)), by=SYSTEM, on=date(2021, 4, 3))
    scenario.then_refused(AdmissibilityAlreadyDecided)
    scenario.when(SubmitValidationFile(candidacy=MARIE_VAE, evidence=(CV,)), by=AS_MARIE)
    assert not isinstance(scenario.outcome, Refused)


def test_time_of_a_file_found_incomplete_begins_with_its_last_piece(scenario: Scenario) -> None:
    """R335-7, R6412-4: received on 1 February, complete on 2 March, until 2 May."""
    scenario.given(THE_LAW, applied(MARIE_VAE), At(MARIE_VAE, (RECEIVED, LACKS)))
    scenario.when(imply(date(2021, 4, 2)), by=SYSTEM, on=date(2021, 4, 2))
    assert scenario.then_refused(SilenceNotOver).about == ()
    scenario.given(At(MARIE_VAE, (CAME,)))
    scenario.when(imply(date(2021, 5, 2)), by=SYSTEM, on=date(2021, 5, 2))
    scenario.then_refused(SilenceNotOver, "2021-05-02")
    scenario.when(imply(date(2021, 5, 3)), by=SYSTEM, on=date(2021, 5, 3))
    scenario.then_recorded(AdmissibilityImplied)
    assert newest_unlawful(scenario) == set()


def test_time_counted_from_the_receipt_pauses_while_pieces_are_missing() -> None:
    """L6412-2, to November 2019: 20 February to 2 March, ten days, do not count."""
    file = FeasibilityFile().evolve(RECEIVED).evolve(LACKS).evolve(CAME)
    assert file.last_day(SILENCE) == date(2021, 4, 11)
    anew = replace(SILENCE, counted_from=CountedFrom.COMPLETE_FILE)
    assert file.last_day(anew) == date(2021, 5, 2)
    never_paused = FeasibilityFile().evolve(RECEIVED)
    assert never_paused.last_day(anew) == never_paused.last_day(SILENCE)


def test_refusal_after_two_months_of_silence_is_refused(scenario: Scenario) -> None:
    scenario.given(THE_LAW, applied(MARIE_VAE), At(MARIE_VAE, (RECEIVED,)))
    day = RECEIVED.received_on
    late = DecideAdmissibility(candidacy=MARIE_VAE, admissible=False, file_received_on=day, reason="x")
    scenario.when(late, by=AS_RENEE, on=date(2021, 4, 2))
    scenario.then_refused(SilenceAdmits, "2021-04-01")
    scenario.when(ASK, by=AS_RENEE, on=date(2021, 4, 2))
    scenario.then_refused(SilenceAdmits, "2021-04-01")
    scenario.when(replace(late, admissible=True), by=AS_RENEE, on=date(2021, 4, 2))
    scenario.then_recorded(AdmissibilityDecided)
    assert newest_unlawful(scenario) == set()


def test_silence_admits_nobody_when_no_law_is_published(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE_VAE, (RECEIVED,)))
    scenario.when(imply(date(2021, 6, 15)), by=SYSTEM)
    scenario.then_refused(SilenceNotOver)


def test_silence_admits_nobody_when_a_text_derogates_from_it(scenario: Scenario) -> None:
    derogates = replace(
        R335_7,
        id="derogation",
        last=date(2021, 12, 31),
        derogation=True,
        admissibility=AdmissibilityLaw(months=2, silence_admits=False),
    )
    scenario.given(THE_LAW, At(Law.the(), (RuleSetPublished(rule_set=derogates),)))
    scenario.given(applied(MARIE_VAE), At(MARIE_VAE, (RECEIVED,)))
    scenario.when(imply(date(2021, 6, 15)), by=SYSTEM)
    scenario.then_refused(SilenceNotOver)
    day = RECEIVED.received_on
    late = DecideAdmissibility(candidacy=MARIE_VAE, admissible=False, file_received_on=day, reason="x")
    scenario.when(late, by=AS_RENEE)
    scenario.then_recorded(AdmissibilityDecided)


def test_silence_is_recorded_only_by_the_system_at_the_servers_own_hour(scenario: Scenario) -> None:
    scenario.given(THE_LAW, applied(MARIE_VAE), At(MARIE_VAE, (RECEIVED,)))
    for by in (AS_RENEE, AS_MARIE):
        scenario.when(imply(date(2021, 6, 15)), by=by)
        scenario.then_refused(Forbidden)
    scenario.when(imply(date(2021, 6, 16)), by=SYSTEM)
    scenario.then_refused(SilenceNotOver)


def test_replay_finds_a_silence_noticed_on_another_day_or_under_another_text(scenario: Scenario) -> None:
    scenario.given(THE_LAW, applied(MARIE_VAE), At(MARIE_VAE, (RECEIVED,)))
    wrong = [
        AdmissibilityImplied(ended_on=date(2021, 4, 1), found_on=date(2021, 4, 1), rule_set="CE-R335-7-2019"),
        AdmissibilityImplied(
            ended_on=date(2021, 4, 1), found_on=JURY_DAY + timedelta(days=1), rule_set="CE-R335-7-2019"
        ),
        AdmissibilityImplied(ended_on=date(2021, 4, 2), found_on=JURY_DAY, rule_set="CE-R335-7-2019"),
        AdmissibilityImplied(ended_on=date(2021, 4, 1), found_on=JURY_DAY, rule_set="other"),
    ]
    right = AdmissibilityImplied(ended_on=date(2021, 4, 1), found_on=JURY_DAY, rule_set="CE-R335-7-2019")
    scenario.when(imply(JURY_DAY), by=SYSTEM)
    scenario.then(right)
    *before, told = scenario.store.told
    for fact in wrong:
        found = {each.position: each.rule for each in replay([*before, replace(told, fact=fact)])}
        assert found.get(told.stamp.position) == "decided-otherwise"


@pytest.fixture
def no_zones() -> Iterator[None]:
    """A machine without a time-zone database."""
    kept = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=[])
    ZoneInfo.clear_cache()
    yield
    zoneinfo.reset_tzpath(to=kept)


def test_replay_reports_a_silence_as_unchecked_and_not_unlawful_without_a_time_zone_database(
    scenario: Scenario, request: pytest.FixtureRequest
) -> None:
    scenario.given(THE_LAW, applied(MARIE_VAE), At(MARIE_VAE, (RECEIVED,)))
    scenario.when(imply(JURY_DAY), by=SYSTEM)
    told = scenario.store.told
    assert newest_unlawful(scenario) == set()
    request.getfixturevalue("no_zones")
    assert list(replay_in_part(told, None))[-1] == Unchecked(told[-1].stamp.position, MARIE_VAE)


THERE = Calendar(zone="America/Martinique", next_working_day=True)
MARTINIQUE = replace(RULES, version=3, journeys=JourneyRules(calendar=THERE))
OVERSEAS = RulebookId(Rulebook.id_of("IMCI", 3))


def test_silence_follows_the_calendar_of_the_rulebook(scenario: Scenario) -> None:
    """In Fort-de-France 22 May, a Saturday in 2021, is the holiday of the abolition of slavery."""
    posted = FeasibilityFileSubmitted(received_on=date(2021, 3, 22), channel=FilingChannel.POST)
    scenario.given(THE_LAW, At(OVERSEAS, (RulebookPublished(rules=MARTINIQUE),)))
    scenario.given(applied(MARIE_VAE, OVERSEAS), At(MARIE_VAE, (posted,)))
    evening = datetime(2021, 5, 26, 3, 59, tzinfo=UTC)  # 25 May, 23:59 there; Whit Monday is 24 May
    for at, over in ((evening, False), (evening + timedelta(minutes=1), True)):
        scenario.when(ImplyAdmissibility(candidacy=MARIE_VAE, at=at), by=SYSTEM, on=at.astimezone(PARIS).date())
        assert isinstance(scenario.outcome, Refused) is not over
    (fact,) = scenario.then_recorded(AdmissibilityImplied)
    assert isinstance(fact, AdmissibilityImplied)
    assert (fact.ended_on, fact.found_on) == (date(2021, 5, 25), date(2021, 5, 26))
    assert newest_unlawful(scenario) == set()


@given(
    received=st.dates(date(2019, 11, 4), date(2023, 6, 1)),
    spans=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=3),
)
def test_period_is_a_day_longer_for_each_day_without_the_requested_pieces(
    received: date, spans: list[tuple[int, int]]
) -> None:
    file, at = FeasibilityFile(received_on=received), received
    for before, length in spans:
        asked = at + timedelta(days=before)
        at = asked + timedelta(days=length)
        file = file.evolve(FeasibilityFileFoundIncomplete(found_on=asked, missing=Personal("x", MARIE)))
        assert not file.complete
        assert file.last_day(SILENCE) is None
        file = file.evolve(FeasibilityFileCompleted(received_on=at, channel=FilingChannel.PORTAL))
    never_asked = FeasibilityFile(received_on=received).last_day(SILENCE)
    assert never_asked is not None
    assert file.last_day(SILENCE) == never_asked + timedelta(days=sum(length for _, length in spans))


# Correction of the day of receipt of a posted file

POSTED = FeasibilityFileSubmitted(received_on=date(2021, 5, 3), channel=FilingChannel.POST)


def correct(day: date, reason: str = "Faute de frappe.") -> CorrectReceiptDay:
    return CorrectReceiptDay(candidacy=MARIE_VAE, received_on=day, reason=reason)


def test_wrong_day_of_receipt_is_corrected_with_a_reason_and_the_period_runs_from_it(scenario: Scenario) -> None:
    scenario.given(THE_LAW, applied(MARIE_VAE), At(MARIE_VAE, (POSTED,)))
    scenario.when(correct(date(2021, 6, 3)), by=AS_RENEE)
    scenario.then(ReceiptDayCorrected(received_on=date(2021, 6, 3), reason=Personal("Faute de frappe.", MARIE)))
    assert newest_unlawful(scenario) == set()
    scenario.when(imply(date(2021, 7, 4)), by=SYSTEM, on=date(2021, 7, 4))
    scenario.then_refused(SilenceNotOver)
    scenario.when(imply(date(2021, 8, 4)), by=SYSTEM, on=date(2021, 8, 4))
    (fact,) = scenario.then_recorded(AdmissibilityImplied)
    assert isinstance(fact, AdmissibilityImplied)
    assert fact.ended_on == date(2021, 8, 3)


@pytest.mark.parametrize(
    ("given_", "day", "refusal"),
    [
        ((), date(2021, 6, 3), NoFeasibilityFile),
        ((RECEIVED,), date(2021, 2, 3), ReceivedOnAnotherDay),
        ((POSTED,), date(2021, 5, 3), ReceivedOnAnotherDay),
        ((POSTED,), date(2021, 6, 16), ReceivedOnAnotherDay),
        ((POSTED, replace(LACKS, found_on=date(2021, 6, 1))), date(2021, 6, 2), ReceivedOnAnotherDay),
        ((POSTED,), date(2018, 12, 17), ReceivedTooEarly),
    ],
    ids=["no file", "the portal's own day", "the same", "tomorrow", "after pieces were asked for", "too early"],
)
def test_day_of_receipt_cannot_be_corrected_to_an_impossible_day(
    scenario: Scenario, given_: tuple[FeasibilityFact, ...], day: date, refusal: type[Refused]
) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE_VAE, given_))
    scenario.when(correct(day), by=AS_RENEE)
    scenario.then_refused(refusal)
    forged = ReceiptDayCorrected(received_on=day, reason=Personal("x", MARIE))
    assert scenario.forged(MARIE_VAE, forged, by=AS_RENEE) == [refusal.slug()]


def test_correction_of_the_day_of_receipt_needs_a_reason_and_another_registrar(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE_VAE, (POSTED,)), At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(correct(date(2021, 6, 3), " "), by=AS_RENEE)
    scenario.then_refused(DayCorrectedWithoutReason)
    scenario.when(correct(date(2021, 6, 3)), by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)


def test_day_of_receipt_cannot_be_corrected_once_silence_has_admitted(scenario: Scenario) -> None:
    """Code du travail R335_7-2; otherwise the certifier could undo its own silence by keying another day."""
    scenario.given(THE_LAW, applied(MARIE_VAE), At(MARIE_VAE, (POSTED,)))
    late = correct(date(2021, 6, 3))
    scenario.when(late, by=AS_RENEE, on=date(2021, 7, 4))
    scenario.then_refused(SilenceAdmits)
    fact = ReceiptDayCorrected(received_on=date(2021, 6, 3), reason=Personal("x", MARIE))
    assert scenario.forged(MARIE_VAE, fact, by=AS_RENEE, on=date(2021, 7, 4)) == ["silence-admits"]
    scenario.when(late, by=AS_RENEE, on=date(2021, 7, 3))
    scenario.then_recorded(ReceiptDayCorrected)


def test_day_of_receipt_cannot_be_corrected_once_admissibility_is_decided(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE_VAE, (POSTED,)), admissible(MARIE_VAE))
    scenario.when(correct(date(2021, 6, 3)), by=AS_RENEE)
    scenario.then_refused(AdmissibilityAlreadyDecided)
