"""Tests of the shipped nginx configuration in front of a real gunicorn."""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
from typing import TYPE_CHECKING, Any

import pytest

from adapters.operations.uploads import CHECKS
from tests.given.naming import naming
from tests.given.servers.behind_nginx import SOMEWHERE, Answer, ask
from tests.given.servers.gunicorn import END, MEBIBYTE, NOTES, START, socket_of
from tests.given.servers.nginx import FILES, NAME, SHIPPED, WHY_NOT, Nginx, behind_nginx, installed
from tests.given.slow import keep_one_in
from tests.given.waiting import until
from tests.given.webapi.smuggled_requests import BODIES, CHUNKED, CHUNKS, HEADS, HIDING, LINES, answers, first, hidden
from tests.given.webapi.whole_path import apply
from webapi.edge.headers import EVERYWHERE, KEPT_FOR_GOOD, NO_PAGE
from webapi.problems import BY_STATUS

if TYPE_CHECKING:
    from tests.given.webapi.town import World

pytestmark = pytest.mark.skipif(not installed(), reason=WHY_NOT)


# what goes through


def test_pages_and_api_are_served_uncompressed_with_each_header_once(town, nginx):
    page = ask(nginx, "GET", "/sign-in", Accept_Encoding="gzip")
    program = ask(nginx, "GET", "/api/v1/candidacies", Accept_Encoding="gzip", **town.rose.bearer)
    assert (page.status, program.status) == (200, 200)
    for answer in (page, program):
        for name, value in EVERYWHERE:
            assert answer.headers.get_all(name) == [value]
        assert len(answer.headers.get_all("Content-Security-Policy") or []) == 1
        assert "Content-Encoding" not in answer.headers
        assert answer.headers["Server"] == "nginx"


def test_nginx_serves_static_files_with_security_headers_and_immutable_caching(nginx):
    named = ask(nginx, "GET", "/static/desk.css?v=0123456789ab", Accept_Encoding="gzip")
    plain = ask(nginx, "GET", "/static/acquis.js")
    assert (named.status, named.headers["Cache-Control"]) == (200, KEPT_FOR_GOOD)
    assert (plain.status, plain.headers["Cache-Control"]) == (200, "no-cache")
    assert named.headers["Content-Encoding"] == "gzip"
    for answer in (named, plain, ask(nginx, "GET", "/static/none.css")):
        assert {name: answer.headers.get_all(name) for name, _ in EVERYWHERE} == {
            name: [value] for name, value in EVERYWHERE
        }
        assert answer.headers["Content-Security-Policy"] == NO_PAGE
    assert ask(nginx, "GET", "/static/../app.py").status in {400, 404}
    assert ask(nginx, "GET", "/static../app.py").status == 404


def test_upload_through_nginx_is_stored_and_leaves_no_file_on_nginx_s_spool(world, nginx):
    candidacy = apply(world, world.marie)
    body = START + b" " * 3 * MEBIBYTE + END
    path = f"/api/v1/candidacies/{candidacy}/evidence"
    kind = {"Content_Type": "multipart/form-data; boundary=frontier"}
    answer = ask(nginx, "POST", path, body, **kind, **world.marie.bearer)
    assert answer.status == 201, answer.body
    assert [each for each in (nginx.folder / "spool").rglob("*") if each.is_file()] == []
    evidence = answer.json["id"]
    world.projector.catch_up()
    part = ask(nginx, "GET", f"{path}/{evidence}/content", Range="bytes=0-3", **world.marie.bearer)
    assert (part.status, part.body) == (206, NOTES[:4])
    assert part.headers["Content-Disposition"].startswith("attachment")


def test_file_with_a_name_of_three_kilobytes_in_the_header_is_served(world, nginx):
    """255 characters of four bytes, each encoded in twelve."""
    candidacy = apply(world, world.marie)
    name = "\U0001f600" * 251 + ".txt"
    made = world.marie.upload(candidacy, NOTES, name)
    assert made.status_code == 201, made.data
    world.projector.catch_up()
    path = f"/api/v1/candidacies/{candidacy}/evidence/{made.json['id']}/content"
    answer = ask(nginx, "GET", path, **world.marie.bearer)
    assert (answer.status, answer.body) == (200, NOTES)
    assert len(answer.headers["Content-Disposition"]) > 3000


