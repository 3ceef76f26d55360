"""Tests of uploads in several requests into the sender's portfolio."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from domain.fact import Retention
from domain.people.facts import ErasureGround
from domain.ports import OPERATOR, Role
from tests.given.files.specimens import PDF
from tests.given.webapi.portfolios import ADDRESS, kept
from tests.given.webapi.town import LIMIT
from tests.given.webapi.tus import CONTENT, TUS, arrived, begun, begun_for_the_portfolio, head, offset, send
from tests.given.webapi.tus import put_in as put_into_a_candidacy
from tests.given.webapi.uploading_browser import Browser
from tests.given.webapi.whole_path import apply, done, etag
from webapi.privacy.erasure import erase

if TYPE_CHECKING:
    from tests.given.webapi.town import Caller

FILM = {"title": "Film du chantier", "employer": "Atelier Exemple", "serves": []}


def came(who: Caller, content: bytes = PDF, **more: str) -> str:
    """Return the path of a complete upload."""
    path = begun_for_the_portfolio(who, len(content), **more)
    half = len(content) // 2
    assert send(who, path, 0, content[:half]).status_code == 204
    assert send(who, path, half, content[half:]).status_code == 204
    return path


def keep(who: Caller, path: str, **said: Any) -> Any:
    return who.post(ADDRESS, FILM | {"upload": path.rsplit("/", 1)[-1]} | said)


def test_portfolio_upload_submitted_twice_is_kept_once(world):
    world.join("marie", Role.CANDIDATE)
    before = [name for name in world.files() if name.startswith("segments/")]
    path = came(world.marie, name="Chantier.pdf")
    assert world.marie.get(path).json["candidacy"] is None
    first, again = keep(world.marie, path), keep(world.marie, path)
    assert (first.status_code, first.json) == (201, again.json), first.text
    world.worked_off()
    (piece,) = kept(world.marie)
    assert (piece["id"], piece["name"], piece["title"], piece["size"], piece["check"]) == (
        first.json["id"],
        "Chantier.pdf",
        "Film du chantier",
        len(PDF),
        "cleared",
    )
    assert world.marie.get(f"{ADDRESS}/{piece['id']}/content").data == PDF
    told = world.marie.get(path).json
    assert (told["state"], told["evidence"]) == ("ready", piece["id"])
    assert [name for name in world.files() if name.startswith("segments/")] == before
    world.refuses(422, "idempotency-key-reused", lambda: keep(world.marie, path, title="Autre"))


def test_portfolio_upload_creation_repeated_with_its_key_opens_no_second_upload(world):
    first, again = (begun_for_the_portfolio(world.marie, Idempotency_Key="une fois") for _ in range(2))
    assert first == again


def test_incomplete_portfolio_upload_cannot_be_submitted(world):
    path = begun_for_the_portfolio(world.marie)
    assert send(world.marie, path, 0, CONTENT[:1000]).status_code == 204
    world.refuses(409, "upload-incomplete", lambda: keep(world.marie, path))
    assert offset(world.marie, path) == 1000


def test_portfolio_upload_gives_404_to_everyone_but_its_sender(world):
    path = came(world.marie)
    for ask in (
        lambda: send(world.nadia, path, 0, PDF),
        lambda: world.nadia.get(path),
        lambda: world.rose.get(path),
        lambda: world.app.test_client().delete(path, headers=world.nadia.bearer | TUS),
        lambda: keep(world.nadia, path),
    ):
        world.refuses(404, "not-found", ask)
    assert world.rose.post("/api/v1/portfolio/uploads", **TUS | {"Upload-Length": "1"}).status_code == 403
    assert keep(world.marie, path).status_code == 201


def test_upload_for_the_portfolio_cannot_be_submitted_to_a_candidacy_or_vice_versa(world):
    candidacy = apply(world, world.marie)
    for_oneself, for_it = came(world.marie), arrived(world.marie, candidacy)
    world.refuses(404, "not-found", lambda: put_into_a_candidacy(world.marie, candidacy, for_oneself))
    world.refuses(404, "not-found", lambda: keep(world.marie, for_it))


def test_portfolio_limit_counts_kept_pieces_and_open_uploads(world, monkeypatch):
    world.refuses(413, "too-large", lambda: _asked(world.marie, LIMIT + 1))
    monkeypatch.setattr("webapi.evidence.portfolio.MOST_BYTES", 1000)
    assert _asked(world.marie, 600).status_code == 201
    world.refuses(403, "portfolio-full", lambda: _asked(world.marie, 600))
    assert _asked(world.marie, 400).status_code == 201
    assert _asked(world.nadia, 600).status_code == 201, "each has a portfolio of their own"
    monkeypatch.setattr("domain.evidence.portfolio.MOST_PIECES", 0)
    world.refuses(403, "portfolio-full", lambda: _asked(world.nadia, 1))


def _asked(who: Caller, length: int) -> Any:
    return who.post("/api/v1/portfolio/uploads", **TUS | {"Upload-Length": str(length)})


@pytest.mark.parametrize("erased", [Retention.PORTFOLIO, Retention.PAPERS])
def test_erasure_ends_only_the_open_uploads_of_the_erased_class(world, erased):
    candidacy = apply(world, world.marie)
    own, filed = begun_for_the_portfolio(world.marie), begun(world.marie, candidacy)
    for path in (own, filed):
        assert send(world.marie, path, 0, CONTENT[:1000]).status_code == 204
    dossier = f"/api/v1/candidacies/{candidacy}"
    done(world.marie.post(f"{dossier}/withdrawal", {}, If_Match=etag(world.marie, dossier)))
    world.projector.catch_up()
    request = world.acquis.request_of(OPERATOR)
    carried_out = erase(world.acquis, world.marie.id, (erased,), ErasureGround.REQUEST, request)
    assert [fate.why for fate in carried_out.fates] == [None]
    gone, stays = (own, filed) if erased is Retention.PORTFOLIO else (filed, own)
    assert world.marie.get(gone).status_code == 404
    assert not any(f"segments/{erased.value}/{world.marie.id}/" in name for name in world.files())
    assert offset(world.marie, stays) == 1000
    if stays == own:  # the other upload's candidacy has ended, so it takes nothing more
        assert send(world.marie, stays, 1000, CONTENT[1000:]).status_code == 204


def test_portfolio_page_lists_an_unfinished_upload_until_it_is_cancelled(world):
    browser = Browser(world, world.marie, f"{world.marie.id}@example.org", apply(world, world.marie))
    browser.page = "/portfolio"
    path = browser.begin(name="Film.pdf").headers["Location"]
    assert browser.send(path, PDF[:40]).status_code == 204
    assert f'data-begun="{path}" data-name="Film.pdf"' in browser.client.get("/portfolio/new").text
    for _ in range(2):
        answer = browser.client.post(f"{path}/cancellation", data={"csrf_token": browser.csrf})
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/portfolio/new")
    assert "Film.pdf" not in browser.client.get("/portfolio/new").text
    assert browser.client.head(path, headers=TUS).status_code == 410


def test_portfolio_upload_form_describes_the_piece_and_marks_wrong_fields(world):
    browser = Browser(world, world.marie, f"{world.marie.id}@example.org", apply(world, world.marie))
    browser.page = "/portfolio"
    path = browser.begin(name="Film.pdf").headers["Location"]
    assert browser.send(path).status_code == 204
    wrong = browser.ask("POST", f"{path}/piece", data={"title": "", "dated": "hier"})
    assert (wrong.status_code, wrong.mimetype) == (422, "application/problem+json")
    assert {each["rule"] for each in wrong.json["violations"]} == {"title", "dated"}
    world.refuses(403, "csrf", lambda: browser.ask("POST", f"{path}/piece", csrf=False, data={"title": "Film"}))
    first = browser.ask("POST", f"{path}/piece", data={"title": "Film", "dated": "2021-03-01"})
    assert first.status_code == 201, first.text
    assert browser.ask("POST", f"{path}/piece", data={"title": "Film", "dated": "2021-03-01"}).json == first.json
    world.projector.catch_up()
    page = browser.client.get(first.json["where"]).text
    assert re.search(r"<h1[^>]*>Film", page)
    assert "Pièce gardée dans vos pièces" in page
    assert world.acquis.uploads.find(UUID(path[-36:]), world.marie.id).state == "ready"
    assert head(world.marie, f"/api/v1/uploads/{path[-36:]}").status_code == 410
