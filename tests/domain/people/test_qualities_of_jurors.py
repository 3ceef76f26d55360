"""Dated affiliations and qualities of jurors, and the seats that follow from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.commands.jury.grant_panel_derogation import GrantPanelDerogation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.seat_substitute import SeatSubstitute
from domain.commands.jury.sign_member_in import SignMemberIn
from domain.commands.people.recognise_quality import RecogniseQuality
from domain.commands.people.state_affiliation import StateAffiliation
from domain.fact import Personal
from domain.framework.jury_rule import Quality, Quota, Seat, Sex, Side, lacking
from domain.jury.facts import SessionOpened, SubstituteSeated
from domain.jury.panel import seats
from domain.jury.session import JuryComposition, SubstituteQuality
from domain.organisation.certifiers import Certifiers
from domain.organisation.facts import (
    CertifierNamed,
    HabilitationEnded,
    HabilitationGranted,
    HabilitationSuspended,
    InstitutionFact,
    Purpose,
)
from domain.people.career import (
    Career,
    ExternalityIsComputed,
    OneSideAtATime,
    PeriodReversed,
    QualifiedInWhat,
    QualityUngrounded,
    StatedByAnother,
)
from domain.people.facts import AffiliationStated, OrganisationLink, QualityRecognised, RoleGranted
from domain.ports import OrganisationId, PersonId, Role, RulebookId
from domain.refusal import Forbidden, NotFound
from domain.replay.judge import replay
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import CompositionBasis
from tests.given.domain.people import (
    AS_NADIA,
    AS_RENEE,
    ATELIER,
    CAREERS,
    ELSA,
    EMMA,
    HOUSE_OF_JURIES,
    JUNE,
    JURY_DAY,
    KARIM,
    LUC,
    NADIA,
    ORGANISATIONS,
    PANEL,
    RENEE,
    RULES,
    SEATS,
    SYNDICAT,
    UNSTATED,
    actor,
    known,
    plan,
    planned,
    recognised,
    session_of,
    signed_in,
    summoned,
    works,
)
from tests.given.domain.replayed import verdict
from tests.given.domain.scenario import NOON, At, Scenario

DAY_BEFORE = date(2021, 6, 14)
WORKS = StateAffiliation(person=EMMA, organisation=ATELIER, link=OrganisationLink.EMPLOYMENT, since=date(2020, 1, 1))
REPRESENTS = RecogniseQuality(person=EMMA, quality=Quality.EMPLOYERS, since=date(2020, 1, 1), ground="Lettre")


@pytest.fixture
def unstated() -> Scenario:
    """A certifier on whose jurors nothing was stated."""
    scene = Scenario(today=JURY_DAY)
    scene.given(UNSTATED)
    return scene


def june(scenario: Scenario, *steps: At) -> dict[PersonId, Seat]:
    """Return how the members of June count on its day."""
    scenario.given(planned(JUNE, seats=SEATS), *steps)
    session = session_of(scenario.store.facts(JUNE))
    return seats(scenario.log.find, session, session.seats, JURY_DAY)


def outside(counted: dict[PersonId, Seat]) -> set[PersonId]:
    return {member for member, seat in counted.items() if seat.external}


# --- affiliations and qualities


def test_employment_is_stated_by_the_registrar_or_the_juror_but_not_by_another_juror(scenario: Scenario) -> None:
    scenario.given(ORGANISATIONS)
    scenario.when(WORKS, by=AS_RENEE)
    said = AffiliationStated(
        organisation=ATELIER, link=OrganisationLink.EMPLOYMENT, since=date(2020, 1, 1), stated_by=RENEE
    )
    scenario.then(said)
    before = replace(WORKS, since=date(2019, 1, 1))
    for until in (None, date(2019, 12, 31)):
        scenario.when(replace(before, until=until), by=actor(EMMA, Role.JUROR))
        scenario.then_recorded(AffiliationStated)
    scenario.when(WORKS, by=AS_NADIA)
    scenario.then_refused(NotFound, EMMA)
    nowhere = OrganisationId(known("nobody's"))
    scenario.when(replace(WORKS, organisation=nowhere), by=AS_RENEE)
    scenario.then_refused(NotFound)
    assert scenario.forged(EMMA, replace(said, organisation=nowhere), by=AS_RENEE) == ["not-found"]
    scenario.when(replace(WORKS, until=date(2019, 12, 31)), by=AS_RENEE)
    scenario.then_refused(PeriodReversed)


ENDED = replace(WORKS, until=date(2021, 1, 1))
AS_EMMA = actor(EMMA, Role.JUROR)


def test_juror_cannot_restate_an_employment_that_the_registrar_stated(scenario: Scenario) -> None:
    """Otherwise an employee of the certifier could end that employment and sit as an external member."""
    scenario.given(ORGANISATIONS)
    scenario.when(WORKS, by=AS_RENEE)
    for by in (AS_EMMA, actor(EMMA, Role.REGISTRAR)):
        scenario.given(At(EMMA, (RoleGranted(role=Role.REGISTRAR),)))
        scenario.when(ENDED, by=by)
        scenario.then_refused(StatedByAnother, ATELIER)
    scenario.when(ENDED, by=AS_RENEE)
    scenario.then_recorded(AffiliationStated)


def test_juror_cannot_restate_their_own_employment_once_the_registrar_changed_it(scenario: Scenario) -> None:
    scenario.given(ORGANISATIONS)
    scenario.when(WORKS, by=AS_EMMA)
    scenario.when(ENDED, by=AS_RENEE)
    scenario.when(WORKS, by=AS_EMMA)
    scenario.then_refused(StatedByAnother)


def test_replay_finds_an_employment_restated_by_another_person(scenario: Scenario) -> None:
    first = AffiliationStated(
        organisation=ATELIER, link=OrganisationLink.EMPLOYMENT, since=date(2020, 1, 1), stated_by=RENEE
    )
    scenario.given(ORGANISATIONS, At(EMMA, (first,)))
    again = replace(first, until=date(2021, 1, 1))
    assert scenario.forged(EMMA, again, by=AS_RENEE) == []
    assert scenario.forged(EMMA, again, by=AS_EMMA) == ["stated-by-another"]
    assert scenario.forged(EMMA, replace(again, stated_by=EMMA), by=AS_EMMA) == ["stated-by-another"]


def test_replay_finds_an_employment_stated_by_another_juror(scenario: Scenario) -> None:
    scenario.given(ORGANISATIONS)
    said = AffiliationStated(
        organisation=ATELIER, link=OrganisationLink.EMPLOYMENT, since=date(2020, 1, 1), stated_by=RENEE
    )
    for by, rules in ((AS_EMMA, []), (AS_RENEE, []), (AS_NADIA, ["not-found"])):
        assert scenario.forged(EMMA, replace(said, stated_by=by.who), by=by) == rules, by


def test_quality_is_recognised_on_a_ground_and_only_by_the_registrar(scenario: Scenario) -> None:
    scenario.when(REPRESENTS, by=AS_RENEE)
    scenario.then(
        QualityRecognised(quality=Quality.EMPLOYERS, since=date(2020, 1, 1), ground=Personal("Lettre", EMMA))
    )
    scenario.when(replace(REPRESENTS, ground="  "), by=AS_RENEE)
    scenario.then_refused(QualityUngrounded)
    scenario.when(REPRESENTS, by=actor(EMMA, Role.JUROR))
    scenario.then_refused(Forbidden)


def test_registrar_cannot_recognise_a_quality_of_their_own(scenario: Scenario) -> None:
    scenario.when(replace(REPRESENTS, person=AS_RENEE.who), by=AS_RENEE)
    scenario.then_refused(QualityUngrounded)
    own = QualityRecognised(quality=Quality.EMPLOYERS, since=JURY_DAY, ground=Personal("x", AS_RENEE.who))
    assert verdict(scenario, AS_RENEE.who, own, AS_RENEE) == "quality-ungrounded"


def test_external_quality_cannot_be_recognised(scenario: Scenario) -> None:
    scenario.when(replace(REPRESENTS, quality=Quality.EXTERNAL), by=AS_RENEE)
    scenario.then_refused(ExternalityIsComputed)


@pytest.mark.parametrize(("quality", "certification"), [(Quality.QUALIFIED, None), (Quality.PROFESSION, "RNCP31936")])
def test_qualified_juror_needs_a_certification_and_a_professional_none(
    scenario: Scenario, quality: Quality, certification: str | None
) -> None:
    scenario.when(replace(REPRESENTS, quality=quality, certification=certification), by=AS_RENEE)
    scenario.then_refused(QualifiedInWhat)


def test_juror_cannot_represent_both_sides_on_one_day(scenario: Scenario) -> None:
    """A15: « soit deux personnes, un représentant des salariés et un représentant des employeurs »."""
    scenario.given(recognised(EMMA, Quality.EMPLOYERS, until=DAY_BEFORE))
    both = RecogniseQuality(person=EMMA, quality=Quality.EMPLOYEES, since=DAY_BEFORE, ground="x")
    scenario.when(both, by=AS_RENEE)
    scenario.then_refused(OneSideAtATime)
    scenario.when(replace(both, since=JURY_DAY), by=AS_RENEE)
    scenario.then_recorded(QualityRecognised)


def test_affiliation_stated_again_from_the_same_day_replaces_its_end() -> None:
    career = Career()
    for until in (None, date(2020, 6, 30)):
        career = career.evolve(
            AffiliationStated(
                organisation=ATELIER,
                link=OrganisationLink.EMPLOYMENT,
                since=date(2019, 1, 1),
                until=until,
                stated_by=RENEE,
            )
        )
    assert career.organisations(date(2020, 6, 30)) == {ATELIER}
    assert career.organisations(date(2020, 7, 1)) == set()
    assert career.organisations(date(2018, 12, 31)) == set()


# --- seats on the day


def test_external_members_and_sides_follow_from_where_jurors_work(scenario: Scenario) -> None:
    counted = june(scenario, *CAREERS)
    assert outside(counted) == {EMMA, KARIM, ELSA, SEATS[6].juror}
    assert (counted[EMMA].side, counted[KARIM].side, counted[LUC].side) == (Side.EMPLOYERS, Side.EMPLOYEES, None)


def test_juror_without_a_stated_employment_is_not_external(unstated: Scenario) -> None:
    assert outside(june(unstated, *ORGANISATIONS)) == set()


def test_juror_who_also_works_for_the_certifier_is_not_external(scenario: Scenario) -> None:
    assert EMMA not in outside(june(scenario, *CAREERS, works(EMMA, HOUSE_OF_JURIES)))


@pytest.mark.parametrize(
    ("since", "until", "comes_from_outside"),
    [
        (date(2010, 1, 1), DAY_BEFORE, True),
        (date(2010, 1, 1), JURY_DAY, False),
        (JURY_DAY, None, False),
        (date(2021, 6, 16), None, True),
    ],
)
def test_employment_counts_on_the_day_of_the_session_only(
    scenario: Scenario, since: date, until: date | None, comes_from_outside: bool
) -> None:
    counted = june(scenario, *CAREERS, works(EMMA, HOUSE_OF_JURIES, since=since, until=until))
    assert (EMMA in outside(counted)) == comes_from_outside


GRANTED = HabilitationGranted(
    habilitation=known("atelier trains"),
    certification="RNCP31936",
    granted_by=HOUSE_OF_JURIES,
    purpose=Purpose.TRAIN,
    sites=(),
    first_day=date(2021, 1, 1),
    last_day=None,
)
SUSPENDED_THAT_DAY = HabilitationSuspended(
    habilitation=GRANTED.habilitation, first_day=JURY_DAY, last_day=JURY_DAY, ground="x"
)


@pytest.mark.parametrize(
    ("facts", "comes_from_outside"),
    [
        ((GRANTED,), False),
        ((replace(GRANTED, certification="RNCP38138"),), True),
        ((replace(GRANTED, purpose=Purpose.ORGANISE, sites=("x",)),), False),
        ((GRANTED, HabilitationEnded(habilitation=GRANTED.habilitation, last_day=DAY_BEFORE, ground="x")), True),
        ((GRANTED, SUSPENDED_THAT_DAY), False),
    ],
    ids=["trains", "for another certification", "organises", "ended the day before", "suspended that day"],
)
def test_juror_of_a_centre_habilitated_for_the_certification_on_the_day_is_not_external(
    scenario: Scenario, facts: tuple[InstitutionFact, ...], comes_from_outside: bool
) -> None:
    assert (EMMA in outside(june(scenario, *CAREERS, At(ATELIER, facts)))) == comes_from_outside


def test_no_juror_is_external_when_no_certifier_is_named(unstated: Scenario) -> None:
    unnamed = [step for step in CAREERS if step.stream != Certifiers.id_of("RNCP31936")]
    assert len(unnamed) == len(CAREERS) - 1
    assert outside(june(unstated, *unnamed)) == set()


def test_juror_of_a_co_certifier_is_not_external(scenario: Scenario) -> None:
    named = CertifierNamed(certification="RNCP31936", organisation=SYNDICAT, keeps_register=False)
    assert KARIM not in outside(june(scenario, *CAREERS, At(Certifiers.id_of("RNCP31936"), (named,))))


def test_experience_counts_full_years_up_to_the_day(scenario: Scenario) -> None:
    counted = june(
        scenario,
        recognised(EMMA, Quality.PROFESSION, since=date(2016, 6, 15)),
        recognised(KARIM, Quality.PROFESSION, since=date(2016, 6, 16)),
        recognised(LUC, Quality.QUALIFIED, "RNCP31936", since=JURY_DAY),
        recognised(NADIA, Quality.QUALIFIED, "RNCP38138"),
        recognised(ELSA, Quality.PROFESSION, until=DAY_BEFORE),
    )
    assert (counted[EMMA].profession, counted[KARIM].profession, counted[ELSA].profession) == (5, 4, None)
    assert (counted[LUC].qualified, counted[NADIA].qualified) == (0, None)


def test_experience_continues_when_the_next_period_begins_by_the_day_after_the_last(
    scenario: Scenario,
) -> None:
    since, until = date(2010, 6, 15), date(2018, 12, 31)
    counted = june(
        scenario,
        recognised(EMMA, Quality.PROFESSION, since=since, until=until),
        recognised(EMMA, Quality.PROFESSION, since=date(2017, 1, 1)),
        recognised(KARIM, Quality.PROFESSION, since=date(2019, 1, 1)),
        recognised(KARIM, Quality.PROFESSION, since=since, until=until),
        recognised(LUC, Quality.PROFESSION, since=since, until=until),
        recognised(LUC, Quality.PROFESSION, since=date(2019, 1, 2)),
        recognised(ELSA, Quality.PROFESSION, since=since, until=JURY_DAY),
        recognised(ELSA, Quality.PROFESSION, since=date(2012, 1, 1), until=date(2013, 1, 1)),
        recognised(NADIA, Quality.PROFESSION, since=since, until=until),
        recognised(NADIA, Quality.PROFESSION, since=date(2021, 6, 16)),
    )
    years = {who: counted[who].profession for who in (EMMA, KARIM, LUC, ELSA, NADIA)}
    assert years == {EMMA: 11, KARIM: 11, LUC: 2, ELSA: 11, NADIA: None}


# --- commands

OPENING = OpenSession(session=JUNE)


def test_session_opens_with_a_panel_made_lawful_by_its_employments(scenario: Scenario) -> None:
    scenario.given(CAREERS, planned(JUNE, seats=SEATS))
    scenario.given(signed_in(JUNE))
    scenario.when(OPENING, by=AS_RENEE)
    scenario.then(SessionOpened(present=tuple(sorted(PANEL)), opened_on=JURY_DAY, at=NOON))


def test_session_cannot_open_once_an_external_member_works_for_the_certifier(scenario: Scenario) -> None:
    scenario.given(CAREERS, planned(JUNE, seats=SEATS), works(EMMA, HOUSE_OF_JURIES, since=DAY_BEFORE))
    scenario.given(signed_in(JUNE))
    scenario.when(OPENING, by=AS_RENEE)
    refused = scenario.then_refused(JuryComposition)
    assert [each.rule for each in refused.violations] == [
        "panel-externals",
        "panel-employers",
        "panel-balance-externals",
    ]
    (inside,) = refused.violations[0].missing
    assert inside.fact == "outside"
    assert EMMA in inside.of
    assert KARIM not in inside.of


def test_quota_violation_names_the_jurors_recognised_too_recently_or_not_at_all() -> None:
    quota = Quota(quality=Quality.PROFESSION, count=2, years=5)
    seats = tuple(
        Seat(juror=who, external=True, side=None, sex=Sex.F, profession=n) for who, n in ((EMMA, 2), (LUC, None))
    )
    (short,) = lacking(seats, 1, (quota,), "law", "D6412-6")
    assert [(each.fact, each.of, each.sentence("en").split(":")[0]) for each in short.missing] == [
        ("years", (EMMA,), "Recognised for 2 full years only"),
        ("quality", (LUC,), "Not recognised on that day as of those who practise the profession"),
    ]


def test_substitute_must_have_the_same_quality_by_the_same_facts(scenario: Scenario) -> None:
    scenario.given(CAREERS, planned(JUNE, seats=SEATS))
    scenario.when(SeatSubstitute(session=JUNE, substitute=ELSA, replaced=KARIM), by=AS_RENEE)
    scenario.then_refused(SubstituteQuality)
    scenario.when(SeatSubstitute(session=JUNE, substitute=ELSA, replaced=EMMA), by=AS_RENEE)
    scenario.then(SubstituteSeated(substitute=ELSA, replaced=EMMA, seated_on=JURY_DAY))


def test_derogation_from_a_balance_is_granted_by_the_same_facts(scenario: Scenario) -> None:
    men = tuple(replace(seat, sex=Sex.M) for seat in SEATS)
    scenario.given(CAREERS, planned(JUNE, seats=men))
    derogate = GrantPanelDerogation(session=JUNE, rule="panel-balance-externals", reason="x", proof="x")
    scenario.when(derogate, by=AS_RENEE)
    assert not isinstance(scenario.outcome, Exception)


CONSTITUTED = replace(RULES, version=3, composition=CompositionBasis.CONSTITUTED)


@pytest.mark.parametrize("composition", list(CompositionBasis))
def test_rulebook_says_whether_an_absent_member_makes_the_jury_unlawful(
    scenario: Scenario, composition: CompositionBasis
) -> None:
    """The representative of employers is ill and nobody takes the seat: judged as constituted, or by those
    present."""
    rulebook = RulebookId(Rulebook.id_of("IMCI", 3))
    rules = replace(CONSTITUTED, composition=composition)
    scenario.given(At(rulebook, (RulebookPublished(rules=rules),)), CAREERS)
    scenario.given(planned(JUNE, plan(rulebook=rulebook), SEATS))
    present = tuple(member for member in PANEL if member != EMMA)
    scenario.given(signed_in(JUNE, present))
    scenario.when(OpenSession(session=JUNE), by=AS_RENEE)
    if composition is CompositionBasis.CONSTITUTED:
        scenario.then(SessionOpened(present=tuple(sorted(present)), opened_on=JURY_DAY, at=NOON))
    else:
        scenario.then_refused(JuryComposition)


def test_replay_finds_the_opening_of_a_lawful_panel_lawful(scenario: Scenario) -> None:
    scenario.given(CAREERS, planned(JUNE, seats=SEATS), *summoned(JUNE))
    scenario.when(WORKS, by=AS_RENEE)
    scenario.when(REPRESENTS, by=AS_RENEE)
    before = len(scenario.store.told)
    for member in PANEL:
        scenario.when(SignMemberIn(session=JUNE, juror=member), by=AS_RENEE)
    scenario.when(OPENING, by=AS_RENEE)
    stated = before - 2
    assert [each for each in replay(scenario.store.told) if each.position > stated] == []