def test_nginx_allows_large_bodies_exactly_on_the_application_s_upload_routes(town):
    """Both sides have the same limits."""
    text = (SHIPPED / "acquis.conf").read_text()
    (where,) = re.findall(r"location ~ (\S+) \{\s+client_max_body_size 201m;", text)
    assert "client_max_body_size 1m;" in (SHIPPED / "edge.conf").read_text()
    large = {
        rule.rule
        for rule in town.app.url_map.iter_rules()
        if getattr(town.app.view_functions[rule.endpoint], "uploads", False)
    }
    assert len(large) >= 3
    every = {rule.rule for rule in town.app.url_map.iter_rules()}
    assert {rule for rule in every if re.match(where, re.sub(r"<[^>]+>", SOMEWHERE, rule))} == large


def test_nginx_waits_for_the_inspection_on_every_upload_route(town):
    text = (SHIPPED / "acquis.conf").read_text()
    patient = re.findall(rf"location ~ (\S+) \{{[^}}]*proxy_read_timeout {CHECKS}s;", text)
    rules = {rule.endpoint: rule.rule for rule in town.app.url_map.iter_rules()}
    for endpoint in ("evidence.submit_evidence", "candidacy.submit", "upload.put_in"):
        asked = re.sub(r"<[^>]+>", SOMEWHERE, rules[endpoint])
        assert any(re.match(where, asked) for where in patient), endpoint


# what does not


@pytest.mark.parametrize("path", ["/api/v1/persons", "/sign-in"])
def test_body_over_the_limit_is_refused_by_nginx_before_it_is_read(nginx, path):
    with nginx.connect() as connection:
        head = f"POST {path} HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: {2 * MEBIBYTE}\r\n\r\n"
        connection.sendall(head.encode())
        raw = http.client.HTTPResponse(connection)
        raw.begin()
        answer = Answer(raw)
    assert answer.status == 413
    if path.startswith("/api"):
        assert (answer.json["type"], answer.headers["Content-Type"]) == (
            "/problems/too-large", "application/problem+json",
        )  # fmt: skip
    else:
        assert "dépasse la taille".encode() in answer.body
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_large_body_refused_early_still_gets_the_refusal_as_its_answer(nginx):
    kind = {"Content_Type": "application/offset+octet-stream"}
    path, body = f"/api/v1/uploads/{SOMEWHERE}", bytes(8 * MEBIBYTE)
    assert {ask(nginx, "PATCH", path, body, **kind).status for _ in range(25)} == {401}


@pytest.mark.parametrize(
    ("method", "rest", "status", "slug"),
    [
        ("GET", "%00", 400, "bad-framing"),
        ("TRACE", "", 405, "method-not-allowed"),
        ("GET", "a" * 9000, 414, "uri-too-long"),
    ],
)
def test_nginx_s_own_refusals_have_the_application_s_form(nginx, method, rest, status, slug):
    program, person = ask(nginx, method, f"/api/{rest}"), ask(nginx, method, f"/{rest}")
    assert (program.status, program.json["type"], program.json["status"]) == (status, f"/problems/{slug}", status)
    assert (person.status, BY_STATUS[status].fr in person.body.decode()) == (status, True)
    for answer in (program, person):
        assert answer.headers["Content-Security-Policy"] == NO_PAGE
        assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert ask(nginx, "GET", "/unreadable/program").status == 404


def test_51_nginx_does_not_answer_to_another_host_name(nginx):
    with pytest.raises(ssl.SSLError):
        nginx.connect(name="evil.example")
    for port, opened in (
        (nginx.plain, socket.create_connection(("127.0.0.1", nginx.plain), 5)),
        (nginx.tls, nginx.connect()),
    ):
        with opened:
            opened.sendall(f"GET / HTTP/1.1\r\nHost: evil.example:{port}\r\n\r\n".encode())
            assert opened.recv(1000) == b""


