"""Tests of a separate host name for files: files are served only there, and nothing else is."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from domain.commands.people.withdraw_role import WithdrawRole
from domain.ports import OPERATOR, Role
from tests.given.webapi.whole_path import apply, done
from webapi.accounts.file_host import GOOD_FOR
from webapi.app import create_app
from webapi.edge.cookies import PASS

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.given.webapi.town import Caller, World

SITE, FILES = "acquis.example", "files.example"
CONTENT = b"une attestation tout \xc3\xa0 fait ordinaire\n"


@pytest.fixture(scope="module")
def apart(town: World) -> Flask:
    """Return the application with a separate host name for files."""
    settings = replace(town.acquis.settings, public_url=f"https://{SITE}", files_url=f"https://{FILES}")
    return create_app(replace(town.acquis, settings=settings))


@pytest.fixture
def path(world: World) -> str:
    """Return the path of a piece of Marie's evidence."""
    candidacy = apply(world, world.marie)
    evidence = done(world.marie.upload(candidacy, CONTENT, "cv.txt", "text/plain"))["id"]
    world.projector.catch_up()
    return f"/api/v1/candidacies/{candidacy}/evidence/{UUID(evidence)}/content"


def ask(app: Flask, host: str, path: str, **headers: str) -> TestResponse:
    return app.test_client().get(path, headers={"Host": host} | headers, buffered=True)


def way(app: Flask, path: str, reader: Caller) -> str:
    """Return the link to a piece under the host name for files."""
    answer = ask(app, SITE, path, **reader.bearer)
    assert answer.status_code == 307, answer.text
    there = urlsplit(answer.headers["Location"])
    assert (there.scheme, there.netloc) == ("https", FILES)
    assert answer.data == b""
    return there.path


def test_30_file_is_served_under_the_files_host_without_a_cookie(world, apart, path):
    there = way(apart, path, world.marie)
    whole = ask(apart, FILES, there)
    part = ask(apart, FILES, there, Range="bytes=4-14")
    assert (whole.status_code, whole.data) == (200, CONTENT)
    assert (part.status_code, part.data) == (206, CONTENT[4:15])
    for answer in (whole, part):
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in answer.headers


def test_30_files_host_serves_only_file_links_and_the_site_s_host_serves_none(world, apart, path):
    there = way(apart, path, world.marie)
    for other in (
        "/",
        "/sign-in",
        path,
        "/api/v1/candidacies",
        "/static/desk.css",
        "/healthz",
        "/files/",
        "/files/x",
    ):
        answer = ask(apart, FILES, other, **world.marie.bearer)
        assert answer.status_code == 404, other
        assert "Set-Cookie" not in answer.headers
    assert ask(apart, SITE, there, **world.marie.bearer).status_code == 404
    assert ask(world.app, "localhost", there).status_code == 404
    assert ask(world.app, "localhost", path, **world.marie.bearer).status_code == 200


def test_30_unauthorised_reader_gets_no_link_to_the_file(world, apart, path):
    stranger = ask(apart, SITE, path, **world.nadia.bearer)
    nobody = ask(apart, SITE, path)
    assert (stranger.status_code, nobody.status_code) == (404, 401)
    assert "Location" not in stranger.headers


def test_tampered_or_forged_file_link_gives_404(world, apart, path):
    there = way(apart, path, world.marie)
    for place, other in itertools.product((10, 60, -5), "Aa"):
        spoilt = there[:place] + (other if there[place] != other else "b") + there[place:][1:]
        assert ask(apart, FILES, spoilt).status_code == 404
    elsewhere = replace(world.acquis.settings, secret_key="another " * 8, files_url=f"https://{FILES}")
    forged = way(create_app(replace(world.acquis, settings=elsewhere)), path, world.marie)
    assert ask(apart, FILES, forged).status_code == 404


def test_file_link_in_the_former_format_gives_404(world, apart):
    signer = URLSafeTimedSerializer(world.acquis.settings.secret_key, salt="files apart")
    marie = {"who": str(world.marie.id), "as": Role.CANDIDATE.value}
    old = signer.dumps({"view": "evidence.content", "of": {}} | marie)
    assert ask(apart, FILES, f"/files/{old}").status_code == 404


def test_file_link_gives_410_after_a_minute(world, apart, path, monkeypatch):
    there, now = way(apart, path, world.marie), TimestampSigner.get_timestamp
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda signer: now(signer) + GOOD_FOR)
    assert ask(apart, FILES, there).status_code == 200
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda signer: now(signer) + GOOD_FOR + 2)
    assert ask(apart, FILES, there).status_code == 410


def test_file_link_gives_403_when_its_reader_lost_the_role(world, apart, path):
    lost = world.join("zoe", Role.AUDITOR)
    there = way(apart, path, lost)
    world.acquis.do(WithdrawRole(person=lost.id, role=Role.AUDITOR), OPERATOR)
    assert ask(apart, FILES, there).status_code == 403


def test_48_file_link_gives_401_when_its_token_or_session_has_ended(world, apart, path):
    world.acquis.accounts.add(world.marie.id, "marie@apart.example", "drawn for this test", drawn=True)
    token, session = world.token(world.marie.id, Role.CANDIDATE), world.acquis.sessions.begin(world.marie.actor)
    browser = apart.test_client()
    with browser.session_transaction(base_url=f"http://{SITE}") as kept:
        kept[PASS] = session
    shown = browser.get(path.removeprefix("/api/v1").replace("/content", "/original"), base_url=f"http://{SITE}")
    ways = way(apart, path, token), urlsplit(shown.headers["Location"]).path
    assert [ask(apart, FILES, there).status_code for there in ways] == [200, 200]
    world.acquis.tokens.revoke(token.token)
    assert [ask(apart, FILES, there).status_code for there in ways] == [401, 200]
    world.acquis.sessions.end(session)
    assert [ask(apart, FILES, there).status_code for there in ways] == [401, 401]
