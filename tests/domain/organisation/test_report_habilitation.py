"""Reports of changes of habilitations to France compétences, and their deadlines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.commands.organisation.end_habilitation import EndHabilitation
from domain.commands.organisation.report_habilitation import ReportHabilitation
from domain.commands.organisation.resume_habilitation import ResumeHabilitation
from domain.commands.organisation.suspend_habilitation import SuspendHabilitation
from domain.fact import Fact
from domain.organisation.facts import (
    HabilitationEnded,
    HabilitationReported,
    HabilitationResumed,
    HabilitationSuspended,
)
from domain.organisation.institution import Institution, NothingToReport, ReportMisdated, report_due
from domain.people.unnamed import NumberInClear
from domain.ports import OPERATOR, Command, OrganisationId
from domain.refusal import Forbidden, NotFound
from domain.rulebook.law import Law
from tests.given.domain.centres import CERTIFIER, GRANTED, LYON, REGISTERED
from tests.given.domain.law import HABILITATIONS
from tests.given.domain.people import AS_MARIE, AS_RENEE, known
from tests.given.domain.replayed import verdict
from tests.given.domain.scenario import At, Scenario, newest_unlawful

HABILITATION, GRANT_DAY = GRANTED.habilitation, date(2025, 10, 1)
GRANT = replace(GRANTED, first_day=GRANT_DAY, last_day=date(2028, 9, 30))
OF_OCTOBER, JANUARY = date(2025, 12, 1), date(2026, 1, 5)
REPORT = ReportHabilitation(organisation=LYON, habilitation=HABILITATION, reference="message du 12 novembre")
SUSPENSION = HabilitationSuspended(habilitation=HABILITATION, first_day=JANUARY, last_day=None, ground="audit")
RESUMPTION = HabilitationResumed(habilitation=HABILITATION, resumed_on=date(2026, 2, 2))
END = HabilitationEnded(habilitation=HABILITATION, last_day=date(2026, 3, 31), ground="fin")


@pytest.fixture
def lyon(scenario: Scenario) -> Scenario:
    scenario.given(HABILITATIONS, *CERTIFIER, REGISTERED, At(LYON, (GRANT,)))
    return scenario


def due(scenario: Scenario) -> tuple[date, str] | None:
    found = scenario.log.find(Institution, LYON).habilitations[HABILITATION]
    return report_due(found.unreported, scenario.log.find(Law, Law.the()))


@pytest.mark.parametrize("day", [OF_OCTOBER, date(2025, 12, 2)])
def test_granted_habilitation_is_reported_once_within_two_months(lyon: Scenario, day: date) -> None:
    """R6113-16-5 al. 2: « dans un délai de deux mois, toute modification portant sur ces habilitations »."""
    assert due(lyon) == (OF_OCTOBER, "CT-R6113-16-2025")
    lyon.when(REPORT, by=AS_RENEE, on=day)
    told = HabilitationReported(
        habilitation=HABILITATION,
        reported_on=day,
        up_to=day,
        reference=REPORT.reference,
        due_on=OF_OCTOBER,
        rule_set="CT-R6113-16-2025",
    )
    lyon.then(told)
    assert told.late == (day > OF_OCTOBER)
    assert due(lyon) is None
    lyon.when(REPORT, by=OPERATOR, on=day)
    lyon.then_refused(NothingToReport)


def test_reference_of_a_report_cannot_contain_a_national_number(lyon: Scenario) -> None:
    lyon.when(replace(REPORT, reference="NIR 255081416802538"), by=AS_RENEE, on=OF_OCTOBER)
    lyon.then_refused(NumberInClear)


@pytest.mark.parametrize(
    ("fact", "ends_on"),
    [(SUSPENSION, date(2026, 3, 5)), (END, date(2026, 5, 31))],
)
def test_change_of_a_habilitation_is_due_from_the_day_on_which_it_takes_effect(
    lyon: Scenario, fact: Fact, ends_on: date
) -> None:
    lyon.when(REPORT, by=AS_RENEE, on=OF_OCTOBER)
    lyon.given(At(LYON, (fact,)))
    assert due(lyon) == (ends_on, "CT-R6113-16-2025")


def test_several_changes_are_reported_together_by_the_deadline_of_the_oldest(lyon: Scenario) -> None:
    lyon.given(At(LYON, (SUSPENSION, RESUMPTION, END)))
    assert due(lyon) == (OF_OCTOBER, "CT-R6113-16-2025")
    lyon.when(replace(REPORT, up_to=END.last_day), by=AS_RENEE, on=JANUARY)
    lyon.then_recorded(HabilitationReported)
    assert due(lyon) is None


@pytest.mark.parametrize("told", [False, True], ids=["not told yet", "told ahead"])
def test_changed_end_of_a_habilitation_is_due_by_its_new_day_only(lyon: Scenario, told: bool) -> None:
    """R6113-16-5 al. 2: « toute modification »; an end that did not take effect is no change."""
    end, anew = date(2025, 12, 1), date(2026, 6, 30)
    lyon.when(REPORT, by=AS_RENEE, on=GRANT_DAY)
    lyon.given(At(LYON, (replace(END, last_day=end),)))
    if told:
        lyon.when(replace(REPORT, up_to=end), by=AS_RENEE, on=date(2025, 11, 30))
        lyon.then_recorded(HabilitationReported)
    command = EndHabilitation(organisation=LYON, habilitation=HABILITATION, last_day=anew, ground="fin")
    lyon.when(command, by=AS_RENEE, on=end)
    lyon.then(replace(END, last_day=anew))
    assert due(lyon) == (date(2026, 8, 30), "CT-R6113-16-2025")
    lyon.when(replace(REPORT, up_to=anew), by=AS_RENEE, on=date(2026, 7, 10))
    (said,) = lyon.then_recorded(HabilitationReported)
    assert isinstance(said, HabilitationReported)
    assert not said.late
    assert newest_unlawful(lyon) == set()


def test_suspension_on_the_former_day_of_a_changed_end_is_still_due(lyon: Scenario) -> None:
    began = replace(SUSPENSION, first_day=END.last_day)
    lyon.when(REPORT, by=AS_RENEE, on=GRANT_DAY)
    lyon.given(At(LYON, (began, END, replace(END, last_day=date(2026, 6, 30)))))
    assert due(lyon) == (date(2026, 5, 31), "CT-R6113-16-2025")


def test_change_after_the_day_of_a_report_is_still_due(lyon: Scenario) -> None:
    """A report keyed late does not cover what has changed since it was sent."""
    lyon.given(At(LYON, (SUSPENSION,)))
    late = replace(REPORT, reported_on=OF_OCTOBER)
    lyon.when(late, by=AS_RENEE, on=date(2026, 2, 2))
    lyon.then_recorded(HabilitationReported)
    assert due(lyon) == (date(2026, 3, 5), "CT-R6113-16-2025")
    lyon.when(late, by=AS_RENEE, on=date(2026, 2, 2))
    lyon.then_refused(NothingToReport)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 6, 8), (date(2025, 9, 8), "CT-R6113-16-2021")),
        (date(2025, 6, 9), (date(2025, 8, 9), "CT-R6113-16-2025")),
        (date(2021, 4, 4), None),
    ],
)
def test_change_is_due_by_the_text_in_force_on_its_day(
    scenario: Scenario, day: date, expected: tuple[date, str] | None
) -> None:
    """R6113-16 (2021): three months until 8 June 2025; R6113-16-5: two since; before April 2021 no time was set."""
    scenario.given(HABILITATIONS, *CERTIFIER, REGISTERED, At(LYON, (replace(GRANT, first_day=day),)))
    assert due(scenario) == expected
    scenario.when(REPORT, by=AS_RENEE, on=JANUARY)
    (told,) = scenario.then_recorded(HabilitationReported)
    assert isinstance(told, HabilitationReported)
    assert (told.due_on, told.rule_set) == (expected or (None, None))


def test_report_cannot_be_dated_in_the_future_or_concern_an_unknown_habilitation(lyon: Scenario) -> None:
    lyon.when(replace(REPORT, reported_on=JANUARY), by=AS_RENEE, on=OF_OCTOBER)
    lyon.then_refused(ReportMisdated)
    lyon.when(replace(REPORT, habilitation=known("another")), by=AS_RENEE, on=OF_OCTOBER)
    lyon.then_refused(NothingToReport)
    for command, refusal in ((replace(REPORT, organisation=OrganisationId(known("nobody"))), NotFound),):
        lyon.when(command, by=AS_RENEE, on=OF_OCTOBER)
        lyon.then_refused(refusal)
    lyon.when(REPORT, by=AS_MARIE, on=OF_OCTOBER)
    lyon.then_refused(Forbidden)


@pytest.mark.parametrize(
    ("command", "fact"),
    [
        (
            SuspendHabilitation(organisation=LYON, habilitation=HABILITATION, first_day=JANUARY, ground="audit"),
            SUSPENSION,
        ),
        (EndHabilitation(organisation=LYON, habilitation=HABILITATION, last_day=END.last_day, ground="fin"), END),
    ],
)
def test_later_change_of_a_reported_habilitation_can_be_reported_again(
    lyon: Scenario, command: Command, fact: Fact
) -> None:
    lyon.when(REPORT, by=AS_RENEE, on=OF_OCTOBER)
    lyon.when(command, by=AS_RENEE, on=JANUARY)
    lyon.then(fact)
    lyon.when(ResumeHabilitation(organisation=LYON, habilitation=HABILITATION, resumed_on=JANUARY), by=AS_RENEE)
    lyon.when(replace(REPORT, up_to=END.last_day), by=AS_RENEE, on=JANUARY)
    lyon.then_recorded(HabilitationReported)


def test_replay_finds_a_forged_report(lyon: Scenario) -> None:
    told = HabilitationReported(
        habilitation=HABILITATION,
        reported_on=OF_OCTOBER,
        up_to=OF_OCTOBER,
        reference="x",
        due_on=OF_OCTOBER,
        rule_set="CT-R6113-16-2025",
    )
    assert verdict(lyon, LYON, told, AS_RENEE, OF_OCTOBER) is None
    assert verdict(lyon, LYON, replace(told, due_on=None), AS_RENEE, OF_OCTOBER) == "decided-otherwise"
    assert verdict(lyon, LYON, replace(told, reported_on=JANUARY), AS_RENEE, OF_OCTOBER) == "report-misdated"
    assert verdict(lyon, LYON, replace(told, up_to=date(2025, 9, 30)), AS_RENEE, OF_OCTOBER) == "nothing-to-report"
