"""Tests of why and what if over HTTP: their readers, their filter, and that they record no fact."""

from __future__ import annotations

from uuid import uuid4

import pytest

from domain.ports import Role
from tests.given.webapi.explanations import block, heard
from tests.given.webapi.jury_acts import link, read, release
from tests.given.webapi.whole_path import done

SEVEN_MISSING = [{"numbers": [7], "choices": [], "raises": []}]


def test_why_states_what_is_missing_and_cites_facts_of_the_history(world):
    base, session, _ = heard(world)
    release(world, session)
    answer = read(world.marie, f"{base}/why")
    assert (answer["outcome"], answer["provisional"]) == ("partial", False)
    assert (answer["framework"], answer["framework_version"], answer["rulebook_version"]) == ("RNCP31936", 1, 1)
    one, three = block(answer, 1), block(answer, 3)
    assert (one["state"], one["met"], one["missing"]) == ("not_granted", False, SEVEN_MISSING)
    assert one["rule"]["numbers"][6] == {"number": 7, "met": False, "mandatory": True}
    assert (three["state"], three["met"], three["missing"]) == ("granted", True, [])
    assert answer["title"]["missing"] == [{"numbers": [1, 2, 4], "choices": [], "raises": []}]
    assert answer["title"]["competences_needed"] == 1 + 6 + 3
    told = {item["position"]: item["fact"] for item in read(world.marie, f"{base}/history")["items"]}
    assert {each["position"]: each["fact"] for each in answer["sources"]}.items() <= told.items()
    assert [told[at] for at in three["positions"]] == ["BlockGranted"]
    standing = read(world.marie, f"{base}/standing")
    assert {each["position"] for each in answer["sources"]} == set(standing["positions"])


def test_why_shows_unreleased_rulings_only_to_panel_and_registrar(world):
    base, _, _ = heard(world)
    for reader in (world.jules, world.rose):
        answer = read(reader, f"{base}/why")
        assert (block(answer, 1)["missing"], answer["provisional"]) == (SEVEN_MISSING, True), reader.role
    for reader in (world.marie, world.sacha, world.hugo):
        for path in ("/why", "/what-if?granted=2"):
            answer = read(reader, f"{base}{path}")
            assert answer["provisional"] is False
            assert "Ruled" not in str(answer), reader.role
            assert "not_granted" not in str(answer), reader.role


def test_why_as_of_a_day_or_position_explains_the_standing_at_that_time(world):
    base, session, _ = heard(world)
    before = int(world.marie.get(f"{base}/why").headers["Acquis-Position"])
    release(world, session)
    assert read(world.marie, f"{base}/why")["outcome"] == "partial"
    for then in ("as_of=2021-06-14", f"as_position={before}"):
        answer = read(world.marie, f"{base}/why?{then}")
        assert answer["outcome"] == "in_progress"
        assert not any(each["fact"] == "BlockGranted" for each in answer["sources"])
    assert world.rose.get(f"{base}/why?as_of=2021-01-31").status_code == 404


def test_true_on_a_day_counts_a_released_decision_from_the_jury_s_day(world):
    base, session, _ = heard(world)
    for paper in ("standing", "why"):
        early = read(world.marie, f"{base}/{paper}?true_on=2021-06-15")
        assert early["outcome"] == "in_progress", "nothing is released"
    release(world, session)
    for paper in ("standing", "why"):
        on_the_day = read(world.marie, f"{base}/{paper}?true_on=2021-06-15")
        assert block(on_the_day, 3)["state"] == "granted"
        assert read(world.marie, f"{base}/{paper}?true_on=2021-06-14")["outcome"] == "in_progress"
        assert read(world.marie, f"{base}/{paper}?true_on=2021-06-15&as_of=2021-06-14")["outcome"] == "in_progress"
    history = read(world.marie, f"{base}/history?true_on=2021-06-14")["items"]
    assert "CandidacyOpened" in {item["fact"] for item in history}
    assert "BlockGranted" not in {item["fact"] for item in history}
    assert world.rose.get(f"{base}/history?true_on=2021-01-31").status_code == 404


