"""Erasures of a person's data over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from tests.given.webapi.jury_acts import grant, release, rule
from tests.given.webapi.whole_path import apply, assessed, done, open_session, plan

if TYPE_CHECKING:
    from tests.given.webapi.town import Caller, World


LEFT = """
select person from desk.account where person = %(who)s union all
select person from desk.token where person = %(who)s union all
select person from desk.session where person = %(who)s union all
select person from desk.service where person = %(who)s union all
select person from desk.identity where person = %(who)s union all
select person from desk.errand where person = %(who)s union all
select person from desk.second_factor where person = %(who)s union all
select person from desk.recovery_code where person = %(who)s union all
select person from desk.ticket where person = %(who)s union all
select person from desk.letter where person = %(who)s union all
select person from desk.account_event where person = %(who)s union all
select person from desk.draft where person = %(who)s union all
select person from desk.comment where person = %(who)s union all
select person from desk.private_link where person = %(who)s union all
select person from desk.notices_read where person = %(who)s union all
select person from desk.statistic where person = %(who)s
"""
REASON = "Motif : Marie a été convaincante à l'oral."


def decided(world: World) -> UUID:
    """Return Marie's dossier, decided with a reason and released."""
    candidacy = apply(world, world.marie)
    done(world.marie.upload(candidacy, name="memoire-de-marie.pdf"))
    return hear(world, candidacy)


def hear(world: World, candidacy: UUID) -> UUID:
    assessed(world, candidacy, range(1, 10))
    session, deliberation = called(world, candidacy)
    done(world.jules.post(f"{deliberation}/opening"))
    rule(world, deliberation, range(1, 10), REASON)
    grant(world, deliberation, 1)
    release(world, session)
    world.projector.catch_up()
    return candidacy


def called(world: World, candidacy: UUID) -> tuple[str, str]:
    session = plan(world)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    open_session(world, session)
    return session, f"{session}/deliberations/{candidacy}"


def erasures(who: Caller) -> str:
    return f"/api/v1/persons/{who.id}/erasures"


def fates(answer: Any) -> dict[str, tuple[bool, str | None]]:
    return {each["class"]: (each["erased"], each["why"]) for each in answer.json["classes"]}
