"""Tests over HTTP of successive frameworks: correspondences, equivalences, retirement and carried-over blocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from adapters.framework_file import read, shipped
from domain.commands.framework.publish_framework import PublishFramework
from domain.framework.framework import Framework
from domain.ports import OPERATOR
from tests.given.webapi.explanations import block, heard
from tests.given.webapi.jury_acts import read as reading
from tests.given.webapi.jury_acts import release
from tests.given.webapi.whole_path import apply, done, etag

if TYPE_CHECKING:
    from tests.given.webapi.town import World


def renewed(world: World, version: int) -> str:
    """Publish a version with the same blocks and one correspondence, from block 3 to block 1; return its path."""
    definition = replace(read(shipped("rncp31936.yaml")), version=version)
    world.acquis.do(PublishFramework(definition=definition), OPERATOR)
    second = f"/api/v1/certifications/{Framework.id_of(definition.code, version)}"
    table = {"earlier": str(world.framework), "from_blocks": [3], "to_blocks": [1], "ground": "Décision du 3 mai."}
    done(world.rose.post(f"{second}/correspondences", table))
    return second


def opening(world: World, certification: str, route: str = "FI") -> dict[str, Any]:
    return {"framework": certification.rpartition("/")[2], "rulebook": str(world.rulebook), "route": route}


def test_block_carries_over_by_a_correspondence_and_is_in_the_history(world):
    _, session, _ = heard(world)
    release(world, session)
    second = renewed(world, 2)
    again = done(world.marie.post("/api/v1/candidacies", opening(world, second)))["id"]
    base = f"/api/v1/candidacies/{again}"
    standing = reading(world.marie, f"{base}/standing")
    assert (block(standing, 1)["state"], block(standing, 1)["session"], standing["outcome"]) == (
        "granted",
        None,
        "in_progress",
    )
    facts = [item["fact"] for item in reading(world.marie, f"{base}/history")["items"]]
    assert facts == ["CandidacyOpened", "BlockCarriedOver"]
    assert [each["fact"] for each in reading(world.marie, f"{base}/why")["sources"]] == ["BlockCarriedOver"]
    world.refuses(409, "nothing-carries-over", lambda: world.rose.post(f"{base}/carried-blocks"))
    world.refuses(403, "forbidden", lambda: world.marie.post(f"{base}/carried-blocks"))
    shown, withdrawal = etag(world.rose, base), f"{base}/credited-blocks/1/withdrawal"
    done(world.rose.post(withdrawal, {"reason": "Erreur de table."}, If_Match=shown))
    assert block(reading(world.marie, f"{base}/standing"), 1)["state"] == "not_decided"
    world.refuses(409, "not-credited", lambda: world.rose.post(withdrawal, {"reason": "x"}, If_Match=shown))


def test_block_is_satisfied_by_another_certification_with_proof(world):
    candidacy = apply(world, world.marie)
    base = f"/api/v1/candidacies/{candidacy}"
    piece = done(world.marie.upload(candidacy))["id"]
    certification = f"/api/v1/certifications/{world.framework}"
    other = {"certification": "RNCP00001", "part": "BC02", "blocks": [2], "ground": "Décision du 3 mai."}
    number = len(reading(world.rose, f"{certification}/succession")["equivalences"]) + 1
    done(world.rose.post(f"{certification}/equivalences", other))
    said = {"block": 2, "equivalence": number, "evidence": piece, "obtained_on": "2019-07-05"}
    for wrong, status, slug in (
        ({"evidence": str(uuid4())}, 422, "proof-missing"),
        ({"obtained_on": "2999-01-01"}, 422, "not-obtained-yet"),
        ({"equivalence": 99}, 409, "no-equivalence"),
    ):
        world.refuses(status, slug, lambda wrong=wrong: world.rose.post(f"{base}/satisfied-blocks", said | wrong))
    done(world.rose.post(f"{base}/satisfied-blocks", said))
    two = block(reading(world.marie, f"{base}/standing"), 2)
    assert (two["state"], two["decided_on"]) == ("granted", "2019-07-05")
    assert reading(world.rose, f"{certification}/succession")["equivalences"][-1]["blocks"] == [2]


@pytest.mark.parametrize("who", ["marie", "hugo", "jules"])
def test_retirement_of_a_version_is_refused_to_all_but_registrars(world, who):
    certification = f"/api/v1/certifications/{world.framework}"
    caller = getattr(world, who)
    body = {"retired_on": "2999-01-01", "ground": "x"}
    world.refuses(403, "forbidden", lambda: caller.post(f"{certification}/retirement", body, If_Match='"1"'))


def test_retired_version_refuses_applications_from_its_day(world):
    second = renewed(world, 3)
    day = world.clock.today().isoformat()
    path = f"{second}/retirement"
    tomorrow = {"retired_on": (world.clock.today() + timedelta(days=1)).isoformat(), "ground": "x"}
    done(world.rose.post(path, tomorrow, If_Match=etag(world.rose, second)))
    assert reading(world.marie, f"{second}/succession")["retired_on"] == tomorrow["retired_on"]
    said = {"retired_on": day, "ground": "Remplacée."}
    done(world.rose.post(path, said, If_Match=etag(world.rose, second)))
    shown = reading(world.marie, f"{second}/succession")
    assert (shown["retired_on"], shown["correspondences"][0]["to_blocks"]) == (day, [1])
    world.refuses(409, "version-retired", lambda: world.marie.post("/api/v1/candidacies", opening(world, second)))
    world.refuses(409, "already-retired", lambda: world.rose.post(path, tomorrow, If_Match=etag(world.rose, second)))


def test_correspondence_is_withdrawn_from_a_day_and_shown_with_its_ground(world):
    second = renewed(world, 4)
    day = world.clock.today()
    table = {"earlier": str(world.framework), "from_blocks": [3], "to_blocks": [1]}
    said = {
        **table,
        "withdrawn_on": day.isoformat(),
        "reason": "Erreur de table.",
        "ground": "Décision du 2 mars.",
    }
    path = f"{second}/correspondences/withdrawal"
    world.refuses(403, "forbidden", lambda: world.marie.post(path, said, If_Match=etag(world.marie, second)))
    past = said | {"withdrawn_on": (day - timedelta(days=1)).isoformat()}
    world.refuses(
        422, "withdrawn-in-the-past", lambda: world.rose.post(path, past, If_Match=etag(world.rose, second))
    )
    done(world.rose.post(path, said, If_Match=etag(world.rose, second)))
    world.refuses(
        409, "no-such-correspondence", lambda: world.rose.post(path, said, If_Match=etag(world.rose, second))
    )
    assert reading(world.marie, f"{second}/succession")["correspondences"] == [
        {**said, "ground": "Décision du 3 mai.", "withdrawal_ground": "Décision du 2 mars."}
    ]
    done(world.rose.post(f"{second}/correspondences", {**table, "ground": "Rétablie."}))
    shown = reading(world.marie, f"{second}/succession")["correspondences"]
    assert [(each["ground"], each["withdrawn_on"]) for each in shown] == [
        ("Décision du 3 mai.", day.isoformat()),
        ("Rétablie.", None),
    ]


def test_what_if_ignores_a_withdrawn_correspondence(world):
    base, session, _ = heard(world)
    release(world, session)
    second = renewed(world, 5)
    path = f"{base}/what-if?under={second.rpartition('/')[2]}"
    gained = reading(world.rose, path)["then"]["blocks"]
    assert gained[0]["state"] == "granted"
    table = {"earlier": str(world.framework), "from_blocks": [3], "to_blocks": [1]}
    said = {"withdrawn_on": world.clock.today().isoformat(), "reason": "x", "ground": "x"}
    shown = etag(world.rose, second)
    done(world.rose.post(f"{second}/correspondences/withdrawal", table | said, If_Match=shown))
    assert reading(world.rose, path)["then"]["blocks"][0]["state"] != "granted"