def test_what_if_gains_a_block_with_its_missing_competence_and_records_no_fact(world):
    base, session, _ = heard(world)
    release(world, session)
    world.projector.catch_up()
    head = world.head()
    answer = read(world.marie, f"{base}/what-if?acquired=7")
    assert (answer["gained"], answer["lost"]) == ([1], [])
    assert block(answer["now"], 1)["missing"] == SEVEN_MISSING
    assert (block(answer["then"], 1)["state"], block(answer["then"], 1)["met"]) == ("not_granted", True)
    assert [each["fact"] for each in answer["then"]["sources"] if each["supposed"]] == ["CompetenceRuled"]
    all_of_it = read(world.marie, f"{base}/what-if?granted=1&granted=2&granted=4")
    assert all_of_it["then"]["title"]["met"] is True
    assert all_of_it["now"] == read(world.marie, f"{base}/what-if?acquired=7")["now"]
    assert world.head() == head


@pytest.mark.parametrize(
    ("query", "status", "slug"),
    [
        ("", 422, "nothing-supposed"),
        ("acquired=31", 422, "unknown-competence"),
        ("granted=5", 422, "unknown-block"),
        ("acquired=7&not_acquired=7", 422, "ruled-twice"),
        ("granted=3", 409, "already-decided"),
        ("not_acquired=21", 409, "already-decided"),
        ("granted=1&not_acquired=7", 409, "block-rule-not-met"),
        ("acquired=0", 422, "invalid"),
        ("acquired=x", 422, "invalid"),
        ("pronounced=true", 422, "unknown-field"),
        (f"acquired={2**70}", 422, "invalid"),
        ("&".join(501 * ["acquired=7"]), 422, "invalid"),
    ],
)
def test_what_if_with_an_impossible_supposition_is_refused_with_its_rule(world, query, status, slug):
    base, session, _ = heard(world)
    release(world, session)
    world.refuses(status, slug, lambda: world.marie.get(f"{base}/what-if?{query}"))


def test_what_if_with_other_rules_judges_one_or_all_candidacies_and_records_no_fact(world):
    base, session, _ = heard(world)
    release(world, session)
    world.projector.catch_up()
    head = world.head()
    answer = read(world.marie, f"{base}/what-if?mandatory=1:4,9")
    assert (answer["gained"], answer["lost"], block(answer["then"], 1)["met"]) == ([1], [], True)
    certification = f"/api/v1/certifications/{world.framework}/what-if"
    candidacy = base.rpartition("/")[2]
    everybody = read(world.rose, f"{certification}?mandatory=1:4,9&required=3:5&limit=100")
    assert everybody["judged"] >= 1
    (mine,) = [item for item in everybody["items"] if item["candidacy"] == candidacy]
    assert (mine["gained"], mine["lost"], mine["title_gained"]) == ([1], [], False)
    assert read(world.sacha, f"{certification}?mandatory=1:4,9&limit=100")["items"]
    page = read(world.rose, f"{certification}?mandatory=1:4,9&limit=1")
    assert page["judged"] == 1
    assert world.head() == head
    for caller in (world.marie, world.jules, world.hugo):
        world.refuses(403, "forbidden", lambda caller=caller: caller.get(f"{certification}?required=1:6"))


def test_what_if_for_all_counts_unreleased_rulings_only_for_the_registrar(world):
    base, _, _ = heard(world)
    candidacy = base.rpartition("/")[2]
    certification = f"/api/v1/certifications/{world.framework}/what-if?mandatory=1:4,9&limit=100"
    told = {
        who: [item["candidacy"] for item in read(getattr(world, who), certification)["items"]]
        for who in ("rose", "sacha")
    }
    assert candidacy in told["rose"]
    assert candidacy not in told["sacha"]


def test_what_if_and_lists_hide_the_provisional_outcome_of_the_registrar_s_own_other_file(world):
    base, _, _ = heard(world)
    twin, candidacy = world.join("twin", Role.REGISTRAR), base[-36:]

    def says() -> tuple[str, bool]:
        listed = {each["id"]: each["outcome"] for each in read(twin, "/api/v1/candidacies?limit=100")["items"]}
        what_if = f"/api/v1/certifications/{world.framework}/what-if?mandatory=1:4,9&limit=100"
        return listed[candidacy], candidacy in [each["candidacy"] for each in read(twin, what_if)["items"]]

    assert says() == ("partial", True)
    link(world, twin, world.marie)
    assert says() == ("in_progress", False)


