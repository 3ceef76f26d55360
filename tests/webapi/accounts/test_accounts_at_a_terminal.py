"""Tests of the operator's commands for accounts: invitations, mail, sessions, second factors and identities."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pyotp
import pytest

from adapters.operations.identities import Came, Identity
from adapters.operations.one_time_codes import OneTimeCode
from domain.ports import PersonId
from tests.given.webapi.letters import LINK, folder, say
from tests.given.webapi.terminal import acquis_beside

if TYPE_CHECKING:
    from click.testing import Result

    from tests.given.webapi.town import World


@pytest.fixture(autouse=True)
def nothing_waits(world: World) -> None:
    say(world, "delete from desk.letter; delete from desk.session")
    for letter in folder(world).glob("*"):
        letter.unlink()


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout.strip().splitlines()[-1])


def test_person_invite_registers_a_new_person_and_mail_send_sends_the_link(world):
    run, email = acquis_beside(world), f"jury-{uuid4()}@example.org"
    invited = told(run("person", "invite", "--name", "Jeanne", "--email", email, "--role", "juror", "--json"))
    assert invited["position"] > 0
    assert told(run("mail", "send", "--json")) == {"sent": 1, "waiting": 0, "late": False}
    (letter,) = folder(world).glob(f"{invited['id']}-*.eml")
    assert LINK.search(letter.read_text().replace("\r\n", "\n"))
    say(world, "update desk.ticket set expires_at = now() - interval '1 second'")
    assert told(run("mail", "send", "--json"))["sent"] == 0
    assert say(world, "select count(*) from desk.ticket") == [(0,)], "and what has run out is taken away"


def test_person_invite_can_give_a_role_to_a_registered_person(world):
    run = acquis_beside(world)
    world.projector.catch_up()
    assert told(run("person", "invite", world.nadia.id, "--json"))["position"] is None
    assert told(run("person", "invite", world.nadia.id, "--role", "reporter", "--json"))["position"] > 0


def test_person_invite_is_refused_at_the_fourth_letter_to_one_address_in_an_hour(world):
    run, email = acquis_beside(world), f"jury-{uuid4()}@example.org"
    given = ("person", "invite", "--name", "Jeanne", "--email", email, "--role", "juror")
    assert [run(*given).exit_code for _ in range(4)] == [0, 0, 0, 1]
    assert "Too many attempts" in run(*given).output
    assert "three times an hour" in " ".join(run("person", "invite", "--help").output.split())


@pytest.mark.parametrize(
    "given",
    [
        (),
        ("--name", "Jeanne", "--role", "juror"),
        (str(uuid4()), "--name", "Jeanne"),
        (str(uuid4()), "--role", "juror", "--role", "assessor"),
        ("--name", "Jeanne", "--email", "a@example.org"),
    ],
)
def test_person_invite_with_missing_or_contradictory_options_is_a_usage_error(world, given):
    assert acquis_beside(world)("person", "invite", *given).exit_code == 2


def test_person_invite_is_refused_when_the_address_already_opens_an_account(world):
    address = f"pris-{uuid4()}@example.org"
    world.acquis.accounts.add(world.marie.id, address, "drawn for this test", drawn=True)
    run = acquis_beside(world, "fr_FR.UTF-8")
    result = run("person", "invite", "--name", "Ève", "--email", address, "--role", "juror")
    assert (result.exit_code, "n'ouvre qu'un compte" in result.output) == (1, True)


def test_person_sign_out_ends_the_sessions_that_person_sessions_lists(world):
    run = acquis_beside(world)
    world.acquis.accounts.add(world.marie.id, f"m-{uuid4()}@example.org", "drawn for this test", drawn=True)
    secrets = [world.acquis.sessions.begin(world.marie.actor, "Firefox · Linux") for _ in range(2)]
    assert [each["browser"] for each in told(run("person", "sessions", world.marie.id, "--json"))["items"]] == [
        "Firefox · Linux"
    ] * 2
    assert told(run("person", "sign-out", world.marie.id, "--json")) == {"ended": 2}
    assert [world.acquis.sessions.visitor(str(secret)) for secret in secrets] == [None, None]
    assert "No session" in run("person", "sessions", world.marie.id).output
    (happening,) = world.acquis.account_events.of(world.marie.id)
    assert (happening.what, happening.by) == ("sessions_ended", "operator")


def test_sign_out_all_and_revoke_all_end_every_session_and_token(world):
    run = acquis_beside(world)
    world.acquis.accounts.add(world.marie.id, f"m-{uuid4()}@example.org", "drawn for this test", drawn=True)
    session = world.acquis.sessions.begin(world.marie.actor)
    tokens = len(world.people)
    assert run("person", "sign-out").exit_code == run("person", "sign-out", world.marie.id, "--all").exit_code == 2
    assert run("token", "revoke", "--all", "--of", world.marie.id, "--id", uuid4()).exit_code == 2
    assert world.marie.get("/api/v1/candidacies").status_code == 200
    assert told(run("person", "sign-out", "--all", "--json"))["ended"] >= 1
    assert told(run("token", "revoke", "--all", "--json"))["revoked"] >= tokens
    newest = world.acquis.account_events.of(world.marie.id)[0]
    assert (newest.what, newest.by) == ("token_revoked", "operator"), "its owner sees it"
    assert told(run("token", "revoke", "--all", "--json")) == {"revoked": 0}
    assert world.acquis.sessions.visitor(str(session)) is None
    assert {each.get("/api/v1/certifications").status_code for each in world.people.values()} == {401}
    for name, caller in list(world.people.items()):
        world.people[name] = world.token(caller.id, caller.role)


def test_second_factor_reset_removes_the_factor_ends_sessions_and_notifies_the_owner(world):
    run, factors, who = acquis_beside(world), world.acquis.factors, world.marie.id
    world.acquis.accounts.add(who, f"m-{uuid4()}@example.org", "drawn for this test", drawn=True)
    secret = factors.begin(who)
    assert factors.accepts(who, pyotp.TOTP(secret).at(time.time()), proved=False)
    factors.new_codes(who)
    session = world.acquis.sessions.begin(world.marie.actor)
    assert told(run("person", "second-factor-reset", who, "--json")) == {"was_on": True}
    assert factors.on(who) is None
    assert world.acquis.sessions.visitor(str(session)) is None
    assert [(each.what, each.by) for each in world.acquis.account_events.of(who)] == [("factor_off", "operator")]
    assert told(run("mail", "send", "--json"))["sent"] == 1
    (letter,) = folder(world).glob(f"{who}-*.eml")
    for said in (
        "La double authentification de votre compte vient d",
        "The second factor of your account has just been",
    ):
        assert said in letter.read_text()
    assert told(run("person", "second-factor-reset", who, "--json")) == {"was_on": False}


def test_person_unlink_ends_the_identity_s_sessions_and_notifies_the_owner(world):
    run, identities, who = acquis_beside(world), world.acquis.identities, world.marie.id
    world.acquis.accounts.add(who, f"m-{uuid4()}@example.org", "drawn for this test", drawn=True)
    known = Identity(provider="ailleurs", sub=f"sub-{uuid4()}")
    identities.link(known, who)
    came = identities.begin(world.marie.actor, Came(identity=known, id_token=""), "Firefox · Linux")
    other = world.acquis.sessions.begin(world.marie.actor)
    assert told(run("person", "unlink", who, "ailleurs", "--json")) == {"was_linked": True}
    assert (identities.whose(known), identities.held(who)) == (None, [])
    assert world.acquis.sessions.visitor(str(came)) is None
    assert world.acquis.sessions.visitor(str(other)), "a session begun otherwise goes on"
    newest = world.acquis.account_events.of(who)[0]
    assert (newest.what, newest.by) == ("identity_unlinked", "operator")
    assert told(run("mail", "send", "--json"))["sent"] == 1
    (letter,) = folder(world).glob(f"{who}-*.eml")
    assert "ailleurs" in letter.read_text()
    assert told(run("person", "unlink", who, "ailleurs", "--json")) == {"was_linked": False}
    assert "there was none" in run("person", "unlink", who, "ailleurs").output


def test_person_unlink_is_refused_for_the_last_way_to_sign_in(world):
    email = f"jury-{uuid4()}@example.org"
    invited = told(
        acquis_beside(world)("person", "invite", "--name", "J", "--email", email, "--role", "juror", "--json")
    )
    who, known = PersonId(UUID(invited["id"])), Identity(provider="ailleurs", sub=f"sub-{uuid4()}")
    ticket = world.acquis.one_time_codes.make(OneTimeCode.INVITATION, person=who, about={"email": email})
    assert world.acquis.identities.join(known, who, email, ticket)
    answer = acquis_beside(world, "fr_FR.UTF-8")("person", "unlink", who, "ailleurs")
    assert (answer.exit_code, "la dernière façon de se connecter" in answer.output) == (1, True)
    assert world.acquis.identities.whose(known) == who
    assert world.acquis.account_events.of(who) == []


def test_doctor_reports_letters_that_have_waited_more_than_an_hour(world):
    world.acquis.letters.put("password_changed", "zoe@example.org", "fr", person=PersonId(UUID(int=7)))
    run = acquis_beside(world)
    assert not re.search("Letters have waited", run("doctor").output)
    say(world, "update desk.letter set made_at = now() - interval '61 minutes'")
    assert re.search("Letters have waited", run("doctor").output)
