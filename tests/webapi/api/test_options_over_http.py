"""Tests over HTTP of a certification with options: chosen at the application, changed, and shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from adapters.framework_file import read, shipped
from domain.commands.framework.publish_framework import PublishFramework
from domain.framework.block_rule import all_of, any_of
from domain.framework.definition import Option
from domain.framework.framework import Framework
from domain.ports import OPERATOR
from tests.given.webapi.explanations import block
from tests.given.webapi.jury_acts import grant, page, release, rule
from tests.given.webapi.jury_acts import read as reading
from tests.given.webapi.whole_path import assessed, done, etag, open_session, plan

if TYPE_CHECKING:
    from tests.given.webapi.town import World


@pytest.fixture(scope="module")
def with_options(town: World) -> str:
    """Publish a version whose blocks 2 and 4 are two options; return its id."""
    definition = replace(
        read(shipped("rncp31936.yaml")),
        version=7,
        title_rule=all_of(1, 3, any_of(2, 4)),
        options=(
            Option(code="A", title="Option A « Images »", blocks=(2,)),
            Option(code="B", title="Option B « Textes »", blocks=(4,)),
        ),
    )
    town.acquis.do(PublishFramework(definition=definition), OPERATOR)
    return str(Framework.id_of(definition.code, 7))


def test_option_is_chosen_with_the_application_changed_and_shown(world, with_options):
    body = {"framework": with_options, "rulebook": str(world.rulebook), "route": "FI"}
    for wrong in ({}, {"blocks": [1, 2, 4]}, {"option": "C"}, {"blocks": [4], "option": "A"}):
        refused = world.refuses(
            422, "one-option", lambda wrong=wrong: world.marie.post("/api/v1/candidacies", body | wrong)
        )
        assert "Option A « Images »" in refused.get_data(as_text=True)
    candidacy = done(world.marie.post("/api/v1/candidacies", body | {"option": "A"}))["id"]
    base = f"/api/v1/candidacies/{candidacy}"
    assert reading(world.marie, base)["option"] == "A"
    assert block(reading(world.marie, f"{base}/standing"), 4)["state"] == "not_sought"

    anew = {"blocks": [], "option": "B"}
    done(world.marie.post(f"{base}/blocks-sought", anew, If_Match=etag(world.marie, base)))
    assert reading(world.marie, f"{base}/journey")["option"] == "B"
    standing = reading(world.marie, f"{base}/standing")
    assert [(block(standing, n)["state"], block(standing, n)["others_needed"]) for n in (2, 4)] == [
        ("not_sought", 0),
        ("not_decided", 1),
    ]
    why = reading(world.marie, f"{base}/why")
    assert (why["title"]["option_title"], block(why, 2)["missing"]) == ("Option B « Textes »", [])
    assert why["title"]["missing"] == [{"numbers": [1, 3, 4], "choices": [], "raises": []}]


def test_title_shows_its_own_option_after_the_candidate_seeks_another(world, with_options, run):
    """The minutes grant option A, keyed as refused and rectified after the candidate seeks option B."""
    body = {"framework": with_options, "rulebook": str(world.rulebook), "route": "FI", "option": "A"}
    candidacy = done(world.nadia.post("/api/v1/candidacies", body))["id"]
    base = f"/api/v1/candidacies/{candidacy}"
    done(world.nadia.upload(candidacy, competences=range(1, 31)))
    assessed(world, candidacy)
    session = plan(replace(world, framework=with_options))
    done(world.rose.post(f"{session}/summonses", {"candidacy": candidacy}))
    open_session(world, session)
    deliberation = f"{session}/deliberations/{candidacy}"
    done(world.jules.post(f"{deliberation}/opening"))
    rule(world, deliberation, range(1, 10))
    rule(world, deliberation, range(21, 26))
    grant(world, deliberation, 1, 3)
    release(world, session)
    says = {
        "rulings": [{"competence": number, "acquired": True} for number in range(10, 21)],
        "title": True,
        "reason": "Option A acquise au procès-verbal.",
    }
    done(world.rose.post(f"{deliberation}/rectification", says, If_Match=etag(world.rose, deliberation)))
    anew = {"blocks": [], "option": "B"}
    done(world.nadia.post(f"{base}/blocks-sought", anew, If_Match=etag(world.nadia, base)))
    path = f"{deliberation}/rectification"
    done(world.jules.post(f"{path}/approval", {"reason": "Vu."}, If_Match=etag(world.jules, path)))

    assert reading(world.nadia, f"{base}/standing")["title_option"] == "A"
    title = reading(world.nadia, f"{base}/why")["title"]
    assert (title["met"], title["option_title"]) == (True, "Option A « Images »")
    shown = page(world, world.nadia, f"/candidacies/{candidacy}").replace("\N{NO-BREAK SPACE}", " ")
    assert '<span lang="fr">Option A « Images »</span>. Inscrit' in shown
    assert '· <span lang="fr">Option B « Textes »</span>' in shown
    told = run("status", candidacy, LANG="fr_FR").stdout.replace("\N{NO-BREAK SPACE}", " ")
    assert "Option du titre : Option A « Images »." in told
    assert "Option choisie : Option B « Textes »." in told