def test_what_if_without_a_hidden_fact_is_refused(world):
    base, session, _ = heard(world)
    ruling = next(i for i in read(world.rose, f"{base}/history")["items"] if i["fact"] == "CompetenceRuled")
    hidden = f"{base}/what-if?without={ruling['position']}"
    world.refuses(422, "no-such-fact", lambda: world.marie.get(hidden))
    release(world, session)
    gone = next(
        i
        for i in read(world.marie, f"{base}/history")["items"]
        if i["fact"] == "CompetenceRuled" and i["says"]["competence"] == 21
    )
    answer = read(world.marie, f"{base}/what-if?without={gone['position']}")
    assert (answer["lost"], block(answer["then"], 3)["state"]) == ([3], "not_decided")
    assert [each["fact"] for each in answer["fell"]] == ["BlockGranted"]


def test_what_if_lists_only_visible_facts_among_the_consequences(world):
    base, session, _ = heard(world)
    opening = next(i for i in read(world.rose, f"{base}/history")["items"] if i["fact"] == "SessionOpened")
    path = f"{base}/what-if?without={opening['position']}"
    fell = {who: {each["fact"] for each in read(getattr(world, who), path)["fell"]} for who in ("rose", "marie")}
    assert "CompetenceRuled" in fell["rose"]
    assert not {"CompetenceRuled", "BlockGranted"} & fell["marie"]
    release(world, session)
    answer = read(world.marie, path)
    assert (answer["lost"], answer["then"]["outcome"]) == ([3], "in_progress")
    assert {"CompetenceRuled", "BlockGranted"} <= {each["fact"] for each in answer["fell"]}


@pytest.mark.parametrize(
    "query",
    [
        "acquired=7&acquired=7",
        "acquired=7&acquired=07",
        "granted=1&granted=1",
        "without=3&without=3",
        "required=1:5&required=1:6",
        "mandatory=1:4&mandatory=1:7",
        "as_of=2021-06-14&as_of=2021-06-15&acquired=7",
        "after=1&after=2&acquired=7",
    ],
)
def test_what_if_with_a_repeated_parameter_is_refused(world, query):
    base, _, _ = heard(world)
    everybody = f"/api/v1/certifications/{world.framework}/what-if"
    for path in (f"{base}/what-if", *([everybody] if "required" in query else [])):
        answer = world.rose.get(f"{path}?{query}")
        assert answer.status_code == 422, path
        assert [each["title"] for each in answer.json["violations"]] == ["Ceci est dit deux fois."]


@pytest.mark.parametrize(
    ("query", "status", "slug"),
    [
        ("", 422, "nothing-supposed"),
        ("required=1:10", 422, "rule-never-met"),
        ("mandatory=1:10", 422, "rule-never-met"),
        ("required=1", 422, "invalid"),
        ("required=1:6&required=x", 422, "invalid"),
        ("mandatory=1:4,", 422, "invalid"),
        ("under=00000000-0000-4000-8000-000000000001", 404, "not-found"),
        ("limit=0&required=1:6", 422, "invalid"),
    ],
)
def test_what_if_with_invalid_rules_is_refused(world, query, status, slug):
    certification = f"/api/v1/certifications/{world.framework}/what-if"
    world.refuses(status, slug, lambda: world.rose.get(f"{certification}?{query}"))


def test_why_and_what_if_of_another_dossier_give_the_same_404_as_a_missing_one(world):
    base, _, _ = heard(world)
    world.join("otto", Role.JUROR)
    for stranger in (world.nadia, world.ines, world.otto):
        for path in ("/why", "/what-if?granted=1", "/what-if?granted=9"):
            other = stranger.get(f"{base}{path}")
            none = stranger.get(f"/api/v1/candidacies/{uuid4()}{path}")
            assert (other.status_code, other.data) == (none.status_code, none.data) == (404, none.data)
    for caller in (world.tess, world.ulysse):
        for path in ("/why", "/what-if?granted=1"):
            world.refuses(403, "forbidden", lambda caller=caller, path=path: caller.get(f"{base}{path}"))


def test_why_ignores_rulings_voided_by_a_recusal(world):
    base, _, deliberation = heard(world)
    done(world.rose.post(f"{deliberation}/recusals", {"juror": str(world.lucien.id), "reason": "Ancien collègue."}))
    answer = read(world.jules, f"{base}/why")
    assert block(answer, 3)["met"] is False, "what was decided with that juror is undone"
    assert block(answer, 3)["session"] is None
    assert world.lucien.get(f"{base}/why").status_code == 404
