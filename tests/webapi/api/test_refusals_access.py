"""Tests of access refusals. The numbers are those of the list of required refusals."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class that psycopg2 writes small)

from adapters.database.pool import Database
from domain.ports import Role
from tests.given.webapi.browsing import browse
from tests.given.webapi.whole_path import apply, assessed, done, plan
from webapi.api.resources import RESOURCES

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from werkzeug.test import TestResponse

    from tests.given.webapi.town import Caller, World

SOMEWHERE = "00000000-0000-0000-0000-000000000000"
ALL = "/api/v1/candidacies"
PUBLIC = {
    "health.alive",
    "health.ready",
    *(
        f"private-links.{view}"
        for view in ("show_selection", "show_shown_copy", "show_shown_page", "play_shown_copy")
    ),
}
"""Public endpoints; the last ones are open to any holder of a private link's secret."""


def routes(world: World) -> list[Any]:
    every = world.app.url_map.iter_rules()
    return [rule for rule in every if rule.rule.startswith("/api/v1/") and rule.endpoint not in PUBLIC]


def somewhere(rule: Any) -> str:
    return re.sub(r"<int:\w+>", "1", re.sub(r"<uuid:\w+>", SOMEWHERE, rule.rule))


def test_every_api_route_declares_its_roles_except_the_public_ones(world):
    ours = {blueprint.name for blueprint in RESOURCES}
    declared = [rule for rule in world.app.url_map.iter_rules() if rule.endpoint.split(".")[0] in ours]
    assert len(declared) > 40
    undeclared = [rule.endpoint for rule in declared if not world.app.view_functions[rule.endpoint].allowed]
    assert set(undeclared) == PUBLIC


@pytest.mark.parametrize(
    "bearer", ["", "Bearer ", "Bearer acquis_nobody", "Basic YTpi", "Basic \xe9", "Bearer \xe9", "Bearer nobody"]
)
def test_41_every_route_gives_401_without_a_valid_token(world, bearer):
    client = world.app.test_client()
    for rule in routes(world):
        (method,) = rule.methods - {"HEAD", "OPTIONS"}
        answer = client.open(somewhere(rule), method=method, json={}, headers={"Authorization": bearer})
        assert (answer.status_code, answer.json["type"]) == (401, "/problems/unauthenticated"), rule
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_41_expired_or_revoked_token_gives_401(world):
    late = world.token(world.marie.id, Role.CANDIDATE, timedelta(seconds=-1))
    world.refuses(401, "unauthenticated", lambda: late.get("/api/v1/candidacies"), inputs=[late.token])
    revoked = world.token(world.marie.id, Role.CANDIDATE)
    assert revoked.get("/api/v1/candidacies").status_code == 200
    world.acquis.tokens.revoke(revoked.token)
    world.refuses(401, "unauthenticated", lambda: revoked.get("/api/v1/candidacies"))


def test_42_dossier_of_another_candidate_gives_the_same_404_as_a_missing_one(world):
    hers = apply(world, world.marie)
    piece = done(world.marie.upload(hers))["id"]
    session = plan(world)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(hers)}))
    world.join("otto", Role.JUROR)
    paths = ("", "/standing", "/history", "/evidence", f"/evidence/{piece}/content", "/assessments")
    for stranger in (world.nadia, world.ines, world.otto):
        for path in paths:
            other = stranger.get(f"/api/v1/candidacies/{hers}{path}")
            none = stranger.get(f"/api/v1/candidacies/{uuid4()}{path}")
            assert (other.status_code, other.data) == (none.status_code, none.data) == (404, none.data)
    for member in (world.jules, world.rose, world.sacha):
        assert member.get(f"/api/v1/candidacies/{hers}").status_code == 200


def test_42_writes_on_another_candidate_s_dossier_give_the_same_404_as_on_a_missing_one(world):
    hers = apply(world, world.marie)
    piece = done(world.marie.upload(hers))["id"]
    for candidacy in (hers, uuid4()):
        base = f"/api/v1/candidacies/{candidacy}"
        world.refuses(
            404,
            "not-found",
            lambda base=base: world.nadia.post(
                f"{base}/evidence/{piece}/redirections", {"competences": [1]}, If_Match='"2"'
            ),
        )
        for path, body in (("/validation-files", {"evidence": [piece]}), (f"/evidence/{piece}/withdrawal", {})):
            send = lambda base=base, path=path, body=body: world.nadia.post(f"{base}{path}", body, If_Match='"2"')  # noqa: E731
            world.refuses(404, "not-found", send)
        world.refuses(404, "not-found", lambda candidacy=candidacy: world.nadia.upload(candidacy))


