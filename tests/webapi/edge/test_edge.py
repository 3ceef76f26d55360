"""Tests of security headers, host names, cross-site forms, cookies and body limits.

The numbers are those of the list of required refusals.
"""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import request

from tests.given.naming import naming
from tests.given.webapi.town import LIMIT
from tests.given.webapi.whole_path import apply
from webapi.app import create_app
from webapi.edge import headers
from webapi.edge.hosts import accepted_hosts
from webapi.requests import LARGEST_BODY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.given.webapi.town import World

WEBAPI = Path(headers.__file__).parents[1]
SOMEWHERE = "00000000-0000-0000-0000-000000000000"
HARDENED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
OURS = "acquis.example"
PASSWORD = "douze caractères ou plus"  # noqa: S105  (of the tests only)


@pytest.fixture(scope="module")
def production(town: World) -> Flask:
    """Return the application with production settings, behind one proxy, under its own name."""
    settings = replace(
        town.acquis.settings,
        production=True,
        public_url=f"https://{OURS}",
        hosts=("acquis.internal",),
        proxies=1,
        security_contact="mailto:securite@acquis.example",
    )
    app = create_app(replace(town.acquis, settings=settings))

    def told() -> dict[str, Any]:
        return {"address": request.remote_addr, "scheme": request.scheme, "host": request.host}

    def broken() -> str:
        raise RuntimeError("some secret")

    app.add_url_rule("/told", "told", told)
    app.add_url_rule("/broken", "broken", broken)
    return app


@pytest.fixture
def browser(production: Flask) -> FlaskClient:
    return production.test_client()


def over_tls(**more: str) -> dict[str, str]:
    return {"Host": OURS, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"} | {
        name.replace("_", "-"): value for name, value in more.items()
    }


def somewhere(rule: str) -> str:
    return re.sub(r"<int:\w+>", "1", re.sub(r"<(uuid:)?\w+>", SOMEWHERE, rule))


def everything(app: Flask, world: World) -> Iterator[TestResponse]:
    """Yield answers of every route, method and static file, and of no route, signed out and as a registrar."""
    client = app.test_client()
    paths = {somewhere(rule.rule) for rule in app.url_map.iter_rules() if rule.endpoint != "static"}
    static = WEBAPI / "static"
    paths |= {f"/static/{path.relative_to(static)}" for path in static.rglob("*") if path.is_file()}
    paths |= {"/nothing-here", "/api/v1/nothing-here", "/static/nothing-here", "/static/../app.py", "/broken"}
    for path in sorted(paths):
        for method in METHODS if path.count("/") < 4 else ("GET", "POST"):
            yield client.open(path, method=method, headers=over_tls(), buffered=True)
        yield client.get(path, headers=over_tls() | world.rose.bearer, buffered=True)


# what every answer carries


def test_every_answer_of_every_route_has_the_security_headers(world, production):
    statuses = set()
    for answer in everything(production, world):
        where = f"{answer.request.method} {answer.request.path} {answer.status_code}"
        statuses.add(answer.status_code)
        assert {name: answer.headers.getlist(name) for name in HARDENED} == {
            name: [value] for name, value in HARDENED.items()
        }, where
        assert "camera=()" in answer.headers["Permissions-Policy"], where
        (policy,) = answer.headers.getlist("Content-Security-Policy")
        assert "default-src 'none'" in policy, where
        assert "frame-ancestors 'none'" in policy, where
        scripts = policy.partition("script-src")[2].partition(";")[0]
        assert "unsafe" not in scripts, where
        assert "unsafe" not in policy or answer.request.path == "/api/docs", where
        assert answer.mimetype == "text/html" or "script-src" not in policy, where
        (kept,) = answer.headers.getlist("Cache-Control")
        static = answer.request.path.startswith("/static/") and answer.status_code < 400
        assert kept == ("no-cache" if static else "no-store") or answer.request.path == "/api/docs", where
        assert b"some secret" not in answer.data, where
    assert statuses >= {200, 401, 403, 404, 405, 422, 500}


