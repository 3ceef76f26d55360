"""Tests of two certifiers on one machine, separated by their host names.

Both are copies of one town, with the same people, ids and session key, which no two real installations share.
Only their databases, data folders and sockets differ.
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
    """nginx and the two certifiers behind it."""

    nginx: Nginx
    one: World
    other: World


@pytest.fixture(scope="module")
def machine(server_url: str, first_town: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Yield two certifiers behind one nginx, configured by `deploy/certifier`."""
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
    """Return a new token of this certifier's registrar."""
    until = datetime.now(UTC) + timedelta(days=1)
    return town.acquis.tokens.make(town.rose.actor, "two", until, issued_by=None).secret


def listed(nginx: Nginx, name: str, **headers: str) -> int:
    return ask(nginx, "GET", "/api/v1/candidacies", name=name, **headers).status


def test_token_of_one_certifier_gets_401_at_the_other(machine: Machine) -> None:
    for town, here, elsewhere in ((machine.one, NAME, SECOND), (machine.other, SECOND, NAME)):
        bearer = {"Authorization": f"Bearer {token_of(town)}"}
        assert listed(machine.nginx, here, **bearer) == 200
        assert listed(machine.nginx, elsewhere, **bearer) == 401


def test_session_of_one_certifier_gets_401_at_the_other(machine: Machine) -> None:
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


def test_login_of_one_certifier_is_unknown_at_the_other(machine: Machine) -> None:
    assert machine.other.acquis.accounts.logins([machine.other.rose.id]) == {}


def test_fact_recorded_at_one_certifier_is_not_in_the_other_s_log(machine: Machine) -> None:
    bearer = {"Authorization": f"Bearer {token_of(machine.one)}", "Content_Type": "application/json"}
    before = machine.other.head()
    body = b'{"name": "Personne fictive", "roles": ["candidate"]}'
    assert ask(machine.nginx, "POST", "/api/v1/persons", body, **bearer).status == 201
    assert machine.other.head() == before


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here: install systemd")
def test_generated_systemd_units_are_valid_and_name_nothing_of_the_first_certifier(tmp_path: Path) -> None:
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


def test_install_page_enables_the_same_units_for_a_further_certifier() -> None:
    """Except the scanner's timer, nginx's spool, and the witness, which runs on another host."""
    page = (CERTIFIER.parent / "docs" / "install.md").read_text("utf-8")
    enabled = [set(re.findall(rf"(?m)^{begin}systemctl enable --now (.*)$", page)) for begin in ("", "# ")]
    first, further = ({unit for line in lines for unit in line.split() if "acquis" in unit} for lines in enabled)
    assert {unit.replace("acquis-second-", "acquis-") for unit in further} - {"acquis-witness.timer"} == first - {
        "acquis-evidence-scan.timer",
        "var-spool-acquis.mount",
    }


@pytest.mark.parametrize("words", [[], ["second"], ["Second", SECOND, "out"], ["a/b", SECOND, "out"]])
def test_certifier_script_writes_nothing_without_a_valid_name_host_and_folder(
    tmp_path: Path, words: list[str]
) -> None:
    done = subprocess.run([CERTIFIER, *words], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, [*tmp_path.iterdir()]) == (2, "", [])
    assert "NAME HOST FOLDER" in done.stderr


def cookies(headers: Message) -> str:
    return "; ".join(each.partition(";")[0] for each in headers.get_all("Set-Cookie") or [])