def test_nginx_forwards_only_files_under_the_files_host(nginx):
    for path in ("/files/x", "/sign-in", "/healthz", "/api/v1/candidacies"):
        answer = ask(nginx, "GET", path, name=FILES)
        passed_on = answer.headers["Content-Language"] is not None  # by the application, which has no files host here
        assert (answer.status, passed_on) == (404, path == "/files/x")
        assert answer.headers.get_all("X-Frame-Options") == ["DENY"]


def test_plain_http_redirects_to_https_under_the_configured_name(nginx):
    client = http.client.HTTPConnection("127.0.0.1", nginx.plain)
    client.request("POST", "/sign-in?next=/", b"x", {"Host": NAME})
    answer = client.getresponse()
    client.close()
    assert (answer.status, answer.headers["Location"]) == (308, f"https://{NAME}/sign-in?next=/")


def test_readyz_is_served_only_to_the_local_machine(nginx):
    assert ask(nginx, "GET", "/readyz").status in {200, 503}
    client = http.client.HTTPSConnection(NAME, nginx.tls)
    client.sock = nginx.connect(source="127.0.0.9")
    client.request("GET", "/readyz")
    answer = Answer(client.getresponse())
    client.close()
    assert (answer.status, answer.json["type"]) == (404, "/problems/not-found")


def test_every_public_form_but_sign_out_is_rate_limited_by_nginx(town):
    (where,) = re.findall(r"location ~ (\S+) \{[^}]*limit_req", (SHIPPED / "acquis.conf").read_text())
    open_to_all = {
        rule.rule
        for rule in town.app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and getattr(town.app.view_functions[rule.endpoint], "allowed", 1) == frozenset()
    }
    assert len(open_to_all) >= 3
    assert {rule for rule in open_to_all if not re.match(where, rule)} == {"/sign-out"}


def test_public_forms_are_rate_limited_per_address_when_sent_but_not_when_shown(nginx):
    got = {answer.status: answer for answer in (ask(nginx, "POST", "/sign-in", b"") for _ in range(25))}
    assert set(got) == {403, 429}  # 403 without a CSRF token, 429 when too frequent
    assert got[429].headers["Retry-After"] == "10"
    assert ask(nginx, "GET", "/sign-in").status == 200


@pytest.mark.parametrize(
    ("form", "one"),
    keep_one_in(
        4,
        [
            ("2001:db8::{}:7", True),  # one network's addresses
            ("2001:db8:0:{}::1", False),  # twenty-five networks
            ("::ffff:203.0.113.{}", False),  # IPv4, as a load balancer may say it
            ("203.0.113.{}", False),
        ],
    ),
)
def test_ipv6_network_of_64_bits_is_rate_limited_as_one_address(tmp_path, served, town, form, one):
    """A trusted load balancer gives the client address; many addresses of a network share one limit."""
    del served
    with behind_nginx(tmp_path / "run", f"unix:{socket_of(town)}", believed="127.0.0.0/8") as nginx:
        asked = [
            ask(nginx, "POST", "/sign-in", b"", X_Forwarded_For=form.format(number)).status for number in range(1, 26)
        ]
    assert asked.count(403) >= 11  # not limited, but without a CSRF token
    assert (429 in asked) == one


def test_nginx_logs_contain_no_address_path_or_query(nginx):
    answer = ask(nginx, "GET", "/candidacies/secret-of-a-link?token=secret-of-a-query")
    until(lambda: answer.headers["X-Request-Id"] in (nginx.folder / "acquis.log").read_text())
    logged = (nginx.folder / "acquis.log").read_text()
    assert "secret" not in logged + (nginx.folder / "acquis-error.log").read_text()
    assert "127.0.0.1" not in logged
    lines = [json.loads(line) for line in logged.splitlines()]
    assert {"at", "request", "status", "method", "seconds", "bytes", "held_back"} == set(lines[0])
    assert answer.headers["X-Request-Id"] in [line["request"] for line in lines]


