"""Tests of commands that read: the course of a candidacy, frauds, notices and a person's qualities."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from adapters.framework_file import read_law, shipped
from domain.commands.rulebook.publish_rule_set import PublishRuleSet
from domain.ports import OPERATOR
from tests.given.webapi.erasures import called
from tests.given.webapi.jury_acts import grant, release, rule
from tests.given.webapi.terminal import acquis_beside
from tests.given.webapi.whole_path import apply, assessed, done, etag

if TYPE_CHECKING:
    from tests.given.webapi.town import World


@pytest.fixture
def told(world: World) -> Any:
    """Return a function that runs a command and returns its JSON answer and its English lines."""
    go = acquis_beside(world)

    def told(*arguments: object) -> tuple[Any, str]:
        world.projector.catch_up()
        answer, lines = go(*arguments, "--json"), go(*arguments)
        assert (answer.exit_code, lines.exit_code) == (0, 0), answer.output + lines.output
        return json.loads(answer.stdout), lines.stdout

    return told


def test_journey_command_shows_the_candidacy_s_deadline_and_end(world, told):
    for rule_set in read_law(shipped("law-vae.yaml")):
        world.acquis.do(PublishRuleSet(rule_set=rule_set), OPERATOR)
    candidacy = apply(world, world.marie, "VAE")
    base = f"/api/v1/candidacies/{candidacy}"
    done(world.marie.post(f"{base}/feasibility-file", {}))
    answer, lines = told("journey", candidacy)
    assert answer == world.rose.get(f"{base}/journey").json
    assert "feasibility file complete (received on 1 February 2021)" in lines
    assert "To be decided by 1 April 2021" in lines
    done(world.marie.post(f"{base}/withdrawal", {}, If_Match=etag(world.marie, base)))
    assert told("journey", candidacy)[1].splitlines()[-1] == "withdrawn"


def test_fraud_list_command_shows_open_procedures_without_their_statements(world, told):
    candidacy = apply(world, world.marie)
    path = f"/api/v1/candidacies/{candidacy}/frauds"
    done(world.rose.post(path, {"competences": [1], "statement": "Copié sur Zénobie."}))
    answer, _ = told("fraud", "list")
    (item,) = [each for each in answer["items"] if each["candidacy"] == str(candidacy)]
    assert (item["step"], item["hearing_on"]) == ("reported", None)
    done(world.rose.post(f"{path}/{item['case']}/notice", {"hearing_on": "2021-02-20"}))
    answer, lines = told("fraud", "list")
    (item,) = [each for each in answer["items"] if each["candidacy"] == str(candidacy)]
    assert (item["step"], item["hearing_on"]) == ("told", "2021-02-20")
    assert "candidate told" in lines
    assert "Zénobie" not in lines + json.dumps(answer, ensure_ascii=False)


def test_session_notices_command_lists_the_notices_of_a_session(world, told):
    candidacy = apply(world, world.marie)
    assessed(world, candidacy, range(1, 10))
    session, deliberation = called(world, candidacy)
    done(world.jules.post(f"{deliberation}/opening"))
    rule(world, deliberation, range(1, 10), "Motif.")
    grant(world, deliberation, 1)
    release(world, session)
    of = session.rsplit("/", 1)[1]
    assert told("session", "notices", of) == ({"items": []}, "No notice.\n")
    done(world.rose.post(f"{deliberation}/notice", {"channel": "post"}))
    answer, lines = told("session", "notices", of)
    assert [each["candidacy"] for each in answer["items"]] == [str(candidacy)]
    assert "by post" in lines


def test_person_show_command_shows_affiliations_and_files_without_names(world, told):
    juror = f"/api/v1/persons/{world.jules.id}"
    firm = str(world.houses["company"])
    stated = {"organisation": firm, "link": "mandate", "since": "2019-01-01"}
    done(world.rose.post(f"{juror}/affiliations", stated))
    answer, lines = told("person", "show", world.jules.id)
    assert "juror" in answer["roles"]
    assert stated | {"until": None} in answer["affiliations"]
    assert answer["same_as"] == answer["erased"] == []
    assert f"mandate  {firm}" in lines
    assert "Exemple" not in lines, "names stay sealed"
