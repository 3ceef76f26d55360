"""Tests of the search for people by name or address, over HTTP and at a terminal."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID, uuid4

import pytest
import structlog

from domain.commands.people.register_person import RegisterPerson
from domain.ports import OPERATOR, PersonId, Role
from projections.told import sealed_facts
from tests.given.webapi.destroyed_keys import erase
from tests.given.webapi.terminal import acquis_beside, commands
from tests.given.webapi.whole_path import done
from webapi.cli.main import program
from webapi.cli.terminal.who import Who
from webapi.privacy import finding
from webapi.privacy.finding import NobodyHasThisAddress, SeveralHaveThisAddress, find_by_address

if TYPE_CHECKING:
    from tests.given.webapi.town import Caller, World

SEARCHES = "/api/v1/persons/searches"


class Zoe(NamedTuple):
    """A person with a unique name and address."""

    id: UUID
    tag: str

    @property
    def name(self) -> str:
        return f"Zoé d'Aubigné-{self.tag}"

    @property
    def email(self) -> str:
        return f"Zoe.{self.tag}@Exemple.example"


@pytest.fixture
def zoe(world: World) -> Zoe:
    tag = uuid4().hex[:10]
    command = RegisterPerson(name=Zoe(uuid4(), tag).name, email=Zoe(uuid4(), tag).email, given=(Role.CANDIDATE,))
    who = next(iter(world.acquis.do(command, OPERATOR).versions))
    world.projector.catch_up()
    return Zoe(who, tag)


def found(who: Caller, text: str) -> list[str]:
    """Return the ids of the people found, from all pages."""
    ids, cursor = [], None
    while True:
        page = asked(who, text, cursor)
        ids += [each["id"] for each in page["items"]]
        if (cursor := page["next"]) is None:
            return ids


def asked(who: Caller, text: str, cursor: str | None = None) -> Any:
    answer = who.post(SEARCHES, {"text": text, "cursor": cursor})
    assert answer.status_code == 200, answer.text
    return answer.json


def test_registrar_and_administrator_find_a_person_by_words_of_the_name_or_by_address(world: World, zoe: Zoe) -> None:
    for text in (f"aubigne-{zoe.tag}", f"AUBIGNE-{zoe.tag} zoé", zoe.email.lower(), f" {zoe.email.upper()} "):
        assert found(world.rose, text) == found(world.ulysse, text) == [str(zoe.id)], text
    for text in (f"aubigne-{zoe.tag} martin", f"{zoe.tag}@exemple", zoe.email[1:]):
        assert found(world.rose, text) == [], text
    (item,) = asked(world.rose, zoe.tag)["items"]
    assert item == {"id": str(zoe.id), "name": zoe.name, "email": zoe.email, "login": None, "roles": ["candidate"]}
    world.refuses(422, "invalid", lambda: world.rose.post(SEARCHES, {"text": " "}))
    for nobody in (world.hugo, world.marie):
        world.refuses(403, "forbidden", partial(nobody.post, SEARCHES, {"text": zoe.tag}))


def test_renamed_person_is_found_only_by_the_new_name(
    world: World, zoe: Zoe, monkeypatch: pytest.MonkeyPatch
) -> None:
    corrected = {"name": f"Zoé Nouvelle-{zoe.tag[::-1]}", "document": "Acte de mariage"}
    shown = world.rose.get(f"/api/v1/persons/{zoe.id}").headers["ETag"]
    done(world.rose.post(f"/api/v1/persons/{zoe.id}/identity-corrections", corrected, If_Match=shown))
    world.projector.catch_up()
    keys: list[Any] = []
    asks = world.acquis.vault.keys

    def counted(wanted: Any) -> Any:
        keys.append(wanted)
        return asks(wanted)

    monkeypatch.setattr(world.acquis.vault, "keys", counted)
    assert found(world.rose, f"nouvelle {zoe.tag[::-1]}") == [str(zoe.id)]
    assert len(keys) == 1, "the keys of all names are asked for together, and none of the papers behind them"
    assert found(world.rose, f"aubigne {zoe.tag}") == []


def test_erased_person_is_not_found_by_name_address_or_login(world: World, zoe: Zoe) -> None:
    login = f"{zoe.tag}@ailleurs.example"
    world.acquis.accounts.add(PersonId(zoe.id), login, "quatre mots tirés au sort")
    for text in (zoe.tag, zoe.email, login):
        assert found(world.rose, text) == [str(zoe.id)]
        assert find_by_address(world.acquis, zoe.email, OPERATOR) == zoe.id
    assert erase(world, world.token(PersonId(zoe.id), Role.CANDIDATE), "identity").status_code in {200, 202}
    for text in (zoe.tag, zoe.email, login):
        assert found(world.rose, text) == []
    for address in (zoe.email, login):
        with pytest.raises(NobodyHasThisAddress):
            find_by_address(world.acquis, address, OPERATOR)


def test_search_for_people_opens_names_together_and_continues_page_by_page(
    world: World, zoe: Zoe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page reads a fixed number of people and gives the next cursor."""
    questions: list[Any] = []

    def counted(*given: Any) -> Any:
        questions.append(given)
        return sealed_facts(*given)

    monkeypatch.setattr(finding, "sealed_facts", counted)
    everybody = found(world.rose, "exemple")
    assert len(everybody) > 10
    assert len(questions) == 1
    monkeypatch.setattr(finding, "LOOKED_AT", 3)
    assert found(world.rose, "exemple") == everybody
    assert found(world.rose, zoe.tag) == [str(zoe.id)]
    monkeypatch.setattr(finding, "MOST", 2)
    assert found(world.rose, "exemple") == everybody