def test_refusal_before_any_view_has_the_security_headers(browser):
    refusals = {
        400: browser.get("/sign-in", headers=over_tls(Host="evil.example")),
        403: browser.post("/sign-in", headers=over_tls(Sec_Fetch_Site="cross-site")),
        411: browser.post("/sign-in", headers=over_tls(Transfer_Encoding="chunked")),
        413: browser.post("/nothing", headers=over_tls(), environ_overrides={"CONTENT_LENGTH": str(10**9)}),
    }
    assert {status: answer.status_code for status, answer in refusals.items()} == {each: each for each in refusals}
    for answer in refusals.values():
        assert {name: answer.headers[name] for name in HARDENED} == HARDENED
        assert answer.headers["Cache-Control"] == "no-store"


def test_strict_transport_security_is_sent_only_in_production(world):
    assert "Strict-Transport-Security" not in world.app.test_client().get("/sign-in").headers


def test_static_file_under_its_versioned_url_is_cached_as_immutable(browser):
    page = browser.get("/sign-in", headers=over_tls()).text
    (address,) = re.findall(r'href="(/static/desk\.css\?v=[0-9a-f]{12})"', page)
    assert browser.get(address, headers=over_tls(), buffered=True).headers["Cache-Control"].endswith("immutable")


def test_templates_contain_no_inline_script_style_or_event_handler():
    inline = re.compile(
        r"<script(?![^>]*\ssrc=)|<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE
    )
    pages = [*(WEBAPI / "templates").rglob("*.html"), WEBAPI / "static/api-docs/index.html"]
    assert len(pages) > 8
    assert [page.name for page in pages if inline.search(page.read_text())] == []
    assert inline.search('<p style="color: red">')
    assert inline.search('<button onclick="go()">')


def test_scripts_do_not_evaluate_text_as_code_or_html():
    evaluating = re.compile(
        r"\beval\(|new Function|\.innerHTML|\.outerHTML|document\.write|insertAdjacentHTML|setTimeout\(\s*[\"']"
    )
    ours = [path for path in (WEBAPI / "static").rglob("*.js") if "vendor" not in path.parts]
    assert len(ours) > 1
    assert [path.name for path in ours if evaluating.search(path.read_text())] == []


def test_security_txt_names_the_contact_when_it_is_configured(world, browser):
    said = browser.get("/.well-known/security.txt", headers=over_tls())
    assert (said.status_code, said.content_type) == (200, "text/plain; charset=utf-8")
    assert "Contact: mailto:securite@acquis.example\n" in said.text
    assert re.search(r"^Expires: 20\d\d-\d\d-\d\dT00:00:00Z$", said.text, re.MULTILINE)
    assert world.app.test_client().get("/.well-known/security.txt").status_code == 404


# cookies


def test_session_cookie_has_the_host_prefix_and_secure_attributes(browser):
    answer = browser.get("/sign-in", headers=over_tls())
    (cookie,) = answer.headers.getlist("Set-Cookie")
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-session=")
    assert set(attributes) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_every_cookie_set_at_sign_in_has_the_host_prefix_and_secure_attributes(world, production):
    world.acquis.accounts.add(world.marie.id, "marie@edge.example", PASSWORD)
    browser = production.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/sign-in", headers=over_tls()).text)
    assert token
    sent = {"csrf_token": token[1], "login": "marie@edge.example", "password": PASSWORD}
    answer = browser.post("/sign-in", data=sent, headers=over_tls())
    assert answer.status_code == 303
    cookies = answer.headers.getlist("Set-Cookie")
    assert {each.partition("=")[0] for each in cookies} == {"__Host-session", "__Host-known_browser"}
    for each in cookies:
        attributes = set(each.split("; ")[1:])
        assert {"Secure", "HttpOnly", "Path=/"} <= attributes
        assert {"SameSite=Lax", "SameSite=Strict"} & attributes
        assert not [attribute for attribute in attributes if attribute.startswith("Domain")]


def test_api_and_static_answers_set_and_vary_on_no_cookie(world, production):
    for answer in everything(production, world):
        if answer.request.path.startswith(("/api/", "/healthz", "/readyz", "/static/", "/.well-known/")):
            assert "Set-Cookie" not in answer.headers, answer.request.path
            assert "Cookie" not in answer.headers.get("Vary", ""), answer.request.path


# names and proxies


