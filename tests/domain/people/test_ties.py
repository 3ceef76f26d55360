"""Ties between a juror and a candidate, declared or found from dated facts, and their effect under each law."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.candidacy.facts import AdvisorNamed, CandidateSummoned
from domain.candidacy.ties import ConflictOfInterest
from domain.commands.jury.appoint_juror import AppointJuror
from domain.commands.jury.grant_panel_derogation import GrantPanelDerogation
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.fact import Personal
from domain.framework.facts import FrameworkPublished
from domain.framework.jury_rule import JuryRule, Quality, Sex
from domain.jury.deliberation import Deliberation
from domain.jury.facts import CandidateListed, DeliberationOpened, JurorAppointed
from domain.jury.session import JuryComposition
from domain.people.facts import DuplicateLinked, OrganisationLink, Tie
from domain.rulebook.facts import RuleSetPublished
from domain.rulebook.law import Law
from domain.rulebook.rule_set import JuryLaw, RuleSet
from tests.given.domain.law import D6412, FORMER, R335
from tests.given.domain.people import (
    AS_PAUL,
    AS_RENEE,
    ATELIER,
    CAREERS,
    ELSA,
    FRAMEWORK,
    GENTLE_RULEBOOK,
    HOUSE,
    JUNE,
    KARIM,
    LUC,
    MARC,
    MARIE,
    NADIA,
    PANEL,
    PAUL,
    PROFESSIONALS,
    RNCP31936,
    SACHA,
    SAMIR,
    SAMIR_VAE,
    SEATS,
    SYNDICAT,
    VAE_OPENED,
    plan,
    planned,
    recognised,
    signed_in,
    tied,
    vae_filed,
    works,
)
from tests.given.domain.scenario import At, Scenario

BARS = replace(D6412, first=date(2019, 1, 1))
"""D6412-6 as if it bound a parcours begun in January 2021: the people of the tests all begin then."""
PRESENT = replace(BARS.jury, past=False) if BARS.jury else None
CALL = SummonCandidate(session=JUNE, candidacy=SAMIR_VAE)
CAME = NoteCandidatePresent(session=JUNE, candidacy=SAMIR_VAE)
TAKE_UP = OpenDeliberation(session=JUNE, candidacy=SAMIR_VAE)
ADVISED = At(SAMIR_VAE, (AdvisorNamed(advisor=LUC, named_on=date(2021, 2, 1)),))


def under(scenario: Scenario, text: RuleSet | None, *steps: At) -> None:
    """Submit Samir's file, plan a jury for June, and publish this law of juries."""
    scenario.given(CAREERS, PROFESSIONALS, recognised(PAUL, Quality.QUALIFIED, "RNCP31936"))
    if text:
        scenario.given(At(Law.the(), (RuleSetPublished(rule_set=text),)))
    scenario.given(vae_filed(SAMIR_VAE), planned(JUNE, seats=SEATS), *steps)


def sits(scenario: Scenario) -> None:
    scenario.when(CALL, by=AS_RENEE)
    scenario.given(signed_in(JUNE, PANEL))
    scenario.when(OpenSession(session=JUNE), by=AS_RENEE)
    scenario.when(CAME, by=AS_RENEE)
    assert not isinstance(scenario.outcome, Exception), scenario.outcome


def jobs(since: date, until: date | None, link: OrganisationLink = OrganisationLink.EMPLOYMENT) -> tuple[At, ...]:
    """Employ Samir at the Atelier in 2015 and 2016, and Karim there in this period."""
    return (
        works(SAMIR, ATELIER, since=date(2015, 1, 1), until=date(2016, 12, 31)),
        works(KARIM, ATELIER, link, since=since, until=until),
    )


