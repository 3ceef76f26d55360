"""Tests that every route, in every role and relation, answers as the rights matrix declares.

The matrix is in `webapi/rights.py`; the meaning of each URL variable and each relation is in
`rights_world.py`. Every request also carries headers that name another person, which must change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import cycle
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from domain.ports import Role
from tests.generated import rights_page
from tests.given.webapi.browsers import words
from tests.given.webapi.rights_world import LET_THROUGH, Scene, Way, furnished
from tests.given.webapi.town import FEBRUARY, World
from webapi.rights import ABSENT, HIDDEN, MATRIX, RELATIONS, UNKNOWN, YES, Right

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

RIGHTS = {way: right for rights in MATRIX.values() for way, right in rights.items()}
BROKEN = {answer for right in RIGHTS.values() for cells in right.cells.values() for answer in cells.values()} - {YES}
"""Every answer that refuses access; a permitted caller gets none of them."""
STRANGE = {"linked", "other"}
"""Relations in which the caller must not learn that the object exists."""


@pytest.fixture(scope="module")
def scene(town: World) -> Scene:
    town.clock.set(FEBRUARY)
    for name in ("marie", "nadia"):
        town.join(name, Role.CANDIDATE)
    return furnished(town)


@pytest.fixture(scope="module")
def ways(scene: Scene) -> list[Way]:
    return scene.ways()


def test_every_route_is_declared_in_the_rights_matrix_and_no_missing_one(ways: list[Way]) -> None:
    there = {way.key for way in ways}
    assert len(ways) == len(there) > 180
    assert sum(map(len, MATRIX.values())) == len(RIGHTS), "declared in two chapters"
    assert there - RIGHTS.keys() == set(), "declare them in webapi/rights.py, then `make rights`"
    assert RIGHTS.keys() - there == set(), "these are gone"


def test_roles_allowed_by_each_view_are_those_of_the_rights_matrix(scene: Scene, ways: list[Way]) -> None:
    for way in ways:
        declared = set() if RIGHTS[way.key].public else {role.value for role in RIGHTS[way.key].cells}
        assert scene.door(way) == declared, way.key


def test_rights_page_is_generated_from_the_matrix() -> None:
    assert rights_page.PAGE.read_text("utf-8") == rights_page.text(), "make rights"


@pytest.mark.parametrize("chapter", MATRIX)
def test_42_every_route_answers_every_role_and_relation_as_declared(
    scene: Scene, ways: list[Way], chapter: str
) -> None:
    declared = MATRIX[chapter]
    wrong = [said for way in ways if way.key in declared for said in differences(scene, way, declared[way.key])]
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_42_every_route_refuses_every_role_that_it_does_not_allow(scene: Scene, ways: list[Way]) -> None:
    """CI tries one such role per route and reads the allowed roles from the view."""
    wrong = [
        said
        for way in ways
        for said in differences(
            scene, way, RIGHTS[way.key], [(role, next(ROTATED[role])) for role in kept_out(RIGHTS[way.key])]
        )
    ]
    assert not wrong, "\n".join(wrong)


def differences(
    scene: Scene, way: Way, declared: Right, those: Iterable[tuple[Role | None, str]] | None = None
) -> Iterator[str]:
    """Yield the answers that differ from the matrix; check that an accepted write is recorded under its sender."""
    for role, relation in asking(declared) if those is None else those:
        answer, expected = scene.ask(way, role, relation), declared.answer(role, relation)
        asked = f"{way.key} as {role or 'nobody'}, {relation}: "
        if not is_so(scene, way, answer, expected, listed=is_list(declared)):
            yield f"{asked}{said_of(answer)}, declared {expected}"
        if answer.status_code == LET_THROUGH and role:
            caller = scene.callers[role, relation]
            if (answer.headers["By"], answer.headers["As"]) != (str(caller.id), role.value):
                yield f"{asked}recorded as by somebody else"
        if "{" in way.path and role in declared.cells and relation in STRANGE and expected != YES:
            none = scene.ask(way, role, relation, scene.nowhere(way))
            if (none.status_code, words(none)) != (answer.status_code, words(answer)):
                yield f"{asked}tells what is there from what is not: {said_of(none)} for nothing"


SOMEBODY = Role.CANDIDATE
"""The role that requests public routes, in addition to a signed-out caller."""
ROTATED = {role: cycle(relations) for role, relations in RELATIONS.items()}
COMING = cycle(RELATIONS)
"""The relation used next for a role that a route refuses."""


def asking(declared: Right) -> Iterator[tuple[Role | None, str]]:
    """Yield every relation of the allowed roles, one of a refused role, and the signed-out caller."""
    for role, cells in declared.cells.items():
        for relation in cells:
            yield role, relation
    if shut := {SOMEBODY} if declared.public else kept_out(declared):
        stranger = next(role for role in COMING if role in shut)
        yield stranger, next(ROTATED[stranger])
    yield None, "any"


def kept_out(declared: Right) -> set[Role]:
    """Return the roles that the route refuses: none for a public route."""
    return set() if declared.public else RELATIONS.keys() - declared.cells.keys()


def is_list(declared: Right) -> bool:
    return any(ABSENT in cells.values() for cells in declared.cells.values())


def is_so(scene: Scene, way: Way, answer: TestResponse, expected: str, *, listed: bool) -> bool:
    listing = (answer.text if listed else "") + answer.headers.get("Location", "")
    if expected == ABSENT:
        return answer.status_code in {200, 303} and scene.subject(way) not in listing
    if expected == YES:
        shown = not listed or scene.subject(way) in listing
        return shown and said_of(answer) not in BROKEN and answer.status_code not in {401, 403, 404, 500}
    return expected in {said_of(answer), str(answer.status_code)}


def said_of(answer: TestResponse) -> str:
    """Return the answer's status, with the rule when a specific rule refused it."""
    said: Any = answer.json if answer.mimetype == "application/problem+json" else {"type": ""}
    slug = said["type"].rsplit("/", 1)[-1]
    plain = {"", "not-found", "forbidden", "unauthenticated"}
    return str(answer.status_code) if slug in plain else f"{answer.status_code} {slug}"


