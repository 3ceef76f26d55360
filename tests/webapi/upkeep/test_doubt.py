"""While the log is in doubt: who is told, what is refused by which name, and how does the operator go on?"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest
from click.testing import CliRunner
from werkzeug.test import TestResponse

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.database.pool import Database
from adapters.log.doubt import confirm, doubts, proposed
from adapters.log.recorder import LogRecorder
from adapters.settings import Settings
from domain.commands.people.register_person import RegisterPerson
from domain.ports import OPERATOR, Actor, PersonId, Role
from projections.engine.runner import Projector
from tests.given.servers.databases import as_url
from tests.given.waiting import comes_about, until
from tests.given.webapi.browsers import Browser
from tests.given.webapi.telephones import code_of
from webapi.app import create_app
from webapi.cli.main import program
from webapi.signing.checkpoint_key import Checkpointing, create, watching
from webapi.upkeep.doubt import acceptance, write_of_doubt
from webapi.upkeep.letters import send_waiting
from webapi.wiring import App, assemble

TAMPER = """
alter table log.event disable trigger never_rewritten;
update log.event set body = jsonb_set(body::jsonb, '{on}', '"2020-01-01"')::text where position = 3;
alter table log.event enable always trigger never_rewritten;
"""


@pytest.fixture
def opened(settings: Settings) -> Iterator[App]:
    """A house with an administrator and a signed log."""
    server = DatabaseServer(str(settings.database_url))
    with closing(assemble(settings, server, FixedClock(date(2021, 2, 1)))) as acquis:
        create(acquis)
        ada = acquis.do(RegisterPerson(name="Ada Essai", email="ada@example.org", given=(Role.ADMIN,)), OPERATOR)
        acquis.accounts.add(PersonId(next(iter(ada.versions))), "ada@example.org", "une phrase longue et variée")
        with closing(server.open("acquis_projector", 3)) as projecting:
            Projector(projecting, LogRecorder(projecting)).catch_up()
            Checkpointing(settings, projecting)()
        yield acquis


def say(url: Any, statement: str) -> None:
    with closing(psycopg2.connect(str(url))) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)


def watch(acquis: App) -> None:
    """A whole round."""
    with closing(Database(acquis.server.dsn, role="acquis_projector", size=2)) as projecting:
        watching(acquis.settings, projecting).whole_round()


def environment(acquis: App) -> dict[str, str]:
    return {
        "ACQUIS_DATABASE_URL": as_url(acquis.server.dsn),
        "ACQUIS_DATA": str(acquis.settings.data),
        "ACQUIS_SECRET_KEY": acquis.settings.secret_key,
        "LANG": "en_GB.UTF-8",
        "LC_ALL": "en_GB.UTF-8",
    }


def body(answer: TestResponse) -> Any:
    return answer.json


def rules(answer: TestResponse) -> list[str]:
    """The alarms that make it unready, and those beside them."""
    return [each["rule"] for each in body(answer)["violations"]]


def letters(acquis: App) -> list[str]:
    send_waiting(acquis)
    return [path.read_text("utf-8") for path in sorted((acquis.settings.data / "mail").rglob("*.eml"))]


def test_a_log_in_doubt_is_told_by_readiness_pages_the_api_the_command_line_and_one_letter(opened: App) -> None:
    client = create_app(opened).test_client()
    assert "in doubt" not in client.get("/sign-in", headers={"Accept-Language": "en"}).text
    assert write_of_doubt(opened) == 0
    say(opened.server.dsn, TAMPER)
    watch(opened)
    named = "The fact is not the one that was sealed (position 3)"

    red = client.get("/readyz")
    assert (red.status_code, "log-doubted" in rules(red)) == (503, True)
    page = client.get("/sign-in", headers={"Accept-Language": "en"})
    assert (page.status_code, "The log is in doubt: one may read" in page.text) == (200, True)
    ada = opened.accounts.known_by("ada@example.org")
    assert ada
    until_then = datetime.now(UTC) + timedelta(days=1)
    token = opened.tokens.make(Actor(person=ada, role=Role.ADMIN), "tests", until_then, issued_by=None).secret
    refused = client.post(
        "/api/v1/persons",
        json={"name": "Alix Essai", "email": "alix@example.org", "roles": ["candidate"]},
        headers={"Authorization": f"Bearer {token}", "Accept-Language": "fr"},
    )
    assert (refused.status_code, body(refused)["type"]) == (503, "/problems/log-doubted")
    assert body(refused)["title"].startswith("Le journal est mis en doute : on peut lire, mais rien")
    assert int(refused.headers["Retry-After"]) > 0

    run = CliRunner()
    one_more = ["person", "add", "--name", "A", "--email", "a@example.org", "--role", "admin"]
    added = run.invoke(program, one_more, env=environment(opened))
    assert (added.exit_code, "The log is in doubt" in added.output) == (1, True)
    doctor = json.loads(run.invoke(program, ["doctor", "--before-start", "--json"], env=environment(opened)).stdout)
    assert any(f". {named}." in each and "acquis doubt show" in each for each in doctor["wrong"]), doctor
    shown = run.invoke(program, ["doubt", "show"], env=environment(opened)).stdout
    assert (named in shown, "acquis doubt accept" in shown) == (True, True), "and what comes next"
    assert doctor["state"]["watch"]["round_facts"] == doctor["state"]["facts"]

    assert [write_of_doubt(opened), write_of_doubt(opened)] == [1, 0]
    (letter,) = letters(opened)
    assert "To: ada@example.org" in letter
    say(opened.server.dsn, TAMPER.replace("position = 3", "position = 2"))
    watch(opened)
    assert len(doubts(opened.database)) == 2
    assert write_of_doubt(opened) == 0  # the same alarm, still open


SHOWN = re.compile(r'name="shown" value="([^"]+)"')
UNLAWFUL = """
select log.append_one(gen_random_uuid(), stream, version + 1, type, body) from log.event
 where stream = (select stream from log.event where type = 'Registered' limit 1) order by version desc limit 1
