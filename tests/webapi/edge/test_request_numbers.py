"""Each request has a number: in its answer, on the page for people, in each line of the log, with what it left."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from adapters import request_id
from adapters.by_settings import post_office, scanner_of
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


def test_a_problem_says_its_number_and_each_line_of_the_log_bears_it(world: World):
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


def test_what_went_well_has_a_number_too_and_after_it_nobody_is_at_work(world: World):
    assert NUMBER.fullmatch(world.rose.get(f"/api/v1/persons/{world.marie.id}").headers[NUMBERED])
    assert request_id.current() is None


@pytest.mark.parametrize(
    ("proxies", "sent", "taken"),
    [(1, GIVEN, True), (0, GIVEN, False), (1, GIVEN.upper(), False), (1, "x" * 12, False)],
)
def test_our_proxy_gives_the_number_and_a_stranger_does_not(world: World, proxies: int, sent: str, *, taken: bool):
    house = replace(world.acquis, settings=replace(world.acquis.settings, proxies=proxies))
    answer = create_app(house).test_client().get("/healthz", headers={NUMBERED: sent})
    assert (answer.headers[NUMBERED] == sent) == taken


def test_the_worker_says_of_which_request_the_file_came(world: World):
    put_in = world.marie.upload(apply(world, world.marie), checked=False)
    assert put_in.status_code == 201
    nowhere = scanner_of(replace(world.acquis.settings, clamd_url="tcp://127.0.0.1:1"))
    with overheard() as said:
        work_off(replace(world.acquis, scanner=nowhere), ("check",))
    (waits,) = [line for line in lines(said) if line["event"] == "a job waits"]
    assert waits["request"] == put_in.headers[NUMBERED]
    assert waits["cause"] == "scanner-unavailable"


def test_who_sends_letters_says_which_request_asked_for_one(world: World):
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
