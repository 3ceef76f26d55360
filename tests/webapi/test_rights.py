"""Is each right as it is declared? Every way in, in every role and relation, asked of one real house.

What is declared stands in `webapi/rights.py`; what each name in an address and each relation stands for, in
`rights_world.py`. Every request also carries headers that name somebody else as who acts: they change nothing.
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
"""All answers by which somebody is kept out: who may gets none of them."""
STRANGE = {"linked", "other"}
"""Relations in which one is not to know that it is there."""


@pytest.fixture(scope="module")
def scene(town: World) -> Scene:
    town.clock.set(FEBRUARY)
    for name in ("marie", "nadia"):
        town.join(name, Role.CANDIDATE)
    return furnished(town)


@pytest.fixture(scope="module")
def ways(scene: Scene) -> list[Way]:
    return scene.ways()


def test_every_way_in_is_declared_and_none_that_is_not_there(ways: list[Way]) -> None:
    there = {way.key for way in ways}
    assert len(ways) == len(there) > 180
    assert sum(map(len, MATRIX.values())) == len(RIGHTS), "declared in two chapters"
    assert there - RIGHTS.keys() == set(), "declare them in webapi/rights.py, then `make rights`"
    assert RIGHTS.keys() - there == set(), "these are gone"


def test_the_door_lets_in_the_roles_of_the_matrix(scene: Scene, ways: list[Way]) -> None:
    for way in ways:
        declared = set() if RIGHTS[way.key].public else {role.value for role in RIGHTS[way.key].cells}
        assert scene.door(way) == declared, way.key


def test_the_page_is_the_matrix() -> None:
    assert rights_page.PAGE.read_text("utf-8") == rights_page.text(), "make rights"


@pytest.mark.parametrize("chapter", MATRIX)
def test_42_each_role_in_each_relation_is_answered_as_declared(scene: Scene, ways: list[Way], chapter: str) -> None:
    declared = MATRIX[chapter]
    wrong = [said for way in ways if way.key in declared for said in differences(scene, way, declared[way.key])]
    assert not wrong, "\n".join(wrong)


@pytest.mark.nightly
def test_42_each_role_is_kept_out_by_each_door_that_does_not_let_it_in(scene: Scene, ways: list[Way]) -> None:
    """In CI one of them comes to each door, and which roles a door lets in is read off it."""
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
    """What is answered otherwise than declared; a write that is let through is recorded as by whoever sent it."""
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
"""Who asks for what is everybody's, beside nobody."""
ROTATED = {role: cycle(relations) for role, relations in RELATIONS.items()}
COMING = cycle(RELATIONS)
"""Who comes next to a door that may not let them in."""


def asking(declared: Right) -> Iterator[tuple[Role | None, str]]:
    """Every relation of a role that the door lets in; the next of those that it does not; nobody."""
    for role, cells in declared.cells.items():
        for relation in cells:
            yield role, relation
    if shut := {SOMEBODY} if declared.public else kept_out(declared):
        stranger = next(role for role in COMING if role in shut)
        yield stranger, next(ROTATED[stranger])
    yield None, "any"


def kept_out(declared: Right) -> set[Role]:
    """The roles that the door does not let in: none where it is everybody's."""
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
    """Its status; with the rule, where one that only some break is why."""
    said: Any = answer.json if answer.mimetype == "application/problem+json" else {"type": ""}
    slug = said["type"].rsplit("/", 1)[-1]
    plain = {"", "not-found", "forbidden", "unauthenticated"}
    return str(answer.status_code) if slug in plain else f"{answer.status_code} {slug}"


ARTEFACTS = {"evidence", "position", "paper", "case", "upload"}
"""What stands in a dossier, and is named inside its address."""


def test_54_what_is_in_anothers_dossier_is_not_found_in_ones_own(scene: Scene, ways: list[Way]) -> None:
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


def test_42_a_dossier_that_is_not_ones_charge_is_not_there(scene: Scene, ways: list[Way]) -> None:
    """The chair, an assessor and an advisor of one candidate name another in the address."""
    for way in ways:
        for role, relation in CHARGED:
            if "{candidacy}" in way.path and role in RIGHTS[way.key].cells:
                real, none = (
                    scene.ask(way, role, relation, scene.address(way, candidacy=candidacy))
                    for candidacy in (scene.now["stranger"], str(uuid4()))
                )
                assert (real.status_code, words(real)) == (none.status_code, words(none)), (way.key, role)


CHARGED = ((Role.JUROR, "chair"), (Role.ASSESSOR, "assigned"), (Role.ADVISOR, "named"))


def test_a_wrong_cell_is_found(scene: Scene) -> None:
    """The test itself, broken once in each way: a right too wide, one too narrow, one that says another reason."""
    way = Way("GET", "/api/v1/candidacies/{candidacy}")
    for role, relation, wrong in (
        (Role.CANDIDATE, "other", YES),
        (Role.CANDIDATE, "own", HIDDEN),
        (Role.ASSESSOR, "other", "403 not-assigned"),
    ):
        cells = {**RIGHTS[way.key].cells, role: {**RIGHTS[way.key].cells[role], relation: wrong}}
        assert len(list(differences(scene, way, Right(cells)))) == 1
    assert str(scene.ask(way, None, "any").status_code) == UNKNOWN
