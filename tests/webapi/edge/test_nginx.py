"""What does the shipped nginx do with what comes from outside? The file of deploy/nginx, before real gunicorn."""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
from typing import TYPE_CHECKING, Any

import pytest

from adapters.desk.uploads import CHECKS
from tests.given.by_night import one_of
from tests.given.naming import naming
from tests.given.servers.behind_nginx import SOMEWHERE, Answer, ask
from tests.given.servers.gunicorn import END, MEBIBYTE, NOTES, START, socket_of
from tests.given.servers.nginx import FILES, NAME, SHIPPED, WHY_NOT, Nginx, behind_nginx, installed
from tests.given.waiting import until
from tests.given.webapi.smuggled_requests import BODIES, CHUNKED, CHUNKS, HEADS, HIDING, LINES, answers, first, hidden
from tests.given.webapi.whole_path import apply
from webapi.edge.headers import EVERYWHERE, KEPT_FOR_GOOD, NO_PAGE
from webapi.problems import BY_STATUS

if TYPE_CHECKING:
    from tests.given.webapi.town import World

pytestmark = pytest.mark.skipif(not installed(), reason=WHY_NOT)


# what goes through


def test_pages_and_api_are_served_with_each_header_once_and_uncompressed(town, nginx):
    page = ask(nginx, "GET", "/sign-in", Accept_Encoding="gzip")
    program = ask(nginx, "GET", "/api/v1/candidacies", Accept_Encoding="gzip", **town.rose.bearer)
    assert (page.status, program.status) == (200, 200)
    for answer in (page, program):
        for name, value in EVERYWHERE:
            assert answer.headers.get_all(name) == [value]
        assert len(answer.headers.get_all("Content-Security-Policy") or []) == 1
        assert "Content-Encoding" not in answer.headers
        assert answer.headers["Server"] == "nginx"


def test_a_static_file_is_nginx_s_own_hardened_and_kept_for_good_under_its_content_s_name(nginx):
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


def test_an_upload_goes_through_and_is_left_on_no_disk(world, nginx):
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


def test_a_piece_is_handed_out_however_long_its_name_is_in_a_header(world, nginx):
    """255 characters of four bytes, each of which is said in twelve."""
    candidacy = apply(world, world.marie)
    name = "\U0001f600" * 251 + ".txt"
    made = world.marie.upload(candidacy, NOTES, name)
    assert made.status_code == 201, made.data
    world.projector.catch_up()
    path = f"/api/v1/candidacies/{candidacy}/evidence/{made.json['id']}/content"
    answer = ask(nginx, "GET", path, **world.marie.bearer)
    assert (answer.status, answer.body) == (200, NOTES)
    assert len(answer.headers["Content-Disposition"]) > 3000


def test_files_come_in_where_the_application_takes_them_and_are_measured_like_the_rest_elsewhere(town):
    """Each view that takes large bodies is at an address where nginx lets them through; the limits are equal."""
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


def test_wherever_a_file_may_be_inspected_the_answer_is_waited_for_as_long_as_that_may_take(town):
    text = (SHIPPED / "acquis.conf").read_text()
    patient = re.findall(rf"location ~ (\S+) \{{[^}}]*proxy_read_timeout {CHECKS}s;", text)
    rules = {rule.endpoint: rule.rule for rule in town.app.url_map.iter_rules()}
    for endpoint in ("evidence.submit_evidence", "candidacy.submit", "upload.put_in"):
        asked = re.sub(r"<[^>]+>", SOMEWHERE, rules[endpoint])
        assert any(re.match(where, asked) for where in patient), endpoint


# what does not


@pytest.mark.parametrize("path", ["/api/v1/persons", "/sign-in"])
def test_a_body_over_the_limit_is_refused_before_it_is_read(nginx, path):
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


def test_a_large_body_that_is_refused_before_it_is_read_is_answered_by_that_refusal(nginx):
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
def test_what_nginx_itself_refuses_is_a_problem_like_the_application_s(nginx, method, rest, status, slug):
    program, person = ask(nginx, method, f"/api/{rest}"), ask(nginx, method, f"/{rest}")
    assert (program.status, program.json["type"], program.json["status"]) == (status, f"/problems/{slug}", status)
    assert (person.status, BY_STATUS[status].fr in person.body.decode()) == (status, True)
    for answer in (program, person):
        assert answer.headers["Content-Security-Policy"] == NO_PAGE
        assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert ask(nginx, "GET", "/unreadable/program").status == 404


def test_51_another_name_is_answered_by_nobody(nginx):
    with pytest.raises(ssl.SSLError):
        nginx.connect(name="evil.example")
    for port, opened in (
        (nginx.plain, socket.create_connection(("127.0.0.1", nginx.plain), 5)),
        (nginx.tls, nginx.connect()),
    ):
        with opened:
            opened.sendall(f"GET / HTTP/1.1\r\nHost: evil.example:{port}\r\n\r\n".encode())
            assert opened.recv(1000) == b""


def test_under_the_files_name_only_files_are_passed_on(nginx):
    for path in ("/files/x", "/sign-in", "/healthz", "/api/v1/candidacies"):
        answer = ask(nginx, "GET", path, name=FILES)
        passed_on = answer.headers["Content-Language"] is not None  # by the application, which has no such name here
        assert (answer.status, passed_on) == (404, path == "/files/x")
        assert answer.headers.get_all("X-Frame-Options") == ["DENY"]


