"""Where a juror works, whom they represent, since when: stated as dated facts, and their seat follows from them."""

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
from domain.people.facts import AffiliationStated, Link, QualityRecognised, RoleGranted
from domain.ports import OrganisationId, PersonId, Role, RulebookId
from domain.refusal import Forbidden, NotFound
from domain.replay.judge import replay
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Composition
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
WORKS = StateAffiliation(person=EMMA, organisation=ATELIER, link=Link.EMPLOYMENT, since=date(2020, 1, 1))
REPRESENTS = RecogniseQuality(person=EMMA, quality=Quality.EMPLOYERS, since=date(2020, 1, 1), ground="Lettre")


@pytest.fixture
def unstated() -> Scenario:
    """A house in which nothing was stated of its jurors."""
    scene = Scenario(today=JURY_DAY)
    scene.given(UNSTATED)
    return scene


def june(scenario: Scenario, *steps: At) -> dict[PersonId, Seat]:
    """How the members of June count on its day."""
    scenario.given(planned(JUNE, seats=SEATS), *steps)
    session = session_of(scenario.store.facts(JUNE))
    return seats(scenario.log.find, session, session.seats, JURY_DAY)


def outside(counted: dict[PersonId, Seat]) -> set[PersonId]:
    return {member for member, seat in counted.items() if seat.external}


# --- what is stated


def test_an_employment_is_stated_by_the_registrar_or_by_the_juror_of_themselves(scenario: Scenario) -> None:
    scenario.given(ORGANISATIONS)
    scenario.when(WORKS, by=AS_RENEE)
    said = AffiliationStated(organisation=ATELIER, link=Link.EMPLOYMENT, since=date(2020, 1, 1), stated_by=RENEE)
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


def test_what_somebody_else_stated_of_them_a_juror_does_not_restate(scenario: Scenario) -> None:
    """Else who works for the certifier would end that employment and sit as coming from outside."""
    scenario.given(ORGANISATIONS)
    scenario.when(WORKS, by=AS_RENEE)
    for by in (AS_EMMA, actor(EMMA, Role.REGISTRAR)):
        scenario.given(At(EMMA, (RoleGranted(role=Role.REGISTRAR),)))
        scenario.when(ENDED, by=by)
        scenario.then_refused(StatedByAnother, ATELIER)
    scenario.when(ENDED, by=AS_RENEE)
    scenario.then_recorded(AffiliationStated)


def test_nor_their_own_once_the_registrar_said_otherwise(scenario: Scenario) -> None:
    scenario.given(ORGANISATIONS)
    scenario.when(WORKS, by=AS_EMMA)
    scenario.when(ENDED, by=AS_RENEE)
    scenario.when(WORKS, by=AS_EMMA)
    scenario.then_refused(StatedByAnother)


def test_the_replay_asks_who_stated_it_where_it_is_said(scenario: Scenario) -> None:
    first = AffiliationStated(organisation=ATELIER, link=Link.EMPLOYMENT, since=date(2020, 1, 1), stated_by=RENEE)
    scenario.given(ORGANISATIONS, At(EMMA, (first,)))
    again = replace(first, until=date(2021, 1, 1))
    assert scenario.forged(EMMA, again, by=AS_RENEE) == []
    assert scenario.forged(EMMA, again, by=AS_EMMA) == ["stated-by-another"]
    assert scenario.forged(EMMA, replace(again, stated_by=EMMA), by=AS_EMMA) == ["stated-by-another"]


def test_an_employment_that_an_outsider_states_of_a_juror_is_found(scenario: Scenario) -> None:
    scenario.given(ORGANISATIONS)
    said = AffiliationStated(organisation=ATELIER, link=Link.EMPLOYMENT, since=date(2020, 1, 1), stated_by=RENEE)
    for by, rules in ((AS_EMMA, []), (AS_RENEE, []), (AS_NADIA, ["not-found"])):
        assert scenario.forged(EMMA, replace(said, stated_by=by.who), by=by) == rules, by


