"""Openings files, read as their page documents."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from importlib import resources

import pytest

from adapters.framework_file import read, read_openings
from adapters.framework_file.faults import FileFaults
from adapters.framework_file.openings_reader import RouteOpening
from domain.framework.definition import Route

README = resources.files("adapters.framework_file").joinpath("README.md").read_text("utf-8")
SECTION = README.split("## The keys of `openings/1`")[1].split("\n## ")[0]
EXAMPLE = SECTION.split("```yaml\n")[1].split("```")[0]
FIRST = README.split("```yaml\n")[1].split("```")[0]
SHEET = read(FIRST.replace("juries:", "  - {route: VAE, label: Par expérience, open: true, jury: J1}\njuries:"))


def test_the_example_of_the_readme_opens_the_route_of_a_sheet_that_states_no_modality_for_it() -> None:
    (opening,) = read_openings(EXAMPLE, SHEET)
    assert (opening.route, opening.opened_on) == (Route.VAE, date(2021, 9, 1))
    assert opening.ground.startswith("Décision du certificateur")
    assert [each.id for each in opening.modalities] == ["VAE-DOSSIER", "VAE-ENTRETIEN"]
    assert opening.modalities[1].alongside == ("VAE-DOSSIER",)


def test_the_readme_explains_every_key() -> None:
    for field in fields(RouteOpening):
        assert re.search(rf"^\| `{field.name}` \|", SECTION, re.MULTILINE), field.name
    named = re.search(r"\| `route` \| ([^|]+) \|", SECTION)
    assert named
    assert set(re.findall(r"`(\w+)`", named[1])) == {route.value for route in Route}


@pytest.mark.parametrize(
    ("said", "instead", "says"),
    [
        ("route: VAE", "route: CA", "La fiche de la certification n'ouvre pas cette voie."),
        ("routes: [VAE]", "routes: [FC]", "Une modalité de cette ouverture vise une autre voie."),
        ("        alongside: [VAE-DOSSIER]\n", "", "alongside"),
        ("[1, 2, 3, 4]", "[1, 2, 3, 9]", "9"),
        ("opened_on: 2021-09-01", "opened_on: 2021-09-31", "Un jour qui existe"),
    ],
)
def test_openings_file_against_the_documented_rules_is_refused(said: str, instead: str, says: str) -> None:
    with pytest.raises(FileFaults) as refused:
        read_openings(EXAMPLE.replace(said, instead), SHEET)
    assert says in str([(each.fr, each.en) for each in refused.value.faults]), refused.value.faults
