"""Tests of request numbers: in the answer, on the page, in the logs, and with jobs and letters."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from adapters.by_settings import post_office, scanner_of
from adapters.process import request_id
from tests.given.servers.server_log import overheard
from tests.given.webapi.whole_path import apply
from webapi.app import create_app
from webapi.edge.logs import NUMBER, NUMBERED
from webapi.evidence.worker import work_off
from webapi.upkeep.letters import send_waiting

if TYPE_CHECKING:
    import io

    from tests.given.webapi.town import World

GIVEN = "0123456789ab"


def lines(said: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.getvalue().splitlines()]


def test_problem_and_log_lines_contain_the_request_number(world: World):
    with overheard() as said:
        page = world.app.test_client().get("/nothing")
        program = world.app.test_client().get("/api/v1/nothing")
    for answer in (page, program):
        number = answer.headers[NUMBERED]
        assert NUMBER.fullmatch(number)
        mine = [line for line in lines(said) if line.get("request") == number]
        assert [line["event"] for line in mine] == ["answered"]
    assert page.headers[NUMBERED] != program.headers[NUMBERED]
    assert re.search(rf"donnez ce numéro\W*: <strong>{page.headers[NUMBERED]}</strong>", page.text)
    assert all("request" in line for line in lines(said))


def test_successful_answer_has_a_request_number_that_is_cleared_afterwards(world: World):
    assert NUMBER.fullmatch(world.rose.get(f"/api/v1/persons/{world.marie.id}").headers[NUMBERED])
    assert request_id.current() is None


@pytest.mark.parametrize(
    ("proxies", "sent", "taken"),
    [(1, GIVEN, True), (0, GIVEN, False), (1, GIVEN.upper(), False), (1, "x" * 12, False)],
)
def test_request_number_is_taken_only_from_the_trusted_proxy(world: World, proxies: int, sent: str, *, taken: bool):
    house = replace(world.acquis, settings=replace(world.acquis.settings, proxies=proxies))
    answer = create_app(house).test_client().get("/healthz", headers={NUMBERED: sent})
    assert (answer.headers[NUMBERED] == sent) == taken


def test_worker_logs_the_number_of_the_request_that_sent_the_file(world: World):
    put_in = world.marie.upload(apply(world, world.marie), checked=False)
    assert put_in.status_code == 201
    nowhere = scanner_of(replace(world.acquis.settings, clamd_url="tcp://127.0.0.1:1"))
    with overheard() as said:
        work_off(replace(world.acquis, scanner=nowhere), ("check",))
    (waits,) = [line for line in lines(said) if line["event"] == "a job waits"]
    assert waits["request"] == put_in.headers[NUMBERED]
    assert waits["cause"] == "scanner-unavailable"


def test_mail_sender_logs_the_number_of_the_request_that_asked_for_the_letter(world: World):
    client = world.app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/password-reset").text)
    assert token
    asked = client.post("/password-reset", data={"csrf_token": token[1], "email": "nobody@example.org"})
    with world.looking.connection() as connection, connection.cursor() as cursor:
        cursor.execute(
            "update desk.letter set kind = 'password_changed' where request = %s", (asked.headers[NUMBERED],)
        )
        assert cursor.rowcount == 1
    nowhere = post_office(replace(world.acquis.settings, smtp_url="smtp+plain://127.0.0.1:1"))
    with overheard() as said:
        send_waiting(replace(world.acquis, post=nowhere))
    numbers = [line.get("request") for line in lines(said) if line["event"] == "a letter was not taken"]
    assert numbers == [asked.headers[NUMBERED]]
