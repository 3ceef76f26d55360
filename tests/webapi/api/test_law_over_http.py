"""Tests of the published law over HTTP: the list of texts and which text binds a candidacy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.framework_file import read_law, shipped
from domain.commands.rulebook.publish_rule_set import PublishRuleSet
from domain.framework.definition import Route
from domain.ports import OPERATOR
from domain.rulebook.rule_set import HowKnown, RulebookValues, RuleSet, RuleSetDate
from tests.given.webapi.explanations import heard
from tests.given.webapi.jury_acts import read as reading
from tests.given.webapi.jury_acts import release

if TYPE_CHECKING:
    from tests.given.webapi.town import World


def test_law_in_force_for_a_date_is_shown_to_any_role(world: World) -> None:
    assert world.marie.get("/api/v1/law").json == {"items": []}
    for rule_set in read_law(shipped("law-vae.yaml")):
        world.acquis.do(PublishRuleSet(rule_set=rule_set), OPERATOR)
    said: Any = world.rose.get("/api/v1/law").json
    assert [(item["id"], item["known"]) for item in said["items"]][:2] == [
        ("CE-R335-8-2019-lu", "read"),
        ("CT-D6412-6-2024-lu", "read"),
    ]

    def binds(query: str) -> dict[str, str]:
        said: Any = world.marie.get(f"/api/v1/law/in-force?route=VAE&{query}").json
        return {provision: found["id"] for provision, found in said.items()}

    assert binds("began_on=2021-02-01&session_on=2021-06-15")["jury"] == "CE-R335-8-2019-lu"
    assert binds("began_on=2024-04-13")["jury"] == "CT-D6412-6-2024-lu"
    assert binds("began_on=2024-01-15&session_on=2024-09-02")["jury"] == "CT-L6412-3-2024"
    world.refuses(422, "invalid", lambda: world.marie.get("/api/v1/law/in-force?route=XX&began_on=2021-02-01"))


def test_why_and_what_if_cite_the_texts_that_bound_the_jury_when_it_decided(world: World) -> None:
    base, session, _ = heard(world)
    day = world.clock.today()
    emergency = RuleSet(
        id="urgence",
        routes=tuple(Route),
        first=day,
        last=day,
        chosen_by=RuleSetDate.SESSION,
        reference="Décision prise selon l'ordonnance 2020-351",
        rule_fr="Deux membres délibèrent.",
        rule_en="Two members deliberate.",
        known=HowKnown.NOT_READ,
        source="x",
        derogation=True,
        rulebook=RulebookValues(quorum=2),
    )
    world.acquis.do(PublishRuleSet(rule_set=emergency), OPERATOR)
    world.projector.catch_up()
    said = {
        "rule_set": "urgence",
        "reference": emergency.reference,
        "known": "not_read",
        "provides": "rulebook",
        "session": session.rpartition("/")[2],
    }
    assert reading(world.rose, f"{base}/why")["law"] == [said], "still open, this jury may decide under it"
    answer = reading(world.rose, f"{base}/what-if?acquired=7")
    assert (answer["now"]["law"], answer["then"]["law"]) == ([said], [said])
    before = int(world.rose.get(f"{base}/why").headers["Acquis-Position"]) - 1
    assert reading(world.rose, f"{base}/why?as_position={before}")["law"] == []
    release(world, session)
    for reader in (world.rose, world.marie):
        assert reading(reader, f"{base}/why")["law"] == [], "it had decided before that was published"
    shown: Any = world.marie.get("/api/v1/law").json
    assert shown["items"][-1]["rulebook"]["quorum"] == 2