@pytest.mark.parametrize(
    ("steps", "is_tied"),
    [
        (jobs(date(2016, 12, 31), None), True),
        (jobs(date(2017, 1, 1), None), False),
        (jobs(date(2010, 1, 1), date(2014, 12, 31)), False),
        (jobs(date(2010, 1, 1), None, OrganisationLink.MANDATE), False),
        ((works(SAMIR, ATELIER, since=date(2021, 6, 16)), works(KARIM, ATELIER, since=date(2020, 1, 1))), False),
        ((works(SAMIR, SYNDICAT), works(KARIM, SYNDICAT)), True),
        ((works(SAMIR, SYNDICAT),), True),
        ((works(SAMIR, SYNDICAT, until=date(2021, 6, 14)),), False),
        ((works(SAMIR, SYNDICAT, OrganisationLink.MANDATE),), False),
        ((works(SAMIR, ATELIER, OrganisationLink.MANDATE), works(KARIM, ATELIER)), True),
        ((tied(KARIM, SAMIR, Tie.FAMILY),), True),
        ((tied(KARIM, MARIE),), False),
    ],
    ids=[
        "one day in common",
        "the day after",
        "before",
        "a mandate is no colleague",
        "from the day after the session",
        "employed where he holds a mandate too",
        "his mandate is at the candidate's employer",
        "it was until the day before",
        "both hold a mandate there",
        "the candidate holds a mandate at the juror's employer",
        "family",
        "of somebody else",
    ],
)
def test_juror_is_tied_by_a_common_employment_or_by_belonging_to_the_candidates_present_employer(
    scenario: Scenario, steps: tuple[At, ...], is_tied: bool
) -> None:
    under(scenario, None, *steps)
    sits(scenario)
    scenario.when(TAKE_UP, by=AS_PAUL)
    if is_tied:
        scenario.then_refused(ConflictOfInterest, KARIM)
    else:
        scenario.then_recorded(DeliberationOpened)


def test_present_or_former_advisor_must_leave_the_deliberation_under_r335_8(
    scenario: Scenario,
) -> None:
    under(scenario, R335, ADVISED)
    sits(scenario)
    scenario.when(TAKE_UP, by=AS_PAUL)
    scenario.then_refused(ConflictOfInterest, LUC)
    scenario.when(RecuseJuror(session=JUNE, candidacy=SAMIR_VAE, juror=LUC, reason="x"), by=AS_RENEE)
    scenario.when(TAKE_UP, by=AS_PAUL)
    scenario.then_recorded(DeliberationOpened)


OVER = works(SAMIR, SYNDICAT, since=date(2015, 1, 1), until=date(2019, 12, 31))
"""Samir worked where Karim holds a mandate, and left before he applied."""


@pytest.mark.parametrize(
    ("text", "barred"), [(BARS, True), (replace(BARS, jury=PRESENT), False)], ids=["is or was", "is"]
)
def test_member_of_a_former_employer_of_the_candidate_is_barred_from_the_panel_under_d6412_6(
    scenario: Scenario, text: RuleSet, barred: bool
) -> None:
    under(scenario, text, OVER)
    scenario.when(CALL, by=AS_RENEE)
    if barred:
        scenario.then_refused(ConflictOfInterest, *sorted((KARIM, SACHA)))
    else:
        scenario.then_recorded(CandidateListed, CandidateSummoned)


def test_summons_lists_the_tied_jurors_who_leave_the_deliberation_under_r335_8(scenario: Scenario) -> None:
    under(scenario, R335, ADVISED, works(SAMIR, SYNDICAT))
    scenario.when(CALL, by=AS_RENEE)
    listed, _ = scenario.then_recorded(CandidateListed, CandidateSummoned)
    assert isinstance(listed, CandidateListed)
    assert listed.tied == tuple(sorted((LUC, KARIM, SACHA)))
    scenario.given(signed_in(JUNE, PANEL))
    scenario.when(OpenSession(session=JUNE), by=AS_RENEE)
    scenario.when(CAME, by=AS_RENEE)
    scenario.when(TAKE_UP, by=AS_PAUL)
    scenario.then_refused(ConflictOfInterest, *sorted((LUC, KARIM)))
    taken_up = DeliberationOpened(session=JUNE, candidacy=SAMIR_VAE, panel=tuple(sorted(PANEL)))
    here = Deliberation.id_of(JUNE, SAMIR_VAE)
    assert scenario.forged(here, taken_up, by=AS_PAUL) == ["conflict-of-interest"]


