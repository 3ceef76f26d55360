"""Admissibility by silence in Fort-de-France, once the file is complete: the day counts in that time zone, not in
Paris.

Code de l'éducation R335-7: two months after a complete file, silence admits. The centre of Martinique uses its own
midnight, and a last day that is not a working day there moves to the next one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.calendar import Calendar
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import AdmissibilityImplied
from domain.candidacy.feasibility import SilenceAdmits, SilenceNotOver
from domain.candidacy.verdict import AdmissibilityAlreadyDecided
from domain.commands.candidacy.complete_feasibility_file import CompleteFeasibilityFile
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.find_file_incomplete import FindFileIncomplete
from domain.commands.candidacy.imply_admissibility import ImplyAdmissibility
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.submit_feasibility_file import SubmitFeasibilityFile
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.framework.definition import Route
from domain.ports import SYSTEM, CandidacyId, RulebookId
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.journey_rules import JourneyRules
from domain.rulebook.rulebook import Rulebook
from tests.given.domain.law import THE_LAW
from tests.given.domain.people import AS_MARIE, AS_RENEE, FRAMEWORK, MARIE, MARIE_VAE, RULES
from tests.given.domain.scenario import At
from tests.given.stories.acts import Stage

PARIS = ZoneInfo("Europe/Paris")
MARTINIQUE = JourneyRules(calendar=Calendar(zone="America/Martinique", next_working_day=True))
RULEBOOK = RulebookId(Rulebook.id_of("IMCI", 3))
ENROLS = date(2021, 3, 8)
RECEIVED = date(2021, 3, 12)
ASKED = date(2021, 3, 16)
CAME = date(2021, 3, 22)
LAST = date(2021, 5, 25)
"""Two months later it is 22 May, a Saturday and the day that remembers the end of slavery in Martinique; then a
Sunday, and Whit Monday: the last day is Tuesday the 25th."""
THERE = datetime(2021, 5, 26, 4, 0, tzinfo=UTC)
"""Midnight in Fort-de-France, when it is six in the morning in Paris."""


def at(instant: datetime) -> date:
    return instant.astimezone(PARIS).date()


def begun(journeys: JourneyRules = MARTINIQUE) -> tuple[Stage, CandidacyId]:
    """Enrol Marie; her file comes by post; a piece is missing, and comes on 22 March."""
    stage = Stage(ENROLS)
    rules = replace(RULES, version=3, journeys=journeys)
    stage.scene.given(THE_LAW, At(RULEBOOK, (RulebookPublished(rules=rules),)))
    candidacy = Candidacy.id_of(MARIE, FRAMEWORK, Route.VAE)
    apply = OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.VAE)
    stage.on(ENROLS, apply, AS_MARIE)
    keyed_late = SubmitFeasibilityFile(candidacy=candidacy, received_on=RECEIVED)
    stage.on(date(2021, 3, 15), keyed_late)
    stage.on(ASKED, FindFileIncomplete(candidacy=candidacy, missing="Une attestation d'employeur."))
    stage.on(CAME, CompleteFeasibilityFile(candidacy=candidacy), AS_MARIE)
    return stage, candidacy


def test_admissibility_is_not_implied_one_minute_before_midnight_in_the_zone_of_the_rulebook() -> None:
    stage, candidacy = begun()
    just_before = THERE - timedelta(minutes=1)
    assert at(just_before) == date(2021, 5, 26), "the next day, in Paris"
    stage.scene.when(ImplyAdmissibility(candidacy=candidacy, at=just_before), by=SYSTEM, on=at(just_before))
    stage.scene.then_refused(SilenceNotOver, LAST.isoformat())


def test_admissibility_is_implied_at_midnight_and_cites_its_text() -> None:
    stage, candidacy = begun()
    stage.on(at(THERE), ImplyAdmissibility(candidacy=candidacy, at=THERE), SYSTEM)
    (told,) = [told for told in stage.facts if isinstance(told.fact, AdmissibilityImplied)]
    assert told.fact == AdmissibilityImplied(ended_on=LAST, found_on=date(2021, 5, 26), rule_set="CE-R335-7-2019")
    assert (told.stamp.by, told.stamp.role, told.stamp.on) == (None, "system", date(2021, 5, 26))
    piece = stage.puts_in(date(2021, 6, 1), candidacy)
    stage.on(date(2021, 6, 1), SubmitValidationFile(candidacy=candidacy, evidence=(piece,)), AS_MARIE)
    assert stage.unlawful == []


def test_admissibility_is_implied_once_when_the_job_runs_again() -> None:
    stage, candidacy = begun()
    stage.on(at(THERE), ImplyAdmissibility(candidacy=candidacy, at=THERE), SYSTEM)
    for later in (THERE + timedelta(minutes=1), THERE + timedelta(days=7)):
        stage.scene.when(ImplyAdmissibility(candidacy=candidacy, at=later), by=SYSTEM, on=at(later))
        stage.scene.then_refused(AdmissibilityAlreadyDecided)


def test_refusal_of_admissibility_after_the_last_day_is_too_late_even_before_the_job_ran() -> None:
    stage, candidacy = begun()
    refusal = DecideAdmissibility(candidacy=candidacy, admissible=False, file_received_on=RECEIVED, reason="x")
    stage.scene.when(refusal, by=AS_RENEE, on=date(2021, 5, 27))
    stage.scene.then_refused(SilenceAdmits, LAST.isoformat())


def test_refusal_of_admissibility_on_the_last_day_is_in_time() -> None:
    stage, candidacy = begun()
    stage.on(LAST, DecideAdmissibility(candidacy=candidacy, admissible=False, file_received_on=RECEIVED, reason="x"))
    stage.scene.when(ImplyAdmissibility(candidacy=candidacy, at=THERE), by=SYSTEM, on=at(THERE))
    stage.scene.then_refused(AdmissibilityAlreadyDecided)
    assert stage.unlawful == []


def test_same_file_is_admitted_six_hours_earlier_in_paris() -> None:
    """22 May is a Saturday everywhere, and Whit Monday a holiday: only midnight differs."""
    in_paris = datetime(2021, 5, 25, 22, 0, tzinfo=UTC)
    imply = ImplyAdmissibility(candidacy=MARIE_VAE, at=in_paris)
    there, _ = begun()
    there.scene.when(imply, by=SYSTEM, on=at(in_paris))
    there.scene.then_refused(SilenceNotOver, LAST.isoformat())
    here, _ = begun(JourneyRules(calendar=Calendar(next_working_day=True)))
    too_soon = replace(imply, at=in_paris - timedelta(minutes=1))
    here.scene.when(too_soon, by=SYSTEM, on=at(too_soon.at))
    here.scene.then_refused(SilenceNotOver, LAST.isoformat())
    here.on(at(in_paris), imply, SYSTEM)
    assert here.unlawful == []
