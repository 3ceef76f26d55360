"""What does a training centre do by its pages: whom does it enrol and see, of whom is it told nothing?"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from domain.framework.definition import Route
from domain.ports import Role
from tests.given.webapi.browsing import browse
from tests.given.webapi.centres import ALL, SITE
from tests.given.webapi.whole_path import apply, done

if TYPE_CHECKING:
    from tests.given.webapi.town import Caller, World

HEAD = "nom;prénom;adresse électronique;certification;voie"
HIDDEN = re.compile(r'name="(csrf_token|form|content)" value="([^"]*)"')


def habilitated(world: World, name: str, *certifications: str) -> str:
    """A centre that trains for these."""
    certifier = done(world.rose.post(ALL, {"legal_name": f"Certificateur de {name}"}))["id"]
    found = str(done(world.rose.post(ALL, {"legal_name": name}))["id"])
    for code in certifications:
        done(world.rose.post(f"{ALL}/{certifier}/certifications", {"certification": code, "keeps_register": False}))
        granted = {"certification": code, "granted_by": certifier, "purpose": "both", "sites": [SITE]}
        done(world.rose.post(f"{ALL}/{found}/habilitations", granted | {"first_day": "2021-01-01"}))
    return found


def working(world: World, name: str, centre: str, *roles: Role) -> Caller:
    """Somebody who comes for a centre, where the registrar says that they work."""
    found = world.join(name, Role.CENTRE, *roles)
    stated = {"organisation": centre, "link": "employment", "since": "2020-01-01"}
    done(world.rose.post(f"/api/v1/persons/{found.id}/affiliations", stated))
    return found


class Desk:
    """Céleste's browser."""

    def __init__(self, world: World, who: Caller) -> None:
        self.world, self.browser = world, browse(world, who)
        world.catch_up()

    def get(self, path: str = "/centre") -> str:
        return str(self.browser.get(path).text)

    def enrol(self, **typed: Any) -> Any:
        hidden = dict(HIDDEN.findall(self.get("/enrolment")))
        said = {"framework": str(self.world.framework), "route": Route.FC.value}
        answer = self.browser.post("/enrolment", data=hidden | said | typed)
        self.world.catch_up()
        return answer

    def upload(self, *lines: str, **more: str) -> str:
        token = dict(HIDDEN.findall(self.get("/enrolment/file")))["csrf_token"]
        file = (io.BytesIO("\n".join((HEAD, *lines)).encode()), "candidats.csv")
        page = self.browser.post("/enrolment/file", data={"csrf_token": token, "file": file} | more).text
        self.world.catch_up()
        return str(page)


@pytest.fixture
def lyon(world: World) -> str:
    return habilitated(world, f"Centre {uuid4().hex[:6]}", "RNCP31936")


@pytest.fixture
def desk(world: World, lyon: str) -> Desk:
    return Desk(world, working(world, f"celeste-{uuid4().hex[:6]}", lyon))


def somebody() -> str:
    return f"Alix {uuid4().hex[:8]}"


def row(name: str, code: str = "RNCP31936") -> str:
    """A line of a file, of who has an address of their own."""
    return f"{name};;{name.replace(' ', '.')}@example.org;{code};FC"


def test_a_centre_enrols_and_sees_whom_it_enrolled_and_no_dossier(world: World, desk: Desk) -> None:
    theirs, others = somebody(), apply(world, world.join(somebody(), Role.CANDIDATE))
    assert "Aucun candidat inscrit par votre centre." in desk.get()
    answer = desk.enrol(name=theirs, email="")
    assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/centre")
    page = desk.get()
    assert page.count('<th scope="row">') == 1
    assert theirs in page
    for path in (f"/candidacies/{others}", "/candidacies", "/people", "/todo"):
        assert desk.browser.get(path).status_code == 403, path
    other = Desk(world, working(world, somebody(), habilitated(world, "Un autre", "RNCP31936")))
    assert theirs not in other.get(), "another centre's"


def test_centre_learns_nothing_of_a_known_person_and_the_registrar_decides(world: World, desk: Desk) -> None:
    known = world.join(somebody(), Role.CANDIDATE)
    apply(world, known, "FC")
    world.catch_up()
    (name,) = re.findall(r"<h1>([^<]+)</h1>", browse(world, world.rose).get(f"/people/{known.id}").text)
    for more in ({}, {"another": "true"}):
        answer = desk.enrol(name=name, email="", **more)
        assert answer.status_code == 422
        assert "demandez son inscription au gestionnaire" in answer.text.replace("&#39;", "'")
        assert "Peut-être déjà connue" not in answer.text
        assert str(known.id) not in answer.text
    told = desk.upload(row(name), do="enrol")
    assert "refusée par une règle" in told
    assert "demandez son inscription au gestionnaire" in told.replace("&#39;", "'")
    assert str(known.id) not in told
    assert "Est-ce la même personne" not in told


def test_a_file_is_tried_out_then_enrols_and_a_longer_one_enrols_nobody_twice(desk: Desk) -> None:
    one, two = somebody(), somebody()
    lines = [row(one), row(two, "RNCP99998")]
    tried = desk.upload(*lines)
    assert "Inscrire 1 candidat" in tried
    assert "RNCP31936" in re.sub("<[^>]+>", "", tried).partition("écrivez l")[2], "what it trains for"
    assert one not in desk.get()
    assert "1 candidat est inscrit" in desk.upload(*lines, do="enrol")
    again = desk.upload(lines[0], row(two), do="enrol")
    assert "déjà inscrite" in again
    page = desk.get()
    assert (page.count(one), page.count(two)) == (1, 1)


def test_only_a_member_of_a_training_centre_can_enrol_candidates(world: World) -> None:
    nobody = Desk(world, world.join(somebody(), Role.CENTRE))
    assert "pour quel centre vous travaillez" in nobody.get()
    assert nobody.enrol(name=somebody(), email="").status_code == 422
    assert nobody.upload(row(somebody()), do="enrol").count("celui où il travaille") == 1
    idle = Desk(world, working(world, somebody(), habilitated(world, "Sans habilitation")))
    assert idle.enrol(name=somebody(), email="").status_code == 422
    assert "habilité à former à aucune certification" in idle.get("/enrolment").replace("&#39;", "'")


def test_a_centre_sees_when_an_epreuve_is_held_on_its_site_and_how_many_are_expected(world: World, lyon: str) -> None:
    if "olive" not in world.people:
        world.join("olive", Role.INVIGILATOR)
    planned = {
        "framework": str(world.framework),
        "rulebook": str(world.rulebook),
        "modality": "B1-M1",
        "subject": "Étude de cas",
        "held_on": "2021-06-15",
        "starts_at": "14:00",
        "place": SITE,
        "centre": lyon,
        "places": 12,
        "invigilator": str(world.olive.id),
    }
    done(world.rose.post("/api/v1/sittings", planned))
    page = Desk(world, working(world, somebody(), lyon)).get("/centre/sittings")
    assert SITE in page
    assert "0 candidat attendu" in page
    assert "Étude de cas" not in page, "nobody reads the subject before"
    assert SITE not in Desk(world, working(world, somebody(), habilitated(world, "Un autre", "RNCP31936"))).get(
        "/centre/sittings"
    )