@pytest.mark.parametrize("text", [None, R335], ids=["no text", "R335-8"])
def test_replay_finds_a_summons_that_omits_the_tied_jurors(scenario: Scenario, text: RuleSet | None) -> None:
    under(scenario, text, works(SAMIR, SYNDICAT))
    listed = CandidateListed(candidacy=SAMIR_VAE, candidate=SAMIR, jury_law=text.id if text else None)
    called, tied_ = At(SAMIR_VAE, (CandidateSummoned(session=JUNE),)), tuple(sorted((KARIM, SACHA)))
    assert scenario.forged_together(At(JUNE, (listed,)), called, by=AS_RENEE) == ["decided-otherwise"]
    assert scenario.forged_together(At(JUNE, (replace(listed, tied=tied_),)), called, by=AS_RENEE) == []


def test_advisor_under_another_file_must_leave_the_deliberation(scenario: Scenario) -> None:
    linked = (
        At(one, (DuplicateLinked(other=two, reason=Personal("x", one)),)) for one, two in ((MARC, LUC), (LUC, MARC))
    )
    under(scenario, R335, At(SAMIR_VAE, (AdvisorNamed(advisor=MARC, named_on=date(2021, 2, 1)),)), *linked)
    sits(scenario)
    scenario.when(TAKE_UP, by=AS_PAUL)
    scenario.then_refused(ConflictOfInterest, LUC)


def test_advisor_is_barred_from_the_panel_at_the_summons_under_d6412_6(scenario: Scenario) -> None:
    under(scenario, BARS, ADVISED)
    scenario.when(CALL, by=AS_RENEE)
    refused = scenario.then_refused(ConflictOfInterest, LUC)
    assert [(each.rule, each.source) for each in refused.violations] == [("law-panel-ties", BARS.reference)]


def test_tied_substitute_bars_the_panel_too_under_d6412_6(scenario: Scenario) -> None:
    under(scenario, BARS, tied(ELSA, SAMIR))
    scenario.when(CALL, by=AS_RENEE)
    scenario.then_refused(ConflictOfInterest, ELSA)


def test_advisor_of_a_listed_candidate_cannot_be_appointed_after_the_summons_under_d6412_6(
    scenario: Scenario,
) -> None:
    scenario.given(CAREERS, PROFESSIONALS, At(Law.the(), (RuleSetPublished(rule_set=BARS),)))
    others = tuple(seat for seat in SEATS if seat.juror not in {LUC, NADIA})
    scenario.given(vae_filed(SAMIR_VAE), ADVISED, planned(JUNE, seats=others))
    scenario.when(CALL, by=AS_RENEE)
    listed, _ = scenario.then_recorded(CandidateListed, CandidateSummoned)
    assert isinstance(listed, CandidateListed)
    assert (listed.jury_law, listed.advisors) == (BARS.id, (LUC,))
    scenario.when(AppointJuror(session=JUNE, juror=LUC), by=AS_RENEE)
    scenario.then_refused(ConflictOfInterest, LUC)
    scenario.when(AppointJuror(session=JUNE, juror=NADIA), by=AS_RENEE)
    scenario.then_recorded(JurorAppointed)


def test_member_of_a_candidates_former_employer_cannot_be_appointed_after_the_summons_under_d6412_6(
    scenario: Scenario,
) -> None:
    """Samir worked where Karim holds a mandate, and left: D6412-6 bars this tie too."""
    scenario.given(CAREERS, PROFESSIONALS, At(Law.the(), (RuleSetPublished(rule_set=BARS),)))
    others = tuple(seat for seat in SEATS if seat.juror not in {KARIM, SACHA})
    scenario.given(vae_filed(SAMIR_VAE), OVER, planned(JUNE, seats=others))
    scenario.given(At(JUNE, (CandidateListed(candidacy=SAMIR_VAE, candidate=SAMIR, jury_law=BARS.id),)))
    scenario.when(AppointJuror(session=JUNE, juror=KARIM), by=AS_RENEE)
    scenario.then_refused(ConflictOfInterest, KARIM)


