"""Tests of uploads in several requests from the candidate's pages."""

from __future__ import annotations

import io
import re
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from domain.rulebook.evidence_rules import EvidenceRules
from tests.given.files.specimens import PDF, pdf_with, picture
from tests.given.webapi.evidence_limits import under
from tests.given.webapi.town import LIMIT
from tests.given.webapi.tus import TUS
from tests.given.webapi.uploading_browser import Browser
from tests.given.webapi.whole_path import apply, done

if TYPE_CHECKING:
    from tests.given.webapi.town import World


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser(world, world.marie, f"{world.marie.id}@example.org", apply(world, world.marie))


def test_browser_uploads_a_file_submits_it_and_the_page_shows_it(browser):
    path = browser.begin(name="Mémoire.pdf").headers["Location"]
    assert browser.send(path).status_code == 204
    first = browser.put_in(path, 3)
    assert first.status_code == 201, first.text
    assert browser.put_in(path, 3).json == first.json
    browser.world.projector.catch_up()
    assert "Mémoire.pdf" in browser.client.get(f"{browser.page}?after={first.json['position']}").text


def test_upload_creation_repeated_with_its_key_opens_no_second_upload(browser):
    first, again = (browser.begin(key="1-2-3-4") for _ in range(2))
    assert (first.status_code, first.headers["Location"]) == (again.status_code, again.headers["Location"])


def test_page_lists_an_unfinished_upload_until_it_is_submitted_or_cancelled(browser):
    path = browser.begin(name="Rapport.pdf").headers["Location"]
    assert browser.send(path, PDF[:40]).status_code == 204
    shown = browser.client.get(browser.page).text
    assert f'data-begun="{path}" data-name="Rapport.pdf" data-length="{len(PDF)}" data-modified="1700"' in shown
    for _ in range(2):
        answer = browser.client.post(f"{path}/cancellation", data={"csrf_token": browser.csrf})
        assert answer.status_code == 303
    assert "Rapport.pdf" not in browser.client.get(browser.page).text
    assert browser.client.head(path, headers=TUS).status_code == 410


def test_cancelling_a_checked_or_submitted_upload_is_not_confirmed(browser, world):
    path = browser.begin(name="Rapport.pdf").headers["Location"]
    browser.send(path)
    cancel = partial(browser.client.post, f"{path}/cancellation", data={"csrf_token": browser.csrf})
    claim = uuid4()
    assert world.acquis.uploads.check(UUID(path[-36:]), world.marie.id, claim)
    answer = cancel()
    assert (answer.status_code, "en cours de vérification" in answer.text) == (423, True)
    world.acquis.uploads.checked(UUID(path[-36:]), claim, "receiving")
    assert browser.put_in(path, 3).status_code == 201
    answer = cancel()
    assert (answer.status_code, answer.headers["Location"]) == (303, browser.page)


def test_49_upload_requests_without_csrf_token_are_refused(browser):
    path = browser.begin().headers["Location"]
    for ask in (
        lambda: browser.begin(csrf=False),
        lambda: browser.send(path, csrf=False),
        lambda: browser.put_in(path, 1, csrf=False),
        lambda: browser.ask("DELETE", path, csrf=False, headers=TUS),
    ):
        browser.world.refuses(403, "csrf", ask)


def test_49_csrf_token_is_not_searched_in_the_body_of_a_portion(browser, world):
    path = browser.begin().headers["Location"]
    for client, refusal in ((browser.client, 403), (world.app.test_client(), 401)):
        answer = client.patch(
            path,
            content_type="multipart/form-data; boundary=frontier",
            headers={"Accept": "application/json"},
            input_stream=io.BytesIO(),  # no body arrives: reading it would give bad framing
            environ_overrides={"CONTENT_LENGTH": str(LIMIT)},
        )
        assert answer.status_code == refusal, answer.text


def test_25_upload_of_another_candidate_gives_404(browser, world):
    path = browser.begin().headers["Location"]
    other = Browser(world, world.nadia, f"{world.nadia.id}@example.org", apply(world, world.nadia))
    inside_theirs = f"{other.page}/uploads/{path.rsplit('/', 1)[-1]}"
    for where in (path, inside_theirs):
        world.refuses(404, "not-found", lambda where=where: other.send(where))
        world.refuses(404, "not-found", lambda where=where: other.put_in(where, 1))
        world.refuses(404, "not-found", lambda where=where: other.ask("DELETE", where, headers=TUS))
        world.refuses(404, "not-found", lambda where=where: other.ask("GET", where))
        world.refuses(404, "not-found", lambda where=where: other.ask("POST", f"{where}/cancellation"))


def test_41_signed_out_upload_script_gets_401_as_a_problem(browser, world):
    path = browser.begin().headers["Location"]
    browser.client.delete_cookie("session")
    world.refuses(401, "unauthenticated", lambda: browser.ask("GET", path))


def test_upload_script_gets_refusals_in_the_reader_s_language(browser, world):
    path = browser.begin(8).headers["Location"]
    assert browser.send(path, b"\x7fELF\x02\x01\x01\x00").status_code == 204
    answer = browser.put_in(path, 3, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.mimetype) == (415, "application/problem+json")
    assert answer.json["title"].startswith("Evidence is a PDF")
    world.refuses(422, "invalid", lambda: browser.put_in(path))


