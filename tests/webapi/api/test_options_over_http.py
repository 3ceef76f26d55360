"""A certification with options over HTTP: chosen at the door, changed, and shown wherever the dossier is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from adapters.framework_file import read, shipped
from domain.commands.framework.publish_framework import PublishFramework
from domain.framework.block_rule import all_of, any_of
from domain.framework.definition import Option
from domain.framework.framework import Framework
from domain.ports import OPERATOR
from tests.given.webapi.explanations import block
from tests.given.webapi.jury_acts import read as reading
from tests.given.webapi.whole_path import done, etag

if TYPE_CHECKING:
    from tests.given.webapi.town import World


def with_options(world: World) -> str:
    """Another version, of which blocks 2 and 4 are two options; its id."""
    definition = replace(
        read(shipped("rncp31936.yaml")),
        version=7,
        title_rule=all_of(1, 3, any_of(2, 4)),
        options=(
            Option(code="A", title="Option A « Images »", blocks=(2,)),
            Option(code="B", title="Option B « Textes »", blocks=(4,)),
        ),
    )
    world.acquis.do(PublishFramework(definition=definition), OPERATOR)
    return str(Framework.id_of(definition.code, 7))


def test_an_option_is_chosen_at_the_door_changed_and_shown(world):
    body = {"framework": with_options(world), "rulebook": str(world.rulebook), "route": "FI"}
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
