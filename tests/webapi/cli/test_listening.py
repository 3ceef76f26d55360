"""Does `acquis` say where it is reached when it is, and first whether it could be?"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from adapters.settings import Settings
from tests.given.servers.databases import as_url
from tests.given.servers.ports import free_port
from tests.given.webapi.terminal import facts
from webapi.cli.terminal.web_server import must_be_free
from webapi.demonstration.cast import CAST

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
LONGEST = 120.0
"""Seconds after which a command that says nothing is ended, on a machine with much else to do."""


@pytest.fixture
def port() -> int:
    """One at which nobody listens."""
    return free_port()


@contextmanager
def begun(settings: Settings, *words: str, language: str = "fr_FR.UTF-8") -> Iterator[subprocess.Popen[str]]:
    """A command at a terminal, on a database of its own; it is ended at the end."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ACQUIS_", "LC_"))} | {
        "ACQUIS_DATA": str(settings.data),
        "LANG": language,
    }
    if settings.database_url:
        environment["ACQUIS_DATABASE_URL"] = as_url(settings.database_url)
    child = subprocess.Popen(
        [sys.executable, "-m", "webapi.cli.main", *words],
        cwd=ROOT,
        env=environment,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=LONGEST)


@pytest.mark.parametrize(("command", "says"), [("demo", "Ouvrez "), ("serve", "Acquis répond sur ")])
def test_who_opens_the_address_the_moment_it_is_said_is_answered(settings, port, command, says):
    with begun(settings, command, "--port", str(port)) as child:
        assert child.stdout
        before, said = [], ""
        while (line := child.stdout.readline()) and not (said := line if line.startswith(says) else ""):
            before.append(line)
        assert said, child.communicate(timeout=LONGEST)[1]
        assert f"http://127.0.0.1:{port}" in said
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=20) as answer:
            assert answer.status == 200
    if command == "demo":
        is_in_french_and_names_everybody(before)


def is_in_french_and_names_everybody(said: list[str]) -> None:
    """What came of the demonstration, and all who can sign in to it."""
    assert said[2] == "FI   Validation partielle (2, 3 et 4)\n"
    assert any(line.endswith("faits ; vérifiés : oui ; reconstruits à l'identique : oui\n") for line in said)
    everybody = "".join(said)
    assert all(f"{short}@demonstration.example" in everybody for short, _, _ in CAST)
    for word in ("True", "granted", "full", "candidate ", "juror", "{"):
        assert word not in everybody, word


def test_what_is_kept_of_the_demonstration_is_served_later(tmp_path, port):
    """A folder of its own, database, keys and all: served again, one signs in with the password that was drawn."""
    nowhere = Settings(data=tmp_path / "unused", secret_key=token_hex())
    with begun(nowhere, "demo", "--once", "--json", "--keep", str(tmp_path / "kept")) as child:
        played, complained = child.communicate(timeout=LONGEST)
    assert child.returncode == 0, complained
    assert not nowhere.data.exists() or not list(nowhere.data.glob("demo-*"))
    kept = json.loads(played.splitlines()[-1])["kept"]
    somebody = next(each for each in kept["accounts"] if each["role"] == "candidate")
    later = replace(nowhere, data=Path(kept["settings"]["ACQUIS_DATA"]))
    at = f"http://127.0.0.1:{port}"
    with begun(later, "serve", "--port", str(port)) as serving:
        assert serving.stdout
        while (line := serving.stdout.readline()) and not line.startswith("Acquis répond sur "):
            pass
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with browser.open(f"{at}/sign-in", timeout=20) as page:
            token = re.search('name="csrf_token" value="([^"]+)"', page.read().decode())
        assert token, line
        form = urlencode({"csrf_token": token[1], "login": somebody["login"], "password": somebody["password"]})
        with browser.open(f"{at}/sign-in", form.encode(), timeout=20) as page:
            assert page.url.startswith(f"{at}/candidacies/"), page.url
    with begun(later, "demo", "--once", "--keep", str(later.data)) as again:
        assert "n'est pas vide" in again.communicate(timeout=LONGEST)[1]


@pytest.mark.parametrize(
    ("command", "language", "says"),
    [
        ("demo", "fr_FR.UTF-8", "Un autre programme écoute"),
        ("serve", "en_GB.UTF-8", "Another program listens"),
    ],
)
def test_where_another_program_listens_one_is_told_so_before_anything_is_played(settings, command, language, says):
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        begun(settings, command, "--port", str(other.getsockname()[1]), language=language) as child,
    ):
        printed, complained = child.communicate(timeout=LONGEST)
    assert (child.returncode, printed) == (1, "")
    assert complained.startswith(says), complained
    assert len(complained.splitlines()) == 1, complained
    assert facts(settings) == 0


def test_an_address_that_is_not_this_machine_s_is_told_apart(settings, port):
    with begun(settings, "serve", "--host", "192.0.2.1", "--port", str(port)) as child:
        _, complained = child.communicate(timeout=LONGEST)
    assert child.returncode == 1
    assert complained.startswith("Cette machine ne permet pas d'écouter sur 192.0.2.1"), complained


def test_who_is_leaving_the_address_is_waited_for():
    before = socket.create_server(("127.0.0.1", 0))
    threading.Timer(0.5, before.close).start()
    must_be_free(*before.getsockname())


def test_where_another_program_listens_no_database_is_made(settings, tmp_path):
    nowhere = replace(settings, data=tmp_path / "data", database_url=None)
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        begun(nowhere, "serve", "--port", str(other.getsockname()[1])) as child,
    ):
        child.communicate(timeout=LONGEST)
    assert child.returncode == 1
    assert not (nowhere.data / "database").exists()
