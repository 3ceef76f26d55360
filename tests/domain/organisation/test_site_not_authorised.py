"""Places where a jury may sit, and on which days (A26: two places of preparation, one place of certification)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.plan_session import PlanSession
from domain.commands.jury.postpone_session import PostponeSession
from domain.framework.definition import Route
from domain.jury.facts import SessionOpened, SessionPlanned, SessionPostponed
from domain.organisation.facts import HabilitationEnded, HabilitationSuspended, Purpose
from domain.organisation.venue import SiteNotAuthorised
from domain.ports import OrganisationId, RulebookId
from domain.refusal import NotFound
from domain.replay.judge import replay
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rulebook import Rulebook
from tests.domain.test_replay_reviews import made
from tests.given.domain.centres import GRANTED, HABILITATED, LYON, PLACED, REMOTE_ALLOWED, SHEETS, SITE, STATED
from tests.given.domain.people import (
    AS_RENEE,
    JUNE,
    JURY_DAY,
    LATER_DAY,
    PANEL,
    RULEBOOK,
    SEATS,
    known,
    plan,
    signed_in,
)
from tests.given.domain.replayed import verdict
from tests.given.domain.scenario import NOON, At, Scenario

STATED_IN = {
    "place-of-the-sheet": "sheet RNCP31936, places of certification",
    "site-of-a-centre": "the certifier's habilitations",
    "remote-not-allowed": "the certifier's rulebook",
}
REMOTE_RULEBOOK = RulebookId(Rulebook.id_of("IMCI", 3))


def call(
    place: str,
    centre: OrganisationId | None = None,
    *,
    remote: bool = False,
    held_on: date = LATER_DAY,
    rulebook: RulebookId = RULEBOOK,
) -> PlanSession:
    return PlanSession(
        framework=PLACED,
        rulebook=rulebook,
        route=Route.FI,
        held_on=held_on,
        place=place,
        places=10,
        centre=centre,
        remote=remote,
    )


@pytest.fixture
def placed(scenario: Scenario) -> Scenario:
    scenario.given(STATED, *HABILITATED, At(REMOTE_RULEBOOK, (RulebookPublished(rules=REMOTE_ALLOWED),)))
    return scenario


@pytest.mark.parametrize(
    "command",
    [
        call(SHEETS),
        call(SITE, LYON),
        call(SITE, LYON, held_on=date(2023, 12, 18)),
        call("à distance", remote=True, rulebook=REMOTE_RULEBOOK),
    ],
)
def test_jury_sits_in_a_place_of_the_sheet_at_a_habilitated_site_or_remotely_where_allowed(
    placed: Scenario, command: PlanSession
) -> None:
    placed.when(command, by=AS_RENEE)
    (fact,) = placed.then_recorded(SessionPlanned)
    assert isinstance(fact, SessionPlanned)
    assert (fact.place, fact.centre, fact.remote) == (command.place, command.centre, command.remote)
    assert [each for each in replay(placed.store.told) if each.position == len(placed.store.told)] == []


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (call("Paris"), "place-of-the-sheet"),
        (call("IMCI - 130 rue Frédéric Joliot - 13290 Aix en Provence"), "place-of-the-sheet"),
        (call(SITE), "place-of-the-sheet"),
        (call(SHEETS, LYON), "site-of-a-centre"),
        (call(SITE, LYON, held_on=date(2023, 12, 19)), "site-of-a-centre"),
        (call(SHEETS, remote=True), "remote-not-allowed"),
        (call(SITE, LYON, remote=True), "remote-not-allowed"),
        (call(SITE, LYON, remote=True, rulebook=REMOTE_RULEBOOK), "remote-not-allowed"),
    ],
)
def test_jury_cannot_sit_in_any_other_place(placed: Scenario, command: PlanSession, why: str) -> None:
    """A place of preparation is no place of certification, and a centre counts for its own sites and days only."""
    placed.when(command, by=AS_RENEE)
    refusal = placed.then_refused(SiteNotAuthorised, command.held_on.isoformat())
    assert [(each.rule, each.source) for each in refusal.violations] == [(why, STATED_IN[why])]


def test_centre_habilitated_only_to_train_cannot_host_a_jury(placed: Scenario) -> None:
    placed.given(At(LYON, (HabilitationEnded(habilitation=GRANTED.habilitation, last_day=JURY_DAY, ground="x"),)))
    placed.given(At(LYON, (replace(GRANTED, habilitation=known("to train"), purpose=Purpose.TRAIN),)))
    placed.when(call(SITE, LYON), by=AS_RENEE)
    placed.then_refused(SiteNotAuthorised)


def test_centre_that_is_not_registered_is_not_found(placed: Scenario) -> None:
    placed.when(call(SITE, OrganisationId(known("nobody"))), by=AS_RENEE)
    placed.then_refused(NotFound)


AT_LYON = replace(plan(), framework=PLACED, place=SITE, centre=LYON, remote=False)
OPEN = OpenSession(session=JUNE)


@pytest.mark.parametrize(
    ("change", "opens"),
    [
        (HabilitationEnded(habilitation=GRANTED.habilitation, last_day=date(2021, 6, 14), ground="x"), False),
        (HabilitationEnded(habilitation=GRANTED.habilitation, last_day=JURY_DAY, ground="x"), True),
        (
            HabilitationSuspended(
                habilitation=GRANTED.habilitation, first_day=JURY_DAY, last_day=JURY_DAY, ground="x"
            ),
            False,
        ),
        (
            HabilitationSuspended(
                habilitation=GRANTED.habilitation, first_day=date(2021, 6, 16), last_day=None, ground="x"
            ),
            True,
        ),
    ],
)
def test_place_is_judged_again_on_the_day_of_the_opening(
    placed: Scenario, change: HabilitationEnded | HabilitationSuspended, opens: bool
) -> None:
    placed.given(At(JUNE, (AT_LYON, *SEATS)), At(LYON, (change,)), signed_in(JUNE))
    placed.when(OPEN, by=AS_RENEE)
    if opens:
        placed.then_recorded(SessionOpened)
    else:
        placed.then_refused(SiteNotAuthorised, "2021-06-15")


def test_session_cannot_be_postponed_to_a_day_outside_the_centres_habilitation(placed: Scenario) -> None:
    placed.given(At(JUNE, (AT_LYON, *SEATS)))
    last = date(2023, 12, 18)
    placed.when(PostponeSession(session=JUNE, held_on=last + timedelta(days=1), reason="x"), by=AS_RENEE)
    placed.then_refused(SiteNotAuthorised, "2023-12-19")
    placed.when(PostponeSession(session=JUNE, held_on=last, reason="x"), by=AS_RENEE)
    placed.then_recorded(SessionPostponed)


def test_replay_judges_the_place_as_it_was_on_the_day(placed: Scenario) -> None:
    opened = SessionOpened(present=tuple(sorted(PANEL)), opened_on=JURY_DAY, at=NOON)
    placed.given(At(JUNE, (AT_LYON, *SEATS)), signed_in(JUNE))
    assert verdict(placed, JUNE, opened, AS_RENEE) is None
    placed.given(
        At(LYON, (HabilitationEnded(habilitation=GRANTED.habilitation, last_day=date(2021, 6, 14), ground="x"),))
    )
    assert verdict(placed, JUNE, opened, AS_RENEE) == "site-not-authorised"
    assert verdict(placed, made("session"), AT_LYON, AS_RENEE) == "site-not-authorised"
    in_time = replace(AT_LYON, held_on=date(2021, 6, 14))
    assert verdict(placed, made("session"), in_time, AS_RENEE, date(2021, 6, 1)) is None
