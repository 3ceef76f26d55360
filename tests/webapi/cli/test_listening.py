"""Tests of the addresses on which `acquis serve` and `acquis demo` listen."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from contextlib import ExitStack, contextmanager
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
"""Seconds after which a silent command is killed, enough for a busy machine."""


@pytest.fixture
def port() -> int:
    """Return a free port."""
    return free_port()


@contextmanager
def begun(settings: Settings, *words: str, language: str = "fr_FR.UTF-8") -> Iterator[subprocess.Popen[str]]:
    """Start a command at a terminal, on its own database; end it on leaving."""
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


@pytest.mark.slow
def test_demonstration_kept_in_a_folder_is_served_again_later(tmp_path, port):
    """The folder holds database and keys; the generated password still signs in."""
    nowhere = Settings(data=tmp_path / "unused", secret_key=token_hex())
    with begun(nowhere, "demo", "--port", str(port), "--keep", str(tmp_path / "kept")) as child:
        told = answered_once_it_is_said(child, "Ouvrez ", port)
    is_in_french_and_names_everybody(told)
    assert not nowhere.data.exists() or not list(nowhere.data.glob("demo-*"))
    kept = re.search(r"^  ACQUIS_DATA=(\S+) .* acquis serve$", "".join(told), re.MULTILINE)
    somebody = re.search(r"^  candidat +(\S+) +(\S+) ", "".join(told), re.MULTILINE)
    assert kept
    assert somebody
    later = replace(nowhere, data=Path(kept[1]))
    at = f"http://127.0.0.1:{port}"
    with begun(later, "serve", "--port", str(port)) as serving:
        answered_once_it_is_said(serving, "Acquis répond sur ", port)
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with browser.open(f"{at}/sign-in", timeout=20) as page:
            token = re.search('name="csrf_token" value="([^"]+)"', page.read().decode())
        assert token
        form = urlencode({"csrf_token": token[1], "login": somebody[1], "password": somebody[2]})
        with browser.open(f"{at}/sign-in", form.encode(), timeout=20) as page:
            assert page.url.startswith(f"{at}/candidacies/"), page.url
    with begun(later, "demo", "--once", "--keep", str(later.data)) as again:
        assert "n'est pas vide" in again.communicate(timeout=LONGEST)[1]


def answered_once_it_is_said(child: subprocess.Popen[str], says: str, port: int) -> list[str]:
    """Check that the address answers as soon as it is printed; return the lines printed before."""
    assert child.stdout
    before, said = [], ""
    while (line := child.stdout.readline()) and not (said := line if line.startswith(says) else ""):
        before.append(line)
    assert said, child.communicate(timeout=LONGEST)[1]
    assert f"http://127.0.0.1:{port}" in said
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=20) as answer:
        assert answer.status == 200
    return before


def is_in_french_and_names_everybody(said: list[str]) -> None:
    """Check that the output is in French and names every account."""
    assert said[2] == "FI   Validation partielle (2, 3 et 4)\n"
    assert any(line.endswith("faits ; vérifiés : oui ; reconstruits à l'identique : oui\n") for line in said)
    everybody = "".join(said)
    assert all(f"{short}@demonstration.example" in everybody for short, _, _ in CAST)
    for word in ("True", "granted", "full", "candidate ", "juror", "{"):
        assert word not in everybody, word


@pytest.mark.slow
def test_port_in_use_is_reported_before_the_demonstration_is_played(settings, tmp_path):
    """Each command waits some seconds for the port, so they run at the same time."""
    nowhere = replace(settings, data=tmp_path / "data", database_url=None)
    with socket.create_server(("127.0.0.1", 0)) as other, ExitStack() as running:
        port = str(other.getsockname()[1])
        french, english, without = (
            running.enter_context(begun(of, command, "--port", port, language=language))
            for of, command, language in (
                (settings, "demo", "fr_FR.UTF-8"),
                (settings, "serve", "en_GB.UTF-8"),
                (nowhere, "serve", "en_GB.UTF-8"),
            )
        )
        for child, says in (
            (french, "Un autre programme écoute"),
            (english, "Another program listens"),
            (without, "Another program listens"),
        ):
            printed, complained = child.communicate(timeout=LONGEST)
            assert (child.returncode, printed) == (1, "")
            assert complained.startswith(says), complained
            assert len(complained.splitlines()) == 1, complained
    assert facts(settings) == 0
    assert not (nowhere.data / "database").exists()


def test_address_of_another_machine_is_reported_as_such(settings, port):
    with begun(settings, "serve", "--host", "192.0.2.1", "--port", str(port)) as child:
        _, complained = child.communicate(timeout=LONGEST)
    assert child.returncode == 1
    assert complained.startswith("Cette machine ne permet pas d'écouter sur 192.0.2.1"), complained


def test_port_that_becomes_free_within_a_second_is_waited_for():
    before = socket.create_server(("127.0.0.1", 0))
    threading.Timer(0.5, before.close).start()
    must_be_free(*before.getsockname())
