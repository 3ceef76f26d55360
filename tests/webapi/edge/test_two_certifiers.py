"""Two certifiers on one machine, told apart by their names alone: what opens a door at one opens none at the other.

Both are copies of one town, with the same people under the same numbers and the same key for sessions, which no two
installations have: nothing keeps them apart but that each has databases, a data folder and a socket of its own.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import NamedTuple

import pytest
from psycopg2.extensions import parse_dsn

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from tests.given.servers.behind_nginx import ask
from tests.given.servers.databases import a_database
from tests.given.servers.gunicorn import serving, socket_of
from tests.given.servers.nginx import CERTIFIER, NAME, SECOND, WHY_NOT, Nginx, behind_nginx, installed
from tests.given.webapi.town import FEBRUARY, World, opened, settled
from webapi.wiring import assemble

pytestmark = pytest.mark.skipif(not installed(), reason=WHY_NOT)


class Machine(NamedTuple):
    """nginx, and the two behind it."""

    nginx: Nginx
    one: World
    other: World


@pytest.fixture(scope="module")
def machine(server_url: str, first_town: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Two certifiers served as they are shipped, behind one nginx with what `deploy/certifier` made."""
    with ExitStack() as stack:
        towns = [
            stack.enter_context(copied(server_url, first_town, tmp_path_factory.mktemp("certifier")))
            for _ in range(2)
        ]
        for each in towns:
            stack.enter_context(serving(each, workers=1))
        one, other = (f"unix:{socket_of(each)}" for each in towns)
        nginx = stack.enter_context(behind_nginx(tmp_path_factory.mktemp("nginx") / "run", one, second=other))
        yield Machine(nginx, *towns)


@contextmanager
def copied(server_url: str, first_town: World, folder: Path) -> Iterator[World]:
    shutil.copytree(first_town.acquis.settings.data, folder / "data")
    with a_database(server_url, str(parse_dsn(first_town.url)["dbname"])) as url:
        acquis = assemble(settled(folder / "data", url), DatabaseServer(url), FixedClock(FEBRUARY))
        with opened(acquis, url, first_town) as made:
            yield made


def token_of(town: World) -> str:
    """One that the registrar has been given just now, by this certifier."""
    until = datetime.now(UTC) + timedelta(days=1)
    return town.acquis.tokens.make(town.rose.actor, "two", until, issued_by=None).secret


def listed(nginx: Nginx, name: str, **headers: str) -> int:
    return ask(nginx, "GET", "/api/v1/candidacies", name=name, **headers).status


def test_a_token_opens_what_its_certifier_has_and_nothing_of_the_other_s(machine: Machine) -> None:
    for town, here, elsewhere in ((machine.one, NAME, SECOND), (machine.other, SECOND, NAME)):
        bearer = {"Authorization": f"Bearer {token_of(town)}"}
        assert listed(machine.nginx, here, **bearer) == 200
        assert listed(machine.nginx, elsewhere, **bearer) == 401


def test_a_session_is_one_with_its_certifier_only(machine: Machine) -> None:
    login, password = "rose@one.example", "seven grey herons at the weir"
    machine.one.acquis.accounts.add(machine.one.rose.id, login, password)
    sign_in = ask(machine.nginx, "GET", "/sign-in")
    (csrf,) = re.findall(r'name="csrf_token" value="([^"]+)"', sign_in.body.decode())[:1]
    sent = f"csrf_token={csrf}&login={login}&password={password}".replace(" ", "+")
    headers = {"Content_Type": "application/x-www-form-urlencoded", "Origin": f"https://{NAME}:{machine.nginx.tls}"}
    headers["Referer"] = f"{headers['Origin']}/sign-in"
    answer = ask(machine.nginx, "POST", "/sign-in", sent.encode(), Cookie=cookies(sign_in.headers), **headers)
    assert answer.status == 303, answer.body
    session = cookies(answer.headers)
    assert "Domain" not in str(answer.headers.get_all("Set-Cookie"))
    here = ask(machine.nginx, "GET", "/account/tokens", Cookie=session)
    elsewhere = ask(machine.nginx, "GET", "/account/tokens", name=SECOND, Cookie=session)
    assert here.status == 200
    assert elsewhere.status == 401


def test_a_login_of_the_one_is_nobody_s_at_the_other(machine: Machine) -> None:
    assert machine.other.acquis.accounts.logins([machine.other.rose.id]) == {}


def test_what_is_recorded_at_the_one_is_not_at_the_other(machine: Machine) -> None:
    bearer = {"Authorization": f"Bearer {token_of(machine.one)}", "Content_Type": "application/json"}
    before = machine.other.head()
    body = b'{"name": "Personne fictive", "roles": ["candidate"]}'
    assert ask(machine.nginx, "POST", "/api/v1/persons", body, **bearer).status == 201
    assert machine.other.head() == before


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here: install systemd")
def test_systemd_understands_its_units_and_none_names_what_is_the_first_s(tmp_path: Path) -> None:
    subprocess.run([CERTIFIER, "second", SECOND, str(tmp_path)], check=True)
    units = [*(tmp_path / "systemd").iterdir()]
    assert len(units) > 12
    for unit in units:
        text = unit.read_text("utf-8")
        assert not re.search(r"(?m)/(etc|run|var/lib)/acquis(/|$)|^(User|Group|StateDirectory)=acquis$", text), (
            unit.name
        )
        unit.write_text(re.sub(r"/opt/acquis/\.venv/bin/\w+", "/bin/true", text), "utf-8")
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, units)], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")


def test_the_page_enables_for_a_further_certifier_what_it_enables_for_the_first() -> None:
    """Except the scanner's timer, the file system of the one nginx, and the witness, which runs on another host."""
    page = (CERTIFIER.parent / "docs" / "install.md").read_text("utf-8")
    enabled = [set(re.findall(rf"(?m)^{begin}systemctl enable --now (.*)$", page)) for begin in ("", "# ")]
    first, further = ({unit for line in lines for unit in line.split() if "acquis" in unit} for lines in enabled)
    assert {unit.replace("acquis-second-", "acquis-") for unit in further} - {"acquis-witness.timer"} == first - {
        "acquis-evidence-scan.timer",
        "var-spool-acquis.mount",
    }


@pytest.mark.parametrize("words", [[], ["second"], ["Second", SECOND, "out"], ["a/b", SECOND, "out"]])
def test_without_a_plain_name_a_host_and_a_folder_nothing_is_written(tmp_path: Path, words: list[str]) -> None:
    done = subprocess.run([CERTIFIER, *words], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, [*tmp_path.iterdir()]) == (2, "", [])
    assert "NAME HOST FOLDER" in done.stderr


def cookies(headers: Message) -> str:
    return "; ".join(each.partition(";")[0] for each in headers.get_all("Set-Cookie") or [])
