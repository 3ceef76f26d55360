"""Tests of the candidate's self-assessment over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.given.webapi.whole_path import apply, assessed, done

if TYPE_CHECKING:
    from tests.given.webapi.town import World


def test_last_self_assessment_replaces_earlier_ones_and_does_not_count_as_evidence(world: World) -> None:
    candidacy = apply(world, world.marie)
    path = f"/api/v1/candidacies/{candidacy}/self-assessment"
    nothing: dict[str, Any] = {"filed_on": None, "position": None, "statements": []}
    assert world.marie.get(path).json == nothing
    first = [{"competence": 4, "level": "mastered"}, {"competence": 7, "level": "not_yet"}]
    done(world.marie.post(path, {"statements": first}))
    again = [{"competence": 7, "level": "under_way", "comment": "Je progresse."}]
    done(world.marie.post(path, {"statements": again}))
    shown: Any = world.marie.get(path).json
    assert (shown["filed_on"], shown["statements"]) == ("2021-02-01", again)
    assert world.rose.get(path).json == shown
    standing: Any = world.marie.get(f"/api/v1/candidacies/{candidacy}/standing").json
    assert {each["state"] for each in standing["competences"]} == {"no_evidence"}


def test_self_assessment_is_hidden_from_the_assessor(world: World) -> None:
    candidacy = apply(world, world.marie)
    path = f"/api/v1/candidacies/{candidacy}"
    said = [{"competence": 4, "level": "mastered", "comment": "Je maîtrise."}]
    done(world.marie.post(f"{path}/self-assessment", {"statements": said}))
    assessed(world, candidacy, range(1, 10))
    assert world.hugo.get(f"{path}/self-assessment").status_code == 403
    assert "SelfAssessmentFiled" in world.marie.get(f"{path}/history").text
    assert "SelfAssessmentFiled" not in world.hugo.get(f"{path}/history").text
    for wrong in ([], [{"competence": 4, "level": "expert"}], said * 2, [{"competence": 4}]):
        assert world.marie.post(f"{path}/self-assessment", {"statements": wrong}).status_code == 422, wrong
