"""What does a program that goes by the document alone run into: an address, a header, a word that misleads?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.ports import Role
from tests.webapi.conftest import PLACE
from tests.webapi.test_whole_path import JURY_DAY, apply, plan

if TYPE_CHECKING:
    from uuid import UUID

    from tests.webapi.conftest import World

PERSON = {"name": "Ann Exemple"}


@pytest.fixture
def candidacy(world: World) -> UUID:
    return apply(world, world.marie)


@pytest.fixture
def sitting(world: World) -> dict[str, Any]:
    """What plans an épreuve."""
    olive = world.people.get("olive") or world.join("olive", Role.INVIGILATOR)
    return {
        "framework": str(world.framework),
        "rulebook": str(world.rulebook),
        "modality": "B1-M1",
        "subject": "2021-A",
        "held_on": JURY_DAY.isoformat(),
        "starts_at": "14:00",
        "place": PLACE,
        "places": 12,
        "invigilator": str(olive.id),
    }


def said(answer: Any) -> dict[str, str]:
    return {each["rule"]: each["title"] for each in answer.json["violations"]}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_whoever_is_appointed_without_the_role_is_told_so_and_of_no_withdrawal(world, language):
    session, seat = plan(world), {"juror": str(world.hugo.id), "sex": "m"}
    refused = world.refuses(
        409,
        "role-not-held",
        lambda: world.rose.post(f"{session}/jurors", seat, Accept_Language=language),
    )
    begins = {
        "fr": "Une personne n'exerce un rôle, n'y est nommée",
        "en": "A person acts in a role, is appointed in it",
    }
    assert refused.json["title"].startswith(begins[language])