def test_nginx_logs_contain_no_query_when_the_application_is_down(tmp_path):
    with behind_nginx(tmp_path / "run", f"unix:{tmp_path}/nobody.sock") as nginx:
        for path in ("/candidacies?q=kanari", "/people?q=kanari", "/sign-in?next=/people%3Fq=kanari"):
            assert ask(nginx, "GET", path).status == 503
        until(lambda: len((nginx.folder / "acquis.log").read_text().splitlines()) == 3)
    logs = list((tmp_path / "run").glob("*.log"))
    assert len(logs) == 3
    assert [each.name for each in logs if "kanari" in each.read_text()] == []


# what two servers could read two ways


@pytest.fixture
def executes_nothing(town: World, nginx: Nginx) -> Any:
    """Check that it gets at most one answer, closes the connection and executes nothing."""

    def executes_nothing(sent: bytes) -> list[int]:
        before = town.head()[:2]
        heard = answers(nginx.connect(), sent)
        assert len(heard) <= 1, heard
        assert town.head()[:2] == before
        return heard

    return executes_nothing


def test_control_smuggled_request_is_executed_through_nginx_when_it_is_read(town, nginx):
    before = town.head()[1]
    both = first(town.rose.token, b"Content-Length: 4") + b"null" + hidden(town.rose.token)
    assert answers(nginx.connect(), both) == [422, 201]
    assert town.head()[1] == before + 2


def test_52_request_smuggling_in_the_head_is_stopped_by_nginx(town, executes_nothing):
    for lines, body in HIDING:
        with naming(lines, body):
            token = town.rose.token
            heard = executes_nothing(first(token, *HEADS[lines]) + BODIES[body] + hidden(token))
            assert heard in ([400], [411], [])


def test_52_request_smuggling_in_chunks_is_stopped_by_nginx(town, executes_nothing):
    for chunks in CHUNKS:
        with naming(chunks):
            token = town.rose.token
            executes_nothing(first(token, CHUNKED) + CHUNKS[chunks].replace(b"{hidden}", hidden(token)))


def test_52_request_smuggling_in_the_request_line_is_stopped_by_nginx(town, executes_nothing):
    for line in LINES:
        with naming(line):
            token = town.rose.token
            executes_nothing(first(token, CHUNKED, **LINES[line]) + BODIES["chunks"] + hidden(token))


# what reaches the application


def test_51_nginx_replaces_the_client_s_forwarded_headers(overheard):
    nginx, heard = overheard
    ask(
        nginx, "GET", "/", X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="http", X_Forwarded_Host="evil.example",
        Forwarded="host=evil.example", X_Forwarded_Prefix="/evil", X_Forwarded_Port="1", Upgrade="h2c", TE="trailers",
        X_Request_Id="203.0.113.9",
    )  # fmt: skip
    (passed,) = heard
    lines = passed.decode().lower().split("\r\n")
    assert f"host: {NAME}:{nginx.tls}" in lines
    assert "x-forwarded-for: 127.0.0.1" in lines
    assert "x-forwarded-proto: https" in lines
    assert "connection: close" in lines
    assert [line for line in lines if re.fullmatch(r"x-request-id: [0-9a-f]{12}", line)]
    told = [line for line in lines if re.search(r"evil|203\.0|h2c|trailers", line)]
    assert told == []


def test_nginx_gives_503_in_the_application_s_form_when_the_application_is_down(tmp_path):
    with behind_nginx(tmp_path / "run", f"unix:{tmp_path}/nobody.sock") as nginx:
        program, person = ask(nginx, "GET", "/api/v1/candidacies"), ask(nginx, "GET", "/sign-in")
        machine, file = ask(nginx, "GET", "/readyz"), ask(nginx, "GET", "/files/x", name=FILES)
    assert (program.status, program.json["type"]) == (503, "/problems/unavailable")
    assert (person.status, person.headers["Content-Type"]) == (503, "text/html")
    assert b"rien n'est perdu" in person.body
    assert f"donnez ce numéro : {person.headers['X-Request-Id']}".encode() in person.body
    assert machine.status == file.status == 503
    for answer in (program, person, machine, file):
        assert answer.headers["Retry-After"] == "2"
        assert answer.headers["Content-Security-Policy"] == NO_PAGE