ARTEFACTS = {"evidence", "position", "paper", "case", "upload"}
"""URL variables of objects inside a dossier."""


def test_54_object_of_another_dossier_gives_404_under_the_candidate_s_own(scene: Scene, ways: list[Way]) -> None:
    inside = [
        way
        for way in ways
        if "{candidacy}" in way.path
        and ARTEFACTS & set(re.findall(r"{(\w+)}", way.path))
        and Role.CANDIDATE in RIGHTS[way.key].cells
    ]
    assert len(inside) > 8
    for way in inside:
        hers, nothing = scene.swapped(way)
        swapped, none = (scene.ask(way, Role.CANDIDATE, "other", address) for address in (hers, nothing))
        assert swapped.status_code not in {200, 204, LET_THROUGH}, way.key
        assert (swapped.status_code, words(swapped)) == (none.status_code, words(none)), way.key


def test_42_dossier_of_another_candidate_gives_the_same_answer_as_a_missing_one(
    scene: Scene, ways: list[Way]
) -> None:
    """The chair, an assessor and an advisor of one candidate request another's dossier."""
    for way in ways:
        for role, relation in CHARGED:
            if "{candidacy}" in way.path and role in RIGHTS[way.key].cells:
                real, none = (
                    scene.ask(way, role, relation, scene.address(way, candidacy=candidacy))
                    for candidacy in (scene.now["stranger"], str(uuid4()))
                )
                assert (real.status_code, words(real)) == (none.status_code, words(none)), (way.key, role)


CHARGED = ((Role.JUROR, "chair"), (Role.ASSESSOR, "assigned"), (Role.ADVISOR, "named"))


def test_wrong_cell_of_the_rights_matrix_is_found(scene: Scene) -> None:
    """Checks this test itself: a right too wide, one too narrow, and one with another reason."""
    way = Way("GET", "/api/v1/candidacies/{candidacy}")
    for role, relation, wrong in (
        (Role.CANDIDATE, "other", YES),
        (Role.CANDIDATE, "own", HIDDEN),
        (Role.ASSESSOR, "other", "403 not-assigned"),
    ):
        cells = {**RIGHTS[way.key].cells, role: {**RIGHTS[way.key].cells[role], relation: wrong}}
        assert len(list(differences(scene, way, Right(cells)))) == 1
    assert str(scene.ask(way, None, "any").status_code) == UNKNOWN
