"""Tests of the state of an installation in words, in French or English, and as JSON."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from adapters.files.reading_copy.converting import can_convert
from tests.given.webapi.terminal import acquis_beside
from webapi.cli.terminal.installation_in_words import LINES, settings_in_words, state_in_words

if TYPE_CHECKING:
    from tests.given.webapi.town import World

LAST = "ACQUIS_TSA_URL"
MACHINE = re.compile(r"[a-z]_[a-z]|[\[\]{}]|\b(True|False|None)\b|\(unset\)|\(set\)")
FRENCH, ENGLISH = "fr_FR.UTF-8", "en_GB.UTF-8"
TROUBLED = {
    "clock_behind_seconds": 7.25,
    "letters": {"waiting": 3, "late": True},
    "deadlines": {
        "tried_at": datetime(2021, 3, 1, 9, tzinfo=UTC),
        "done_at": None,
        "failed": "KeyError",
        "late": True,
    },
}


@pytest.fixture
def spoken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in ("LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", request.param)
    return str(request.param)


def told(world: World, language: str) -> list[str]:
    """Return the lines that doctor prints after the settings."""
    lines = acquis_beside(world, language)("doctor", "--before-start").stdout.splitlines()
    (last,) = (at for at, line in enumerate(lines) if line.startswith(LAST))
    return lines[last + 1 :]


def test_doctor_reports_each_part_of_the_state_in_the_reader_s_language(world):
    world.projector.catch_up()
    french, english = told(world, FRENCH), told(world, ENGLISH)
    assert len(french) == len(english) > 10
    facts, *_ = (line for line in french if line.startswith("Faits au journal : "))
    assert facts == f"Faits au journal : {world.head()[1]}"
    assert f"Facts in the log: {world.head()[1]}" in english
    assert "Lettres en attente : 0" in french
    assert "Letters that wait: 0" in english
    drawn = ("oui", "yes") if can_convert() else ("non, leur texte seulement", "no, their text only")
    assert f"Fichiers bureautiques affichés tels quels, par LibreOffice : {drawn[0]}" in french
    assert f"Office files shown as they look, by LibreOffice: {drawn[1]}" in english
    assert not [line for line in french + english if MACHINE.search(line)]
    assert not set(french[:-1]) & set(english[:-1])


def test_doctor_json_is_the_same_under_every_locale(world):
    world.projector.catch_up()
    french, english = (
        json.loads(acquis_beside(world, each)("doctor", "--json").stdout) for each in (FRENCH, ENGLISH)
    )
    assert french["state"] == english["state"]
    assert french["settings"] == english["settings"]
    assert set(french["state"]) == set(LINES), "each has a line in webapi.cli.terminal.installation_in_words"
    assert french["settings"]["s3_url"] == "(unset)"


@pytest.mark.parametrize(
    ("spoken", "lines"),
    [
        (
            FRENCH,
            [
                "Retard de l'horloge de la base sur le dernier fait : 7,2 s",
                "Lettres en attente : 3, depuis plus d'une heure",
                "Échéances : jamais traitées, essai manqué le 1er mars 2021 à 10:00:00 (KeyError), en retard",
            ],
        ),
        (
            ENGLISH,
            [
                "How far the database's clock is behind the newest fact: 7.2 s",
                "Letters that wait: 3, for over an hour",
                "Deadlines: never acted upon, a try failed on 1 March 2021 at 10:00:00 (KeyError), late",
            ],
        ),
    ],
    indirect=["spoken"],
)
def test_state_lines_report_each_trouble_in_words(spoken, lines):
    assert spoken
    assert list(state_in_words(TROUBLED)) == lines


@pytest.mark.parametrize(
    ("spoken", "lines"),
    [
        (FRENCH, ["ACQUIS_HOSTS = (non défini)", "ACQUIS_SECRET_KEY = (défini)", "ACQUIS_PROXIES = 0"]),
        (ENGLISH, ["ACQUIS_HOSTS = (unset)", "ACQUIS_SECRET_KEY = (set)", "ACQUIS_PROXIES = 0"]),
    ],
    indirect=["spoken"],
)
def test_settings_are_named_by_their_variable_in_both_languages(spoken, lines):
    assert spoken
    assert list(settings_in_words({"hosts": "(unset)", "secret_key": "(set)", "proxies": "0"})) == lines
