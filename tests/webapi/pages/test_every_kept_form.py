"""Each form of the pages, sent once its session has ended: its texts come back in its page."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import pytest
from itsdangerous import URLSafeTimedSerializer

from domain.ports import Role
from tests.given.webapi.rights_world import Scene, Way, furnished
from tests.given.webapi.telephones import give_telephone
from tests.given.webapi.town import FEBRUARY
from webapi.edge.cookies import PASS
from webapi.lost_form import SECRETS
from webapi.pages.kept_form import KEPT
from webapi.rights import MATRIX, YES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.given.webapi.town import World

HERE = {"Accept-Language": "fr", "Sec-Fetch-Site": "same-origin"}
NOT_RECORDED = "rien n&#39;est enregistré."
NEXT = re.compile(r'name="next" value="([^"]+)"')
RIGHTS = {way: right for rights in MATRIX.values() for way, right in rights.items()}
OF_A_SCRIPT = {"upload.begin", "upload.cancel", "upload.put_in", "pieces.keep_upload"}
"""What the script of a page sends, which goes on showing what was typed."""
ONE_BUTTON = {
    "account.end_others",
    "assessing.remove_comment",
    "told.mark",
    "account.end_session",
    "carried.bring",
    "checks.submit",
    "identities.unlink",
    "new_address.confirm",
    "oidc.link",
    "own_tokens.revoke",
    "pieces.remove",
    "scan.put",
    "second_factor.begin",
    "second_factor.prove",
    "second_factor.renew_codes",
    "second_factor.switch_off",
    "secrecy.accept",
    "sign_in.choose",
    "account.change_password",
}
"""Forms without a text of their own: a button, a file, a choice, a password or a code."""
WRITTEN_ELSEWHERE: dict[str, dict[str, str]] = {
    "/candidacies/{candidacy}/links": {"link-title": "Un titre <long>"},
    "/candidacies/{candidacy}/statements": {"statement": "Un récit <long>"},
    "/portfolio/written": {"kind": "statement", "statement": "Un texte <long>", "reflection": "Une analyse"},
}
"""Texts of forms that another button, or another address, of their page shows."""
FORM = re.compile(r'<form(?:(?! action=)[^>])*(?: action="([^"]+)")?[^>]*>.*?</form>', re.DOTALL)
TEXTS = re.compile(r'<textarea[^>]*? name="([^"]+)"|<input[^>]*? name="([^"]+)" type="text"')


@pytest.fixture(scope="module")
def scene(town: World) -> Scene:
    town.clock.set(FEBRUARY)
    for name in ("marie", "nadia"):
        town.join(name, Role.CANDIDATE)
    return furnished(town)


def test_every_form_names_its_page(scene):
    for rule in scene.app.url_map.iter_rules():
        view: Any = scene.app.view_functions[rule.endpoint]
        if "POST" not in (rule.methods or ()) or rule.rule.startswith("/api/") or not view.allowed:
            continue
        if rule.endpoint in OF_A_SCRIPT | ONE_BUTTON:
            continue
        page: Any = scene.app.view_functions.get(view.page)
        assert page, rule.endpoint
        assert page.allowed & view.allowed, rule.endpoint


def test_every_text_of_every_form_is_shown_again_in_its_page(scene):
    """Texts of a form that its page does not show in this state are quoted above."""
    lost, whole = dict[str, list[str]](), 0
    for way, role, relation in forms(scene):
        caller = scene.callers[role, relation]
        address = scene.address(way, **scene.sent.get(relation, {}))
        client = scene.app.test_client()
        token = enter(scene, client, caller)
        names = texts_of(client, scene, address)
        typed = {name: f"Texte <gardé> du champ {name}" for name in (["reason"] if names is None else names)}
        typed = WRITTEN_ELSEWHERE.get(way.path, typed)
        leave(scene, client)
        asked = client.post(address, data=typed | {"csrf_token": token}, headers=HERE)
        wanted = NEXT.search(asked.text)
        if asked.status_code != 401 or not wanted or KEPT not in wanted[1]:
            lost[way.key] = [str(asked.status_code)]
            continue
        enter(scene, client, caller)
        shown = client.get(html.unescape(wanted[1]), headers={"Accept-Language": "fr"})
        if shown.status_code == 200:
            whole += bool(names)
            gone = [name for name, text in typed.items() if html.escape(text) not in shown.text]
            if gone or NOT_RECORDED not in shown.text:
                lost[way.key] = gone or ["said nothing"]
        elif shown.status_code != 404 or names:
            lost[way.key] = [wanted[1], str(shown.status_code)]
    assert lost == {}
    assert whole > 25, "forms whose own fields were filled in"


def forms(scene: Scene) -> Iterator[tuple[Way, Role, str]]:
    """Each form of the pages, with somebody who may send it."""
    adapter = scene.app.url_map.bind("localhost")
    for way in scene.ways():
        if way.method != "POST" or not way.is_page or RIGHTS[way.key].public:
            continue
        endpoint, _ = adapter.match(scene.address(way), method="POST")
        if endpoint in OF_A_SCRIPT | ONE_BUTTON:
            continue
        cells = RIGHTS[way.key].cells.items()
        yield (way, *next((role, each) for role, said in cells for each, answer in said.items() if answer == YES))


def enter(scene: Scene, client: Any, caller: Any) -> str:
    """Begin a session as somebody; gives the token of its forms."""
    raw = f"aa.{caller.id}.{caller.role.value}"
    if caller.role is Role.ADMIN:
        give_telephone(scene.world.acquis, caller.id)
    with client.session_transaction() as session:
        session[PASS], session["csrf_token"] = scene.world.acquis.sessions.begin(caller.actor), raw
    return str(URLSafeTimedSerializer(str(scene.app.secret_key), salt="wtf-csrf-token").dumps(raw))


def leave(scene: Scene, client: Any) -> None:
    with client.session_transaction() as session:
        scene.world.acquis.sessions.end(session[PASS])


def texts_of(client: Any, scene: Scene, address: str) -> list[str] | None:
    """The names of the texts of the form that is sent there; None where its page does not show it now."""
    adapter = scene.app.url_map.bind("localhost")
    endpoint, ids = adapter.match(address, method="POST")
    view: Any = scene.app.view_functions[endpoint]
    rules = [rule for rule in scene.app.url_map.iter_rules(view.page) if rule.arguments <= ids.keys()]
    page = adapter.build(view.page, {name: ids[name] for name in rules[0].arguments})
    for form in FORM.finditer(client.get(page).text):
        if html.unescape(form[1] or page) == address:
            return [name for name in map("".join, TEXTS.findall(form[0])) if name not in SECRETS]
    return None
