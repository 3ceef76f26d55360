"""Is the law published as data, listed with how it was known, and asked which text binds a parcours?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.framework_file import read_law, shipped
from domain.commands.publish_rule_set import PublishRuleSet
from domain.ports import OPERATOR

if TYPE_CHECKING:
    from tests.webapi.conftest import World


def test_anybody_with_a_role_asks_which_text_binds_a_parcours(world: World) -> None:
    assert world.marie.get("/api/v1/law").json == {"items": []}
    for rule_set in read_law(shipped("law-vae.yaml")):
        world.house.do(PublishRuleSet(rule_set=rule_set), OPERATOR)
    said: Any = world.rose.get("/api/v1/law").json
    assert [(item["id"], item["known"]) for item in said["items"]][:2] == [
        ("CE-R335-8-2019", "read"),
        ("CT-D6412-6-2024", "summary"),
    ]

    def binds(query: str) -> dict[str, str]:
        said: Any = world.marie.get(f"/api/v1/law/in-force?route=VAE&{query}").json
        return {provision: found["id"] for provision, found in said.items()}

    assert binds("began_on=2021-02-01&session_on=2021-06-15")["jury"] == "CE-R335-8-2019"
    assert binds("began_on=2024-04-13")["jury"] == "CT-D6412-6-2024"
    assert "jury" not in binds("began_on=2024-01-15&session_on=2024-09-02")
    world.refuses(422, "invalid", lambda: world.marie.get("/api/v1/law/in-force?route=XX&began_on=2021-02-01"))