def test_a_quality_is_recognised_on_a_ground_by_the_registrar_only(scenario: Scenario) -> None:
    scenario.when(REPRESENTS, by=AS_RENEE)
    scenario.then(
        QualityRecognised(quality=Quality.EMPLOYERS, since=date(2020, 1, 1), ground=Personal("Lettre", EMMA))
    )
    scenario.when(replace(REPRESENTS, ground="  "), by=AS_RENEE)
    scenario.then_refused(QualityUngrounded)
    scenario.when(REPRESENTS, by=actor(EMMA, Role.JUROR))
    scenario.then_refused(Forbidden)


def test_nobody_recognises_a_quality_of_their_own(scenario: Scenario) -> None:
    scenario.when(replace(REPRESENTS, person=AS_RENEE.who), by=AS_RENEE)
    scenario.then_refused(QualityUngrounded)
    own = QualityRecognised(quality=Quality.EMPLOYERS, since=JURY_DAY, ground=Personal("x", AS_RENEE.who))
    assert verdict(scenario, AS_RENEE.who, own, AS_RENEE) == "quality-ungrounded"


def test_coming_from_outside_is_never_ticked(scenario: Scenario) -> None:
    scenario.when(replace(REPRESENTS, quality=Quality.EXTERNAL), by=AS_RENEE)
    scenario.then_refused(ExternalityIsComputed)


@pytest.mark.parametrize(("quality", "certification"), [(Quality.QUALIFIED, None), (Quality.PROFESSION, "RNCP31936")])
def test_one_is_qualified_in_a_certification_and_practises_the_profession_as_such(
    scenario: Scenario, quality: Quality, certification: str | None
) -> None:
    scenario.when(replace(REPRESENTS, quality=quality, certification=certification), by=AS_RENEE)
    scenario.then_refused(QualifiedInWhat)


def test_nobody_represents_both_sides_on_one_day(scenario: Scenario) -> None:
    """A15: « soit deux personnes, un représentant des salariés et un représentant des employeurs »."""
    scenario.given(recognised(EMMA, Quality.EMPLOYERS, until=DAY_BEFORE))
    both = RecogniseQuality(person=EMMA, quality=Quality.EMPLOYEES, since=DAY_BEFORE, ground="x")
    scenario.when(both, by=AS_RENEE)
    scenario.then_refused(OneSideAtATime)
    scenario.when(replace(both, since=JURY_DAY), by=AS_RENEE)
    scenario.then_recorded(QualityRecognised)


def test_saying_it_again_from_the_same_day_gives_it_its_end() -> None:
    career = Career()
    for until in (None, date(2020, 6, 30)):
        career = career.evolve(
            AffiliationStated(
                organisation=ATELIER, link=Link.EMPLOYMENT, since=date(2019, 1, 1), until=until, stated_by=RENEE
            )
        )
    assert career.organisations(date(2020, 6, 30)) == {ATELIER}
    assert career.organisations(date(2020, 7, 1)) == set()
    assert career.organisations(date(2018, 12, 31)) == set()


# --- what follows on the day


def test_the_seats_of_june_follow_from_where_people_work(scenario: Scenario) -> None:
    counted = june(scenario, *CAREERS)
    assert outside(counted) == {EMMA, KARIM, ELSA, SEATS[6].juror}
    assert (counted[EMMA].side, counted[KARIM].side, counted[LUC].side) == (Side.EMPLOYERS, Side.EMPLOYEES, None)


def test_whose_work_nobody_stated_is_not_from_outside(unstated: Scenario) -> None:
    assert outside(june(unstated, *ORGANISATIONS)) == set()


