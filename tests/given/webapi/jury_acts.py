"""Acts of a jury over HTTP and on pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.ports import Role
from tests.given.webapi.whole_path import done, etag
from webapi.edge.cookies import PASS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.given.webapi.town import Caller, World


def page(world: World, who: Caller, path: str) -> str:
    """Return a page as one of the people sees it."""
    world.projector.catch_up()
    if not world.acquis.accounts.held(who.id):
        world.acquis.accounts.add(who.id, f"{who.id}@example.org", "douze caractères ou plus")
    browser = world.app.test_client()
    with browser.session_transaction() as session:
        session[PASS] = world.acquis.sessions.begin(who.actor)
    answer = browser.get(path, headers={"Accept-Language": "fr"})
    assert answer.status_code == 200
    return answer.text


def read(who: Caller, path: str) -> Any:
    answer = who.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json


def rule(world: World, deliberation: str, numbers: Iterable[int], reason: str | None = None) -> None:
    rulings = [{"competence": number, "acquired": True, "reason": reason} for number in numbers]
    shown = etag(world.jules, deliberation)
    done(world.jules.post(f"{deliberation}/rulings", {"rulings": rulings}, If_Match=shown))


def recuse(world: World, deliberation: str, juror: Caller) -> None:
    done(world.rose.post(f"{deliberation}/recusals", {"juror": str(juror.id), "reason": "Ancien collègue."}))


def grant(world: World, deliberation: str, *blocks: int) -> None:
    decisions = [{"block": block, "granted": True} for block in blocks]
    shown = etag(world.jules, deliberation)
    done(
        world.jules.post(f"{deliberation}/decision", {"outcome": "unanimous", "decisions": decisions}, If_Match=shown)
    )


def put_off(world: World, session: str) -> None:
    """Defer what the jury has not decided about candidates whose deliberation it opened."""
    for candidacy in read(world.rose, session)["listed"]:
        deliberation = f"{session}/deliberations/{candidacy}"
        said: Any = world.rose.get(deliberation).json
        if said["panel"] and said["attendance"] != "absent" and not said["referred"] and not said["title"]:
            later = {"reason": "Une prochaine session en décidera."}
            done(world.jules.post(f"{deliberation}/deferral", later, If_Match=etag(world.jules, deliberation)))


def release(world: World, session: str) -> None:
    put_off(world, session)
    done(world.rose.post(f"{session}/closing"))
    done(world.jules.post(f"{session}/minutes", If_Match=etag(world.jules, session)))
    done(world.rose.post(f"{session}/release"))


def colleague(world: World) -> Caller:
    """Return a second registrar, who confirms what needs two people."""
    return world.people.get("colleague") or world.join("colleague", Role.REGISTRAR)


def confirm_annulment(world: World, candidacy: object, who: Caller | None = None) -> None:
    """Confirm, as a second registrar, the annulment that waits in a candidacy."""
    second, path = who or colleague(world), f"/api/v1/candidacies/{candidacy}/annulments"
    (waits,) = second.read(path)["waiting"]
    done(second.post(f"{path}/{waits['about']}/confirmation", If_Match=etag(second, path)))


def link(world: World, person: Caller, other: Caller) -> None:
    """Link two files of one person, by two registrars."""
    said, path = {"other": str(other.id), "reason": "x"}, f"/api/v1/persons/{person.id}/duplicates"
    done(colleague(world).post(path, said))
    done(world.rose.post(path, {**said, "confirms": True}))


def unlink(world: World, one: Caller, other: Caller) -> None:
    world.projector.catch_up()
    done(world.rose.post(f"/api/v1/persons/{one.id}/duplicates/{other.id}/unlinking", {"reason": "x"}))