def test_search_for_people_logs_the_caller_and_never_the_text(
    world: World, zoe: Zoe, monkeypatch: pytest.MonkeyPatch
) -> None:
    structlog.reset_defaults()  # an earlier command in this process set the level to warnings
    monkeypatch.setattr(finding, "log", structlog.get_logger())  # a used logger keeps its configuration
    with structlog.testing.capture_logs() as lines:
        found(world.rose, zoe.tag)
    (noted,) = (each for each in lines if each["event"] == "people searched")
    assert (noted["by"], noted["role"], noted["found"]) == (str(world.rose.id), "registrar", 1)
    assert zoe.tag not in str(lines)
    assert str(zoe.id) not in str(lines)


def test_person_find_command_writes_no_log_line_at_a_terminal_and_refuses_empty_text(
    world: World, zoe: Zoe, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = acquis_beside(world)
    for empty in ("", " "):
        refused = run("person", "find", empty)
        assert (refused.exit_code, refused.stdout, "Give a name or an address." in refused.stderr) == (2, "", True)
    assert "people searched by the operator" in run("person", "find", zoe.email).stderr
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True, raising=False)
    assert run("person", "find", zoe.email).stderr == ""


def test_commands_accept_an_address_in_place_of_a_person_s_id(world: World, zoe: Zoe) -> None:
    run = acquis_beside(world)
    assert [each["id"] for each in answer(run("person", "find", zoe.tag.upper(), "--json"))["items"]] == [str(zoe.id)]
    assert f"{zoe.id}  {zoe.name}  {zoe.email}" in run("person", "find", zoe.email).stdout
    assert run("person", "find", "nobody at all").stdout == "Nobody.\n"
    assert answer(run("person", "show", zoe.email, "--json"))["id"] == str(zoe.id)
    assert run("person", "grant", zoe.email.lower(), "juror").exit_code == 0
    refused = run("person", "show", "none@exemple.example", "--json")
    assert (refused.exit_code, json.loads(refused.stdout)["type"]) == (1, "nobody-has-this-address")
    misused = run("person", "show", "Zoé")
    assert (misused.exit_code, "neither an id nor an e-mail address" in misused.stderr) == (2, True)
    assert "ni un identifiant ni une adresse" in run("person", "show", "Zoé", LANG="fr_FR.UTF-8").stderr
    for verb in ("release", "reopen"):
        refused = run("assessment", verb, uuid4(), "none@exemple.example", "--reason", "x", "--json")
        assert json.loads(refused.stdout)["type"] == "nobody-has-this-address", verb


def test_address_shared_by_two_files_is_refused_with_both_ids(world: World, zoe: Zoe) -> None:
    """The candidate registered twice, so the operator must give the id."""
    again = RegisterPerson(name="Zoé Aubigné", email=zoe.email.lower(), given=(Role.CANDIDATE,))
    other = next(iter(world.acquis.do(again, OPERATOR).versions))
    world.projector.catch_up()
    with pytest.raises(SeveralHaveThisAddress) as refused:
        find_by_address(world.acquis, zoe.email, OPERATOR)
    assert {each.en for each in refused.value.violations} == {f"File {zoe.id}.", f"File {other}."}


def test_every_command_argument_for_a_person_accepts_an_address() -> None:
    """One parameter type reads every such argument."""
    persons = {"who", "person", "candidate", "assessor", "advisor", "juror", "invigilator"}
    taking = [
        (" ".join(path), each)
        for path, command in commands(program)
        for each in command.params
        if each.name in persons and path[0] != "organisation"
    ]
    assert len(taking) > 12
    assert [path for path, each in taking if not isinstance(each.type, Who)] == []


def answer(result: Any) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout.strip().splitlines()[-1])