def test_plain_http_leads_to_tls_under_our_own_name(nginx):
    client = http.client.HTTPConnection("127.0.0.1", nginx.plain)
    client.request("POST", "/sign-in?next=/", b"x", {"Host": NAME})
    answer = client.getresponse()
    client.close()
    assert (answer.status, answer.headers["Location"]) == (308, f"https://{NAME}/sign-in?next=/")


def test_how_the_machine_does_is_said_on_this_machine_only(nginx):
    assert ask(nginx, "GET", "/readyz").status in {200, 503}
    client = http.client.HTTPSConnection(NAME, nginx.tls)
    client.sock = nginx.connect(source="127.0.0.9")
    client.request("GET", "/readyz")
    answer = Answer(client.getresponse())
    client.close()
    assert (answer.status, answer.json["type"]) == (404, "/problems/not-found")


def test_each_form_that_anybody_may_send_is_held_back_but_the_one_that_ends_a_session(town):
    (where,) = re.findall(r"location ~ (\S+) \{[^}]*limit_req", (SHIPPED / "acquis.conf").read_text())
    open_to_all = {
        rule.rule
        for rule in town.app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and getattr(town.app.view_functions[rule.endpoint], "allowed", 1) == frozenset()
    }
    assert len(open_to_all) >= 3
    assert {rule for rule in open_to_all if not re.match(where, rule)} == {"/sign-out"}


def test_forms_that_anybody_may_send_are_sent_so_often_from_one_address_and_shown_as_often_as_asked(nginx):
    got = {answer.status: answer for answer in (ask(nginx, "POST", "/sign-in", b"") for _ in range(25))}
    assert set(got) == {403, 429}  # without a token, and too often
    assert got[429].headers["Retry-After"] == "10"
    assert ask(nginx, "GET", "/sign-in").status == 200


@pytest.mark.parametrize(
    ("form", "one"),
    one_of(
        4,
        [
            ("2001:db8::{}:7", True),  # one network's addresses
            ("2001:db8:0:{}::1", False),  # twenty-five networks
            ("::ffff:203.0.113.{}", False),  # IPv4, as a load balancer may say it
            ("203.0.113.{}", False),
        ],
    ),
)
def test_a_network_of_ipv6_is_counted_as_one_address(tmp_path, served, town, form, one):
    """Given a load balancer that is believed about who asks: who has many addresses has no more for it."""
    del served
    with behind_nginx(tmp_path / "run", f"unix:{socket_of(town)}", believed="127.0.0.0/8") as nginx:
        asked = [
            ask(nginx, "POST", "/sign-in", b"", X_Forwarded_For=form.format(number)).status for number in range(1, 26)
        ]
    assert asked.count(403) >= 11  # let through, without a token
    assert (429 in asked) == one


def test_what_is_logged_says_nothing_of_who_asked_for_what(nginx):
    answer = ask(nginx, "GET", "/candidacies/secret-of-a-link?token=secret-of-a-query")
    until(lambda: answer.headers["X-Request-Id"] in (nginx.folder / "acquis.log").read_text())
    logged = (nginx.folder / "acquis.log").read_text()
    assert "secret" not in logged + (nginx.folder / "acquis-error.log").read_text()
    assert "127.0.0.1" not in logged
    lines = [json.loads(line) for line in logged.splitlines()]
    assert {"at", "request", "status", "method", "seconds", "bytes", "held_back"} == set(lines[0])
    assert answer.headers["X-Request-Id"] in [line["request"] for line in lines]


def test_no_log_names_who_is_searched_for_while_the_application_is_away(tmp_path):
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
    """Send it, and see at most one answer, the connection closed, nothing executed."""

    def executes_nothing(sent: bytes) -> list[int]:
        before = town.head()[:2]
        heard = answers(nginx.connect(), sent)
        assert len(heard) <= 1, heard
        assert town.head()[:2] == before
        return heard

    return executes_nothing


def test_the_hidden_request_would_be_executed_through_nginx_too(town, nginx):
    before = town.head()[1]
    both = first(town.rose.token, b"Content-Length: 4") + b"null" + hidden(town.rose.token)
    assert answers(nginx.connect(), both) == [422, 201]
    assert town.head()[1] == before + 2


def test_52_no_request_hides_in_a_head_on_its_way_through_nginx(town, executes_nothing):
    for lines, body in HIDING:
        with naming(lines, body):
            token = town.rose.token
            heard = executes_nothing(first(token, *HEADS[lines]) + BODIES[body] + hidden(token))
            assert heard in ([400], [411], [])


def test_52_no_request_hides_in_chunks_on_its_way_through_nginx(town, executes_nothing):
    for chunks in CHUNKS:
        with naming(chunks):
            token = town.rose.token
            executes_nothing(first(token, CHUNKED) + CHUNKS[chunks].replace(b"{hidden}", hidden(token)))


def test_52_no_request_hides_behind_a_first_line_on_its_way_through_nginx(town, executes_nothing):
    for line in LINES:
        with naming(line):
            token = town.rose.token
            executes_nothing(first(token, CHUNKED, **LINES[line]) + BODIES["chunks"] + hidden(token))


# what reaches the application


def test_51_what_a_client_says_of_who_it_is_goes_no_further(overheard):
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


def test_with_nobody_behind_it_nginx_says_so_as_the_application_would(tmp_path):
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