def test_one_who_also_works_for_the_certifier_is_not_from_outside(scenario: Scenario) -> None:
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
def test_only_the_day_of_the_session_counts(
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
def test_a_centre_that_is_habilitated_for_the_certification_on_the_day_is_inside(
    scenario: Scenario, facts: tuple[InstitutionFact, ...], comes_from_outside: bool
) -> None:
    assert (EMMA in outside(june(scenario, *CAREERS, At(ATELIER, facts)))) == comes_from_outside


def test_where_nobody_named_the_certifier_nobody_is_known_to_come_from_outside(unstated: Scenario) -> None:
    unnamed = [step for step in CAREERS if step.stream != Certifiers.id_of("RNCP31936")]
    assert len(unnamed) == len(CAREERS) - 1
    assert outside(june(unstated, *unnamed)) == set()


def test_a_co_certifier_is_inside_too(scenario: Scenario) -> None:
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


def test_experience_goes_on_where_one_period_begins_before_the_last_has_been_over_for_a_day(
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


# --- what the commands make of it

OPENING = OpenSession(session=JUNE)


def test_a_session_opens_with_a_panel_that_is_lawful_by_where_people_work(scenario: Scenario) -> None:
    scenario.given(CAREERS, planned(JUNE, seats=SEATS))
    scenario.given(signed_in(JUNE))
    scenario.when(OPENING, by=AS_RENEE)
    scenario.then(SessionOpened(present=tuple(sorted(PANEL)), opened_on=JURY_DAY, at=NOON))


def test_and_not_once_an_outsider_has_joined_the_certifier(scenario: Scenario) -> None:
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


def test_a_quota_says_who_was_recognised_too_lately() -> None:
    quota = Quota(quality=Quality.PROFESSION, count=2, years=5)
    seats = tuple(
        Seat(juror=who, external=True, side=None, sex=Sex.F, profession=n) for who, n in ((EMMA, 2), (LUC, None))
    )
    (short,) = lacking(seats, 1, (quota,), "law", "D6412-6")
    assert [(each.fact, each.of, each.sentence("en").split(":")[0]) for each in short.missing] == [
        ("years", (EMMA,), "Recognised for 2 full years only"),
        ("quality", (LUC,), "Not recognised on that day as of those who practise the profession"),
    ]


def test_a_substitute_is_of_the_same_quality_by_the_same_facts(scenario: Scenario) -> None:
    scenario.given(CAREERS, planned(JUNE, seats=SEATS))
    scenario.when(SeatSubstitute(session=JUNE, substitute=ELSA, replaced=KARIM), by=AS_RENEE)
    scenario.then_refused(SubstituteQuality)
    scenario.when(SeatSubstitute(session=JUNE, substitute=ELSA, replaced=EMMA), by=AS_RENEE)
    scenario.then(SubstituteSeated(substitute=ELSA, replaced=EMMA, seated_on=JURY_DAY))


def test_a_shortfall_of_balance_is_seen_by_the_same_facts(scenario: Scenario) -> None:
    men = tuple(replace(seat, sex=Sex.M) for seat in SEATS)
    scenario.given(CAREERS, planned(JUNE, seats=men))
    derogate = GrantPanelDerogation(session=JUNE, rule="panel-balance-externals", reason="x", proof="x")
    scenario.when(derogate, by=AS_RENEE)
    assert not isinstance(scenario.outcome, Exception)


CONSTITUTED = replace(RULES, version=3, composition=Composition.CONSTITUTED)


@pytest.mark.parametrize("composition", list(Composition))
def test_a_rulebook_says_whether_an_absent_member_undoes_the_jury(
    scenario: Scenario, composition: Composition
) -> None:
    """An ill representative of employers, nobody to take their seat: the jury as constituted, or those present."""
    rulebook = RulebookId(Rulebook.id_of("IMCI", 3))
    rules = replace(CONSTITUTED, composition=composition)
    scenario.given(At(rulebook, (RulebookPublished(rules=rules),)), CAREERS)
    scenario.given(planned(JUNE, plan(rulebook=rulebook), SEATS))
    present = tuple(member for member in PANEL if member != EMMA)
    scenario.given(signed_in(JUNE, present))
    scenario.when(OpenSession(session=JUNE), by=AS_RENEE)
    if composition is Composition.CONSTITUTED:
        scenario.then(SessionOpened(present=tuple(sorted(present)), opened_on=JURY_DAY, at=NOON))
    else:
        scenario.then_refused(JuryComposition)


def test_the_replay_agrees_and_finds_a_session_opened_on_a_panel_that_was_not_lawful(scenario: Scenario) -> None:
    scenario.given(CAREERS, planned(JUNE, seats=SEATS), *summoned(JUNE))
    scenario.when(WORKS, by=AS_RENEE)
    scenario.when(REPRESENTS, by=AS_RENEE)
    before = len(scenario.store.told)
    for member in PANEL:
        scenario.when(SignMemberIn(session=JUNE, juror=member), by=AS_RENEE)
    scenario.when(OPENING, by=AS_RENEE)
    stated = before - 2
    assert [each for each in replay(scenario.store.told) if each.position > stated] == []
