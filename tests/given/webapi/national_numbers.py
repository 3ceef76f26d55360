"""An installation that collects national numbers, as its certifier decided under the law."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from adapters.framework_file import read_law, shipped
from domain.commands.rulebook.publish_rule_set import PublishRuleSet
from domain.ports import OPERATOR
from tests.given.webapi.centres import centre
from tests.given.webapi.whole_path import done

if TYPE_CHECKING:
    from tests.given.webapi.town import World

COLLECTION = "/api/v1/national-numbers/collection"
DECIDED = {"certification": "RNCP31936", "collected": True, "ground": "Analyse d'impact"}


def collecting(world: World, siret: str) -> None:
    """Publish the law of 2025 as if it applied on the tests' days, name a certifier, and record its decision."""
    (named,) = (each for each in read_law(shipped("law-cpf.yaml")) if each.national_number)
    earlier = replace(named, id=f"{named.id}-{siret}", first=None)
    world.acquis.do(PublishRuleSet(rule_set=earlier), OPERATOR)
    centre(world, siret)
    done(world.ulysse.post(COLLECTION, DECIDED))