def test_42_marking_under_another_kind_of_id_gives_the_same_refusal_as_a_missing_one(world):
    mark, shown = {"competence": 1, "mark": "acquired"}, {"If_Match": '"1"'}
    kinds = (str(apply(world, world.marie)), plan(world)[-36:], str(world.nadia.id), str(world.rulebook))
    for path, body, headers in (
        ("candidacies/{}/assessments", mark, {}),
        ("candidacies/{}/assessments/filing", None, shown),
        ("candidacies/{}/assessments/marks", {"marks": [mark]}, {}),
        ("sittings/{}/papers/1/marks", {"marks": [mark]}, {}),
        ("sittings/{}/papers/1/filing", None, shown),
    ):
        for each in (str(uuid4()), *kinds):
            send = partial(world.ines.post, f"/api/v1/{path.format(each)}", body, **headers)
            world.refuses(403, "not-assigned", send)


def test_54_evidence_of_another_dossier_gives_404_under_the_candidate_s_own(world):
    hers, own = apply(world, world.marie), apply(world, world.nadia)
    piece = done(world.marie.upload(hers))["id"]
    path = f"/api/v1/candidacies/{own}/evidence/{piece}"
    world.refuses(404, "not-found", lambda: world.nadia.get(f"{path}/content"))
    world.refuses(404, "not-found", lambda: world.nadia.post(f"{path}/withdrawal", {}, If_Match='"1"'))
    body = {"evidence": [piece]}
    own_files = f"/api/v1/candidacies/{own}/validation-files"
    world.refuses(422, "empty-dossier", lambda: world.nadia.post(own_files, body, If_Match='"1"'))


def test_42_a_404_reads_as_many_rows_for_a_foreign_dossier_as_for_a_missing_one(world, monkeypatch):
    """Otherwise the answer to an unrelated reader would take longer for a longer dossier."""
    hers = apply(world, world.marie)
    for _ in range(3):
        done(world.marie.upload(hers, competences=range(1, 31)))
    charge = {"assessor": str(world.ines.id), "competences": list(range(1, 31))}
    done(world.rose.post(f"/api/v1/candidacies/{hers}/assessors", charge))
    for competence in range(1, 31):
        mark = {"competence": competence, "mark": "acquired"}
        done(world.ines.post(f"/api/v1/candidacies/{hers}/assessments", mark))
    assessed(world, hers)
    session = plan(world)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(hers)}))
    world.projector.catch_up()
    browser = browse(world, world.nadia)
    withdrawn = {"json": {"reason": "Non."}, "headers": world.nadia.bearer | {"If-Match": '"1"'}}
    client, otto = world.app.test_client(), world.join("otto", Role.ASSESSOR)

    def read_by(stranger: Caller) -> Callable[[UUID], TestResponse]:
        return lambda of: client.get(f"{ALL}/{of}", headers=stranger.bearer)

    asked: dict[str, Callable[[UUID], TestResponse]] = {
        **{f"a read by {each.role}": read_by(each) for each in (world.nadia, otto, world.odile)},
        "a write": lambda of: client.post(f"{ALL}/{of}/withdrawal", **withdrawn),
        "a page": lambda of: browser.get(f"/candidacies/{of}"),
    }
    noted = read_from(world.acquis.database, monkeypatch)
    for what, ask in asked.items():
        read: list[Counter[str]] = []
        for of in (hers, uuid4()):
            assert ask(of).status_code == 404
            noted.clear()  # periodic reads are done by now
            assert ask(of).status_code == 404
            read.append(noted.copy())
        assert read[0].keys() <= read[1].keys(), f"{what} asks more where there is something to know"
        assert (read[0] - read[1]).total() <= 2, f"{what} reads more than its version, as it comes and is refused"


