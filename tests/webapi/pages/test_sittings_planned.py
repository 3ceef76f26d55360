"""Can a registrar fix an épreuve by pages, call who may come, have it watched over and its papers marked?"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from domain.ports import Role
from tests.given.webapi.browsing import browse
from tests.given.webapi.jury_acts import link
from tests.given.webapi.sittings import sat
from tests.given.webapi.town import PLACE
from tests.given.webapi.whole_path import JURY_DAY, apply
from tests.webapi.pages.test_sessions_made_up import Registrar

if TYPE_CHECKING:
    from tests.given.webapi.town import World


@pytest.fixture
def rose(world: World) -> Registrar:
    world.join("olive", Role.INVIGILATOR)
    return Registrar(world)


def planned(rose: Registrar) -> str:
    """An épreuve of two hours that Olive watches over."""
    new = "/registrar/sittings/new"
    said = {"modality": "B1-M1", "subject": "2021-A", "held_on": JURY_DAY.isoformat(), "starts_at": "14:00"}
    said |= {"where": f"|{PLACE}", "places": "12", "invigilator": str(rose.world.olive.id)}
    answer = rose.send(new, new, **said, rulebook=str(rose.world.rulebook))
    assert answer.status_code == 303, unescape(answer.text)
    return str(answer.location.partition("?")[0])


def test_an_epreuve_is_fixed_called_to_handed_to_another_and_called_off(rose):
    world = rose.world
    marie, vae = apply(world, world.marie), apply(world, world.nadia, "VAE")
    sitting = planned(rose)
    assert sitting in rose.read("/registrar/sittings")
    page = rose.read(sitting)
    assert str(marie) in page
    assert str(vae) not in page, "the VAE has no épreuve"
    assert "Cochez un candidat au moins." in unescape(rose.send(sitting, f"{sitting}/summonses").text)
    called = rose.done(sitting, f"{sitting}/summonses", candidacy=str(marie))
    assert "1 convoqué" in called
    assert f'value="{marie}"' not in called, "called once"
    other = world.join("oscar", Role.INVIGILATOR)
    said = {"invigilator": str(other.id), "reason": "Souffrante."}
    assert "Oscar Exemple" in rose.done(sitting, f"{sitting}/invigilator", **said)
    assert "Épreuve annulée." in rose.done(sitting, f"{sitting}/cancellation", reason="Salle prise.")
    assert "/cancellation" not in rose.read(sitting)


def test_papers_are_given_to_who_marks_them_by_their_numbers(rose):
    world = rose.world
    marie = apply(world, world.marie)
    sitting = f"/registrar/sittings/{sat(world, marie)[-36:]}"
    page = rose.read(sitting)
    assert "1 copie" in page
    named = rose.done(sitting, f"{sitting}/markers", assessor=str(world.hugo.id))
    assert "Correcteur désigné." in named
    assert "Hugo Exemple · 1 copie" in named


def test_candidate_called_to_an_epreuve_cannot_run_it(rose):
    world = rose.world
    mine = apply(world, world.marie)
    sitting = planned(rose)
    rose.done(sitting, f"{sitting}/summonses", candidacy=str(mine))
    twin = world.join("twin", Role.REGISTRAR)
    link(world, twin, world.marie)
    assert browse(world, twin).get(sitting).status_code == 403


def test_some_papers_are_given_to_one_marker_and_the_others_to_another(rose):
    world = rose.world
    sitting = f"/registrar/sittings/{sat(world, apply(world, world.marie), apply(world, world.nadia))[-36:]}"
    first, second = re.findall(r'name="numbers" value="([0-9]+)"', rose.read(sitting))
    rose.done(sitting, f"{sitting}/markers", assessor=str(world.hugo.id), numbers=first)
    page = rose.done(sitting, f"{sitting}/markers", assessor=str(world.ines.id), numbers=second)
    said = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert f"Hugo Exemple · 1 copie {first} " in said
    assert f"Ines Exemple · 1 copie {second} " in said