"""


def administrator(acquis: App, name: str) -> Browser:
    """Register an administrator, who signs in."""
    registered = acquis.do(RegisterPerson(name=f"{name} Essai", given=(Role.ADMIN,)), OPERATOR)
    person = PersonId(next(iter(registered.versions)))
    people = {name: SimpleNamespace(id=person, role=Role.ADMIN)}
    browser = Browser(SimpleNamespace(acquis=acquis, people=people), create_app(acquis).test_client())  # type: ignore[arg-type]
    project(acquis)
    assert browser.sign_in(name).status_code == 303
    return browser


def project(acquis: App) -> None:
    with closing(Database(acquis.server.dsn, role="acquis_projector", size=2)) as projecting:
        Projector(projecting, LogRecorder(projecting)).catch_up()


def step(acquis: App) -> None:
    """Do what the running watch does every five seconds."""
    with closing(Database(acquis.server.dsn, role="acquis_projector", size=2)) as projecting:
        watching(acquis.settings, projecting).step()


def accept_on_page(browser: Browser, reason: str = "a drill", shown: str = "", **proof: str) -> TestResponse:
    """Accept on the page Installation what it shows, with the code of the telephone."""
    (person,) = (each.id for each in browser.world.people.values())
    found = SHOWN.search(browser.get("/admin").text)
    sent = {"shown": shown or (found[1] if found else ""), "reason": reason}
    return browser.post(
        "/admin/doubt", "/admin", **sent, **(proof or {"code": code_of(browser.world.acquis, person)})
    )


def test_two_administrators_accept_a_doubt_on_the_page_and_one_alone_does_not(opened: App) -> None:
    first, second = administrator(opened, "Alba"), administrator(opened, "Bea")
    say(opened.server.dsn, TAMPER)
    watch(opened)
    assert "position 3" in first.get("/admin").text

    assert accept_on_page(first, code="000000").status_code == 422
    assert accept_on_page(first, reason=" ").status_code == 409
    assert accept_on_page(first, shown="something else").status_code == 422
    assert accept_on_page(first).status_code == 303
    step(opened)
    assert [each.place for each in doubts(opened.database)] == ["position 3"]
    page = first.get("/admin").text
    assert ("Accepté par Alba Essai" in page, SHOWN.search(page)) == (True, None), "the same person does not confirm"
    assert any("propose de laisser subsister" in each for each in letters(opened))

    assert accept_on_page(second).status_code == 303
    step(opened)
    assert doubts(opened.database) == []
    opened.do(RegisterPerson(name="Alix Essai", given=(Role.CANDIDATE,)), OPERATOR)


def test_two_administrators_do_not_silence_a_fact_that_the_web_s_login_recorded_against_the_rules(
    opened: App,
) -> None:
    both = administrator(opened, "Alba"), administrator(opened, "Bea")
    say(opened.server.dsn, UNLAWFUL)
    project(opened)
    watch(opened)
    assert [each.slug for each in doubts(opened.database)] == ["fact-unlawful"]
    for each in both:
        assert accept_on_page(each).status_code == 303
    step(opened)
    assert doubts(opened.database)
    assert "acquis doubt confirm" in both[0].get("/admin").text
    with closing(Database(opened.server.dsn, role="acquis_projector", size=2)) as projecting:
        ((position, _), *_) = reversed(proposed(projecting))
        assert confirm(projecting, position)
    assert doubts(opened.database) == []


def test_acceptances_of_two_people_who_are_no_administrators_do_not_confirm_each_other(opened: App) -> None:
    say(opened.server.dsn, TAMPER)
    watch(opened)
    found = acceptance(doubts(opened.database), "a forged one")
    for _ in range(2):  # as a hostile web process would, which names anybody
        opened.do(found, OPERATOR)
        say(
            opened.server.dsn,
            "select log.append_one(gen_random_uuid(), stream, version + 1, type, jsonb_set(jsonb_set(body::jsonb,"
            " '{as}', '\"admin\"'), '{by}', to_jsonb(gen_random_uuid()))::text) from log.event"
            " where type = 'DoubtAccepted' order by position desc limit 1",
        )
    step(opened)
    assert doubts(opened.database)


def test_a_fact_that_waits_to_be_sealed_beside_a_projector_at_work_is_an_alarm(opened: App) -> None:
    waits = """
    insert into log.event select nextval('log.position'), gen_random_uuid(), 1, type, body, gen_random_uuid(), 0,
                                 now() - interval '11 seconds' from log.event where position = 3
    """
    client = create_app(opened).test_client()
    say(opened.server.dsn, waits)
    with closing(psycopg2.connect(opened.server.dsn)) as acting, acting.cursor() as cursor:
        alarms = rules(client.get("/readyz"))
        assert ("read-side-behind" in alarms, "unsealed" in alarms) == (True, False)  # nobody seals: that is it
        cursor.execute("select pg_advisory_lock(4714, 0)")  # as a projector at work does
        alarms = rules(client.get("/readyz"))
        assert "unsealed" in alarms


@pytest.mark.slow
def test_a_real_projector_finds_it_stops_signing_and_goes_on_once_it_was_accepted(opened: App) -> None:
    command = [sys.executable, "-m", "webapi.cli.main", "project"]
    running = subprocess.Popen(command, env=os.environ | environment(opened), stderr=subprocess.PIPE, text=True)
    try:
        asking = create_app(opened).test_client()
        until(lambda: asking.get("/readyz").status_code == 200)
        notes = list(Path(opened.settings.checkpoint_folder).rglob("*.note"))
        say(opened.server.dsn, TAMPER)
        found = comes_about(lambda: doubts(opened.database))  # a round begins a minute after the one before
        assert found or comes_about(lambda: doubts(opened.database))
        accepted = CliRunner().invoke(
            program, ["doubt", "accept", "--reason", "a drill", "--json"], env=environment(opened)
        )
        assert accepted.exit_code == 0, accepted.output
        said = json.loads(accepted.stdout)
        assert [each["place"] for each in said["accepted"]] == ["position 3"]
        assert doubts(opened.database)
        confirmed = CliRunner().invoke(program, ["doubt", "confirm", str(said["position"])], env=environment(opened))
        assert "Confirmed: 1" in confirmed.output
        until(lambda: not doubts(opened.database))
        opened.do(RegisterPerson(name="Alix Essai", given=(Role.CANDIDATE,)), OPERATOR)
    finally:
        running.terminate()
        said = running.communicate(timeout=30)[1]
    assert "the log is in doubt: line-changed" in said
    assert len(list(Path(opened.settings.checkpoint_folder).rglob("*.note"))) == len(notes) + 1  # at its end
    nothing = CliRunner().invoke(program, ["doubt", "accept", "--reason", "again"], env=environment(opened))
    assert (nothing.exit_code, "Only what is in doubt is accepted" in nothing.output) == (1, True)


def test_a_policy_on_a_table_that_readiness_reads_is_an_alarm_and_no_error(opened: App) -> None:
    say(opened.settings.database_url, "alter table log.doubt enable row level security")
    say(opened.settings.database_url, "create policy mute on log.doubt using (false)")
    answer = create_app(opened).test_client().get("/readyz")
    assert (answer.status_code, "database-hides" in rules(answer)) == (503, True)