def read_from(database: Database, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Return a counter of the rows that each statement reads from now on."""
    noted: Counter[str] = Counter()

    class Noting(Cursor):
        def execute(self, query: Any, given: Any = None) -> None:
            super().execute(query, given)
            noted[str(query)] += max(self.rowcount, 0)

    class Noted(Database):
        def open(self) -> Any:
            connection = super().open()
            connection.cursor_factory = Noting
            return connection

    database.close()
    monkeypatch.setattr(database, "__class__", Noted)
    return noted


def test_reporter_and_administrator_cannot_read_a_dossier(world):
    hers = apply(world, world.marie)
    for caller in (world.tess, world.ulysse):
        for path in ("", "/standing", "/history", "/evidence", "/assessments"):
            world.refuses(
                403, "forbidden", lambda caller=caller, path=path: caller.get(f"/api/v1/candidacies/{hers}{path}")
            )


def test_53_reporting_token_is_refused_every_write(world):
    world.refuses(403, "forbidden", lambda: world.tess.post("/api/v1/persons", {"name": "Ann Exemple"}))
    world.refuses(403, "forbidden", lambda: world.tess.post("/api/v1/candidacies", {}))


def test_77_token_of_a_withdrawn_role_is_refused(world):
    paul = world.join("paul", Role.REGISTRAR)
    assert paul.get("/api/v1/candidacies").status_code == 200
    done(world.ulysse.post(f"/api/v1/persons/{paul.id}/roles/withdrawals", {"role": "registrar"}))
    world.refuses(403, "forbidden", lambda: paul.get("/api/v1/candidacies"))
    world.refuses(403, "forbidden", lambda: paul.post("/api/v1/persons", {"name": "Ann Exemple"}))


def test_77_token_of_a_withdrawn_role_cannot_manage_tokens_or_invitations(world):
    """These record no command; a service's token could otherwise be made after the administrator's role ended."""
    anna, irma = world.join("anna", Role.ADMIN), world.join("irma", Role.REGISTRAR)
    service, victim = world.join("service", Role.REPORTER), world.acquis.tokens.held(world.tess.id)[0]
    world.acquis.services.add(service.id)
    made = {"role": "reporter", "label": "essai"}
    assert anna.post(f"/api/v1/persons/{service.id}/tokens", made).status_code == 201
    for who, role in ((anna, "admin"), (irma, "registrar")):
        done(world.ulysse.post(f"/api/v1/persons/{who.id}/roles/withdrawals", {"role": role}))
    for caller, path, body in (
        (anna, f"/api/v1/persons/{service.id}/tokens", made),
        (anna, f"/api/v1/persons/{world.tess.id}/tokens/{victim.id}/revocation", None),
        (anna, "/api/v1/tokens/revocations", {"token": world.tess.token}),
        (anna, "/api/v1/invitations", {"person": str(world.marie.id)}),
        (irma, "/api/v1/invitations", {"person": str(world.marie.id)}),
    ):
        world.refuses(403, "forbidden", lambda caller=caller, path=path, body=body: caller.post(path, body))
    assert world.tess.get("/api/v1/persons/me").status_code == 200


def test_registrar_cannot_register_a_person_in_a_guarded_role(world):
    for role in ("admin", "registrar", "auditor", "operator"):
        body = {"name": "Ann Exemple", "roles": [role]}
        world.refuses(403, "forbidden", lambda body=body: world.rose.post("/api/v1/persons", body))


def test_token_is_refused_for_a_role_that_the_person_does_not_hold(world):
    body = {"role": "registrar", "label": "essai"}
    path = f"/api/v1/persons/{world.marie.id}/tokens"
    world.refuses(409, "role-not-held", lambda: world.ulysse.post(path, body))
    world.refuses(404, "not-found", lambda: world.ulysse.post(f"/api/v1/persons/{uuid4()}/tokens", body))


def test_candidate_s_name_is_shown_to_registrar_auditor_and_juror_but_not_to_the_assessor(world):
    hers = apply(world, world.marie)
    done(
        world.rose.post(f"/api/v1/candidacies/{hers}/assessors", {"assessor": str(world.hugo.id), "competences": [1]})
    )
    session = plan(world)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(hers)}))
    path = f"/api/v1/candidacies/{hers}"
    for reader in (world.rose, world.sacha, world.jules, world.marie):
        assert reader.get(path).json["candidate_name"] == "Marie Exemple"
    assert world.hugo.get(path).json["candidate_name"] is None
    assert "Exemple" not in world.hugo.get(f"{path}/history").text