def test_head_request_of_an_upload_requires_the_tus_header(browser):
    path = browser.begin().headers["Location"]
    assert browser.client.head(path, headers=TUS).status_code == 200
    assert browser.client.head(path).status_code == 412


def test_upload_refusal_is_a_page_for_a_browser_without_scripts(browser):
    answer = browser.client.post(f"{browser.page}/uploads", data={"csrf_token": browser.csrf})
    assert (answer.status_code, answer.mimetype) == (412, "text/html")


def put_in_written(browser: Browser, kind: str, **fields: Any) -> Any:
    given = {"csrf_token": browser.csrf, "form": str(uuid4()), "competences": ["3", "5"]} | fields
    return browser.client.post(f"{browser.page}/{kind}", data=given)


def pieces(browser: Browser) -> Any:
    browser.world.projector.catch_up()
    path = f"/api/v1{browser.page}/evidence"
    listed: Any = browser.world.marie.get(path).json
    return listed["items"]


def test_link_is_submitted_by_a_plain_form_and_its_page_shows_its_target(browser):
    answer = put_in_written(browser, "links", **{"link": "https://exemple.fr/réalisé", "link-title": "Mon <site>"})
    assert answer.status_code == 303
    (piece,) = pieces(browser)
    assert (piece["form"], piece["name"], piece["competences"]) == ("link", "Mon <site>", [3, 5])
    shown = browser.client.get(f"{browser.page}/evidence/{piece['id']}").text
    assert 'href="https://exemple.fr/r%C3%A9alis%C3%A9" rel="noopener noreferrer nofollow"' in shown
    assert "<site>" not in shown


def test_statement_form_sent_twice_records_one_piece_and_can_replace_another(browser):
    first = {"statement": "J'ai mené ce projet.", "statement-title": "Récit", "form": str(uuid4())}
    assert {put_in_written(browser, "statements", **first).status_code for _ in range(2)} == {303}
    (piece,) = pieces(browser)
    newer = {"statement": "J'ai mené <b>ce</b> projet.", "statement-title": "Récit revu", "replaces": piece["id"]}
    assert put_in_written(browser, "statements", **newer).status_code == 303
    old, new = pieces(browser)
    assert (old["state"], old["replaced_by"], new["replaces"]) == ("withdrawn", new["id"], old["id"])
    shown = browser.client.get(f"{browser.page}/evidence/{new['id']}").text
    assert "&lt;b&gt;ce&lt;/b&gt;" in shown
    page = browser.client.get(browser.page).text
    assert f'Remplacée par <a href="#piece-{new["id"]}">Récit revu</a>' in page


@pytest.mark.parametrize(
    ("kind", "fields", "says"),
    [
        ("links", {"link": "javascript:alert(1)", "link-title": "x"}, "Un lien est une adresse http ou https"),
        ("links", {"link": "https://exemple.fr", "link-title": " "}, "Donnez un titre"),
        ("statements", {"statement": " ", "statement-title": "x"}, "Un texte est écrit en 50"),
        ("statements", {"statement": "Bon", "statement-title": "x", "competences": []}, "Cochez au moins une"),
    ],
    ids=str,
)
def test_refused_link_or_statement_shows_its_form_with_the_error_and_the_input(browser, kind, fields, says):
    before = browser.world.head(), browser.world.files()
    answer = put_in_written(browser, kind, **fields)
    assert answer.status_code == 422
    assert says in answer.text
    typed = fields.get("link") or fields["statement"]
    assert typed.strip() in answer.text
    assert "choisir de nouveau le fichier" not in answer.text, "none was chosen"
    assert (browser.world.head(), browser.world.files()) == before


def test_refused_link_form_says_to_choose_the_file_again_when_one_was_chosen(browser):
    answer = put_in_written(browser, "links", **{"link": "no address", "link-title": "x", "file": "cv.pdf"})
    assert answer.status_code == 422
    assert "choisir de nouveau le fichier" in answer.text


def asked_again(answer: Any) -> dict[str, Any]:
    """Return the values in the evidence form that is shown again."""
    chosen = re.search(r'<option value="([^"]+)" selected>', answer.text)
    typed = {name: rf'name="{name}"[^>]* value="([^"]*)"' for name in ("link-title", "link", "statement-title")}
    found = {name: re.search(pattern, answer.text) for name, pattern in typed.items()}
    text = re.search(r"<textarea [^>]*>([^<]*)</textarea>", answer.text)
    return {
        **{name: match[1] if match else "" for name, match in found.items()},
        "statement": text[1] if text else "",
        "replaces": chosen[1] if chosen else None,
        "competences": re.findall(r'name="competences" value="(\d+)" checked', answer.text),
    }


def as_the_form_stands(browser: Browser, given: dict[str, Any], content: bytes) -> dict[str, Any]:
    """Return the form's body as a browser sends it, with the fields after the file."""
    first = {"csrf_token": browser.csrf, "form": str(uuid4()), **{name: given[name] for name in FIRST}}
    file = FileStorage(io.BytesIO(content), "cv.pdf")
    later = {name: text for name, text in given.items() if name not in FIRST}
    boundary, body = encode_multipart(first | {"file": file} | later)
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


