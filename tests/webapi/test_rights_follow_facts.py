"""Tests that a right begins and ends, at the next request, with the fact that gives it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from domain.commands.people.grant_role import GrantRole
from domain.ports import Role
from tests.given.servers.server_log import overheard
from tests.given.webapi.browsing import browse
from tests.given.webapi.centres import ALL, SITE, centre
from tests.given.webapi.jury_acts import recuse
from tests.given.webapi.sittings import planned
from tests.given.webapi.town import PLACE
from tests.given.webapi.whole_path import JURY_DAY, apply, done, etag, plan, signed_in

if TYPE_CHECKING:
    from tests.given.webapi.town import Caller, World

MARK = {"competence": 1, "mark": "acquired"}


def opens(who: Caller, path: str) -> bool:
    """Whether the caller gets the path now."""
    status = who.get(path).status_code
    assert status in {200, 404}
    return status == 200


def test_assessor_reads_the_dossier_only_while_assigned(world: World) -> None:
    candidacy = apply(world, world.marie)
    path, assigned = f"/api/v1/candidacies/{candidacy}", {"assessor": str(world.ines.id), "competences": [1]}
    assert not opens(world.ines, path)
    for _ in range(2):
        done(world.rose.post(f"{path}/assessors", assigned))
        assert opens(world.ines, path)
        done(world.rose.post(f"{path}/assessors/{world.ines.id}/release", {"reason": "Un conflit de dates."}))
        assert not opens(world.ines, path)
        world.refuses(403, "not-assigned", lambda: world.ines.post(f"{path}/assessments", MARK))


def test_advisor_reads_the_dossier_only_while_named(world: World) -> None:
    adele = world.join("adele", Role.ADVISOR)
    path = f"/api/v1/candidacies/{apply(world, world.marie)}"
    for _ in range(2):
        done(world.marie.post(f"{path}/advisor", {"advisor": str(adele.id)}, If_Match=etag(world.marie, path)))
        assert opens(adele, path)
        done(world.marie.post(f"{path}/advisor/release", If_Match=etag(world.marie, path)))
        assert not opens(adele, path)


def test_juror_reads_the_dossier_only_while_sitting_for_the_candidate(world: World) -> None:
    candidacy, session = apply(world, world.marie), plan(world)
    path = f"/api/v1/candidacies/{candidacy}"
    assert not opens(world.maud, path), "nobody is called yet"
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    assert opens(world.maud, path)
    assert not opens(world.odile, path)
    stand_in = {"juror": str(world.odile.id), "sex": "f", "substitute": True}
    done(world.rose.post(f"{session}/jurors", stand_in))
    assert not opens(world.odile, path), "a substitute who does not sit"
    world.clock.set(JURY_DAY)
    done(
        world.rose.post(f"{session}/substitutes", {"substitute": str(world.odile.id), "replaced": str(world.maud.id)})
    )
    assert not opens(world.maud, path)
    assert opens(world.odile, path)
    present = [str(world.people[name].id) for name in ("jules", "katia", "lucien", "odile", "noe")]
    signed_in(world, session, present)
    done(world.rose.post(f"{session}/opening"))
    assert opens(world.lucien, path)
    recuse(world, f"{session}/deliberations/{candidacy}", world.lucien)
    assert not opens(world.lucien, path)
    assert opens(world.lucien, session), "of the others they still are the jury"


def test_invigilator_opens_the_sitting_only_while_named(world: World) -> None:
    world.join("olive", Role.INVIGILATOR)
    otto = world.join("otto", Role.INVIGILATOR)
    sitting = planned(world, apply(world, world.marie))
    one, other = world.olive, otto
    for _ in range(2):
        assert opens(one, sitting)
        assert not opens(other, sitting)
        assert other.post(f"{sitting}/opening").status_code == 404
        stand_in = {"replaced": str(one.id), "invigilator": str(other.id), "reason": "Malaise."}
        done(world.rose.post(f"{sitting}/invigilator", stand_in))
        one, other = other, one


def test_withdrawn_role_blocks_tokens_and_ends_sessions_and_regranting_revives_only_tokens(world: World) -> None:
    irma = world.join("irma", Role.REGISTRAR)
    browser = browse(world, irma)
    roles, una = f"/api/v1/persons/{irma.id}/roles", world.join("una", Role.ADMIN)
    for _ in range(2):
        assert irma.get("/api/v1/candidacies").status_code == 200
        assert browser.get("/candidacies").status_code == 200
        done(world.ulysse.post(f"{roles}/withdrawals", {"role": "registrar"}))
        world.refuses(403, "forbidden", lambda: irma.get("/api/v1/candidacies"))
        world.refuses(403, "forbidden", lambda: irma.post("/api/v1/persons", {"name": "Ann Exemple"}))
        assert browser.get("/candidacies").status_code == 401
        world.acquis.do(GrantRole(person=irma.id, role=Role.REGISTRAR), una.actor)
        world.acquis.do(GrantRole(person=irma.id, role=Role.REGISTRAR, confirms=True), world.ulysse.actor)
        assert browser.get("/candidacies").status_code == 401, "what ended does not begin again by itself"
        browser = browse(world, irma)


def test_jury_session_at_a_centre_is_allowed_only_while_it_is_habilitated(world: World) -> None:
    lyon, habilitation = centre(world, "99999999900033")
    body = {"framework": str(world.framework), "rulebook": str(world.rulebook), "route": "FI", "places": 3}
    body |= {"held_on": JURY_DAY.isoformat(), "place": SITE, "centre": lyon}
    path = f"{ALL}/{lyon}/habilitations/{habilitation}"
    done(world.rose.post("/api/v1/jury-sessions", body))
    done(world.rose.post(f"{path}/suspensions", {"first_day": "2021-03-01", "ground": "Un contrôle."}))
    world.refuses(409, "site-not-authorised", lambda: world.rose.post("/api/v1/jury-sessions", body))
    done(world.rose.post(f"{path}/resumption", {"resumed_on": "2021-06-01"}))
    done(world.rose.post("/api/v1/jury-sessions", body))
    done(world.rose.post(f"{path}/end", {"last_day": "2021-06-14", "ground": "Fin de la convention."}))
    world.refuses(409, "site-not-authorised", lambda: world.rose.post("/api/v1/jury-sessions", body))
    assert body["place"] != PLACE


def test_every_access_refusal_is_logged_with_its_rule_and_no_name(world: World) -> None:
    hers = f"/api/v1/candidacies/{apply(world, world.marie)}"
    world.projector.catch_up()
    client, browser = world.app.test_client(), browse(world, world.nadia)
    asked: list[tuple[int, str, Any]] = [
        (401, "unauthenticated", lambda: client.get(hers)),
        (401, "unauthenticated", lambda: client.get("/candidacies")),
        (403, "forbidden", lambda: world.tess.get(hers)),
        (403, "not-assigned", lambda: world.ines.post(f"{hers}/assessments", MARK)),
        (404, "not-found", lambda: world.nadia.get(hers)),
        (404, "not-found", lambda: world.nadia.get(f"/api/v1/candidacies/{uuid4()}")),
        (404, "not-found", lambda: browser.get(hers.removeprefix("/api/v1"))),
        (403, "csrf", lambda: browser.post(f"{hers.removeprefix('/api/v1')}/validation-file")),
    ]
    for status, rule, send in asked:
        with overheard() as said:
            assert send().status_code == status
        lines = [json.loads(line) for line in said.getvalue().splitlines()]
        assert [(line["rule"], line["status"]) for line in lines if line["event"] == "refused"] == [(rule, status)]
        words = said.getvalue()
        people = [person for caller in world.people.values() for person in (str(caller.id), caller.token)]
        assert not any(word in words for word in (*people, hers.rsplit("/", 1)[1], "Exemple"))