@pytest.mark.parametrize(("text", "may_rule"), [(None, True), (R335, True), (BARS, False)])
def test_trainer_rules_when_the_rulebook_allows_it_and_the_law_does_not_bar_trainers(
    scenario: Scenario, text: RuleSet | None, may_rule: bool
) -> None:
    scenario.given(CAREERS, PROFESSIONALS, recognised(PAUL, Quality.QUALIFIED, "RNCP31936"))
    if text:
        scenario.given(At(Law.the(), (RuleSetPublished(rule_set=text),)))
    scenario.given(vae_filed(SAMIR_VAE, GENTLE_RULEBOOK), planned(JUNE, plan(rulebook=GENTLE_RULEBOOK), SEATS))
    scenario.given(tied(NADIA, SAMIR, Tie.TRAINED))
    scenario.when(CALL, by=AS_RENEE)
    if not may_rule:
        scenario.then_refused(ConflictOfInterest, NADIA)
        return
    scenario.given(signed_in(JUNE, PANEL))
    scenario.when(OpenSession(session=JUNE), by=AS_RENEE)
    scenario.when(CAME, by=AS_RENEE)
    scenario.when(TAKE_UP, by=AS_PAUL)
    scenario.then_recorded(DeliberationOpened)


def test_law_that_names_trainers_excludes_them_whatever_the_rulebook_says(
    scenario: Scenario,
) -> None:
    names = replace(R335, jury=JuryLaw(from_deliberation=(Tie.TRAINED,)))
    scenario.given(CAREERS, At(Law.the(), (RuleSetPublished(rule_set=names),)))
    scenario.given(vae_filed(SAMIR_VAE, GENTLE_RULEBOOK), planned(JUNE, plan(rulebook=GENTLE_RULEBOOK), SEATS))
    scenario.given(tied(NADIA, SAMIR, Tie.TRAINED))
    sits(scenario)
    scenario.when(TAKE_UP, by=AS_PAUL)
    scenario.then_refused(ConflictOfInterest, NADIA)


def test_tie_with_a_duplicate_file_of_the_candidate_is_a_tie(scenario: Scenario) -> None:
    linked = tuple(
        At(one, (DuplicateLinked(other=two, reason=Personal("x", one)),))
        for one, two in ((SAMIR, MARIE), (MARIE, SAMIR))
    )
    under(scenario, None, tied(KARIM, MARIE), *linked)
    sits(scenario)
    scenario.when(TAKE_UP, by=AS_PAUL)
    scenario.then_refused(ConflictOfInterest, KARIM)


# --- the law's balance, where the sheet states none

MEN = tuple(replace(seat, sex=Sex.M) for seat in SEATS)
NO_BALANCE = JuryRule(id="J1", size=5, externals=2, employers=1, employees=1, balances=(), text="fiche")


@pytest.mark.parametrize("derogated", [False, True])
def test_derogation_is_granted_from_a_balance_that_only_the_law_states(scenario: Scenario, derogated: bool) -> None:
    """The text states a proportion of women and men."""
    bare = Scenario(today=scenario.today)
    bare.given([step for step in HOUSE if not (isinstance(step, At) and step.stream == FRAMEWORK)])
    sheet = replace(RNCP31936, juries=(NO_BALANCE,))
    bare.given(At(FRAMEWORK, (FrameworkPublished(definition=sheet), VAE_OPENED)))
    bare.given(CAREERS, PROFESSIONALS, At(Law.the(), (RuleSetPublished(rule_set=FORMER[0]),)))
    bare.given(vae_filed(SAMIR_VAE), planned(JUNE, seats=MEN))
    bare.when(CALL, by=AS_RENEE)
    if derogated:
        grant = GrantPanelDerogation(session=JUNE, rule="panel-balance-panel", reason="x", proof="x")
        bare.when(grant, by=AS_RENEE)
    bare.given(signed_in(JUNE, PANEL))
    bare.when(OpenSession(session=JUNE), by=AS_RENEE)
    bare.when(CAME, by=AS_RENEE)
    bare.when(TAKE_UP, by=AS_PAUL)
    if derogated:
        bare.then_recorded(DeliberationOpened)
    else:
        refused = bare.then_refused(JuryComposition)
        assert [(each.rule, each.source) for each in refused.violations] == [
            ("panel-balance-panel", FORMER[0].reference)
        ]
