"""Private links, by which a person shows pieces that they keep until a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.commands.evidence.give_private_link import GivePrivateLink
from domain.commands.evidence.revoke_private_link import RevokePrivateLink
from domain.evidence.evidence import Quarantined
from domain.evidence.facts import PieceDiscarded, PieceKept, PieceQuarantined, PrivateLinkGiven, PrivateLinkRevoked
from domain.evidence.private_link import MOST_PIECES, LinkAlreadyRevoked, LinkEndsOtherwise, NothingShown, PrivateLink
from domain.fact import Personal
from domain.ports import LinkId, PieceId, Role
from domain.refusal import NotFound
from tests.given.domain.people import AS_MARIE, AS_SAMIR, JURY_DAY, MARIE, SAMIR, known, registered
from tests.given.domain.scenario import At, Scenario

PLAN, BLOG = PieceId(known("plan")), PieceId(known("blog"))
TOMORROW = JURY_DAY + timedelta(days=1)
GIVE = GivePrivateLink(pieces=(PLAN, BLOG, PLAN), ends_on=TOMORROW, for_whom="Ville de Lyon")
KEPT = PieceKept(
    person=MARIE,
    media_type="application/pdf",
    size=9,
    name=Personal("plan.pdf", MARIE),
    digest=Personal("00", MARIE),
    title=Personal("Plan", MARIE),
)


@pytest.fixture
def keeping(scenario: Scenario) -> Scenario:
    """Marie keeps two pieces."""
    people = registered(MARIE, Role.CANDIDATE), registered(SAMIR, Role.CANDIDATE)
    scenario.given(*people, At(PLAN, (KEPT,)), At(BLOG, (KEPT,)))
    return scenario


def test_private_link_shows_each_piece_once_until_a_day(keeping: Scenario) -> None:
    keeping.when(GIVE, by=AS_MARIE, on=JURY_DAY)
    keeping.then(
        PrivateLinkGiven(
            person=MARIE, pieces=(PLAN, BLOG), ends_on=TOMORROW, for_whom=Personal("Ville de Lyon", MARIE)
        )
    )


def test_private_link_opens_until_its_last_day_unless_revoked() -> None:
    link = PrivateLink(id=LinkId(known("link")))
    given = link.evolve(PrivateLinkGiven(person=MARIE, pieces=(PLAN,), ends_on=TOMORROW))
    assert [given.opens(day) for day in (JURY_DAY, TOMORROW, TOMORROW + timedelta(days=1))] == [True, True, False]
    assert not link.opens(JURY_DAY)
    assert not given.evolve(PrivateLinkRevoked()).opens(JURY_DAY)


def test_private_link_shows_only_the_givers_own_pieces_that_are_present_and_fit(keeping: Scenario) -> None:
    keeping.when(GIVE, by=AS_SAMIR, on=JURY_DAY)
    keeping.then_refused(NotFound)
    keeping.given(At(BLOG, (PieceQuarantined(finding="Eicar", scanner="ClamAV 1.4"),)))
    keeping.when(GIVE, by=AS_MARIE, on=JURY_DAY)
    keeping.then_refused(Quarantined)
    keeping.given(At(BLOG, (PieceDiscarded(),)))
    keeping.when(GIVE, by=AS_MARIE, on=JURY_DAY)
    keeping.then_refused(NotFound)
    many = tuple(PieceId(known(f"piece {number}")) for number in range(MOST_PIECES + 1))
    for pieces in ((), many):
        keeping.when(replace(GIVE, pieces=pieces), by=AS_MARIE, on=JURY_DAY)
        keeping.then_refused(NothingShown)


def test_private_link_must_end_on_a_future_day_within_a_year(keeping: Scenario) -> None:
    for days in (0, -1, 367):
        keeping.when(replace(GIVE, ends_on=JURY_DAY + timedelta(days=days)), by=AS_MARIE, on=JURY_DAY)
        keeping.then_refused(LinkEndsOtherwise)
    keeping.when(replace(GIVE, ends_on=JURY_DAY + timedelta(days=366)), by=AS_MARIE, on=JURY_DAY)
    keeping.then_recorded(PrivateLinkGiven)


def test_private_link_is_revoked_once_and_only_by_its_giver(keeping: Scenario) -> None:
    link = LinkId(known("link"))
    keeping.given(At(link, (PrivateLinkGiven(person=MARIE, pieces=(PLAN,), ends_on=TOMORROW),)))
    revoke = RevokePrivateLink(link=link)
    keeping.when(revoke, by=AS_SAMIR)
    keeping.then_refused(NotFound)
    keeping.when(revoke, by=AS_MARIE)
    keeping.then(PrivateLinkRevoked())
    keeping.when(revoke, by=AS_MARIE)
    keeping.then_refused(LinkAlreadyRevoked)