FIRST = ("competences", "replaces")


PROGRAM = b"\x7fELF\x02\x01\x01\x00"


@pytest.mark.parametrize(
    ("way", "otherwise", "content"),
    [
        ("links", {"link": "ftp://x"}, None),
        ("links", {"link-title": ""}, None),
        ("statements", {"statement": "a\x0bb"}, None),
        ("evidence", {"competences": []}, PDF),
        ("evidence", {}, b""),
        ("evidence", {}, PROGRAM),
    ],
    ids=str,
)
def test_refused_evidence_form_keeps_every_value_and_the_replaced_piece(browser, way, otherwise, content):
    older = done(browser.world.marie.upload(browser.page.rsplit("/", 1)[1]))["id"]
    browser.world.projector.catch_up()
    given: dict[str, Any] = {
        "competences": ["3", "5"],
        "replaces": older,
        "link-title": "Mon site",
        "link": "https://exemple.fr/",
        "statement-title": "Mon projet",
        "statement": "Le texte",
    } | otherwise
    if content is None:
        answer = put_in_written(browser, way, **given)
    else:
        answer = browser.client.post(f"{browser.page}/{way}", **as_the_form_stands(browser, given, content))
    assert answer.status_code in {415, 422}
    assert asked_again(answer) == given


def test_upload_from_the_page_replaces_another_piece(browser):
    path = browser.begin(name="Premier.pdf").headers["Location"]
    browser.send(path)
    older = browser.put_in(path, 3).json["id"]
    again = browser.begin(name="Second.pdf").headers["Location"]
    browser.send(again)
    answer = browser.ask("POST", f"{again}/piece", json={"competences": [3], "replaces": older})
    assert answer.status_code == 201
    assert [(each["state"], each["replaces"]) for each in pieces(browser)] == [("withdrawn", None), ("free", older)]


def test_evidence_form_states_the_rulebook_s_limits_and_refusals_name_them(world):
    under(world, EvidenceRules(largest=40_000, pieces=2, types=("application/pdf", "text/plain"), source="art. 7"))
    browser = Browser(world, world.marie, f"{world.marie.id}@example.org", apply(world, world.marie))
    shown = browser.client.get(browser.page, headers={"Accept-Language": "fr"}).text
    said = re.sub(r"<[^>]+>", "", shown)
    assert "PDF, TXT\xa0: 39,1\xa0Ko au plus. Pièces encore possibles\xa0: 2." in said
    assert 'data-limit="40000"' in shown
    assert 'accept=".pdf,.txt,' in shown
    assert "Ou donner un lien" not in shown
    assert "Ou écrire un texte" in shown
    fields = {"csrf_token": browser.csrf, "form": str(uuid4()), "competences": "3"}

    def sent(content: bytes, language: str) -> Any:
        data = fields | {"file": (io.BytesIO(content), "cv.pdf")}
        return browser.client.post(f"{browser.page}/evidence", data=data, headers={"Accept-Language": language})

    large = sent(pdf_with(b"\n" * 40_000), "fr")
    assert (large.status_code, "40000 octets au plus." in large.text) == (413, True)
    another = sent(picture(size=(8, 8)), "en")
    assert (another.status_code, "Accepted: application/pdf, text/plain." in another.text) == (415, True)
    text = put_in_written(browser, "links", **{"link": "https://exemple.fr", "link-title": "x"})
    assert (text.status_code, "Acceptés\xa0: application/pdf" in text.text) == (415, True)


@pytest.mark.parametrize(
    ("types", "offered"), [((), True), (("application/pdf", "image/jpeg"), True), (("application/pdf",), False)]
)
def test_camera_button_is_shown_only_when_the_rulebook_accepts_photos(world, types, offered):
    under(world, EvidenceRules(types=types, source="art. 7"))
    browser = Browser(world, world.marie, f"{world.marie.id}@example.org", apply(world, world.marie))
    assert ('capture="environment"' in browser.client.get(browser.page).text) is offered


def test_replacement_from_the_page_is_accepted_in_a_full_dossier(world):
    under(world, EvidenceRules(pieces=1, source="art. 7"))
    candidacy = apply(world, world.marie)
    older = done(world.marie.upload(candidacy))["id"]
    browser = Browser(world, world.marie, f"{world.marie.id}@example.org", candidacy)
    world.refuses(403, "quota-exceeded", browser.begin)
    path = browser.begin(replaces=older).headers["Location"]
    assert browser.ask("DELETE", path, headers=TUS).status_code == 204

    def form(**more: str) -> Any:
        fields = {"csrf_token": browser.csrf, "form": str(uuid4()), "competences": "3"}
        file = {"file": (io.BytesIO(PDF), "cv.pdf")}
        return browser.client.post(f"{browser.page}/evidence", data=fields | more | file)

    assert form().status_code == 403
    assert form(replaces=older).status_code == 303
    assert [each["state"] for each in pieces(browser)] == ["withdrawn", "free"]