def test_51_request_with_another_host_name_gives_400(world, browser):
    for host in [
        "evil.example",
        "acquis.example.evil.example",
        "xacquis.example",
        "127.0.0.1",
        "a b",
        "",
        "acquis.example.",
        "acquis.example@evil.example",
        "acquis.example/..",
        "acquis.example:99999999",
        "[::1",
        "é.example",
        f"{'a' * 64}.example",
        "a." * 150,
    ]:
        for path in ["/sign-in", "/api/v1/candidacies", "/healthz", "/static/desk.css"]:
            with naming(host, path):
                send = partial(browser.get, path, headers=over_tls(Host=host))
                if path.startswith("/api"):
                    world.refuses(400, "bad-request", send, inputs=["evil"])
                else:
                    answer = send()
                    assert answer.status_code == 400
                    assert "evil" not in answer.text


def test_51_invalid_host_name_is_refused_when_any_name_is_allowed(world):
    answer = world.app.test_client().get("/sign-in", headers={"Host": f"{'a' * 64}.example"})
    assert (answer.status_code, answer.json["type"]) == (400, "/problems/bad-request")


@pytest.mark.parametrize("host", [OURS, "ACQUIS.example:443", "acquis.internal:8000"])
def test_51_configured_host_names_are_accepted_with_any_port(browser, host):
    assert browser.get("/healthz", headers=over_tls(Host=host)).status_code == 200


def test_51_last_entry_of_the_trusted_proxy_is_the_only_one_believed(browser):
    given = over_tls(
        X_Forwarded_For="203.0.113.9, 192.0.2.7", X_Forwarded_Host="evil.example", X_Forwarded_Port="1",
        X_Forwarded_Prefix="/evil", Forwarded="host=evil.example",
    )  # fmt: skip
    assert browser.get("/told", headers=given).json == {"address": "192.0.2.7", "scheme": "https", "host": OURS}


def test_51_forwarded_headers_are_ignored_without_a_proxy(world):
    given = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    with world.app.test_client() as client:
        client.get("/sign-in", headers=given)
        assert (request.remote_addr, request.scheme, request.host) == ("127.0.0.1", "http", "localhost")


def test_51_answers_do_not_repeat_the_requested_host_name(world):
    client = world.app.test_client()
    for path in ("/", "/sign-in", "/sign-in?next=/candidacies", "/nothing", "/candidacies"):
        answer = client.get(path, headers={"Host": "evil.example"})
        assert "evil.example" not in answer.text
        assert "evil.example" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("name", ["", "evil.example/acquis.example", "evil example", "a@evil.example"])
def test_malformed_host_header_gives_400_when_any_name_is_allowed(world, name):
    answer = world.app.test_client().get("/sign-in", headers={"Host": name})
    assert answer.status_code == 400


def test_accepted_host_names_are_those_of_the_settings(town):
    settings = town.acquis.settings
    assert accepted_hosts(settings) == frozenset()
    told = replace(
        settings, public_url="https://acquis.example:8443", hosts=("[::1]",), files_url="https://f.example"
    )
    assert accepted_hosts(told) == {"acquis.example", "[::1]", "f.example"}


# other sites


@pytest.mark.parametrize(
    "given",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": f"https://{OURS}.evil.example"},
        {"Origin": f"https://{OURS}:1"},
        {"Origin": "https://[::1"},
        {"Origin": "null"},
        {},
    ],
)
def test_49_form_from_another_site_is_refused_even_with_a_valid_csrf_token(browser, given):
    """The last two cases name no other site and lack the token."""
    page = browser.get("/sign-in", headers=over_tls()).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    knows = token[1] if given not in ({}, {"Origin": "null"}) else ""
    sent = {"csrf_token": knows, "login": "marie@example.org", "password": "x"}
    answer = browser.post("/sign-in", data=sent, headers=over_tls() | given)
    assert answer.status_code == 403
    assert "csrf" in answer.text


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"Origin": f"https://{OURS}"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    ],
)
def test_49_form_from_this_site_is_accepted(browser, given):
    page = browser.get("/sign-in", headers=over_tls()).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    sent = {"csrf_token": token[1], "login": "nobody@example.org", "password": "x"}
    assert browser.post("/sign-in", data=sent, headers=over_tls() | given).status_code == 422


def test_49_every_page_that_accepts_a_form_requires_the_csrf_token(production):
    browser, asked = production.test_client(), 0
    for rule in production.url_map.iter_rules():
        path = somewhere(rule.rule)
        if "POST" not in (rule.methods or ()) or path.startswith("/api/") or rule.endpoint == "checking.submit":
            continue
        asked += 1
        answer = browser.post(path, data={}, headers=over_tls())
        assert answer.status_code in {401, 403}, path
    assert asked >= 4


