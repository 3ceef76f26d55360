"""The worker, mail and timers do all their work under the worker's role."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from psycopg2.errors import InsufficientPrivilege

from adapters.operations.erasures import DeskErasures
from adapters.operations.one_time_codes import OneTimeCode
from domain.fact import Retention
from domain.people.facts import ErasureGround
from domain.ports import OPERATOR, Actor, Role
from projections.reporting.tie_out import check
from tests.given.webapi.workers import as_worker
from webapi.notifications.from_log import queue_letters
from webapi.notifications.outcome import note_sent
from webapi.privacy import erasure as erasing
from webapi.upkeep.deadlines import run
from webapi.upkeep.doubt import write_of_doubt
from webapi.upkeep.letters import send_waiting, tidy
from webapi.upkeep.scrubbing import reap, scrub
from webapi.upkeep.slow_checks import look_closely

if TYPE_CHECKING:
    from tests.given.webapi.town import World


@pytest.mark.parametrize("kind", ["invitation", "password_reset", "password_changed", "address_confirm"])
def test_letter_is_written_with_its_link_under_the_worker_s_role(world: World, kind: str) -> None:
    acquis, who, login = world.acquis, world.marie.id, f"{uuid4().hex}@elsewhere.example"
    if kind != "invitation":
        acquis.accounts.add(who, login, "drawn for this test", drawn=True)
    about = {"roles": "candidate"} if kind == "invitation" else {}
    acquis.letters.put(kind, login, "fr", person=who, about=about)
    with as_worker(acquis):
        write_of_doubt(acquis)
        queue_letters(acquis)
        assert send_waiting(acquis) >= 1
        note_sent(acquis)
        tidy(acquis)


def test_erasure_is_carried_out_to_its_end_under_the_worker_s_role(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    acquis, who = world.acquis, world.nadia.id
    acquis.accounts.add(who, "nadia@elsewhere.example", "drawn for this test", drawn=True)
    monkeypatch.setattr(erasing, "settle", lambda _: erasing.Settled(done=0, left=()))  # nothing is carried out yet
    erasing.erase(acquis, who, Retention, ErasureGround.REQUEST, acquis.request_of(OPERATOR))
    monkeypatch.undo()
    assert DeskErasures(acquis.database).pending()
    with as_worker(acquis):
        list(erasing.due(acquis, [who]))
        assert erasing.settle(acquis).left == ()
    assert not DeskErasures(acquis.database).pending()
    assert not acquis.accounts.held(who)


def test_rounds_of_the_timers_run_under_the_worker_s_role(world: World) -> None:
    world.projector.catch_up()
    with as_worker(world.acquis) as acquis:
        run(acquis)
        check(acquis.database)
        reap(acquis)
        assert scrub(acquis).sound
        look_closely(acquis)


def test_worker_s_role_signs_nobody_in_and_reads_no_password(world: World) -> None:
    acquis, who, login = world.acquis, world.marie.id, f"{uuid4().hex}@elsewhere.example"
    acquis.accounts.add(who, login, "drawn for this test", drawn=True)
    with as_worker(acquis):
        for forbidden in (
            lambda: acquis.accounts.check(login, "drawn for this test"),
            lambda: acquis.accounts.renew(who, "another one of theirs"),
            lambda: acquis.sessions.begin(Actor(person=who, role=Role.CANDIDATE)),
            lambda: acquis.tokens.held(who),
            lambda: acquis.one_time_codes.find(OneTimeCode.PASSWORD_RESET, "x" * 43),
        ):
            with pytest.raises(InsufficientPrivilege):
                forbidden()