# bodies


class Unread(io.BytesIO):
    def read(self, *_: object) -> bytes:
        raise AssertionError("the body was read")


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/persons", "/nothing", "/healthz"])
def test_body_with_a_declared_length_over_the_limit_is_refused_unread(world, path):
    answer = world.app.test_client().post(
        path, input_stream=Unread(), headers=world.rose.bearer,
        environ_overrides={"CONTENT_LENGTH": str(LARGEST_BODY + 1)},
    )  # fmt: skip
    assert answer.status_code == 413


@pytest.mark.parametrize(("path", "status"), [("/api/v1/persons", 413), ("/sign-in", 411)])
def test_chunked_body_is_read_up_to_its_view_s_limit_or_refused(world, path, status):
    endless = io.BytesIO(b'{"name": "' + b"a" * 4 * LARGEST_BODY)
    answer = world.app.test_client().post(
        path, input_stream=endless, content_type="application/json",
        headers=world.rose.bearer | {"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )  # fmt: skip
    assert answer.status_code == status
    assert endless.tell() < 2 * LARGEST_BODY


KINDS = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml",
         "application/jsonp", "text/json", "")  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_37_api_refuses_any_media_type_but_json(world, kind):
    sent = {"data": b'{"name": "Ann"}', "content_type": kind, "headers": world.rose.bearer}
    world.refuses(415, "type-mismatch", lambda: world.app.test_client().post("/api/v1/persons", **sent))


def test_37_view_without_a_body_refuses_one(world):
    candidacy = apply(world, world.marie)
    path = f"/api/v1/candidacies/{candidacy}/register-entry"
    client, bearer = world.app.test_client(), world.rose.bearer
    world.refuses(
        415, "type-mismatch", lambda: client.post(path, data=b"x", content_type="text/plain", headers=bearer)
    )
    world.refuses(422, "unknown-field", lambda: client.post(path, json={"role": "admin"}, headers=bearer), ["admin"])
    world.refuses(422, "unknown-field", lambda: client.post(path, json=[1], headers=bearer))
    world.refuses(400, "malformed-json", lambda: client.post(path, data=b"{", content_type="application/json",
                                                             headers=bearer))  # fmt: skip


def test_body_of_a_get_is_ignored(world):
    asked = {"data": b"x", "content_type": "text/plain", "headers": world.rose.bearer}
    assert world.app.test_client().get("/api/v1/candidacies", **asked).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "TRACE", "BREW", "CONNECT"])
def test_37_unknown_method_gives_405_with_the_allowed_methods(world, method):
    answer = world.refuses(
        405, "method-not-allowed",
        lambda: world.app.test_client().open("/api/v1/persons", method=method, headers=world.rose.bearer),
    )  # fmt: skip
    assert "POST" in answer.headers["Allow"]


def test_37_no_route_accepts_trace(production):
    assert [rule.rule for rule in production.url_map.iter_rules() if "TRACE" in (rule.methods or ())] == []


def test_large_body_is_allowed_only_on_upload_routes_up_to_their_limit(world):
    client, sizes = world.app.test_client(), {"CONTENT_LENGTH": str(LARGEST_BODY + LIMIT)}
    for path in (f"/candidacies/{SOMEWHERE}/evidence", f"/api/v1/candidacies/{SOMEWHERE}/evidence"):
        assert client.post(path, environ_overrides=sizes).status_code in {401, 403}, path
        more = {"CONTENT_LENGTH": str(LARGEST_BODY + LIMIT + 1)}
        assert client.post(path, environ_overrides=more).status_code == 413, path


def test_upload_over_its_limit_gives_413(world):
    candidacy = apply(world, world.marie)
    refused = world.marie.upload(candidacy, b"%PDF-1.7\n" + bytes(LIMIT))
    assert (refused.status_code, refused.json["type"]) == (413, "/problems/too-large")


def test_style_sheet_urls_contain_the_hash_of_their_file():
    static = WEBAPI / "static"
    named = re.findall(r'url\("([^"?]+)\?v=([0-9a-f]{12})"\)', (static / "desk.css").read_text("utf-8"))
    assert len(named) > 1
    for file, mark in named:
        assert hashlib.sha256((static / file).read_bytes()).hexdigest().startswith(mark), file
